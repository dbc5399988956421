// Which mutants the simulator finds: each goes through the worlds of one seed after the other, until one fails that does not
// fail without it.

import type { WorldResult, WorldRunner } from "../../../src/simulator/command/world-runner.ts";
import { drawOptions } from "../../../src/simulator/world-options.ts";

export interface Seeds {
  readonly first: number;
  readonly last: number;
}

export type Verdict =
  | { readonly kind: "caught"; readonly seed: number; readonly violations: readonly string[] }
  | { readonly kind: "survived" }
  /** A world threw or hung, as it does for a line that makes no program. That nobody broke a rule cannot be told from it. */
  | { readonly kind: "broken"; readonly seed: number; readonly why: string };

/** `control`: runs the sources as they are, each seed once at most; answers whether the world passes. */
export async function hunt(
  { run }: Pick<WorldRunner, "run">,
  control: (seed: number) => Promise<boolean>,
  { first, last }: Seeds,
): Promise<Verdict> {
  for (let seed = first; seed <= last; seed++) {
    const { outcome, violations } = await run(drawOptions(seed));
    if (violations.length === 0) continue;
    if (outcome === null) return { kind: "broken", seed, why: violations[0] ?? "" };
    if (await control(seed)) return { kind: "caught", seed, violations };
  }
  return { kind: "survived" };
}

/** Asks each seed once. */
export class Control {
  readonly #runner: Pick<WorldRunner, "run">;
  readonly #asked = new Map<number, Promise<WorldResult>>();
  /** Seeds whose worlds fail without a mutant: they show nothing. */
  readonly failed = new Set<number>();

  constructor(runner: Pick<WorldRunner, "run">) {
    this.#runner = runner;
  }

  async passes(seed: number): Promise<boolean> {
    const known = this.#asked.get(seed) ?? this.#runner.run(drawOptions(seed));
    this.#asked.set(seed, known);
    const { violations } = await known;
    if (violations.length > 0) this.failed.add(seed);
    return violations.length === 0;
  }
}

/** Runs the jobs in their order, so many at a time. */
export async function inLanes<Job>(
  jobs: readonly Job[],
  lanes: number,
  body: (job: Job) => Promise<void>,
): Promise<void> {
  const left = jobs.values();
  const lane = async (): Promise<void> => {
    for (const job of left) await body(job);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}
