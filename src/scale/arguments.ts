// What `npm run scale` is asked for, from its arguments.
import { parseArgs } from "node:util";
import { DEFAULTS, type ScaleOptions } from "./scale-options.ts";

export const USAGE = `npm run scale -- --shards 31 --rounds 200
    The real actors of so many shards and of a set for each pair of them, in one process on virtual
    time. Cryptography is counted, not computed. Prints throughput, delays between shards beside
    those of R-3.6, messages, bytes, processor time and rows of each kind of actor and round.
npm run scale -- --compare 4,8,16,31
    Runs of several sizes, shorter ones by default: what one actor does, with the ratio to the first.

    --rounds R                          that are counted (${DEFAULTS.rounds}; 40 with --compare)
    --seats P                           of each set (${DEFAULTS.seats})
    --chains-per-shard C                (${DEFAULTS.chainsPerShard})
    --transactions-per-shard-and-round T  (${DEFAULTS.transactionsPerShardAndRound})
    --cross-share S                     the part of them that are trades with another shard, 0 to 1 (${DEFAULTS.crossShare})
    --seed N                            of who trades with whom (${DEFAULTS.seed})
    --help                              prints this

Ends with code 0 if all transactions became final and all replicas are equal, 1 if not, 2 if the
arguments make no sense.`;

const COMPARED_ROUNDS = 40;

export type Command =
  | { readonly kind: "help" }
  | { readonly kind: "run"; readonly options: ScaleOptions }
  | { readonly kind: "compare"; readonly runs: readonly ScaleOptions[] };

/** Arguments that make no sense, with what to do. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

const VALUES = {
  shards: { type: "string" },
  compare: { type: "string" },
  rounds: { type: "string" },
  seats: { type: "string" },
  "chains-per-shard": { type: "string" },
  "transactions-per-shard-and-round": { type: "string" },
  "cross-share": { type: "string" },
  seed: { type: "string" },
  help: { type: "boolean", short: "h", default: false },
} as const;

export function parseCommand(args: readonly string[]): Command {
  const values = parse(args);
  if (values.help) return { kind: "help" };
  const { compare, shards } = values;
  if (compare !== undefined && shards !== undefined) {
    throw new UsageError("Too much to run: give one of --shards N, --compare N,N,...");
  }
  const rounds = compare === undefined ? DEFAULTS.rounds : COMPARED_ROUNDS;
  const options: ScaleOptions = {
    shards: whole("--shards", shards, DEFAULTS.shards, 1, 60),
    rounds: whole("--rounds", values.rounds, rounds, 1, 10_000),
    // With fewer than 4 a set bears no fault.
    seats: whole("--seats", values.seats, DEFAULTS.seats, 4, 64),
    chainsPerShard: whole(
      "--chains-per-shard",
      values["chains-per-shard"],
      DEFAULTS.chainsPerShard,
      1,
      100,
    ),
    transactionsPerShardAndRound: whole(
      "--transactions-per-shard-and-round",
      values["transactions-per-shard-and-round"],
      DEFAULTS.transactionsPerShardAndRound,
      1,
      200,
    ),
    crossShare: share("--cross-share", values["cross-share"]),
    seed: whole("--seed", values.seed, DEFAULTS.seed, 0, 2 ** 32 - 1),
  };
  if (compare === undefined) return { kind: "run", options };
  const sizes = compare.split(",").map((size) => whole("--compare", size, 0, 1, 60));
  return { kind: "compare", runs: sizes.map((size) => ({ ...options, shards: size })) };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: VALUES }).values;
  } catch (error) {
    const [sentence = ""] = (error as Error).message.split(/\. |\.?\n/);
    throw new UsageError(sentence);
  }
}

function whole(
  name: string,
  text: string | undefined,
  otherwise: number,
  least: number,
  most: number,
): number {
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new UsageError(
    `${name} ${JSON.stringify(text)}: give a whole number from ${least} to ${most}`,
  );
}

function share(name: string, text: string | undefined): number {
  if (text === undefined) return DEFAULTS.crossShare;
  const value = Number(text);
  if (/^\d*\.?\d+$/.test(text) && value <= 1) return value;
  throw new UsageError(`${name} ${JSON.stringify(text)}: give a number from 0 to 1`);
}
