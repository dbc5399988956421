// How full a shard is: counted header by header from what blocks say of themselves, so that everybody who has the MerkleChain's
// log has the same numbers. Rates are in thousandths of a transaction a second, shares in thousandths.
import { list, safeU64, struct, u8, u16, u32 } from "../encoding/codec.ts";
import {
  CHAIN_BLOCK_BYTES_MAX,
  SHARD_BLOCK_BYTES_MAX,
  SHARD_BLOCK_TRANSACTIONS_MAX,
} from "../limits.ts";

/** what a network chooses at genesis of when its shards split and merge. */
export interface SaturationParameters {
  /** over so many rounds the means are taken; at most 50. */
  readonly windowRounds: number;
  /** a streak of more rounds than this has a shard split or merge. */
  readonly streakRounds: number;
  /** from here on a round counts towards a split. */
  readonly splitPermille: number;
  /** below this a round counts towards a merge; with 0 none does. */
  readonly mergePermille: number;
  /** no shard's all-time high is lower, in whole transactions a second. */
  readonly benchmarkTps: number;
}

export const WINDOW_ROUNDS_MAX = 50;

/** with the source's rate of a shard. */
export const DEFAULT_SATURATION: SaturationParameters = {
  windowRounds: 20,
  streakRounds: 100,
  splitPermille: 900,
  mergePermille: 100,
  benchmarkTps: 5_000,
};

export const saturationParametersType = struct<SaturationParameters>("SaturationParameters", {
  windowRounds: u8,
  streakRounds: u32,
  splitPermille: u16,
  mergePermille: u16,
  benchmarkTps: u32,
});

/** What a shard's block holds, by its transactions, each counted once. */
export interface BlockLoad {
  readonly transactions: number;
  readonly bytes: number;
}

export const blockLoadType = struct<BlockLoad>("BlockLoad", { transactions: u32, bytes: u32 });

/** A round of the window that was not empty. */
interface BusyRound {
  readonly round: number;
  /** Of the limits. */
  readonly fillPermille: number;
  readonly transactions: number;
}

/** What is kept of a shard's rounds up to one of them. */
export interface SaturationState {
  /** The newest round that is counted. */
  readonly round: number;
  /** Ascending; at most `windowRounds` of them. */
  readonly window: readonly BusyRound[];
  /** the highest mean rate of the shard, or the benchmark. */
  readonly allTimeHigh: number;
  /** Rounds in a row, up to `round`, that count towards a split. */
  readonly busyStreak: number;
  /** That count towards a merge. */
  readonly idleStreak: number;
}

export const saturationStateType = struct<SaturationState>("SaturationState", {
  round: safeU64,
  window: list(
    struct<BusyRound>("BusyRound", { round: safeU64, fillPermille: u16, transactions: u32 }),
    WINDOW_ROUNDS_MAX,
  ),
  allTimeHigh: safeU64,
  busyStreak: u32,
  idleStreak: u32,
});

/** both means of one round, in thousandths. */
export interface Saturation {
  /** Of bytes or transactions against their limits, whichever is more. */
  readonly fillPermille: number;
  /** Of the rate against the shard's all-time high. */
  readonly ratePermille: number;
}

export const saturationType = struct<Saturation>("Saturation", {
  fillPermille: u16,
  ratePermille: u16,
});

/** what counts for a split. */
export const splitSaturation = ({ fillPermille, ratePermille }: Saturation): number =>
  Math.min(fillPermille, ratePermille);

/** what counts for a merge. */
export const mergeSaturation = ({ fillPermille, ratePermille }: Saturation): number =>
  Math.max(fillPermille, ratePermille);

const FULL_PERMILLE = 1_000;
/** Streaks are counted no further: whoever waits so long has waited long enough. */
const STREAK_MAX = 0xffff_ffff;

/** Of a shard that begins with `round`; `allTimeHigh`: half of its parent's, 0 without one. */
export function saturationFrom(
  { benchmarkTps }: SaturationParameters,
  round: number,
  allTimeHigh = 0,
): SaturationState {
  const high = Math.max(allTimeHigh, 1_000 * benchmarkTps);
  return { round, window: [], allTimeHigh: high, busyStreak: 0, idleStreak: 0 };
}

/** What the counting of one round asks of its epoch. */
export interface SaturationContext {
  readonly parameters: SaturationParameters;
  readonly roundMs: number;
  /** How many the shard has: they bound its block's bytes. */
  readonly chains: number;
}

/** The state with `round` counted, whose block has this load; rounds between are empty. Costs O(windowRounds). */
export function countRound(
  context: SaturationContext,
  state: SaturationState,
  round: number,
  load: BlockLoad,
): SaturationState {
  if (round <= state.round) return state;
  const { parameters } = context;
  const before = countEmpty(context, state, round - 1);
  const kept = inWindow(parameters, before.window, round);
  const busy = { round, fillPermille: fillOf(context, load), transactions: load.transactions };
  const window = load.transactions === 0 ? kept : [...kept, busy];
  const rate = rateOf(context, window);
  const allTimeHigh = Math.max(before.allTimeHigh, rate);
  const counted = { ...before, round, window, allTimeHigh };
  return { ...counted, ...streaksWith(parameters, before, saturationOf(context, counted)) };
}

/** The state with every round up to this one counted, those behind the newest as empty. Costs O(windowRounds), whatever the gap. */
export function countEmpty(
  context: SaturationContext,
  state: SaturationState,
  round: number,
): SaturationState {
  const { parameters } = context;
  let next = state;
  while (next.round < round && next.window.length > 0) {
    const empty = { ...next, round: next.round + 1 };
    const window = inWindow(parameters, next.window, empty.round);
    const counted = { ...empty, window };
    next = { ...counted, ...streaksWith(parameters, next, saturationOf(context, counted)) };
  }
  const gap = round - next.round;
  if (gap <= 0) return next;
  // Nothing is left in the window: each round counts 0.
  const idle = parameters.mergePermille === 0 ? 0 : next.idleStreak + gap;
  return { ...next, round, busyStreak: 0, idleStreak: Math.min(idle, STREAK_MAX) };
}

/** After so many rounds one without a notarised header is taken to be empty. */
const SETTLED_ROUNDS = 10;

/** The state as of `presentRound`: what may still be reported does not count yet. */
export const countSettled = (
  context: SaturationContext,
  state: SaturationState,
  presentRound: number,
): SaturationState => countEmpty(context, state, presentRound - SETTLED_ROUNDS);

/** of the state's newest round. */
export function saturationOf(context: SaturationContext, state: SaturationState): Saturation {
  const { windowRounds } = context.parameters;
  const fill = state.window.reduce((sum, { fillPermille }) => sum + fillPermille, 0);
  const rate = rateOf(context, state.window);
  return {
    fillPermille: Math.floor(fill / windowRounds),
    // Behind a change of the rounds' length the old ones count by the new one.
    ratePermille: Math.min(FULL_PERMILLE, Math.floor((FULL_PERMILLE * rate) / state.allTimeHigh)),
  };
}

/** the mean rate of the state's window, in thousandths of a transaction a second. */
export const meanRate = (context: SaturationContext, state: SaturationState): number =>
  rateOf(context, state.window);

/** whether the shard has been full for longer than the streak. */
export const isSplitDue = (
  { streakRounds }: SaturationParameters,
  state: SaturationState,
): boolean => state.busyStreak > streakRounds;

/** whether it has had next to nothing to do for longer than the streak. */
export const isMergeDue = (
  { streakRounds }: SaturationParameters,
  state: SaturationState,
): boolean => state.idleStreak > streakRounds;

function fillOf({ chains }: SaturationContext, { bytes, transactions }: BlockLoad): number {
  const bytesMax = Math.min(SHARD_BLOCK_BYTES_MAX, chains * CHAIN_BLOCK_BYTES_MAX);
  const fill = Math.max(bytes / bytesMax, transactions / SHARD_BLOCK_TRANSACTIONS_MAX);
  return Math.min(FULL_PERMILLE, Math.floor(FULL_PERMILLE * fill));
}

function rateOf(
  { parameters: { windowRounds }, roundMs }: SaturationContext,
  window: SaturationState["window"],
): number {
  const transactions = window.reduce((sum, one) => sum + one.transactions, 0);
  return Math.floor((1_000_000 * transactions) / (windowRounds * roundMs));
}

const inWindow = (
  { windowRounds }: SaturationParameters,
  window: SaturationState["window"],
  round: number,
): SaturationState["window"] => window.filter((one) => one.round > round - windowRounds);

function streaksWith(
  { splitPermille, mergePermille }: SaturationParameters,
  { busyStreak, idleStreak }: SaturationState,
  saturation: Saturation,
): Pick<SaturationState, "busyStreak" | "idleStreak"> {
  const isBusy = splitSaturation(saturation) >= splitPermille;
  const isIdle = mergeSaturation(saturation) < mergePermille;
  return {
    busyStreak: isBusy ? Math.min(busyStreak + 1, STREAK_MAX) : 0,
    idleStreak: isIdle ? Math.min(idleStreak + 1, STREAK_MAX) : 0,
  };
}
