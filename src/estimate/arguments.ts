// What `npm run estimate` is asked for: the shapes of the networks to calculate, from its arguments.
import { shardsForChains, shardsForValidators } from "../protocol/topology/network-size.ts";
import {
  type NetworkShape,
  SOURCE_SHAPE,
  tpsOfFullBlocks,
} from "../protocol/topology/performance.ts";
import {
  readArguments,
  UsageError,
  type ValueName,
  type Values,
  wrongValue,
} from "./read-arguments.ts";
import { checkShards, parseShards, parseWhole } from "./whole-numbers.ts";

const { seats, roundMs, chainsPerShard, saturationPermille } = SOURCE_SHAPE;

export const USAGE = `npm run estimate -- --shards 31
    What a network of 31 shards can do, and what it needs. For several at once, a column each:
    --shards 1..10, --shards 1,4,31, --shards 1..4,31
npm run estimate -- --validators 10000
    The same of the most shards whose sets so many validators fill.
npm run estimate -- --chains 1800
    The same of as many shards as so many chains need.
npm run estimate -- --source
    Every figure of the source document beside what is calculated here, and why some differ.

    --seats P             seats of a set (${seats}); real networks take 4, 7 or 21
    --round-ms MS         milliseconds a round (${roundMs})
    --chains-per-shard C  on average (${chainsPerShard}); instead, --chains with --shards says how many in all
    --tps-per-shard T     transactions a second (as many as full blocks hold: ${tpsOfFullBlocks(roundMs)} with
                          rounds of ${roundMs} ms)
    --saturation PERCENT  of the shards, which moves the caps of their sets (${saturationPermille / 10})
    --help                prints this

docs/estimate.md says what each number means. Ends with code 1 if the arguments make no sense.`;

export type Command =
  | { readonly kind: "help" }
  | { readonly kind: "source" }
  | { readonly kind: "shapes"; readonly shapes: readonly NetworkShape[] };

export function parseCommand(args: readonly string[]): Command {
  const { values, flags } = readArguments(args);
  if (flags.has("help")) return { kind: "help" };
  if (!flags.has("source")) return { kind: "shapes", shapes: shapesOf(values) };
  for (const [name, text] of Object.entries(values)) {
    throw wrongValue(name as ValueName, text, "leave it out, or --source");
  }
  return { kind: "source" };
}

function shapesOf(values: Values): readonly NetworkShape[] {
  const number = (name: ValueName, otherwise: number): number => {
    const text = values[name];
    return text === undefined ? otherwise : parseWhole(name, text);
  };
  const ms = number("round-ms", roundMs);
  const rest = {
    seats: number("seats", seats),
    roundMs: ms,
    tpsPerShard: number("tps-per-shard", tpsOfFullBlocks(ms)),
    saturationPermille: 10 * number("saturation", saturationPermille / 10),
  };
  const counts = shardCounts(values, rest.seats);
  const sizes = sizesOf(values, counts, number("chains-per-shard", chainsPerShard));
  return sizes.map((size) => ({ ...rest, ...size }));
}

type Size = Pick<NetworkShape, "shards" | "chainsPerShard">;

/** `counts`: numbers of shards, null if they follow from the chains. `perShard`: chains, given or by default. */
function sizesOf(
  { chains: text, "chains-per-shard": perShardText }: Values,
  counts: readonly number[] | null,
  perShard: number,
): readonly Size[] {
  if (text === undefined) {
    if (counts !== null) return counts.map((shards) => ({ shards, chainsPerShard: perShard }));
    throw new UsageError("Nothing to estimate: give --shards, --validators, --chains or --source");
  }
  const chains = parseWhole("chains", text);
  if (counts === null) {
    const shards = checkShards(shardsForChains(chains, perShard), "chains", text);
    return [{ shards, chainsPerShard: chains / shards }];
  }
  if (perShardText !== undefined) {
    const advice = "leave it out: it follows from --chains and the number of shards";
    throw wrongValue("chains-per-shard", perShardText, advice);
  }
  const most = Math.max(...counts);
  if (chains < most) {
    throw wrongValue("chains", text, `give at least ${most}, one a shard (R-12.2)`);
  }
  return counts.map((shards) => ({ shards, chainsPerShard: chains / shards }));
}

/** null if neither argument says how many. */
function shardCounts({ shards, validators }: Values, seatsOfSet: number): readonly number[] | null {
  if (validators === undefined) return shards === undefined ? null : parseShards(shards);
  if (shards !== undefined) {
    throw wrongValue("validators", validators, "leave it out, or --shards");
  }
  const most = shardsForValidators(parseWhole("validators", validators), seatsOfSet);
  if (most > 0) return [checkShards(most, "validators", validators)];
  throw wrongValue("validators", validators, `give at least ${seatsOfSet}: they fill one set`);
}
