// Starts a run of the accounts benchmark in a process of its own.
import { fork } from "node:child_process";
import type { RunOptions, RunResult } from "./accounts-run.ts";

export function runAccounts(options: RunOptions): Promise<RunResult> {
  const child = fork(new URL("./accounts-run.ts", import.meta.url), {
    execArgv: ["--expose-gc", "--disable-warning=ExperimentalWarning"],
  });
  return new Promise((resolve, reject) => {
    child.once("message", (result) => resolve(result as RunResult));
    child.once("exit", (code) => reject(new Error(`The run ended with code ${code}`)));
    child.send(options);
  });
}
