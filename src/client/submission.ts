// Sending signed bytes. Sending the same bytes again is always safe: a known transaction is
// accepted again, so whatever was lost on the way, nothing is executed twice.
import type { Api } from "./api.ts";
import { encodeBase64 } from "./base64.ts";
import { encodeBatch, type SignedTransaction } from "./build-transaction.ts";
import { SUBMIT_BATCH, type SubmitBatchAnswer, toRefusal } from "./documents.ts";
import { ApiError, OutcomeUnknownError, RefusedError, UnavailableError } from "./errors.ts";
import type { InclusionPromise, NetworkLimits } from "./facts.ts";
import { backoffMs, sleep } from "./wait.ts";

/** On one transaction: refused, or accepted with a promise. */
export type Verdict = RefusedError | InclusionPromise;

/** One of several shards gave no answer: the transaction may be stored or not, as without any answer. */
export const isNoAnswer = (verdict: Verdict | undefined): boolean =>
  verdict instanceof RefusedError && verdict.code === "SHARD_UNAVAILABLE";

/** What the batch's own encoding adds at most: the count, and each transaction's length. */
const COUNT_BYTES = 5;
const LENGTH_BYTES = 2;

/** One attempt at one batch within the limits. Throws as `Api.attempt`. */
export async function attemptBatch(
  api: Api,
  batch: readonly Uint8Array[],
  signal?: AbortSignal,
): Promise<Verdict[]> {
  const variables = { batch: encodeBase64(encodeBatch(batch)) };
  const { submitBatch } = await api.attempt<SubmitBatchAnswer>(SUBMIT_BATCH, variables, signal);
  if (submitBatch.__typename === "Refused") throw new RefusedError(toRefusal(submitBatch));
  const { results } = submitBatch;
  if (results.length !== batch.length) {
    throw new UnavailableError(`Cannot match ${results.length} answers to ${batch.length}`);
  }
  return results.map((one) =>
    one.__typename === "Accepted"
      ? { round: one.estimate.round, time: new Date(one.estimate.time) }
      : new RefusedError(toRefusal(one)),
  );
}

/** In order, each part within the limits. */
export function splitBatch<T extends { readonly bytes: Uint8Array }>(
  transactions: readonly T[],
  { batchBytes, batchTransactions }: NetworkLimits,
): T[][] {
  const parts: T[][] = [];
  let part: T[] = [];
  let size = COUNT_BYTES;
  for (const one of transactions) {
    const added = one.bytes.length + LENGTH_BYTES;
    if (part.length > 0 && (size + added > batchBytes || part.length >= batchTransactions)) {
      parts.push(part);
      part = [];
      size = COUNT_BYTES;
    }
    part.push(one);
    size += added;
  }
  if (part.length > 0) parts.push(part);
  return parts;
}

/** What has become of one transaction: accepted if there is no error. */
export interface SubmitResult {
  readonly id: string;
  readonly error: RefusedError | OutcomeUnknownError | ApiError | null;
  /** When it can be committed; null with an error. */
  readonly promise: InclusionPromise | null;
}

type Outcome = NonNullable<SubmitResult["error"]> | InclusionPromise;

interface Pending {
  readonly place: number;
  readonly bytes: Uint8Array;
  readonly transaction: Pick<SignedTransaction, "id" | "bytes">;
  /** An attempt without an answer: it may have been stored. */
  isDoubtful: boolean;
  refusal: RefusedError | null;
}

/**
 * Sends all, again what is not answered or refused for now, until the attempts are used up. Throws
 * only the signal's reason.
 */
export async function submitAll(
  api: Api,
  limits: NetworkLimits,
  transactions: readonly Pick<SignedTransaction, "id" | "bytes">[],
  signal?: AbortSignal,
): Promise<SubmitResult[]> {
  const results: SubmitResult[] = [];
  const settle = ({ place, transaction: { id } }: Pending, outcome: Outcome) => {
    const failed = outcome instanceof Error;
    results[place] = { id, error: failed ? outcome : null, promise: failed ? null : outcome };
  };
  for (const part of splitBatch(transactions.map(toPending), limits)) {
    await submitPart(api, part, settle, signal);
  }
  return results;
}

const toPending = (
  transaction: Pick<SignedTransaction, "id" | "bytes">,
  place: number,
): Pending => ({
  place,
  bytes: transaction.bytes,
  transaction,
  isDoubtful: false,
  refusal: null,
});

async function submitPart(
  api: Api,
  part: readonly Pending[],
  settle: (one: Pending, outcome: Outcome) => void,
  signal?: AbortSignal,
): Promise<void> {
  let open = part;
  for (let failures = 0; open.length > 0; failures++) {
    let wait = backoffMs(api.retry, failures);
    let lost: unknown = null;
    try {
      const verdicts = await attemptBatch(
        api,
        open.map(({ bytes }) => bytes),
        signal,
      );
      open = open.filter((one, i) => {
        const verdict = verdicts[i] as Verdict;
        one.refusal = verdict instanceof RefusedError ? verdict : null;
        one.isDoubtful ||= isNoAnswer(verdict);
        if (!(verdict instanceof RefusedError)) settle(one, verdict);
        else if (!verdict.retryable) settle(one, verdict);
        // Passes when the other transaction goes, which is not soon: its place has to be paid for.
        else if (verdict.code === "NONCE_TAKEN") settle(one, lastWord(one, null));
        else return true;
        return false;
      });
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof ApiError || error instanceof RefusedError) {
        for (const one of open) settle(one, error);
        return;
      }
      lost = error;
      if (error instanceof UnavailableError) wait = Math.max(wait, error.retryAfterMs ?? 0);
      for (const one of open) one.isDoubtful = true;
    }
    if (failures + 1 >= api.retry.attemptsMax) {
      for (const one of open) settle(one, lastWord(one, lost));
      return;
    }
    if (open.length > 0) await sleep(wait, signal);
  }
}

function lastWord(one: Pending, lost: unknown): RefusedError | OutcomeUnknownError {
  if (one.refusal !== null && !one.isDoubtful) return one.refusal;
  return new OutcomeUnknownError(one.transaction, lost ?? one.refusal);
}
