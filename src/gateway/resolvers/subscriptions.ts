// Resolvers of schema/subscriptions.graphql: each event of an object's stream becomes a value of
// the root field, with a cursor to go on behind it.
import type { BlockView, StreamEvent, TransactionView } from "../../actors/rpc.ts";
import type { MerkleChainBlock } from "../../protocol/blocks/merkle-chain-block.ts";
import { toHex } from "../../protocol/encoding/bytes.ts";
import type { ChainRecord } from "../../protocol/ledger/chain-record.ts";
import { numberOf, requireChain } from "../chain-argument.ts";
import { decodeCursor, encodeCursor } from "../connections.ts";
import type { GatewayContext } from "../context.ts";
import { EPOCH_CHANGES } from "../enums.ts";
import { badInput, gatewayError, quote } from "../errors.ts";
import type {
  Resolvers,
  SubscriptionBlocksArgs,
  SubscriptionNetworkArgs,
  SubscriptionTransactionArgs,
} from "../generated/schema-types.ts";
import type { BlockParent, MerkleChainBlockParent, TransactionParent } from "../parents.ts";
import type { StreamQuery } from "../peers.ts";
import { EventReader } from "../read-stream.ts";
import { streamOf } from "../routing.ts";
import { shardParent } from "../topology-parents.ts";
import { findTransaction } from "./transaction.ts";

const STATUS = /^(PENDING|COMMITTED|EXECUTED|FINAL|REJECTED|DROPPED|EXPIRED)$/;
const BLOCK = /^(0|[1-9][0-9]{0,15}):(0|[1-9][0-9]{0,9})$/;
const NUMBER = /^(0|[1-9][0-9]{0,15})$/;

export const subscriptionResolvers: Resolvers = {
  Subscription: {
    transaction: { subscribe: (_, args, context) => followTransaction(args, context) },
    blocks: { subscribe: (_, args, context) => followBlocks(args, context) },
    network: { subscribe: (_, args, context) => followNetwork(args, context) },
  },
  NetworkEvent: { __resolveType: () => "MerkleChainBlock" },
  MerkleChainBlock: {
    cursor: ({ number }) => encodeCursor("network", number),
    createdChains: ({ createdChains }) => createdChains,
    epochChange: ({ epochChange }) => epochChange,
  },
  EpochChange: {
    kind: ({ kind }) => EPOCH_CHANGES[kind],
    epoch: ({ epoch }, _args, { network }) => network.epochOf(epoch),
  },
  VoidHeader: {
    shard: ({ shard }, _args, context) => shardParent(context, shard),
    late: ({ isLate }) => isLate,
  },
  NotarisedHeader: {
    shard: ({ shard }, _args, context) => shardParent(context, shard),
    fillPermille: ({ saturation }) => saturation.fillPermille,
    ratePermille: ({ saturation }) => saturation.ratePermille,
  },
};

/** The query of a stream that goes on behind a position, if one is given. */
const behind = (query: StreamQuery, after: string | null): StreamQuery =>
  after === null ? query : { ...query, after };

async function followTransaction(
  { id, chain, after }: SubscriptionTransactionArgs,
  context: GatewayContext,
) {
  const position = decodeCursor("status", after, STATUS);
  const query = behind({ stream: "transaction", id: toHex(id) }, position);
  const socket =
    chain == null
      ? await streamAt(context, await shardThatKnows(context, id), query)
      : await streamOf(context, await requireChain(context, chain), query);
  return new EventReader<{ transaction: TransactionParent }>(socket, (event) => {
    const { cursor, view } = event as StreamEvent<TransactionView>;
    return { transaction: { view, cursor: encodeCursor("status", cursor) } };
  });
}

async function followBlocks(
  { shard, chain, after }: SubscriptionBlocksArgs,
  context: GatewayContext,
) {
  const position = decodeCursor("block", after, BLOCK);
  const record = chain == null ? null : await requireChain(context, chain);
  const source = sourceOf(context, shard, record);
  const query = behind({ stream: "blocks" }, position);
  const socket =
    record === null
      ? await streamAt(context, source, query)
      : await streamOf(context, record, query);
  return new EventReader<{ blocks: BlockParent }>(socket, (event) => {
    const { cursor, view } = event as StreamEvent<BlockView>;
    return { blocks: { view, cursor: encodeCursor("block", cursor) } };
  });
}

async function followNetwork({ after }: SubscriptionNetworkArgs, context: GatewayContext) {
  const position = decodeCursor("network", after, NUMBER);
  const socket = await streamAt(context, null, behind({ stream: "network" }, position));
  type Event = MerkleChainBlockParent & { readonly __typename: "MerkleChainBlock" };
  return new EventReader<{ network: Event }>(socket, (event) => {
    const { view } = event as StreamEvent<MerkleChainBlock>;
    return { network: { __typename: "MerkleChainBlock", ...view } };
  });
}

/** A stream that names no chain, so that no shard can be the wrong one for it. */
async function streamAt({ peers }: GatewayContext, shard: number | null, query: StreamQuery) {
  const socket = await peers.stream(shard, query);
  if (socket === null) throw new Error(`The stream ${query.stream} was sent elsewhere`);
  return socket;
}

/**
 * Without a chain all shards are asked; on a network of one shard a transaction yet to come is
 * waited for.
 */
async function shardThatKnows(context: GatewayContext, id: Uint8Array): Promise<number> {
  const [only, ...others] = context.network.epochs.latest.shards;
  if (only !== undefined && others.length === 0) return only.shard;
  const found = await findTransaction(context, id);
  if (found !== undefined) return found.shard;
  const message = `Cannot find transaction 0x${toHex(id)}: name its chain to wait for it`;
  throw gatewayError("NOT_FOUND", message);
}

function sourceOf(
  { network }: GatewayContext,
  id: string | null | undefined,
  record: ChainRecord | null,
): number {
  const shards = network.epochs.latest.shards.map(({ shard }) => shard);
  const [only, ...others] = shards;
  const shard = id == null ? (record?.shard ?? null) : numberOf("shard", id);
  if (shard === null) {
    if (only !== undefined && others.length === 0) return only;
    const message =
      `Cannot follow the blocks of all ${shards.length} shards in one stream: give \`shard\` for ` +
      'all chains of one, such as "0", or `chain` for one chain, such as "T0"';
    throw gatewayError("BAD_USER_INPUT", message);
  }
  if (!shards.includes(shard)) {
    throw gatewayError("NOT_FOUND", `Cannot find shard ${quote(id)}: choose one of \`shards\``);
  }
  if (record !== null && record.shard !== shard) {
    throw badInput("Invalid shard", id, `the shard of that chain, which is "${record.shard}"`);
  }
  return shard;
}
