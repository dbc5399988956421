// The clock of a development network that moves only when told to: each object keeps the time in its store, so that a restart
// does not move it.
import { utf8 } from "../protocol/encoding/bytes.ts";
import { readU64Key, u64Key } from "./keys.ts";
import type { Clock, Store, Table } from "./ports.ts";

const KEY = utf8("manual clock");

export class ManualClock implements Clock {
  readonly #meta: Table;
  #nowMs: number;

  /** `startMs`: the time before anybody moved the clock. */
  constructor(store: Store, startMs: number) {
    this.#meta = store.table("meta");
    const stored = this.#meta.get(KEY);
    this.#nowMs = stored === undefined ? startMs : readU64Key(stored);
  }

  now(): number {
    return this.#nowMs;
  }

  /** Never backwards. */
  moveTo(nowMs: number): void {
    if (nowMs <= this.#nowMs) return;
    this.#nowMs = nowMs;
    this.#meta.put(KEY, u64Key(nowMs));
  }
}
