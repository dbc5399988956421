// The whole numbers in the arguments of `npm run estimate`, and what each may be.
import { type UsageError, type ValueName, wrongValue } from "./read-arguments.ts";

/** More columns than anybody reads. */
const NETWORKS_MAX = 100;

/** The least and the most of each argument. */
const RANGES: Readonly<Record<ValueName, readonly [least: number, most: number]>> = {
  shards: [1, 10_000],
  // Enough for the most shards of the most seats.
  validators: [1, 100_000_000_000],
  chains: [1, 1_000_000_000],
  // With fewer than 4 a set bears no fault. The source saw its rate with fewer than 1,000.
  seats: [4, 999],
  // As in a network's configuration.
  "round-ms": [50, 60_000],
  "chains-per-shard": [1, 100_000],
  "tps-per-shard": [1, 1_000_000],
  saturation: [0, 100],
};

const range = (name: ValueName): string => `from ${RANGES[name][0]} to ${RANGES[name][1]}`;

/** null if it is none, or not in the argument's range. Nothing but digits: no sign, no exponent. */
function wholeOrNull(name: ValueName, text: string): number | null {
  const [least, most] = RANGES[name];
  const value = Number(text);
  return /^\d+$/.test(text) && value >= least && value <= most ? value : null;
}

export function parseWhole(name: ValueName, text: string): number {
  const value = wholeOrNull(name, text);
  if (value !== null) return value;
  throw wrongValue(name, text, `give a whole number ${range(name)}`);
}

/** "1..4,31": numbers and ranges, in the order given. */
export function parseShards(text: string): readonly number[] {
  const counts = text.split(",").flatMap((part) => {
    const ends = part.split("..").map((end) => wholeOrNull("shards", end));
    const [first = null, last = first] = ends;
    if (first === null || last === null || ends.length > 2) throw wrongShards(text);
    if (first > last) throw wrongValue("shards", text, "give the smaller number of a range first");
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
  if (counts.length <= NETWORKS_MAX) return counts;
  throw wrongValue("shards", text, `give at most ${NETWORKS_MAX} numbers at once`);
}

const wrongShards = (text: string): UsageError =>
  wrongValue("shards", text, `give whole numbers ${range("shards")}, as 31, 1,4,31 or 1..10`);

/** `shards` follow from another argument, which asks for too many. */
export function checkShards(shards: number, name: ValueName, text: string): number {
  const [, most] = RANGES.shards;
  if (shards <= most) return shards;
  throw wrongValue(name, text, `it makes ${shards} shards; give less, for at most ${most}`);
}
