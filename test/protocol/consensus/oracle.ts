// Judges a run from outside, by what was seen on the wire and in storage. Imports no rule of the
// engine: its quorums are a table and it reads bitmaps itself.
import type { Certificate, ConsensusMessage } from "../../../src/protocol/consensus/messages.ts";
import type { ConsensusRecord } from "../../../src/protocol/consensus/record.ts";

const QUORUMS: Readonly<Record<number, number>> = { 4: 3, 7: 5, 21: 15 };

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

export function seatsIn(bitmap: Uint8Array): number[] {
  const bits = [...bitmap].flatMap((byte) => [...Array(8).keys()].map((bit) => (byte >> bit) & 1));
  return bits.flatMap((bit, seat) => (bit === 1 ? [seat] : []));
}

export class Oracle {
  readonly violations: string[] = [];
  readonly #seats: number;
  readonly #said = new Map<string, string>();
  readonly #valid = new Set<string>();
  #decided: string | null = null;

  constructor(seats: number) {
    this.#seats = seats;
  }

  /** An honest replica found it valid. */
  checkedValid(value: Uint8Array): void {
    this.#valid.add(hex(value));
  }

  /** A message of an honest voter leaves, with what was durable then. */
  sent(message: ConsensusMessage, durable: ConsensusRecord | null): void {
    if (message.kind === "proposal") {
      const { view, seat, value } = message.proposal;
      this.#once(`proposal of seat ${seat} in view ${view}`, hex(value));
    }
    if (message.kind === "viewChange") {
      const { newView, lock, seats } = message.viewChange;
      const what = lock === null ? "no lock" : `${lock.view}:${hex(lock.value)}`;
      for (const seat of seatsIn(seats)) this.#once(`seat ${seat} leaves for ${newView}`, what);
    }
    if (message.kind !== "vote") return;
    const { phase, view, value, seats } = message.vote;
    for (const seat of seatsIn(seats))
      this.#once(`${phase} of seat ${seat} in ${view}`, hex(value));
    if (phase === "prepare" && !this.#valid.has(hex(value))) this.#fail(`unchecked ${hex(value)}`);
    const stored = phase === "prepare" ? durable?.prepareVote : durable?.commitVote;
    if (stored?.view !== view || hex(stored.value) !== hex(value)) {
      this.#fail(`${phase} vote of view ${view} left before it was durable`);
    }
    const lock = durable?.lock ?? null;
    if (phase === "commit" && (lock?.view !== view || hex(lock.value) !== hex(value))) {
      this.#fail(`commit vote of view ${view} left before its lock was durable`);
    }
  }

  decided(certificate: Certificate): void {
    const value = hex(certificate.value);
    if (this.#decided !== null && this.#decided !== value) {
      this.#fail(`two values decided: ${this.#decided} and ${value}`);
    }
    this.#decided = value;
    if (!this.#valid.has(value)) this.#fail(`decided without any honest check: ${value}`);
    const found = seatsIn(certificate.seats).length;
    if (certificate.phase !== "commit") this.#fail("decided by a certificate of the wrong phase");
    if (found < (QUORUMS[this.#seats] as number)) this.#fail(`decided by ${found} seats`);
  }

  stalled(detail: string): void {
    this.#fail(`no progress after healing: ${detail}`);
  }

  #once(what: string, value: string): void {
    const before = this.#said.get(what);
    if (before !== undefined && before !== value) {
      this.#fail(`two values signed: ${what}: ${before} and ${value}`);
    }
    this.#said.set(what, value);
  }

  #fail(violation: string): void {
    this.violations.push(violation);
  }
}
