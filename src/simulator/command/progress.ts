// How far many worlds are: one line that changes on a terminal, a line every few seconds elsewhere.
import { count } from "./report.ts";

const LINE_EVERY_MS = 5_000;
const TERMINAL_EVERY_MS = 100;
/** Back to the line's beginning, and clear it. */
const CLEAR = "\r\u001b[2K";

/** The part of `process.stdout` that is used. */
export interface Output {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

export class Progress {
  readonly #total: number;
  readonly #output: Output;
  readonly #now: () => number;
  readonly #begun: number;
  #shown: number;

  constructor(total: number, output: Output, now: () => number) {
    this.#total = total;
    this.#output = output;
    this.#now = now;
    this.#begun = now();
    this.#shown = this.#begun;
  }

  update(done: number, failed: number): void {
    const now = this.#now();
    const every = this.#output.isTTY === true ? TERMINAL_EVERY_MS : LINE_EVERY_MS;
    if (now - this.#shown < every) return;
    this.#shown = now;
    const elapsed = (now - this.#begun) / 1_000;
    const left = Math.round((elapsed / done) * (this.#total - done));
    const line =
      `${count(done)} of ${count(this.#total)} worlds, ${count(failed)} failed, ` +
      `${(done / elapsed).toFixed(2)} worlds/s, about ${count(left)} s left`;
    this.#output.write(this.#output.isTTY === true ? `${CLEAR}${line}` : `${line}\n`);
  }

  /** A line that stays, above the one that changes. */
  print(line: string): void {
    this.clear();
    this.#output.write(`${line}\n`);
  }

  clear(): void {
    if (this.#output.isTTY === true) this.#output.write(CLEAR);
  }
}
