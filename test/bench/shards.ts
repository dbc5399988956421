// What a transaction costs the gateway, its shard and each set that replicates it, as shards are added at equal load for each: the real
// gateway and actors over node:sqlite in one process, each in a step of its own whose processor time is counted. Seats sign with tags,
// users with Ed25519: curves would hide everything else, and they cost the same in each round.
import { parseArgs } from "node:util";
import type { Store } from "../../src/actors/ports.ts";
import { encodeBatch, type Signer, signerFromSeed } from "../../src/client/index.ts";
import { sha256 } from "../../src/protocol/crypto/sha256.ts";
import { utf8 } from "../../src/protocol/encoding/bytes.ts";
import { roundStartMs } from "../../src/protocol/rounds/epoch.ts";
import type { Anybody } from "../actors/local-network.ts";
import { GatewayWorld } from "../gateway/gateway-world.ts";
import { MixedLoad, type Planned } from "../support/mixed-load.ts";

const FUNDS = 10n ** 21n;
const GAS_PRICE = 10n ** 12n;
const CHAINS_A_SHARD = 2;
const WARM_UP_ROUNDS = 3;
/** After the last batch: a cycle for what waits for its pair, and what follows a round. */
const ROUNDS_AFTER = 4;
const SUBMIT = `mutation ($batch: Bytes!) { submitBatch(batch: $batch) {
  __typename ... on SubmittedBatch { accepted } ... on Refused { code message } } }`;

interface Costs {
  /** Microseconds of processor time for each transaction. */
  readonly gateway: number;
  /** For each transaction and shard that it touches, as is the next. */
  readonly shard: number;
  readonly replica: number;
  readonly merkleChain: number;
  /** All together, for each transaction. */
  readonly total: number;
  readonly transactions: number;
  readonly rounds: number;
  /** Steps of one shard, and of one set's replica, for each round. */
  readonly steps: readonly [shard: number, replica: number];
}

export async function shards(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      shards: { type: "string", default: "1,2,4,8" },
      load: { type: "string", default: "100" },
      rounds: { type: "string", default: "6" },
      cross: { type: "string", default: "0,30" },
      accounts: { type: "string", default: "400" },
      repeats: { type: "string", default: "3" },
    },
  });
  const [load, rounds, accounts] = [values.load, values.rounds, values.accounts].map(Number);
  const sizes = values.shards.split(",").map(Number);
  for (const cross of values.cross.split(",").map(Number)) {
    console.log(
      `\n${values.load} transactions a round and shard, ${cross}% of all between two shards; µs of processor time\n`,
    );
    console.log(
      "| shards | gateway | shard | a set's replica | MerkleChain | total | rounds | steps a round: shard, replica | of 1 shard: gateway, shard, replica |\n|---|---|---|---|---|---|---|---|---|",
    );
    const run = (count: number): Promise<Costs> =>
      measure({ shards: count, load, rounds, cross, accounts } as Options);
    // Once for the compiler's sake: the first run of all is the dearest, whatever it measures.
    await run(sizes[0] as number);
    const found = new Map<number, Costs>();
    for (let i = 0; i < Number(values.repeats); i++) {
      for (const count of sizes) found.set(count, least(found.get(count), await run(count)));
    }
    const first = found.get(sizes[0] as number);
    for (const [count, costs] of found) {
      const ratio = (of: "gateway" | "shard" | "replica") =>
        (costs[of] / (first as Costs)[of]).toFixed(2);
      const row = [costs.gateway, costs.shard, costs.replica, costs.merkleChain, costs.total];
      console.log(
        `| ${[
          count,
          ...row.map((one) => one.toFixed(0)),
          costs.rounds,
          costs.steps.map((one) => one.toFixed(1)).join(", "),
          `${ratio("gateway")}, ${ratio("shard")}, ${ratio("replica")}`,
        ].join(" | ")} |`,
      );
    }
  }
}

/** Of each part the least: what others on the machine do to caches and clocks only adds. */
const least = (known: Costs | undefined, other: Costs): Costs =>
  known === undefined
    ? other
    : {
        ...other,
        gateway: Math.min(known.gateway, other.gateway),
        shard: Math.min(known.shard, other.shard),
        replica: Math.min(known.replica, other.replica),
        merkleChain: Math.min(known.merkleChain, other.merkleChain),
        total: Math.min(known.total, other.total),
      };

interface Options {
  readonly shards: number;
  /** Transactions that touch each shard in each round. */
  readonly load: number;
  readonly rounds: number;
  /** Of a hundred. */
  readonly cross: number;
  readonly accounts: number;
}

async function measure(options: Options): Promise<Costs> {
  const { rounds, load } = options;
  const meter = new Meter();
  const { world, signers } = await open(options, meter);
  const cross = options.shards === 1 ? 0 : options.cross;
  const batch = Math.round((load * options.shards) / (1 + cross / 100));
  const planned = await MixedLoad.sign({
    networkId: world.local.network.id,
    signers,
    shards: options.shards,
    chains: options.shards * CHAINS_A_SHARD,
    count: batch * (WARM_UP_ROUNDS + rounds),
    // One shard has no other: what would be between two is between two of its chains.
    percent: { inShard: options.shards === 1 ? options.cross : 0, cross },
    funds: FUNDS,
    gasPrice: GAS_PRICE,
    validUntil: 5_000,
  });
  const send = async (from: number, to: number): Promise<void> => {
    for (let round = from; round < to; round++) {
      await submit(world, meter, planned.slice(round * batch, (round + 1) * batch));
      await nextRound(world);
    }
  };
  await send(0, WARM_UP_ROUNDS);
  await drain(world, options.shards);
  meter.clear();
  const before = world.local.round;
  await send(WARM_UP_ROUNDS, WARM_UP_ROUNDS + rounds);
  await drain(world, options.shards);
  return costsOf(meter, planned.slice(WARM_UP_ROUNDS * batch), options, world.local.round - before);
}

function costsOf(
  meter: Meter,
  planned: readonly Planned[],
  { shards: count }: Options,
  rounds: number,
): Costs {
  const { length } = planned;
  const touched = planned.reduce((sum, { sort }) => sum + (sort === "cross" ? 2 : 1), 0);
  const actors = { shard: 0, set: 0, merkle: 0 };
  for (const [who, ms] of meter.actors) actors[kindOf(who)] += ms;
  // Of one shard the one set has a replica, of two each of the two sets; else each shard is in one set with each other one.
  const replicas = count <= 2 ? count : count - 1;
  const micros = (ms: number, by: number): number => (ms * 1_000) / by;
  return {
    gateway: micros(meter.gatewayMs, length),
    shard: micros(actors.shard, touched),
    replica: micros(actors.set, touched * replicas),
    merkleChain: micros(actors.merkle, length),
    total: micros(meter.gatewayMs + actors.shard + actors.set + actors.merkle, length),
    transactions: length,
    rounds,
    steps: [meter.steps.shard / count / rounds, meter.steps.set / (count * replicas) / rounds],
  };
}

const kindOf = (who: Anybody): "shard" | "set" | "merkle" =>
  who.startsWith("shard") ? "shard" : who === "merkle" ? "merkle" : "set";

class Meter {
  readonly actors = new Map<Anybody, number>();
  readonly steps = { shard: 0, set: 0, merkle: 0 };
  gatewayMs = 0;

  clear(): void {
    this.actors.clear();
    Object.assign(this.steps, { shard: 0, set: 0, merkle: 0 });
    this.gatewayMs = 0;
  }

  get actorsMs(): number {
    return [...this.actors.values()].reduce((sum, ms) => sum + ms, 0);
  }

  /** Each step is one transaction, its commit included. Of this thread alone: signatures are checked on others meanwhile. */
  around(who: Anybody, store: Store): Store {
    return {
      table: (name) => store.table(name),
      transaction: (body) => {
        const start = process.threadCpuUsage();
        this.steps[kindOf(who)] += 1;
        try {
          return store.transaction(body);
        } finally {
          const { user, system } = process.threadCpuUsage(start);
          this.actors.set(who, (this.actors.get(who) ?? 0) + (user + system) / 1_000);
        }
      },
    };
  }
}

/** What the request costs beside the steps of the shards that it calls is the gateway's, its signature checks on other threads, too. */
async function submit(world: GatewayWorld, meter: Meter, part: readonly Planned[]): Promise<void> {
  const batch = Buffer.from(encodeBatch(part.map(({ bytes }) => bytes))).toString("base64");
  const start = process.cpuUsage();
  const stepsBefore = meter.actorsMs;
  const { submitBatch } = await world.data(SUBMIT, { batch });
  const { user, system } = process.cpuUsage(start);
  meter.gatewayMs += (user + system) / 1_000 - (meter.actorsMs - stepsBefore);
  if (submitBatch.accepted !== part.length)
    throw new Error(`Refused: ${JSON.stringify(submitBatch)}`);
}

/** Nobody wakes but by an alarm, as on the platform: a tick for nothing is a step, too. */
async function nextRound({ local }: GatewayWorld): Promise<void> {
  const ms = roundStartMs(local.network.epoch, local.round + 1);
  const isDue = () => [...local.alarms.values()].some((at) => at !== null && at <= ms);
  while (isDue()) await local.sleep(1);
  local.nowMs = Math.max(local.nowMs, ms);
}

/** Until nothing waits, and what follows is done. */
async function drain(world: GatewayWorld, count: number): Promise<void> {
  const { local } = world;
  const waits = () =>
    Array.from({ length: count }, (_, shard) => shard).some((shard) =>
      local.shardOf(shard).read(({ room }) => room.pool.size > 0),
    );
  while (waits()) await nextRound(world);
  for (let i = 0; i < count + ROUNDS_AFTER; i++) await nextRound(world);
  local.sent = [];
  local.log.length = 0;
}

async function open({ shards: count, accounts }: Options, meter: Meter) {
  const signers: Signer[] = [];
  for (let i = 0; i < accounts; i++) signers.push(await signerFromSeed(sha256(utf8(`bench ${i}`))));
  const chains = Array.from({ length: count * CHAINS_A_SHARD }, () => ({}));
  const allocations = signers.flatMap(({ address }) =>
    chains.map((_, chain) => ({ chain: `T${chain}`, address, balance: `${FUNDS}` })),
  );
  const world = await GatewayWorld.create(
    { shards: count, chains, allocations },
    {},
    { tags: true, wrapEach: (who, store) => meter.around(who, store) },
  );
  return { world, signers };
}
