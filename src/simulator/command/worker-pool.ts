// A pool of threads that do jobs one by one. A thread that breaks or takes too long costs its own job and nothing else: it is
// ended, and another takes its place.
import { Worker } from "node:worker_threads";

export type Finished<Result> = { readonly ms: number } & (
  | { readonly kind: "done"; readonly result: Result }
  | { readonly kind: "broken"; readonly message: string }
  | { readonly kind: "late" }
);

export interface PoolOptions {
  /** Listens to its parent and answers each job with one message. */
  readonly script: URL;
  readonly size: number;
  /** For each job, in real time. */
  readonly limitMs: number;
  /** Of each thread. Without a limit, one that needs too much would take the whole process along. */
  readonly heapMb: number;
}

interface Waiting<Job, Result> {
  readonly job: Job;
  readonly resolve: (finished: Finished<Result>) => void;
}

export class WorkerPool<Job, Result> {
  readonly #options: PoolOptions;
  readonly #waiting: Waiting<Job, Result>[] = [];
  readonly #idle: Worker[] = [];
  /** What each thread has under way; none of the idle ones. */
  readonly #running = new Map<Worker, (how: Outcome<Result>) => void>();

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  /** Never rejects: what went wrong is in the answer. */
  run(job: Job): Promise<Finished<Result>> {
    return new Promise((resolve) => {
      this.#waiting.push({ job, resolve });
      this.#next();
    });
  }

  /** Ends all threads. Jobs under way are never answered. */
  async close(): Promise<void> {
    this.#waiting.length = 0;
    const all = [...this.#idle, ...this.#running.keys()];
    this.#idle.length = 0;
    this.#running.clear();
    await Promise.all(all.map((worker) => worker.terminate()));
  }

  #next(): void {
    if (this.#idle.length === 0 && this.#running.size >= this.#options.size) return;
    const next = this.#waiting.shift();
    if (next !== undefined) this.#give(this.#idle.pop() ?? this.#start(), next);
  }

  #start(): Worker {
    const worker = new Worker(this.#options.script, {
      resourceLimits: { maxOldGenerationSizeMb: this.#options.heapMb },
    });
    const finish = (how: Outcome<Result>): void => this.#running.get(worker)?.(how);
    worker.on("message", (result: Result) => finish({ kind: "done", result }));
    worker.on("error", (error) => finish({ kind: "broken", message: describeError(error) }));
    worker.on("exit", (code) => {
      finish({ kind: "broken", message: `the thread ended with code ${code}` });
    });
    return worker;
  }

  #give(worker: Worker, { job, resolve }: Waiting<Job, Result>): void {
    const begun = performance.now();
    const timer = setTimeout(
      () => this.#running.get(worker)?.({ kind: "late" }),
      this.#options.limitMs,
    );
    this.#running.set(worker, (how) => {
      clearTimeout(timer);
      this.#running.delete(worker);
      if (how.kind === "done") this.#idle.push(worker);
      else void worker.terminate();
      resolve({ ...how, ms: performance.now() - begun });
      this.#next();
    });
    worker.postMessage(job);
  }
}

type Outcome<Result> =
  | { readonly kind: "done"; readonly result: Result }
  | { readonly kind: "broken"; readonly message: string }
  | { readonly kind: "late" };

function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Where it was thrown, of ours.
  const [, at] = /\n\s+at (.*)/.exec(error.stack ?? "") ?? [];
  return `${error.name}: ${error.message}${at === undefined ? "" : `, at ${at}`}`;
}
