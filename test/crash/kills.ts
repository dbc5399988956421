// When and how workerd is killed: a schedule that follows from a seed alone, and what carries it out.

import type { Random } from "../../src/simulator/random.ts";
import type { TestNetwork } from "../../src/testing/index.ts";
import { sleep } from "./insist.ts";

/**
 * "one": SIGKILL at a random moment. "opening": and again while the objects open. "burst": several in a row, each in the middle
 * of coming back. "waking": and again just after the first block. "away": nobody restarts it for some rounds. "evicted": no kill:
 * one object forgets what it has in memory, and the others go on.
 */
export type Mishap = "one" | "opening" | "burst" | "waking" | "away" | "evicted";

export interface PlannedMishap {
  readonly mishap: Mishap;
  /** How long all goes well before. */
  readonly waitMs: number;
  /** Whether the first kill waits until some client is told "accepted", and comes at once then. */
  readonly afterAnswer: boolean;
  /** Before each kill that follows the first. */
  readonly pausesMs: readonly number[];
  /** How long it is away after the last kill. */
  readonly awayMs: number;
  /** That is evicted. */
  readonly object: string;
}

const FIRST: readonly Mishap[] = ["one", "opening", "burst"];
const ALL: readonly [Mishap, ...Mishap[]] = [
  ...(["one", "one", "one", "opening", "opening", "burst", "waking", "waking"] as const),
  ...(["away", "evicted", "evicted"] as const),
];
const ANSWER_MS_MAX = 3_000;
const OBJECTS = ["shard-0", "set-1", "merkle-chain"] as const;

export const killsOf = ({ mishap, pausesMs }: PlannedMishap): number =>
  mishap === "evicted" ? 0 : 1 + pausesMs.length;

/** So many kills; those of the first three mishaps are six. */
export function planMishaps(random: Random, kills: number): PlannedMishap[] {
  const planned: PlannedMishap[] = [];
  for (let left = kills; left > 0; ) {
    const mishap = FIRST[planned.length] ?? random.pick(ALL);
    const one = planOne(random, mishap, planned.length < FIRST.length ? 2 : random.between(2, 4));
    const afterAnswer = one.afterAnswer || planned.length === 0;
    const fitting = { ...one, afterAnswer, pausesMs: one.pausesMs.slice(0, left - 1) };
    planned.push(fitting);
    left -= killsOf(fitting);
  }
  return planned;
}

function planOne(random: Random, mishap: Mishap, burst: number): PlannedMishap {
  const further = { one: 0, opening: 1, burst, waking: 1, away: 0, evicted: 0 }[mishap];
  return {
    mishap,
    waitMs: random.between(300, 2_000),
    afterAnswer: random.chance(0.5),
    pausesMs: Array.from({ length: further }, () =>
      random.between(0, mishap === "burst" ? 400 : 120),
    ),
    awayMs: mishap === "away" ? random.between(500, 3_000) : 0,
    object: random.pick(OBJECTS),
  };
}

export interface Moments {
  /** Somebody was told "accepted". */
  readonly answered: () => Promise<void>;
  /** There is a new block. */
  readonly goesOn: () => Promise<void>;
}

/** Carries it out; the network runs then. */
export async function happen(
  network: TestNetwork,
  { mishap, afterAnswer, pausesMs, awayMs, object }: PlannedMishap,
  { answered, goesOn }: Moments,
): Promise<void> {
  if (mishap === "evicted") {
    await network.evict(object);
    return;
  }
  if (afterAnswer) await Promise.race([answered(), sleep(ANSWER_MS_MAX)]);
  await network.kill();
  for (const pauseMs of pausesMs) {
    await network.restart();
    if (mishap === "waking") await goesOn();
    await sleep(pauseMs);
    await network.kill();
  }
  await sleep(awayMs);
  await network.restart();
}
