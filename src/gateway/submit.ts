// Hands verified transactions to their shards: one call for each shard, all at once, and one answer for each transaction,
// in their order. A transaction over two shards is handed to both; its home is the shard of its first leg.
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
    const before = elsewhere.map(({ transaction }) => `${shardsOf(context, transaction)}`);
    await context.directory.reload(context.peers);
    const moved = elsewhere.filter(
      (one, i) => `${shardsOf(context, one.transaction)}` !== before[i],
    );
    await sendAll(context, moved, answers);
  }
  return answers;
}

/** What a shard said to one transaction; null if it did not answer. */
interface Said {
  readonly shard: number;
  readonly admission: Admission | null;
  readonly nextRound: number;
}

/** Fills in the answers. Returns what a shard refused because it does not have the chain. */
async function sendAll(
  context: GatewayContext,
  placed: readonly Placed[],
  answers: SubmitAnswer[],
): Promise<Placed[]> {
  const deliveries = new Map<number, Delivery>();
  const said = new Map<Placed, Said[]>();
  for (const one of placed) {
    const shards = shardsOf(context, one.transaction);
    if (!Array.isArray(shards)) {
      answers[one.place] = refused(shards as Refusal);
      continue;
    }
    said.set(one, []);
    for (const shard of shards) deliver(deliveries, shard, one);
  }
  const outcomes = await Promise.all(
    [...deliveries].map(([shard, delivery]) => hand(context, shard, delivery)),
  );
  // Where nobody answered there is nothing to tell apart.
  const [failure] = outcomes.filter((one) => one instanceof Error);
  if (failure !== undefined && outcomes.every((one) => one instanceof Error)) throw failure;
  for (const [i, [shard, { waiting }]] of [...deliveries].entries()) {
    const outcome = outcomes[i] as AdmittedBatch | Error;
    const isSilent = outcome instanceof Error;
    for (const [j, places] of waiting.entries()) {
      const admission = isSilent ? null : (outcome.admissions[j] as Admission);
      const nextRound = isSilent ? 0 : outcome.nextRound;
      for (const one of places) said.get(one)?.push({ shard, admission, nextRound });
    }
  }
  await withdrawRefused(context, said);
  const toAnswer = answering(context);
  for (const [one, all] of said) answers[one.place] = toAnswer(all);
  return [...said]
    .filter(([one, all]) => all.some((each) => lacksChain(each, one)))
    .map(([one]) => one);
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

/**
 * what one of its two shards refuses is in no block, and holds no place on the other. May fail: there it expires then.
 */
async function withdrawRefused(
  { peers }: GatewayContext,
  said: ReadonlyMap<Placed, readonly Said[]>,
): Promise<void> {
  const byShard = new Map<number, { readonly id: string; readonly refusal: Refusal }[]>();
  for (const [{ transaction }, all] of said) {
    const refusal = all.map(({ admission }) => refusalOf(admission)).find((one) => one !== null);
    if (refusal == null) continue;
    for (const { shard, admission } of all) {
      if (admission?.kind !== "accepted") continue;
      byShard.set(shard, [...(byShard.get(shard) ?? []), { id: transaction.idHex, refusal }]);
    }
  }
  const calls = [...byShard].map(([shard, refusals]) => peers.shard(shard).withdraw(refusals));
  await Promise.allSettled(calls);
}

const refusalOf = (admission: Admission | null): Refusal | null =>
  admission?.kind === "refused" ? admission.refusal : null;

const lacksChain = ({ admission }: Said, { transaction }: Placed): boolean => {
  const refusal = refusalOf(admission);
  return (
    refusal?.code === "UNKNOWN_CHAIN" &&
    transaction.transaction.legs.some(({ chain }) => chain === refusal.chain)
  );
};

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

/** the shards that have to store it, its home first. */
function shardsOf(
  { directory }: GatewayContext,
  { transaction }: VerifiedTransaction,
): number[] | Refusal {
  const shards = new Set<number>();
  for (const { chain } of transaction.legs) {
    const record = directory.known(chain);
    if (record === undefined) return { code: "UNKNOWN_CHAIN", chain };
    shards.add(record.shard);
  }
  return [...shards];
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

/** Accepted when all of its shards have accepted it. Those of the same chains share one estimate, made when somebody asks for it. */
function answering(context: GatewayContext): (said: readonly Said[]) => SubmitAnswer {
  const estimates = new Map<string, () => Promise<EstimateParent>>();
  return (said) => {
    const silent = said.find(({ admission }) => admission === null);
    const refusal = said.map(({ admission }) => refusalOf(admission)).find((one) => one !== null);
    if (refusal != null) return refused(refusal);
    if (silent !== undefined) {
      return refused({ code: "SHARD_UNAVAILABLE", shard: silent.shard });
    }
    const home = said[0]?.admission;
    if (home?.kind !== "accepted") throw new Error("A transaction that no shard was asked about");
    const { id, chains } = home;
    const key = chains.join();
    let estimate = estimates.get(key);
    if (estimate === undefined) {
      const records = chains.flatMap((chain) => context.directory.known(chain) ?? []);
      const nextRounds = new Map(said.map(({ shard, nextRound }) => [shard, nextRound]));
      estimate = once(() => estimateInclusion(context, records, nextRounds));
      estimates.set(key, estimate);
    }
    return { __typename: "Accepted", id, chains, estimate };
  };
}
