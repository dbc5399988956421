// Processor time of the actors' steps, each one transaction, its commit included: by actor, and by what the step was about. Garbage
// collection stands apart: all objects share one heap here, so a step would pay for what others have left, the more of them there are.

import { PerformanceObserver } from "node:perf_hooks";
import { setImmediate } from "node:timers/promises";
import type { Actor } from "../../src/actors/actor.ts";
import { MerkleChain } from "../../src/actors/merkle-chain.ts";
import type { Store } from "../../src/actors/ports.ts";
import { Shard } from "../../src/actors/shard.ts";
import { ValidatorSet } from "../../src/actors/validator-set.ts";
import type { Anybody } from "../actors/local-network.ts";

export type Role = "shard" | "set" | "merkle";
export type Payer = Role | "gateway";

const roleOf = (who: Anybody): Role =>
  who.startsWith("shard") ? "shard" : who === "merkle" ? "merkle" : "set";

export interface Sum {
  readonly ms: number;
  readonly steps: number;
}

/** Something that was done without a pause, on the clock of garbage collections, in ms. */
interface Interval {
  readonly payer: Payer | "turn";
  readonly about: string;
  readonly from: number;
  readonly to: number;
  /** Of processor time. */
  readonly ms: number;
  readonly steps: number;
}

/** By role, and in it by what a step was about; "all" of it together. */
export type Sums = Readonly<Record<Payer, Map<string, Sum>>>;

/** What was spent up to some moment. */
export interface Spent {
  readonly sums: Sums;
  /** Of each turn alone. */
  readonly turns: readonly Sums[];
  /** Of all: of steps, requests, and what lies between them. */
  readonly garbageMs: number;
}

/** What the step under way is about: told by the actor's methods, which the step calls. */
let about = "";
/** Who counts what is done outside of steps. */
let counting: ShardsMeter | null = null;
const garbage: { readonly from: number; readonly ms: number }[] = [];
const observer = new PerformanceObserver((list) => {
  for (const { startTime, duration } of list.getEntries())
    garbage.push({ from: startTime, ms: duration });
});

/** Milliseconds of the whole process: a thread's own come in ticks of 4 ms on Linux, as much as a step of a full block takes. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

export class ShardsMeter {
  #intervals: Interval[] = [];
  #stepsMs = 0;

  constructor() {
    observer.observe({ entryTypes: ["gc"] });
  }

  clear(): void {
    this.#intervals = [];
  }

  /** What follows is of the networks of this meter. */
  async turn(body: () => Promise<void>): Promise<void> {
    counting = this;
    const from = performance.now();
    await body();
    this.#add({ payer: "turn", about: "turn", from, ms: 0, steps: 0 });
  }

  around(who: Anybody, store: Store): Store {
    const role = roleOf(who);
    return {
      table: (name) => store.table(name),
      transaction: (body) => {
        about = "nothing of note";
        const [from, start] = [performance.now(), cpuMs()];
        try {
          return store.transaction(body);
        } finally {
          this.step(role, about, from, start);
        }
      },
    };
  }

  step(role: Role, what: string, from: number, startCpuMs: number, steps = 1): void {
    const ms = cpuMs() - startCpuMs;
    this.#stepsMs += ms;
    this.#add({ payer: role, about: what, from, ms, steps });
  }

  /** A request: what it costs beside the steps that it calls is the gateway's, its signature checks on other threads, too. */
  async request<T>(body: () => Promise<T>): Promise<T> {
    const [from, start, steps] = [performance.now(), cpuMs(), this.#stepsMs];
    const value = await body();
    const ms = cpuMs() - start - (this.#stepsMs - steps);
    this.#add({ payer: "gateway", about: "request", from, ms, steps: 1 });
    return value;
  }

  /** Of each collection one step pays, or the request in which it fell: it is taken off there. */
  async spent(): Promise<Spent> {
    // Collections are told of a moment later.
    for (let i = 0; i < 3; i++) await setImmediate();
    const of = (isOf: (payer: Interval["payer"]) => boolean): Interval[] =>
      this.#intervals.filter(({ payer }) => isOf(payer));
    const turns = of((payer) => payer === "turn");
    const requests = of((payer) => payer === "gateway");
    const steps = of((payer) => payer !== "turn" && payer !== "gateway");
    let garbageMs = 0;
    const collected = new Map<Interval, number>();
    for (const { from, ms } of garbage) {
      if (around(turns, from) === undefined) continue;
      garbageMs += ms;
      const found = around(steps, from) ?? around(requests, from);
      if (found !== undefined) collected.set(found, (collected.get(found) ?? 0) + ms);
    }
    const sums = emptySums();
    const byTurn = new Map(turns.map((turn) => [turn, emptySums()]));
    for (const one of [...requests, ...steps]) {
      const ms = one.ms - (collected.get(one) ?? 0);
      const turn = around(turns, one.from);
      for (const to of [sums, turn === undefined ? undefined : byTurn.get(turn)])
        for (const what of to === undefined ? [] : [one.about, "all"])
          add(to?.[one.payer as Payer], what, ms, one.steps);
    }
    return { sums, turns: [...byTurn.values()], garbageMs };
  }

  #add(interval: Omit<Interval, "to">): void {
    this.#intervals.push({ ...interval, to: performance.now() });
  }
}

function add(sums: Map<string, Sum> | undefined, what: string, ms: number, steps: number): void {
  const sum = sums?.get(what) ?? { ms: 0, steps: 0 };
  sums?.set(what, { ms: sum.ms + ms, steps: sum.steps + steps });
}

const emptySums = (): Sums => ({
  shard: new Map(),
  set: new Map(),
  merkle: new Map(),
  gateway: new Map(),
});

/** The interval in which something began; they ascend and do not overlap. */
function around(intervals: readonly Interval[], at: number): Interval | undefined {
  let [low, high] = [0, intervals.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((intervals[middle] as Interval).from <= at) low = middle + 1;
    else high = middle;
  }
  const found = intervals[low - 1];
  return found !== undefined && at <= found.to ? found : undefined;
}

type Method = (...args: unknown[]) => unknown;

/** Lets a method say what the step that calls it is about. */
function tell(actor: object, method: string, name: (args: readonly unknown[]) => string): void {
  const methods = actor as Record<string, Method>;
  const original = methods[method] as Method;
  methods[method] = function (this: unknown, ...args) {
    about = name(args);
    return original.apply(this, args);
  };
}

const kindOf = (request: unknown): string => (request as { readonly kind: string }).kind;

/** Asked behind each step, outside of its transaction. */
function countWaking(actor: Actor, role: Role): void {
  const original = actor.nextTickMs;
  actor.nextTickMs = function () {
    const [from, start] = [performance.now(), cpuMs()];
    try {
      return original.call(this);
    } finally {
      counting?.step(role, "when to wake", from, start, 0);
    }
  };
}

countWaking(Shard.prototype, "shard");
countWaking(ValidatorSet.prototype, "set");
countWaking(MerkleChain.prototype, "merkle");
for (const { prototype } of [Shard, ValidatorSet, MerkleChain]) {
  tell(prototype, "receive", ([request]) => `asked: ${kindOf(request)}`);
  tell(prototype, "answered", ([, request]) => `answered: ${kindOf(request)}`);
  for (const method of ["tick", "work", "verified"]) tell(prototype, method, () => method);
}
tell(Shard.prototype, "admit", () => "admit");
tell(Shard.prototype, "withdraw", () => "withdraw");
