import { build } from "esbuild";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestNetwork, type TestNetwork } from "../../src/testing/index.ts";

// A stranger's Worker: it knows the network by its URL only.
const WORKER = `
import { connect, createKeyPair, parseAmount, signerFromKeyPair, transfer } from "./src/client/index.ts";

export default {
  async fetch(request) {
    const { url, to } = await request.json();
    const client = await connect(url);
    const signer = await signerFromKeyPair(await createKeyPair());
    const money = await client.faucet(signer.address, parseAmount("25", 18));
    await client.waitFor(money, "FINAL");
    const sender = client.sender(signer);
    const sent = await Promise.all([1n, 2n, 3n].map((amount) => sender.send(transfer(to, amount))));
    const statuses = [];
    for await (const { status } of client.follow(sent[2])) statuses.push(status);
    const proven = await client.proveInclusion(sent[0]);
    return Response.json({ statuses, nonces: sent.map(({ nonce }) => nonce), round: proven?.round });
  },
};`;

describe("the client in workerd", () => {
  let network: TestNetwork;
  let worker: Miniflare;

  beforeAll(async () => {
    network = await createTestNetwork({ clock: "live", roundMs: 200, accounts: 1 });
    const { outputFiles } = await build({
      stdin: { contents: WORKER, resolveDir: new URL("../..", import.meta.url).pathname },
      bundle: true,
      format: "esm",
      write: false,
    });
    const script = outputFiles[0]?.text ?? "";
    const options = { modules: true, script, compatibilityDate: "2026-10-20" } as const;
    worker = new Miniflare(convertV4MiniflareOptions(options));
  });
  afterAll(async () => {
    await worker?.dispose();
    await network?.dispose();
  });

  it("sends, follows and proves without any compatibility flag", async () => {
    const body = JSON.stringify({ url: network.url, to: network.accounts[0]?.address });
    const answer = await worker.dispatchFetch("http://app/", { method: "POST", body });
    expect(await answer.json()).toEqual({
      statuses: ["PENDING", "COMMITTED", "EXECUTED", "FINAL"],
      nonces: [0, 1, 2],
      round: expect.any(Number),
    });
  });
});
