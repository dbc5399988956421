import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Mutant, mutate, plant } from "./mutant.ts";
import { ALL_MUTANTS } from "./mutants.ts";

const root = new URL("../../..", import.meta.url).pathname;
const ALL_MUTANTS_LEAST = 16;

describe("the simulator's mutants", () => {
  it("changes a line of the rules, the actors or the storage that is there once", () => {
    for (const mutant of ALL_MUTANTS) {
      expect(mutant.file).toMatch(/^src\/(protocol|actors|storage)\//);
      const source = readFileSync(join(root, mutant.file), "utf8");
      expect(mutate(source, mutant)).not.toBe(source);
    }
  });

  it("names each mutant once, with the rule that it breaks", () => {
    expect(ALL_MUTANTS.length).toBeGreaterThanOrEqual(ALL_MUTANTS_LEAST);
    expect(new Set(ALL_MUTANTS.map(({ name }) => name)).size).toBe(ALL_MUTANTS.length);
    for (const { name } of ALL_MUTANTS) expect(name).toMatch(/^[a-zA-Z0-9-]+$/);
    for (const { breaks } of ALL_MUTANTS) expect(breaks).toMatch(/^R-\d+\.\d+ \S/);
  });

  it("has the right types: what fails then is the rule, and no slip of the pen", () => {
    // Together, but for several of one line.
    for (let left = ALL_MUTANTS; left.length > 0; ) {
      const firsts = new Map(left.toReversed().map((mutant) => [mutant.line, mutant]));
      expect(typeErrors([...firsts.values()])).toBe("");
      left = left.filter((mutant) => firsts.get(mutant.line) !== mutant);
    }
  });
});

function typeErrors(mutants: readonly Mutant[]): string {
  const folder = emptyFolder();
  plant(root, folder, mutants);
  const config = {
    extends: join(root, "tsconfig.node.json"),
    compilerOptions: { noUnusedLocals: false, noUnusedParameters: false },
    include: ["src/simulator", "src/actors", "src/storage/node-sqlite.ts"],
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const { stdout } = spawnSync(process.execPath, [tsc, "-p", folder], { encoding: "utf8" });
  rmSync(folder, { recursive: true });
  return stdout;
}

const emptyFolder = () => mkdtempSync(join(tmpdir(), "yggdrasil-mutant-"));

const mutant: Mutant = {
  name: "minus",
  breaks: "R-1.1 sums",
  file: "src/sum.ts",
  line: "return a + b;",
  replacement: "return a - b; // $& $1",
};

describe("a mutant", () => {
  it("replaces its line and keeps the indentation", () => {
    expect(mutate("{\n  return a + b;\n}\n", mutant)).toBe("{\n  return a - b; // $& $1\n}\n");
  });

  it.each([
    ["  return b + a;\n", "0 times"],
    ["  return a + b; // a sum\n", "0 times"],
    ["  return a + b;\n    return a + b;\n", "2 times"],
  ])("is stale where its line is not there once: %j", (source, times) => {
    expect(() => mutate(source, mutant)).toThrow(
      `The mutant "minus" is stale: src/sum.ts has its line ${times}, not once: "return a + b;"`,
    );
  });

  it("is planted in a copy of the project", () => {
    const folder = emptyFolder();
    const [first, ...others] = ALL_MUTANTS.slice(0, 3) as [Mutant, ...Mutant[]];
    plant(root, folder, [first]);
    const read = (of: string, { file }: Mutant) => readFileSync(join(of, file), "utf8");
    expect(read(folder, first)).toBe(mutate(read(root, first), first));
    for (const other of others) expect(read(folder, other)).toBe(read(root, other));
    rmSync(folder, { recursive: true });
  });
});
