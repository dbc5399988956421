// Runs all checks and tests; `--deep` runs the same tests with many more cases. Ends with "N passed, N failed".
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const args = process.argv.slice(2);
const deep = args.includes("--deep");
const only = args.filter((argument) => argument !== "--deep");
const node = (script, ...rest) =>
  spawnSync(process.execPath, [`${root}${script}`, ...rest], {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, ...(deep ? { DEEP: "1" } : {}) },
  }).status ?? 1;

// With a file or a name given, a developer looks at that alone.
if (only.length === 0 && node("scripts/check.mjs") !== 0) {
  console.log("0 passed, 1 failed");
  process.exit(1);
}

const folder = mkdtempSync(join(tmpdir(), "yggdrasil-test-"));
const report = join(folder, "report.json");
const status = node(
  "node_modules/vitest/vitest.mjs",
  "run",
  "--reporter=default",
  "--reporter=json",
  `--outputFile.json=${report}`,
  ...only,
);
let passed = 0;
let failed = status === 0 ? 0 : 1;
try {
  const summary = JSON.parse(readFileSync(report, "utf8"));
  passed = summary.numPassedTests;
  // A file that does not load has no tests to fail.
  failed = Math.max(
    failed,
    summary.numFailedTests + (summary.success ? 0 : 1) - (summary.numFailedTests > 0 ? 1 : 0),
  );
} catch {
  console.error("The test runner left no report");
  failed = 1;
}
rmSync(folder, { recursive: true, force: true });
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
