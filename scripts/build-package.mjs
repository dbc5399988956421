// Builds what other projects install: JavaScript without dependencies for `yggdrasil/client`, and
// `yggdrasil/testing` with the bundled Worker beside it, each with its types, in dist/package, from
// where `npm pack ./dist/package` takes them.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { workerBundle } from "../src/testing/bundle.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const out = join(root, "dist/package");
const types = join(out, "types");

const common = {
  absWorkingDir: root,
  bundle: true,
  format: "esm",
  target: "es2022",
  platform: "neutral",
  legalComments: "eof",
  logLevel: "warning",
};

rmSync(out, { recursive: true, force: true });
await build({
  ...common,
  entryPoints: ["src/client/index.ts"],
  outfile: join(out, "client/index.js"),
  plugins: [{ name: "proofs apart", setup: leaveProofsOut }],
});
await build({
  ...common,
  entryPoints: ["src/client/verify.ts"],
  outfile: join(out, "client/verify.js"),
});
await build({
  ...common,
  entryPoints: ["src/testing/index.ts"],
  outfile: join(out, "testing/index.js"),
  external: ["node:*", "miniflare"],
  plugins: [
    { name: "proofs apart", setup: leaveProofsOut },
    { name: "bundled worker", setup: readBundledWorker },
  ],
});
writeFileSync(join(out, "testing/worker.js"), await workerBundle());
writeTypes();
writeManifest();

/** Proofs bring the curve of BLS, twice the rest: in a file that is loaded when they are used. */
function leaveProofsOut({ onResolve }) {
  onResolve({ filter: /^\.\/verify\.ts$/ }, () => ({
    path: "./verify.js",
    external: true,
    sideEffects: false,
  }));
}

/** In this repository the test kit bundles the Worker from its sources; elsewhere it is built. */
function readBundledWorker({ onLoad }) {
  onLoad({ filter: /src\/testing\/bundle\.ts$/ }, () => ({
    loader: "js",
    contents: `import { readFile } from "node:fs/promises";
export const workerBundle = () => readFile(new URL("worker.js", import.meta.url), "utf8");`,
  }));
}

function writeTypes() {
  execFileSync(
    process.execPath,
    [`${root}node_modules/typescript/bin/tsc`, "-p", "tsconfig.package.json"],
    {
      cwd: root,
      stdio: "inherit",
    },
  );
  const needed = new Set();
  for (const entry of ["client/index.d.ts", "testing/index.d.ts"])
    collect(join(types, entry), needed);
  for (const file of readdirSync(types, { recursive: true })) {
    const path = join(types, file);
    if (path.endsWith(".d.ts") && !needed.has(path)) rmSync(path);
  }
}

/** The declarations that a user's compiler reads. They name each other as their sources do: `.ts`. */
function collect(path, needed) {
  if (needed.has(path)) return;
  needed.add(path);
  const text = readFileSync(path, "utf8");
  for (const [, target] of text.matchAll(/(?:from |import\()"(\.[^"]*)\.ts"/g)) {
    collect(resolve(dirname(path), `${target}.d.ts`), needed);
  }
  writeFileSync(path, text.replaceAll(/((?:from |import\()"\.[^"]*)\.ts"/g, '$1.js"'));
}

/**
 * Of this repository's manifest only what a user needs: its tools, above all a Node of its own, are
 * nobody else's.
 */
function writeManifest() {
  const own = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const { name, version, description, license, type, engines } = own;
  const { peerDependencies, peerDependenciesMeta } = own;
  const exports = Object.fromEntries(
    Object.entries(own.exports).map(([path, target]) => [path, builtTarget(target)]),
  );
  const manifest = {
    ...{ name, version, private: own.private, description, license, type, engines },
    ...{ exports, sideEffects: false, peerDependencies, peerDependenciesMeta },
  };
  writeFileSync(join(out, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
}

function builtTarget(target) {
  if (typeof target === "string") return target;
  const built = (path) => path.replace("./dist/package/", "./");
  return { types: built(target.types), default: built(target.default) };
}
