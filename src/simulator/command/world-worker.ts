// A thread of `npm run simulate`: runs one world after another. What a world throws breaks the thread, and the pool says so.
import { writeSync } from "node:fs";
import { parentPort } from "node:worker_threads";
import { runWorld } from "../world.ts";
import type { WorldOptions } from "../world-options.ts";

export interface WorldJob {
  readonly options: WorldOptions;
  /** Whether every event is printed. */
  readonly trace: boolean;
}

const STDOUT = 1;
const FULL_PIPE_MS = 5;
const sleeper = new Int32Array(new SharedArrayBuffer(4));

/** At once, past the parent: of a world that hangs, the last line is the one that counts. */
function print(line: string): void {
  for (let rest = Buffer.from(`${line}\n`); rest.length > 0; ) {
    try {
      rest = rest.subarray(writeSync(STDOUT, rest));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
      Atomics.wait(sleeper, 0, 0, FULL_PIPE_MS);
    }
  }
}

parentPort?.on("message", async ({ options, trace }: WorldJob) => {
  parentPort?.postMessage(await (trace ? runWorld(options, print) : runWorld(options)));
});
