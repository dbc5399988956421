// The command as it is called.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const main = new URL("../../src/estimate/main.ts", import.meta.url).pathname;

function run(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], {
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

describe("npm run estimate", () => {
  it("section 13 prints the source's 31 shards", () => {
    const { status, stdout, stderr } = run("--shards", "31");
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^ {2}Validators needed +9,765 +R-11\.3$/m);
    expect(stdout).toMatch(/^ {2}TPS of the network +155,000 {2}tx\/s {2}section 13$/m);
    expect(stdout).not.toContain("\u001b");
  });

  it("R-11.3 prints many networks within a hundred columns where nobody says how wide it is", () => {
    const { status, stdout } = run("--shards", "1..10", "--seats", "4");
    expect(status).toBe(0);
    expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  it("prints the source's figures and the help", () => {
    expect(run("--source")).toMatchObject({ status: 0, stderr: "" });
    expect(run("--source").stdout).toContain("Validators of the first ten shards");
    expect(run("--help").stdout).toMatch(/^npm run estimate -- --shards 31\n/);
  });

  it("ends with code 1 and what is allowed if the arguments make no sense", () => {
    expect(run("--shards", "0")).toEqual({
      status: 1,
      stdout: "",
      stderr:
        '--shards "0": give whole numbers from 1 to 10000, as 31, 1,4,31 or 1..10\n' +
        "npm run estimate -- --help shows all arguments\n",
    });
  });

  it("is a script that installs what is missing first, as the others do", () => {
    const file = new URL("../../package.json", import.meta.url);
    const { scripts } = JSON.parse(readFileSync(file, "utf8"));
    expect(scripts.estimate).toBe("node src/estimate/main.ts");
    expect(scripts.preestimate).toBe(scripts.prestart);
  });
});
