// What the three objects share: storage, clock, peers and the alarm around an actor. No rule lives here.
import { DurableObject } from "cloudflare:workers";
import type { Actor } from "../src/actors/actor.ts";
import { ManualClock } from "../src/actors/manual-clock.ts";
import { Network } from "../src/actors/network.ts";
import type { PeerAnswer, PeerId, PeerRequest } from "../src/actors/peers.ts";
import type { Clock, Log, Store } from "../src/actors/ports.ts";
import type { ActorRpc } from "../src/actors/rpc.ts";
import { ActorRunner, PLATFORM_TIMERS, waitsForOperator } from "../src/actors/runner.ts";
import { verifyTransactions } from "../src/crypto/verify-transactions.ts";
import type { Env } from "../src/env.ts";
import { invariant } from "../src/protocol/assert.ts";
import { utf8 } from "../src/protocol/encoding/bytes.ts";
import { parseNetworkConfig } from "../src/protocol/genesis/network-config.ts";
import { durableObjectSql } from "../src/storage/durable-object-sql.ts";
import { createSqlStore } from "../src/storage/sql-store.ts";
import { consoleLog } from "./console-log.ts";
import { actorStub, merkleChainStub } from "./peers.ts";

export interface ActorContext {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly network: Network;
}

export interface Opened<A extends Actor> extends ActorContext {
  readonly runner: ActorRunner<A>;
  readonly manualClock: ManualClock | null;
}

const GENESIS_KEY = utf8("genesis");
const NAME_KEY = utf8("object name");
// After a step that failed for want of the platform, not by a rule: try again without being asked.
const ALARM_RETRY_MS = 1_000;

export abstract class ActorObject<A extends Actor> extends DurableObject<Env> implements ActorRpc {
  protected readonly store: Store;
  #opened: Promise<Opened<A>> | null = null;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.store = createSqlStore(durableObjectSql(ctx.storage));
  }

  /** Makes the actor from its store. */
  protected abstract create(context: ActorContext, name: string): A;

  /** Told after each step. */
  protected stepped(_actor: A): void {}

  /** The genesis record when this object has not stored it yet. */
  protected async fetchGenesis(): Promise<Uint8Array> {
    return (await merkleChainStub(this.env).network()).genesisBytes;
  }

  protected opened(): Promise<Opened<A>> {
    this.#opened ??= this.#open().catch((error: unknown) => {
      this.#opened = null;
      throw error;
    });
    return this.#opened;
  }

  async receive(request: PeerRequest): Promise<PeerAnswer> {
    return (await this.opened()).runner.step((actor) => actor.receive(request));
  }

  override async alarm(): Promise<void> {
    try {
      (await this.opened()).runner.alarm();
    } catch (error) {
      // Thrown, the platform would retry six times and then forget the alarm for good.
      console.error({ event: "tick failed", error: String(error) });
      // A broken invariant or a wrong configuration waits for an operator: ticking again would only cost.
      if (waitsForOperator(error)) return;
      await this.ctx.storage.setAlarm(Date.now() + ALARM_RETRY_MS);
    }
  }

  async advanceClock(nowMs: number): Promise<number | null> {
    const { runner, manualClock } = await this.opened();
    if (manualClock === null) throw new Error("Cannot advance the clock: it is not manual");
    return runner.step((actor) => {
      manualClock.moveTo(nowMs);
      actor.tick();
      return actor.nextTickMs();
    });
  }

  async settled(): Promise<number> {
    const { runner } = await this.opened();
    await runner.settled();
    return runner.steps;
  }

  /** Ids of names are not known in an alarm: the name is kept. */
  #name(): string {
    const meta = this.store.table("meta");
    const stored = meta.get(NAME_KEY);
    if (stored !== undefined) return new TextDecoder().decode(stored);
    const { name } = this.ctx.id;
    if (name === undefined) throw new Error("Cannot open an object without a name");
    meta.put(NAME_KEY, utf8(name));
    return name;
  }

  async #open(): Promise<Opened<A>> {
    const meta = this.store.table("meta");
    let genesis = meta.get(GENESIS_KEY);
    if (genesis === undefined) {
      genesis = await this.fetchGenesis();
      invariant(
        new Network(genesis).provesPossession(),
        "R-4.1 A seat without proof of possession",
      );
      meta.put(GENESIS_KEY, genesis);
    }
    const network = new Network(genesis);
    const manual = parseNetworkConfig(this.env.NETWORK).clock === "manual";
    const manualClock = manual ? new ManualClock(this.store, network.epoch.activationTimeMs) : null;
    const name = this.#name();
    const context: ActorContext = {
      store: this.store,
      network,
      clock: manualClock ?? { now: () => Date.now() },
      log: consoleLog(name),
    };
    const runner = new ActorRunner<A>({
      timers: PLATFORM_TIMERS,
      store: this.store,
      log: context.log,
      create: () => this.create(context, name),
      call: (to: PeerId, request) => actorStub(this.env, to).receive(request),
      verify: verifyTransactions,
      setAlarm: (atMs) => this.#setAlarm(manual ? null : atMs),
      callDeadlineMs: network.epoch.roundMs / 4,
      stepped: (actor) => this.stepped(actor),
    });
    // Also arms an alarm that a crash kept from being set.
    runner.step(() => undefined);
    return { ...context, runner, manualClock };
  }

  #setAlarm(atMs: number | null): void {
    const { storage } = this.ctx;
    void (atMs === null ? storage.deleteAlarm() : storage.setAlarm(atMs));
  }
}
