// `npm run load`: drives a development network that runs.
import { ApiError, UnavailableError, YggdrasilError } from "../client/index.ts";
import { parseCommand, USAGE, UsageError } from "./arguments.ts";
import { drive } from "./drive.ts";
import { PreparationError } from "./preparation.ts";
import { isWhole } from "./report.ts";

const INTERRUPTED = 130;
const TWICE_MS = 1_000;
/** Where nobody says how wide the terminal is. */
const WIDTH = 100;

const { isTTY } = process.stdout;
const clear = (): void => {
  if (isTTY) process.stdout.write("\r\u001b[K");
};

const stop = new AbortController();
let stoppedMs = Number.POSITIVE_INFINITY;
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    // Whoever asks twice does not want to wait for what is under way. One Ctrl-C comes twice, from the terminal and from npm.
    if (performance.now() - stoppedMs > TWICE_MS) process.exit(INTERRUPTED);
    stoppedMs = Math.min(stoppedMs, performance.now());
    stop.abort();
  });
}

/** The exit code. */
async function main(args: readonly string[]): Promise<number> {
  const command = parseCommand(args, process.env.PORT);
  if (command.kind === "help") {
    console.log(USAGE);
    return 0;
  }
  const { tally } = await drive(command.options, {
    stop: stop.signal,
    tell(line) {
      clear();
      console.log(line);
    },
    progress(line) {
      clear();
      // A line that wraps could not be taken back.
      const fits = line.length < (process.stdout.columns ?? WIDTH);
      if (isTTY && fits) process.stdout.write(line);
      else console.log(line);
    },
  });
  return isWhole(tally) ? 0 : 1;
}

function explain(error: unknown): string {
  if (error instanceof UsageError) {
    return `${error.message}\nnpm run load -- --help shows all arguments`;
  }
  if (error instanceof UnavailableError) {
    return `${error.message}\nIs the network running? Start it with \`npm start\`, or name it by --url`;
  }
  if (error instanceof ApiError) {
    return `${error.message} (${error.code})\nIs --url the GraphQL API of a network of this version?`;
  }
  if (error instanceof PreparationError || error instanceof YggdrasilError) return error.message;
  throw error;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  clear();
  console.error(explain(error));
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
