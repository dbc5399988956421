// The signatures of others' blocks (R-4.4): this voter checks each itself, and none twice.
import { sha256 } from "../protocol/crypto/sha256.ts";
import type { UnverifiedTransaction, VerifiedTransaction } from "../protocol/ledger/unverified.ts";
import type { Outbox } from "./actor.ts";
import { KnownTransactions } from "./known-transactions.ts";
import type { ProposedBlock } from "./set-blocks.ts";

/** A block whose signatures are being checked, but for those that were before. */
interface Check {
  readonly of: ProposedBlock;
  readonly known: readonly VerifiedTransaction[];
}

export class BlockSignatures {
  readonly #outbox: Outbox;
  /** By the purpose of the check. */
  readonly #checks = new Map<number, Check>();

  constructor(outbox: Outbox) {
    this.#outbox = outbox;
  }

  /** Whether every signature of the block was checked; if not, asks for the check of those that are not among the known. */
  areVerified(proposed: ProposedBlock, known: readonly VerifiedTransaction[]): boolean {
    if (proposed.verified !== null) return true;
    if ([...this.#checks.values()].some(({ of }) => of === proposed)) return false;
    proposed.verified = inOrder(proposed.transactions, known);
    if (proposed.verified !== null) return true;
    const found = new KnownTransactions(known);
    const asked = proposed.transactions.filter(({ bytes }) => found.find(bytes) === undefined);
    const purpose = purposeOf(asked);
    this.#checks.set(purpose, { of: proposed, known });
    this.#outbox.verify(purpose, asked);
    return false;
  }

  /** What came back: those that hold. Answers the block that they are of, with its verdict. */
  answered(
    purpose: number,
    transactions: readonly VerifiedTransaction[],
  ): ProposedBlock | undefined {
    const check = this.#checks.get(purpose);
    if (check === undefined) return undefined;
    this.#checks.delete(purpose);
    const { of } = check;
    of.verified = inOrder(of.transactions, [...check.known, ...transactions]);
    of.refused = of.verified === null;
    return of;
  }
}

/** The same transactions, verified; null if one of them is not. */
function inOrder(
  transactions: readonly UnverifiedTransaction[],
  verified: readonly VerifiedTransaction[],
): VerifiedTransaction[] | null {
  const known = new KnownTransactions(verified);
  const found = transactions.flatMap(({ bytes }) => known.find(bytes) ?? []);
  return found.length === transactions.length ? found : null;
}

const PURPOSE_BYTES = 6;

/**
 * Purposes of candidates are rounds; these are below 0 and follow from what is checked, so that an answer to a question from
 * before a crash is never taken for one about something else.
 */
function purposeOf(asked: readonly UnverifiedTransaction[]): number {
  const digest = sha256(...asked.map(({ leaf }) => leaf));
  return -1 - digest.subarray(0, PURPOSE_BYTES).reduce((sum, byte) => sum * 256 + byte, 0);
}
