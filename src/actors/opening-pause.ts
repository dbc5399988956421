// After rounds that nothing came of a shard opens ever fewer: a set that is silent, or a partner, is not asked for ever. Which ones are
// left out follows from their numbers alone, so that two shards that pause still meet: those of every second cycle, of every fourth,
// and so on are opened.
import type { Epochs } from "../protocol/rounds/epochs.ts";
import { cycleRounds } from "../protocol/rounds/timetable.ts";

// The longest pause.
const PAUSE_MS_MAX = 60_000;
// Rounds in a row that a set says to have begun already: more is no matter of clocks.
const LATE_MAX = 8;

export class OpeningPause {
  readonly #epochs: Epochs;
  /** Rounds closed since the last that committed. */
  #closed = 0;
  /** In a row: rounds that the set had begun without this shard. */
  #late = 0;
  #isOver = true;
  /** Whether something new has come since the last round was opened. */
  #hasNews = false;

  constructor(epochs: Epochs) {
    this.#epochs = epochs;
  }

  opened(): void {
    this.#hasNews = false;
  }

  /** `wasLate`: the set works, and had begun without this shard. That does not lengthen the pause, unless it goes on and on. */
  closed(wasLate = false): void {
    this.#late = wasLate ? this.#late + 1 : 0;
    if (!wasLate || this.#late > LATE_MAX) this.#closed += 1;
    this.#isOver = this.#hasNews;
  }

  committed(): void {
    this.#late = 0;
    this.#closed = 0;
    this.#isOver = true;
  }

  /** Something new waits: the next round is opened, whatever came of those before or comes of the one under way. */
  end(): void {
    this.#isOver = true;
    this.#hasNews = true;
  }

  /** The first round, this one or later, that may be opened; of a later cycle the one in its place. */
  next(round: number): number {
    const { activationRound, cycle, stride } = this.#pauseIn(round);
    const since = Math.floor((round - activationRound) / cycle);
    return round + (Math.ceil(since / stride) * stride - since) * cycle;
  }

  /**
   * The same for whom every set will do: the first of whatever place, each time another. One that is silent never has the turn of the
   * others.
   */
  nextOfAny(round: number): number {
    const { activationRound, cycle, stride } = this.#pauseIn(round);
    if (stride === 1) return round;
    const every = stride * cycle + 1;
    return activationRound + Math.ceil((round - activationRound) / every) * every;
  }

  /** `stride`: of so many cycles one is opened. */
  #pauseIn(round: number): { activationRound: number; cycle: number; stride: number } {
    const epoch = this.#epochs.at(round);
    const { activationRound, roundMs, sets } = epoch;
    // Two shards meet in every round, under two sets in turn: a pause that skipped the turn of one would wait for the other alone.
    const cycle = Math.max(cycleRounds(epoch), Math.min(sets.length, 2));
    if (this.#isOver) return { activationRound, cycle, stride: 1 };
    const longest = PAUSE_MS_MAX / (cycle * roundMs);
    const doublingsMax = Math.max(0, Math.floor(Math.log2(longest)));
    const stride = 2 ** Math.max(0, Math.min(this.#closed - 1, doublingsMax));
    return { activationRound, cycle, stride };
  }

  /** When that round begins. */
  nextMs(round: number): number {
    return this.#epochs.roundStartMs(this.next(round));
  }
}
