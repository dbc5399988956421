import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

// `npm run test:deep` sets DEEP: the same tests with many more cases.
const deep = process.env.DEEP !== undefined;

// Our own name means the sources here, what was built of them elsewhere.
const conditions = ["yggdrasil-source", "module", "node", "import", "default"];

export default defineConfig({
  // One build of graphql for our sources and for yoga's: two would not know each other's types.
  resolve: { alias: { graphql: fileURLToPath(import.meta.resolve("graphql")) } },
  ssr: { resolve: { conditions } },
  test: {
    include: ["test/**/*.test.ts"],
    testTimeout: deep ? 3_600_000 : 120_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
  },
});
