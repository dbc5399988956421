import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const run = promisify(execFile);
const root = new URL("../..", import.meta.url).pathname;

/** What a stranger writes: everything from the package, nothing from this repository. */
const PROGRAM = `
import { connect, createSigner, parseAmount, transfer } from "yggdrasil/client";
import { createTestNetwork } from "yggdrasil/testing";

const network = await createTestNetwork({ accounts: 1 });
const client = await connect(network.url);
const { signer } = await createSigner();
const sent = await client.sender(network.accounts[0]).send(transfer(signer.address, parseAmount("2.5", 18)));
await network.advance(8);
const { status } = await client.waitFor(sent, "FINAL");
const { amount } = await client.balance(signer.address);
const proven = await client.proveInclusion(sent);
console.log(JSON.stringify({ status, amount: String(amount), proven: proven.transaction === sent.id }));
await network.dispose();
`;

const TYPED = `
import { type Client, connect, RefusedError, type Signer, transfer } from "yggdrasil/client";
import { createTestNetwork, type TestNetwork } from "yggdrasil/testing";

export async function pay(client: Client, signer: Signer, to: string): Promise<string> {
  try {
    const { id } = await client.sender(signer).send(transfer(to, 5n), { timeoutMs: 1_000 });
    for await (const { status, code } of client.follow(id)) console.log(status, code?.toFixed());
    return id;
  } catch (error) {
    if (error instanceof RefusedError) return error.details.balance ?? error.code;
    throw error;
  }
}
export async function open(): Promise<bigint> {
  const network: TestNetwork = await createTestNetwork({ chains: [{ symbol: "GOLD" }] });
  const client = await connect(network.url, { genesisHash: "0x00", signal: AbortSignal.timeout(5) });
  // @ts-expect-error An amount is a bigint.
  transfer("ygg1", 5);
  const proven = await client.proveAccount("ygg1");
  return proven?.account?.balance ?? (await client.balance("ygg1")).spendable;
}
`;

describe("the package in another project", () => {
  let project: string;
  let installed: string;

  beforeAll(async () => {
    project = await mkdtemp(join(tmpdir(), "yggdrasil-package-"));
    installed = join(project, "node_modules/yggdrasil");
    await run("npm", ["run", "build:package"], { cwd: root });
    const pack = ["pack", "./dist/package", "--pack-destination", project, "--loglevel=error"];
    await run("npm", pack, { cwd: root });
    const tarball = (await readdir(project)).find((name) => name.endsWith(".tgz")) ?? "";
    await writeFile(join(project, "package.json"), '{ "type": "module" }');
    // Offline: whatever else it wanted to install would not come.
    await run("npm", ["install", "--offline", "--no-audit", `./${tarball}`], { cwd: project });
  });
  afterAll(() => rm(project, { recursive: true, force: true }));

  it("needs no other package, but miniflare for a network of one's own", async () => {
    const manifest = JSON.parse(await readFile(join(installed, "package.json"), "utf8"));
    const { dependencies, optionalDependencies, devDependencies, scripts } = manifest;
    expect([dependencies, optionalDependencies, devDependencies, scripts]).toEqual(
      Array(4).fill(undefined),
    );
    // Nor anything to run in its place: a `node` of ours would be found before theirs.
    expect(await readdir(join(project, "node_modules"))).toEqual([
      ".package-lock.json",
      "yggdrasil",
    ]);
    expect(Object.keys(manifest.peerDependencies)).toEqual(["miniflare"]);
    const imports = async (file: string) => {
      const source = await readFile(join(installed, file), "utf8");
      const found = source.matchAll(/^(?:import|export) .*? from "([^"]+)"|^} from "([^"]+)"/gm);
      return [...found].map(([, one, other]) => one ?? other ?? "");
    };
    expect(await imports("client/index.js")).toEqual(["./verify.js"]);
    expect(await imports("client/verify.js")).toEqual([]);
    const kit = (await imports("testing/index.js")).filter((name) => !name.startsWith("node:"));
    expect(kit).toEqual(["miniflare"]);
  });

  it("runs in plain Node, with a network of its own", async () => {
    const miniflare = await realpath(join(root, "node_modules/miniflare"));
    await symlink(miniflare, join(project, "node_modules/miniflare"));
    await writeFile(join(project, "program.js"), PROGRAM);
    const { stdout } = await run(process.execPath, ["program.js"], { cwd: project });
    const last = stdout.trim().split("\n").at(-1) ?? "";
    expect(JSON.parse(last)).toEqual({
      status: "FINAL",
      amount: "2500000000000000000",
      proven: true,
    });
  });

  it.each([
    ["nodenext", "nodenext"],
    ["esnext", "bundler"],
  ])("type-checks strictly, libraries included: module %s, resolution %s", async (module, how) => {
    await writeFile(join(project, "typed.ts"), TYPED);
    const flags = [
      "--noEmit",
      "--strict",
      "--target",
      "es2022",
      "--lib",
      "es2022,esnext.disposable,dom",
    ];
    const modules = ["--module", module, "--moduleResolution", how, "--types", ""];
    const tsc = join(root, "node_modules/typescript/bin/tsc");
    const checked = await run(process.execPath, [tsc, ...flags, ...modules, "typed.ts"], {
      cwd: project,
    }).catch((error: { stdout: string }) => error);
    expect(checked.stdout).toBe("");
  });

  it("stays within its budget of bytes in a browser, and asks for nothing of Node", async () => {
    const { outputFiles } = await build({
      stdin: {
        contents:
          'import { connect, createSigner, transfer } from "yggdrasil/client";\n' +
          "Object.assign(globalThis, { connect, createSigner, transfer });",
        resolveDir: project,
      },
      bundle: true,
      splitting: true,
      minify: true,
      format: "esm",
      platform: "browser",
      outdir: join(project, "web"),
      write: false,
    });
    const sizes = outputFiles.map(({ path, contents, text }) => {
      expect(text).not.toMatch(/["'`]node:/);
      const loaded = path.endsWith("stdin.js") ? "at once" : "for proofs";
      return { loaded, gzip: gzipSync(contents).length };
    });
    const of = (part: string) =>
      sizes.filter(({ loaded }) => loaded === part).reduce((sum, { gzip }) => sum + gzip, 0);
    console.log(`client: ${of("at once")} bytes at once, ${of("for proofs")} more for proofs`);
    expect(of("at once")).toBeLessThan(21_500);
    expect(of("for proofs")).toBeGreaterThan(20_000);
    expect(of("for proofs")).toBeLessThan(47_000);
  });
});
