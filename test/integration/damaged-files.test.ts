// Random bytes of the databases' files changed while the network is down, on workerd: every answer is
// the one from before, or an error with a code, or that there is no such thing; never another one.
// `SEED=n` replays a run.
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Random } from "../../src/simulator/random.ts";
import { createTestNetwork, type TestAccount, type TestNetwork } from "../../src/testing/index.ts";
import { LedgerClient, transferOf } from "./ledger-client.ts";

const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
const TRIES = process.env.DEEP === undefined ? 4 : 60;
const ROUNDS = 6;
const BLOCK_FACTS =
  "chain { id } round hash parent stateRoot transactionsRoot jointHeaderHash signers transactionCount";
/** What an answer may be instead: the storage is damaged, or SQLite itself cannot open the file. */
const CODES = ["STORAGE_CORRUPT", "STOPPED", "UNAVAILABLE"];

const storage = mkdtempSync(join(tmpdir(), "yggdrasil-damaged-"));
const whole = mkdtempSync(join(tmpdir(), "yggdrasil-whole-"));
let network: TestNetwork;
let questions: string[];
let truth: string[];

const databases = (): string[] =>
  globSync(`${storage}/do/*/*.sqlite`)
    .filter((path) => !path.endsWith("metadata.sqlite"))
    .sort();

beforeAll(async () => {
  network = await createTestNetwork({ storage, chains: 2, onLog: () => undefined });
  const ledger = await LedgerClient.of(network);
  const [alice, bob] = network.accounts as [TestAccount, TestAccount];
  const ids: string[] = [];
  for (let nonce = 0; nonce < ROUNDS; nonce++) {
    const payload = transferOf(bob.address, 5n);
    for (const chain of ["T0", "T1"])
      ids.push(await ledger.send({ signer: alice, payload, nonce, chain }));
    ids.push(await ledger.transfer(bob, alice.address, 1n, { nonce }));
    await network.advance(1);
  }
  await network.advance(5);
  questions = [
    ...ids.map(
      (id) => `transaction(id: "${id}") { status code legs { round movements { amount } } }`,
    ),
    ...network.accounts.flatMap(({ address }) => [
      `account(address: "${address}") { balances { nodes { amount nonce nextNonce } } }`,
      `account(address: "${address}") { transactions(first: 100) { nodes { id } } }`,
    ]),
    ...Array.from(
      { length: ROUNDS + 3 },
      (_, i) =>
        `block(chain: "T0", round: ${i + 1}) { ${BLOCK_FACTS} transactions { nodes { id } } }`,
    ),
    "shards { headRound executedRound finalRound }",
    "chains { nodes { id symbol supply } }",
    "network { id merkleChainBlock }",
  ];
  truth = await answers();
  await network.kill();
  for (const path of databases()) {
    const database = new DatabaseSync(path);
    database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    database.close();
  }
  cpSync(storage, whole, { recursive: true });
});
afterAll(async () => {
  await network?.dispose();
  for (const folder of [storage, whole]) rmSync(folder, { recursive: true, force: true });
});

/** Each question's answer as JSON, or the code of its error. */
async function answers(): Promise<string[]> {
  const all: string[] = [];
  for (const question of questions) {
    const { data, errors } = await network.request(`{ ${question} }`);
    all.push(errors?.[0]?.extensions?.code ?? JSON.stringify(data));
  }
  return all;
}

/** Turns over a few bits near each other at random places, and answers whose file it was. */
function damage(random: Random): string {
  const path = random.pick(databases()) as string;
  const bytes = readFileSync(path);
  for (let i = 0; i < 100; i++) {
    const at = random.between(100, bytes.length - 1);
    bytes[at] = (bytes[at] as number) ^ (1 << random.between(0, 7));
  }
  writeFileSync(path, bytes);
  return path.slice(storage.length);
}

describe("files with wrong bytes", () => {
  it(`[R-2.7, R-2.6] give no wrong answer (SEED ${seed})`, async () => {
    const random = new Random(seed);
    const seen = new Set<string>();
    for (let i = 0; i < TRIES; i++) {
      rmSync(storage, { recursive: true, force: true });
      cpSync(whole, storage, { recursive: true });
      const path = damage(random);
      await network.restart();
      for (const [place, answer] of (await answers()).entries()) {
        seen.add(answer);
        if (answer === truth[place] || CODES.includes(answer)) continue;
        // A row that nobody finds any more.
        expect(isLess(answer), `${path}: ${questions[place]}: ${answer}`).toBe(true);
      }
      await network.kill();
    }
    expect([...seen].some((answer) => !truth.includes(answer))).toBe(true);
  });
});

/** Whether the answer knows of nothing: no such transaction, block, history. */
const isLess = (answer: string): boolean =>
  /^\{"\w+":(null|\{"\w+":\{"nodes":\[\]\}\})\}$/.test(answer);
