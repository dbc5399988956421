// Proposes blocks that are valid and not what the shards opened: without the half of a shard that has work, or with one of a shard
// that did not open the round. Each shard must get on, whatever became of the other.
import { joinHalves } from "../../protocol/blocks/joint-header.ts";
import { proposing } from "./bad-proposer.ts";
import type { Behaviour, Means } from "./behaviour.ts";
import { type Draft, withHeader } from "./forged-block.ts";
import { withoutOther } from "./wrong-halves.ts";

/** With a half of the set's other shard, if both are on duty; null if it has one, or nothing can be said of it. */
function withUnopened(block: Draft, { network, set, shards, emptyHalf }: Means): Draft | null {
  const { header, shardBlocks } = block;
  const { networkId, epoch, round } = header;
  const missing = shards.find((shard) => !header.halves.some((half) => half.shard === shard));
  if (missing === undefined || network.timetable.dutyOf(missing, round).set !== set) return null;
  const other = emptyHalf(missing, round);
  if (other === null) return null;
  const halves = joinHalves(networkId, epoch, [...header.halves, other.half]);
  const bodies = [...shardBlocks, other.shardBlock].sort((a, b) => a.shard - b.shard);
  return { ...withHeader(block, { halves }), shardBlocks: bodies };
}

export const loneHalves: Behaviour = (means) =>
  proposing((block) => withoutOther(block) ?? withUnopened(block, means))(means);
