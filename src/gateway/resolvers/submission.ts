// Resolvers of schema/submission.graphql.

import type { Simulation } from "../../actors/rpc.ts";
import { fromHex } from "../../protocol/encoding/bytes.ts";
import { formatChainId } from "../../protocol/ledger/chain-id.ts";
import { paysFee } from "../../protocol/ledger/leg-facts.ts";
import type { Transaction } from "../../protocol/ledger/transaction.ts";
import {
  claimedTransactions,
  transactionBatchCodec,
} from "../../protocol/ledger/transaction-batch.ts";
import type { Refusal } from "../../protocol/refusal.ts";
import { chainParent } from "../chain-parent.ts";
import type { GatewayContext } from "../context.ts";
import { INCLUSION_CASES, OUTCOMES, outcomeWords, reasonOf } from "../enums.ts";
import { badInput } from "../errors.ts";
import type { Resolvers } from "../generated/schema-types.ts";
import { BATCH_TRANSACTIONS_MAX } from "../limits.ts";
import { presentRound } from "../network-facts.ts";
import { refused, type SimulationParent, type SubmitAnswer } from "../parents.ts";
import { isRetryable, refusalDetails, refusalMessage } from "../refusal-message.ts";
import { askChain } from "../routing.ts";
import { submit } from "../submit.ts";
import { verifyBatch } from "../verify.ts";

export const submissionResolvers: Resolvers = {
  Query: {
    simulate: (_, { transaction }, context) => simulate(context, transaction),
  },
  Mutation: {
    async submitTransaction(_, { transaction }, context) {
      const [answer] = await submit(context, [transaction]);
      return answer as SubmitAnswer;
    },
    submitTransactions(_, { transactions }, context) {
      checkCount("transactions", transactions.length);
      return submit(context, transactions);
    },
    async submitBatch(_, { batch }, context) {
      checkCount("batch", claimedTransactions(batch) ?? 0);
      const decoded = transactionBatchCodec.decode(batch);
      if (!decoded.ok) return refused(decoded.refusal);
      const results = await submit(context, decoded.value);
      const accepted = results.filter((one) => one.__typename === "Accepted").length;
      const refusedCount = results.length - accepted;
      return { __typename: "SubmittedBatch", results, accepted, refused: refusedCount };
    },
  },
  Accepted: {
    chains: ({ chains }) => chains.map(formatChainId),
    estimate: ({ estimate }) => estimate(),
  },
  Refused: {
    code: ({ refusal }) => refusal.code,
    message: ({ refusal }) => refusalMessage(refusal),
    retryable: ({ refusal }) => isRetryable(refusal),
    details: ({ refusal }) => refusalDetails(refusal),
  },
  Simulation: {
    round: ({ simulation }) => simulation.round,
    includable: ({ simulation }) => simulation.includable,
    includableRound: ({ simulation }) => simulation.includableRound,
    refusal({ simulation: { refusal } }) {
      return refusal === null ? null : { refusal };
    },
    rule: ({ simulation: { rule } }) => (rule === null ? null : INCLUSION_CASES[rule]),
    possiblyEmptying: ({ simulation }) => simulation.possiblyEmptying,
    code: ({ simulation }) => simulation.code,
    outcome({ simulation }) {
      const reason = reasonOf(simulation.reason);
      return reason === null ? null : OUTCOMES[reason];
    },
    reason({ simulation }) {
      const reason = reasonOf(simulation.reason);
      const failed = simulation.legs.length > 1 ? simulation.failedChain : null;
      if (reason !== null) return outcomeWords(reason, failed);
      return simulation.refusal === null ? null : refusalMessage(simulation.refusal);
    },
    legs: ({ simulation }) => simulation.legs,
    failedChain: ({ simulation: { failedChain } }, _args, context) =>
      failedChain === null ? null : chainParent(context, failedChain),
    heldBy: ({ simulation: { heldBy } }) => (heldBy === null ? null : fromHex(heldBy)),
    successRound: ({ simulation }) => simulation.successRound,
    successTime({ simulation: { successRound } }, _args, { network }) {
      return successRound === null ? null : new Date(network.epochs.roundStartMs(successRound));
    },
    partner: ({ simulation: { partner } }) => (partner === null ? null : `${partner}`),
    payer: readPayer,
  },
  SimulatedLeg: {
    chain: ({ chain }, _args, context) => chainParent(context, chain),
    rule: ({ rule }) => (rule === null ? null : INCLUSION_CASES[rule]),
  },
};

function checkCount(name: string, count: number): void {
  if (count <= BATCH_TRANSACTIONS_MAX) return;
  throw badInput(`Invalid ${name}`, count, `at most ${BATCH_TRANSACTIONS_MAX} transactions`);
}

/** What the bytes and the directory alone refuse never reaches a shard. */
async function simulate(context: GatewayContext, bytes: Uint8Array): Promise<SimulationParent> {
  const { network, peers, directory } = context;
  const [verdict] = await verifyBatch([bytes], network.id);
  if (verdict === undefined) throw new Error("No verdict on the transaction");
  if (!verdict.ok) return refusedSimulation(context, verdict.refusal);
  const { transaction } = verdict.value;
  const chain = transaction.legs[0]?.chain ?? 0;
  const record = await directory.find(peers, chain);
  if (record === undefined) {
    return refusedSimulation(context, { code: "UNKNOWN_CHAIN", chain });
  }
  const simulation = await askChain(context, record, (shard) => shard.simulate(bytes, chain));
  return { simulation, payer: payerOf(transaction) };
}

async function refusedSimulation(
  { network, peers }: GatewayContext,
  refusal: Refusal,
): Promise<SimulationParent> {
  const simulation: Simulation = {
    round: await presentRound(network, peers),
    includable: false,
    includableRound: null,
    refusal,
    rule: null,
    possiblyEmptying: false,
    legs: [],
    code: 0,
    reason: null,
    failedChain: null,
    heldBy: null,
    successRound: null,
    partner: null,
  };
  return { simulation, payer: null };
}

function payerOf({ legs }: Transaction): SimulationParent["payer"] {
  const leg = legs.find(paysFee);
  if (leg?.payment == null) return null;
  return { chain: leg.chain, address: leg.payment.payer };
}

async function readPayer({ payer }: SimulationParent, _: unknown, context: GatewayContext) {
  if (payer === null) return null;
  const record = await context.directory.find(context.peers, payer.chain);
  if (record === undefined) return null;
  const { chain, address } = payer;
  const view = await askChain(context, record, (shard) => shard.balance(chain, address));
  return { address, view };
}
