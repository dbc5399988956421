import { describe, expect, it } from "vitest";
import { type Actor, type Effect, Outbox } from "../../src/actors/actor.ts";
import type { PeerAnswer, PeerId, PeerRequest } from "../../src/actors/peers.ts";
import {
  CorruptStorageError,
  StorageUnavailableError,
  type Store,
} from "../../src/actors/ports.ts";
import {
  ActorRunner,
  PLATFORM_TIMERS,
  type RunnerPorts,
  StoppedError,
  waitsForOperator,
} from "../../src/actors/runner.ts";
import { InvariantError } from "../../src/protocol/assert.ts";
import { CorruptBytesError } from "../../src/protocol/encoding/codec.ts";
import { nodeSqlite } from "../../src/storage/node-sqlite.ts";
import { createSqlStore } from "../../src/storage/sql-store.ts";

const KEY = Uint8Array.of(1);
const MERKLE_CHAIN: PeerId = { kind: "merkleChain" };
const REQUEST: PeerRequest = { kind: "blocks", afterRound: 0 };
const ANSWER: PeerAnswer = { kind: "opened", round: 1 };

/** Counts durably and in memory; what it does in a step is up to the test. */
class Counter implements Actor {
  count: number;
  next: number | null = null;
  readonly heard: unknown[] = [];
  readonly outbox = new Outbox();
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
    this.count = store.table("meta").get(KEY)?.[0] ?? 0;
  }

  add(): void {
    this.count += 1;
    this.#store.table("meta").put(KEY, Uint8Array.of(this.count));
  }

  receive(): PeerAnswer {
    return ANSWER;
  }
  answered(_to: PeerId, _request: PeerRequest, answer: PeerAnswer | null): void {
    this.heard.push(answer);
  }
  verified(purpose: number): void {
    this.heard.push(purpose);
  }
  tick(): void {
    this.heard.push("tick");
  }
  work(): void {
    this.heard.push("work");
  }
  nextTickMs(): number | null {
    return this.next;
  }
  takeEffects(): readonly Effect[] {
    return this.outbox.take();
  }
}

interface World {
  readonly runner: ActorRunner<Counter>;
  readonly store: Store;
  readonly alarms: (number | null)[];
  readonly log: string[];
  readonly lives: Counter[];
}

function world(change: Partial<RunnerPorts<Counter>> = {}): World {
  const store = createSqlStore(nodeSqlite(":memory:"));
  const [alarms, log, lives]: [(number | null)[], string[], Counter[]] = [[], [], []];
  const runner = new ActorRunner<Counter>({
    timers: PLATFORM_TIMERS,
    store,
    log: { write: (event) => void log.push(event) },
    create() {
      const counter = new Counter(store);
      lives.push(counter);
      return counter;
    },
    call: () => Promise.resolve(ANSWER),
    verify: () => Promise.resolve([]),
    setAlarm: (atMs) => void alarms.push(atMs),
    callDeadlineMs: () => 20,
    ...change,
  });
  return { runner, store, alarms, log, lives };
}

const stored = ({ store }: World): number | undefined => store.table("meta").get(KEY)?.[0];

describe("a step", () => {
  it("that throws leaves no trace: no write, no effect, no memory", async () => {
    const calls: PeerRequest[] = [];
    const call = (_: PeerId, request: PeerRequest) => {
      calls.push(request);
      return Promise.resolve(ANSWER);
    };
    const one = world({ call });
    one.runner.step((actor) => actor.add());
    expect(() =>
      one.runner.step((actor) => {
        actor.add();
        actor.outbox.call(MERKLE_CHAIN, REQUEST);
        throw new Error("no");
      }),
    ).toThrow("no");
    await one.runner.settled();
    expect([stored(one), calls]).toEqual([1, []]);
    expect(one.runner.step(({ count }) => count)).toBe(1);
    expect(one.lives.length).toBe(2);
  });

  it("that breaks an invariant stops the actor for good, with its evidence logged once", () => {
    const one = world();
    one.runner.step((actor) => actor.add());
    const broken = new InvariantError("R-6.6 broken", { balance: 5 });
    const fail = (): never => {
      throw broken;
    };
    expect(() => one.runner.step(fail)).toThrow(broken);
    for (let i = 0; i < 3; i++) {
      expect(() => one.runner.step(() => 1)).toThrow(StoppedError);
      expect(() => one.runner.read(() => 1)).toThrow(StoppedError);
      expect(() => one.runner.alarm()).toThrow(StoppedError);
    }
    expect(one.log).toEqual(["actor stopped"]);
    expect(stored(one)).toBe(1);
  });

  it.each([
    new CorruptStorageError("Cannot read table blocks, key 01: the row is not what was written"),
    new CorruptBytesError("head", 7),
  ])("that meets damaged storage stops the actor for good, naming it: %s", (damage) => {
    const one = world();
    const fail = (): never => {
      throw damage;
    };
    expect(() => one.runner.read(fail)).toThrow(damage);
    expect(one.log).toEqual([]);
    expect(() => one.runner.step(fail)).toThrow(damage);
    expect(() => one.runner.step(() => 1)).toThrow(`Stopped by damaged storage: ${damage.message}`);
    expect(() => one.runner.read(() => 1)).toThrow(
      expect.objectContaining({ name: "StoppedError", corrupt: true }),
    );
    expect(one.log).toEqual(["actor stopped"]);
    expect(waitsForOperator(damage)).toBe(true);
  });

  it("that the disk has no room for is taken back, and tried again with success", () => {
    const one = world();
    one.runner.step((actor) => actor.add());
    const full = new StorageUnavailableError("Cannot use the database: disk is full");
    expect(() =>
      one.runner.step((actor) => {
        actor.add();
        throw full;
      }),
    ).toThrow(full);
    expect(waitsForOperator(full)).toBe(false);
    one.runner.step((actor) => actor.add());
    expect([stored(one), one.log]).toEqual([2, []]);
  });

  it("whose actor cannot be made is tried again", () => {
    let failures = 1;
    const store = createSqlStore(nodeSqlite(":memory:"));
    const create = (): Counter => {
      if (failures-- > 0) throw new Error("not yet");
      return new Counter(store);
    };
    const one = world({ create });
    expect(() => one.runner.step(() => 1)).toThrow("not yet");
    expect(one.runner.step(() => 1)).toBe(1);
  });

  it("performs its effects only when it is durable", async () => {
    const seen: (number | undefined)[] = [];
    const one: World = world({
      call: () => {
        seen.push(stored(one));
        return Promise.resolve(ANSWER);
      },
    });
    one.runner.step((actor) => {
      actor.outbox.call(MERKLE_CHAIN, REQUEST);
      actor.outbox.work();
      actor.outbox.work();
      actor.outbox.verify(7, []);
      actor.add();
    });
    await one.runner.settled();
    expect(seen).toEqual([1]);
    expect(one.lives[0]?.heard).toEqual(expect.arrayContaining([ANSWER, "work", 7]));
    expect(one.lives[0]?.heard.length).toBe(3);
  });

  it("looked at by read changes nothing when the look throws", () => {
    const one = world();
    const fail = (): never => {
      throw new InvariantError("only a look");
    };
    expect(() => one.runner.read(fail)).toThrow("only a look");
    expect(one.runner.read(({ count }) => count)).toBe(0);
    expect(one.lives.length).toBe(1);
  });
});

describe("answers", () => {
  it.each([
    ["that never come", () => new Promise<PeerAnswer>(() => undefined)],
    ["that are refused", () => Promise.reject(new Error("lost"))],
    [
      "whose call throws",
      (): Promise<PeerAnswer> => {
        throw new Error("no such peer");
      },
    ],
  ])("[R-3.8] %s are null at the deadline", async (_, call) => {
    const one = world({ call });
    one.runner.step(({ outbox }) => outbox.call(MERKLE_CHAIN, REQUEST));
    await one.runner.settled();
    expect(one.lives[0]?.heard).toEqual([null]);
  });

  it("that come after the deadline are heard late: the work behind them was done", async () => {
    const late = new Promise<PeerAnswer>((resolve) => setTimeout(() => resolve(ANSWER), 50));
    const one = world({ call: () => late });
    one.runner.step(({ outbox }) => outbox.call(MERKLE_CHAIN, REQUEST));
    await one.runner.settled();
    await late;
    await one.runner.settled();
    expect(one.lives[0]?.heard).toEqual([null, ANSWER]);
  });

  it("of a check that failed leave the actor as it is, and are logged", async () => {
    const one = world({ verify: () => Promise.reject(new Error("no crypto")) });
    one.runner.step(({ outbox }) => outbox.verify(1, []));
    await one.runner.settled();
    expect(one.log).toEqual(["step failed"]);
    expect(one.runner.step(() => 1)).toBe(1);
  });
});

describe("the alarm", () => {
  const next = (one: World, at: number | null): void =>
    one.runner.step((actor) => {
      actor.next = at;
    });

  it("is set when its time changes, and only then", () => {
    const one = world();
    for (const at of [null, null, 5, 5, 5, 9, null, null]) next(one, at);
    expect(one.alarms).toEqual([null, 5, 9, null]);
  });

  it("that went off is set again, to the same time too", () => {
    const one = world();
    next(one, 5);
    one.runner.alarm();
    one.runner.alarm();
    expect(one.alarms).toEqual([5, 5, 5]);
    expect(one.lives[0]?.heard).toEqual(["tick", "tick"]);
    next(one, null);
    one.runner.alarm();
    expect(one.alarms).toEqual([5, 5, 5, null]);
  });

  it("is set by the first step of a new life, whatever the old one had set", () => {
    const one = world();
    const store = one.store;
    const create = (): Counter => {
      const counter = new Counter(store);
      counter.next = 3;
      return counter;
    };
    const second = world({ store, create });
    second.runner.step(() => undefined);
    expect(second.alarms).toEqual([3]);
  });

  it("is set again by the next step after one that failed", () => {
    const one = world();
    next(one, 5);
    const actor = one.lives[0] as Counter;
    actor.tick = () => {
      throw new Error("no");
    };
    expect(() => one.runner.alarm()).toThrow("no");
    next(one, 5);
    expect(one.alarms).toEqual([5, 5]);
  });
});
