// The target of the move benchmark, in a process of its own: a replica's store on disk, filled by the real `StateSync`.
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Outbox } from "../../src/actors/actor.ts";
import { Network } from "../../src/actors/network.ts";
import type { PeerAnswer, PeerRequest } from "../../src/actors/peers.ts";
import type { Store } from "../../src/actors/ports.ts";
import { StateSync } from "../../src/actors/state-sync.ts";
import { toHex } from "../../src/protocol/encoding/bytes.ts";
import { nodeSqlite } from "../../src/storage/node-sqlite.ts";
import { createSqlStore } from "../../src/storage/sql-store.ts";
import {
  type FromTarget,
  type Heap,
  heapBytes,
  type MoveOptions,
  StepTimes,
  type ToTarget,
} from "./move-messages.ts";

// A collection takes longer than an answer.
const COLLECT_EVERY = 25;
const PROBE_EVERY = 9;
const TELL_EVERY = 50;
const say = (message: FromTarget): void => void process.send?.(message);

class Target {
  readonly #folder = mkdtempSync(join(tmpdir(), "yggdrasil-move-"));
  readonly #store: Store;
  readonly #database: Disposable;
  readonly #sync: StateSync;
  readonly #outbox = new Outbox();
  readonly #started = performance.now();
  readonly #heap: Heap = { held: 0, step: 0 };
  #baseBytes = 0;
  #awayMs: number;
  #isProbing = false;
  #puts = 0;
  #chunks = 0;
  #received = 0;
  #sent = 0;
  #walks = 1;
  readonly #times = new StepTimes();
  #round = 0;

  constructor({ bytesMax, awayMs }: MoveOptions, genesisBytes: Uint8Array) {
    this.#awayMs = awayMs;
    const database = nodeSqlite(join(this.#folder, "target.sqlite"));
    this.#database = database;
    this.#store = this.#probed(createSqlStore(database));
    const network = new Network(genesisBytes);
    this.#baseBytes = heapBytes(true);
    const ports = {
      store: this.#store,
      clock: { now: () => Date.now() },
      log: { write: (event: string, fields: object) => console.log(event, fields) },
      network,
      outbox: this.#outbox,
    };
    const task = { shard: 0, chains: null, ...(bytesMax > 0 ? { bytesMax } : {}) };
    this.#sync = this.#store.transaction(() => new StateSync(ports, task));
    this.#tick();
  }

  /** What is in use when rows are written, with the answer decoded and everything changed in memory. */
  #probed(store: Store): Store {
    return {
      transaction: (body) => store.transaction(body),
      table: (name) => {
        const table = store.table(name);
        return {
          ...table,
          put: (key, value) => {
            table.put(key, value);
            // A collection takes longer than the step.
            if (!this.#isProbing || this.#puts++ % PROBE_EVERY > 0) return;
            this.#heap.held = Math.max(this.#heap.held, heapBytes(true) - this.#baseBytes);
          },
        };
      },
    };
  }

  answered(request: PeerRequest, answer: PeerAnswer): void {
    if (answer.kind === "state") {
      this.#chunks += 1;
      this.#received += answer.parts.length;
    }
    const { fraction } = this.#sync.progress;
    const measures = this.#chunks % COLLECT_EVERY === 1;
    if (measures) heapBytes(true);
    this.#isProbing = this.#chunks % COLLECT_EVERY === 2;
    const step = () => this.#store.transaction(() => this.#sync.answered(request, answer));
    if (this.#isProbing) step();
    else this.#times.measure(step);
    if (measures) {
      this.#heap.step = Math.max(this.#heap.step, heapBytes(false) - this.#baseBytes);
    }
    this.#isProbing = false;
    const { progress } = this.#sync;
    if (progress.fraction < fraction) this.#walks += 1;
    if (this.#chunks % TELL_EVERY === 0 && answer.kind === "state") {
      const percent = (100 * progress.fraction).toFixed(1);
      console.error(`walk ${this.#walks}, round ${progress.round}: ${percent}%`);
    }
    if (progress.phase === "done") this.#end();
    else if (this.#awayMs > 0 && progress.fraction > 0.5) {
      setTimeout(() => this.#send(), this.#awayMs);
      this.#awayMs = 0;
    } else this.#send();
    if (progress.phase !== "done") this.#round = progress.round;
  }

  /** Without anything under way, when that is due. */
  #tick(): void {
    this.#store.transaction(() => this.#sync.tick());
    this.#send();
  }

  #send(): void {
    const calls = this.#outbox.take().flatMap((one) => (one.kind === "call" ? [one.request] : []));
    for (const request of calls) {
      if (request.kind === "state") this.#sent += request.query.length;
      say({ kind: "request", request });
    }
    if (calls.length === 0) {
      const dueMs = this.#sync.nextTickMs() ?? Date.now();
      setTimeout(() => this.#tick(), Math.max(1, dueMs - Date.now()));
    }
  }

  #end(): void {
    const path = join(this.#folder, "target.sqlite");
    say({
      kind: "cost",
      cost: {
        seconds: (performance.now() - this.#started) / 1_000,
        chunks: this.#chunks,
        bytesReceived: this.#received,
        bytesSent: this.#sent,
        walks: this.#walks,
        ...this.#times,
        heap: this.#heap,
        databaseBytes: statSync(path).size,
        round: this.#round,
        root: toHex(this.#sync.root(0)),
      },
    });
    this.#database[Symbol.dispose]();
    rmSync(this.#folder, { recursive: true, force: true });
    process.disconnect();
  }
}

let target: Target | null = null;
process.on("message", (message: ToTarget) => {
  if (message.kind === "open") target = new Target(message.options, message.genesisBytes);
  else target?.answered(message.request, message.answer);
});
