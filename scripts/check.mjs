// Everything that needs no running: formatting, lint with the import lines, types, and generated files in step with the schema.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const checks = [
  ["formatting and lint", "node_modules/@biomejs/biome/bin/biome", "check", "--error-on-warnings"],
  ["types of the Worker", "node_modules/typescript/bin/tsc", "-p", "tsconfig.json"],
  ["types of tests and tools", "node_modules/typescript/bin/tsc", "-p", "tsconfig.node.json"],
  ["generated files", "scripts/codegen.mjs", "--check"],
];

for (const [name, script, ...args] of checks) {
  const { status } = spawnSync(process.execPath, [`${root}${script}`, ...args], {
    cwd: root,
    stdio: "inherit",
  });
  console.log(`${status === 0 ? "ok" : "FAILED"}  ${name}`);
  if (status !== 0) process.exit(1);
}
