// The three actors of a network in one process, on their real runner and node:sqlite, with a clock that only the test moves,
// links that can lose and repeat, and crashes after which nothing of the old life touches the world any more.

import type { Actor } from "../../src/actors/actor.ts";
import { type HostedSeats, hostedSeats } from "../../src/actors/hosted-seats.ts";
import { MerkleChain } from "../../src/actors/merkle-chain.ts";
import { Network } from "../../src/actors/network.ts";
import type { PeerAnswer, PeerId, PeerRequest } from "../../src/actors/peers.ts";
import type { Store } from "../../src/actors/ports.ts";
import { ActorRunner, PLATFORM_TIMERS } from "../../src/actors/runner.ts";
import { Shard } from "../../src/actors/shard.ts";
import { ValidatorSet } from "../../src/actors/validator-set.ts";
import { importSigningKey } from "../../src/crypto/ed25519.ts";
import { verifyTransactions } from "../../src/crypto/verify-transactions.ts";
import { allSeats } from "../../src/protocol/consensus/seats.ts";
import { faucetSeed } from "../../src/protocol/crypto/seat-secret.ts";
import { makeGenesis } from "../../src/protocol/genesis/make-genesis.ts";
import type { NetworkConfig } from "../../src/protocol/genesis/network-config.ts";
import type { MempoolLimits } from "../../src/protocol/ledger/mempool.ts";
import { roundStartMs } from "../../src/protocol/rounds/epoch.ts";
import { nodeSqlite } from "../../src/storage/node-sqlite.ts";
import { createSqlStore, type SqlDriver } from "../../src/storage/sql-store.ts";
import { type Life, mortalStore } from "./mortal-store.ts";

export const SECRET: Uint8Array = new Uint8Array(32).fill(7);
export const GENESIS_MS = 1_760_000_000_000;

export type Who = "shard" | "set" | "merkle";
export const EVERYBODY: readonly Who[] = ["merkle", "set", "shard"];

export type Choose = (to: PeerId, request: PeerRequest) => boolean;
const never: Choose = () => false;

export interface LogLine {
  readonly event: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface LocalOptions {
  /** Puts something between an actor and its store; called for each life. */
  readonly wrapStore?: (who: Who, store: Store) => Store;
  readonly wrapSeats?: (seats: HostedSeats) => HostedSeats;
  readonly mempoolLimits?: MempoolLimits;
}

export class LocalNetwork {
  readonly network: Network;
  readonly log: LogLine[] = [];
  nowMs: number;
  /** Whether a request is lost on its way. */
  lose: Choose = never;
  /** Whether the answer is lost after the request was carried out. */
  loseAnswer: Choose = never;
  /** Whether the request arrives twice. */
  repeat: Choose = never;
  /** Every request that was sent, lost ones too. */
  sent: (readonly [to: PeerId, request: PeerRequest])[] = [];
  /** The durable alarm of each object, as the platform keeps it. */
  readonly alarms: Record<Who, number | null> = { shard: null, set: null, merkle: null };
  readonly #options: LocalOptions;
  readonly #seats: HostedSeats;
  readonly #stores: Record<Who, Store>;
  readonly #lives: Record<Who, Life>;
  shard: ActorRunner<Shard>;
  set: ActorRunner<ValidatorSet>;
  merkle: ActorRunner<MerkleChain>;

  private constructor(network: Network, options: LocalOptions) {
    this.network = network;
    this.#options = options;
    this.nowMs = network.epoch.activationTimeMs;
    const count = network.epoch.sets[0]?.seats.length ?? 0;
    const seats = hostedSeats(SECRET, network.genesis.name, 0, 1, allSeats(count));
    this.#seats = options.wrapSeats?.(seats) ?? seats;
    this.#stores = { shard: memory(), set: memory(), merkle: memory() };
    this.#lives = { shard: { over: false }, set: { over: false }, merkle: { over: false } };
    this.shard = this.#openShard();
    this.set = this.#openSet();
    this.merkle = this.#openMerkle();
  }

  static async create(config: NetworkConfig, options: LocalOptions = {}): Promise<LocalNetwork> {
    const key = JSON.stringify(config, (_, value: unknown) =>
      typeof value === "bigint" ? value.toString() : value,
    );
    const made = networks.get(key);
    if (made !== undefined) return new LocalNetwork(made, options);
    const faucet = await importSigningKey(faucetSeed(SECRET, config.name));
    const genesis = makeGenesis({
      config,
      deploymentSecret: SECRET,
      nowMs: GENESIS_MS,
      faucetPublicKey: faucet.publicKey,
    });
    const network = new Network(genesis);
    networks.set(key, network);
    return new LocalNetwork(network, options);
  }

  get round(): number {
    return Math.floor((this.nowMs - GENESIS_MS) / this.network.epoch.roundMs);
  }

  /** What is stored for an actor, whoever lives. */
  store(who: Who): Store {
    return this.#stores[who];
  }

  /** The database under it. */
  driver(who: Who): SqlDriver {
    return drivers.get(this.#stores[who]) as SqlDriver;
  }

  /** Forgets everything in memory, as a crash does; what is stored stays. `losesStore`: that is gone, too. */
  crash(who: Who, losesStore = false): void {
    this.#lives[who].over = true;
    this.#lives[who] = { over: false };
    if (losesStore) this.#stores[who] = memory();
    if (who === "shard") this.shard = this.#openShard();
    if (who === "set") this.set = this.#openSet();
    if (who === "merkle") this.merkle = this.#openMerkle();
  }

  async advance(rounds: number): Promise<void> {
    for (let i = 0; i < rounds; i++) {
      this.nowMs = roundStartMs(this.network.epoch, this.round + 1);
      await this.tick();
    }
  }

  async tick(): Promise<void> {
    for (const who of EVERYBODY) this.runner(who).step((actor: Actor) => actor.tick());
    await this.settled();
  }

  async settled(): Promise<void> {
    for (let before = -1, now = this.#steps(); before !== now; now = this.#steps()) {
      before = now;
      await Promise.all(EVERYBODY.map((who) => this.runner(who).settled()));
    }
  }

  /** Lets time pass as the platform does: nothing happens but by alarms. Answers whether everybody sleeps in the end. */
  async sleep(alarmsMax: number): Promise<boolean> {
    for (let i = 0; i < alarmsMax; i++) {
      const [who] = EVERYBODY.filter((one) => this.alarms[one] !== null).sort(
        (a, b) => (this.alarms[a] ?? 0) - (this.alarms[b] ?? 0),
      );
      if (who === undefined) return true;
      this.nowMs = Math.max(this.nowMs, this.alarms[who] ?? 0);
      this.alarms[who] = null;
      this.runner(who).alarm();
      await this.settled();
    }
    return EVERYBODY.every((who) => this.alarms[who] === null);
  }

  /** When any of the actors wants to be woken; null if the network sleeps. */
  nextTickMs(): number | null {
    const times = EVERYBODY.map((who) =>
      this.runner(who).read((actor: Actor) => actor.nextTickMs()),
    ).filter((time) => time !== null);
    return times.length === 0 ? null : Math.min(...times);
  }

  runner(who: Who): ActorRunner<Actor> {
    return this[who] as unknown as ActorRunner<Actor>;
  }

  #steps(): number {
    return this.shard.steps + this.set.steps + this.merkle.steps;
  }

  #openShard(): ActorRunner<Shard> {
    const store = this.#storeOf("shard");
    const { mempoolLimits } = this.#options;
    const limits = mempoolLimits === undefined ? {} : { mempoolLimits };
    return this.#open("shard", store, () => new Shard({ ...this.#ports(), store, ...limits }, 0));
  }

  #openSet(): ActorRunner<ValidatorSet> {
    const store = this.#storeOf("set");
    const ports = { ...this.#ports(), store, seats: this.#seats, others: [] };
    return this.#open("set", store, () => new ValidatorSet(ports, 1));
  }

  #openMerkle(): ActorRunner<MerkleChain> {
    const store = this.#storeOf("merkle");
    return this.#open("merkle", store, () => new MerkleChain({ ...this.#ports(), store }));
  }

  #storeOf(who: Who): Store {
    const store = this.#stores[who];
    return mortalStore(this.#options.wrapStore?.(who, store) ?? store, this.#lives[who]);
  }

  #ports() {
    return {
      network: this.network,
      clock: { now: () => this.nowMs },
      log: {
        write: (event: string, fields: LogLine["fields"]) => void this.log.push({ event, fields }),
      },
    };
  }

  #open<A extends Actor>(who: Who, store: Store, create: () => A): ActorRunner<A> {
    const life = this.#lives[who];
    const runner = new ActorRunner<A>({
      timers: PLATFORM_TIMERS,
      store,
      create,
      log: { write: (event, fields) => void (life.over || this.log.push({ event, fields })) },
      call: (to, request) => this.#call(to, request),
      verify: verifyTransactions,
      setAlarm: (atMs) => {
        if (!life.over) this.alarms[who] = atMs;
      },
      callDeadlineMs: 2_000,
    });
    return runner;
  }

  async #call(to: PeerId, request: PeerRequest): Promise<PeerAnswer> {
    this.sent.push([to, request]);
    if (this.lose(to, request)) throw new Error("lost");
    const repeated = this.repeat(to, request);
    const lost = this.loseAnswer(to, request);
    await Promise.resolve();
    const answer = this.deliver(to, request);
    if (repeated) this.deliver(to, request);
    if (lost) throw new Error("answer lost");
    return answer;
  }

  /** The request arrives, now or long after it was sent; nobody hears the answer. */
  deliver(to: PeerId, request: PeerRequest): PeerAnswer {
    // As over RPC: what arrives is a copy.
    const copy = structuredClone(request);
    switch (to.kind) {
      case "shard":
        return structuredClone(this.shard.step((actor) => actor.receive(copy)));
      case "validatorSet":
        return structuredClone(this.set.step((actor) => actor.receive(copy)));
      case "merkleChain":
        return structuredClone(this.merkle.step((actor) => actor.receive(copy)));
      case "voter":
        throw new Error("Every seat is hosted by the set");
    }
  }
}

/** By configuration: keys and their checks take longer than most scenarios. */
const networks = new Map<string, Network>();

/** The database under each store. */
const drivers = new WeakMap<Store, SqlDriver>();

function memory(): Store {
  const driver = nodeSqlite(":memory:");
  const store = createSqlStore(driver);
  drivers.set(store, driver);
  return store;
}
