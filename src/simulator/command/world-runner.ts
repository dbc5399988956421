// Worlds on threads of their own. A world that hangs, throws or takes its thread down has failed like one that broke a rule.
import { type Outcome, runWorld } from "../world.ts";
import type { WorldOptions } from "../world-options.ts";
import { printAtOnce } from "./print-at-once.ts";
import { WorkerPool } from "./worker-pool.ts";
import type { WorldJob } from "./world-worker.ts";

/** First words of violations that no checker finds. */
export const LATE = "LATE";
export const BROKEN = "BROKEN";

/** A world that needs more has failed. */
const HEAP_MB = 1_024;

export interface WorldResult {
  readonly options: WorldOptions;
  /** What the checkers found, or why there is no outcome. */
  readonly violations: readonly string[];
  /** null if the world did not end. */
  readonly outcome: Outcome | null;
  /** Real time. */
  readonly ms: number;
}

export interface WorldRunner {
  readonly size: number;
  /** `trace`: prints every event. */
  run(options: WorldOptions, trace?: boolean): Promise<WorldResult>;
  close(): Promise<void>;
}

export type OpenRunner = (size: number, limitMs: number) => WorldRunner;

export const openRunner: OpenRunner = (size, limitMs) =>
  openRunnerOf(new URL("./world-worker.ts", import.meta.url), size, limitMs);

/** `script`: `world-worker.ts` of this project, or of a copy of it with other sources. */
export function openRunnerOf(script: URL, size: number, limitMs: number): WorldRunner {
  const pool = new WorkerPool<WorldJob, Outcome>({ script, size, limitMs, heapMb: HEAP_MB });
  return {
    size,
    async run(options, trace = false) {
      const finished = await pool.run({ options, trace });
      const { ms } = finished;
      if (finished.kind === "done") {
        const outcome = finished.result;
        return { options, violations: outcome.violations, outcome, ms };
      }
      const why =
        finished.kind === "late"
          ? `${LATE} the world did not end within ${limitMs / 1_000} s`
          : `${BROKEN} ${finished.message}`;
      return { options, violations: [why], outcome: null, ms };
    },
    close: () => pool.close(),
  };
}

/** One world after the other in this very thread. */
export const openInProcess: OpenRunner = () => ({
  size: 1,
  async run(options, trace = false) {
    const begun = performance.now();
    const outcome = await (trace ? runWorld(options, printAtOnce) : runWorld(options));
    return { options, violations: outcome.violations, outcome, ms: performance.now() - begun };
  },
  close: async () => {},
});
