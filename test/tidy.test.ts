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

/** The functions of a file with their lengths in lines: from a line that opens a body to the brace below it. */
function functionLengths(source: string): { line: number; lines: number }[] {
  const lines = source.split("\n");
  const opens = /(\bfunction\b.*|=>|^\s+[\w#\s*]*(<.*>)?\(.*\).*|^\s*\): .*) ?\{$/;
  const other = /^\s*(if|for|while|switch|\}|catch|interface|class)\b/;
  return lines.flatMap((text, i) => {
    if (!opens.test(text) || other.test(text)) return [];
    const indent = /^ */.exec(text)?.[0] ?? "";
    const length = lines.slice(i + 1).findIndex((below) => below.startsWith(`${indent}}`)) + 2;
    return [{ line: i + 1, lines: length }];
  });
}

/** Rules that one shard can show: all but, which takes two. */
const RULES = [
  ["R-2", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]],
  ["R-3", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]],
  ["R-4", [1, 2, 3, 4, 5, 6, 7]],
  ["R-5", [1, 2, 3, 5, 6, 7, 8]],
  ["R-6", [1, 2, 3, 4, 5, 6, 7, 8, 9]],
  ["R-7", [1, 2, 3]],
] as const;

/** Titles of tests: the text after `it(` and the like, after `each(...)(`, and of the rows of a table of titles. */
function titles(source: string): string[] {
  const direct = /(?:\b(?:it|test|describe)(?:\.\w+)*\(|\)\()\s*(["'`])(.*?)\1/gs;
  const rows = source.includes('"%s') ? source.matchAll(/^\s*\[\s*(["'`])(R-.*?)\1,/gm) : [];
  return [...source.matchAll(direct), ...rows].map(([, , title]) => title ?? "");
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

  it("has functions of at most 70 lines", () => {
    const long = inFolder("src/", "durable-objects/").flatMap(([path, source]) =>
      functionLengths(source)
        .filter(({ lines }) => lines > 70)
        .map(({ line, lines }) => `${path}:${line}: ${lines}`),
    );
    expect(long).toEqual([]);
  });

  it("names each rule of sections 2 to 7 that one shard can show in a test's title", () => {
    const all = inFolder("test/")
      .filter(([path]) => path.endsWith(".test.ts"))
      .flatMap(([, source]) => titles(source));
    const missing = RULES.flatMap(([section, numbers]) =>
      numbers
        .map((number) => `${section}.${number}`)
        .filter((id) => !all.some((title) => new RegExp(`${id}(?!\\d)`).test(title))),
    );
    expect(missing).toEqual([]);
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
    const entries = [
      "src/worker.ts",
      "src/client/index.ts",
      "src/testing/index.ts",
      "src/simulator/command/main.ts",
      "src/estimate/main.ts",
      "src/scale/main.ts",
      "src/load/main.ts",
    ];
    const imported = new Set(
      [...sources].flatMap(([path, source]) =>
        [...source.matchAll(/from "(\.[^"]+)"|new URL\("(\.[^"]+\.ts)"/g)].map(([, from, url]) =>
          new URL(from ?? url ?? "", `file:///${path}`).pathname.slice(1),
        ),
      ),
    );
    const unused = inFolder("src/").filter(
      ([path]) => !imported.has(path) && !entries.includes(path) && !path.endsWith(".d.ts"),
    );
    expect(unused.map(([path]) => path)).toEqual([]);
  });
});
