// The clock of a development network that moves only when told to. The time stands in the store alone, so that neither a restart
// nor a step that is taken back makes it differ from what is stored.
import { utf8 } from "../protocol/encoding/bytes.ts";
import { readU64Key, u64Key } from "./keys.ts";
import type { Clock, Store, Table } from "./ports.ts";

const KEY = utf8("manual clock");

export class ManualClock implements Clock {
  readonly #meta: Table;
  readonly #startMs: number;

  /** `startMs`: the time before anybody moved the clock. */
  constructor(store: Store, startMs: number) {
    this.#meta = store.table("meta");
    this.#startMs = startMs;
  }

  now(): number {
    const stored = this.#meta.get(KEY);
    return stored === undefined ? this.#startMs : readU64Key(stored);
  }

  /** Never backwards. */
  moveTo(nowMs: number): void {
    if (nowMs > this.now()) this.#meta.put(KEY, u64Key(nowMs));
  }
}
