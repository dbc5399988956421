// Resolvers of schema/topology.graphql.

import type { Result } from "../../protocol/result.ts";
import { capOf } from "../../protocol/topology/cap-review.ts";
import type { SetRelation } from "../../protocol/topology/relations.ts";
import { splitSaturation } from "../../protocol/topology/saturation.ts";
import { stakesOfSets } from "../ask-staking.ts";
import { numberOf } from "../chain-argument.ts";
import {
  decodeNumberCursor,
  encodeCursor,
  forwardConnection,
  type PageArguments,
  pageOf,
} from "../connections.ts";
import type { GatewayContext } from "../context.ts";
import { SEAT_SOURCES, SET_RELATIONS } from "../enums.ts";
import type { Resolvers } from "../generated/schema-types.ts";
import { refused } from "../parents.ts";
import { mergePreview, splitPreview } from "../preview.ts";
import type { PreviewRefusal } from "../refusal-message.ts";
import { maintainerParent, setParent, shardParent } from "../topology-parents.ts";
import { decodePlace, encodePlace } from "../validator-cursor.ts";
import { queueBehind } from "../validator-queue.ts";
import { chainConnection } from "./network.ts";

export const topologyResolvers: Resolvers = {
  Query: {
    previewSplit: async (_, { shard }, context) =>
      answerOf("SplitPreview", await splitPreview(context, numberOf("shard", shard))),
    async previewMerge(_, { shard, with: partner }, context) {
      const named = partner == null ? null : numberOf("shard", partner);
      return answerOf("MergePreview", await mergePreview(context, numberOf("shard", shard), named));
    },
    validatorQueue,
  },
  SplitPreview: {
    shard: ({ plan }, _args, context) => shardParent(context, plan.shard),
    newShard: ({ plan }) => `${plan.newShard}`,
    newSets: ({ plan }) =>
      idsOf(plan.relations.filter(({ kind }) => kind === "spawned").map(({ set }) => set)),
    staying: ({ staying }, args, context) => chainsNamed(context, staying, args),
    leaving: ({ leaving }, args, context) => chainsNamed(context, leaving, args),
    setRelations: ({ plan }, args) => relationConnection(plan.relations, args),
  },
  MergePreview: {
    heir: ({ plan }, _args, context) => shardParent(context, plan.heir),
    endedShard: ({ plan }, _args, context) => shardParent(context, plan.endedShard),
    chains: ({ chains }, args, context) => chainsNamed(context, chains, args),
    partnerByRule: ({ partnerByRule }, _args, context) =>
      partnerByRule === null ? null : shardParent(context, partnerByRule),
    winner: ({ winner }, _args, context) => setParent(context, winner),
    setRelations: ({ plan }, args) => relationConnection(plan.relations, args),
  },
  MergeRacer: {
    validatorSet: ({ set }, _args, context) => setParent(context, set),
    syncs: ({ syncs }) => idsOf(syncs),
  },
  TopologyFigures: {
    crossShardTrades: ({ tradesCrossing }) => tradesCrossing,
    crossShardPermille: ({ crossingPermille }) => crossingPermille,
  },
  SetRelation: {
    set: ({ set }) => `${set}`,
    kind: ({ kind }) => SET_RELATIONS[kind],
    keeps: (one) => (one.kind === "demoted" ? [] : idsOf(one.keeps)),
    prunes: (one) => (one.kind === "demoted" ? [] : idsOf(one.prunes)),
    syncs: (one) => (one.kind === "demoted" ? [] : idsOf(one.syncs)),
    maintains: (one) => (one.kind === "demoted" ? null : idOrNull(one.maintains)),
    watches: (one) => (one.kind === "demoted" ? [] : idsOf(one.watches)),
    spawns: (one) => (one.kind === "remains" ? idsOf(one.spawns) : []),
    standsInFor: (one) => (one.kind === "remains" ? idsOf(one.standsInFor) : []),
    spawnedBy: (one) => (one.kind === "spawned" ? `${one.by}` : null),
    seatsFrom: (one) => (one.kind === "spawned" ? SEAT_SOURCES[one.seatsFrom] : null),
    standIn: (one) => (one.kind === "spawned" ? idOrNull(one.standIn) : null),
    redundantWith: (one) => (one.kind === "demoted" ? `${one.redundantWith}` : null),
    warm: (one) => (one.kind === "demoted" ? idsOf(one.warm) : []),
  },
  Shard: {
    maintainer: ({ shard }, _args, context) => maintainerParent(context, shard),
  },
  ValidatorSet: {
    maintains: ({ duties: { maintains }, shardOf }) =>
      maintains === null ? null : shardOf(maintains),
    watches: ({ duties, shardOf }) => duties.watches.map(shardOf),
    async cap({ record, shardOf }) {
      const permilles = await Promise.all(
        record.shards.map(async (shard) => {
          const saturation = await shardOf(shard).saturation();
          return [shard, splitSaturation(saturation)] as const;
        }),
      );
      const permilleOf = new Map(permilles);
      return capOf(record, record.seats.length, (shard) => permilleOf.get(shard) ?? 0);
    },
    stake: async ({ record }, _args, context) =>
      (await stakesOfSets(context, [record])).get(record.set) ?? 0n,
  },
};

function answerOf<N extends "SplitPreview" | "MergePreview", T>(
  __typename: N,
  result: Result<T, PreviewRefusal>,
) {
  return result.ok ? { __typename, ...result.value } : refused(result.refusal);
}

const idsOf = (numbers: readonly number[]): string[] => numbers.map(String);
const idOrNull = (id: number | null): string | null => (id === null ? null : `${id}`);

/** The records of chains that the MerkleChain has named. */
async function chainsNamed(
  { directory, peers }: GatewayContext,
  chains: readonly number[],
  args: PageArguments,
) {
  // Ids are dense: who has the last one has all.
  await directory.find(peers, chains.at(-1) ?? 0);
  return chainConnection(
    chains.flatMap((chain) => directory.known(chain) ?? []),
    args,
  );
}

function relationConnection(relations: readonly SetRelation[], args: PageArguments) {
  const page = pageOf(args);
  const after = decodeNumberCursor("set relation", args.after) ?? -1;
  const rest = relations.filter(({ set }) => set > after).slice(0, page.size + 1);
  const entries = rest.map((node) => ({ cursor: encodeCursor("set relation", node.set), node }));
  return forwardConnection(page, args, entries);
}

async function validatorQueue(_: unknown, args: PageArguments, context: GatewayContext) {
  const page = pageOf(args);
  const after = decodePlace("validator queue", args.after);
  const waiting = await queueBehind(context, after, page.size + 1);
  const entries = waiting.map((node) => ({ cursor: encodePlace("validator queue", node), node }));
  return forwardConnection(page, args, entries);
}
