// What a world is, all of it drawn from the seed: plain values, so that a world can be printed, sent to a worker and shrunk.
import { drawFaultyVoters } from "./byzantine/draw.ts";
import { Random } from "./random.ts";
import { drawStakes, type StakeOptions } from "./stake-options.ts";
import { drawTrades, type TradeOptions } from "./trade-options.ts";
import { drawPlainSets, drawShards } from "./world-shards.ts";

/** Everything that goes wrong in worlds. How often each does is a rate from 0 to 1 in its own unit, named here. */
export const FAULT_KINDS = [
  // Of each message, a request or an answer:
  "requestLost",
  "answerLost",
  "duplicated",
  "reordered",
  "late",
  // Of each round, for a drawn time, between groups of actors:
  "partitionOneWay",
  "partitionTwoWay",
  // Of each step of an actor: before it, at one of its writes, behind its commit, between two of its effects, before its answer.
  "crashBeforeStep",
  "crashInTransaction",
  "crashAfterCommit",
  "crashBetweenEffects",
  "crashBeforeAnswer",
  // Of each round, of one drawn actor:
  "pause",
  "slowClock",
  "clockForward",
  "clockBackward",
  "diskFull",
  // Of each alarm that falls due:
  "alarmLate",
  "alarmRepeated",
  "alarmLost",
  // Of each transaction that a client sends:
  "faultyGateway",
  "resent",
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** What users send. The mix has a weight for each. */
export const LOAD_KINDS = [
  "transfer",
  "emptying",
  "overspending",
  "burst",
  "nonceGap",
  "nonceReuse",
  "replacement",
  "shortLived",
  "createToken",
  "newToken",
  "setReserve",
  "delegate",
  "revoke",
  "spendFrom",
  "invalid",
] as const;
export type LoadKind = (typeof LOAD_KINDS)[number];

export interface LoadOptions {
  /** Users' gateways, each an endpoint of its own with its own links. */
  readonly clients: number;
  /** Sent in a round on average, by all clients together. */
  readonly perRound: number;
  readonly mix: Readonly<Record<LoadKind, number>>;
}

export interface SmallMempool {
  readonly transactionsMax: number;
  readonly bytesMax: number;
  readonly chainTransactionsMax: number;
  readonly chainBytesMax: number;
  readonly senderMax: number;
}

export interface FaultyVoter {
  readonly set: number;
  /** Its place in `voters`. */
  readonly voter: number;
  /** The name of one of `byzantine/`. */
  readonly behaviour: string;
}

export interface WorldOptions {
  readonly seed: number;
  readonly shards: number;
  /** By chain: its shard. Chains that are not in it are dealt out in turn. */
  readonly placement: readonly number[];
  /** Of every set (R-3.2). */
  readonly seats: number;
  /** The seats of each voter of a set, alike in all sets but the plain ones; together all of them. */
  readonly voters: readonly (readonly number[])[];
  /** Sets in which one voter has all seats. */
  readonly plainSets: readonly number[];
  readonly chains: number;
  readonly accounts: number;
  readonly k: number;
  readonly roundMs: number;
  /** R-3.7 */
  readonly leaseRounds: number;
  /** R-11.6: as few as let epochs end within a world, in some. */
  readonly epochRounds: number;
  /** Rounds of the first phase, with load and faults; then everything heals. */
  readonly faultRounds: number;
  /** Rounds after healing within which all must be decided and everybody asleep. */
  readonly healedRounds: number;
  /** What a message takes on its way, from and to. */
  readonly delayMs: readonly [number, number];
  readonly load: LoadOptions;
  /** What users trade, besides. */
  readonly trades: TradeOptions;
  /** What they stake, besides. */
  readonly stakes: StakeOptions;
  /** null for the network's own limits. */
  readonly mempool: SmallMempool | null;
  readonly faults: Readonly<Record<FaultKind, number>>;
  readonly byzantine: readonly FaultyVoter[];
  /** Whether the faulty voters of a set may be a quorum. */
  readonly cartel: boolean;
  /** Ed25519 and BLS12-381 instead of tags. */
  readonly realCrypto: boolean;
}

/** The highest rates: in a world with many kinds of fault, and in one with this kind alone. */
const RATES: Readonly<Record<FaultKind, readonly [mixed: number, alone: number]>> = {
  requestLost: [0.08, 0.4],
  answerLost: [0.08, 0.4],
  duplicated: [0.1, 0.5],
  reordered: [0.2, 0.8],
  late: [0.05, 0.3],
  partitionOneWay: [0.06, 0.2],
  partitionTwoWay: [0.06, 0.2],
  crashBeforeStep: [0.02, 0.1],
  crashInTransaction: [0.03, 0.15],
  crashAfterCommit: [0.02, 0.1],
  crashBetweenEffects: [0.02, 0.1],
  crashBeforeAnswer: [0.02, 0.1],
  pause: [0.1, 0.3],
  slowClock: [0.07, 0.25],
  clockForward: [0.06, 0.25],
  clockBackward: [0.08, 0.25],
  diskFull: [0.11, 0.2],
  alarmLate: [0.1, 0.5],
  alarmRepeated: [0.1, 0.5],
  alarmLost: [0.05, 0.3],
  faultyGateway: [0.05, 0.3],
  resent: [0.15, 0.6],
};

const none = <Name extends string>(names: readonly Name[]): Record<Name, number> =>
  Object.fromEntries(names.map((name) => [name, 0])) as Record<Name, number>;

export const NO_FAULTS: Readonly<Record<FaultKind, number>> = none(FAULT_KINDS);

/** Of all worlds. */
const FAULT_FREE = 0.08;
const SLOW_LINKS = 0.3;
// Of a round. Where sets take turns, each must first follow what others made: slower links leave no time for a block.
const SLOW = 5;
const SLOW_OF_SEVERAL = 8;

/** Every option from the seed. */
export function drawOptions(seed: number): WorldOptions {
  // A stream each: what changes in one leaves the others as they are.
  const random = Random.stream(seed, "options");
  const of = (concern: string): Random => Random.stream(seed, `options of ${concern}`);
  // Real signatures take a hundred times as long: few seats, and few worlds.
  const realCrypto = random.chance(0.01);
  const drawnSeats = realCrypto ? 4 : random.pick([4, 4, 7, 7, 21]);
  const accounts = random.between(3, 12);
  const roundMs = random.pick([200, 500, 500, 500, 1_000]);
  const placed = drawShards(of("shards"), random.between(1, 3), realCrypto);
  // The genesis record has every seat of every set, and every actor reads it.
  const seats = placed.shards > 4 ? Math.min(drawnSeats, 7) : drawnSeats;
  const voters = drawVoters(of("voters"), seats, realCrypto ? 2 : 5);
  // Where nothing at all goes wrong, promises must be kept (R-3.6).
  const isFaultFree = of("world").chance(FAULT_FREE);
  const { shards } = placed;
  const faulty = isFaultFree
    ? { byzantine: [], cartel: false }
    : drawFaultyVoters(of("faulty voters"), { shards, seats, voters });
  return {
    seed,
    ...placed,
    seats,
    voters,
    plainSets: drawPlainSets(of("plain sets"), shards, faulty.byzantine),
    accounts,
    k: random.pick([1, 2, 3, 3, 3, 3, 4, 6]),
    roundMs,
    ...drawEpochs(of("epochs")),
    faultRounds: drawRounds(random, realCrypto, shards),
    healedRounds: random.between(600, 900),
    delayMs: drawDelay(
      of("links"),
      isFaultFree ? null : roundMs / (shards > 1 ? SLOW_OF_SEVERAL : SLOW),
    ),
    load: drawLoad(of("load"), realCrypto),
    trades: drawTrades(of("trades"), realCrypto),
    stakes: drawStakes(of("stakes"), realCrypto),
    mempool: drawMempool(of("mempool")),
    faults: isFaultFree ? NO_FAULTS : drawFaults(of("faults")),
    ...faulty,
    realCrypto,
  };
}

/** In most worlds epochs follow each other, so closely that each is announced, and activated or not, among faults. */
function drawEpochs(random: Random): Pick<WorldOptions, "leaseRounds" | "epochRounds"> {
  return {
    leaseRounds: random.pick([3, 4, 6, 20]),
    epochRounds: random.pick([2, 3, 5, 10, 1_000_000]),
  };
}

// Rounds cost time by all who replicate them.
const ROUNDS_LEAST = 12;
const ROUNDS_MOST = [0, 36, 30, 26, 24] as const;
const ROUNDS_MOST_OF_MANY = 16;

function drawRounds(random: Random, realCrypto: boolean, shards: number): number {
  if (realCrypto) return random.between(8, 16);
  return random.between(ROUNDS_LEAST, ROUNDS_MOST[shards] ?? ROUNDS_MOST_OF_MANY);
}

/** One voter with all seats, or a few with some each; the first lives in the set's own object. */
function drawVoters(random: Random, seats: number, max: number): number[][] {
  const count = Math.min(random.pick([1, 2, 3, 4, 4, 4, 5]), seats, max);
  const voters: number[][] = Array.from({ length: count }, () => []);
  const shuffled = random.shuffle(Array.from({ length: seats }, (_, seat) => seat));
  for (const [i, seat] of shuffled.entries()) {
    const voter = i < count ? i : random.between(0, count - 1);
    voters[voter]?.push(seat);
  }
  return voters.map((held) => held.sort((a, b) => a - b));
}

/** `slowMs`: what slow links take at most; null where none may be so slow that views end before they decide (R-4.1). */
function drawDelay(random: Random, slowMs: number | null): readonly [number, number] {
  const low = random.between(1, 10);
  const isSlow = random.chance(SLOW_LINKS);
  const high = low + random.between(0, 30);
  return [low, isSlow && slowMs !== null ? Math.max(high, Math.floor(slowMs)) : high];
}

function drawLoad(random: Random, realCrypto: boolean): LoadOptions {
  const mix = none(LOAD_KINDS);
  // Each world does some things much and others never.
  for (const kind of LOAD_KINDS) mix[kind] = random.chance(0.6) ? random.between(1, 10) : 0;
  mix.transfer = Math.max(mix.transfer, 1);
  // Nobody spends for another without a delegation, or a token that is not there.
  if (mix.spendFrom > 0) mix.delegate = Math.max(mix.delegate, 3);
  if (mix.newToken > 0) mix.createToken = Math.max(mix.createToken, 2);
  return {
    clients: random.between(1, 4),
    perRound: realCrypto ? 0.5 : random.pick([0.3, 1, 1, 2, 2, 4, 6]),
    mix,
  };
}

function drawMempool(random: Random): SmallMempool | null {
  if (!random.chance(0.2)) return null;
  const transactionsMax = random.between(4, 30);
  const chainTransactionsMax = random.between(3, transactionsMax);
  return {
    transactionsMax,
    bytesMax: transactionsMax * 400,
    chainTransactionsMax,
    chainBytesMax: chainTransactionsMax * 400,
    senderMax: random.between(2, 8),
  };
}

function drawFaults(random: Random): Record<FaultKind, number> {
  const faults = none(FAULT_KINDS);
  const kindOfWorld = random.unit();
  if (kindOfWorld < 0.1) return faults;
  if (kindOfWorld < 0.35) {
    const kind = random.pick(FAULT_KINDS);
    faults[kind] = RATES[kind][1] * (0.3 + 0.7 * random.unit());
    return faults;
  }
  for (const kind of FAULT_KINDS) {
    if (random.chance(0.5)) faults[kind] = RATES[kind][0] * (0.1 + 0.9 * random.unit());
  }
  return faults;
}

/** Lines for people. */
export function describeOptions(options: WorldOptions): string {
  const { faults, load, trades, stakes, mempool, byzantine, voters, placement, plainSets } =
    options;
  const named = (rates: Readonly<Record<string, number>>, digits: number): string =>
    Object.entries(rates)
      .filter(([, rate]) => rate > 0)
      .map(([name, rate]) => `${name} ${Number(rate.toFixed(digits))}`)
      .join(", ") || "none";
  const faulty = byzantine.map(({ set, voter, behaviour }) => `set ${set} ${voter}: ${behaviour}`);
  const shards = options.shards === 1 ? "1 shard" : `${options.shards} shards`;
  const placed = placement.length === 0 ? "" : ` in shards ${placement.join(" ")}`;
  return [
    `seed ${options.seed}: ${shards}, ${options.seats} seats a set in ${voters.length} voters (${voters
      .map((seats) => seats.length)
      .join(
        "+",
      )}${plainSets.length === 0 ? "" : `, one in sets ${plainSets.join(" ")}`}), ${options.chains} chains${placed}, ${options.accounts} accounts`,
    `k ${options.k}, leases of ${options.leaseRounds} rounds, epochs of ${options.epochRounds} with traffic; rounds of ${options.roundMs} ms, ${options.faultRounds} with faults and ${options.healedRounds} healed; ` +
      `messages take ${options.delayMs.join(" to ")} ms; ${options.realCrypto ? "real signatures" : "tags"}`,
    `load: ${load.clients} clients, ${load.perRound} a round: ${named(load.mix, 0)}; trades: ${
      trades.perRound
    } a round: ${named(trades.mix, 0)}; stakes: ${stakes.perRound} a round: ${named(stakes.mix, 0)}, least bond ${stakes.minimumBond}, back after ${stakes.unbondingRounds} rounds; mempool: ${
      mempool === null ? "as published" : `${mempool.transactionsMax} transactions`
    }`,
    `faults: ${named(faults, 3)}`,
    `faulty voters: ${faulty.join(", ") || "none"}${options.cartel ? " (a cartel)" : ""}`,
  ].join("\n");
}
