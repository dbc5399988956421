// From options whose world fails to smaller ones whose world fails alike: the first violation names the same rule. Greedy: one
// change at a time, the boldest first, kept if the world still fails.

/** Ways to make one thing of the options smaller, from the boldest to the mildest; none if it is as small as can be. */
export type Reduction<Options> = (options: Options) => readonly Options[];

export interface ShrinkLimits {
  /** Worlds run in all. */
  readonly runsMax: number;
  /** Worlds at one time. Does not change what comes out, as long as the runs last. */
  readonly width: number;
  /** Whether the time is up: asked before worlds are begun. */
  readonly isTimeUp: () => boolean;
}

export interface Shrunk<Options> {
  readonly options: Options;
  readonly violations: readonly string[];
  readonly runs: number;
  /** Whether no reduction leaves a failing world, as against runs or time that ran out. */
  readonly isSmallest: boolean;
}

/** "R-4.7" of "R-4.7 two blocks extend ...". */
export function ruleOf(violations: readonly string[]): string | null {
  return violations[0]?.split(/[\s:]/, 1)[0] ?? null;
}

/** `violations`: of `start`, so that it need not run again. */
export async function shrink<Options>(
  start: { readonly options: Options; readonly violations: readonly string[] },
  reductions: readonly Reduction<Options>[],
  run: (options: Options) => Promise<readonly string[]>,
  { runsMax, width, isTimeUp }: ShrinkLimits,
): Promise<Shrunk<Options>> {
  const rule = ruleOf(start.violations);
  let { options, violations } = start;
  let runs = 0;
  /** The first candidate that fails alike becomes the world at hand. */
  const tryAll = async (candidates: readonly Options[]): Promise<boolean | "stopped"> => {
    for (let i = 0; i < candidates.length; i += width) {
      if (runs >= runsMax || isTimeUp()) return "stopped";
      const batch = candidates.slice(i, i + Math.min(width, runsMax - runs));
      runs += batch.length;
      const results = await Promise.all(
        batch.map(async (one) => ({ options: one, violations: await run(one) })),
      );
      const found = results.find((result) => ruleOf(result.violations) === rule);
      if (found !== undefined) {
        ({ options, violations } = found);
        return true;
      }
    }
    return false;
  };
  for (let changed = true; changed; ) {
    changed = false;
    for (const reduction of reductions) {
      for (let smaller = true; smaller; ) {
        const tried = await tryAll(reduction(options));
        if (tried === "stopped") return { options, violations, runs, isSmallest: false };
        smaller = tried;
        changed ||= tried;
      }
    }
  }
  return { options, violations, runs, isSmallest: true };
}

/** Smaller values of a count, the boldest first. */
export function smallerCounts(value: number, least: number): readonly number[] {
  const half = Math.floor((value + least) / 2);
  return [...new Set([least, half, value - 1])].filter((one) => one >= least && one < value);
}
