// What the three objects share: storage, clock, peers and the alarm around an actor's host. No rule lives here.
import { DurableObject } from "cloudflare:workers";
import type { Actor } from "../src/actors/actor.ts";
import { type ActorContext, ActorHost, type Opened } from "../src/actors/actor-host.ts";
import { ManualClock } from "../src/actors/manual-clock.ts";
import type { Network } from "../src/actors/network.ts";
import type { PeerAnswer, PeerId, PeerRequest } from "../src/actors/peers.ts";
import type { Store } from "../src/actors/ports.ts";
import type { Activity, ActorRpc } from "../src/actors/rpc.ts";
import { PLATFORM_TIMERS } from "../src/actors/runner.ts";
import { verifyTransactions } from "../src/crypto/verify-transactions.ts";
import type { Env } from "../src/env.ts";
import { utf8 } from "../src/protocol/encoding/bytes.ts";
import { parseNetworkConfig } from "../src/protocol/genesis/network-config.ts";
import type { ValidatorSetRecord } from "../src/protocol/rounds/epoch.ts";
import { durableObjectSql } from "../src/storage/durable-object-sql.ts";
import { createSqlStore } from "../src/storage/sql-store.ts";
import { consoleLog } from "./console-log.ts";
import { actorStub, merkleChainStub } from "./peers.ts";

const NAME_KEY = utf8("object name");
// While a manual clock stands still a call may take as long as this machine needs: no round goes by.
const MANUAL_DEADLINE_MS = 60_000;

export abstract class ActorObject<A extends Actor> extends DurableObject<Env> implements ActorRpc {
  protected readonly store: Store;
  readonly #host: ActorHost<A>;
  #manualClock: ManualClock | null = null;
  readonly #calls: Record<string, number> = {};

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.store = createSqlStore(durableObjectSql(ctx.storage));
    this.#host = new ActorHost<A>({
      store: this.store,
      timers: { after: (delayMs, body) => this.#after(delayMs, body) },
      fetchGenesis: () => this.fetchGenesis(),
      setsOf: (network) => this.setsOf(network, this.#name()),
      surroundings: (network) => this.#surroundings(network),
      create: (context) => this.create(context, this.#name()),
      call: (to, request) => this.#call(to, request),
      verify: verifyTransactions,
      setAlarm: (atMs) => this.#setAlarm(this.#manualClock === null ? atMs : null),
      retryAlarm: (delayMs) => ctx.storage.setAlarm(Date.now() + delayMs),
      stepped: (actor) => this.stepped(actor),
      tickFailed: (error) => console.error({ event: "tick failed", error: String(error) }),
    });
  }

  /** Makes the actor from its store. */
  protected abstract create(context: ActorContext, name: string): A;

  /** the sets whose certificates the actor looks at. */
  protected setsOf(network: Network, _name: string): readonly ValidatorSetRecord[] {
    return network.genesis.epoch.sets;
  }

  /** Told after each step. */
  protected stepped(_actor: A): void {}

  /** The genesis record when this object has not stored it yet. */
  protected async fetchGenesis(): Promise<Uint8Array> {
    return (await merkleChainStub(this.env).network()).genesisBytes;
  }

  /** Whether nobody has called the object yet: what has a name was opened. */
  protected get isUntouched(): boolean {
    return this.store.table("meta").get(NAME_KEY) === undefined;
  }

  protected opened(): Promise<Opened<A>> {
    return this.#host.opened();
  }

  async receive(request: PeerRequest, callerMs?: number): Promise<PeerAnswer> {
    const { runner } = await this.opened();
    return runner.step((actor) => {
      if (callerMs !== undefined) this.#manualClock?.moveTo(callerMs);
      return actor.receive(request);
    });
  }

  override alarm(): Promise<void> {
    return this.#host.alarm();
  }

  async advanceClock(nowMs: number): Promise<void> {
    const { runner } = await this.opened();
    const manualClock = this.#manualClock;
    if (manualClock === null) throw new Error("Cannot advance the clock: it is not manual");
    runner.step((actor) => {
      manualClock.moveTo(nowMs);
      actor.tick();
    });
  }

  async settled(): Promise<Activity> {
    if (this.isUntouched) return { dueMs: null, calls: {} };
    const { runner } = await this.opened();
    await runner.settled();
    return { dueMs: runner.read((actor) => actor.nextTickMs()), calls: this.#calls };
  }

  #call(to: PeerId, request: PeerRequest): Promise<PeerAnswer> {
    const [name, stub] = actorStub(this.env, to);
    this.#calls[name] = (this.#calls[name] ?? 0) + 1;
    return stub.receive(request, this.#manualClock?.now());
  }

  #after(delayMs: number, body: () => void): () => void {
    const isDeadline = this.#manualClock !== null && delayMs > 0;
    return PLATFORM_TIMERS.after(isDeadline ? MANUAL_DEADLINE_MS : delayMs, body);
  }

  #surroundings(network: Network) {
    const manual = parseNetworkConfig(this.env.NETWORK).clock === "manual";
    this.#manualClock = manual
      ? new ManualClock(this.store, network.genesis.epoch.activationTimeMs)
      : null;
    const clock = this.#manualClock ?? { now: () => Date.now() };
    return { clock, log: consoleLog(this.#name()) };
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

  #setAlarm(atMs: number | null): void {
    const { storage } = this.ctx;
    void (atMs === null ? storage.deleteAlarm() : storage.setAlarm(atMs));
  }
}
