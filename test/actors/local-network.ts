// The actors of a network in one process, on their real runner and node:sqlite, with a clock that only the test moves,
// links that can lose and repeat, and crashes after which nothing of the old life touches the world any more.
import { isDeepStrictEqual } from "node:util";
import type { Actor } from "../../src/actors/actor.ts";
import { type HostedSeats, hostedSeats } from "../../src/actors/hosted-seats.ts";
import { MerkleChain } from "../../src/actors/merkle-chain.ts";
import { Network } from "../../src/actors/network.ts";
import type { PeerAnswer, PeerId, PeerRequest } from "../../src/actors/peers.ts";
import type { Store } from "../../src/actors/ports.ts";
import { ActorRunner, PLATFORM_TIMERS, type RunnerPorts } from "../../src/actors/runner.ts";
import { Shard } from "../../src/actors/shard.ts";
import { ValidatorSet } from "../../src/actors/validator-set.ts";
import { importSigningKey } from "../../src/crypto/ed25519.ts";
import { verifyTransactions } from "../../src/crypto/verify-transactions.ts";
import { BLS_SEATS } from "../../src/protocol/consensus/seat-scheme.ts";
import { allSeats, type SeatSet, seatList, seatSet } from "../../src/protocol/consensus/seats.ts";
import { faucetSeed } from "../../src/protocol/crypto/seat-secret.ts";
import { makeGenesis } from "../../src/protocol/genesis/make-genesis.ts";
import type { NetworkConfig } from "../../src/protocol/genesis/network-config.ts";
import type { MempoolLimits } from "../../src/protocol/ledger/mempool.ts";
import { PART_WAIT_ROUNDS } from "../../src/protocol/rounds/epoch.ts";
import { SeatTags } from "../../src/simulator/tags.ts";
import { nodeSqlite } from "../../src/storage/node-sqlite.ts";
import { createSqlStore, type SqlDriver } from "../../src/storage/sql-store.ts";
import { type Life, mortalStore } from "./mortal-store.ts";

export const SECRET: Uint8Array = new Uint8Array(32).fill(7);
export const GENESIS_MS = 1_760_000_000_000;

export type Who = "shard" | "set" | "merkle";
export const EVERYBODY: readonly Who[] = ["merkle", "set", "shard"];

/** The voters of the set beside its own object, "set", in the order of their seats. */
export type VoterName = `voter ${number}`;
/** Shards behind the first one, and the sets' objects behind the first one, by their numbers. */
export type ShardName = `shard ${number}`;
export type SetName = `set ${number}`;
export type Anybody = Who | VoterName | ShardName | SetName;

export const shardNamed = (shard: number): "shard" | ShardName =>
  shard === 0 ? "shard" : `shard ${shard}`;
export const setNamed = (set: number): "set" | SetName => (set === 1 ? "set" : `set ${set}`);
const numberOf = (name: Anybody): number => Number(name.split(" ")[1] ?? 0);
const isShard = (name: Anybody): boolean => name.startsWith("shard");

export type Choose = (to: PeerId, request: PeerRequest, from: Anybody) => boolean;
const never: Choose = () => false;

export interface LogLine {
  readonly event: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface LocalOptions {
  /** Puts something between an actor and its store; called for each life. */
  readonly wrapStore?: (who: Who, store: Store) => Store;
  /** The same for whoever it is. */
  readonly wrapEach?: (who: Anybody, store: Store) => Store;
  readonly wrapSeats?: (seats: HostedSeats, voter: "set" | VoterName) => HostedSeats;
  /** Which seats each voter of the set holds; the first is the set's own object. By default that holds all. */
  readonly voters?: readonly (readonly number[])[];
  /** Tags instead of BLS signatures. */
  readonly tags?: boolean;
  /** Instead of checking the users' signatures. */
  readonly verify?: RunnerPorts<Actor>["verify"];
  readonly mempoolLimits?: MempoolLimits;
}

export class LocalNetwork {
  /** As the MerkleChain knows it. */
  network: Network;
  readonly log: LogLine[] = [];
  nowMs: number;
  /** Whether a request is lost on its way. */
  lose: Choose = never;
  /** Whether the answer is lost after the request was carried out. */
  loseAnswer: Choose = never;
  /** Whether the request arrives twice. */
  repeat: Choose = never;
  /** What arrives in the place of an answer. */
  alter: (answer: PeerAnswer, to: PeerId, request: PeerRequest) => PeerAnswer = (answer) => answer;
  /** Every request that was sent, lost ones too. */
  sent: (readonly [to: PeerId, request: PeerRequest])[] = [];
  /** The durable alarm of each object, as the platform keeps it. */
  readonly alarms = new Map<Anybody, number | null>();
  /** Who takes no step and hears nothing. */
  readonly down = new Set<Anybody>();
  readonly everybody: readonly Anybody[];
  readonly voters: readonly ("set" | VoterName)[];
  readonly #options: LocalOptions;
  readonly #seats: ReadonlyMap<Anybody, HostedSeats>;
  readonly #stores = new Map<Anybody, Store>();
  readonly #lives = new Map<Anybody, Life>();
  readonly #runners = new Map<Anybody, ActorRunner<Actor>>();

  private constructor(network: Network, options: LocalOptions) {
    this.network = network;
    this.#options = options;
    this.nowMs = network.epoch.activationTimeMs;
    const keys = network.epoch.sets[0]?.seats.map(({ publicKey }) => publicKey) ?? [];
    const groups = options.voters ?? [[...keys.keys()]];
    this.voters = groups.map((_, i) => (i === 0 ? "set" : (`voter ${i}` as const)));
    const { shards, sets } = network.epoch;
    const otherSets = sets.filter(({ set }) => set !== 1);
    this.everybody = [
      "merkle",
      ...this.voters,
      ...otherSets.map(({ set }) => setNamed(set)),
      ...shards.map(({ shard }) => shardNamed(shard)),
    ];
    const hosted = (set: number, members: SeatSet): HostedSeats => {
      const own = network.setRecord(set)?.seats.map(({ publicKey }) => publicKey) ?? [];
      return options.tags === true
        ? TAGS.hosted(own, members)
        : hostedSeats(SECRET, network.genesis.name, 0, set, members);
    };
    this.#seats = new Map<Anybody, HostedSeats>([
      ...groups.map((group, i) => {
        const voter = this.voters[i] ?? "set";
        const seats = hosted(1, seatSet(keys.length, group));
        return [voter, options.wrapSeats?.(seats, voter) ?? seats] as const;
      }),
      ...otherSets.map(
        ({ set, seats }) => [setNamed(set), hosted(set, allSeats(seats.length))] as const,
      ),
    ]);
    for (const who of this.everybody) {
      this.#stores.set(who, memory());
      this.#lives.set(who, { over: false });
      this.#open(who);
    }
  }

  get shard(): ActorRunner<Shard> {
    return this.#runners.get("shard") as unknown as ActorRunner<Shard>;
  }

  shardOf(shard: number): ActorRunner<Shard> {
    return this.#runners.get(shardNamed(shard)) as unknown as ActorRunner<Shard>;
  }

  setOf(set: number): ActorRunner<ValidatorSet> {
    return this.#runners.get(setNamed(set)) as unknown as ActorRunner<ValidatorSet>;
  }

  get set(): ActorRunner<ValidatorSet> {
    return this.voter("set");
  }

  get merkle(): ActorRunner<MerkleChain> {
    return this.#runners.get("merkle") as unknown as ActorRunner<MerkleChain>;
  }

  voter(voter: "set" | VoterName): ActorRunner<ValidatorSet> {
    return this.#runners.get(voter) as unknown as ActorRunner<ValidatorSet>;
  }

  seats(voter: Anybody): HostedSeats {
    return this.#seats.get(voter) as HostedSeats;
  }

  peer(who: Anybody): PeerId {
    if (who === "merkle") return { kind: "merkleChain" };
    if (isShard(who)) return { kind: "shard", shard: numberOf(who) };
    if (who.startsWith("set")) return { kind: "validatorSet", set: numberOf(who) || 1 };
    return { kind: "voter", set: 1, seat: seatList(this.seats(who).seats)[0] ?? 0 };
  }

  static async create(config: NetworkConfig, options: LocalOptions = {}): Promise<LocalNetwork> {
    const key = JSON.stringify(config, (_, value: unknown) =>
      typeof value === "bigint" ? value.toString() : value,
    );
    const made = networks.get(key);
    const scheme = options.tags === true ? TAGS.scheme : BLS_SEATS;
    if (made !== undefined) {
      const network = options.tags === true ? new Network(made.genesisBytes, scheme) : made;
      return new LocalNetwork(network, options);
    }
    const faucet = await importSigningKey(faucetSeed(SECRET, config.name));
    const genesis = makeGenesis({
      config,
      deploymentSecret: SECRET,
      nowMs: GENESIS_MS,
      faucetPublicKey: faucet.publicKey,
    });
    networks.set(key, new Network(genesis));
    return LocalNetwork.create(config, options);
  }

  get round(): number {
    return this.network.epochs.roundAt(this.nowMs);
  }

  /** What is stored for an actor, whoever lives. */
  store(who: Anybody): Store {
    return this.#stores.get(who) as Store;
  }

  /** The database under it. */
  driver(who: Anybody): SqlDriver {
    return drivers.get(this.store(who)) as SqlDriver;
  }

  /** Forgets everything in memory, as a crash does; what is stored stays. `losesStore`: that is gone, too. */
  crash(who: Anybody, losesStore = false): void {
    const life = this.#lives.get(who);
    if (life !== undefined) life.over = true;
    this.#lives.set(who, { over: false });
    if (losesStore) this.#stores.set(who, memory());
    this.#open(who);
  }

  async advance(rounds: number): Promise<void> {
    for (let i = 0; i < rounds; i++) {
      const nextMs = this.network.epochs.roundStartMs(this.round + 1);
      await this.#goOnWithParts(nextMs);
      this.nowMs = nextMs;
      await this.tick();
    }
  }

  /** What happens within rounds: the MerkleChain opens the next one ahead, and the set goes on with its part alone. */
  async #goOnWithParts(untilMs: number): Promise<void> {
    for (let i = 0; i < PART_ALARMS_MAX; i++) {
      const due = this.#up
        .filter((who) => who === "merkle" || this.#waitsWithPart(who))
        .map((who) => [who, this.#alarm(who) ?? Number.POSITIVE_INFINITY] as const)
        .filter(([, atMs]) => atMs < untilMs)
        .sort(([, a], [, b]) => a - b);
      const [first] = due;
      if (first === undefined) return;
      const [who, atMs] = first;
      this.nowMs = Math.max(this.nowMs, atMs);
      this.alarms.set(who, null);
      this.runner(who).alarm();
      await this.settled();
    }
  }

  /** A set that waits for its shards to the end of the round, as the MerkleChain alone has opened it. */
  #waitsWithPart(who: Anybody): boolean {
    const { epochs } = this.network;
    const { roundMs } = epochs.at(this.round);
    const dueMs = epochs.roundStartMs(this.round) + roundMs * PART_WAIT_ROUNDS;
    return !isShard(who) && this.#alarm(who) === Math.ceil(dueMs);
  }

  async tick(): Promise<void> {
    for (const who of this.#up) this.runner(who).step((actor) => actor.tick());
    await this.settled();
  }

  async settled(): Promise<void> {
    for (let before = -1, now = this.#steps(); before !== now; now = this.#steps()) {
      before = now;
      await Promise.all(this.everybody.map((who) => this.runner(who).settled()));
    }
  }

  /** Lets time pass as the platform does: nothing happens but by alarms. Answers whether everybody sleeps in the end. */
  async sleep(alarmsMax: number): Promise<boolean> {
    for (let i = 0; i < alarmsMax; i++) {
      const [who] = this.#up
        .filter((one) => this.#alarm(one) !== null)
        .sort((a, b) => (this.#alarm(a) ?? 0) - (this.#alarm(b) ?? 0));
      if (who === undefined) return true;
      this.nowMs = Math.max(this.nowMs, this.#alarm(who) ?? 0);
      this.alarms.set(who, null);
      this.runner(who).alarm();
      await this.settled();
    }
    return this.#up.every((who) => this.#alarm(who) === null);
  }

  /** When any of the actors wants to be woken; null if the network sleeps. */
  nextTickMs(): number | null {
    const times = this.#up
      .map((who) => this.runner(who).read((actor) => actor.nextTickMs()))
      .filter((time) => time !== null);
    return times.length === 0 ? null : Math.min(...times);
  }

  runner(who: Anybody): ActorRunner<Actor> {
    return this.#runners.get(who) as ActorRunner<Actor>;
  }

  get #up(): Anybody[] {
    return this.everybody.filter((who) => !this.down.has(who));
  }

  #alarm(who: Anybody): number | null {
    return this.alarms.get(who) ?? null;
  }

  #steps(): number {
    return this.everybody.reduce((sum, who) => sum + this.runner(who).steps, 0);
  }

  #make(who: Anybody, store: Store, network: Network): Actor {
    const ports = { ...this.#ports(), network, store };
    if (who === "merkle") return new MerkleChain(ports);
    if (isShard(who)) {
      const { mempoolLimits } = this.#options;
      const limits = mempoolLimits === undefined ? {} : { mempoolLimits };
      return new Shard({ ...ports, ...limits }, numberOf(who));
    }
    if (who.startsWith("set ")) {
      return new ValidatorSet({ ...ports, seats: this.seats(who), others: [] }, numberOf(who));
    }
    const others = this.voters
      .filter((voter) => voter !== who)
      .map((voter) => ({ peer: this.peer(voter), seats: this.seats(voter).seats }));
    return new ValidatorSet({ ...ports, seats: this.seats(who), others }, 1);
  }

  #storeOf(who: Anybody, life: Life): Store {
    const store = this.store(who);
    const isWho = (EVERYBODY as readonly Anybody[]).includes(who);
    const wrapped = isWho ? this.#options.wrapStore?.(who as Who, store) : undefined;
    const outer = this.#options.wrapEach?.(who, wrapped ?? store);
    return mortalStore(outer ?? wrapped ?? store, life);
  }

  #ports() {
    return {
      clock: { now: () => this.nowMs },
      log: {
        write: (event: string, fields: LogLine["fields"]) => void this.log.push({ event, fields }),
      },
    };
  }

  #open(who: Anybody): void {
    const life = this.#lives.get(who) ?? { over: false };
    const store = this.#storeOf(who, life);
    // As `ActorHost` has it: one for all actors of a life.
    const { genesisBytes, scheme } = this.network;
    const network = new Network(genesisBytes, scheme, store);
    // It is the first to know of an epoch.
    if (who === "merkle") this.network = network;
    const runner = new ActorRunner<Actor>({
      timers: PLATFORM_TIMERS,
      store,
      create: () => {
        network.reload();
        return this.#make(who, store, network);
      },
      log: { write: (event, fields) => void (life.over || this.log.push({ event, fields })) },
      call: (to, request) => this.#call(who, to, request),
      verify: this.#options.verify ?? verifyTransactions,
      setAlarm: (atMs) => {
        // As the platform and a stored clock have it.
        if (atMs !== null && !Number.isInteger(atMs)) throw new Error(`No alarm at ${atMs} ms`);
        if (!life.over) this.alarms.set(who, atMs);
      },
      callDeadlineMs: () => 2_000,
    });
    this.#runners.set(who, runner);
  }

  async #call(from: Anybody, to: PeerId, request: PeerRequest): Promise<PeerAnswer> {
    this.sent.push([to, request]);
    if (this.lose(to, request, from) || this.down.has(from)) throw new Error("lost");
    const repeated = this.repeat(to, request, from);
    const lost = this.loseAnswer(to, request, from);
    await Promise.resolve();
    const answer = this.deliver(to, request);
    if (repeated) this.deliver(to, request);
    if (lost) throw new Error("answer lost");
    return this.alter(answer, to, request);
  }

  /** The request arrives, now or long after it was sent; nobody hears the answer. */
  deliver(to: PeerId, request: PeerRequest): PeerAnswer {
    const who = this.everybody.find((one) => isDeepStrictEqual(this.peer(one), to));
    if (who === undefined || this.down.has(who)) throw new Error("Nobody is there");
    // As over RPC: what arrives is a copy.
    const copy = structuredClone(request);
    return structuredClone(this.runner(who).step((actor) => actor.receive(copy)));
  }
}

/** By configuration: keys and their checks take longer than most scenarios. */
const networks = new Map<string, Network>();

/** Seats that sign with tags, where curves would only take time. */
const TAGS = new SeatTags("local networks");

/** The database under each store. */
/** More than the MerkleChain and a set need for one part. */
const PART_ALARMS_MAX = 20;
const drivers = new WeakMap<Store, SqlDriver>();

function memory(): Store {
  const driver = nodeSqlite(":memory:");
  const store = createSqlStore(driver);
  drivers.set(store, driver);
  return store;
}
