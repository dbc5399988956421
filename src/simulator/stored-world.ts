// Worlds as JSON. A seed draws another world as soon as the drawing changes, so what once failed is kept by its options: those that
// differ from a quiet world's, so that options which are added later are off in it.
import { faultsMax } from "../protocol/consensus/quorum.ts";
import { NO_STAKES } from "./stake-options.ts";
import { NO_TRADES } from "./trade-options.ts";
import { LOAD_KINDS, NO_FAULTS, type WorldOptions } from "./world-options.ts";
import { setsOf } from "./world-shards.ts";

/** A file of `test/simulator/seeds`. */
export interface StoredWorld {
  /** In a test's title: what failed. */
  readonly name: string;
  /** What was wrong, and where. */
  readonly found: string;
  readonly options: WorldOptions;
}

const ONLY_TRANSFERS = Object.fromEntries(
  LOAD_KINDS.map((kind) => [kind, kind === "transfer" ? 1 : 0]),
) as WorldOptions["load"]["mix"];

/** What a stored world is where it says nothing. Never changed: it would change them all. */
export const QUIET: WorldOptions = {
  seed: 0,
  shards: 1,
  placement: [],
  seats: 4,
  voters: [[0, 1, 2, 3]],
  plainSets: [],
  chains: 1,
  accounts: 3,
  k: 3,
  roundMs: 500,
  leaseRounds: 20,
  epochRounds: 1_000_000,
  faultRounds: 30,
  healedRounds: 600,
  delayMs: [1, 10],
  load: { clients: 1, perRound: 1, mix: ONLY_TRANSFERS },
  trades: NO_TRADES,
  stakes: NO_STAKES,
  mempool: null,
  faults: NO_FAULTS,
  byzantine: [],
  cartel: false,
  realCrypto: false,
};

/** A stored world or options alone, from the text of a file. Throws an error that names what is wrong. */
export function readWorld(text: string): StoredWorld {
  const json: unknown = parseJson(text);
  if (!isRecord(json)) throw new Error("Cannot read a world: no JSON object");
  const { name = "", found = "", options = json } = json;
  if (!isRecord(options)) throw new Error('Cannot read a world: "options" is no object');
  const complete = merge("", QUIET, options) as WorldOptions;
  refuseNonsense(complete);
  return { name: String(name), found: String(found), options: complete };
}

/** What differs from the quiet world; `readWorld` makes the same options of it. */
export function briefOptions(options: WorldOptions): Readonly<Record<string, unknown>> {
  return { seed: options.seed, ...(difference(QUIET, options) as object) };
}

/** Whether no set has more faulty seats than it bears, unless they are meant to be a cartel. */
export function isBearable({ byzantine, cartel, seats, voters }: WorldOptions): boolean {
  const bySet = new Map<number, number>();
  for (const { set, voter } of byzantine) {
    bySet.set(set, (bySet.get(set) ?? 0) + (voters[voter]?.length ?? 0));
  }
  return cartel || [...bySet.values()].every((faulty) => faulty <= faultsMax(seats));
}

/** A world that cannot be: it would fail, or show nothing, for no fault of the network. */
function refuseNonsense(options: WorldOptions): void {
  const { voters, seats, byzantine, shards, placement, plainSets } = options;
  const seated = voters.flat().toSorted((a, b) => a - b);
  if (seated.length !== seats || seated.some((seat, i) => seat !== i)) {
    throw new Error(
      `Cannot read a world: "voters" ${JSON.stringify(voters)} are not the ${seats} seats, each once`,
    );
  }
  const nowhere = placement.find((shard) => shard >= shards);
  if (nowhere !== undefined) {
    throw new Error(`Cannot read a world: no shard ${nowhere} for a chain, only ${shards}`);
  }
  const stranger = byzantine.find((one) => !setsOf(options).some(({ set }) => set === one.set));
  if (stranger !== undefined) {
    throw new Error(
      `Cannot read a world: no set ${stranger.set} with a ${stranger.behaviour} voter`,
    );
  }
  const plain = byzantine.find(({ set }) => plainSets.includes(set));
  if (plain !== undefined) {
    throw new Error(`Cannot read a world: set ${plain.set} is plain and has a faulty voter`);
  }
  const nobody = byzantine.find(({ voter }) => voters[voter] === undefined);
  if (nobody !== undefined) {
    throw new Error(`Cannot read a world: no voter ${nobody.voter} to be ${nobody.behaviour}`);
  }
  if (!isBearable(options)) {
    throw new Error(
      `Cannot read a world: more than ${faultsMax(seats)} of ${seats} seats are faulty, and no "cartel"`,
    );
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`Cannot read a world: ${(error as Error).message}`);
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** `given` over `base`, which has every name that there is. */
function merge(path: string, base: unknown, given: unknown): unknown {
  if (isRecord(base) && isRecord(given)) {
    const unknown = Object.keys(given).find((name) => !(name in base));
    if (unknown !== undefined) {
      throw new Error(
        `Cannot read a world: no option "${path}${unknown}", only ${Object.keys(base).join(", ")}`,
      );
    }
    return Object.fromEntries(
      Object.entries(base).map(([name, value]) => [
        name,
        name in given ? merge(`${path}${name}.`, value, given[name]) : value,
      ]),
    );
  }
  // The mempool alone can be null.
  const isNullable = base === null && isRecord(given);
  if (!isNullable && kindOf(base) !== kindOf(given)) {
    const name = path.slice(0, -1);
    throw new Error(
      `Cannot read a world: "${name}" is ${JSON.stringify(given)}, no ${kindOf(base)}`,
    );
  }
  return given;
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return "list";
  return value === null ? "null" : typeof value;
}

/** The parts of `value` that `base` does not have alike; undefined if there are none. */
function difference(base: unknown, value: unknown): unknown {
  if (JSON.stringify(base) === JSON.stringify(value)) return undefined;
  if (!isRecord(base) || !isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, part]) => [name, difference(base[name], part)] as const)
      .filter(([, part]) => part !== undefined),
  );
}
