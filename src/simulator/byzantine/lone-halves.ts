// Proposes blocks that are valid and not what the shards opened: without the half of a shard that has work, or with one of a shard
// that did not open the round. Each shard must get on, whatever became of the other.
import { proposing } from "./bad-proposer.ts";
import type { Behaviour } from "./behaviour.ts";
import { withoutOther, withUnopened } from "./wrong-halves.ts";

export const loneHalves: Behaviour = (means) =>
  proposing((block) => withoutOther(block) ?? withUnopened(block, means))(means);
