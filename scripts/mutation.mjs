// Mutation testing: Stryker breaks the code of a target in every small way it knows, and a test
// must fail each time. A mutant that no test can tell from the original stands in
// test/mutation/equivalent-mutants.json with the reason. `npm run test:mutation` runs the reserve
// rules, `npm run test:mutation -- NAME ...` other targets. Ends with the score.
import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { Stryker } from "@stryker-mutator/core";

const TARGETS = {
  reserve: {
    mutate: ["src/protocol/reserve/*.ts"],
    tests: ["test/protocol/reserve/*.test.ts"],
  },
  quorum: {
    mutate: ["src/protocol/consensus/{quorum,seats}.ts"],
    tests: ["test/protocol/consensus/{quorum,seats}.test.ts"],
  },
  rounds: {
    mutate: ["src/protocol/rounds/*.ts"],
    tests: [
      "test/protocol/{rounds,genesis}/*.test.ts",
      "test/protocol/encoding/round-trip.test.ts",
    ],
  },
  account: {
    mutate: ["src/protocol/ledger/account.ts"],
    tests: ["test/protocol/ledger/account.test.ts", "test/protocol/encoding/round-trip.test.ts"],
  },
};
/** More than a busy machine may need: a mutant that only seems to hang would count as caught. */
const TIMEOUT_MS = 60_000;
/** A module that does not load fails the test run too, though no single test. */
const CAUGHT = ["Killed", "Timeout", "RuntimeError"];

const root = fileURLToPath(new URL("..", import.meta.url));
const names = process.argv.length > 2 ? process.argv.slice(2) : ["reserve"];
const unknown = names.find((name) => !(name in TARGETS));
if (unknown !== undefined) {
  console.error(`No target "${unknown}": there are ${Object.keys(TARGETS).join(", ")}`);
  process.exit(1);
}
const equivalents = JSON.parse(
  readFileSync(`${root}test/mutation/equivalent-mutants.json`, "utf8"),
);

/** A mutant by what it changes: the text, what replaces it, and the line where that begins. */
function describeMutant({ fileName, location, replacement, status }) {
  const { start, end } = location;
  const lines = readFileSync(fileName, "utf8").split("\n");
  const spanned = lines.slice(start.line - 1, end.line);
  spanned.push(spanned.pop().slice(0, end.column - 1));
  spanned[0] = spanned[0].slice(start.column - 1);
  const oneLine = (text) => text.replace(/\s+/g, " ").trim();
  return {
    status,
    at: `${relative(root, fileName)}:${start.line}:${start.column}`,
    file: relative(root, fileName),
    line: lines[start.line - 1].trim(),
    original: oneLine(spanned.join("\n")),
    replacement: oneLine(replacement),
  };
}

async function runMutants() {
  const targets = names.map((name) => TARGETS[name]);
  process.chdir(root);
  process.env.MUTATION_TESTS = targets.flatMap(({ tests }) => tests).join(" ");
  delete process.env.DEEP;
  const results = await new Stryker({
    mutate: targets.flatMap(({ mutate }) => mutate),
    testRunner: "vitest",
    plugins: ["@stryker-mutator/vitest-runner"],
    vitest: { configFile: "test/mutation/vitest.config.ts", related: false },
    coverageAnalysis: "perTest",
    concurrency: 2,
    timeoutMS: TIMEOUT_MS,
    reporters: ["progress-append-only"],
    logLevel: "warn",
    warnings: { slow: false },
    allowConsoleColors: false,
    // What is copied and broken. No tsconfig: Stryker would rewrite it with an interface that
    // TypeScript 7 lacks.
    ignorePatterns: ["**", "!src/**", "!test/**", "!package.json", "!vitest.config.ts"],
    cleanTempDir: "always",
  }).runMutationTest();
  return results.map(describeMutant);
}

const mutants = await runMutants();
const explanations = names.flatMap((name) => equivalents[name] ?? []);
const explains = (entry, mutant) =>
  ["file", "line", "original", "replacement"].every((key) => entry[key] === mutant[key]);
const isCaught = ({ status }) => CAUGHT.includes(status);
const alive = mutants.filter((mutant) => !isCaught(mutant));
const survivors = alive.filter((mutant) => !explanations.some((entry) => explains(entry, mutant)));
const stale = explanations.filter((entry) => !alive.some((mutant) => explains(entry, mutant)));

for (const { at, original, replacement } of survivors) {
  console.log(`Survived: ${at}\n  - ${original}\n  + ${replacement}`);
}
for (const { file, line, replacement } of stale) {
  console.log(`Explained, but not a survivor: ${file}\n    ${line}\n  + ${replacement}`);
}
const timeouts = mutants.filter(({ status }) => status === "Timeout").length;
const caught = mutants.filter(isCaught).length;
const score = (100 * caught) / (caught + survivors.length);
console.log(
  `mutation score: ${score.toFixed(2)}% (${caught - timeouts} killed, ${timeouts} timeout, ` +
    `${survivors.length} survived, ${alive.length - survivors.length} explained)`,
);
process.exit(survivors.length === 0 && stale.length === 0 && caught > 0 ? 0 : 1);
