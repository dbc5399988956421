import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";

const root = new URL("..", import.meta.url).pathname;

interface Line {
  readonly file: string;
  readonly allowed: readonly string[];
  readonly forbidden: readonly string[];
}

/** One entry for each line of the table of what may import what. */
const LINES: readonly Line[] = [
  {
    file: "src/protocol/ledger/x.ts",
    allowed: ["@noble/hashes/sha2.js", "../encoding/codec.ts", "../result.ts"],
    forbidden: ["../../crypto/ed25519.ts", "../../env.ts", "graphql", "node:fs"],
  },
  {
    file: "src/protocol/topology/x.ts",
    allowed: ["../consensus/quorum.ts", "../limits.ts", "./set-counts.ts"],
    forbidden: ["../../estimate/table.ts", "../../actors/ports.ts", "node:util"],
  },
  {
    file: "src/protocol/x.ts",
    allowed: ["./encoding/codec.ts"],
    forbidden: ["../actors/ports.ts", "@mysten/bcs"],
  },
  {
    file: "src/crypto/x.ts",
    allowed: ["@scure/base", "../protocol/result.ts"],
    forbidden: ["../actors/ports.ts", "@noble/hashes/sha2.js"],
  },
  {
    file: "src/actors/x.ts",
    allowed: ["../protocol/blocks/joint-header.ts"],
    forbidden: ["../storage/sql-store.ts", "../crypto/ed25519.ts", "cloudflare:workers"],
  },
  {
    file: "src/storage/x.ts",
    allowed: ["../actors/ports.ts", "node:zlib"],
    forbidden: ["../actors/shard.ts", "node:sqlite"],
  },
  {
    file: "src/storage/node-sqlite.ts",
    allowed: ["node:sqlite"],
    forbidden: ["../actors/shard.ts"],
  },
  {
    file: "src/client/x.ts",
    allowed: ["../crypto/ed25519.ts"],
    forbidden: ["../gateway/base64.ts", "@scure/base", "node:fs"],
  },
  {
    file: "src/gateway/x.ts",
    allowed: ["../actors/rpc.ts", "graphql-yoga", "../env.ts"],
    forbidden: ["../actors/shard.ts", "../../durable-objects/shard.ts", "../client/index.ts"],
  },
  {
    file: "src/gateway/resolvers/x.ts",
    allowed: ["../../actors/rpc.ts", "../parents.ts"],
    forbidden: ["../../actors/shard-queries.ts", "../../storage/sql-store.ts"],
  },
  {
    file: "src/estimate/x.ts",
    allowed: ["../protocol/topology/performance.ts", "./table.ts", "node:util"],
    forbidden: [
      "../protocol/consensus/quorum.ts",
      "../actors/ports.ts",
      "../simulator/world.ts",
      "node:fs",
    ],
  },
  {
    file: "src/scale/x.ts",
    allowed: [
      "../actors/shard.ts",
      "../simulator/virtual-time.ts",
      "../estimate/table.ts",
      "node:v8",
    ],
    forbidden: ["../client/index.ts", "../simulator/command/report.ts", "../gateway/gateway.ts"],
  },
  {
    file: "src/load/x.ts",
    allowed: [
      "../client/api.ts",
      "../protocol/ledger/gas.ts",
      "../simulator/random.ts",
      "../estimate/format.ts",
      "node:util",
    ],
    forbidden: [
      "../actors/shard.ts",
      "../gateway/gateway.ts",
      "../simulator/world.ts",
      "../testing/index.ts",
    ],
  },
  {
    file: "src/testing/x.ts",
    allowed: ["../client/index.ts", "node:fs/promises"],
    forbidden: ["../actors/shard.ts", "../gateway/gateway.ts", "graphql"],
  },
  {
    file: "src/simulator/x.ts",
    allowed: ["../actors/shard.ts", "../storage/node-sqlite.ts", "node:worker_threads"],
    forbidden: [
      "../client/index.ts",
      "../../durable-objects/shard.ts",
      "@noble/curves/bls12-381.js",
    ],
  },
  {
    file: "src/simulator/checkers/x.ts",
    allowed: ["./observation.ts", "node:crypto"],
    forbidden: ["../../protocol/assert.ts", "../world.ts", "node:sqlite"],
  },
  {
    file: "durable-objects/x.ts",
    allowed: ["cloudflare:workers", "../src/storage/sql-store.ts"],
    forbidden: ["../src/gateway/gateway.ts", "../src/client/index.ts", "graphql"],
  },
];

// In a folder of its own: over standard input Biome 2.5 reports nothing and exits with 1 for any file.
const folder = mkdtempSync(join(tmpdir(), "yggdrasil-lint-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The lines of each file at which the linter refuses an import: one run for all files. */
function refusedLines(files: ReadonlyMap<string, readonly string[]>): string {
  copyFileSync(`${root}biome.json`, join(folder, "biome.json"));
  for (const [path, specifiers] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    const source = specifiers.map((specifier) => `export * from "${specifier}";\n`).join("");
    writeFileSync(join(folder, path), source);
  }
  const { stdout } = spawnSync(
    process.execPath,
    [
      `${root}node_modules/@biomejs/biome/bin/biome`,
      "lint",
      "--only=style/noRestrictedImports",
      "--vcs-enabled=false",
      "--reporter=github",
      "--max-diagnostics=none",
    ],
    { cwd: folder, encoding: "utf8" },
  );
  return stdout;
}

describe("the linter holds what may import what", () => {
  const specifiers = ({ allowed, forbidden }: Line) => [...allowed, ...forbidden];
  const output = refusedLines(new Map(LINES.map((line) => [line.file, specifiers(line)])));

  it.each(LINES)("in $file", (line) => {
    const refused = specifiers(line).filter((_, i) =>
      output
        .split("\n")
        .some(
          (report) =>
            report.startsWith("::error title=lint/style/noRestrictedImports,") &&
            report.includes(`/${line.file},line=${i + 1},`),
        ),
    );
    expect(refused).toEqual(line.forbidden);
  });
});
