import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { build } from "esbuild";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type * as Yggdrasil from "../../src/client/index.ts";
import { createTestNetwork, type TestNetwork } from "../../src/testing/index.ts";
import { chromiumPath } from "./chromium.ts";

const executablePath = chromiumPath();

declare const yggdrasil: typeof Yggdrasil;

/** In the page: a key that no script can read, kept in IndexedDB and brought back from there. */
async function keptKeyPair(): Promise<CryptoKeyPair> {
  const settled = <T>(request: IDBRequest<T>) =>
    new Promise<T>((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  const opening = indexedDB.open("keys", 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore("pairs");
  const database = await settled(opening);
  const pairs = () => database.transaction("pairs", "readwrite").objectStore("pairs");
  await settled(pairs().put(await yggdrasil.createKeyPair(), "mine"));
  return (await settled(pairs().get("mine"))) as CryptoKeyPair;
}

describe.runIf(executablePath !== null)("the client in Chromium", () => {
  let network: TestNetwork;
  let server: Server;
  let browser: Browser;
  let origin: string;
  const page = async (from: string): Promise<Page> => {
    const opened = await browser.newPage();
    await opened.goto(from);
    return opened;
  };

  beforeAll(async () => {
    const { outputFiles } = await build({
      entryPoints: [new URL("../../src/client/index.ts", import.meta.url).pathname],
      bundle: true,
      minify: true,
      format: "iife",
      globalName: "yggdrasil",
      platform: "browser",
      write: false,
    });
    const script = outputFiles[0]?.text ?? "";
    server = createServer((request, response) => {
      const isScript = request.url === "/client.js";
      response.setHeader("content-type", isScript ? "text/javascript" : "text/html");
      response.end(isScript ? script : "<!doctype html><script src=client.js></script>");
    });
    await new Promise<void>((resolve) => server.listen(0, resolve));
    const { port } = server.address() as AddressInfo;
    origin = `http://localhost:${port}`;
    // The page is of another origin than the network, as an application's is.
    const vars = { ALLOWED_ORIGINS: origin };
    network = await createTestNetwork({ clock: "live", roundMs: 200, accounts: 1, vars });
    const path = executablePath ?? "";
    browser = await chromium.launch({ executablePath: path, args: ["--no-sandbox"] });
  });
  afterAll(async () => {
    await browser?.close();
    server?.close();
    await network?.dispose();
  });

  it("makes a key, gets money, transfers, and follows to EXECUTED; then proves it", async () => {
    const opened = await page(origin);
    await opened.evaluate(`globalThis.keptKeyPair = ${keptKeyPair.toString()}`);
    const result = await opened.evaluate(
      async ([url, to]) => {
        const { connect, parseAmount, signerFromKeyPair, transfer } = yggdrasil;
        const client = await connect(url);
        const signer = await signerFromKeyPair(await keptKeyPair());
        const money = await client.faucet(signer.address, parseAmount("25", 18));
        await client.waitFor(money, "FINAL");
        const sent = await client.sender(signer).send(transfer(to, 5n));
        const statuses: string[] = [];
        for await (const { status } of client.follow(sent)) {
          statuses.push(status);
          if (status === "EXECUTED") break;
        }
        await client.waitFor(sent, "FINAL");
        const proven = await client.proveInclusion(sent);
        const { amount } = await client.balance(to);
        return { statuses, amount: String(amount), isProven: proven?.transaction === sent.id };
      },
      [network.url, network.accounts[0]?.address ?? ""] as const,
    );
    expect(result).toEqual({
      statuses: ["PENDING", "COMMITTED", "EXECUTED"],
      amount: String(1_000n * 10n ** 18n + 5n),
      isProven: true,
    });
  });

  it("is kept out by the browser from a page that the operator does not allow", async () => {
    const opened = await page(origin.replace("localhost", "127.0.0.1"));
    const name = await opened.evaluate(async (url) => {
      const options = { retry: { attemptsMax: 1 } };
      return yggdrasil.connect(url, options).then(
        () => "connected",
        (error: Error) => error.name,
      );
    }, network.url);
    expect(name).toBe("UnavailableError");
  });
});
