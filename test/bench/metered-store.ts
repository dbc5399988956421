// What an actor costs at its store: the time of its steps, each one transaction, and the calls to each table.
import type { Store, TableName } from "../../src/actors/ports.ts";

export interface Meter {
  /** Processor time of the actor's steps, the commits of their transactions included: others on the machine change it little. */
  milliseconds: number;
  /** By table: puts and deletes, each a row written. A new key of a table with an index writes a second one. */
  readonly rows: Map<TableName, number>;
  /** By table: searches for one value. */
  readonly reads: Map<TableName, number>;
  bytes: number;
}

export const newMeter = (): Meter => ({
  milliseconds: 0,
  rows: new Map(),
  reads: new Map(),
  bytes: 0,
});

export function clearMeter(meter: Meter): void {
  meter.milliseconds = 0;
  meter.rows.clear();
  meter.reads.clear();
  meter.bytes = 0;
}

export function meteredStore(store: Store, meter: Meter): Store {
  return {
    transaction(body) {
      const start = process.cpuUsage();
      try {
        return store.transaction(body);
      } finally {
        const { user, system } = process.cpuUsage(start);
        meter.milliseconds += (user + system) / 1_000;
      }
    },
    table(name) {
      const table = store.table(name);
      const count = (counts: Map<TableName, number>): void =>
        void counts.set(name, (counts.get(name) ?? 0) + 1);
      return {
        get(key) {
          count(meter.reads);
          return table.get(key);
        },
        put(key, value) {
          count(meter.rows);
          meter.bytes += value.length;
          table.put(key, value);
        },
        delete(key) {
          count(meter.rows);
          table.delete(key);
        },
        range: (range) => table.range(range),
      };
    },
  };
}
