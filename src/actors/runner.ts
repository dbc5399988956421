// Runs an actor: each step is one transaction; its effects are performed only when the step is durable; their answers come
// back as steps. Knows no rule. A step that throws leaves no trace: the actor is made anew from its store.
import { InvariantError } from "../protocol/assert.ts";
import { CorruptBytesError } from "../protocol/encoding/codec.ts";
import { ConfigError } from "../protocol/genesis/network-config.ts";
import type { UnverifiedTransaction, VerifiedTransaction } from "../protocol/ledger/unverified.ts";
import type { Actor, Effect } from "./actor.ts";
import type { PeerAnswer, PeerId, PeerRequest } from "./peers.ts";
import {
  CorruptStorageError,
  type Log,
  type Store,
  type Synchronous,
  type Timers,
} from "./ports.ts";

export interface RunnerPorts<A extends Actor> {
  readonly store: Store;
  readonly log: Log;
  readonly timers: Timers;
  /** Makes the actor from its store; runs inside a transaction. */
  readonly create: () => A;
  /** Sends a request to a peer. Rejects or stays silent when it is lost. */
  readonly call: (to: PeerId, request: PeerRequest) => Promise<PeerAnswer>;
  readonly verify: (
    transactions: readonly UnverifiedTransaction[],
  ) => Promise<readonly VerifiedTransaction[]>;
  /** Sets the one alarm; null clears it. Called only when the time changes. */
  readonly setAlarm: (atMs: number | null) => void;
  /** at most a quarter of a round for any call. */
  readonly callDeadlineMs: () => number;
  /** Told after each step. */
  readonly stepped?: (actor: A) => void;
}

/** The actor met a broken invariant or damaged storage, and refuses everything until an operator has looked. */
export class StoppedError extends Error {
  override readonly name = "StoppedError";
  /** Whether what is stored is damaged, and must be restored. */
  readonly corrupt: boolean;
  constructor(why: Error) {
    const corrupt = isCorruption(why);
    super(`Stopped by ${corrupt ? "damaged storage" : "a broken invariant"}: ${why.message}`);
    this.corrupt = corrupt;
  }
}

/** A stored row is not what was written, or it is and has no meaning. */
const isCorruption = (error: unknown): error is Error =>
  error instanceof CorruptStorageError || error instanceof CorruptBytesError;

/** Whether trying again by itself can only cost: a stop, or a configuration that is wrong. */
export const waitsForOperator = (error: unknown): boolean =>
  error instanceof StoppedError || stops(error) || error instanceof ConfigError;

const stops = (error: unknown): error is Error =>
  error instanceof InvariantError || isCorruption(error);

/** The platform's timers: those of Workers, Node and browsers. */
export const PLATFORM_TIMERS: Timers = {
  after(delayMs, body) {
    const timer = setTimeout(body, delayMs);
    return () => clearTimeout(timer);
  },
};

export class ActorRunner<A extends Actor> {
  readonly #ports: RunnerPorts<A>;
  #actor: A | null = null;
  #stopped: Error | null = null;
  #alarmMs: number | null | undefined;
  readonly #running = new Set<Promise<void>>();
  #steps = 0;

  constructor(ports: RunnerPorts<A>) {
    this.#ports = ports;
  }

  /** How many steps ran in this life: whether anything happened since somebody looked last. */
  get steps(): number {
    return this.#steps;
  }

  /** Runs one step. Throws what the step throws, after taking everything back. */
  step<T>(body: (actor: A) => Synchronous<T>): T {
    if (this.#stopped !== null) throw new StoppedError(this.#stopped);
    const { store, create, stepped } = this.#ports;
    this.#steps += 1;
    let value: T;
    let effects: readonly Effect[];
    let actor: A;
    try {
      [value, effects, actor] = store.transaction(() => {
        this.#actor ??= create();
        const current = this.#actor;
        const result = body(current);
        return [result, current.takeEffects(), current] as [T, readonly Effect[], A];
      });
    } catch (error) {
      this.#actor = null;
      if (stops(error)) this.#stop(error);
      throw error;
    }
    for (const effect of effects) this.#track(this.#perform(effect));
    this.#arm(actor);
    try {
      stepped?.(actor);
    } catch (error) {
      // The step is durable and answered: whoever watches it cannot undo it.
      this.#ports.log.write("step watcher failed", { error: String(error) });
    }
    return value;
  }

  /** Looks at the actor without a step. Whatever the body throws changes nothing and stops nobody. */
  read<T>(body: (actor: A) => Synchronous<T>): T {
    if (this.#actor === null) this.step(() => undefined);
    return body(this.#actor as A);
  }

  /** The alarm went off: whatever it was set to is gone. */
  alarm(): void {
    this.#alarmMs = null;
    this.step((actor) => actor.tick());
  }

  /** Settles when no effect is under way any more. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  #arm(actor: A): void {
    const at = actor.nextTickMs();
    if (at === this.#alarmMs) return;
    this.#alarmMs = at;
    this.#ports.setAlarm(at);
  }

  #stop(error: Error): void {
    this.#stopped = error;
    const fields =
      error instanceof InvariantError
        ? { invariant: error.message, evidence: error.evidence }
        : { corrupt: error.message, todo: "restore the object to a point before the damage" };
    this.#ports.log.write("actor stopped", fields);
  }

  #track(effect: Promise<void>): void {
    const tracked = effect
      .catch((error: unknown) => {
        this.#ports.log.write("step failed", { error: String(error) });
      })
      .finally(() => this.#running.delete(tracked));
    this.#running.add(tracked);
  }

  async #perform(effect: Effect): Promise<void> {
    switch (effect.kind) {
      case "call": {
        const { to, request } = effect;
        const reply = this.#call(to, request);
        const inTime = await this.#beforeDeadline(reply);
        this.step((actor) => actor.answered(to, request, inTime));
        // An answer that comes late is still an answer: the work behind it was done. Nobody waits for it.
        if (inTime === null) void reply.then((late) => this.#answeredLate(to, request, late));
        return;
      }
      case "verify": {
        const verified = await this.#ports.verify(effect.transactions);
        this.step((actor) => actor.verified(effect.purpose, verified));
        return;
      }
      case "work":
        // A task of its own, so that the step's caller has its answer first.
        await new Promise<void>((resolve) => void this.#ports.timers.after(0, resolve));
        this.step((actor) => actor.work());
        return;
    }
  }

  #answeredLate(to: PeerId, request: PeerRequest, answer: PeerAnswer | null): void {
    if (answer === null) return;
    try {
      this.step((actor) => actor.answered(to, request, answer));
    } catch (error) {
      this.#ports.log.write("step failed", { error: String(error) });
    }
  }

  /** null if the call failed. */
  async #call(to: PeerId, request: PeerRequest): Promise<PeerAnswer | null> {
    try {
      return await this.#ports.call(to, request);
    } catch (error) {
      this.#ports.log.write("call failed", {
        to: to.kind,
        request: request.kind,
        error: String(error),
      });
      return null;
    }
  }

  async #beforeDeadline(reply: Promise<PeerAnswer | null>): Promise<PeerAnswer | null> {
    const { timers, callDeadlineMs } = this.#ports;
    let callOff = (): void => undefined;
    const deadline = new Promise<null>((resolve) => {
      callOff = timers.after(callDeadlineMs(), () => resolve(null));
    });
    try {
      return await Promise.race([reply, deadline]);
    } finally {
      callOff();
    }
  }
}
