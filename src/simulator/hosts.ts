// The actors of a world, each on its host: the MerkleChain, the shards, and the voters of every set.
import type { Actor } from "../actors/actor.ts";
import type { ActorContext, ActorHost } from "../actors/actor-host.ts";
import { MerkleChain } from "../actors/merkle-chain.ts";
import type { NothingRequest, PeerId, PeerRequest } from "../actors/peers.ts";
import type { Synchronous } from "../actors/ports.ts";
import type { Replica } from "../actors/replica.ts";
import { Shard } from "../actors/shard.ts";
import { ShardQueries } from "../actors/shard-queries.ts";
import { askSimulation } from "../actors/simulate.ts";
import { ValidatorSet } from "../actors/validator-set.ts";
import { seatSet } from "../protocol/consensus/seats.ts";
import { ROOT_CHAIN } from "../protocol/ledger/chain-id.ts";
import type { Genesis } from "../protocol/rounds/epoch.ts";
import type { FaultyVoters } from "./byzantine/faulty-voters.ts";
import type { FailedRound } from "./checkers/observation.ts";
import type { Links } from "./links.ts";
import type { LocalClock } from "./local-clock.ts";
import type { Observer } from "./observe.ts";
import { printed } from "./printed.ts";
import {
  type HostSpec,
  type HostWorld,
  MERKLE_CHAIN,
  type Methods,
  SimulatedHost,
} from "./simulated-host.ts";
import type { WorldOptions } from "./world-options.ts";
import { homeOf, votersOf } from "./world-shards.ts";

/** A round that was still open when its time was over. */
const OVERDUE = "not certified in time";
/** Its set had begun it without the shard. */
const TOO_LATE = "opened too late";

/** Why a shard closes a round though nobody certified what is invalid in itself: too late, or on another head. */
const IN_VAIN: readonly RegExp[] = [
  new RegExp(`^${OVERDUE}$`),
  new RegExp(`^${TOO_LATE}$`),
  /^nothing of it can be in a block$/,
  /^the partner closed it$/,
  /"STALE_BLOCK"/,
];

const CAUSES: ReadonlyMap<string, FailedRound["cause"]> = new Map([
  [OVERDUE, "clock"],
  [TOO_LATE, "late"],
]);

interface ClosedRound {
  readonly shard: number;
  readonly round: number;
  readonly why: string;
}

export interface Hosts {
  readonly merkleChain: SimulatedHost<MerkleChain>;
  readonly shards: readonly SimulatedHost<Shard>[];
  /** Of all sets. */
  readonly voters: readonly SimulatedHost<ValidatorSet>[];
}

export const shardName = (shard: number): string => `shard ${shard}`;
/** A voter is known by its lowest seat. */
const voterName = (set: number, seat: number): string => `set ${set} seat ${seat}`;

const lowest = (seats: readonly number[]): number => Math.min(...seats);

export function nameOf(options: WorldOptions): (peer: PeerId) => string {
  return (peer) => {
    switch (peer.kind) {
      case "merkleChain":
        return MERKLE_CHAIN;
      case "shard":
        return shardName(peer.shard);
      case "validatorSet":
        return voterName(peer.set, lowest(votersOf(options, peer.set)[0] ?? []));
      case "voter":
        return voterName(peer.set, peer.seat);
    }
  };
}

/** What a set's object hears from those who have a part in its blocks, and other voters from that object. */
const FROM_PARTIES: ReadonlySet<PeerRequest["kind"]> = new Set(["open", "openPart", "follow"]);

const peerOf = (set: number, voter: number, seats: readonly number[]): PeerId =>
  voter === 0 ? { kind: "validatorSet", set } : { kind: "voter", set, seat: lowest(seats) };

/**
 * Who a platform lets say what is not signed: shards alone what they committed, to the MerkleChain and to the sets that cover them, and
 * what they opened; the MerkleChain the same to the sets on T0's duty, and to shards what is notarised; a set's object alone hands that
 * on to the set's other voters, and tells who has a part in its rounds that one has nothing of it (R-3.8, R-7.1, R-10.1).
 */
function linksOf(options: WorldOptions, { epoch }: Genesis): Links["mayCarry"] {
  const shards = new Set(epoch.shards.map(({ shard }) => shardName(shard)));
  const objects = new Map<string, readonly string[]>();
  const voters = new Map<string, string>();
  for (const { set, shards: covered } of epoch.sets) {
    const object = nameOf(options)({ kind: "validatorSet", set });
    const parties = covered.map(shardName);
    objects.set(
      object,
      covered.includes(homeOf(options, ROOT_CHAIN)) ? [...parties, MERKLE_CHAIN] : parties,
    );
    for (const seats of votersOf(options, set).slice(1)) {
      voters.set(voterName(set, lowest(seats)), object);
    }
  }
  return (from, to, method, [request]) => {
    if (method !== "receive") return true;
    const { kind } = request as PeerRequest;
    if (kind === "nothing") {
      const { set } = request as NothingRequest;
      return (
        objects.get(from)?.includes(to) === true &&
        nameOf(options)({ kind: "validatorSet", set }) === from
      );
    }
    if (kind === "notarise") return to !== MERKLE_CHAIN || shards.has(from);
    if (kind === "notarised" || kind === "epochs") return !shards.has(to) || from === MERKLE_CHAIN;
    if (!FROM_PARTIES.has(kind) || shards.has(to) || to === MERKLE_CHAIN) return true;
    return objects.get(to)?.includes(from) ?? voters.get(to) === from;
  };
}

const reading =
  <A extends Actor, Arguments extends readonly unknown[], T>(
    body: (actor: A, ...args: Arguments) => Synchronous<T>,
  ) =>
  async (host: ActorHost<A>, ...args: Arguments): Promise<T> =>
    (await host.opened()).runner.read((actor) => body(actor, ...args));

const MERKLE_CHAIN_METHODS: Methods<MerkleChain> = {
  network: async (host: ActorHost<MerkleChain>) => ({
    genesisBytes: (await host.opened()).network.genesisBytes,
  }),
  directory: reading((actor, from: number) => actor.directory(from)),
};

const SHARD_METHODS: Methods<Shard> = {
  admit: async (host: ActorHost<Shard>, batch: readonly Uint8Array[]) =>
    (await host.opened()).runner.step((shard) => shard.admit(batch)),
  withdraw: async (host: ActorHost<Shard>, refused: Parameters<Shard["withdraw"]>[0]) =>
    (await host.opened()).runner.step((shard) => shard.withdraw(refused)),
  balance: reading((shard, chain: number, address: Uint8Array) =>
    new ShardQueries(shard, shard.network).balance(chain, address),
  ),
  simulate: async (host: ActorHost<Shard>, bytes: Uint8Array) => {
    const { runner, network } = await host.opened();
    return askSimulation(runner, network, bytes);
  },
  transaction: reading((shard, id: Uint8Array) =>
    new ShardQueries(shard, shard.network).transaction(id),
  ),
};

export interface HostsWorld extends HostWorld {
  readonly options: WorldOptions;
  readonly genesis: Genesis;
  readonly genesisBytes: Uint8Array;
  readonly observer: Observer;
  readonly faultyVoters: FaultyVoters;
  readonly newClock: () => LocalClock;
}

export function makeHosts(world: HostsWorld): Hosts {
  const { genesis, genesisBytes } = world;
  const merkleChain = host<MerkleChain>(world, {
    name: MERKLE_CHAIN,
    genesis: genesisBytes,
    setsOf: null,
    methods: MERKLE_CHAIN_METHODS,
    create: (context) => new MerkleChain(context),
    // What a life finds at its start was made in one before, nobody knows when.
    stepped: (merkleChain, isNew) =>
      world.observer.merkleStepped(merkleChain, isNew ? null : world.time.nowMs),
  });
  const shards = genesis.epoch.shards.map(({ shard }) => makeShard(world, shard));
  const voters = genesis.epoch.sets.flatMap((set) => makeVoters(world, set));
  world.links.mayCarry = linksOf(world.options, genesis);
  for (const one of [merkleChain, ...shards, ...voters]) world.links.add(one);
  return { merkleChain, shards, voters };
}

function makeShard(world: HostsWorld, shard: number): SimulatedHost<Shard> {
  const { mempool } = world.options;
  const limits = mempool === null ? {} : { mempoolLimits: mempool };
  return host<Shard>(world, {
    name: shardName(shard),
    genesis: null,
    setsOf: (network) => network.setsSeenByShard(shard),
    methods: SHARD_METHODS,
    create: (context) => new Shard({ ...context, ...limits }, shard),
    stepped: (actor, isNew) => {
      watching(world, shardName(shard))(actor, isNew);
      const { round, state } = actor.progress;
      if (state === "open")
        world.observer.epochs.isOpen(shard, actor.network.epochAt(round), round);
      world.observer.askShard(actor, world.time.nowMs);
    },
  });
}

function makeVoters(
  world: HostsWorld,
  { set, shards }: Genesis["epoch"]["sets"][number],
): SimulatedHost<ValidatorSet>[] {
  const { keys, options, observer, faultyVoters } = world;
  const { seats } = options;
  const voters = votersOf(options, set);
  return voters.map((own, voter) => {
    const name = voterName(set, lowest(own));
    const hosted = keys.hosted(set, seatSet(seats, own));
    const others = voters.flatMap((held, i) =>
      i === voter ? [] : [{ peer: peerOf(set, i, held), seats: seatSet(seats, held) }],
    );
    const faulty = faultyVoters.make({ set, voter, shards, name, seats: hosted, others });
    // What faulty seats sign proves nothing about the protocol.
    const honest = faulty === null ? observer.signatures.wrapStep(hosted) : null;
    return host<ValidatorSet>(world, {
      name,
      genesis: null,
      setsOf: (network) => network.setsSeenBy(set),
      methods: {},
      create: (context: ActorContext) => {
        const seats = honest?.seats ?? hosted;
        const actor = new ValidatorSet({ ...context, seats, others }, set);
        faulty?.lives(actor);
        return actor;
      },
      fate: { committed: () => honest?.keep(), takenBack: () => honest?.takeBack() },
      stepped: watching(world, name),
    });
  });
}

const watching =
  ({ observer, time }: HostsWorld, name: string) =>
  ({ replicas }: { readonly replicas: readonly Replica[] }, isNew: boolean): void => {
    const { nowMs } = time;
    // Its first step only opens it, for whoever asks.
    const shards = replicas.map(({ shard }) => shard);
    if (!isNew) observer.woke(name, shards, nowMs);
    for (const replica of replicas) {
      const holder = holderName(name, replica, replicas.length);
      if (isNew) observer.reopened(holder);
      observer.stepped(holder, replica, nowMs);
    }
  };

/** Who holds a replica: an actor, and for which shard if it has several. */
export const holderName = (actor: string, { shard }: Replica, replicas: number): string =>
  replicas === 1 ? actor : `${actor} for ${shardName(shard)}`;

function host<A extends Actor>(
  world: HostsWorld,
  spec: Omit<HostSpec<A>, "logged">,
): SimulatedHost<A> {
  const { time, observer } = world;
  const logged = (event: string, fields: Readonly<Record<string, unknown>>): void => {
    time.remark(spec.name, event, () => printed(fields));
    if (event === "actor stopped") observer.stopped.push(`${spec.name}: ${printed(fields)}`);
    if (event === "round closed") {
      const { shard, round, why } = fields as unknown as ClosedRound;
      observer.failed.push({ shard, round, atMs: time.nowMs, cause: CAUSES.get(why) ?? "other" });
      if (!IN_VAIN.some((one) => one.test(why))) observer.invalid.push({ shard, round, why });
    }
  };
  return new SimulatedHost<A>(world, { ...spec, logged }, world.newClock());
}
