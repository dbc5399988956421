// The command as it is called, with worlds that really run.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const main = new URL("../../../src/simulator/command/main.ts", import.meta.url).pathname;
const SMALL = { seed: 5, faultRounds: 6, faults: { duplicated: 0.5 } };
/** Longer than anybody waits. */
const ENDLESS = { ...SMALL, faultRounds: 1e9 };

function simulate(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], {
    encoding: "utf8",
  });
  return { status, stdout, stderr, lines: stdout.trimEnd().split("\n") };
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "yggdrasil-simulate-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const hashOf = (stdout: string): string => /^event hash: ([0-9a-f]{64})$/m.exec(stdout)?.[1] ?? "";

describe("npm run simulate", () => {
  it("runs a world by its options, from a file, as text, with every event, or in the main thread", () => {
    const file = join(folder, "world.json");
    writeFileSync(file, JSON.stringify({ name: "a", found: "b", options: SMALL }));
    const [first, ...others] = [
      simulate("--options", file),
      simulate("--options", JSON.stringify(SMALL)),
      simulate("--options", file, "--trace"),
      simulate("--options", file, "--trace", "--in-process"),
    ];
    expect(first?.status).toBe(0);
    expect(hashOf(first?.stdout ?? "")).toMatch(/./);
    for (const { status, stdout } of others) {
      expect([status, hashOf(stdout)]).toEqual([0, hashOf(first?.stdout ?? "")]);
    }
    const [, traced, inProcess] = others;
    const events = (lines: readonly string[] = []) => lines.filter((line) => /^\d+ ms /.test(line));
    expect(events(first?.lines)).toEqual([]);
    expect(events(traced?.lines).length).toBeGreaterThan(100);
    expect(events(inProcess?.lines)).toEqual(events(traced?.lines));
  });

  it("runs many worlds, plainly where nobody watches, and ends with how many passed", () => {
    const { status, stdout, lines } = simulate("--seeds", "1..2", "--workers", "1");
    expect(status).toBe(0);
    expect(lines.at(-1)).toBe("2 worlds passed, 0 failed");
    expect(stdout).not.toContain("\u001b");
  });

  it("ends with code 1 if a world fails, even if it never ends", () => {
    const options = JSON.stringify(ENDLESS);
    const endless = simulate("--options", options, "--world-seconds", "1", "--no-shrink");
    expect(endless.status).toBe(1);
    expect(endless.stdout).toContain("LATE the world did not end within 1 s");
    expect(endless.stdout).toContain(`npm run simulate -- --options '${options}' --trace`);
  });

  it("says what to do with arguments that make no sense, and ends with code 2", () => {
    const missing = simulate("--options", join(folder, "none.json"));
    expect(missing.status).toBe(2);
    expect(missing.stderr).toContain("no such file; give one, or JSON in single quotes");
    const wrong = simulate("--options", '{ "seat": 3 }');
    expect([wrong.status, wrong.stdout]).toEqual([2, ""]);
    expect(wrong.stderr).toContain('no option "seat", only seed, shards');
    expect(simulate().stderr).toContain("npm run simulate -- --help shows all arguments");
    expect(simulate("--help")).toMatchObject({ status: 0, stderr: "" });
  });
});
