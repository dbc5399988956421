// The seams at which an actor is measured: its store, whose transactions are its steps, and its methods, which name them. The actor
// itself is unchanged.
import type { Actor, Effect } from "../actors/actor.ts";
import type { PeerAnswer, PeerId, PeerRequest } from "../actors/peers.ts";
import type { Store, Synchronous, Table, TableName } from "../actors/ports.ts";
import type { VerifiedTransaction } from "../protocol/ledger/unverified.ts";
import type { Meter, Tally } from "./meter.ts";

/** In µs. */
export function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/** What an actor's next step is called. */
export interface StepName {
  value: string;
}

const OPENING = "opening";

export function meteredStore(store: Store, meter: Meter, tally: Tally, name: StepName): Store {
  const tables = new Map<TableName, Table>();
  return {
    transaction<T>(body: () => Synchronous<T>): T {
      const before = meter.current;
      meter.current = tally;
      name.value = OPENING;
      const start = meter.nowUs();
      try {
        return store.transaction(body);
      } finally {
        tally.add("cpuUs", name.value, meter.nowUs() - start);
        tally.add("steps", name.value, 1);
        meter.current = before;
      }
    },
    table(of) {
      let table = tables.get(of);
      if (table === undefined) {
        table = meteredTable(store.table(of), tally, of);
        tables.set(of, table);
      }
      return table;
    },
  };
}

function meteredTable(table: Table, tally: Tally, of: TableName): Table {
  // A set's second replica writes what its first one does.
  const kind = of.replace(/_2$/, "");
  return {
    get: (key) => table.get(key),
    range: (range) => table.range(range),
    put(key, value) {
      tally.add("rows", kind, 1);
      table.put(key, value);
    },
    delete(key) {
      tally.add("rows", kind, 1);
      table.delete(key);
    },
  };
}

export class MeteredActor<A extends Actor> implements Actor {
  readonly actor: A;
  readonly #name: StepName;
  readonly #meter: Meter;
  readonly #tally: Tally;

  constructor(actor: A, meter: Meter, tally: Tally, name: StepName) {
    this.actor = actor;
    this.#meter = meter;
    this.#tally = tally;
    this.#name = name;
  }

  /** Something that is in no actor's interface. */
  named<T>(name: string, body: (actor: A) => T): T {
    this.#name.value = name;
    return body(this.actor);
  }

  receive(request: PeerRequest): PeerAnswer {
    this.#name.value = `receive ${request.kind}`;
    return this.actor.receive(request);
  }

  answered(to: PeerId, request: PeerRequest, answer: PeerAnswer | null): void {
    this.#name.value = `answer to ${request.kind}`;
    this.actor.answered(to, request, answer);
  }

  verified(purpose: number, transactions: readonly VerifiedTransaction[]): void {
    this.#name.value = "verified";
    this.actor.verified(purpose, transactions);
  }

  tick(): void {
    this.#name.value = "tick";
    this.actor.tick();
  }

  work(): void {
    this.#name.value = "work";
    this.actor.work();
  }

  /** Asked behind each step, outside of its transaction. */
  nextTickMs(): number | null {
    const start = this.#meter.nowUs();
    const next = this.actor.nextTickMs();
    this.#tally.add("cpuUs", "next alarm", this.#meter.nowUs() - start);
    this.#tally.add("steps", "next alarm", 1);
    return next;
  }

  takeEffects(): readonly Effect[] {
    return this.actor.takeEffects();
  }
}
