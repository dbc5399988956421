// Resolvers of schema/saturation.graphql.
import { connection, decodeNumberCursor, encodeCursor, pageOf } from "../connections.ts";
import type { Resolvers } from "../generated/schema-types.ts";

export const saturationResolvers: Resolvers = {
  NetworkParameters: {
    saturation: ({ saturation }) => saturation,
  },
  Shard: {
    async saturation({ saturation }) {
      const { rate, allTimeHigh, busyStreak, idleStreak, ...rest } = await saturation();
      return {
        ...rest,
        tps: rate / 1_000,
        allTimeHighTps: allTimeHigh / 1_000,
        busyRounds: busyStreak,
        idleRounds: idleStreak,
      };
    },
    async saturations({ shard }, args, { peers }) {
      const { size, backward } = pageOf(args);
      const after = decodeNumberCursor("saturation", args.after);
      const before = decodeNumberCursor("saturation", args.before);
      const query = { after, before, reverse: backward, limit: size + 1 };
      const found = await peers.merkleChain.saturationHistory(shard, query);
      const entries = found.slice(0, size).map(({ round, load, ...saturation }) => ({
        cursor: encodeCursor("saturation", round),
        node: { round, ...load, ...saturation },
      }));
      const more = found.length > size;
      if (backward)
        return connection(entries.toReversed(), { next: before !== null, previous: more });
      return connection(entries, { next: more || before !== null, previous: after !== null });
    },
  },
};
