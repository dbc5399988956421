// Installs what is missing, so that `npm start` and `npm test` work alone on a fresh clone. Runs on any Node, without
// dependencies; the project's own newer Node comes with the install.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const installed = `${root}node_modules/.package-lock.json`;
const lock = `${root}package-lock.json`;

/** The install is there and not older than what the lockfile asks for. */
const isInstalled = () =>
  existsSync(installed) &&
  (statSync(installed).mtimeMs >= statSync(lock).mtimeMs || samePackages());

function samePackages() {
  const wanted = JSON.parse(readFileSync(lock, "utf8")).packages;
  const present = JSON.parse(readFileSync(installed, "utf8")).packages;
  return Object.entries(wanted).every(
    ([path, { version, optional }]) =>
      path === "" || optional === true || present[path]?.version === version,
  );
}

if (!isInstalled()) {
  console.log("Installing dependencies (about a minute the first time)...");
  execFileSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    stdio: "inherit",
  });
}
