// Stores for crashes: one that a dead life cannot use any more, and one whose n-th write fails.
import type { Store, Synchronous, TableName } from "../../src/actors/ports.ts";

export interface Life {
  over: boolean;
}

/** After the life is over, whatever of it is still under way in the process changes nothing. */
export function mortalStore(store: Store, life: Life): Store {
  return {
    table: (name) => store.table(name),
    transaction<T>(body: () => Synchronous<T>): T {
      if (life.over) throw new Error("This life is over");
      return store.transaction(body);
    },
  };
}

export class WriteFailure extends Error {
  override readonly name = "WriteFailure";
}

/** Counts the writes and the ends of transactions through it and fails at one of them. */
export class WriteFault {
  writes = 0;
  /** 1 for the next write; null for never. Fails once. */
  failAt: number | null = null;

  wrap(store: Store): Store {
    const count = (): void => {
      this.writes += 1;
      if (this.failAt === null) return;
      this.failAt -= 1;
      if (this.failAt > 0) return;
      this.failAt = null;
      throw new WriteFailure("The disk is gone");
    };
    return {
      // The end of a transaction is a write, too: often the first that touches the disk.
      transaction: <T>(body: () => Synchronous<T>): T =>
        store.transaction((): Synchronous<T> => {
          const value = body();
          count();
          return value;
        }),
      table(name: TableName) {
        const table = store.table(name);
        return {
          get: (key) => table.get(key),
          range: (range) => table.range(range),
          put(key, value) {
            count();
            table.put(key, value);
          },
          delete(key) {
            count();
            table.delete(key);
          },
        };
      },
    };
  }
}
