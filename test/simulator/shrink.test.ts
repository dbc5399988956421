import { describe, expect, it } from "vitest";
import { type Reduction, ruleOf, shrink, smallerCounts } from "../../src/simulator/shrink.ts";

interface Options {
  readonly voters: number;
  readonly clients: number;
  readonly faults: readonly string[];
}
const START: Options = { voters: 7, clients: 9, faults: ["loss", "crash", "pause", "delay"] };
const VIOLATION = "R-4.7 blocks of rounds 3 and 4 extend 00";

const REDUCTIONS: readonly Reduction<Options>[] = [
  (options) => (options.faults.length === 0 ? [] : [{ ...options, faults: [] }]),
  (options) =>
    options.faults.map((fault) => ({
      ...options,
      faults: options.faults.filter((one) => one !== fault),
    })),
  (options) => smallerCounts(options.clients, 1).map((clients) => ({ ...options, clients })),
  (options) => smallerCounts(options.voters, 1).map((voters) => ({ ...options, voters })),
];
const endless = { runsMax: 1_000, width: 1, isTimeUp: () => false };

/** A world that fails if this holds of it, after as many questions as `seen` counts. */
function failing(holds: (options: Options) => boolean, otherwise: readonly string[] = []) {
  const seen: Options[] = [];
  const run = async (options: Options): Promise<readonly string[]> => {
    seen.push(options);
    return holds(options) ? [VIOLATION] : otherwise;
  };
  return { run, seen, start: { options: START, violations: [VIOLATION] } };
}

const needsCrash = ({ voters, clients, faults }: Options): boolean =>
  faults.includes("crash") && clients >= 3 && voters >= 4;

describe("shrinking", () => {
  it("finds the smallest world of a monotonic failure", async () => {
    const { run, start } = failing(needsCrash);
    const shrunk = await shrink(start, REDUCTIONS, run, endless);
    expect(shrunk).toMatchObject({
      options: { voters: 4, clients: 3, faults: ["crash"] },
      violations: [VIOLATION],
      isSmallest: true,
    });
  });

  it("comes back to what became possible by a later reduction", async () => {
    // Fewer voters matter only once there are few clients.
    const { run, start } = failing(({ voters, clients }) => voters === 7 || clients <= 2);
    const { options } = await shrink(start, [...REDUCTIONS].reverse(), run, endless);
    expect(options).toEqual({ voters: 1, clients: 1, faults: [] });
  });

  it("keeps a failure of the same rule only", async () => {
    const { run, start } = failing(needsCrash, ["R-2.6 supply: 3 instead of 4"]);
    const { options } = await shrink(start, REDUCTIONS, run, endless);
    expect(options).toEqual({ voters: 4, clients: 3, faults: ["crash"] });
  });

  it("keeps the whole world if nothing smaller fails", async () => {
    const { run, start } = failing((options) => options === START);
    const shrunk = await shrink(start, REDUCTIONS, run, endless);
    expect(shrunk).toMatchObject({ options: START, isSmallest: true });
  });

  it.each([1, 2, 3, 5])("finds the same with %i worlds at one time", async (width) => {
    const { run, start } = failing(needsCrash);
    const { options } = await shrink(start, REDUCTIONS, run, { ...endless, width });
    expect(options).toEqual({ voters: 4, clients: 3, faults: ["crash"] });
  });

  it("runs no more worlds than it may, and says that it stopped", async () => {
    for (const runsMax of [0, 1, 4, 7]) {
      const { run, seen, start } = failing(needsCrash);
      const shrunk = await shrink(start, REDUCTIONS, run, { ...endless, width: 2, runsMax });
      expect([seen.length, shrunk.runs, shrunk.isSmallest]).toEqual([runsMax, runsMax, false]);
      expect(needsCrash(shrunk.options)).toBe(true);
    }
  });

  it("begins no world when the time is up", async () => {
    const { run, seen, start } = failing(needsCrash);
    const isTimeUp = (): boolean => seen.length >= 3;
    const shrunk = await shrink(start, REDUCTIONS, run, { ...endless, isTimeUp });
    expect([seen.length, shrunk.isSmallest]).toEqual([3, false]);
  });

  it("tries counts from the least on", () => {
    expect(smallerCounts(9, 1)).toEqual([1, 5, 8]);
    expect(smallerCounts(2, 1)).toEqual([1]);
    expect(smallerCounts(1, 1)).toEqual([]);
    expect(smallerCounts(0, 1)).toEqual([]);
  });

  it("knows a violation by its first word", () => {
    expect(ruleOf([VIOLATION, "R-2.6 supply"])).toBe("R-4.7");
    expect(ruleOf(["R-4.7: two blocks"])).toBe("R-4.7");
    expect(ruleOf([])).toBe(null);
  });
});
