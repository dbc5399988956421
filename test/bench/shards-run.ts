// One run of the benchmark of shards: a network under a load that is the same for each shard in each round, until rounds are as full as
// they become; then what all of it costs for some rounds on end, and what it costs until everything of them is done.

import type { Synchronous } from "../../src/actors/ports.ts";
import type { Shard } from "../../src/actors/shard.ts";
import { encodeBatch, type Signer, signerFromSeed } from "../../src/client/index.ts";
import { totalOrder } from "../../src/protocol/blocks/shard-block.ts";
import { sha256 } from "../../src/protocol/crypto/sha256.ts";
import { utf8 } from "../../src/protocol/encoding/bytes.ts";
import { signatureChecks } from "../../src/protocol/ledger/unverified.ts";
import { verified } from "../../src/protocol/ledger/verified.ts";
import { roundStartMs } from "../../src/protocol/rounds/epoch.ts";
import { cycleLength } from "../../src/protocol/rounds/pairing.ts";
import type { LocalOptions } from "../actors/local-network.ts";
import { GatewayWorld } from "../gateway/gateway-world.ts";
import { MixedLoad, type Planned } from "../support/mixed-load.ts";
import { ShardsMeter, type Spent } from "./shards-meter.ts";

const FUNDS = 10n ** 21n;
const GAS_PRICE = 10n ** 12n;
const CHAINS_A_SHARD = 2;
/** Before the measured rounds: two cycles, for what waits for its pair, and what lies between sending and following. */
const WARM_UP_ROUNDS = 5;
/** After the last batch: what follows a round. */
const ROUNDS_AFTER = 4;
const SUBMIT = `mutation ($batch: Bytes!) { submitBatch(batch: $batch) {
  __typename ... on SubmittedBatch { accepted } ... on Refused { code message } } }`;

export interface RunOptions {
  readonly shards: number;
  /** So many such networks side by side, each under its load in turn: a process with more in it is slower, whoever does the work. */
  readonly networks: number;
  /** Transactions that touch each shard in each round. */
  readonly load: number;
  readonly rounds: number;
  /** Of a hundred transactions, those over two chains: of two shards where there are two. */
  readonly trades: number;
  readonly accounts: number;
  /** Transactions in a request. */
  readonly request: number;
}

/** What was done in some rounds. */
export interface Done {
  readonly rounds: number;
  readonly sent: number;
  /** Pairs of a transaction and a shard that executed it: one between two shards counts twice. */
  readonly executed: number;
  /** Legs on the shards' own chains: one between two chains of a shard has two there. */
  readonly legs: number;
  /** Of the executed: those between two shards. */
  readonly cross: number;
  /** Blocks of shards. */
  readonly blocks: number;
  readonly spent: Spent;
  readonly networks: number;
  /** Under the load there are no more turns than these; behind it one more, which is another thing. */
  readonly turnsMin: number;
}

export interface Run {
  /** Under the load. */
  readonly steady: Done;
  /** The same and all that came after, until nothing waited. */
  readonly whole: Done;
  /** Waiting for a block at the shards, before the measured rounds and behind them. */
  readonly waiting: readonly [before: number, after: number];
}

/** Sets that have a replica of a shard: of two shards each of the two sets has both, else one for each other shard. */
export const replicasOf = (shards: number): number => (shards <= 2 ? shards : shards - 1);

/**
 * Each of the loads in a process of all: a round of one, a round of the next, and so on. So whatever others on the machine do to caches
 * and clocks, and what a large heap costs, is the same for each.
 */
export async function runAll(all: readonly RunOptions[]): Promise<Run[]> {
  const loads: Load[] = [];
  for (const options of all) loads.push(await Load.open(options));
  for (const load of loads) await load.warmUp();
  for (const load of loads) load.mark();
  const rounds = Math.max(...all.map((options) => options.rounds));
  for (let round = 0; round < rounds; round++) for (const load of loads) await load.round(round);
  const steady: Done[] = [];
  for (const load of loads) steady.push(await load.done());
  const runs: Run[] = [];
  for (const [i, load] of loads.entries()) {
    const waiting = [load.waitingBefore, load.waiting] as const;
    await load.drain();
    runs.push({ steady: steady[i] as Done, whole: await load.done(), waiting });
  }
  return runs;
}

/** Networks of one size, each under its load in turn. */
class Load {
  waitingBefore = 0;
  readonly #options: RunOptions;
  readonly #meter: ShardsMeter;
  readonly #networks: readonly BusyNetwork[];

  private constructor(options: RunOptions, meter: ShardsMeter, networks: readonly BusyNetwork[]) {
    this.#options = options;
    this.#meter = meter;
    this.#networks = networks;
  }

  static async open(options: RunOptions): Promise<Load> {
    const meter = new ShardsMeter();
    const planned = await plan(options);
    const networks: BusyNetwork[] = [];
    for (let i = 0; i < options.networks; i++)
      networks.push(await BusyNetwork.open(options, meter, planned));
    return new Load(options, meter, networks);
  }

  async warmUp(): Promise<void> {
    const rounds = warmUpRounds(this.#options);
    await this.#turn(async (one) => {
      for (let round = 0; round < rounds; round++) await one.sendRound(round);
    });
  }

  /** Here the measured rounds begin. */
  mark(): void {
    this.#meter.clear();
    for (const one of this.#networks) one.mark();
    this.waitingBefore = this.waiting;
  }

  async round(round: number): Promise<void> {
    if (round >= this.#options.rounds) return;
    await this.#turn((one) => one.sendRound(warmUpRounds(this.#options) + round));
  }

  async drain(): Promise<void> {
    await this.#turn((one) => one.drain());
  }

  get waiting(): number {
    return sumOf(this.#networks, (one) => one.waiting);
  }

  async done(): Promise<Done> {
    const since = this.#networks.map((one) => one.since());
    return {
      spent: await this.#meter.spent(),
      networks: this.#networks.length,
      turnsMin: this.#options.rounds,
      rounds: sumOf(this.#networks, (one) => one.roundsSince),
      sent: this.#networks.length * batchOf(this.#options) * this.#options.rounds,
      executed: sumOf(since, ({ executed }) => executed),
      legs: sumOf(since, ({ legs }) => legs),
      cross: sumOf(since, ({ cross }) => cross),
      blocks: sumOf(since, ({ blocks }) => blocks),
    };
  }

  #turn(body: (one: BusyNetwork) => Promise<void>): Promise<void> {
    return this.#meter.turn(async () => {
      for (const one of this.#networks) await body(one);
    });
  }
}

/** Transactions for a network in a round. */
function batchOf({ load, shards, trades }: RunOptions): number {
  const cross = shards === 1 ? 0 : trades;
  return Math.round((load * shards) / (1 + cross / 100));
}

const warmUpRounds = ({ shards }: RunOptions): number => WARM_UP_ROUNDS + 2 * cycleLength(shards);

const sumOf = <T>(all: readonly T[], of: (one: T) => number): number =>
  all.reduce((sum, one) => sum + of(one), 0);

/** A network with what is to be sent to it. */
class BusyNetwork {
  readonly #options: RunOptions;
  readonly #meter: ShardsMeter;
  readonly #world: GatewayWorld;
  readonly #planned: readonly Planned[];
  /** Where the measured rounds begin. */
  #executed: readonly number[] = [];
  #round = 0;

  private constructor(
    options: RunOptions,
    meter: ShardsMeter,
    world: GatewayWorld,
    planned: readonly Planned[],
  ) {
    this.#options = options;
    this.#meter = meter;
    this.#world = world;
    this.#planned = planned;
  }

  static async open(
    options: RunOptions,
    meter: ShardsMeter,
    planned: readonly Planned[],
  ): Promise<BusyNetwork> {
    return new BusyNetwork(options, meter, await openWorld(options, meter), planned);
  }

  async sendRound(round: number): Promise<void> {
    const batch = batchOf(this.#options);
    const part = this.#planned.slice(round * batch, (round + 1) * batch);
    const { request } = this.#options;
    for (let at = 0; at < part.length; at += request)
      await submit(this.#world, this.#meter, part.slice(at, at + request));
    await nextRound(this.#world);
  }

  mark(): void {
    this.#executed = this.#each(({ replica }) => replica.executedRound);
    this.#round = this.#world.local.round;
  }

  get roundsSince(): number {
    return this.#world.local.round - this.#round;
  }

  /** Transactions that no block has yet, at each of their shards. */
  get waiting(): number {
    return sumOf(
      this.#each(({ room }) => room.pool.size),
      (size) => size,
    );
  }

  /** Until nothing waits, and what follows is done. */
  async drain(): Promise<void> {
    while (this.waiting > 0) await nextRound(this.#world);
    const rounds = this.#options.shards + ROUNDS_AFTER;
    for (let i = 0; i < rounds; i++) await nextRound(this.#world);
  }

  /** What the shards have executed of late. */
  since(): Pick<Done, "executed" | "legs" | "cross" | "blocks"> {
    const sum = { executed: 0, legs: 0, cross: 0, blocks: 0 };
    const from = this.#executed;
    this.#each(({ replica, shard }) => {
      const round = from[shard] as number;
      for (const one of replica.blocks.roundsAfter(round, replica.executedRound - round)) {
        if (one > replica.executedRound) break;
        const [own] = replica.blocks.block(one)?.block.shardBlocks ?? [];
        if (own === undefined) throw new Error(`No block of round ${one}`);
        const executed = [...totalOrder(own)].length;
        sum.blocks += 1;
        sum.executed += executed;
        sum.legs += executed + own.twoChain.length;
        sum.cross += own.crossShard.length;
      }
    });
    return sum;
  }

  #each<T>(look: (shard: Shard) => Synchronous<T>): T[] {
    const { local } = this.#world;
    return Array.from({ length: this.#options.shards }, (_, shard) =>
      local.shardOf(shard).read(look),
    );
  }
}

/** The same for the same network, so one for all networks of a size. */
async function plan(options: RunOptions): Promise<readonly Planned[]> {
  const { shards, trades } = options;
  const world = await openWorld(options, new ShardsMeter());
  return MixedLoad.sign({
    networkId: world.local.network.id,
    signers: await signersOf(options),
    shards,
    chains: shards * CHAINS_A_SHARD,
    count: batchOf(options) * (warmUpRounds(options) + options.rounds),
    // One shard has no other: what would be between two is between two of its chains.
    percent: { inShard: shards === 1 ? trades : 0, cross: shards === 1 ? 0 : trades },
    funds: FUNDS,
    gasPrice: GAS_PRICE,
    validUntil: 5_000,
  });
}

async function submit(
  world: GatewayWorld,
  meter: ShardsMeter,
  part: readonly Planned[],
): Promise<void> {
  const batch = Buffer.from(encodeBatch(part.map(({ bytes }) => bytes))).toString("base64");
  const { submitBatch } = await meter.request(() => world.data(SUBMIT, { batch }));
  if (submitBatch.accepted !== part.length)
    throw new Error(`Refused: ${JSON.stringify(submitBatch)}`);
}

/** Nobody wakes but by an alarm, as on the platform: a tick for nothing is a step, too. */
async function nextRound({ local }: GatewayWorld): Promise<void> {
  const ms = roundStartMs(local.network.epoch, local.round + 1);
  const isDue = () => [...local.alarms.values()].some((at) => at !== null && at <= ms);
  while (isDue()) await local.sleep(1);
  local.nowMs = Math.max(local.nowMs, ms);
  local.sent = [];
  local.log.length = 0;
}

async function signersOf({ accounts }: RunOptions): Promise<Signer[]> {
  const signers: Signer[] = [];
  for (let i = 0; i < accounts; i++) signers.push(await signerFromSeed(sha256(utf8(`bench ${i}`))));
  return signers;
}

async function openWorld(options: RunOptions, meter: ShardsMeter): Promise<GatewayWorld> {
  const signers = await signersOf(options);
  const chains = Array.from({ length: options.shards * CHAINS_A_SHARD }, () => ({}));
  const allocations = signers.flatMap(({ address }) =>
    chains.map((_, chain) => ({ chain: `T${chain}`, address, balance: `${FUNDS}` })),
  );
  return GatewayWorld.create(
    { shards: options.shards, chains, allocations },
    {},
    { tags: true, verify: believe, wrapEach: (who, store) => meter.around(who, store) },
  );
}

/** The gateway has checked them. Threads that check them again would count as the steps' that run meanwhile. */
const believe: NonNullable<LocalOptions["verify"]> = async (transactions) =>
  transactions.flatMap((one) => {
    const found = verified(
      one,
      signatureChecks(one).map(() => true),
    );
    return found.ok ? [found.value] : [];
  });
