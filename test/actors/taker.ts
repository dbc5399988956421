// Somebody who takes chains over from a shard of a local network: the real `StateSync` on a store of its own, its messages delivered one
// at a time, lost or cut off by a crash as the test says.
import { type Effect, Outbox } from "../../src/actors/actor.ts";
import { Network } from "../../src/actors/network.ts";
import type { PeerAnswer, PeerRequest } from "../../src/actors/peers.ts";
import { REPLICA_TABLES, type Store } from "../../src/actors/ports.ts";
import { StateSync, type StateSyncTask } from "../../src/actors/state-sync.ts";
import { memoryStore } from "../support/ledger-world.ts";
import type { LocalNetwork } from "./local-network.ts";

export type Fate =
  | "arrives"
  | "request lost"
  | "answer lost"
  | "twice"
  | "crash before"
  | "crash after";

export class Taker {
  readonly store: Store = memoryStore();
  readonly refusals: string[] = [];
  /** Of the answers that came. */
  readonly sizes: number[] = [];
  alter: (answer: PeerAnswer, request: PeerRequest) => PeerAnswer = (answer) => answer;
  readonly #net: LocalNetwork;
  readonly #task: StateSyncTask;
  #outbox = new Outbox();
  #calls: Extract<Effect, { kind: "call" }>[] = [];
  sync: StateSync;

  constructor(net: LocalNetwork, task: StateSyncTask) {
    this.#net = net;
    this.#task = task;
    this.sync = this.#open();
  }

  get isDone(): boolean {
    return this.sync.progress.phase === "done";
  }

  crash(): void {
    this.sync = this.#open();
  }

  /** One message there and back, if one is due. Whether one was. */
  exchange(fate: Fate = "arrives"): boolean {
    if (this.#calls.length === 0) this.#step(() => this.sync.tick());
    const call = this.#calls.shift();
    if (call === undefined) return false;
    const { to, request } = call;
    if (fate === "crash before") this.crash();
    else if (fate === "request lost") this.#step(() => this.sync.answered(request, null));
    else {
      const answer = this.alter(this.#net.deliver(to, request), request);
      if (answer.kind === "state") this.sizes.push(answer.parts.length);
      if (fate === "crash after") this.crash();
      else this.#step(() => this.sync.answered(request, fate === "answer lost" ? null : answer));
      if (fate === "twice") this.#step(() => this.sync.answered(request, answer));
    }
    return true;
  }

  #step(body: () => void): void {
    this.store.transaction(body);
    for (const effect of this.#outbox.take()) if (effect.kind === "call") this.#calls.push(effect);
  }

  #open(): StateSync {
    this.#calls = [];
    this.#outbox = new Outbox();
    const { genesisBytes, scheme } = this.#net.network;
    const ports = {
      store: this.store,
      clock: { now: () => this.#net.nowMs },
      log: {
        write: (_event: string, { why }: Readonly<Record<string, unknown>>) => {
          this.refusals.push(String(why));
        },
      },
      network: new Network(genesisBytes, scheme),
      outbox: this.#outbox,
    };
    return this.store.transaction(() => new StateSync(ports, this.#task));
  }
}

/** The set forgets all that it had, and has what the taker took over. */
export function adopt(net: LocalNetwork, taker: Taker): void {
  net.crash("set", true);
  const store = net.store("set");
  store.transaction(() => {
    for (const name of REPLICA_TABLES) {
      for (const [key, value] of taker.store.table(name).range({ limit: 100_000 })) {
        store.table(name).put(key, value);
      }
    }
  });
}
