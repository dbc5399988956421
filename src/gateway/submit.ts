// Hands verified transactions to their shards: one call for each shard, all at once, and one answer for each transaction,
// in their order. A transaction's home is the shard of its first leg.
import { GraphQLError } from "graphql";
import type { Admission, AdmittedBatch } from "../actors/rpc.ts";
import { toHex } from "../protocol/encoding/bytes.ts";
import type { VerifiedTransaction } from "../protocol/ledger/unverified.ts";
import type { Refusal } from "../protocol/refusal.ts";
import type { GatewayContext } from "./context.ts";
import { estimateInclusion } from "./estimate.ts";
import { once } from "./once.ts";
import { type EstimateParent, refused, type SubmitAnswer } from "./parents.ts";
import { verifyBatch } from "./verify.ts";

/** A transaction, and its place in the batch. */
interface Placed {
  readonly place: number;
  readonly transaction: VerifiedTransaction;
}

/**
 * What one shard is given: distinct transactions, each with the places in the batch that wait for
 * its answer.
 */
interface Delivery {
  readonly batch: Uint8Array[];
  readonly waiting: Placed[][];
  readonly placeOf: Map<string, number>;
}

export async function submit(
  context: GatewayContext,
  batch: readonly Uint8Array[],
): Promise<SubmitAnswer[]> {
  const results = await verifyBatch(batch, context.network.id);
  const answers: SubmitAnswer[] = [];
  const placed: Placed[] = [];
  for (const [place, result] of results.entries()) {
    if (result.ok) placed.push({ place, transaction: result.value });
    else answers[place] = refused(result.refusal);
  }
  await learnChains(context, placed);
  const elsewhere = await sendAll(context, placed, answers);
  if (elsewhere.length > 0) {
    // the directory is old. What it still does not know better is refused, as the answers say.
    const before = elsewhere.map(({ transaction }) => homeOf(context, transaction));
    await context.directory.reload(context.peers);
    const moved = elsewhere.filter((one, i) => homeOf(context, one.transaction) !== before[i]);
    await sendAll(context, moved, answers);
  }
  return answers;
}

/** Fills in the answers. Returns what a shard refused because it does not have the first chain. */
async function sendAll(
  context: GatewayContext,
  placed: readonly Placed[],
  answers: SubmitAnswer[],
): Promise<Placed[]> {
  const deliveries = new Map<number, Delivery>();
  for (const one of placed) {
    const home = homeOf(context, one.transaction);
    if (typeof home === "number") deliver(deliveries, home, one);
    else answers[one.place] = refused(home);
  }
  const elsewhere: Placed[] = [];
  const outcomes = await Promise.all(
    [...deliveries].map(([shard, delivery]) => hand(context, shard, delivery)),
  );
  // Where nobody answered there is nothing to tell apart.
  const [failure] = outcomes.filter((one) => one instanceof Error);
  if (failure !== undefined && outcomes.every((one) => one instanceof Error)) throw failure;
  for (const [i, [shard, { waiting }]] of [...deliveries].entries()) {
    const outcome = outcomes[i] as AdmittedBatch | Error;
    const toAnswer = answerOf(context, shard, outcome);
    for (const [j, places] of waiting.entries()) {
      const admission = outcome instanceof Error ? null : (outcome.admissions[j] as Admission);
      for (const one of places) {
        answers[one.place] = toAnswer(admission);
        if (admission !== null && lacksHome(admission, one)) elsewhere.push(one);
      }
    }
  }
  return elsewhere;
}

/** The shard's answers, or an error with which the same bytes may be sent again. Throws any other. */
async function hand(
  { peers }: GatewayContext,
  shard: number,
  { batch }: Delivery,
): Promise<AdmittedBatch | GraphQLError> {
  try {
    const answer = await peers.shard(shard).admit(batch);
    const { length } = answer.admissions;
    if (length === batch.length) return answer;
    throw new Error(`Shard ${shard} answered ${length} of ${batch.length}`);
  } catch (error) {
    if (error instanceof GraphQLError && error.extensions.retryable === true) return error;
    throw error;
  }
}

const lacksHome = (admission: Admission, { transaction }: Placed): boolean =>
  admission.kind === "refused" &&
  admission.refusal.code === "UNKNOWN_CHAIN" &&
  admission.refusal.chain === transaction.transaction.legs[0]?.chain;

/** Asks for the directory once if any of the transactions names a chain that is not known. */
async function learnChains(
  { directory, peers }: GatewayContext,
  placed: readonly Placed[],
): Promise<void> {
  const unknown = placed.some(({ transaction: { transaction } }) =>
    transaction.legs.some(({ chain }) => directory.known(chain) === undefined),
  );
  if (unknown) await directory.refresh(peers);
}

function homeOf(
  { directory }: GatewayContext,
  { transaction }: VerifiedTransaction,
): number | Refusal {
  let home: number | undefined;
  for (const { chain } of transaction.legs) {
    const record = directory.known(chain);
    if (record === undefined) return { code: "UNKNOWN_CHAIN", chain };
    home ??= record.shard;
  }
  // A decoded transaction has at least one leg.
  return home as number;
}

function deliver(deliveries: Map<number, Delivery>, shard: number, one: Placed): void {
  let delivery = deliveries.get(shard);
  if (delivery === undefined) {
    delivery = { batch: [], waiting: [], placeOf: new Map() };
    deliveries.set(shard, delivery);
  }
  const { batch, waiting, placeOf } = delivery;
  const leaf = toHex(one.transaction.leaf);
  const known = placeOf.get(leaf);
  if (known !== undefined) {
    waiting[known]?.push(one);
    return;
  }
  placeOf.set(leaf, batch.length);
  batch.push(one.transaction.bytes);
  waiting.push([one]);
}

/** Transactions of the same chains share one estimate, which is made when somebody asks for it. */
function answerOf(
  context: GatewayContext,
  shard: number,
  outcome: AdmittedBatch | Error,
): (admission: Admission | null) => SubmitAnswer {
  const estimates = new Map<string, () => Promise<EstimateParent>>();
  return (admission) => {
    if (admission === null || outcome instanceof Error) {
      return refused({ code: "SHARD_UNAVAILABLE", shard });
    }
    if (admission.kind === "refused") return refused(admission.refusal);
    const { id, chains } = admission;
    const key = chains.join();
    let estimate = estimates.get(key);
    if (estimate === undefined) {
      const records = chains.flatMap((chain) => context.directory.known(chain) ?? []);
      const nextRounds = new Map([[shard, outcome.nextRound]]);
      estimate = once(() => estimateInclusion(context, records, nextRounds));
      estimates.set(key, estimate);
    }
    return { __typename: "Accepted", id, chains, estimate };
  };
}
