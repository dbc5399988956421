import { afterEach, describe, expect, it } from "vitest";
import { type Finished, WorkerPool } from "../../../src/simulator/command/worker-pool.ts";

const script = new URL("./odd-worker.ts", import.meta.url);
let pool: WorkerPool<string, string>;
const open = (size: number, limitMs = 60_000) => {
  pool = new WorkerPool({ script, size, limitMs, heapMb: 64 });
};
afterEach(() => pool.close());

const brief = (finished: Finished<string>): string =>
  finished.kind === "done"
    ? finished.result
    : finished.kind === "broken"
      ? finished.message
      : "late";

describe("a pool of threads", () => {
  it("does more jobs than it has threads, each once", async () => {
    open(2);
    const jobs = Array.from({ length: 20 }, (_, i) => `job ${i}`);
    const all = await Promise.all(jobs.map((job) => pool.run(job)));
    expect(all.map(brief)).toEqual(jobs.map((job) => `${job} done`));
  });

  it.each([
    ["throw", /^RangeError: Cannot do this, at .*odd-worker\.ts/],
    ["reject", /^Error: Not this either/],
    ["exit", /^the thread ended with code 3$/],
    ["fill", /memory/],
  ])("goes on after a thread that breaks: %s", async (job, message) => {
    open(1);
    const [broken, next] = await Promise.all([pool.run(job), pool.run("next")]);
    expect(broken.kind).toBe("broken");
    expect(brief(broken)).toMatch(message);
    expect(brief(next)).toBe("next done");
  });

  it.each(["spin", "wait"])("ends a thread that does not answer: %s", async (job) => {
    open(1, 1_000);
    const [late, next] = await Promise.all([pool.run(job), pool.run("next")]);
    expect(late.kind).toBe("late");
    expect(late.ms).toBeGreaterThanOrEqual(999);
    expect(brief(next)).toBe("next done");
  });
});
