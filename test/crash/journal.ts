// What clients ordered and what they were told, as they go along: their part of the observation.
import type {
  ObservedAnswer,
  ObservedTransaction,
} from "../../src/simulator/checkers/observation.ts";

/** As observations write bytes. */
export const bare = (hash: string): string => hash.replace(/^0x/, "");

export interface StatusFacts {
  readonly askedMs: number;
  readonly status: string;
  readonly code: number | null;
  readonly round: number | null;
}

export class Journal {
  readonly transactions = new Map<string, ObservedTransaction>();
  readonly answers: ObservedAnswer[] = [];
  /** What no network may answer, in words. */
  readonly problems: string[] = [];
  readonly #beganMs: number;
  readonly #statuses = new Map<string, string>();
  readonly #stopped = new Set<string>();
  readonly #listeners: (() => void)[] = [];

  /** `beganMs`: when round 0 of the network began, ms since 1970. */
  constructor(beganMs: number) {
    this.#beganMs = beganMs;
  }

  /** Since then. */
  nowMs(): number {
    return Date.now() - this.#beganMs;
  }

  ordered(transaction: ObservedTransaction): void {
    this.transactions.set(transaction.id, transaction);
  }

  /** When somebody hears that a transaction is accepted. */
  nextAccepted(): Promise<void> {
    return new Promise((resolve) => this.#listeners.push(resolve));
  }

  accepted(id: string): void {
    for (const listener of this.#listeners.splice(0)) listener();
    this.answers.push({ kind: "accepted", id: bare(id), atMs: this.nowMs() });
  }

  refused(id: string, code: string): void {
    this.answers.push({ kind: "refused", id: bare(id), atMs: this.nowMs(), code });
  }

  /** While it runs the same again is no news; at the end it is what counts. */
  status(id: string, facts: StatusFacts, atEnd: boolean): void {
    const news = `${facts.status} ${facts.code} ${facts.round}`;
    if (this.#statuses.get(id) === news && !atEnd) return;
    this.#statuses.set(id, news);
    this.answers.push({ kind: "status", id: bare(id), atMs: this.nowMs(), ...facts });
  }

  /** The code of an error that asks to come again. */
  trouble(code: string): void {
    if (code === "STOPPED" || code === "STORAGE_CORRUPT") this.#stopped.add(code);
  }

  get stopped(): string[] {
    return [...this.#stopped].map((code) => `A client was answered ${code}`);
  }

  count(kind: ObservedAnswer["kind"]): number {
    return this.answers.filter((answer) => answer.kind === kind).length;
  }
}
