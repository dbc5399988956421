// What `npm run simulate` is asked to do, from its arguments.
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";

export const USAGE = `npm run simulate -- --seed N
    One world: prints every option that the seed draws, and what came of it. Of a world that fails
    the violations, its last events, a smaller world that fails alike, and how to run it again.
npm run simulate -- --seeds A..B
    The worlds of all these seeds, on all cores, and a summary.
npm run simulate -- --options FILE
    A world by its options: a file, or the JSON itself, as the shrinking prints it. What it leaves
    out is quiet: no fault, nobody byzantine.

    --trace            with one world: prints every event
    --in-process       with one world: in no thread of its own and without limit of time, for a
                       debugger or a profiler
    --no-shrink        with one world: no search for a smaller one
    --stop-at-first    with --seeds: begins no world after one has failed, and shows that one as
                       --seed would
    --workers N        with --seeds: threads, as many as cores by default
    --world-seconds N  a world that takes longer has failed (120 by default)
    --help             prints this

Ends with code 0 if all worlds passed, 1 if one failed, 2 if the arguments make no sense.`;

/** 2^32: what a seed is below. */
const SEEDS = 2 ** 32;
const WORLD_SECONDS = 120;

/** Where a world's options come from: drawn, or given as a file's name or as JSON. */
export type WorldSource = { readonly seed: number } | { readonly options: string };

export type Command =
  | { readonly kind: "help" }
  | {
      readonly kind: "one";
      readonly source: WorldSource;
      readonly trace: boolean;
      readonly inProcess: boolean;
      readonly shrink: boolean;
      readonly limitMs: number;
    }
  | {
      readonly kind: "many";
      readonly first: number;
      readonly last: number;
      readonly stopAtFirst: boolean;
      readonly workers: number;
      readonly limitMs: number;
    };

/** Arguments that make no sense, with what to do. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

const SOURCES = ["seed", "seeds", "options"] as const;

export function parseCommand(args: readonly string[]): Command {
  const values = parse(args);
  if (values.help) return { kind: "help" };
  const given = SOURCES.filter((name) => values[name] !== undefined);
  if (given.length !== 1) {
    const what = given.length === 0 ? "Nothing to run" : "Too much to run";
    throw new UsageError(`${what}: give one of --seed N, --seeds A..B, --options FILE`);
  }
  const limitMs = 1_000 * whole("--world-seconds", values["world-seconds"], 1, 86_400);
  if (values.seeds !== undefined) {
    refuseWithout("one world, with --seed or --options", values, [
      "trace",
      "in-process",
      "no-shrink",
    ]);
    const [first, last] = range(values.seeds);
    const workers = whole("--workers", values.workers ?? `${availableParallelism()}`, 1, 256);
    return {
      kind: "many",
      first,
      last,
      stopAtFirst: values["stop-at-first"],
      workers,
      limitMs,
    };
  }
  refuseWithout("many worlds, with --seeds A..B", values, ["stop-at-first", "workers"]);
  const source =
    values.options === undefined
      ? { seed: whole("--seed", values.seed ?? "", 0, SEEDS - 1) }
      : { options: values.options };
  return {
    kind: "one",
    source,
    trace: values.trace,
    inProcess: values["in-process"],
    shrink: !values["no-shrink"],
    limitMs,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        seed: { type: "string" },
        seeds: { type: "string" },
        options: { type: "string" },
        trace: { type: "boolean", default: false },
        "in-process": { type: "boolean", default: false },
        "no-shrink": { type: "boolean", default: false },
        "stop-at-first": { type: "boolean", default: false },
        workers: { type: "string" },
        "world-seconds": { type: "string", default: String(WORLD_SECONDS) },
        help: { type: "boolean", short: "h", default: false },
      },
    }).values;
  } catch (error) {
    // Node's own words, without its advice on positional arguments, of which there are none.
    const [sentence = ""] = (error as Error).message.split(/\. |\.?\n/);
    throw new UsageError(sentence);
  }
}

function refuseWithout(
  needed: string,
  values: Readonly<Record<string, string | boolean | undefined>>,
  names: readonly string[],
): void {
  const idle = names.find((name) => values[name] !== undefined && values[name] !== false);
  if (idle !== undefined) throw new UsageError(`--${idle} goes with ${needed}`);
}

function whole(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || value > most) {
    throw new UsageError(
      `${name} ${JSON.stringify(text)}: give a whole number from ${least} to ${most}`,
    );
  }
  return value;
}

function range(text: string): readonly [first: number, last: number] {
  const [first, last, ...rest] = text.split("..");
  if (first === undefined || last === undefined || rest.length > 0) {
    throw new UsageError(
      `--seeds ${JSON.stringify(text)}: give the first and the last, as 1..1000`,
    );
  }
  const ends = [first, last].map((end) => whole("--seeds", end, 0, SEEDS - 1));
  const [from = 0, to = 0] = ends;
  if (from > to) {
    throw new UsageError(`--seeds ${JSON.stringify(text)}: give the smaller number first`);
  }
  return [from, to];
}
