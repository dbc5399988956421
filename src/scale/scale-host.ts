// Where one actor lives in a run at scale: its runner on virtual time, a store of its own, one alarm, and links on which every message
// arrives after the same delay. Nothing fails here.
import { deserialize, serialize } from "node:v8";
import type { Actor } from "../actors/actor.ts";
import type { Network } from "../actors/network.ts";
import type { PeerAnswer, PeerId, PeerRequest } from "../actors/peers.ts";
import type { Clock, Log, Store } from "../actors/ports.ts";
import { ActorRunner } from "../actors/runner.ts";
import type { Scheduled } from "../simulator/event-queue.ts";
import { BEGINNING_MS } from "../simulator/local-clock.ts";
import type { VirtualTime } from "../simulator/virtual-time.ts";
import { nodeSqlite } from "../storage/node-sqlite.ts";
import { createSqlStore } from "../storage/sql-store.ts";
import type { CountedCrypto } from "./counted-crypto.ts";
import type { ActorClass, Meter, Tally } from "./meter.ts";
import { MeteredActor, meteredStore, type StepName } from "./metered.ts";
import { DELAY_MS } from "./scale-options.ts";
import { sizeOf } from "./size-of.ts";

export interface HostWorld {
  readonly time: VirtualTime;
  readonly meter: Meter;
  readonly crypto: CountedCrypto;
  /** One for all actors: its genesis record takes megabytes. */
  readonly network: Network;
  readonly hosts: ReadonlyMap<string, ScaleHost>;
  /** Lines that actors write for operators, by event and reason: how many. */
  readonly logged: Map<string, number>;
}

export interface HostSpec<A extends Actor> {
  readonly name: string;
  readonly of: ActorClass;
  readonly create: (ports: { store: Store; clock: Clock; log: Log; network: Network }) => A;
  readonly stepped?: (actor: A) => void;
}

export function nameOf(peer: PeerId): string {
  switch (peer.kind) {
    case "merkleChain":
      return "merkle chain";
    case "shard":
      return `shard ${peer.shard}`;
    case "validatorSet":
      return `set ${peer.set}`;
    case "voter":
      return `set ${peer.set} seat ${peer.seat}`;
  }
}

export class ScaleHost<A extends Actor = Actor> {
  readonly name: string;
  readonly tally: Tally;
  readonly runner: ActorRunner<MeteredActor<A>>;
  readonly #world: HostWorld;
  readonly #database = nodeSqlite(":memory:");
  #alarm: Scheduled | null = null;

  constructor(world: HostWorld, { name, of, create, stepped }: HostSpec<A>) {
    this.#world = world;
    this.name = name;
    const { time, meter, network, crypto, logged } = world;
    const tally = meter.tally(of);
    this.tally = tally;
    const step: StepName = { value: "" };
    const store = meteredStore(createSqlStore(this.#database), meter, tally, step);
    const clock: Clock = { now: () => BEGINNING_MS + time.nowMs };
    const log: Log = {
      write(event, { why }) {
        const line = typeof why === "string" ? `${event}, ${why}` : event;
        logged.set(line, (logged.get(line) ?? 0) + 1);
      },
    };
    this.runner = new ActorRunner<MeteredActor<A>>({
      store,
      log,
      create: () => new MeteredActor(create({ store, clock, log, network }), meter, tally, step),
      timers: {
        after: (delayMs, body) => {
          const timer = time.after(delayMs, { actor: name, kind: "timer", run: body });
          return () => {
            timer.cancelled = true;
          };
        },
      },
      call: (to, request) => this.#call(to, request),
      verify: async (transactions) => {
        const checked = crypto.verify(tally, transactions);
        await this.#pass("verified");
        return checked;
      },
      setAlarm: (atMs) => this.#setAlarm(atMs),
      callDeadlineMs: () => network.roundMs / 4,
      ...(stepped === undefined ? {} : { stepped: ({ actor }) => stepped(actor) }),
    });
  }

  get sleeps(): boolean {
    return this.#alarm === null;
  }

  /** A step that no peer asks for, after the way of its message. */
  async step<T>(name: string, body: (actor: A) => T): Promise<T> {
    await this.#pass(name);
    return this.runner.step((metered) => metered.named(name, body) as never);
  }

  /** A look that costs the actor nothing. */
  read<T>(body: (actor: A) => T): T {
    return this.runner.read(({ actor }) => body(actor) as never);
  }

  close(): void {
    this.#database[Symbol.dispose]();
  }

  #setAlarm(atMs: number | null): void {
    if (this.#alarm !== null) this.#alarm.cancelled = true;
    this.#alarm = null;
    if (atMs === null) return;
    const { time } = this.#world;
    const run = (): void => {
      this.#alarm = null;
      this.runner.alarm();
    };
    const delayMs = atMs - BEGINNING_MS - time.nowMs;
    this.#alarm = time.after(delayMs, { actor: this.name, kind: "alarm", run });
  }

  /** Request and answer travel as bytes: what an actor holds is its own. */
  async #call(to: PeerId, request: PeerRequest): Promise<PeerAnswer> {
    const { kind } = request;
    const asked = serialize(request);
    this.#sent(kind, sizeOf(request));
    const peer = this.#world.hosts.get(nameOf(to));
    if (peer === undefined) throw new Error(`Cannot call ${nameOf(to)}: nobody has that name`);
    await peer.#pass(kind);
    const answer = peer.runner.step((actor) => actor.receive(deserialize(asked) as PeerRequest));
    const answered = serialize(answer);
    peer.#sent(`answer to ${kind}`, sizeOf(answer));
    await this.#pass(`answer to ${kind}`);
    return deserialize(answered) as PeerAnswer;
  }

  #sent(kind: string, bytes: number): void {
    this.tally.add("messages", kind, 1);
    this.tally.add("bytes", kind, bytes);
  }

  /** Something is on its way here, or is computed for it elsewhere. */
  #pass(kind: string): Promise<void> {
    return new Promise((resolve) => {
      this.#world.time.after(DELAY_MS, { actor: this.name, kind, run: resolve });
    });
  }
}
