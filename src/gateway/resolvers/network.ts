// Resolvers of schema/network.graphql.
import { quorum } from "../../protocol/consensus/quorum.ts";
import { ROOT_CHAIN } from "../../protocol/ledger/chain-id.ts";
import { gasRequired } from "../../protocol/ledger/gas.ts";
import type { PayloadKind } from "../../protocol/ledger/payload.ts";
import { epochSeed } from "../../protocol/rounds/epoch.ts";
import { cycleRounds } from "../../protocol/rounds/timetable.ts";
import { numberOf } from "../chain-argument.ts";
import {
  decodeNumberCursor,
  encodeCursor,
  forwardConnection,
  type PageArguments,
  pageOf,
} from "../connections.ts";
import { PAYLOADS } from "../enums.ts";
import type { Resolvers } from "../generated/schema-types.ts";
import { nowMs } from "../network-facts.ts";
import { NETWORK_LIMITS } from "../network-limits.ts";
import type { ChainParent } from "../parents.ts";
import { setConnection, setParent, shardParent } from "../topology-parents.ts";

/** A page of chains behind the cursor, by id. */
export function chainConnection(chains: readonly ChainParent[], args: PageArguments) {
  const page = pageOf(args);
  const after = decodeNumberCursor("chain", args.after) ?? -1;
  const rest = chains.filter(({ chain }) => chain > after).slice(0, page.size + 1);
  const entries = rest.map((node) => ({ cursor: encodeCursor("chain", node.chain), node }));
  return forwardConnection(page, args, entries);
}

export const networkResolvers: Resolvers = {
  Query: {
    network: async (_, _args, { network, peers }) => ({ nowMs: await nowMs(network, peers) }),
    shard(_, { id }, context) {
      const shard = numberOf("shard", id);
      const exists = context.network.epochs.latest.shards.some((one) => one.shard === shard);
      return exists ? shardParent(context, shard) : null;
    },
    shards: (_, _args, context) =>
      context.network.epochs.latest.shards.map(({ shard }) => shardParent(context, shard)),
    validatorSet(_, { id }, context) {
      const set = numberOf("validator set", id);
      const exists = context.network.epochs.latest.sets.some((one) => one.set === set);
      return exists ? setParent(context, set) : null;
    },
    validatorSets: (_, args, context) =>
      setConnection(context, context.network.epochs.latest, args),
    async epoch(_, { number }, { network, peers }) {
      if (number != null) return network.epochNumbered(number, peers);
      const timeMs = await nowMs(network, peers);
      return network.epochs.atMs(timeMs);
    },
  },
  Network: {
    id: (_, _args, { network }) => network.id,
    genesisHash: (_, _args, { network }) => network.id,
    genesis: (_, _args, { network }) => network.genesisBytes,
    name: (_, _args, { network }) => network.genesis.name,
    development: (_, _args, { network }) => network.genesis.development,
    clock: (_, _args, { network }) => (network.clock === "live" ? "LIVE" : "MANUAL"),
    time: (parent) => new Date(parent.nowMs),
    round: ({ nowMs: timeMs }, _args, { network }) => network.epochs.roundAt(timeMs),
    epoch: ({ nowMs: timeMs }, _args, { network }) => network.epochs.atMs(timeMs),
    roundMs: ({ nowMs: timeMs }, _args, { network }) => network.epochs.atMs(timeMs).roundMs,
    k: (_, _args, { network }) => network.genesis.epoch.k,
    merkleChainBlock: async (_, _args, { peers }) =>
      (await peers.merkleChain.network()).merkleChainBlock,
    subscribers: async (_, _args, { peers }) => (await peers.merkleChain.network()).subscribers,
    parameters: ({ nowMs: timeMs }, _args, { network }) => network.epochs.atMs(timeMs),
    limits: () => NETWORK_LIMITS,
  },
  NetworkParameters: {
    async rootChain(_, _args, { directory, peers }) {
      const record = await directory.find(peers, ROOT_CHAIN);
      if (record === undefined) throw new Error("The directory has no root chain");
      return record;
    },
    seats: (epoch) => epoch.sets[0]?.seats.length ?? 0,
    quorum: (epoch) => quorum(epoch.sets[0]?.seats.length ?? 0),
    cycleRounds,
    gas: () =>
      (Object.keys(PAYLOADS) as PayloadKind[]).map((kind) => ({
        payload: PAYLOADS[kind],
        gas: gasRequired(kind, 0),
      })),
    gasPerAuthorisation: () => gasRequired("delegate", 1),
  },
  Epoch: {
    number: ({ epoch }) => epoch,
    activationTime: ({ activationTimeMs }) => new Date(activationTimeMs),
    seed: (epoch, _args, { network }) => epochSeed(network.id, epoch),
    async begun({ epoch, activationRound, activationTimeMs }, _args, { network, peers }) {
      // A lapsed one has the number of one that may have begun since.
      const known = await network.epochNumbered(epoch, peers);
      if (known?.activationRound !== activationRound) return false;
      return activationTimeMs <= (await nowMs(network, peers));
    },
    shards: ({ shards }, _args, context) => shards.map(({ shard }) => shardParent(context, shard)),
    validatorSets: (epoch, args, context) => setConnection(context, epoch, args),
  },
  Shard: {
    id: ({ shard }) => `${shard}`,
    async chains({ shard }, args, { directory, peers }) {
      await directory.refresh(peers);
      return chainConnection(
        directory.chains.filter((chain) => chain.shard === shard),
        args,
      );
    },
    headRound: async ({ status }) => (await status()).headRound,
    headHash: async ({ status }) => (await status()).headHash,
    executedRound: async ({ status }) => (await status()).executedRound,
    finalRound: async ({ status }) => (await status()).finalRound,
    nextRound: async ({ status }) => (await status()).nextRound,
    waiting: async ({ status }) => (await status()).waiting,
    async nextTick({ status }) {
      const { nextTickMs } = await status();
      return nextTickMs === null ? null : new Date(nextTickMs);
    },
    subscribers: async ({ status }) => (await status()).subscribers,
    validatorSets: ({ shard }, args, context) =>
      setConnection(context, context.network.epochs.latest, args, shard),
  },
};
