// What the parts of a transfer's way cost alone: encoding, hashing, the state tree, storage, signatures. In node; what workerd's
// own SQLite does is asked of a Durable Object.
import { Bench } from "tinybench";
import { importSigningKey, signEd25519, verifyEd25519 } from "../../src/crypto/ed25519.ts";
import { sha256 } from "../../src/protocol/crypto/sha256.ts";
import { blsTasks } from "./micro-bls.ts";
import { encodingTasks } from "./micro-encoding.ts";
import { stateTasks } from "./micro-state.ts";
import { durableObjectRates, storageTasks } from "./micro-storage.ts";
import { repeat, type Task } from "./micro-task.ts";

const hashTasks = (): Task[] =>
  [64, 200, 1024].map((length) => {
    const bytes = new Uint8Array(length).fill(7);
    return {
      name: `SHA-256 of ${length} B`,
      count: 100,
      run: () => repeat(100, () => sha256(bytes)),
    };
  });

async function ed25519Tasks(): Promise<Task[]> {
  const key = await importSigningKey(new Uint8Array(32).fill(1));
  const message = new Uint8Array(120).fill(5);
  const signature = await signEd25519(key, message);
  return [
    { name: "Ed25519: sign", run: () => signEd25519(key, message) },
    { name: "Ed25519: verify", run: () => verifyEd25519(key.publicKey, message, signature) },
  ];
}

const GROUPS: Readonly<Record<string, () => Promise<Task[]> | Task[]>> = {
  encoding: encodingTasks,
  hash: hashTasks,
  "state-10k": () => stateTasks(10_000),
  "state-100k": () => stateTasks(100_000),
  "state-1m": () => stateTasks(1_000_000),
  storage: storageTasks,
  bls: blsTasks,
  ed25519: ed25519Tasks,
};

/** All groups, or those named. */
export async function micro(args: readonly string[]): Promise<void> {
  const names = args.length === 0 ? Object.keys(GROUPS) : args;
  console.log("| what | µs each, median | p25 | p75 | a second |\n|---|---|---|---|---|");
  for (const name of names) {
    const tasks = (await GROUPS[name]?.()) ?? [];
    const bench = new Bench({ time: 1_000, warmupTime: 200, retainSamples: true });
    for (const task of tasks) bench.add(task.name, task.run);
    await bench.run();
    for (const [i, { result }] of bench.tasks.entries()) {
      const { name: title, count = 1 } = tasks[i] as Task;
      if (!("latency" in result)) throw new Error(`${title} failed`, { cause: result });
      // tinybench counts in milliseconds.
      const samples = [...(result.latency.samples ?? [])].sort((a, b) => a - b);
      const at = (share: number): number =>
        ((samples[Math.floor(samples.length * share)] as number) * 1_000) / count;
      const [low, median, high] = [at(0.25), at(0.5), at(0.75)];
      const cells = [low, high].map((value) => value.toFixed(2));
      console.log(
        `| ${title} | ${median.toFixed(2)} | ${cells.join(" | ")} | ${(1e6 / median).toFixed(0)} |`,
      );
    }
  }
  if (names.includes("storage")) await durableObjectRates();
}
