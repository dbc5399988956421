// What a shard answers to one transaction that a gateway hands in.
import { trustedTransaction } from "../protocol/ledger/unverified.ts";
import type { Refusal } from "../protocol/refusal.ts";
import type { WaitingRoom } from "./waiting-room.ts";

/** One answer for each transaction handed in. */
export type Admission =
  | { readonly kind: "accepted"; readonly id: Uint8Array; readonly chains: readonly number[] }
  | { readonly kind: "refused"; readonly refusal: Refusal };

export interface AdmissionPlace {
  /** The first round that can hold it, by the shard's clock and the epochs that it knows. */
  readonly round: number;
  /** The same as far as that is certain: no later than the round behind the shard's lease. */
  readonly certainRound: number;
  readonly arrival: number;
}

/** The answer, and whether the transaction was taken in with this order of arrival. */
export function admitOne(
  room: WaitingRoom,
  networkId: Uint8Array,
  bytes: Uint8Array,
  { round, certainRound, arrival }: AdmissionPlace,
): readonly [Admission, boolean] {
  // A copy: what is kept of one transaction must not keep its whole batch.
  const decoded = trustedTransaction(bytes.slice(), networkId);
  if (!decoded.ok) return [{ kind: "refused", refusal: decoded.refusal }, false];
  const transaction = decoded.value;
  const chains = transaction.transaction.legs.map(({ chain }) => chain);
  const accepted: Admission = { kind: "accepted", id: transaction.id, chains };
  if (room.knows(transaction)) return [accepted, false];
  // where the round may be an earlier one, it is taken to be one in which the transaction is still valid.
  const { validUntil } = transaction.transaction;
  const believed = Math.max(certainRound, Math.min(round, validUntil));
  const admitted = room.admit(transaction, believed, arrival);
  if (admitted.ok) return [accepted, true];
  if (room.isIncluded(transaction)) return [accepted, false];
  return [{ kind: "refused", refusal: admitted.refusal }, false];
}
