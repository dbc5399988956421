// What actors do, counted by kind: for each actor and round, and folded into the sums and maxima of each class of actors.

export const ACTOR_CLASSES = ["shard", "set", "merkleChain", "gateway"] as const;
export type ActorClass = (typeof ACTOR_CLASSES)[number];

/** What is counted: messages and their bytes as sent, steps and their processor time in µs, rows written, operations of cryptography. */
export const GROUPS = ["messages", "bytes", "steps", "cpuUs", "rows", "operations"] as const;
export type Group = (typeof GROUPS)[number];

export interface Clocks {
  /** Of the wall, in µs: cheap to ask. */
  readonly nowUs: () => number;
  /** Processor time of this thread, in µs: to ask for it takes longer than many a step, and it goes on in jumps. */
  readonly processorUs: () => number;
}

const CLOCKS: Clocks = {
  nowUs: () => performance.now() * 1_000,
  processorUs() {
    const { user, system } = process.threadCpuUsage();
    return user + system;
  },
};

export interface Spread {
  /** Over all actors of the class and all rounds. */
  sum: number;
  /** Of one actor in one round. */
  max: number;
}

export interface GroupCounts {
  readonly all: Spread;
  readonly kinds: Map<string, Spread>;
}

export interface ClassCounts {
  actors: number;
  readonly groups: Readonly<Record<Group, GroupCounts>>;
}

const perGroup = <T>(make: () => T): Record<Group, T> =>
  Object.fromEntries(GROUPS.map((group) => [group, make()])) as Record<Group, T>;

const newClass = (): ClassCounts => ({
  actors: 0,
  groups: perGroup(() => ({ all: { sum: 0, max: 0 }, kinds: new Map() })),
});

/** What one actor does in the present round. */
export class Tally {
  readonly of: ActorClass;
  readonly groups: Readonly<Record<Group, Map<string, number>>> = perGroup(() => new Map());

  constructor(of: ActorClass) {
    this.of = of;
  }

  add(group: Group, kind: string, amount: number): void {
    const kinds = this.groups[group];
    kinds.set(kind, (kinds.get(kind) ?? 0) + amount);
  }
}

export class Meter {
  rounds = 0;
  readonly classes: Readonly<Record<ActorClass, ClassCounts>> = Object.fromEntries(
    ACTOR_CLASSES.map((name) => [name, newClass()]),
  ) as Record<ActorClass, ClassCounts>;
  readonly #tallies: Tally[] = [];
  /** Whose step runs. */
  current: Tally | null = null;
  readonly nowUs: Clocks["nowUs"];
  readonly #clocks: Clocks;
  #roundStart: { readonly nowUs: number; readonly processorUs: number };

  constructor(clocks: Clocks = CLOCKS) {
    this.#clocks = clocks;
    this.nowUs = clocks.nowUs;
    this.#roundStart = this.#readClocks();
  }

  tally(of: ActorClass): Tally {
    const tally = new Tally(of);
    this.#tallies.push(tally);
    this.classes[of].actors += 1;
    return tally;
  }

  /** `counts`: what was done in the round enters the sums; else it is forgotten. */
  endRound(counts: boolean): void {
    if (counts) this.rounds += 1;
    const share = this.#processorShare();
    for (const { of, groups } of this.#tallies) {
      for (const group of GROUPS) {
        const factor = group === "cpuUs" ? share : 1;
        if (counts) fold(this.classes[of].groups[group], groups[group], factor);
        groups[group].clear();
      }
    }
  }

  #readClocks() {
    return { nowUs: this.#clocks.nowUs(), processorUs: this.#clocks.processorUs() };
  }

  /** Of the round's time, how much the processor worked for this thread, which never waits; in the rest it did for other processes. */
  #processorShare(): number {
    const before = this.#roundStart;
    this.#roundStart = this.#readClocks();
    const { nowUs, processorUs } = this.#roundStart;
    return nowUs > before.nowUs ? (processorUs - before.processorUs) / (nowUs - before.nowUs) : 1;
  }
}

function fold(
  { all, kinds }: GroupCounts,
  round: ReadonlyMap<string, number>,
  factor: number,
): void {
  let total = 0;
  for (const [kind, counted] of round) {
    const amount = counted * factor;
    total += amount;
    let spread = kinds.get(kind);
    if (spread === undefined) {
      spread = { sum: 0, max: 0 };
      kinds.set(kind, spread);
    }
    add(spread, amount);
  }
  add(all, total);
}

function add(spread: Spread, amount: number): void {
  spread.sum += amount;
  spread.max = Math.max(spread.max, amount);
}
