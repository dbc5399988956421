// An actor's disk: SQLite itself, which outlives the actor. A life uses it through a driver that can end the life at a write or
// behind a commit, and that a dead life cannot use at all: what was not committed is lost, what was stays.
import { nodeSqlite } from "../storage/node-sqlite.ts";
import type { SqlDriver } from "../storage/sql-store.ts";
import type { Faults } from "./faults.ts";

/** One stay of an actor in memory. */
export interface Life {
  over: boolean;
}

/** What becomes of what was done: told behind each commit, and when it comes to nothing. */
export interface Fate {
  readonly committed?: () => void;
  readonly takenBack?: () => void;
}

/** Something of a life went on after its end. */
export class LifeOver extends Error {
  override readonly name = "LifeOver";
  constructor() {
    super("This life is over");
  }
}

// The write of a transaction at which a crash comes, if it has so many.
const WRITES_MAX = 12;
const SQLITE_FULL = 13;
// A quarter of SQLite's own: what is new needs a page more often, and a full disk is met sooner.
const SMALL_PAGE_BYTES = 1_024;

export class Disk {
  readonly #driver = nodeSqlite(":memory:");
  readonly #faults: Faults;
  /** Whether it has been full, without a write that failed yet. */
  #isUnmet = false;

  constructor(faults: Faults) {
    this.#faults = faults;
    if (faults.rate("diskFull") > 0) this.#driver.all(`PRAGMA page_size = ${SMALL_PAGE_BYTES}`);
  }

  /** While full, SQLite finds no page for what is new. */
  setFull(full: boolean): void {
    const pages = full ? this.#pages() : 2 ** 30;
    this.#driver.all(`PRAGMA max_page_count = ${pages}`);
    this.#isUnmet = full;
  }

  /** The database as one life has it. `end`: ends it. */
  open(life: Life, end: () => void, fate: Fate = {}): SqlDriver {
    const driver = this.#driver;
    const faults = this.#faults;
    let depth = 0;
    /** Writes until the crash. */
    let left: number | null = null;
    const alive = (): void => {
      if (life.over) throw new LifeOver();
    };
    const met = (error: unknown): void => {
      const { errcode } = error as { readonly errcode?: number };
      if (errcode !== SQLITE_FULL || !this.#isUnmet) return;
      this.#isUnmet = false;
      faults.count("diskFull");
    };
    const crash = (kind: "crashInTransaction" | "crashAfterCommit"): never => {
      faults.count(kind);
      end();
      throw new LifeOver();
    };
    return {
      all(statement, ...parameters) {
        alive();
        return driver.all(statement, ...parameters);
      },
      run(statement, ...parameters) {
        alive();
        // What no transaction holds together can be cut off anywhere.
        const isCut = depth === 0 ? faults.due("crashInTransaction") : left !== null && --left < 0;
        if (isCut) crash("crashInTransaction");
        try {
          driver.run(statement, ...parameters);
        } catch (error) {
          met(error);
          throw error;
        }
      },
      transaction(body) {
        alive();
        if (depth > 0) return driver.transaction(body);
        if (faults.due("crashInTransaction")) {
          left = faults.random("crashInTransaction").between(0, WRITES_MAX);
        }
        depth += 1;
        try {
          const value = driver.transaction(body);
          fate.committed?.();
          if (faults.due("crashAfterCommit")) crash("crashAfterCommit");
          return value;
        } catch (error) {
          fate.takenBack?.();
          throw error;
        } finally {
          depth -= 1;
          left = null;
        }
      },
    };
  }

  close(): void {
    this.#driver[Symbol.dispose]();
  }

  #pages(): number {
    return Number(this.#driver.all("PRAGMA page_count")[0]?.[0] ?? 0);
  }
}
