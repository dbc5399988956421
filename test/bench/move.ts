// What it takes to move a chain of many accounts to another object while its shard goes on with its rounds: source and target
// in a process each, on node:sqlite on disk, every message through both.
import { type ChildProcess, fork } from "node:child_process";
import { parseArgs } from "node:util";
import type {
  FromSource,
  FromTarget,
  Heap,
  MoveOptions,
  SourceCost,
  TargetCost,
  ToSource,
  ToTarget,
} from "./move-messages.ts";

export async function move(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      accounts: { type: "string", default: "1000000" },
      transfers: { type: "string", default: "250" },
      bytes: { type: "string", default: "0" },
      away: { type: "string", default: "0" },
    },
  });
  const options: MoveOptions = {
    accounts: Number(values.accounts),
    transfers: Number(values.transfers),
    bytesMax: Number(values.bytes),
    awayMs: Number(values.away) * 1_000,
  };
  const [source, target] = await runMove(options);
  const isEqual = source.roots[target.round] === target.root;
  print(options, source, target);
  console.log(`\nroots after round ${target.round} ${isEqual ? "are equal" : "DIFFER"}`);
  if (!isEqual) process.exitCode = 1;
}

const start = (name: string): ChildProcess =>
  fork(new URL(name, import.meta.url), {
    execArgv: ["--expose-gc", "--disable-warning=ExperimentalWarning"],
    serialization: "advanced",
  });

/** The costs of a source and a target. */
export function runMove(options: MoveOptions): Promise<readonly [SourceCost, TargetCost]> {
  const [source, target] = [start("./move-source.ts"), start("./move-target.ts")];
  const toSource = (message: ToSource) => source.send(message);
  const toTarget = (message: ToTarget) => target.send(message);
  return new Promise((resolve, reject) => {
    let found: TargetCost | null = null;
    source.on("message", (message: FromSource) => {
      if (message.kind === "ready") toTarget({ ...message, kind: "open", options });
      else if (message.kind === "answer") toTarget(message);
      else if (found !== null) resolve([message.cost, found]);
    });
    target.on("message", (message: FromTarget) => {
      if (message.kind === "request") toSource(message);
      else {
        found = message.cost;
        toSource({ kind: "end" });
      }
    });
    for (const child of [source, target]) {
      child.once("exit", (code) => {
        if (code !== 0) reject(new Error(`A process of the move ended with code ${code}`));
      });
    }
    toSource({ kind: "open", options });
  });
}

const mebibytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(1);
const heaps = ({ held, step }: Heap): string => `${mebibytes(held)} | ${mebibytes(step)}`;

function print(options: MoveOptions, source: SourceCost, target: TargetCost): void {
  const { accounts, transfers } = options;
  console.log(
    `move: ${accounts} accounts (seeded in ${source.seedSeconds.toFixed(1)} s), ${transfers} transfers a round\n`,
  );
  console.log(
    "| accounts | seconds | rounds meanwhile | transfers | chunks | walks | received, MiB | sent, MiB | database, MiB |\n|---|---|---|---|---|---|---|---|---|",
  );
  const { seconds, chunks, walks, bytesReceived, bytesSent, databaseBytes } = target;
  console.log(
    `| ${accounts} | ${seconds.toFixed(1)} | ${source.rounds} | ${source.transfers} | ${chunks} | ${walks} | ${mebibytes(bytesReceived)} | ${mebibytes(bytesSent)} | ${mebibytes(databaseBytes)} |`,
  );
  console.log(
    "\n| object | longest step, ms | of processor | all steps, s of processor | heap held, MiB | heap in a step, MiB |\n|---|---|---|---|---|---|",
  );
  for (const [name, { longestMs, longestCpuMs, totalCpuMs, heap }] of [
    ["source", source],
    ["target", target],
  ] as const) {
    console.log(
      `| ${name} | ${longestMs.toFixed(0)} | ${longestCpuMs.toFixed(0)} | ${(totalCpuMs / 1_000).toFixed(1)} | ${heaps(heap)} |`,
    );
  }
  console.log(`\nThe source as a whole holds ${mebibytes(source.objectBytes)} MiB.`);
}
