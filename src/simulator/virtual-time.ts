// Virtual time: one event after the other, each with all that follows from it at once, and a record of them that is the same for
// the same seed.
import { createHash, type Hash } from "node:crypto";
import { EventQueue, type Happening, type Scheduled } from "./event-queue.ts";

const LINES_KEPT = 60;

interface Line {
  readonly atMs: number;
  readonly actor: string;
  readonly kind: string;
  readonly detail: string | (() => string);
}

export class VirtualTime {
  /** Since the beginning of the world. */
  nowMs = 0;
  events = 0;
  readonly #queue = new EventQueue();
  readonly #hash: Hash = createHash("sha256");
  readonly #lines: Line[] = [];
  #next = 0;
  readonly #watch: ((line: string) => void) | null;

  /** `watch`: told each line as it is written. */
  constructor(watch?: (line: string) => void) {
    this.#watch = watch ?? null;
  }

  /** In so many ms, at least now. */
  after(delayMs: number, happening: Happening): Scheduled {
    return this.#queue.add(this.nowMs + Math.max(0, Math.ceil(delayMs)), happening);
  }

  /** Something that is no event: for people who read the last lines. */
  remark(actor: string, kind: string, detail: string | (() => string) = ""): void {
    const line: Line = { atMs: this.nowMs, actor, kind, detail };
    this.#lines[this.#next++ % LINES_KEPT] = line;
    this.#watch?.(textOf(line));
  }

  /** Runs what happens up to a moment, or until nothing happens any more; answers whether that is so. */
  async run(untilMs: number): Promise<boolean> {
    for (;;) {
      const event = this.#queue.peek();
      if (event === undefined) return true;
      if (event.atMs > untilMs) return false;
      this.#queue.next();
      this.nowMs = event.atMs;
      this.events += 1;
      this.#note(event);
      await event.run();
      // The promises of the runner go on before anything else happens.
      await promisesRun();
    }
  }

  /** What is under way outside of an event goes on; while it is not over also virtual time, for so long at most. */
  async settle(forMs: number, isOver: () => boolean): Promise<void> {
    await promisesRun();
    if (isOver()) return;
    await this.run(this.nowMs + forMs);
    await promisesRun();
  }

  get eventHash(): string {
    return this.#hash.copy().digest("hex");
  }

  lines(): string[] {
    const from = Math.max(0, this.#next - LINES_KEPT);
    return Array.from({ length: this.#next - from }, (_, i) =>
      textOf(this.#lines[(from + i) % LINES_KEPT] as Line),
    );
  }

  #note({ atMs, actor, kind, detail = "", content = "" }: Scheduled): void {
    this.#hash.update(`${atMs} ${actor} ${kind} ${detail} ${content}\n`);
    this.remark(actor, kind, detail);
  }
}

/**
 * Goes on when no promise can any more: Node runs all of them before the next tick. A turn of the event loop would do the same and
 * costs a call of the operating system for each event: a third of all time.
 */
const promisesRun = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve));

function textOf({ atMs, actor, kind, detail }: Line): string {
  return `${atMs} ms  ${actor}  ${kind}  ${typeof detail === "string" ? detail : detail()}`.trimEnd();
}
