// Where one actor lives in a world: its disk, its one durable alarm and its clock stay; its lives come and go. Once a life is over
// nothing of it touches the world any more: its disk refuses it, its timers are forgotten, what it asked finds nobody.
import type { Actor } from "../actors/actor.ts";
import { type ActorContext, ActorHost, type HostPorts } from "../actors/actor-host.ts";
import type { PeerAnswer, PeerId, PeerRequest } from "../actors/peers.ts";
import type { Log, Timers } from "../actors/ports.ts";
import { StoppedError } from "../actors/runner.ts";
import type { UnverifiedTransaction, VerifiedTransaction } from "../protocol/ledger/unverified.ts";
import { createSqlStore } from "../storage/sql-store.ts";
import { Disk, type Fate, type Life, LifeOver } from "./disk.ts";
import type { Scheduled } from "./event-queue.ts";
import type { Faults } from "./faults.ts";
import type { Caller, Endpoint, Links } from "./links.ts";
import type { LocalClock } from "./local-clock.ts";
import type { Random } from "./random.ts";
import type { VirtualTime } from "./virtual-time.ts";
import type { WorldKeys } from "./world-keys.ts";

/** What a host has of its world. */
export interface HostWorld {
  readonly time: VirtualTime;
  readonly faults: Faults;
  readonly links: Links;
  readonly keys: WorldKeys;
  readonly random: Random;
  readonly roundMs: number;
  readonly nameOf: (peer: PeerId) => string;
}

/** The methods that an actor's object offers beside `receive`, on its host. */
export type Methods<A extends Actor> = Readonly<
  Record<string, (host: ActorHost<A>, ...args: never[]) => Promise<unknown>>
>;

export interface HostSpec<A extends Actor> {
  readonly name: string;
  readonly create: (context: ActorContext) => A;
  /** null: asked of the MerkleChain. */
  readonly genesis: Uint8Array | null;
  /** Of the network's sets those whose certificates it looks at; null: all. */
  readonly setsOf: HostPorts<A>["setsOf"] | null;
  readonly methods: Methods<A>;
  /** What is done counts when it is committed, or before a call leaves; never if its life ends before. */
  readonly fate?: Fate;
  /** Told after each step; `isNew`: the first of its life. */
  readonly stepped: (actor: A, isNew: boolean) => void;
  readonly logged: (event: string, fields: Readonly<Record<string, unknown>>) => void;
}

interface Living<A extends Actor> extends Life {
  /** null while it is made. */
  host: ActorHost<A> | null;
  stepped: boolean;
}

export const MERKLE_CHAIN = "merkle chain";
// What checking signatures takes, from and to.
const VERIFY_MS: readonly [number, number] = [0, 5];
// The platform's own retry of an alarm whose object could not even be made.
const PLATFORM_RETRY_MS = 2_000;

export class SimulatedHost<A extends Actor = Actor> implements Endpoint {
  readonly name: string;
  readonly clock: LocalClock;
  readonly disk: Disk;
  steps = 0;
  lives = 0;
  readonly #world: HostWorld;
  readonly #spec: HostSpec<A>;
  #living: Living<A> | null = null;
  #alarmMs: number | null = null;
  #alarm: Scheduled | null = null;
  #pausedUntilMs = 0;

  constructor(world: HostWorld, spec: HostSpec<A>, clock: LocalClock) {
    this.#world = world;
    this.#spec = spec;
    this.name = spec.name;
    this.clock = clock;
    this.disk = new Disk(world.faults);
  }

  /** The durable alarm, in ms of the actor's own clock; null with none. */
  get alarmMs(): number | null {
    return this.#alarmMs;
  }

  async receive(method: string, args: readonly unknown[]): Promise<unknown> {
    await this.#unpaused(method);
    if (this.#world.faults.happens("crashBeforeStep")) this.crash();
    const life = this.#live();
    const host = life.host as ActorHost<A>;
    const answer =
      method === "receive"
        ? await host.receive(args[0] as PeerRequest)
        : await this.#method(method)(host, ...(args as never[]));
    if (life.over) throw new LifeOver();
    if (this.#world.faults.happens("crashBeforeAnswer")) {
      this.crash();
      throw new LifeOver();
    }
    return answer;
  }

  /** Whatever is in memory is gone. */
  crash(): void {
    if (this.#living === null) return;
    this.#living.over = true;
    this.#living = null;
    this.#spec.fate?.takenBack?.();
    this.#world.time.remark(this.name, "crash");
  }

  pause(untilMs: number): void {
    this.#pausedUntilMs = Math.max(this.#pausedUntilMs, untilMs);
  }

  /** The clock has been moved: the alarm goes off by what it shows now. */
  clockMoved(): void {
    if (this.#alarmMs !== null) this.setAlarm(this.#alarmMs);
  }

  heal(): void {
    this.#pausedUntilMs = 0;
    this.disk.setFull(false);
    this.clock.correct();
    this.clockMoved();
  }

  setAlarm(atMs: number | null): void {
    if (this.#alarm !== null) this.#alarm.cancelled = true;
    this.#alarmMs = atMs;
    this.#alarm = atMs === null ? null : this.#schedule(this.clock.delayUntil(atMs), false);
  }

  #schedule(delayMs: number, isLate: boolean): Scheduled {
    const run = (): void => this.#due(isLate);
    return this.#world.time.after(delayMs, { actor: this.name, kind: "alarm", run });
  }

  #due(isLate: boolean): void {
    const { faults, time, roundMs } = this.#world;
    const wait = this.#pausedUntilMs - time.nowMs;
    const early = this.clock.delayUntil(this.#alarmMs ?? 0);
    if (wait > 0 || early > 0) {
      this.#alarm = this.#schedule(Math.max(wait, early), isLate);
      return;
    }
    if (!isLate && faults.happens("alarmLate")) {
      this.#alarm = this.#schedule(faults.random("alarmLate").between(1, 5 * roundMs), true);
      return;
    }
    this.#alarm = null;
    this.#alarmMs = null;
    if (faults.happens("alarmLost")) {
      time.remark(this.name, "alarm lost");
      return;
    }
    if (faults.happens("alarmRepeated")) {
      this.#ringLater(faults.random("alarmRepeated").between(0, 2 * roundMs));
    }
    this.#ring();
  }

  #ringLater(delayMs: number): void {
    const { time } = this.#world;
    const run = (): void => {
      const wait = this.#pausedUntilMs - time.nowMs;
      if (wait > 0) this.#ringLater(wait);
      else this.#ring();
    };
    time.after(delayMs, { actor: this.name, kind: "alarm again", run });
  }

  #ring(): void {
    if (this.#world.faults.happens("crashBeforeStep")) this.crash();
    try {
      void this.#live().host?.alarm();
    } catch (error) {
      this.#world.time.remark(this.name, "alarm failed", String(error));
      this.setAlarm(this.clock.now() + PLATFORM_RETRY_MS);
    }
  }

  #live(): Living<A> {
    if (this.#living !== null) return this.#living;
    const living: Living<A> = { over: false, stepped: false, host: null };
    this.#living = living;
    this.lives += 1;
    try {
      living.host = new ActorHost<A>(this.#ports(living));
    } catch (error) {
      living.over = true;
      if (this.#living === living) this.#living = null;
      throw error;
    }
    return living;
  }

  #ports(life: Living<A>): HostPorts<A> {
    const { time, links, keys, nameOf } = this.#world;
    const { name, create, genesis, setsOf, fate, stepped, logged } = this.#spec;
    const caller: Caller = { name, resume: (body) => this.#resume(life, body) };
    const alive = (body: () => void): void => {
      if (!life.over) body();
    };
    const log: Log = { write: (event, fields) => alive(() => logged(event, fields)) };
    const end = (): void => alive(() => this.crash());
    return {
      store: createSqlStore(this.disk.open(life, end, fate)),
      timers: this.#timers(life),
      scheme: keys.scheme,
      ...(setsOf == null ? {} : { setsOf }),
      fetchGenesis: async () => {
        if (genesis !== null) return genesis;
        const network = await links.call(caller, MERKLE_CHAIN, "network");
        return (network as { readonly genesisBytes: Uint8Array }).genesisBytes;
      },
      surroundings: () => ({ clock: this.clock, log }),
      create,
      call: (to, request) => this.#call(life, caller, nameOf(to), request),
      verify: (transactions) => this.#verify(life, transactions),
      setAlarm: (atMs) => alive(() => this.setAlarm(atMs)),
      retryAlarm: (delayMs) => alive(() => this.setAlarm(this.clock.now() + delayMs)),
      stepped: (actor) =>
        alive(() => {
          this.steps += 1;
          const isNew = !life.stepped;
          life.stepped = true;
          stepped(actor, isNew);
        }),
      tickFailed: (error) => time.remark(name, "tick failed", String(error)),
    };
  }

  #call(life: Life, caller: Caller, to: string, request: PeerRequest): Promise<PeerAnswer> {
    if (life.over || this.#crashesBetweenEffects()) return new Promise(() => undefined);
    this.#spec.fate?.committed?.();
    return this.#world.links.call(caller, to, "receive", request) as Promise<PeerAnswer>;
  }

  #verify(
    life: Life,
    transactions: readonly UnverifiedTransaction[],
  ): Promise<readonly VerifiedTransaction[]> {
    if (life.over || this.#crashesBetweenEffects()) return new Promise(() => undefined);
    const { time, keys, random } = this.#world;
    return new Promise((resolve) => {
      const delay = random.between(...VERIFY_MS);
      // What the platform computes on other threads comes back in its own event, and nothing else runs meanwhile.
      const run = async (): Promise<void> => {
        if (life.over) return;
        const verified = await keys.verify(transactions);
        this.#resume(life, () => resolve(verified));
      };
      time.after(delay, { actor: this.name, kind: "verified", run });
    });
  }

  #crashesBetweenEffects(): boolean {
    const crashes = this.#world.faults.happens("crashBetweenEffects");
    if (crashes) this.crash();
    return crashes;
  }

  #timers(life: Life): Timers {
    return {
      after: (delayMs, body) => {
        const run = (): void => this.#resume(life, body);
        const timer = this.#world.time.after(delayMs, { actor: this.name, kind: "timer", run });
        return () => {
          timer.cancelled = true;
        };
      },
    };
  }

  /** Something that a life waited for has come: later if it is paused, never if it is over. */
  #resume(life: Life, body: () => void): void {
    if (life.over) return;
    const { time, faults } = this.#world;
    const wait = this.#pausedUntilMs - time.nowMs;
    if (wait > 0) {
      const run = (): void => this.#resume(life, body);
      time.after(wait, { actor: this.name, kind: "goes on", run });
      return;
    }
    if (faults.happens("crashBeforeStep")) this.crash();
    else body();
  }

  /** Resolves when the actor can take what has arrived. */
  async #unpaused(kind: string): Promise<void> {
    const { time } = this.#world;
    while (this.#pausedUntilMs > time.nowMs) {
      await new Promise<void>((resolve) => {
        const delay = this.#pausedUntilMs - time.nowMs;
        time.after(delay, { actor: this.name, kind: "unpaused", detail: kind, run: resolve });
      });
    }
  }

  #method(method: string): (host: ActorHost<A>, ...args: never[]) => Promise<unknown> {
    const body = this.#spec.methods[method];
    if (body === undefined) throw new Error(`Cannot call ${this.name}: it has no ${method}`);
    return body;
  }

  /** Asks the actor outside of virtual time, for what is observed at the end. One that has stopped is made anew from its disk. */
  async look<T>(question: (actor: A) => T): Promise<T> {
    const ask = async (): Promise<T> => {
      const { runner } = await (this.#live().host as ActorHost<A>).opened();
      return runner.read(question as never) as T;
    };
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof StoppedError)) throw error;
      this.crash();
      return ask();
    }
  }
}
