// Runs a network at scale: its real actors in one process on virtual time, with the cryptography counted, under a steady load; then
// until it sleeps.
import type { Actor } from "../actors/actor.ts";
import { MerkleChain } from "../actors/merkle-chain.ts";
import { Network } from "../actors/network.ts";
import type { Replica } from "../actors/replica.ts";
import { Shard } from "../actors/shard.ts";
import { ShardQueries } from "../actors/shard-queries.ts";
import { ValidatorSet } from "../actors/validator-set.ts";
import { allSeats } from "../protocol/consensus/seats.ts";
import { equalBytes } from "../protocol/encoding/bytes.ts";
import { decodeTransaction } from "../protocol/ledger/unverified.ts";
import type { ValidatorSetRecord } from "../protocol/rounds/epoch.ts";
import { VirtualTime } from "../simulator/virtual-time.ts";
import { CountedCrypto } from "./counted-crypto.ts";
import { Meter, type Tally } from "./meter.ts";
import { processorTime } from "./metered.ts";
import { makeScaleGenesis, makeUsers } from "./scale-genesis.ts";
import { type HostWorld, nameOf, ScaleHost } from "./scale-host.ts";
import { type Delays, type PairCover, ScaleLedger } from "./scale-ledger.ts";
import { ScaleLoad, type Sent } from "./scale-load.ts";
import { ROUND_MS, type ScaleOptions } from "./scale-options.ts";

/** What came of a run. But for processor time and memory, the same options give the same. */
export interface ScaleOutcome {
  readonly options: ScaleOptions;
  readonly genesisBytes: number;
  readonly accounts: number;
  /** Of the counted rounds alone. */
  readonly meter: Pick<Meter, "rounds" | "classes">;
  /** Checks when the actors open, once in the life of a network, by class of actor: most of one. */
  readonly possessionChecks: Readonly<Record<"shard" | "set" | "merkleChain", number>>;
  /** With one half and with two, of the counted rounds: each half is a shard's block. */
  readonly jointBlocksOfOne: number;
  readonly jointBlocksOfTwo: number;
  /** Of the counted rounds. */
  readonly pairCover: PairCover;
  readonly sent: number;
  /** In blocks of the counted rounds. */
  readonly included: number;
  /** FINAL with code 2 in the end, on each shard that they touch. */
  readonly final: number;
  readonly transfers: Delays;
  readonly trades: Delays;
  readonly replicas: number;
  /** Those with the same head and state as the shard's own. */
  readonly replicasEqual: number;
  readonly isAsleep: boolean;
  readonly logged: Readonly<Record<string, number>>;
  readonly eventHash: string;
  readonly virtualMs: number;
  readonly realMs: number;
  /** Of the whole process. */
  readonly processorMs: number;
  readonly residentBytesMax: number;
}

/** Told after each round. */
export type Progress = (round: number, rounds: number, waiting: number) => void;

export async function runScale(
  options: ScaleOptions,
  progress: Progress = () => undefined,
): Promise<ScaleOutcome> {
  return new ScaleRun(options).run(progress);
}

// Behind the last load: a cycle for the last trades, and time for all to become final.
const QUIET_ROUNDS = 40;
const MID_ROUND_MS = ROUND_MS / 2;

class ScaleRun {
  readonly #options: ScaleOptions;
  readonly #time = new VirtualTime();
  readonly #meter = new Meter();
  readonly #gateway: Tally = this.#meter.tally("gateway");
  readonly #crypto = new CountedCrypto(this.#meter);
  readonly #network: Network;
  readonly #load: ScaleLoad;
  readonly #ledger: ScaleLedger;
  readonly #accounts: number;
  readonly #logged = new Map<string, number>();
  readonly #hosts = new Map<string, ScaleHost>();
  readonly #merkleChain: ScaleHost<MerkleChain>;
  readonly #shards: readonly ScaleHost<Shard>[];
  readonly #sets: readonly ScaleHost<ValidatorSet>[];
  #residentBytesMax = 0;

  constructor(options: ScaleOptions) {
    this.#options = options;
    const users = makeUsers(options, this.#crypto);
    this.#network = new Network(
      makeScaleGenesis(options, this.#crypto, users),
      this.#crypto.scheme,
    );
    const { epoch, id } = this.#network;
    this.#accounts = users.length * this.#network.genesis.chains.length;
    this.#load = new ScaleLoad(options, id, users);
    this.#ledger = new ScaleLedger(this.#network, this.#load);
    const world: HostWorld = {
      time: this.#time,
      meter: this.#meter,
      crypto: this.#crypto,
      network: this.#network,
      hosts: this.#hosts,
      logged: this.#logged,
    };
    this.#merkleChain = new ScaleHost(world, {
      name: nameOf({ kind: "merkleChain" }),
      of: "merkleChain",
      create: (ports) => new MerkleChain(ports),
    });
    this.#shards = epoch.shards.map(
      ({ shard }) =>
        new ScaleHost(world, {
          name: nameOf({ kind: "shard", shard }),
          of: "shard",
          create: (ports) => new Shard(ports, shard),
          stepped: (actor) => this.#ledger.looked(actor),
        }),
    );
    this.#sets = epoch.sets.map((record) => this.#makeSet(world, record));
    for (const host of this.#everybody()) this.#hosts.set(host.name, host);
  }

  async run(progress: Progress): Promise<ScaleOutcome> {
    const [startMs, startUs] = [performance.now(), processorTime()];
    const possessionChecks = this.#open();
    const { rounds } = this.#options;
    for (let round = 0; round <= rounds; round++) {
      this.#sendAt(round);
      await this.#time.run((round + 1) * ROUND_MS - 1);
      // Of the first round only a half has load.
      this.#meter.endRound(round > 0);
      this.#residentBytesMax = Math.max(this.#residentBytesMax, process.memoryUsage.rss());
      progress(round, rounds, this.#ledger.waiting);
    }
    const quietMs = (rounds + 1 + this.#options.shards + QUIET_ROUNDS) * ROUND_MS;
    const isQuiet = await this.#time.run(quietMs);
    const outcome = {
      ...this.#counted(isQuiet),
      possessionChecks,
      realMs: performance.now() - startMs,
      processorMs: (processorTime() - startUs) / 1_000,
      residentBytesMax: this.#residentBytesMax,
    };
    for (const host of this.#everybody()) host.close();
    return outcome;
  }

  #counted(
    isQuiet: boolean,
  ): Omit<ScaleOutcome, "possessionChecks" | "realMs" | "processorMs" | "residentBytesMax"> {
    const { rounds } = this.#options;
    const ledger = this.#ledger;
    return {
      options: this.#options,
      genesisBytes: this.#network.genesisBytes.length,
      accounts: this.#accounts,
      meter: this.#meter,
      jointBlocksOfOne: ledger.jointBlocks(1, 1, rounds),
      jointBlocksOfTwo: ledger.jointBlocks(2, 1, rounds),
      pairCover: ledger.pairCover(1, rounds),
      sent: ledger.all.length,
      included: ledger.includedIn(1, rounds),
      final: ledger.all.filter((sent) => this.#isFinal(sent)).length,
      transfers: ledger.transfers,
      trades: ledger.trades,
      ...this.#compareReplicas(),
      isAsleep: isQuiet && this.#everybody().every(({ sleeps }) => sleeps),
      logged: Object.fromEntries(this.#logged),
      eventHash: this.#time.eventHash,
      virtualMs: this.#time.nowMs,
    };
  }

  #everybody(): ScaleHost[] {
    return [this.#merkleChain, ...this.#shards, ...this.#sets] as unknown as ScaleHost[];
  }

  #makeSet(world: HostWorld, { set, seats }: ValidatorSetRecord): ScaleHost<ValidatorSet> {
    const keys = seats.map(({ publicKey }) => publicKey);
    const hosted = this.#crypto.hosted(keys, allSeats(seats.length));
    return new ScaleHost(world, {
      name: nameOf({ kind: "validatorSet", set }),
      of: "set",
      create: (ports) => new ValidatorSet({ ...ports, seats: hosted, others: [] }, set),
    });
  }

  /** each checks the seats whose certificates it will look at; then each makes its store. */
  #open(): ScaleOutcome["possessionChecks"] {
    const network = this.#network;
    const checks = ({ tally }: Pick<ScaleHost, "tally">, seen: readonly ValidatorSetRecord[]) => {
      this.#meter.current = tally;
      network.provesPossession(seen);
      this.#meter.current = null;
      return tally.groups.operations.get("possession") ?? 0;
    };
    const { shards, sets } = network.epoch;
    const most = (counts: readonly number[]): number => Math.max(...counts);
    const checked = {
      merkleChain: checks(this.#merkleChain, sets),
      shard: most(
        this.#shards.map((host, i) => checks(host, network.setsSeenByShard(shards[i]?.shard ?? 0))),
      ),
      set: most(this.#sets.map((host, i) => checks(host, network.setsSeenBy(sets[i]?.set ?? 0)))),
    };
    for (const host of this.#everybody()) host.read((actor: Actor) => actor.nextTickMs());
    return checked;
  }

  /** The gateway checks each signature once, and hands each shard its batch in the middle of the round. */
  #sendAt(round: number): void {
    const run = async (): Promise<void> => {
      const sent = this.#load.round(round);
      const networkId = this.#network.id;
      for (const { bytes } of sent) {
        const decoded = decodeTransaction(bytes, networkId);
        if (decoded.ok) this.#crypto.verify(this.#gateway, [decoded.value]);
      }
      for (const [shard, host] of this.#shards.entries()) {
        const own = sent.filter(({ shards }) => shards.includes(shard));
        this.#gateway.add("messages", "admit", 1);
        this.#gateway.add(
          "bytes",
          "admit",
          own.reduce((sum, { bytes }) => sum + bytes.length, 0),
        );
        void host.step("admit", (actor) => this.#admit(actor, own));
      }
      for (const one of sent) {
        const firsts = one.shards.map((shard) => this.#shards[shard]?.read((at) => at.nextRound()));
        this.#ledger.admitted(one, Math.max(...firsts.map((first) => first ?? round)));
      }
    };
    const delayMs = round * ROUND_MS + MID_ROUND_MS - this.#time.nowMs;
    this.#time.after(delayMs, { actor: "gateway", kind: "send", run });
  }

  #admit(actor: Shard, batch: readonly Sent[]): void {
    for (const admission of actor.admit(batch.map(({ bytes }) => bytes))) {
      if (admission.kind !== "accepted") {
        throw new Error(`Shard ${actor.shard} does not admit: ${JSON.stringify(admission)}`);
      }
    }
  }

  #isFinal({ id, shards }: Sent): boolean {
    return shards.every((shard) =>
      this.#shards[shard]?.read((actor) => {
        const view = new ShardQueries(actor, actor.network).transaction(id);
        return view?.status === "FINAL" && view.code === 2;
      }),
    );
  }

  /** */
  #compareReplicas(): Pick<ScaleOutcome, "replicas" | "replicasEqual"> {
    const own = this.#shards.map((host) => host.read(({ replica }) => replica));
    const others = this.#sets.flatMap((host) => host.read(({ replicas }) => [...replicas]));
    const equal = others.filter((replica) => {
      const shards = own[replica.shard];
      return shards !== undefined && isEqual(shards, replica);
    });
    return { replicas: own.length + others.length, replicasEqual: own.length + equal.length };
  }
}

function isEqual(a: Replica, b: Replica): boolean {
  if (!equalBytes(a.head.hash, b.head.hash) || a.executedRound !== b.executedRound) return false;
  const chains = a.chainIds(0, 1_000);
  return chains.every((chain) => equalBytes(a.state.root(chain), b.state.root(chain)));
}
