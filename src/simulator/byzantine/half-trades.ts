// Proposes blocks with one half of a trade: a transaction over two chains that stands under one of them only.
import { signed } from "./accomplice.ts";
import { proposing } from "./bad-proposer.ts";
import type { Means } from "./behaviour.ts";
import { anyOf, bodyOf, type Draft, type Forgeries, withBody, withList } from "./forged-block.ts";

/** Over a chain of the block and another, signed for both; null without anybody to sign it. */
function trade(block: Draft, means: Means): { chain: number; bytes: Uint8Array } | null {
  const { accomplice, network, random } = means;
  const chain = random.pick(bodyOf(block).chainHeaders)?.chain;
  if (accomplice === null || chain === undefined) return null;
  const others = network.genesis.chains.filter((one) => one.chain !== chain);
  const alsoOn = random.pick(others)?.chain ?? chain + 1;
  const validUntil = block.header.round + 100;
  const wish = { chain, alsoOn, nonce: 0, amount: 1n, gasPrice: 1_000n, validUntil };
  return { chain, bytes: signed(accomplice, means, wish) };
}

export const HALF_TRADES: Forgeries = {
  underOneChain: (block, means) => {
    const half = trade(block, means);
    return half && withList(block, half.chain, (list) => [...list, half.bytes]);
  },
  // In the lists of those over two chains or shards, and in no chain's root.
  underTwoChains: (block, means) => {
    const half = trade(block, means);
    return half && withBody(block, { twoChain: [half.bytes] });
  },
  underTwoShards: (block, means) => {
    const half = trade(block, means);
    return half && withBody(block, { crossShard: [half.bytes] });
  },
  // Somebody's whole transaction as if it were one over two shards.
  asIfOverTwoShards: (block) => {
    const [list] = bodyOf(block).singleChain;
    return list === undefined ? null : withBody(block, { crossShard: list.transactions });
  },
};

export const halfTrades = proposing(anyOf(HALF_TRADES));
