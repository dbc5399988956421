// The source of the move benchmark, in a process of its own: a shard that goes on with its rounds, one every half second if it can, and
// answers in between.
import { toHex } from "../../src/protocol/encoding/bytes.ts";
import { AccountWorld } from "./account-world.ts";
import {
  type FromSource,
  type Heap,
  heapBytes,
  type MoveOptions,
  StepTimes,
  type ToSource,
} from "./move-messages.ts";

const SENDERS_MAX = 2_000;
const ROUND_MS = 500;
// A collection takes longer than an answer.
const COLLECT_EVERY = 25;

const say = (message: FromSource): void => void process.send?.(message);
const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

class Source {
  readonly #world: AccountWorld;
  readonly #transfers: number;
  readonly #seedSeconds: number;
  readonly #roots: Record<number, string> = {};
  readonly #heap: Heap = { held: 0, step: 0 };
  #rounds = 0;
  #answers = 0;
  readonly #times = new StepTimes();
  #isOver = false;
  #running: Promise<void> = Promise.resolve();

  constructor(world: AccountWorld, { transfers }: MoveOptions, seedSeconds: number) {
    this.#world = world;
    this.#transfers = transfers;
    this.#seedSeconds = seedSeconds;
  }

  static async open(options: MoveOptions): Promise<Source> {
    const started = performance.now();
    const { accounts } = options;
    const senders = Math.min(SENDERS_MAX, accounts);
    const world = await AccountWorld.open({ accounts, senders });
    const source = new Source(world, options, (performance.now() - started) / 1_000);
    for (let i = 0; i < 5; i++) await source.#round();
    say({ kind: "ready", genesisBytes: world.net.network.genesisBytes });
    source.#running = source.#run();
    return source;
  }

  answer(request: Extract<ToSource, { kind: "request" }>["request"]): void {
    const measures = this.#answers % COLLECT_EVERY === 0;
    const before = measures ? heapBytes(true) : 0;
    const { net } = this.#world;
    const answer = this.#times.measure(() => net.deliver({ kind: "shard", shard: 0 }, request));
    if (measures) {
      this.#heap.step = Math.max(this.#heap.step, heapBytes(false) - before);
      this.#heap.held = Math.max(this.#heap.held, heapBytes(true) - before);
    }
    this.#answers += 1;
    say({ kind: "answer", request, answer });
  }

  async end(): Promise<void> {
    this.#isOver = true;
    await this.#running;
    for (let i = 0; i < 4; i++) await this.#round(0);
    const before = heapBytes(true);
    this.#world.net.crash("shard");
    const objectBytes = before - heapBytes(true);
    say({
      kind: "cost",
      cost: {
        seedSeconds: this.#seedSeconds,
        rounds: this.#rounds,
        transfers: this.#rounds * this.#transfers,
        ...this.#times,
        heap: this.#heap,
        objectBytes,
        roots: this.#roots,
      },
    });
    this.#world[Symbol.dispose]();
    process.disconnect();
  }

  async #run(): Promise<void> {
    while (!this.#isOver) {
      const started = performance.now();
      await this.#round();
      this.#rounds += 1;
      await pause(Math.max(1, ROUND_MS - (performance.now() - started)));
    }
  }

  async #round(transfers = this.#transfers): Promise<void> {
    if (transfers > 0) await this.#world.round(transfers);
    else await this.#world.advance(1);
    this.#world.net.shard.read(({ replica }) => {
      this.#roots[replica.executedRound] = toHex(replica.state.root(0));
    });
  }
}

let source: Source | null = null;
process.on("message", (message: ToSource) => {
  if (message.kind === "open") {
    void Source.open(message.options).then((opened) => {
      source = opened;
    });
  } else if (message.kind === "request") source?.answer(message.request);
  else void source?.end();
});
