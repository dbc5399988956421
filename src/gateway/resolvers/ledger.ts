// Resolvers of chains, accounts and balances: schema/ledger.graphql.
import type { HistoryEntry } from "../../actors/rpc.ts";
import { formatChainId } from "../../protocol/ledger/chain-id.ts";
import type { ChainRecord } from "../../protocol/ledger/chain-record.ts";
import { findChain } from "../chain-argument.ts";
import { chainParent } from "../chain-parent.ts";
import {
  connection,
  decodeCursor,
  decodeNumberCursor,
  encodeCursor,
  forwardConnection,
  type PageArguments,
  pageOf,
} from "../connections.ts";
import type { GatewayContext } from "../context.ts";
import { badInput } from "../errors.ts";
import type { Resolvers } from "../generated/schema-types.ts";
import { SEARCH_CHARACTERS_MAX } from "../limits.ts";
import type { AccountParent, BalanceParent, TransactionParent } from "../parents.ts";
import { chainConnection, shardParent } from "./network.ts";
import { readBlock } from "./transaction.ts";

async function readBalance(
  { peers }: GatewayContext,
  { chain, shard }: ChainRecord,
  address: Uint8Array,
): Promise<BalanceParent> {
  const view = await peers.shard(shard).balance(chain, address);
  return { address, view: view ?? lacks(shard, chain) };
}

function lacks(shard: number, chain: number): never {
  throw new Error(`Shard ${shard} lacks its chain ${formatChainId(chain)}`);
}

export const ledgerResolvers: Resolvers = {
  Query: {
    chain: async (_, { id }, context) => (await findChain(context, id)) ?? null,
    async chains(_, args, { directory, peers }) {
      const { search } = args;
      if (search != null && search.length > SEARCH_CHARACTERS_MAX) {
        throw badInput("Invalid search", search, `at most ${SEARCH_CHARACTERS_MAX} characters`);
      }
      await directory.refresh(peers);
      const { chains } = directory;
      const found = search ? chains.filter((chain) => matches(chain, search)) : chains;
      return chainConnection(found, args);
    },
    account: (_, { address }) => ({ address }),
  },
  Chain: {
    id: ({ chain }) => formatChainId(chain),
    shard: ({ shard }, _args, context) => shardParent(context, shard),
    async unattributedFees({ chain, shard }, _args, { peers }) {
      const fees = await peers.shard(shard).unattributedFees(chain);
      return fees ?? lacks(shard, chain);
    },
    balance: (record, { address }, context) => readBalance(context, record, address),
    block: (record, { round }, context) => readBlock(context, record, round),
  },
  Account: {
    balances,
    async balance({ address }, { chain }, context) {
      const record = await findChain(context, chain);
      return record === undefined ? null : readBalance(context, record, address);
    },
    transactions,
  },
  Balance: {
    chain: ({ view }, _args, context) => chainParent(context, view.chain),
    amount: ({ view }) => view.account.balance,
    nonce: ({ view }) => view.account.nonce,
    nextNonce: ({ view }) => view.nextNonce,
    authorisationNonce: ({ view }) => view.account.authorisationNonce,
    reserve: ({ view }) => view.reserve,
    pendingReserves: ({ view }) => view.account.pendingReserves,
    delegate({ view }) {
      const { delegation } = view.account;
      if (delegation === null) return null;
      const { delegate, allowance, lastRound } = delegation;
      return { address: delegate, allowance, lastRound };
    },
    spendable: ({ view }) => view.spendable,
    inflightFees: ({ view }) => view.inflightFees,
  },
};

function matches({ chain, symbol, name }: ChainRecord, search: string): boolean {
  const wanted = search.toLowerCase();
  if (formatChainId(chain).toLowerCase() === wanted) return true;
  return symbol.toLowerCase().includes(wanted) || name.toLowerCase().includes(wanted);
}

/** Each shard answers its chains by id; together they are merged by id. */
async function balances({ address }: AccountParent, args: PageArguments, context: GatewayContext) {
  const page = pageOf(args);
  const after = decodeNumberCursor("balance", args.after);
  const from = after === null ? 0 : after + 1;
  const { peers, network } = context;
  const answers = await Promise.all(
    network.epoch.shards.map(({ shard }) =>
      peers.shard(shard).balances(address, from, page.size + 1),
    ),
  );
  const views = answers.flatMap((answer) => answer.balances).sort((a, b) => a.chain - b.chain);
  const entries = views.map((view) => ({
    cursor: encodeCursor("balance", view.chain),
    node: { address, view },
  }));
  return forwardConnection(page, args, entries);
}

const POSITION = /^(0|[1-9][0-9]{0,15}):(0|[1-9][0-9]{0,9})$/;

function historyPosition(cursor: string | null | undefined): HistoryEntry | undefined {
  const position = decodeCursor("history", cursor, POSITION);
  if (position === null) return undefined;
  const [round = 0, place = 0] = position.split(":").map(Number);
  return { round, position: place };
}

/** The oldest first; `last` reads from the newest on and is turned around. */
async function transactions(
  { address }: AccountParent,
  args: PageArguments,
  { network, peers }: GatewayContext,
) {
  const page = pageOf(args);
  const after = historyPosition(args.after);
  const before = historyPosition(args.before);
  const shard = network.epoch.shards[0]?.shard ?? 0;
  const read = await peers.shard(shard).history(address, {
    ...(after === undefined ? {} : { after }),
    ...(before === undefined ? {} : { before }),
    reverse: page.backward,
    limit: page.size + 1,
  });
  const entries = read.slice(0, page.size).map(({ round, position, view }) => ({
    cursor: encodeCursor("history", `${round}:${position}`),
    node: { view, cursor: null } satisfies TransactionParent,
  }));
  const more = read.length > page.size;
  if (page.backward) {
    return connection(entries.toReversed(), { next: before !== undefined, previous: more });
  }
  return connection(entries, { next: more || before !== undefined, previous: after !== undefined });
}
