// Resolvers of sets and their replicas: schema/network.graphql.
import { quorum } from "../../protocol/consensus/quorum.ts";
import type { Resolvers } from "../generated/schema-types.ts";

export const validatorSetResolvers: Resolvers = {
  ValidatorSet: {
    id: ({ record }) => `${record.set}`,
    shards: ({ record, shardOf }) => record.shards.map(shardOf),
    seats: ({ record }) => record.seats.map((seat, index) => ({ index, ...seat })),
    quorum: ({ record }) => quorum(record.seats.length),
    async findings({ status, shardOf }) {
      const { findings } = await status();
      return findings.map((finding) => ({ finding, shard: shardOf(finding.shard) }));
    },
    async replicas({ record, status, shardOf }, _args, { network }) {
      const { replicas } = await status();
      return record.shards.map((shard) => {
        const known = replicas.find((one) => one.shard === shard);
        // A set that nobody has called has no block, of no shard.
        const none = { shard, headRound: 0, headHash: network.id, executedRound: 0 };
        return { replica: known ?? none, shard: shardOf(shard) };
      });
    },
  },
  Finding: {
    shard: ({ shard }) => shard,
    round: ({ finding }) => finding.round,
    kind: ({ finding }) => (finding.kind === "block" ? "INVALID_BLOCK" : "CONFLICTING_RESULT"),
    reason: ({ finding }) => finding.reason,
  },
  Replica: {
    headRound: ({ replica }) => replica.headRound,
    headHash: ({ replica }) => replica.headHash,
    executedRound: ({ replica }) => replica.executedRound,
    async behindRounds({ replica, shard }) {
      const { headRound } = await shard.status();
      // The shard is asked apart from the set, and may have answered first.
      return Math.max(0, headRound - replica.headRound);
    },
  },
};
