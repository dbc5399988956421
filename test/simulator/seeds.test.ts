// Worlds that once failed, by their options: `test/simulator/seeds/*.json`, as `npm run simulate` prints them. See docs/simulation.md.
import { readdirSync, readFileSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { openRunner } from "../../src/simulator/command/world-runner.ts";
import { readWorld } from "../../src/simulator/stored-world.ts";
import { expectPassed } from "./failure.ts";

const folder = new URL("./seeds/", import.meta.url);
const files = readdirSync(folder).filter((file) => file.endsWith(".json"));
const worlds = files.map((file) => ({
  file,
  ...readWorld(readFileSync(new URL(file, folder), "utf8")),
}));
const runner = openRunner(1, 120_000);
afterAll(() => runner.close());

describe("worlds that once failed", () => {
  it("have a name, and say what was wrong", () => {
    const silent = worlds.filter(({ name, found }) => name === "" || found === "");
    expect(silent.map(({ file }) => file)).toEqual([]);
  });

  for (const { file, name, options } of worlds) {
    it(`${file}: ${name}`, async () => {
      const result = await runner.run(options);
      expectPassed(result, `--options test/simulator/seeds/${file}`);
    });
  }
});
