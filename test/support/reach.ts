// The reach of a network's only shard: every chain is its own.
import type { Reach } from "../../src/protocol/blocks/reach.ts";

export const ALONE: Reach = {
  shard: 0,
  partner: null,
  shardOf: () => 0,
  nextMeeting: () => 0,
};
