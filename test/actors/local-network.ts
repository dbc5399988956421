// The three actors of a network in one process, on their real runner and node:sqlite, with a clock that only the test moves.

import type { Actor } from "../../src/actors/actor.ts";
import { faucetSeed, makeGenesis, type NetworkConfig } from "../../src/actors/genesis.ts";
import { type HostedSeats, hostedSeats } from "../../src/actors/hosted-seats.ts";
import { MerkleChain } from "../../src/actors/merkle-chain.ts";
import { Network } from "../../src/actors/network.ts";
import type { PeerAnswer, PeerId, PeerRequest } from "../../src/actors/peers.ts";
import { ActorRunner } from "../../src/actors/runner.ts";
import { Shard } from "../../src/actors/shard.ts";
import { ValidatorSet } from "../../src/actors/validator-set.ts";
import { importSigningKey } from "../../src/crypto/ed25519.ts";
import { verifyTransactions } from "../../src/crypto/verify-transactions.ts";
import { allSeats } from "../../src/protocol/consensus/seats.ts";
import { roundStartMs } from "../../src/protocol/rounds/epoch.ts";
import { nodeSqlite } from "../../src/storage/node-sqlite.ts";
import { createSqlStore } from "../../src/storage/sql-store.ts";

export const SECRET: Uint8Array = new Uint8Array(32).fill(7);
export const GENESIS_MS = 1_760_000_000_000;

export type Lose = (to: PeerId, request: PeerRequest) => boolean;

export interface LogLine {
  readonly event: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export class LocalNetwork {
  readonly network: Network;
  readonly log: LogLine[] = [];
  nowMs: number;
  /** Whether a request is lost on its way. */
  lose: Lose = () => false;
  readonly #seats: HostedSeats;
  readonly #stores = {
    shard: createSqlStore(nodeSqlite(":memory:")),
    set: createSqlStore(nodeSqlite(":memory:")),
    merkle: createSqlStore(nodeSqlite(":memory:")),
  };
  shard: ActorRunner<Shard>;
  set: ActorRunner<ValidatorSet>;
  merkle: ActorRunner<MerkleChain>;

  private constructor(network: Network) {
    this.network = network;
    this.nowMs = network.epoch.activationTimeMs;
    const count = network.epoch.sets[0]?.seats.length ?? 0;
    this.#seats = hostedSeats(SECRET, network.genesis.name, 0, 1, allSeats(count));
    this.shard = this.#openShard();
    this.set = this.#openSet();
    this.merkle = this.#openMerkle();
  }

  static async create(config: NetworkConfig): Promise<LocalNetwork> {
    const faucet = await importSigningKey(faucetSeed(SECRET, config.name));
    const genesis = makeGenesis({
      config,
      deploymentSecret: SECRET,
      nowMs: GENESIS_MS,
      faucetPublicKey: faucet.publicKey,
    });
    return new LocalNetwork(new Network(genesis));
  }

  get round(): number {
    return Math.floor((this.nowMs - GENESIS_MS) / this.network.epoch.roundMs);
  }

  /** Forgets everything in memory, as a crash does; what is stored stays. */
  crash(who: "shard" | "set" | "merkle"): void {
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
    for (const runner of [this.merkle, this.set, this.shard])
      runner.step((actor: Actor) => actor.tick());
    for (let before = -1, now = this.#steps(); before !== now; now = this.#steps()) {
      before = now;
      await Promise.all([this.shard.settled(), this.set.settled(), this.merkle.settled()]);
    }
  }

  /** When any of the actors wants to be woken; null if the network sleeps. */
  nextTickMs(): number | null {
    const times = [
      this.shard.read((actor) => actor.nextTickMs()),
      this.set.read((actor) => actor.nextTickMs()),
      this.merkle.read((actor) => actor.nextTickMs()),
    ].filter((time) => time !== null);
    return times.length === 0 ? null : Math.min(...times);
  }

  #steps(): number {
    return this.shard.steps + this.set.steps + this.merkle.steps;
  }

  #openShard(): ActorRunner<Shard> {
    const ports = { ...this.#ports(), store: this.#stores.shard };
    return this.#runner(this.#stores.shard, () => new Shard(ports, 0));
  }

  #openSet(): ActorRunner<ValidatorSet> {
    const ports = { ...this.#ports(), store: this.#stores.set, seats: this.#seats };
    return this.#runner(this.#stores.set, () => new ValidatorSet(ports, 1));
  }

  #openMerkle(): ActorRunner<MerkleChain> {
    const ports = { ...this.#ports(), store: this.#stores.merkle };
    return this.#runner(this.#stores.merkle, () => new MerkleChain(ports));
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

  #runner<A extends Actor>(
    store: ReturnType<typeof createSqlStore>,
    create: () => A,
  ): ActorRunner<A> {
    return new ActorRunner<A>({
      store,
      create,
      log: this.#ports().log,
      call: (to, request) => this.#call(to, request),
      verify: verifyTransactions,
      setAlarm: () => undefined,
      callDeadlineMs: 2_000,
    });
  }

  async #call(to: PeerId, request: PeerRequest): Promise<PeerAnswer> {
    if (this.lose(to, request)) throw new Error("lost");
    // As over RPC: what arrives is a copy.
    const copy = structuredClone(request);
    await Promise.resolve();
    switch (to.kind) {
      case "shard":
        return this.shard.step((actor) => actor.receive(copy));
      case "validatorSet":
        return this.set.step((actor) => actor.receive(copy));
      case "merkleChain":
        return this.merkle.step((actor) => actor.receive(copy));
    }
  }
}
