// Runs a world: the network's own actors in one process on virtual time, with faults first and healed later, and judges it.
import type { Actor } from "../actors/actor.ts";
import type { MerkleChain } from "../actors/merkle-chain.ts";
import type { MerkleChainReplica } from "../actors/merkle-chain-replica.ts";
import { Network } from "../actors/network.ts";
import type { Replica } from "../actors/replica.ts";
import type { Shard } from "../actors/shard.ts";
import { ShardQueries } from "../actors/shard-queries.ts";
import { fromHex, toHex } from "../protocol/encoding/bytes.ts";
import type { Genesis } from "../protocol/rounds/epoch.ts";
import { FaultyVoters } from "./byzantine/faulty-voters.ts";
import { check } from "./checkers/index.ts";
import type { Observation } from "./checkers/observation.ts";
import { Client } from "./client.ts";
import { Faults } from "./faults.ts";
import { type Hosts, holderName, makeHosts, nameOf } from "./hosts.ts";
import { Links, UNDER_WAY_MS_MAX } from "./links.ts";
import { Load } from "./load.ts";
import { LocalClock } from "./local-clock.ts";
import { Observer } from "./observe.ts";
import { Random } from "./random.ts";
import { Routing } from "./routing.ts";
import { MERKLE_CHAIN, type SimulatedHost } from "./simulated-host.ts";
import { StakeLoad } from "./stake-load.ts";
import { TradeLoad } from "./trade-load.ts";
import { VirtualTime } from "./virtual-time.ts";
import { Wallets } from "./wallets.ts";
import { CLOCK_BOUND_ROUNDS, Weather } from "./weather.ts";
import {
  accompliceOf,
  encodeGenesis,
  makeGenesis,
  makeOwners,
  type Owners,
  observedGenesis,
} from "./world-genesis.ts";
import { realKeys, tagKeys, type WorldKeys } from "./world-keys.ts";
import { FAULT_KINDS, type FaultKind, type WorldOptions } from "./world-options.ts";
import { homeOf } from "./world-shards.ts";

/** What became of a world. The same options give the same outcome. */
export interface Outcome {
  readonly seed: number;
  /** Over every event with its time, actor, kind and bytes. */
  readonly eventHash: string;
  /** What the checkers found; each begins with the id of its rule. */
  readonly violations: readonly string[];
  /** Steps of actors: what the world did. */
  readonly steps: number;
  readonly events: number;
  readonly virtualMs: number;
  /** How often each kind really happened. */
  readonly faults: Readonly<Record<FaultKind, number>>;
  /** How often each behaviour of faulty voters really acted. */
  readonly behaviours: Readonly<Record<string, number>>;
  readonly epochs: Readonly<Record<string, number>>;
  /** By their last status; "refused" for those that never came in, "unanswered" where nobody even heard that. */
  readonly transactions: Readonly<Record<string, number>>;
  /** The last events, as lines. */
  readonly lastEvents: readonly string[];
}

type Seen = Pick<Observation["world"], "healedMs" | "endMs" | "isAsleep">;

/** `watch`: told every event as a line when it happens. */
export async function runWorld(
  options: WorldOptions,
  watch?: (event: string) => void,
): Promise<Outcome> {
  return (await World.make(options, watch)).run();
}

class World {
  readonly #options: WorldOptions;
  readonly #genesis: Genesis;
  readonly #owners: Owners;
  readonly #time: VirtualTime;
  readonly #faults: Faults;
  readonly #links: Links;
  readonly #observer: Observer;
  readonly #hosts: Hosts;
  readonly #clients: readonly Client[];
  readonly #prober: Client;
  readonly #weather: Weather;
  readonly #faultyVoters: FaultyVoters;
  /** When everybody was asked for everything last. */
  #lookedMs = 0;

  static async make(options: WorldOptions, watch?: (event: string) => void): Promise<World> {
    const keys = options.realCrypto ? realKeys() : tagKeys(options.seats);
    return new World(options, keys, await makeOwners(options, keys), new VirtualTime(watch));
  }

  private constructor(options: WorldOptions, keys: WorldKeys, owners: Owners, time: VirtualTime) {
    this.#options = options;
    this.#owners = owners;
    const { seed, roundMs } = options;
    const faults = new Faults(options);
    const links = new Links(time, faults, options);
    this.#time = time;
    this.#faults = faults;
    this.#links = links;
    const genesis = makeGenesis(options, keys, owners);
    this.#genesis = genesis;
    const genesisBytes = encodeGenesis(genesis);
    const network = new Network(genesisBytes, keys.scheme);
    const observer = new Observer(network, Random.stream(seed, "observer"));
    this.#observer = observer;
    const common = { options, time, faults, links, keys, observer, genesis, roundMs };
    const named = { ...common, network, nameOf: nameOf(options) };
    const faultyVoters = new FaultyVoters({ ...named, accomplice: accompliceOf(options, owners) });
    this.#faultyVoters = faultyVoters;
    this.#hosts = makeHosts({
      ...named,
      genesisBytes,
      faultyVoters,
      random: Random.stream(seed, "hosts"),
      newClock: clocks(options, time),
    });
    const wallets = new Wallets(genesis, owners.users, owners.probers);
    const load = new Load(Random.stream(seed, "load"), wallets, options.load.mix);
    const routing = new Routing(genesis);
    const trading = Random.stream(seed, "trade load");
    const tradeLoad = new TradeLoad(trading, wallets, options.trades.mix);
    const stakeLoad = new StakeLoad(Random.stream(seed, "stake load"), wallets, options.stakes, {
      id: network.id,
      validators: genesis.validators.map(({ address }) => address),
    });
    const client = (name: string): Client =>
      new Client(
        name,
        {
          ...common,
          wallets,
          load,
          tradeLoad,
          stakeLoad,
          networkId: network.id,
          routing,
          isFaultFree: isFaultFree(options),
        },
        Random.stream(seed, name),
      );
    this.#clients = Array.from({ length: options.load.clients }, (_, i) => client(`client ${i}`));
    this.#prober = client("prober");
    const others = this.#clients.map(({ name }) => name);
    this.#weather = new Weather({ time, faults, links, hosts: this.#everybody(), others }, options);
  }

  async run(): Promise<Outcome> {
    const { seed, roundMs, faultRounds, healedRounds, load } = this.#options;
    const everyMs = (roundMs * load.clients) / load.perRound;
    for (const client of this.#clients) client.start(everyMs);
    for (const kind of ["trade", "stake"] as const) {
      const { perRound } = this.#options[`${kind}s`];
      if (perRound === 0) continue;
      const otherEveryMs = (roundMs * load.clients) / perRound;
      for (const client of this.#clients) {
        client.startOther(kind, otherEveryMs, Random.stream(seed, `${kind}s of ${client.name}`));
      }
    }
    this.#weather.start();
    await this.#time.run(faultRounds * roundMs);
    const healedMs = this.#time.nowMs;
    this.#heal();
    const isQuiet = await this.#time.run(healedMs + healedRounds * roundMs);
    const endMs = this.#time.nowMs;
    const isAsleep = isQuiet && this.#everybody().every(({ alarmMs }) => alarmMs === null);
    const eventHash = this.#time.eventHash;
    const lastEvents = this.#time.lines();
    const world = { healedMs, endMs, isAsleep };
    const judged = await this.#judge(world);
    for (const host of this.#everybody()) host.disk.close();
    return {
      seed: this.#options.seed,
      eventHash,
      ...judged,
      steps: this.#everybody().reduce((sum, { steps }) => sum + steps, 0),
      events: this.#time.events,
      virtualMs: endMs,
      faults: this.#faults.happened,
      behaviours: this.#faultyVoters.deeds,
      epochs: this.#observer.epochs.changes,
      lastEvents,
    };
  }

  /** Nothing goes wrong any more; what went wrong stays as it is, and users go on as they would. */
  #heal(): void {
    this.#faults.heal();
    this.#links.heal();
    this.#faultyVoters.heal();
    for (const host of this.#everybody()) host.heal();
    const { roundMs } = this.#options;
    // At once, and again when nothing from before is under way any more: whoever is behind hears of it then at the latest.
    for (const startMs of [0, UNDER_WAY_MS_MAX]) {
      for (const [chain, prober] of this.#owners.probers.entries()) {
        const run = (): Promise<void> => this.#prober.probe(chain, prober);
        // Shards at the same time, the chains of one after each other.
        const delayMs = startMs + (1 + rankAtHome(this.#options, chain)) * roundMs;
        this.#time.after(delayMs, { actor: "prober", kind: "probe", run });
      }
    }
  }

  #everybody(): SimulatedHost[] {
    const { merkleChain, shards, voters } = this.#hosts;
    return [merkleChain, ...shards, ...voters] as unknown as SimulatedHost[];
  }

  async #judge(seen: Seen): Promise<Pick<Outcome, "violations" | "transactions">> {
    try {
      const observation = await this.#observe(seen);
      return { violations: check(observation), transactions: statuses(observation) };
    } catch (error) {
      const { stopped } = this.#observer;
      if (stopped.length === 0) throw error;
      // An actor that stops again as soon as somebody looks at it.
      const violations = stopped.map((message) => `R-6.6 an actor stopped: ${message}`);
      return { violations, transactions: {} };
    }
  }

  async #observe(seen: Seen): Promise<Observation> {
    const { merkleChain } = this.#hosts;
    const observer = this.#observer;
    observer.beforeRestart((await this.#lookAround()).replicas);
    // What is told from memory has to be on the disk as well.
    for (const host of this.#everybody()) host.crash();
    const { shardActors, replicas, logs } = await this.#lookAround();
    const [merkle] = (await this.#actorsOf([merkleChain])) as [MerkleChain];
    const { users, probers } = this.#owners;
    const addresses = [...users, ...probers].map(({ address }) => address);
    const { mempool, seats } = this.#options;
    return {
      genesis: observedGenesis(this.#genesis, seats),
      ...observer.finish(replicas, shardActors, merkle, addresses),
      logs: [logOf(MERKLE_CHAIN, merkle.replica), ...logs],
      ballots: {
        commitVotes: observer.signatures.commitVotes(),
        faultySeats: faultySeats(this.#options),
      },
      world: {
        ...seen,
        isFaultFree: isFaultFree(this.#options),
        cartels: cartelsOf(this.#options),
        mempoolMax: mempool?.transactionsMax ?? null,
        probes: observer.probes,
      },
    };
  }

  /** Everybody's replica, and what each shard says of every transaction. */
  async #lookAround(): Promise<{
    readonly shardActors: readonly Shard[];
    readonly replicas: readonly (readonly [name: string, replica: Replica])[];
    readonly logs: Observation["logs"];
  }> {
    const { shards, voters } = this.#hosts;
    const shardActors = await this.#actorsOf(shards);
    const voterActors = await this.#actorsOf(voters);
    this.#lookedMs = Math.max(this.#time.nowMs, this.#lookedMs + 1);
    for (const shard of shardActors) this.#lastStatuses(shard);
    const replicas = [
      ...shards.map(({ name }, i) => [name, shardActors[i]?.replicas ?? []] as const),
      ...voters.map(({ name }, i) => [name, voterActors[i]?.replicas ?? []] as const),
    ].flatMap(([name, held]) =>
      held.map((replica) => [holderName(name, replica, held.length), replica] as const),
    );
    const logs = voters.flatMap(({ name }, i) => {
      const log = voterActors[i]?.merkleChain?.replica;
      return log === undefined ? [] : [logOf(name, log)];
    });
    return { shardActors, replicas, logs };
  }

  /** Time may have to pass until an actor that nobody called has fetched its genesis record. */
  async #actorsOf<A extends Actor>(hosts: readonly SimulatedHost<A>[]): Promise<readonly A[]> {
    const looks = hosts.map((host) => host.look((actor) => actor));
    const opened = Promise.all(looks).catch((error: Error) => error);
    let actors: readonly A[] | Error | null = null;
    void opened.then((answer) => {
      actors = answer;
    });
    await this.#time.settle(OPENING_MS_MAX, () => actors !== null);
    if (Array.isArray(actors)) return actors;
    throw actors ?? new Error("An actor does not open, though nothing is wrong");
  }

  /** Everybody asks for everything once more: of its home, which speaks its status. */
  #lastStatuses(shard: Shard): void {
    const queries = new ShardQueries(shard, shard.network);
    const atMs = this.#lookedMs;
    for (const id of this.#observer.atHome(shard.shard)) {
      this.#observer.heardStatus(id, atMs, atMs, queries.transaction(fromHex(id)));
    }
  }
}

// What an actor may take to open: a call to the MerkleChain.
const OPENING_MS_MAX = 60_000;

/** How many chains of its shard come before it. */
function rankAtHome(options: WorldOptions, chain: number): number {
  const home = homeOf(options, chain);
  return Array.from({ length: chain }, (_, other) => homeOf(options, other)).filter(
    (one) => one === home,
  ).length;
}

/** Where clocks are ever wrong, they are a little so from the beginning. */
function clocks({ seed, roundMs, faults }: WorldOptions, time: VirtualTime): () => LocalClock {
  const random = Random.stream(seed, "clocks");
  const areWrong = faults.slowClock + faults.clockForward + faults.clockBackward > 0;
  return () => {
    const clock = new LocalClock(time, CLOCK_BOUND_ROUNDS * roundMs);
    if (areWrong) clock.jump(random.between(-roundMs / 2, roundMs / 2));
    return clock;
  };
}

const isFaultFree = ({ byzantine, faults }: WorldOptions): boolean =>
  byzantine.length === 0 && FAULT_KINDS.every((kind) => faults[kind] === 0);

function faultySeats({ byzantine, voters }: WorldOptions): Map<number, number[]> {
  const seats = new Map<number, number[]>();
  for (const { set, voter } of byzantine) {
    seats.set(set, [...(seats.get(set) ?? []), ...(voters[voter] ?? [])]);
  }
  return seats;
}

/** Sets of which a quorum is faulty. */
const cartelsOf = ({ byzantine, cartel }: WorldOptions): readonly number[] =>
  cartel ? [...new Set(byzantine.map(({ set }) => set))] : [];

function statuses({ transactions, answers }: Observation): Record<string, number> {
  const last = new Map([...transactions.keys()].map((id) => [id, "unanswered"]));
  for (const answer of answers) {
    const isUnheard = last.get(answer.id) === "unanswered";
    if (answer.kind === "refused" && isUnheard) last.set(answer.id, "refused");
    if (answer.kind === "status" && answer.status !== "UNKNOWN") last.set(answer.id, answer.status);
  }
  const counts: Record<string, number> = {};
  for (const status of last.values()) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

/** What somebody has of the MerkleChain's log. */
const logOf = (
  name: string,
  { head, state }: Pick<MerkleChainReplica, "head" | "state">,
): Observation["logs"][number] => ({
  name,
  number: state.number,
  headRound: head.round,
  headHash: toHex(head.hash),
});
