// What `npm run load` is asked for, from its arguments.
import { parseArgs } from "node:util";

export interface LoadOptions {
  /** Of the GraphQL API. */
  readonly url: string;
  /** Transactions a second. */
  readonly tps: number;
  readonly chains: number;
  /** The chain in place i is drawn with a weight of 1 / i^zipf. */
  readonly zipf: number;
  /** The part of the transactions that are trades between two chains, 0 to 1. */
  readonly trades: number;
  /** Each has funds on every chain. */
  readonly accounts: number;
  /** What their keys follow from. */
  readonly seed: string;
  /** Null: until somebody stops it. */
  readonly seconds: number | null;
}

const DEFAULTS = { tps: 200, chains: 4, zipf: 1.1, trades: 0.3, accounts: 200, seed: "load" };
/** Accounts times chains: each pair is a balance to be funded and followed. */
const BALANCES_MAX = 50_000;

export const USAGE = `npm run load -- --tps 2000 --chains 12 --zipf 1.1
    Drives a development network that runs (\`npm start\`): makes accounts and tokens where they are
    missing, then sends transfers and trades at that rate until Ctrl-C, with a line of progress each
    second. It then waits for all that was accepted and accounts for it.

    --url URL       of its API (http://localhost:8787/graphql, or the port in PORT)
    --tps T         transactions a second to aim at (${DEFAULTS.tps})
    --chains C      how many chains; what is missing is created (${DEFAULTS.chains})
    --zipf S        exponent of the law by which chains are drawn; 0: all alike (${DEFAULTS.zipf})
    --trades S      the part that are trades between two chains, 0 to 1 (${DEFAULTS.trades})
    --accounts A    how many send (${DEFAULTS.accounts})
    --seed TEXT     of their keys and of all that is drawn; two runs at once need two (${DEFAULTS.seed})
    --seconds N     how long to send (until Ctrl-C)
    --help          prints this

Ends with code 0 if all that was accepted is accounted for, 1 if something is lost or the network
cannot be used, 2 if the arguments make no sense.`;

export type Command =
  | { readonly kind: "help" }
  | { readonly kind: "run"; readonly options: LoadOptions };

/** Arguments that make no sense, with what to do. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

const VALUES = {
  url: { type: "string" },
  tps: { type: "string" },
  chains: { type: "string" },
  zipf: { type: "string" },
  trades: { type: "string" },
  accounts: { type: "string" },
  seed: { type: "string" },
  seconds: { type: "string" },
  help: { type: "boolean", short: "h", default: false },
} as const;

/** `port`: where the network listens if no URL is given. */
export function parseCommand(args: readonly string[], port = "8787"): Command {
  const values = parse(args);
  if (values.help) return { kind: "help" };
  const chains = number("--chains", values.chains, DEFAULTS.chains, 1, 200, true);
  const accounts = number("--accounts", values.accounts, DEFAULTS.accounts, 4, 5_000, true);
  if (chains * accounts > BALANCES_MAX) {
    throw new UsageError(
      `--accounts ${JSON.stringify(`${accounts}`)}: with ${chains} chains give at most ${Math.floor(BALANCES_MAX / chains)}`,
    );
  }
  const trades = number("--trades", values.trades, chains > 1 ? DEFAULTS.trades : 0, 0, 1);
  if (trades > 0 && chains === 1) {
    throw new UsageError(
      `--trades ${JSON.stringify(values.trades)}: a trade needs two chains, give --chains 2 or more`,
    );
  }
  const { seconds } = values;
  const options: LoadOptions = {
    url: parseUrl(values.url ?? `http://localhost:${port}/graphql`),
    tps: number("--tps", values.tps, DEFAULTS.tps, 1, 20_000, true),
    chains,
    zipf: number("--zipf", values.zipf, DEFAULTS.zipf, 0, 10),
    trades,
    accounts,
    seed: values.seed ?? DEFAULTS.seed,
    seconds: seconds === undefined ? null : number("--seconds", seconds, 0, 1, 1_000_000, true),
  };
  return { kind: "run", options };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: VALUES }).values;
  } catch (error) {
    // Node's own words, without its advice on positional arguments, of which there are none.
    const [sentence = ""] = (error as Error).message.split(/\. |\.?\n/);
    throw new UsageError(sentence);
  }
}

function number(
  name: string,
  text: string | undefined,
  otherwise: number,
  least: number,
  most: number,
  whole = false,
): number {
  if (text === undefined) return otherwise;
  const value = Number(text);
  const form = whole ? /^\d+$/ : /^(\d+|\d*\.\d+)$/;
  if (form.test(text) && value >= least && value <= most) return value;
  const kind = whole ? "whole number" : "number";
  throw new UsageError(
    `${name} ${JSON.stringify(text)}: give a ${kind} from ${least} to ${most.toLocaleString("en-US")}`,
  );
}

function parseUrl(text: string): string {
  const url = URL.parse(text);
  if (url !== null && /^https?:$/.test(url.protocol)) return url.href;
  throw new UsageError(
    `--url ${JSON.stringify(text)}: give the URL of an API, as http://localhost:8787/graphql`,
  );
}
