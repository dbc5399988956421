// Kills under load: the real Worker in workerd, killed again and again while it is used, then judged.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Observation } from "../../src/simulator/checkers/observation.ts";
import { Random } from "../../src/simulator/random.ts";
import { BusyNetwork, type Verdict } from "./busy-network.ts";
import { checkDatabases } from "./databases.ts";
import { sleep } from "./insist.ts";
import { happen, killsOf, type Mishap, type PlannedMishap, planMishaps } from "./kills.ts";

export interface CrashOptions {
  readonly seed: number;
  readonly kills: number;
  /** Told how it goes. */
  readonly tell: (line: string) => void;
}

const CLIENTS = 5;
/** Log lines that no power cut may cause. */
const OUR_FAULT =
  /equivocation|actor stopped|storage corrupt|request failed|tick failed|block refused/;

export async function crashRun(options: CrashOptions): Promise<Verdict[]> {
  const { seed, kills, tell } = options;
  const storage = mkdtempSync(join(tmpdir(), "yggdrasil-kills-"));
  const random = new Random(seed);
  const seats = random.pick([4, 7] as const);
  const mishaps = planMishaps(random, kills);
  tell(`SEED=${seed}: ${seats} seats, ${kills} kills in ${mishaps.length} mishaps`);
  const busy = await BusyNetwork.create({ storage, seed, seats, clients: CLIENTS, scenes: true });
  try {
    const { failed } = await busy.start();
    await Promise.race([killAll(busy, mishaps, options), failed]);
    const { observation, verdicts } = await busy.finish();
    await busy.network.kill();
    for (const line of summary(busy, observation, mishaps)) tell(line);
    return [
      ...verdicts,
      { name: "the Worker's log", problems: busy.log.filter((line) => OUR_FAULT.test(line)) },
      { name: "what the load was", problems: missingLoad(observation, kills) },
      { name: "the database files", problems: checkDatabases(storage) },
    ];
  } finally {
    await busy.network.dispose();
    rmSync(storage, { recursive: true, force: true });
  }
}

async function killAll(
  busy: BusyNetwork,
  mishaps: readonly PlannedMishap[],
  { kills, tell }: CrashOptions,
): Promise<void> {
  let killed = 0;
  for (const planned of mishaps) {
    await sleep(planned.waitMs);
    const head = await busy.headRound();
    const { journal } = busy.ports;
    await happen(busy.network, planned, {
      answered: () => journal.nextAccepted(),
      goesOn: () => busy.goesOn(head),
    });
    await busy.goesOn(head);
    killed += killsOf(planned);
    tell(
      `kill ${killed} of ${kills} (${planned.mishap}): round ${head}, ${busy.blocks.rounds} blocks, ` +
        `${busy.blocks.transactions} transactions in them, ${journal.transactions.size} sent, ` +
        `${journal.count("accepted")} times accepted`,
    );
  }
  await sleep(1_000);
}

/** Payloads that must have been executed, and ends that must have been met: else the run shows nothing. */
function missingLoad({ transactions, receipts, answers }: Observation, kills: number): string[] {
  const executed = new Set(
    receipts.filter(({ code }) => code === 2).map(({ id }) => transactions.get(id)?.payload.kind),
  );
  const kinds = [
    "transfer",
    "createToken",
    "setReserve",
    "delegate",
    "spendFrom",
    "revoke",
  ] as const;
  const problems = kinds
    .filter((kind) => !executed.has(kind))
    .map((kind) => `No ${kind} was executed`);
  if (!receipts.some(({ code }) => code === 1)) problems.push("No transaction failed");
  if (!answers.some(({ kind }) => kind === "refused")) problems.push("Nothing was refused");
  const least = 20 * kills;
  if (transactions.size < least) problems.push(`${transactions.size} sent, expected ${least}`);
  return problems;
}

function summary(
  { log }: BusyNetwork,
  { transactions, receipts, answers, commits, accounts, created }: Observation,
  mishaps: readonly PlannedMishap[],
): string[] {
  const counts = (list: readonly string[]): string =>
    [...Map.groupBy(list, (one) => one)].map(([one, all]) => `${one} ${all.length}`).join(", ");
  const reasons = receipts.map(({ code, reason }) => reason ?? `code ${code}`);
  const refusals = answers.flatMap((answer) => (answer.kind === "refused" ? [answer.code] : []));
  const statuses = answers.flatMap((answer) => (answer.kind === "status" ? [answer.status] : []));
  return [
    `mishaps: ${counts(mishaps.map(({ mishap }): Mishap => mishap))}`,
    `ordered: ${counts([...transactions.values()].map(({ payload }) => payload.kind))}`,
    `executed: ${counts(reasons)}`,
    `refused: ${counts(refusals)}`,
    `statuses heard: ${counts(statuses)}`,
    `${new Set(commits.map(({ hash }) => hash)).size} blocks, ${created.length} chains created, ` +
      `${accounts.length} accounts, ${log.length} lines logged`,
  ];
}
