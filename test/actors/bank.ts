// A local network with a few funded accounts, and the words in which tests of the actors speak: send, status, balance.

import type { Admission } from "../../src/actors/admission.ts";
import type { Replica } from "../../src/actors/replica.ts";
import { ShardQueries, type TransactionView } from "../../src/actors/shard-queries.ts";
import { toHex } from "../../src/protocol/encoding/bytes.ts";
import type { NetworkConfig } from "../../src/protocol/genesis/network-config.ts";
import type { Account } from "../../src/protocol/ledger/account.ts";
import type { Payload } from "../../src/protocol/ledger/payload.ts";
import {
  decodeTransaction,
  type UnverifiedTransaction,
} from "../../src/protocol/ledger/unverified.ts";
import { DEFAULT_SATURATION } from "../../src/protocol/topology/saturation.ts";
import { makeSigner, type TestSigner } from "../support/signer.ts";
import { accepted, signedBytes, type TransactionSpec } from "../support/transactions.ts";
import { LocalNetwork, type LocalOptions } from "./local-network.ts";

export const FUNDS = 10n ** 12n;
export const RESERVE = 10n ** 7n;
/** Of a transfer at the least price. */
export const FEE = 1_000n;

export type Send = Partial<TransactionSpec<TestSigner>> & { readonly payload?: Payload };

export interface BankOptions extends LocalOptions {
  readonly accounts?: number;
  readonly chains?: number;
  readonly k?: number;
  readonly roundMs?: number;
  readonly leaseRounds?: number;
  readonly epochRounds?: number;
  readonly seats?: number;
  /** They take the chains in turn. */
  readonly shards?: number;
}

export class Bank {
  readonly net: LocalNetwork;
  readonly signers: readonly TestSigner[];

  private constructor(net: LocalNetwork, signers: readonly TestSigner[]) {
    this.net = net;
    this.signers = signers;
  }

  static async open(options: BankOptions = {}): Promise<Bank> {
    const { accounts = 3, chains = 1, k = 3, roundMs = 500, seats = 4, shards = 1 } = options;
    const { leaseRounds = 20, epochRounds = 7_200 } = options;
    const signers: TestSigner[] = [];
    for (let i = 0; i < accounts; i++) signers.push(await makeSigner(`account ${i}`));
    const config: NetworkConfig = {
      name: "local",
      development: false,
      clock: "manual",
      shards,
      seats,
      k,
      roundMs,
      leaseRounds,
      epochRounds,
      saturation: DEFAULT_SATURATION,
      minimumBond: 1_000n,
      unbondingRounds: 20,
      validatorBond: 1_000_000n,
      validatorCommission: 1_000,
      standbyValidators: 0,
      chains: Array.from({ length: chains }, (_, chain) => ({
        symbol: `T${chain}`,
        name: `Token ${chain}`,
        decimals: 18,
        reserveDefault: RESERVE,
        gasPriceMin: 1n,
        shard: chain % shards,
      })),
      allocations: signers.flatMap(({ address }) =>
        Array.from({ length: chains }, (_, chain) => ({
          chain,
          address,
          balance: FUNDS,
          reserve: null,
        })),
      ),
      faucetBalance: 0n,
    };
    return new Bank(await LocalNetwork.create(config, options), signers);
  }

  signer(place: number): TestSigner {
    return this.signers[place] as TestSigner;
  }

  /** By default a transfer of 1 from account `from` to account 1, valid for 100 rounds. */
  async bytes(from: number, nonce: number, send: Send = {}): Promise<Uint8Array> {
    const transfer: Payload = { kind: "transfer", to: this.signer(1).address, amount: 1n };
    return signedBytes(this.net.network.id, {
      payer: this.signer(from),
      nonce,
      payload: transfer,
      validUntil: this.net.round + 100,
      ...send,
    });
  }

  async transaction(from: number, nonce: number, send: Send = {}): Promise<UnverifiedTransaction> {
    return accepted(decodeTransaction(await this.bytes(from, nonce, send), this.net.network.id));
  }

  admit(...batch: readonly Uint8Array[]): Admission[] {
    return this.admitTo(0, ...batch);
  }

  admitTo(shard: number, ...batch: readonly Uint8Array[]): Admission[] {
    return this.net.shardOf(shard).step((actor) => actor.admit(batch));
  }

  shardOf(chain: number): number {
    return this.net.network.genesis.chains[chain]?.shard ?? 0;
  }

  /** Sends and expects it to be accepted; answers the id. */
  async send(from: number, nonce: number, send: Send = {}): Promise<Uint8Array> {
    const shard = this.shardOf(send.chain ?? 0);
    const [admission] = this.admitTo(shard, await this.bytes(from, nonce, send));
    if (admission?.kind !== "accepted") {
      throw new Error(`Refused: ${admission?.kind === "refused" ? admission.refusal.code : ""}`);
    }
    return admission.id;
  }

  /** The code of the refusal; empty if accepted. */
  async refused(from: number, nonce: number, send: Send = {}): Promise<string> {
    const [admission] = this.admit(await this.bytes(from, nonce, send));
    return admission?.kind === "refused" ? admission.refusal.code : "";
  }

  view(id: Uint8Array, chain = 0): TransactionView | undefined {
    return this.net
      .shardOf(this.shardOf(chain))
      .read((shard) => new ShardQueries(shard, this.net.network).transaction(id));
  }

  status(id: Uint8Array, chain = 0): string {
    return this.view(id, chain)?.status ?? "unknown";
  }

  nextNonce(place: number): number {
    const { address } = this.signer(place);
    const read = this.net.shard.read((shard) =>
      new ShardQueries(shard, this.net.network).balance(0, address),
    );
    return read?.nextNonce ?? 0;
  }

  account(place: number, chain = 0): Account {
    return this.net.shard.read(({ replica }) =>
      replica.state.account(chain, this.signer(place).address),
    );
  }

  /** Of each voter of the set. */
  voterHeads(): string[] {
    return this.net.voters.map((voter) =>
      this.net.voter(voter).read(({ replicas: [replica] }) => describe(replica as Replica)),
    );
  }

  /** Every replica of every shard, by its shard, each as one line: all lines of a shard must be equal. */
  replicas(): Map<number, string[]> {
    const { epoch } = this.net.network;
    const lines = new Map<number, string[]>();
    const note = (replica: Replica): void => {
      lines.set(replica.shard, [...(lines.get(replica.shard) ?? []), describe(replica)]);
    };
    for (const { shard } of epoch.shards)
      this.net.shardOf(shard).read(({ replica }) => note(replica));
    for (const { set } of epoch.sets) {
      this.net.setOf(set).read(({ replicas }) => {
        for (const replica of replicas) note(replica);
      });
    }
    return lines;
  }

  heads(): { readonly shard: string; readonly set: string } {
    return {
      shard: this.net.shard.read(({ replica }) => describe(replica)),
      set: this.net.set.read(({ replicas: [replica] }) => describe(replica as Replica)),
    };
  }
}

const describe = (replica: {
  readonly head: { readonly round: number; readonly hash: Uint8Array };
  readonly executedRound: number;
  readonly state: { root(chain: number): Uint8Array };
  chainIds(from: number, limit: number): readonly number[];
}): string =>
  [
    replica.head.round,
    toHex(replica.head.hash),
    replica.executedRound,
    ...replica.chainIds(0, 1_000).map((chain) => toHex(replica.state.root(chain))),
  ].join(" ");
