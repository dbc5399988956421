import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const root = new URL("..", import.meta.url).pathname;
const files = execFileSync("git", ["ls-files", "-co", "--exclude-standard"], {
  cwd: root,
  encoding: "utf8",
})
  .split("\n")
  .filter((path) => /\.(ts|mjs)$/.test(path) && !path.includes("/generated/"));
const sources = new Map(files.map((path) => [path, readFileSync(`${root}${path}`, "utf8")]));
const inFolder = (...folders: string[]) =>
  [...sources].filter(([path]) => folders.some((folder) => path.startsWith(folder)));

/** Lines that break a rule, as "path:line: text". */
function offences(
  entries: readonly (readonly [string, string])[],
  breaks: (line: string) => boolean,
): string[] {
  return entries.flatMap(([path, source]) =>
    source
      .split("\n")
      .flatMap((line, i) => (breaks(line) ? [`${path}:${i + 1}: ${line.trim()}`] : [])),
  );
}

describe("the tree is tidy", () => {
  it("has files of at most 400 lines", () => {
    const long = [...sources].filter(([, source]) => source.split("\n").length > 401);
    expect(long.map(([path, source]) => `${path}: ${source.split("\n").length}`)).toEqual([]);
  });

  it("has shells of at most 150 lines", () => {
    const long = inFolder("durable-objects/").filter(
      ([, source]) => source.split("\n").length > 151,
    );
    expect(long.map(([path]) => path)).toEqual([]);
  });

  it("keeps clocks, randomness, I/O and await out of the core", () => {
    const banned =
      /\b(Date\.now|new Date\(|Math\.random|setTimeout|setInterval|fetch\(|performance\.now|console\.|process\.)|\bawait\b|\basync\b/;
    const code = inFolder("src/protocol/").map(
      ([path, source]) =>
        [
          path,
          source.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, (comment) => comment.replace(/[^\n]/g, "")),
        ] as const,
    );
    expect(offences(code, (line) => banned.test(line))).toEqual([]);
  });

  it("divides by three in one file only (R-3.2)", () => {
    const elsewhere = inFolder("src/").filter(
      ([path]) => path !== "src/protocol/consensus/quorum.ts",
    );
    expect(offences(elsewhere, (line) => /[^/*]\/ 3\b/.test(line))).toEqual([]);
  });

  it("hashes in one file only", () => {
    const elsewhere = inFolder("src/protocol/").filter(
      ([path]) =>
        !["src/protocol/crypto/sha256.ts", "src/protocol/crypto/seat-secret.ts"].includes(path),
    );
    expect(offences(elsewhere, (line) => line.includes("@noble/hashes/sha2"))).toEqual([]);
  });

  it("imports the platform in the objects, the gateway and one driver only", () => {
    const elsewhere = [...sources].filter(
      ([path]) => path.startsWith("src/") && !path.startsWith("src/gateway/"),
    );
    expect(offences(elsewhere, (line) => /from "cloudflare:/.test(line))).toEqual([]);
  });

  it("imports the objects in the Worker's entry only", () => {
    const elsewhere = [...sources].filter(
      ([path]) => path.startsWith("src/") && path !== "src/worker.ts",
    );
    expect(offences(elsewhere, (line) => /from "[^"]*durable-objects\//.test(line))).toEqual([]);
  });

  it("opens every source file with what it is", () => {
    const without = inFolder("src/", "durable-objects/", "scripts/", "examples/").filter(
      ([, source]) => !source.startsWith("// "),
    );
    expect(without.map(([path]) => path)).toEqual([]);
  });

  it("leaves no marks of unfinished work, and no test that does not run", () => {
    const marks = new RegExp(["TO" + "DO", "FIX" + "ME", "XX" + "X"].join("|"));
    expect(offences([...sources], (line) => marks.test(line))).toEqual([]);
    const skipped = new RegExp(
      `\\b(it|test|describe)\\.(${["skip", "only", "todo"].join("|")})\\b`,
    );
    expect(offences(inFolder("test/"), (line) => skipped.test(line))).toEqual([]);
  });

  it("uses every source file", () => {
    const entries = ["src/worker.ts", "src/client/index.ts", "src/testing/index.ts"];
    const imported = new Set(
      [...sources].flatMap(([path, source]) =>
        [...source.matchAll(/from "(\.[^"]+)"|new URL\("(\.[^"]+\.ts)"/g)].map(([, from, url]) =>
          new URL(from ?? url ?? "", `file:///${path}`).pathname.slice(1),
        ),
      ),
    );
    const unused = inFolder("src/").filter(
      ([path]) => !imported.has(path) && !entries.includes(path),
    );
    expect(unused.map(([path]) => path)).toEqual([]);
  });
});
