// Hands verified transactions to their shards: one call for each shard, one answer for each
// transaction, in their order. A transaction's home is the shard of its first leg.
import type { Admission } from "../actors/rpc.ts";
import { toHex } from "../protocol/encoding/bytes.ts";
import type { VerifiedTransaction } from "../protocol/ledger/unverified.ts";
import type { Refusal } from "../protocol/refusal.ts";
import type { GatewayContext } from "./context.ts";
import { estimateInclusion } from "./estimate.ts";
import { once } from "./once.ts";
import { refused, type SubmitAnswer } from "./parents.ts";
import { verifyBatch } from "./verify.ts";

/**
 * What one shard is given: distinct transactions, each with the places in the batch that wait for
 * its answer.
 */
interface Delivery {
  readonly batch: Uint8Array[];
  readonly places: number[][];
  readonly placeOf: Map<string, number>;
}

export async function submit(
  context: GatewayContext,
  batch: readonly Uint8Array[],
): Promise<SubmitAnswer[]> {
  const results = await verifyBatch(batch, context.network.id);
  await learnChains(
    context,
    results.flatMap((one) => (one.ok ? [one.value] : [])),
  );
  const answers: SubmitAnswer[] = [];
  const deliveries = new Map<number, Delivery>();
  for (const [place, result] of results.entries()) {
    if (!result.ok) {
      answers[place] = refused(result.refusal);
      continue;
    }
    const home = homeOf(context, result.value);
    if (typeof home === "number") deliver(deliveries, home, result.value, place);
    else answers[place] = refused(home);
  }
  await Promise.all(
    [...deliveries].map(async ([shard, { batch: bytes, places }]) => {
      const admissions = await context.peers.shard(shard).admit(bytes);
      if (admissions.length !== places.length) {
        throw new Error(`Shard ${shard} answered ${admissions.length} of ${places.length}`);
      }
      const toAnswer = answerOf(context);
      for (const [i, admission] of admissions.entries()) {
        for (const place of places[i] ?? []) answers[place] = toAnswer(admission);
      }
    }),
  );
  return answers;
}

/** Asks for the directory once if any of the transactions names a chain that is not known. */
async function learnChains(
  { directory, peers }: GatewayContext,
  transactions: readonly VerifiedTransaction[],
): Promise<void> {
  const unknown = transactions.some(({ transaction }) =>
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

function deliver(
  deliveries: Map<number, Delivery>,
  shard: number,
  transaction: VerifiedTransaction,
  place: number,
): void {
  let delivery = deliveries.get(shard);
  if (delivery === undefined) {
    delivery = { batch: [], places: [], placeOf: new Map() };
    deliveries.set(shard, delivery);
  }
  const { batch, places, placeOf } = delivery;
  const leaf = toHex(transaction.leaf);
  const known = placeOf.get(leaf);
  if (known !== undefined) {
    places[known]?.push(place);
    return;
  }
  placeOf.set(leaf, batch.length);
  batch.push(transaction.bytes);
  places.push([place]);
}

/** Transactions of the same chains share one estimate, which is made when somebody asks for it. */
function answerOf(context: GatewayContext): (admission: Admission) => SubmitAnswer {
  const estimates = new Map<string, () => ReturnType<typeof estimateInclusion>>();
  return (admission) => {
    if (admission.kind === "refused") return refused(admission.refusal);
    const { id, chains } = admission;
    const key = chains.join();
    let estimate = estimates.get(key);
    if (estimate === undefined) {
      const records = chains.flatMap((chain) => context.directory.known(chain) ?? []);
      estimate = once(() => estimateInclusion(context, records));
      estimates.set(key, estimate);
    }
    return { __typename: "Accepted", id, chains, estimate };
  };
}
