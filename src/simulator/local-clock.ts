// What an actor takes for the time: virtual time, shifted and slowed within bounds.
import type { Clock } from "../actors/ports.ts";
import type { VirtualTime } from "./virtual-time.ts";

/** When worlds begin, in ms since 1970. */
export const BEGINNING_MS = 1_760_000_000_000;

export class LocalClock implements Clock {
  readonly #time: VirtualTime;
  readonly #boundMs: number;
  /** What the clock was off by at `#sinceMs`, and how fast it has run since. */
  #offsetMs = 0;
  #sinceMs = 0;
  #rate = 1;

  /** `boundMs`: how far it is ever off. */
  constructor(time: VirtualTime, boundMs: number) {
    this.#time = time;
    this.#boundMs = boundMs;
  }

  now(): number {
    return BEGINNING_MS + this.#time.nowMs + Math.round(this.#offset());
  }

  /** In how many ms of virtual time the clock will show a time. */
  delayUntil(localMs: number): number {
    const missing = localMs - this.now();
    return missing <= 0 ? 0 : Math.ceil(missing / this.#rate);
  }

  jump(byMs: number): void {
    this.#set(this.#offset() + byMs, this.#rate);
  }

  /** 1: as virtual time does. */
  runAt(rate: number): void {
    this.#set(this.#offset(), rate);
  }

  correct(): void {
    this.#set(0, 1);
  }

  #offset(): number {
    const offset = this.#offsetMs + (this.#time.nowMs - this.#sinceMs) * (this.#rate - 1);
    return Math.max(-this.#boundMs, Math.min(this.#boundMs, offset));
  }

  #set(offsetMs: number, rate: number): void {
    this.#offsetMs = Math.max(-this.#boundMs, Math.min(this.#boundMs, offsetMs));
    this.#sinceMs = this.#time.nowMs;
    this.#rate = rate;
  }
}
