// Resolvers of chains, accounts and balances: schema/ledger.graphql.
import { formatChainId } from "../../protocol/ledger/chain-id.ts";
import type { ChainRecord } from "../../protocol/ledger/chain-record.ts";
import { accountHistory } from "../account-history.ts";
import { findChain } from "../chain-argument.ts";
import { chainParent } from "../chain-parent.ts";
import {
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
import type { AccountParent, BalanceParent } from "../parents.ts";
import { askChain, askShards } from "../routing.ts";
import { shardParent } from "../topology-parents.ts";
import { chainConnection } from "./network.ts";
import { readBlock } from "./transaction.ts";

async function readBalance(
  context: GatewayContext,
  record: ChainRecord,
  address: Uint8Array,
): Promise<BalanceParent> {
  const view = await askChain(context, record, (shard) => shard.balance(record.chain, address));
  return { address, view };
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
    unattributedFees: (record, _args, context) =>
      askChain(context, record, (shard) => shard.unattributedFees(record.chain)),
    balance: (record, { address }, context) => readBalance(context, record, address),
    block: (record, { round }, context) => readBlock(context, record, round),
  },
  Account: {
    balances,
    async balance({ address }, { chain }, context) {
      const record = await findChain(context, chain);
      return record === undefined ? null : readBalance(context, record, address);
    },
    transactions: ({ address }, args, context) => accountHistory(context, address, args),
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
  const answers = await askShards(context, (shard) => shard.balances(address, from, page.size + 1));
  const views = answers.flatMap((answer) => answer.balances).sort((a, b) => a.chain - b.chain);
  const entries = views.map((view) => ({
    cursor: encodeCursor("balance", view.chain),
    node: { address, view },
  }));
  return forwardConnection(page, args, entries);
}
