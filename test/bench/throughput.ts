// Transfers per second through the whole system: gateway, shard, validator set and MerkleChain in workerd with storage on disk, a
// client process beside it. Signatures are checked at the gateway and again by the set; 21 seats vote with real BLS keys.
import { fork } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { workerBundle } from "../../src/testing/bundle.ts";
import { configureAccounts } from "../../src/testing/test-options.ts";
import { startWorkerd, type Workerd } from "../../src/testing/workerd.ts";
import { type FunctionShare, type RunningProfile, startProfile } from "./cpu-profile.ts";
import { ed25519Rate } from "./ed25519-rate.ts";
import type { LoadOptions, LoadResult } from "./throughput-client.ts";

const SECRET = "5e".repeat(32);
const PROFILE_ROWS = 40;
/** Idle time is no cost. */
const PARTS: readonly (readonly [part: string, functions: RegExp])[] = [
  ["Ed25519, native", /^(verify \(native|importKey \(native|.*\(src\/crypto\/ed25519)/],
  ["SQL, native", /^(exec|next|raw|transactionSync|databaseSize) \(native/],
  ["garbage collection", /^\(garbage/],
  ["SHA-256", /crypto\/sha256\.ts\)$/],
  ["BLS12-381", /@noble\/curves/],
  ["GraphQL libraries", /\((graphql|@graphql|@envelop|@whatwg)/],
  ["bytes and hex", /(encoding\/bytes\.ts|@noble\/hashes.*)\)$/],
  ["other native", /\(native\)$/],
];

export async function throughput(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      accounts: { type: "string", default: "1000" },
      transfers: { type: "string", default: "30000" },
      batch: { type: "string", default: "500" },
      waiting: { type: "string", default: "3000" },
      seats: { type: "string", default: "21" },
      profile: { type: "boolean", default: false },
      "save-profile": { type: "string" },
    },
  });
  const accounts = Number(values.accounts);
  const { allocations } = await configureAccounts(accounts, 1);
  const storage = await mkdtemp(join(tmpdir(), "yggdrasil-bench-"));
  const config = {
    name: "bench",
    development: true,
    seats: Number(values.seats),
    k: 3,
    roundMs: 500,
    allocations,
  };
  console.log(
    `throughput: ${values.transfers} transfers between ${accounts} accounts, ${values.seats} seats, storage on disk`,
  );
  const before = await ed25519Rate();
  const workerd = await startWorkerd({
    storage,
    bindings: { NETWORK: JSON.stringify(config), DEPLOYMENT_SECRET: SECRET },
    port: 0,
    inspect: values.profile,
  });
  let measured: Measured;
  try {
    const options: LoadOptions = {
      url: new URL("/graphql", workerd.url).href,
      accounts,
      transfers: Number(values.transfers),
      batch: Number(values.batch),
      waitingMax: Number(values.waiting),
    };
    measured = await run(options, workerd, values["save-profile"] ?? null);
  } finally {
    await workerd.stop();
    await rm(storage, { recursive: true, force: true });
  }
  // Before and after, so that what else ran on the machine is not all on one side.
  const ed25519 = (before + (await ed25519Rate())) / 2;
  if (measured.profile !== null) printProfile(measured.profile, measured.result.executed);
  report(measured, ed25519);
}

interface Measured {
  readonly result: LoadResult;
  readonly profile: readonly FunctionShare[] | null;
  /** Of workerd, user and system, while the load ran; null where the system does not tell. */
  readonly cpuSeconds: number | null;
}

interface ClientMessage {
  readonly ready?: true;
  readonly finished?: true;
  readonly result?: LoadResult;
}

async function run(
  options: LoadOptions,
  { inspector, processIds }: Workerd,
  saveTo: string | null,
): Promise<Measured> {
  const client = fork(new URL("./throughput-client.ts", import.meta.url));
  let running: RunningProfile | null = null;
  let profile: readonly FunctionShare[] | null = null;
  let cpuBefore: number | null = null;
  let cpuSeconds: number | null = null;
  const result = await new Promise<LoadResult>((resolve, reject) => {
    const follow = async (message: ClientMessage): Promise<void> => {
      if (message.ready === true) {
        if (inspector !== null) {
          running = await startProfile(inspector, await workerBundle(), saveTo);
        }
        cpuBefore = cpuTime(processIds);
        client.send({ go: true });
      } else if (message.finished === true) {
        const cpuAfter = cpuTime(processIds);
        if (cpuBefore !== null && cpuAfter !== null) cpuSeconds = cpuAfter - cpuBefore;
        profile = (await running?.stop()) ?? null;
        client.send({ go: true });
      } else if (message.result !== undefined) resolve(message.result);
    };
    client.once("exit", (code) => reject(new Error(`The client ended with code ${code}`)));
    client.on("message", (message: ClientMessage) => void follow(message).catch(reject));
    client.send(options);
  });
  return { result, profile, cpuSeconds };
}

// What Linux counts processor time in, on every machine of today.
const TICKS_A_SECOND = 100;

/** Processor time that the processes have used, in seconds. */
function cpuTime(processIds: readonly number[]): number | null {
  try {
    return processIds.reduce((sum, id) => {
      // Behind the name, which may hold anything: state, ten fields, then user and system time.
      const fields = readFileSync(`/proc/${id}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
      return sum + (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND;
    }, 0);
  } catch {
    return null;
  }
}

function printProfile(profile: readonly FunctionShare[], transfers: number): void {
  const inclusive = [...profile].sort((a, b) => b.inclusive - a.inclusive);
  for (const one of inclusive.slice(0, 2 * PROFILE_ROWS)) {
    console.log(`${one.inclusive.toFixed(0)} ms with all below: ${one.name}`);
  }
  printParts(profile, transfers);
  console.log("| function | ms | µs a transfer | share |\n|---|---|---|---|");
  for (const { name, milliseconds, share } of profile.slice(0, PROFILE_ROWS)) {
    const each = (milliseconds * 1_000) / transfers;
    console.log(
      `| ${name} | ${milliseconds.toFixed(0)} | ${each.toFixed(1)} | ${(share * 100).toFixed(1)}% |`,
    );
  }
}

/** The same by part of the system. */
function printParts(profile: readonly FunctionShare[], transfers: number): void {
  const parts = new Map<string, number>();
  for (const { name, milliseconds } of profile) {
    const file = /\((.*)\)$/.exec(name)?.[1] ?? "";
    const part =
      PARTS.find(([, pattern]) => pattern.test(name))?.[0] ?? file.split("/").slice(0, 3).join("/");
    parts.set(part, (parts.get(part) ?? 0) + milliseconds);
  }
  const total = [...parts.values()].reduce((sum, one) => sum + one, 0);
  console.log("| part | ms | µs a transfer | share |\n|---|---|---|---|");
  for (const [part, milliseconds] of [...parts]
    .sort(([, a], [, b]) => b - a)
    .slice(0, PROFILE_ROWS)) {
    const each = (milliseconds * 1_000) / transfers;
    console.log(
      `| ${part} | ${milliseconds.toFixed(0)} | ${each.toFixed(1)} | ${((milliseconds / total) * 100).toFixed(1)}% |`,
    );
  }
}

function report({ result, cpuSeconds }: Measured, ed25519: number): void {
  const { executed, seconds, latencies } = result;
  const at = (share: number): string =>
    (latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? 0).toFixed(
      0,
    );
  console.log(
    `${result.accepted} accepted, ${executed} executed in ${seconds.toFixed(2)} s, ${result.roundsWithBlocks} blocks in ${result.rounds} rounds; the client signed ${result.signedPerSecond.toFixed(0)}/s beforehand`,
  );
  if (cpuSeconds !== null) {
    const each = (cpuSeconds * 1e6) / executed;
    console.log(
      `workerd used ${each.toFixed(0)} µs of processor time a transfer, as much as ${((each * ed25519) / 1e6).toFixed(1)} signature checks`,
    );
  }
  console.log(
    `throughput: ${(executed / seconds).toFixed(0)} tps, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms (accepted to executed), ed25519 ${ed25519.toFixed(0)}/s`,
  );
}
