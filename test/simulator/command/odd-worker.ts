// A thread that does as it is told: answers, or breaks in one of the ways in which threads break.
import { parentPort } from "node:worker_threads";

parentPort?.on("message", (job: string) => {
  if (job === "throw") throw new RangeError("Cannot do this");
  if (job === "reject") void Promise.reject(new Error("Not this either"));
  else if (job === "exit") process.exit(3);
  else if (job === "spin") for (;;);
  else if (job === "fill") for (const all: unknown[] = []; ; ) all.push(new Array(1e6).fill({}));
  else if (job !== "wait") parentPort?.postMessage(`${job} done`);
});
