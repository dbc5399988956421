import { readFile } from "node:fs/promises";
import { buildSchema, parse, validate } from "graphql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as documents from "../../src/client/documents.ts";
import { connect, transfer } from "../../src/client/index.ts";
import { createTestNetwork, type TestAccount, type TestNetwork } from "../../src/testing/index.ts";

describe("the client's documents", () => {
  let network: TestNetwork;
  beforeAll(async () => {
    const vars = { PERSISTED_ONLY: "on" };
    network = await createTestNetwork({ clock: "live", roundMs: 200, vars });
  });
  afterAll(() => network?.dispose());

  it("are all listed, and valid", async () => {
    const all: readonly unknown[] = Object.values(documents);
    const texts = all.filter((one) => typeof one === "string");
    expect(texts.length).toBeGreaterThan(10);
    expect(documents.DOCUMENTS).toEqual(expect.arrayContaining(texts));
    const golden = new URL("../golden/schema.graphql", import.meta.url);
    const schema = buildSchema(await readFile(golden, "utf8"));
    for (const text of documents.DOCUMENTS) expect(validate(schema, parse(text))).toEqual([]);
  });

  it("are enough where known documents only are answered", async () => {
    const refused = await network.request("{ network { id } }");
    expect(refused.errors?.[0]?.extensions?.code).toBe("PERSISTED_DOCUMENTS_ONLY");
    const [alice, bob] = network.accounts as [TestAccount, TestAccount];
    const client = await connect(network.url, { streamsMax: 1, pollMs: 50 });
    const sender = client.sender(alice);
    const sent = await Promise.all(
      [1n, 2n, 3n, 4n].map((n) => sender.send(transfer(bob.address, n))),
    );
    await Promise.all(sent.map((one) => client.waitFor(one, "FINAL")));
    expect((await client.proveInclusion(sent[0] ?? ""))?.transaction).toBe(sent[0]?.id);
    expect((await client.proveAccount(alice.address))?.account?.nonce).toBeTypeOf("number");
    expect((await client.chain("T0"))?.id).toBe("T0");
    expect(await client.faucet(bob.address, 1n)).toMatch(/^0x/);
    expect(await client.transaction(sent[1] ?? "")).toMatchObject({ status: "FINAL" });
  });
});
