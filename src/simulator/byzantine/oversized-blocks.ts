// Proposes blocks that are larger than a block can be: too many transactions, too many chains.
import { SHARD_BLOCK_TRANSACTIONS_MAX } from "../../protocol/limits.ts";
import { proposing } from "./bad-proposer.ts";
import type { Behaviour } from "./behaviour.ts";
import {
  anyOf,
  bodyOf,
  type Draft,
  type Forgeries,
  withBody,
  withChainHeaders,
  withList,
} from "./forged-block.ts";

// Each weighs half a megabyte: enough in a world.
const BLOCKS_MAX = 3;

/** One more than may be, in one list or in two. */
function tooMany(block: Draft): Draft | null {
  const [list] = bodyOf(block).singleChain;
  const [first] = list?.transactions ?? [];
  if (list === undefined || first === undefined) return null;
  const full = Array.from({ length: SHARD_BLOCK_TRANSACTIONS_MAX }, () => first);
  return withBody(
    withList(block, list.chain, () => full),
    { twoChain: [first] },
  );
}

function manyChains(block: Draft): Draft | null {
  const [header] = bodyOf(block).chainHeaders;
  if (header === undefined) return null;
  const headers = Array.from({ length: 5_000 }, (_, chain) => ({ ...header, chain }));
  return withChainHeaders(block, headers);
}

export const OVERSIZED: Forgeries = { tooMany, manyChains };

export const oversizedBlocks: Behaviour = (means) => {
  const forge = anyOf(OVERSIZED);
  let made = 0;
  return proposing((block) => {
    if (made >= BLOCKS_MAX) return null;
    made += 1;
    return forge(block, means);
  })(means);
};
