// How far a shard or a set is, as those see it who ask: plain values that travel over RPC. Reads only.
import type { OnChain, SetStatus, ShardStatus } from "./rpc.ts";
import type { Shard } from "./shard.ts";
import type { ValidatorSet } from "./validator-set.ts";

/** `subscribers`: open streams of the object around it. */
export const shardStatus = (shard: Shard, subscribers: number): ShardStatus => ({
  headRound: shard.replica.head.round,
  headHash: shard.replica.head.hash,
  executedRound: shard.replica.executedRound,
  finalRound: shard.progress.finalRound,
  nextRound: shard.nextRound(),
  waiting: shard.room.pool.size,
  nextTickMs: shard.nextTickMs(),
  subscribers,
});

export const setStatus = (set: ValidatorSet): SetStatus => ({
  replicas: set.replicas.map(({ shard, head, executedRound }) => ({
    shard,
    headRound: head.round,
    headHash: head.hash,
    executedRound,
  })),
  findings: set.findings.all,
});

/** Nothing more can be executed in rounds up to here: the history has all that there will ever be of them. */
export function completeRound(shard: Shard): number {
  const { replica, progress } = shard;
  if (replica.hasUnexecuted) return replica.executedRound;
  return (progress.state === "open" ? progress.round : shard.nextRound()) - 1;
}

/** the answer about a chain (null: about any), or that it is not here: whoever asked has an old directory. */
export function onChain<T>(shard: Shard, chain: number | null, ask: () => T): OnChain<T> {
  const lacks = chain !== null && shard.replica.chain(chain) === undefined;
  return lacks ? { kind: "elsewhere" } : { kind: "here", value: ask() };
}
