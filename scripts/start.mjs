// Runs the network on this machine with `wrangler dev`: real workerd, state under .wrangler/state, kept between runs.

import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const port = process.env.PORT ?? "8787";

// The secret makes this machine's seat keys and faucet; the stored network belongs to it, so it is made once and kept.
const secrets = `${root}.dev.vars`;
if (!existsSync(secrets)) {
  const network = {
    name: "local",
    development: true,
    seats: 21,
    k: 3,
    roundMs: 500,
    chains: [{}, {}],
  };
  writeFileSync(
    secrets,
    `DEPLOYMENT_SECRET="${randomBytes(32).toString("hex")}"\nNETWORK='${JSON.stringify(network)}'\n`,
    { mode: 0o600 },
  );
}

console.log(
  `Starting Yggdrasil: GraphQL and GraphiQL will be at http://localhost:${port}/graphql (Ctrl-C stops)`,
);
const wrangler = fileURLToPath(
  new URL("../node_modules/wrangler/bin/wrangler.js", import.meta.url),
);
const child = spawn(
  process.execPath,
  [wrangler, "dev", "--port", port, "--ip", "127.0.0.1", "--show-interactive-dev-session=false"],
  {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, WRANGLER_SEND_METRICS: "false", CLOUDFLARE_CF_FETCH_ENABLED: "false" },
  },
);
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
child.on("exit", (code) => process.exit(code ?? 0));
