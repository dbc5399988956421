// Resolvers of transactions and blocks: schema/ledger.graphql.
import type { TransactionView } from "../../actors/rpc.ts";
import type { ChainRecord } from "../../protocol/ledger/chain-record.ts";
import type { Holder } from "../../protocol/ledger/receipt.ts";
import type { Refusal } from "../../protocol/refusal.ts";
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
import { HOLDERS, OUTCOMES, outcomeWords, payloadKindOf, reasonOf } from "../enums.ts";
import { estimateInclusion } from "../estimate.ts";
import type { Resolvers } from "../generated/schema-types.ts";
import type { BlockParent, TransactionParent } from "../parents.ts";
import { refusalMessage, storedRefusal } from "../refusal-message.ts";
import { askChain, askShards } from "../routing.ts";
import { setParent } from "../topology-parents.ts";

export async function readBlock(
  context: GatewayContext,
  record: ChainRecord,
  round: number,
): Promise<BlockParent | null> {
  const view = await askChain(context, record, (shard) => shard.block(record.chain, round));
  return view === undefined ? null : { view, cursor: null };
}

const readTransaction = (
  context: GatewayContext,
  record: ChainRecord,
  id: Uint8Array,
): Promise<TransactionView | undefined> =>
  askChain(context, record, (shard) => shard.transaction(id, record.chain));

/** Asks all shards.: of two that know it, the shard of its first leg speaks for it. */
export async function findTransaction(context: GatewayContext, id: Uint8Array) {
  const answers = await askShards(context, async (peer, shard) => {
    const answer = await peer.transaction(id, null);
    const view = answer.kind === "here" ? answer.value : undefined;
    return view === undefined ? [] : [{ shard, view }];
  });
  const found = answers.flat();
  if (found.length < 2) return found[0];
  const homes = await Promise.all(
    found.map(async ({ view: { legs } }) => {
      const record = legs[0] && (await context.directory.find(context.peers, legs[0].chain));
      return record?.shard;
    }),
  );
  return found.find(({ shard }, i) => homes[i] === shard) ?? found[0];
}

/** Why a transaction is in no block, so far or for good. */
function refusalOf({ reason, legs }: TransactionView): Refusal | null {
  const included = legs.some(({ round }) => round !== null);
  return included || reason === null ? null : storedRefusal(reason);
}

export const transactionResolvers: Resolvers = {
  Query: {
    async transaction(_, { id, chain }, context) {
      const record = chain == null ? null : await findChain(context, chain);
      if (record === undefined) return null;
      const view =
        record === null
          ? (await findTransaction(context, id))?.view
          : await readTransaction(context, record, id);
      return view === undefined ? null : { view, cursor: null };
    },
    async block(_, { chain, round }, context) {
      const record = await findChain(context, chain);
      return record === undefined ? null : readBlock(context, record, round);
    },
  },
  Transaction: {
    id: ({ view }) => view.id,
    status: ({ view }) => view.status,
    code: ({ view }) => view.code,
    reason({ view }) {
      const refusal = refusalOf(view);
      if (refusal !== null) return refusalMessage(refusal);
      const reason = reasonOf(view.reason);
      const failed = view.legs.length > 1 ? view.failedChain : null;
      return reason === null ? null : outcomeWords(reason, failed);
    },
    outcome({ view }) {
      const reason = reasonOf(view.reason);
      return reason === null ? null : OUTCOMES[reason];
    },
    refusal({ view }) {
      const refusal = refusalOf(view);
      return refusal === null ? null : { refusal };
    },
    failedChain: ({ view: { failedChain } }, _args, context) =>
      failedChain === null ? null : chainParent(context, failedChain),
    payload: ({ view }) => payloadKindOf(view.payload),
    validUntil: ({ view }) => view.validUntil,
    legs: ({ view }) => view.legs,
    async estimate({ view }, _args, context) {
      if (view.status !== "PENDING") return null;
      const chains = await Promise.all(view.legs.map(({ chain }) => chainParent(context, chain)));
      return estimateInclusion(context, chains);
    },
    cursor: ({ cursor }) => cursor,
  },
  Leg: {
    chain: ({ chain }, _args, context) => chainParent(context, chain),
    async block({ chain, round }, _args, context) {
      if (round === null) return null;
      return readBlock(context, await chainParent(context, chain), round);
    },
  },
  Movement: {
    chain: ({ chain }, _args, context) => chainParent(context, chain),
    from: ({ from }) => holder(from),
    to: ({ to }) => holder(to),
  },
  Block: {
    chain: ({ view }, _args, context) => chainParent(context, view.chain),
    round: ({ view }) => view.round,
    async time({ view: { round } }, _args, { network, peers }) {
      return new Date((await network.epochsOfPast(round, peers)).roundStartMs(round));
    },
    hash: ({ view }) => view.hash,
    parent: ({ view }) => view.parent,
    transactionsRoot: ({ view }) => view.transactionsRoot,
    stateRoot: ({ view }) => view.stateRoot,
    gas: ({ view }) => view.gas,
    jointHeaderHash: ({ view }) => view.jointHeaderHash,
    validatorSet: ({ view }, _args, context) => setParent(context, view.set),
    view: ({ view }) => view.view,
    extends: ({ view }) => view.extends,
    signers: ({ view }) => view.signers.length,
    signerSeats: ({ view }) => view.signers,
    transactionCount: ({ view }) => view.transactions.length,
    transactions: blockTransactions,
    cursor: ({ cursor }) => cursor,
  },
};

function holder(of: Holder) {
  const kind = HOLDERS[of.kind];
  if (of.kind === "account") return { kind, address: of.address, validator: null };
  if (of.kind !== "stake" && of.kind !== "unbonding") {
    return { kind, address: null, validator: null };
  }
  return { kind, address: of.staker, validator: of.validator };
}

async function blockTransactions(
  { view }: BlockParent,
  args: PageArguments,
  context: GatewayContext,
) {
  const page = pageOf(args);
  const from = (decodeNumberCursor("block transaction", args.after) ?? -1) + 1;
  const ids = view.transactions.slice(from, from + page.size + 1);
  const record = await chainParent(context, view.chain);
  const read = await Promise.all(
    ids.map(async (id, i) => {
      // The one behind the page only shows that the list goes on.
      const found = i < page.size ? await readTransaction(context, record, id) : undefined;
      return { index: from + i, found: found ?? forgotten(id) };
    }),
  );
  const entries = read.map(({ index, found }) => ({
    cursor: encodeCursor("block transaction", index),
    node: { view: found, cursor: null } satisfies TransactionParent,
  }));
  return forwardConnection(page, args, entries);
}

/** A transaction of a committed block of which the shard keeps the id only. */
const forgotten = (id: Uint8Array): TransactionView => ({
  id,
  status: "COMMITTED",
  code: null,
  reason: null,
  failedChain: null,
  payload: null,
  validUntil: null,
  legs: [],
});
