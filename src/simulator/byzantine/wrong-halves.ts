// Proposes joint blocks whose halves are each right by themselves and do not belong together, or not here.
import { joinHalves } from "../../protocol/blocks/joint-header.ts";
import { sha256 } from "../../protocol/crypto/sha256.ts";
import { proposing } from "./bad-proposer.ts";
import type { Means } from "./behaviour.ts";
import {
  anyOf,
  bodyOf,
  type Draft,
  type Forge,
  type Forgeries,
  halfOf,
  withHalf,
  withHeader,
} from "./forged-block.ts";

/** Only what has two halves lends itself. */
const ofTwo =
  (forge: Forge): Forge =>
  (block, means) =>
    block.header.halves.length === 2 && block.shardBlocks.length === 2 ? forge(block, means) : null;

/** The half alone, as if there had never been another, but for what is left of it. */
const alone = (block: Draft): Draft => ({
  ...withHeader(block, { halves: [halfOf(block)] }),
  shardBlocks: [bodyOf(block)],
});

/** On a head that the shard had once. */
function staleHead(block: Draft, { memory }: Means): Draft | null {
  const head = memory.staleHead(block.shard);
  return head === null || head.round >= halfOf(block).head.round ? null : withHalf(block, { head });
}

/** As the half of a shard that the set does not cover. */
function ofAnotherPair(block: Draft, { network, shards, random }: Means): Draft | null {
  const strangers = network.epoch.shards.filter(({ shard }) => !shards.includes(shard));
  const shard = random.pick(strangers)?.shard;
  if (shard === undefined) return null;
  const { shardBlocks } = block;
  const moved = shardBlocks.map((body) => (body.shard === block.shard ? { ...body, shard } : body));
  return { ...withHalf(block, { shard }), shardBlocks: moved, shard };
}

export const WRONG_HALVES: Forgeries = {
  unequalPayloads: ofTwo((block) => {
    const other = sha256(halfOf(block).chainsRoot);
    return withHeader(block, {
      halves: block.header.halves.map((half) =>
        half.shard === block.shard ? half : { ...half, partnerPayloadRoot: other },
      ),
    });
  }),
  unequalCrossRoots: ofTwo((block) =>
    withHalf(block, { crossRoot: sha256(halfOf(block).crossRoot) }),
  ),
  // Each carries its own payload instead of the other's.
  payloadsSwapped: ofTwo((block) => {
    const [first, second] = block.header.halves;
    if (first === undefined || second === undefined) return null;
    return withHeader(block, {
      halves: [
        { ...first, partnerPayloadRoot: second.partnerPayloadRoot },
        { ...second, partnerPayloadRoot: first.partnerPayloadRoot },
      ],
    });
  }),
  halvesSwapped: ofTwo((block) => ({
    ...withHeader(block, { halves: block.header.halves.toReversed() }),
    shardBlocks: block.shardBlocks.toReversed(),
  })),
  bodiesSwapped: ofTwo((block) => ({ ...block, shardBlocks: block.shardBlocks.toReversed() })),
  // What is left still carries the other's payload.
  halfDropped: ofTwo(alone),
  bodyDropped: ofTwo((block) => ({ ...block, shardBlocks: [bodyOf(block)] })),
  bothPartnersForgotten: ofTwo((block) =>
    withHeader(block, {
      halves: block.header.halves.map((half) => ({ ...half, partnerPayloadRoot: null })),
    }),
  ),
  staleHead,
  ofAnotherPair,
};

const wrongHalf = anyOf(WRONG_HALVES);

/** Where one shard has nothing to say the block gets its half all the same, to have two to spoil. */
export const wrongHalves = proposing((block, means) =>
  wrongHalf(withUnopened(block, means) ?? block, means),
);

/** With a half of the set's other shard, if both are on duty; null if it has one, or nothing can be said of it. */
export function withUnopened(
  block: Draft,
  { network, set, shards, emptyHalf }: Means,
): Draft | null {
  const { header, shardBlocks } = block;
  const { networkId, epoch, round } = header;
  const missing = shards.find((shard) => !header.halves.some((half) => half.shard === shard));
  if (missing === undefined || network.dutyOf(missing, round).set !== set) return null;
  const other = emptyHalf(missing, round);
  if (other === null) return null;
  const halves = joinHalves(networkId, epoch, [...header.halves, other.half]);
  const bodies = [...shardBlocks, other.shardBlock].sort((a, b) => a.shard - b.shard);
  return { ...withHeader(block, { halves }), shardBlocks: bodies };
}

/** Without the other half, and so that it is valid: a shard that has work has none in this block. */
export function withoutOther(block: Draft): Draft | null {
  if (block.header.halves.length < 2) return null;
  return withHalf(alone(block), { partnerPayloadRoot: null });
}
