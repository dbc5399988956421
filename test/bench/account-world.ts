// A local network whose one chain holds any number of accounts, its objects' databases on disk: the real actors on their real
// runner, transfers between accounts drawn evenly among all.

import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Store } from "../../src/actors/ports.ts";
import { ReplicaState } from "../../src/actors/replica-state.ts";
import { sha256 } from "../../src/protocol/crypto/sha256.ts";
import { utf8 } from "../../src/protocol/encoding/bytes.ts";
import { accountCodec, EMPTY_ACCOUNT } from "../../src/protocol/ledger/account.ts";
import { accountKey } from "../../src/protocol/merkle/state-key.ts";
import { DEFAULT_SATURATION } from "../../src/protocol/topology/saturation.ts";
import { nodeSqlite } from "../../src/storage/node-sqlite.ts";
import { createSqlStore } from "../../src/storage/sql-store.ts";
import { LocalNetwork, type Who } from "../actors/local-network.ts";
import { makeSigner, type TestSigner } from "../support/signer.ts";
import { signedBytes } from "../support/transactions.ts";
import { clearMeter, type Meter, meteredStore, newMeter } from "./metered-store.ts";

const BALANCE = 10n ** 12n;
/** Entries written at once while seeding, neighbours in the tree. */
const SEED_BATCH = 20_000;
const ADMIT_BATCH = 500;

export interface WorldOptions {
  readonly accounts: number;
  /** Accounts that can send, the first ones: with a key each, and as scattered over the tree as any. */
  readonly senders: number;
}

const OBJECTS: readonly Who[] = ["shard", "set", "merkle"];

export class AccountWorld implements Disposable {
  readonly net: LocalNetwork;
  readonly meters: Readonly<Record<Who, Meter>>;
  readonly #folder: string;
  readonly #databases: readonly Disposable[];
  readonly #senders: readonly TestSigner[];
  readonly #accounts: number;
  readonly #nonces = new Map<number, number>();
  #next = 0;
  #random = 1;

  private constructor(
    net: LocalNetwork,
    meters: Record<Who, Meter>,
    folder: string,
    databases: readonly Disposable[],
    senders: readonly TestSigner[],
    accounts: number,
  ) {
    this.net = net;
    this.meters = meters;
    this.#folder = folder;
    this.#databases = databases;
    this.#senders = senders;
    this.#accounts = accounts;
  }

  static async open({ accounts, senders: count }: WorldOptions): Promise<AccountWorld> {
    const senders: TestSigner[] = [];
    for (let i = 0; i < Math.min(count, accounts); i++) senders.push(await makeSigner(`${i}`));
    const folder = mkdtempSync(join(tmpdir(), "yggdrasil-accounts-"));
    const meters = { shard: newMeter(), set: newMeter(), merkle: newMeter() };
    const databases: Disposable[] = [];
    const stores = new Map<Who, Store>();
    for (const who of OBJECTS) {
      const database = nodeSqlite(join(folder, `${who}.sqlite`));
      databases.push(database);
      stores.set(who, meteredStore(createSqlStore(database), meters[who]));
    }
    const chain = { symbol: "RUNE", name: "Rune", decimals: 18 };
    const net = await LocalNetwork.create(
      {
        name: "accounts",
        development: true,
        clock: "manual",
        shards: 1,
        seats: 4,
        k: 3,
        roundMs: 500,
        leaseRounds: 20,
        epochRounds: 7_200,
        saturation: DEFAULT_SATURATION,
        minimumBond: 1_000n,
        unbondingRounds: 20,
        validatorBond: 1_000_000n,
        validatorCommission: 1_000,
        standbyValidators: 0,
        chains: [{ ...chain, reserveDefault: 10n ** 7n, gasPriceMin: 1n, shard: 0 }],
        allocations: [],
        faucetBalance: BALANCE,
      },
      { wrapStore: (who) => stores.get(who) as Store },
    );
    const world = new AccountWorld(net, meters, folder, databases, senders, accounts);
    for (const who of ["shard", "set"] as const) world.#seed(who, stores.get(who) as Store);
    return world;
  }

  /** Sends so many transfers in this round and lets the network decide it. */
  async round(transfers: number): Promise<void> {
    const validUntil = this.net.round + 100;
    const batch: Uint8Array[] = [];
    for (let i = 0; i < transfers; i++) {
      const from = this.#next++ % this.#senders.length;
      const nonce = this.#nonces.get(from) ?? 0;
      this.#nonces.set(from, nonce + 1);
      const to = this.#address(this.#draw());
      const payload = { kind: "transfer", to, amount: 1n } as const;
      const payer = this.#senders[from] as TestSigner;
      batch.push(await signedBytes(this.net.network.id, { payer, nonce, payload, validUntil }));
    }
    for (let at = 0; at < batch.length; at += ADMIT_BATCH) {
      const part = batch.slice(at, at + ADMIT_BATCH);
      const refused = this.net.shard
        .step((shard) => shard.admit(part))
        .filter(({ kind }) => kind === "refused");
      if (refused.length > 0) throw new Error(`Refused: ${JSON.stringify(refused[0])}`);
    }
    await this.advance(1);
  }

  /** Rounds without new transfers: what waits is decided, executed and notarised. */
  async advance(rounds: number): Promise<void> {
    for (let i = 0; i < rounds; i++) await this.net.advance(1);
    this.net.sent = [];
    this.net.log.length = 0;
  }

  /** Nonces of the senders that the shard has executed: how many transfers the state holds. */
  executed(): number {
    const { state } = this.net.shard.read(({ replica }) => replica);
    let count = 0;
    for (const from of this.#nonces.keys()) {
      count += state.account(0, (this.#senders[from] as TestSigner).address).nonce;
    }
    return count;
  }

  clearMeters(): void {
    for (const who of OBJECTS) clearMeter(this.meters[who]);
  }

  databaseBytes(who: Who): number {
    return statSync(join(this.#folder, `${who}.sqlite`)).size;
  }

  [Symbol.dispose](): void {
    for (const database of this.#databases) database[Symbol.dispose]();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #address(index: number): Uint8Array {
    return this.#senders[index]?.address ?? sha256(utf8(`account ${index}`)).subarray(0, 20);
  }

  /** The same accounts on every run. */
  #draw(): number {
    this.#random = (Math.imul(this.#random, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.#random / 2 ** 32) * this.#accounts);
  }

  /**
   * A genesis record holds no million of allocations: the object opens on one without any, its accounts are written into its
   * state as a genesis' would be, and it forgets all that it knew.
   */
  #seed(who: "shard" | "set", store: Store): void {
    this.net.runner(who).step(() => undefined);
    const places = new Float64Array(this.#accounts);
    for (let i = 0; i < this.#accounts; i++) {
      const path = sha256(accountKey(this.#address(i)));
      places[i] = new DataView(path.buffer).getUint32(0) * 2 ** 21 + i;
    }
    places.sort();
    const value = accountCodec.encode({ ...EMPTY_ACCOUNT, balance: BALANCE });
    store.transaction(() => {
      const state = new ReplicaState(store, this.net.network.k);
      for (let at = 0; at < places.length; at += SEED_BATCH) {
        const indexes = [...places.subarray(at, at + SEED_BATCH)].map((place) => place % 2 ** 21);
        const keys = indexes.map((index) => accountKey(this.#address(index)));
        state.applyGenesis(keys.map((key) => ({ chain: 0, key, value })));
      }
    });
    this.net.crash(who);
  }
}
