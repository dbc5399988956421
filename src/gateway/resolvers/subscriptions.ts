// Resolvers of schema/subscriptions.graphql: each event of an object's stream becomes a value of
// the root field, with a cursor to go on behind it.
import type { BlockView, StreamEvent, TransactionView } from "../../actors/rpc.ts";
import type { MerkleChainBlock } from "../../protocol/blocks/merkle-chain-block.ts";
import { toHex } from "../../protocol/encoding/bytes.ts";
import { numberOf, requireChain } from "../chain-argument.ts";
import { decodeCursor, encodeCursor } from "../connections.ts";
import type { GatewayContext } from "../context.ts";
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
import { shardParent } from "./network.ts";

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
  },
  NotarisedHeader: {
    shard: ({ shard }, _args, context) => shardParent(context, shard),
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
  const shard = chain == null ? await shardThatKnows(context, id) : await shardOf(context, chain);
  const query = behind({ stream: "transaction", id: toHex(id) }, position);
  const socket = await context.peers.stream(shard, query);
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
  const source = sourceOf(context, shard, record?.shard ?? null);
  const named = record === null ? {} : { chain: `${record.chain}` };
  const socket = await context.peers.stream(
    source,
    behind({ stream: "blocks", ...named }, position),
  );
  return new EventReader<{ blocks: BlockParent }>(socket, (event) => {
    const { cursor, view } = event as StreamEvent<BlockView>;
    return { blocks: { view, cursor: encodeCursor("block", cursor) } };
  });
}

async function followNetwork({ after }: SubscriptionNetworkArgs, { peers }: GatewayContext) {
  const position = decodeCursor("network", after, NUMBER);
  const socket = await peers.stream(null, behind({ stream: "network" }, position));
  type Event = MerkleChainBlockParent & { readonly __typename: "MerkleChainBlock" };
  return new EventReader<{ network: Event }>(socket, (event) => {
    const { view } = event as StreamEvent<MerkleChainBlock>;
    return { network: { __typename: "MerkleChainBlock", ...view } };
  });
}

async function shardOf(context: GatewayContext, chain: string): Promise<number> {
  return (await requireChain(context, chain)).shard;
}

/**
 * Without a chain all shards are asked; on a network of one shard a transaction yet to come is
 * waited for.
 */
async function shardThatKnows({ network, peers }: GatewayContext, id: Uint8Array): Promise<number> {
  const shards = network.epoch.shards.map(({ shard }) => shard);
  const [only, ...others] = shards;
  if (only !== undefined && others.length === 0) return only;
  const views = await Promise.all(shards.map((shard) => peers.shard(shard).transaction(id)));
  const shard = shards.find((_, i) => views[i] !== undefined);
  if (shard !== undefined) return shard;
  const message = `Cannot find transaction 0x${toHex(id)}: name its chain to wait for it`;
  throw gatewayError("NOT_FOUND", message);
}

function sourceOf(
  { network }: GatewayContext,
  id: string | null | undefined,
  chainShard: number | null,
): number {
  const shards = network.epoch.shards.map(({ shard }) => shard);
  const [only, ...others] = shards;
  const shard = id == null ? chainShard : numberOf("shard", id);
  if (shard === null) {
    if (only !== undefined && others.length === 0) return only;
    throw gatewayError("BAD_USER_INPUT", "Cannot choose a shard: name one, or a chain");
  }
  if (!shards.includes(shard)) {
    throw gatewayError("NOT_FOUND", `Cannot find shard ${quote(id)}: choose one of \`shards\``);
  }
  if (chainShard !== null && chainShard !== shard) {
    throw badInput("Invalid shard", id, `the shard of that chain, which is "${chainShard}"`);
  }
  return shard;
}
