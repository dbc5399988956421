// Who is on duty when, and when chains can commit together: schema/network.graphql.
import type { Epochs } from "../../protocol/rounds/epochs.ts";
import { requireChain } from "../chain-argument.ts";
import type { GatewayContext } from "../context.ts";
import { badInput, gatewayError, quote } from "../errors.ts";
import { estimateInclusion } from "../estimate.ts";
import type { QueryTimetableArgs, Resolvers } from "../generated/schema-types.ts";
import { PAGE_ENTRIES_MAX, TIMETABLE_ROUNDS_DEFAULT, TIMETABLE_ROUNDS_MAX } from "../limits.ts";
import { presentRound } from "../network-facts.ts";
import type { EstimateParent } from "../parents.ts";
import { setParent, shardParent } from "../topology-parents.ts";

export const timetableResolvers: Resolvers = {
  Query: {
    timetable: (_, args, context) => timetable(args, context),
    estimateInclusion: (_, { chains }, context) => estimate(chains, context),
  },
  InclusionEstimate: {
    validatorSet: ({ set }, _args, context) => setParent(context, set),
  },
};

/** The most that a DateTime can say, in ms since 1970. */
const TIME_MS_MAX = 8.64e15;

async function timetable(args: QueryTimetableArgs, context: GatewayContext) {
  const { network, peers } = context;
  const rounds = args.rounds ?? TIMETABLE_ROUNDS_DEFAULT;
  if (rounds < 1 || rounds > TIMETABLE_ROUNDS_MAX) {
    throw badInput("Invalid rounds", rounds, `from 1 to ${TIMETABLE_ROUNDS_MAX}`);
  }
  const from = args.from ?? (await presentRound(network, peers));
  const { activationRound } = network.genesis.epoch;
  const to = network.epochs.roundAt(TIME_MS_MAX);
  if (from < activationRound || from + rounds > to) {
    throw badInput("Invalid from", from, `a round from ${activationRound} to ${to - rounds}`);
  }
  const epochs = await network.epochsFrom(from, peers);
  return Array.from({ length: rounds }, (_, i) => timetableRound(context, epochs, from + i));
}

function timetableRound(context: GatewayContext, epochs: Epochs, round: number) {
  const duties = epochs.dutiesIn(round);
  const lone = duties.find(({ shards }) => shards.length === 1)?.shards[0];
  return {
    round,
    time: new Date(epochs.roundStartMs(round)),
    duties: duties.map(({ set, shards }) => ({
      validatorSet: setParent(context, set),
      shards: shards.map((shard) => shardParent(context, shard)),
    })),
    alone: lone === undefined ? null : shardParent(context, lone),
  };
}

async function estimate(
  chains: readonly string[],
  context: GatewayContext,
): Promise<EstimateParent> {
  const distinct = [...new Set(chains)];
  if (distinct.length < 1 || distinct.length > PAGE_ENTRIES_MAX) {
    throw badInput("Invalid chains", chains, `a list of 1 to ${PAGE_ENTRIES_MAX} chains`);
  }
  const records = await Promise.all(distinct.map((id) => requireChain(context, id)));
  const shards = new Set(records.map(({ shard }) => shard));
  if (shards.size > 2) {
    const message =
      `Invalid chains: ${quote(chains)} lie on ${shards.size} shards (${[...shards].join(", ")}), and ` +
      "no round has more than two shards together (R-3.5): name chains of two shards at most";
    throw gatewayError("BAD_USER_INPUT", message);
  }
  return estimateInclusion(context, records);
}
