// Resolvers of schema/network.graphql.
import { quorum } from "../../protocol/consensus/quorum.ts";
import { ROOT_CHAIN } from "../../protocol/ledger/chain-id.ts";
import { gasRequired } from "../../protocol/ledger/gas.ts";
import type { PayloadKind } from "../../protocol/ledger/payload.ts";
import {
  AUTHORISATIONS_MAX,
  BATCH_BYTES_MAX,
  CHAIN_BLOCK_BYTES_MAX,
  GAS_LIMIT_MAX,
  LEGS_MAX,
  MEMPOOL_BYTES_MAX,
  MEMPOOL_CHAIN_BYTES_MAX,
  MEMPOOL_CHAIN_TRANSACTIONS_MAX,
  MEMPOOL_SENDER_TRANSACTIONS_MAX,
  MEMPOOL_TRANSACTIONS_MAX,
  SHARD_BLOCK_BYTES_MAX,
  SHARD_BLOCK_TRANSACTIONS_MAX,
  SUBSCRIBERS_MAX,
  SUBSCRIBERS_PER_CLIENT_MAX,
  TRANSACTION_BYTES_MAX,
  VALID_UNTIL_ROUNDS_MAX,
} from "../../protocol/limits.ts";
import { roundAt, roundStartMs } from "../../protocol/rounds/epoch.ts";
import { cycleRounds } from "../../protocol/rounds/timetable.ts";
import { numberOf, requireChain } from "../chain-argument.ts";
import {
  decodeNumberCursor,
  encodeCursor,
  forwardConnection,
  type PageArguments,
  pageOf,
} from "../connections.ts";
import type { GatewayContext } from "../context.ts";
import { PAYLOADS } from "../enums.ts";
import { badInput } from "../errors.ts";
import { estimateInclusion } from "../estimate.ts";
import type { NetworkLimits, Resolvers } from "../generated/schema-types.ts";
import * as limits from "../limits.ts";
import { nowMs } from "../network-facts.ts";
import { once } from "../once.ts";
import type { ChainParent, ShardParent, ValidatorSetParent } from "../parents.ts";

export function shardParent({ peers }: GatewayContext, shard: number): ShardParent {
  return { shard, status: once(() => peers.shard(shard).status()) };
}

/** The set of the current epoch; for ids that come from it. */
export function setParent({ network }: GatewayContext, set: number): ValidatorSetParent {
  const record = network.epoch.sets.find((one) => one.set === set);
  if (record === undefined) throw new Error(`No set ${set} in epoch ${network.epoch.epoch}`);
  return record;
}

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
      const exists = context.network.epoch.shards.some((one) => one.shard === shard);
      return exists ? shardParent(context, shard) : null;
    },
    shards: (_, _args, context) =>
      context.network.epoch.shards.map(({ shard }) => shardParent(context, shard)),
    validatorSet(_, { id }, { network }) {
      const set = numberOf("validator set", id);
      return network.epoch.sets.find((one) => one.set === set) ?? null;
    },
    epoch: (_, { number }, { network }) =>
      number == null || number === network.epoch.epoch ? network.epoch : null,
    timetable,
    async estimateInclusion(_, { chains }, context) {
      const distinct = [...new Set(chains)];
      if (distinct.length < 1 || distinct.length > LEGS_MAX) {
        throw badInput("Invalid chains", chains, `a list of 1 to ${LEGS_MAX} chains`);
      }
      const records = await Promise.all(distinct.map((id) => requireChain(context, id)));
      return estimateInclusion(context, records);
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
    round: (parent, _args, { network }) => roundAt(network.epoch, parent.nowMs),
    epoch: (_, _args, { network }) => network.epoch,
    roundMs: (_, _args, { network }) => network.epoch.roundMs,
    k: (_, _args, { network }) => network.epoch.k,
    merkleChainBlock: async (_, _args, { peers }) =>
      (await peers.merkleChain.network()).merkleChainBlock,
    subscribers: async (_, _args, { peers }) => (await peers.merkleChain.network()).subscribers,
    parameters: (_, _args, { network }) => network.epoch,
    limits: () => LIMITS,
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
    shards: ({ shards }, _args, context) => shards.map(({ shard }) => shardParent(context, shard)),
    validatorSets: ({ sets }) => sets,
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
  },
  ValidatorSet: {
    id: ({ set }) => `${set}`,
    shards: ({ shards }, _args, context) => shards.map((shard) => shardParent(context, shard)),
    seats: ({ seats }) => seats.map((seat, index) => ({ index, ...seat })),
    quorum: ({ seats }) => quorum(seats.length),
  },
};

const LIMITS: NetworkLimits = {
  transactionBytes: TRANSACTION_BYTES_MAX,
  batchBytes: BATCH_BYTES_MAX,
  batchTransactions: limits.BATCH_TRANSACTIONS_MAX,
  chainBlockBytes: CHAIN_BLOCK_BYTES_MAX,
  shardBlockBytes: SHARD_BLOCK_BYTES_MAX,
  shardBlockTransactions: SHARD_BLOCK_TRANSACTIONS_MAX,
  mempoolTransactions: MEMPOOL_TRANSACTIONS_MAX,
  mempoolBytes: MEMPOOL_BYTES_MAX,
  mempoolChainTransactions: MEMPOOL_CHAIN_TRANSACTIONS_MAX,
  mempoolChainBytes: MEMPOOL_CHAIN_BYTES_MAX,
  mempoolSenderTransactions: MEMPOOL_SENDER_TRANSACTIONS_MAX,
  legs: LEGS_MAX,
  authorisations: AUTHORISATIONS_MAX,
  validUntilRounds: VALID_UNTIL_ROUNDS_MAX,
  gasLimit: GAS_LIMIT_MAX,
  requestBytes: limits.REQUEST_BYTES_MAX,
  urlBytes: limits.URL_BYTES_MAX,
  headerBytes: limits.HEADER_BYTES_MAX,
  requestMs: limits.REQUEST_MS_MAX,
  requestOperations: limits.REQUEST_OPERATIONS_MAX,
  variables: limits.VARIABLES_MAX,
  variablesDepth: limits.VARIABLES_DEPTH_MAX,
  pageEntries: limits.PAGE_ENTRIES_MAX,
  queryDepth: limits.QUERY_DEPTH_MAX,
  queryAliases: limits.QUERY_ALIASES_MAX,
  queryTokens: limits.QUERY_TOKENS_MAX,
  querySelections: limits.QUERY_SELECTIONS_MAX,
  queryOperations: limits.QUERY_OPERATIONS_MAX,
  queryFragments: limits.QUERY_FRAGMENTS_MAX,
  queryDirectives: limits.QUERY_DIRECTIVES_MAX,
  queryCost: limits.QUERY_COST_MAX,
  subscribers: SUBSCRIBERS_MAX,
  subscribersPerClient: SUBSCRIBERS_PER_CLIENT_MAX,
};

async function timetable(
  _: unknown,
  args: { readonly from?: number | null; readonly rounds?: number | null },
  context: GatewayContext,
) {
  const { network, peers } = context;
  const { epoch } = network;
  const rounds = args.rounds ?? limits.TIMETABLE_ROUNDS_DEFAULT;
  if (rounds < 1 || rounds > limits.TIMETABLE_ROUNDS_MAX) {
    throw badInput("Invalid rounds", rounds, `from 1 to ${limits.TIMETABLE_ROUNDS_MAX}`);
  }
  const from = args.from ?? roundAt(epoch, await nowMs(network, peers));
  // The last round whose time a DateTime can say.
  const to = epoch.activationRound + Math.floor((8.64e15 - epoch.activationTimeMs) / epoch.roundMs);
  if (from < epoch.activationRound || from + rounds > to) {
    throw badInput("Invalid from", from, `a round from ${epoch.activationRound} to ${to - rounds}`);
  }
  return Array.from({ length: rounds }, (_, i) => {
    const round = from + i;
    const duties = network.timetable.dutiesIn(round).map(({ set, shards }) => ({
      validatorSet: setParent(context, set),
      shards: shards.map((shard) => shardParent(context, shard)),
    }));
    return { round, time: new Date(roundStartMs(epoch, round)), duties };
  });
}
