// What users see of an object that cannot answer, on workerd with a real broken database: a stopped
// actor and damaged rows have a code; what nobody expected is masked, under an id that the log has.
import { globSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createTestNetwork, type TestAccount, type TestNetwork } from "../../src/testing/index.ts";
import { LedgerClient } from "./ledger-client.ts";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

let storage: string;
let network: TestNetwork;
let log: string[];
let id: string;

beforeEach(async () => {
  storage = await mkdtemp(join(tmpdir(), "yggdrasil-"));
  log = [];
  network = await createTestNetwork({ storage, onLog: (line) => log.push(line) });
  const [alice, bob] = network.accounts as [TestAccount, TestAccount];
  id = await (await LedgerClient.of(network)).transfer(alice, bob.address, 1n);
  await network.advance(6);
});
afterEach(async () => {
  await network?.dispose();
  await rm(storage, { recursive: true, force: true });
});

/** Runs a statement on an object's database while the network is down. */
async function damage(sql: string, kind = "Shard"): Promise<void> {
  await network.kill();
  const [path] = globSync(`${storage}/do/*${kind}Object/*.sqlite`).filter(
    (one) => !one.endsWith("metadata.sqlite"),
  );
  const database = new DatabaseSync(path ?? "");
  database.exec(sql);
  database.close();
  await network.restart();
}

interface Fault {
  readonly message: string;
  readonly extensions: Readonly<Record<string, unknown>>;
}

async function ask(query: string): Promise<{ status: number; error: Fault | undefined }> {
  const response = await fetch(network.url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/graphql-response+json",
    },
    body: JSON.stringify({ query }),
  });
  const { errors } = (await response.json()) as { errors?: Fault[] };
  return { status: response.status, error: errors?.[0] };
}

describe("an object that cannot answer", () => {
  it("for a reason that nobody expected: masked, and its stack is in the log under the answer's id", async () => {
    // No damage that the storage knows of: a statement of ours fails for a reason of its own.
    await damage(`ALTER TABLE receipts RENAME TO something;
      CREATE VIEW receipts AS SELECT key, json('{') AS value, 0 AS checksum FROM something`);
    const { error } = await ask(`{ transaction(id: "${id}", chain: "T0") { status code } }`);
    expect(error?.extensions.code).toBe("INTERNAL_SERVER_ERROR");
    const { errorId } = error?.extensions ?? {};
    expect(errorId).toMatch(UUID);
    expect(error?.message).toBe(`Unexpected error: give the id ${errorId} when you report it`);
    expect(JSON.stringify(error)).not.toMatch(/sqlite|receipt|something|stack/i);
    await expect.poll(() => log.some((line) => line.includes(`${errorId}`))).toBe(true);
    const line = log.find((one) => one.includes(`${errorId}`)) ?? "";
    expect(line).toContain("request failed");
    expect(line).toMatch(/Caused by \w*Error: /);
    expect(line).toMatch(/ at \w.*:\d+:\d+/);
    // The next question has an id of its own, and what is whole is still answered.
    const again = await ask(`{ transaction(id: "${id}", chain: "T0") { status code } }`);
    expect(again.error?.extensions.errorId).not.toBe(errorId);
    expect((await ask('{ shard(id: "0") { headRound } }')).error).toBeUndefined();
  });

  it("because a row that a question needs is damaged: a code of its own, and the log names the row", async () => {
    await damage("UPDATE receipts SET value = value || X'00'");
    const { status, error } = await ask(
      `{ transaction(id: "${id}", chain: "T0") { status code } }`,
    );
    expect([status, error?.extensions]).toEqual([
      503,
      { code: "STORAGE_CORRUPT", retryable: true },
    ]);
    expect(error?.message).toBe(
      "Cannot answer from shard-0: its storage is damaged, and its operator must restore it",
    );
    const line = () => log.find((one) => one.includes("storage corrupt")) ?? "";
    await expect.poll(line).toMatch(/Cannot read table receipts, key 0000000000000001/);
    expect(line()).toContain("restore the object");
    // What is whole is answered.
    expect((await ask('{ shard(id: "0") { headRound } }')).error).toBeUndefined();
  });

  it.each([
    [
      "a row that it needs to go on",
      "UPDATE undo SET value = zeroblob(length(value))",
      "table undo",
    ],
    ["its first rows", "UPDATE meta SET value = value || X'00'", "table meta"],
  ])("because it stopped at damage: %s", async (_, sql, named) => {
    await damage(sql);
    const { status, error } = await ask('{ shard(id: "0") { headRound } }');
    expect([status, error?.extensions]).toEqual([
      503,
      { code: "STORAGE_CORRUPT", retryable: true },
    ]);
    await expect.poll(() => log.some((line) => line.includes(named))).toBe(true);
    // Others go on.
    expect((await ask("{ network { round } }")).error).toBeUndefined();
  });

  it("R-2.7 because its set stopped at damage: the shard takes and answers what it can, and the step says who stopped", async () => {
    await damage("UPDATE undo SET value = zeroblob(length(value))", "ValidatorSet");
    const ledger = await LedgerClient.of(network);
    const [alice, bob] = network.accounts as [TestAccount, TestAccount];
    const waiting = await ledger.transfer(alice, bob.address, 1n);
    expect([await ledger.status(id), await ledger.status(waiting)]).toEqual(["FINAL", "PENDING"]);
    const { error } = await ask("mutation { dev { advance(rounds: 3) { round } } }");
    expect(error?.extensions.code).toBe("STORAGE_CORRUPT");
    expect(error?.message).toContain("Cannot answer from set-1");
    expect(await ledger.status(waiting)).toBe("PENDING");
    const stops = log.filter((line) => line.includes("actor stopped"));
    expect(stops).toHaveLength(1);
    expect(stops[0]).toContain("table undo");
  });

  it("because it stopped at a broken invariant: a code of its own, to be tried again", async () => {
    await damage("DELETE FROM headers");
    const { status, error } = await ask('{ shard(id: "0") { headRound } }');
    expect(status).toBe(503);
    expect(error?.extensions).toEqual({ code: "STOPPED", retryable: true });
    expect(log.some((line) => line.includes("actor stopped"))).toBe(true);
  });
});
