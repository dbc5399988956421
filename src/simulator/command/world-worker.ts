// A thread of `npm run simulate`: runs one world after another. What a world throws breaks the thread, and the pool says so.
import { parentPort } from "node:worker_threads";
import { runWorld } from "../world.ts";
import type { WorldOptions } from "../world-options.ts";
import { printAtOnce } from "./print-at-once.ts";

export interface WorldJob {
  readonly options: WorldOptions;
  /** Whether every event is printed. */
  readonly trace: boolean;
}

parentPort?.on("message", async ({ options, trace }: WorldJob) => {
  parentPort?.postMessage(await (trace ? runWorld(options, printAtOnce) : runWorld(options)));
});
