// Writes down what is seen of a run, in the words of `checkers/observation.ts`: from the actors whenever they have stepped, from the
// clients whenever they hear something, and from everybody once more at the end.
import { hash } from "node:crypto";
import type { MerkleChain } from "../actors/merkle-chain.ts";
import type { Network } from "../actors/network.ts";
import type { Replica } from "../actors/replica.ts";
import type { TransactionView } from "../actors/rpc.ts";
import type { Shard } from "../actors/shard.ts";
import { ShardQueries } from "../actors/shard-queries.ts";
import { blocksOfChains } from "../protocol/blocks/block-order.ts";
import { chainHeaderHash, NO_PARENT } from "../protocol/blocks/chain-header.ts";
import {
  type Half,
  type JointHeader,
  jointHeaderHash,
  payloadRoot,
} from "../protocol/blocks/joint-header.ts";
import {
  type CertifiedBlock,
  certifiedBlockCodec,
  type ShardBlock,
  totalOrder,
} from "../protocol/blocks/shard-block.ts";
import { seatList } from "../protocol/consensus/seats.ts";
import { equalBytes, fromHex, toHex } from "../protocol/encoding/bytes.ts";
import { decodeStored } from "../protocol/encoding/codec.ts";
import { amountCodec } from "../protocol/ledger/chain-state.ts";
import type { Receipt } from "../protocol/ledger/receipt.ts";
import { storedTransaction } from "../protocol/ledger/unverified.ts";
import { unattributedFeesKey } from "../protocol/merkle/state-key.ts";
import type {
  Observation,
  ObservedAccount,
  ObservedAnswer,
  ObservedBlock,
  ObservedChain,
  ObservedHalf,
  ObservedReceipt,
  ObservedReplica,
  ObservedTransaction,
} from "./checkers/observation.ts";
import { stakesOf } from "./observe-stakes.ts";
import { ObservedEpochs } from "./observed-epochs.ts";
import type { Random } from "./random.ts";
import { SignatureRecord } from "./signature-record.ts";

type Executed = Observation["executed"][number];

/** How far a holder's history has been noted. */
interface Seen {
  headRound: number;
  executedRound: number;
}

// Among how many of the transactions sent last some are asked for, and how many.
const RECENT = 12;
const ASKED_AT_ONCE = 3;
// More than any world has.
const ALL = 1_000_000;

export class Observer {
  readonly transactions = new Map<string, ObservedTransaction>();
  readonly answers: ObservedAnswer[] = [];
  readonly invalid: Observation["invalid"][number][] = [];
  readonly failed: Observation["failed"][number][] = [];
  readonly stopped: string[] = [];
  readonly probes: string[] = [];
  readonly signatures = new SignatureRecord();
  readonly epochs: ObservedEpochs;
  readonly #network: Network;
  readonly #commits: ObservedBlock[] = [];
  readonly #executed: Executed[] = [];
  readonly #heads: Observation["heads"][number][] = [];
  readonly #awake = new Map<string, { readonly shards: readonly number[]; rounds: Set<number> }>();
  readonly #seen = new Map<string, Seen>();
  /** By the digest of their bytes: most holders have the same. */
  readonly #blocks = new Map<string, ObservedBlock>();
  /** By the header's shard and hash: when the MerkleChain had it first. */
  readonly #notarisedMs = new Map<string, number>();
  #merkleBlock = 0;
  #before: readonly ObservedReplica[] = [];

  readonly #random: Random;
  /** By shard: the transactions of which it is the home, in the order in which they were signed. */
  readonly #homes = new Map<number, string[]>();
  /** By shard: what it looked like when somebody last asked it unseen. */
  readonly #versions = new Map<number, string>();

  constructor(network: Network, random: Random) {
    this.#network = network;
    this.epochs = new ObservedEpochs(network.genesis.epoch.roundMs);
    this.#random = random;
  }

  /** Somebody signed it, and sends it to this shard if to any. */
  signed(transaction: ObservedTransaction, home: number): void {
    this.transactions.set(transaction.id, transaction);
    const ids = this.#homes.get(home);
    if (ids === undefined) this.#homes.set(home, [transaction.id]);
    else if (!ids.includes(transaction.id)) ids.push(transaction.id);
  }

  atHome(shard: number): readonly string[] {
    return this.#homes.get(shard) ?? [];
  }

  /** Asks a shard for some transactions in the very moment in which something has changed: clients come too late for much. */
  askShard(shard: Shard, nowMs: number): void {
    if (this.#versions.get(shard.shard) === shard.version) return;
    this.#versions.set(shard.shard, shard.version);
    const queries = new ShardQueries(shard, this.#network);
    const recent = this.atHome(shard.shard).slice(-RECENT);
    for (const id of this.#random.shuffle(recent).slice(0, ASKED_AT_ONCE)) {
      this.heardStatus(id, nowMs, nowMs, queries.transaction(fromHex(id)));
    }
  }

  /** What somebody was told of a transaction. */
  heardStatus(id: string, askedMs: number, atMs: number, view: TransactionView | undefined): void {
    this.answers.push({
      kind: "status",
      id,
      askedMs,
      atMs,
      status: view?.status ?? "UNKNOWN",
      code: view?.code ?? null,
      round: view?.legs[0]?.round ?? null,
    });
  }

  /** An actor that works for these shards has done something. */
  woke(actor: string, shards: readonly number[], nowMs: number): void {
    const round = this.epochs.roundAt(nowMs);
    const known = this.#awake.get(actor);
    if (known === undefined) this.#awake.set(actor, { shards, rounds: new Set([round]) });
    else known.rounds.add(round);
  }

  /** A holder of a replica has stepped. */
  stepped(name: string, replica: Replica, nowMs: number): void {
    const seen = this.#seen.get(name) ?? { headRound: 0, executedRound: 0 };
    this.#seen.set(name, seen);
    const { round } = replica.head;
    if (round !== seen.headRound) {
      // A head that went back is seen again from there on.
      this.#note(replica, Math.min(seen.headRound, round - 1));
      this.#heads.push({ replica: name, shard: replica.shard, round, atMs: nowMs });
      seen.headRound = round;
    }
    const { executedRound } = replica;
    if (executedRound === seen.executedRound) return;
    seen.executedRound = executedRound;
    const { shard } = replica;
    this.#executed.push({ replica: name, shard, round: executedRound, roots: rootsOf(replica) });
  }

  /** The MerkleChain has stepped. `atMs`: when; null for what was there before. */
  merkleStepped(merkleChain: MerkleChain, atMs: number | null): void {
    for (const { number, notarised, epochChange } of merkleChain.blocksAfter(
      this.#merkleBlock,
      ALL,
    )) {
      this.#merkleBlock = number;
      if (epochChange !== null) this.epochs.changed(epochChange, atMs);
      for (const { shard, headerHash } of notarised) {
        if (atMs !== null) this.#notarisedMs.set(`${shard} ${toHex(headerHash)}`, atMs);
      }
    }
  }

  /** A life has begun: what it has is seen with new eyes. */
  reopened(name: string): void {
    const seen = this.#seen.get(name);
    if (seen === undefined) return;
    // The last block and the last execution are seen again.
    seen.headRound = Math.max(0, seen.headRound - 1);
    seen.executedRound = -1;
  }

  #notarisedBy(merkleChain: MerkleChain): Observation["notarised"] {
    let { roundMs } = this.#network.genesis.epoch;
    return merkleChain.blocksAfter(0, ALL).flatMap(({ notarised, epochChange }) => {
      const before = roundMs;
      if (epochChange?.kind === "activated") roundMs = epochChange.epoch.roundMs;
      return notarised.map(({ shard, round, headerHash, saturation }) => {
        const hash = toHex(headerHash);
        const atMs = this.#notarisedMs.get(`${shard} ${hash}`) ?? null;
        return { shard, round, hash, atMs, saturation: { ...saturation, roundMs: before } };
      });
    });
  }

  #note(replica: Replica, after: number): void {
    for (const round of replica.blocks.roundsAfter(after, ALL)) {
      const bytes = replica.blocks.bytes(round);
      if (bytes !== undefined) this.#commits.push(this.#block(bytes, replica.shard));
    }
  }

  #block(bytes: Uint8Array, shard: number): ObservedBlock {
    const digest = `${shard} ${hash("sha1", bytes)}`;
    const known = this.#blocks.get(digest);
    if (known !== undefined) return known;
    const block = observedBlock(this.#network, decodeStored(certifiedBlockCodec, bytes), shard);
    this.#blocks.set(digest, block);
    return block;
  }

  #receipt({ id, round, code, reason, movements }: Placed): ObservedReceipt {
    const name = toHex(id);
    // A fee of nothing moves nothing.
    const legs = this.transactions.get(name)?.legs ?? [];
    const fees = new Map(legs.map(({ chain }) => [chain, 0n]));
    for (const { chain, to, amount } of movements) {
      if (to.kind === "unattributedFees") fees.set(chain, (fees.get(chain) ?? 0n) + amount);
    }
    return { id: name, round, code, reason, fees };
  }

  /** At the end, before everybody is started again: what replicas have in memory. */
  beforeRestart(replicas: readonly (readonly [name: string, replica: Replica])[]): void {
    this.#before = replicas.map(([name, replica]) =>
      observedReplica(`${name} before its restart`, replica),
    );
  }

  /** At the end: everything again, from whoever has it. `addresses`: all that the world ever used. */
  finish(
    replicas: readonly (readonly [name: string, replica: Replica])[],
    shards: readonly Shard[],
    merkleChain: MerkleChain,
    addresses: readonly Uint8Array[],
  ): Omit<Observation, "genesis" | "world" | "ballots" | "logs"> {
    for (const [, replica] of replicas) this.#note(replica, 0);
    return {
      transactions: this.transactions,
      answers: this.answers,
      commits: this.#commits,
      executed: this.#executed,
      heads: this.#heads,
      awake: [...this.#awake].map(([actor, { shards, rounds }]) => ({
        actor,
        shards,
        rounds: [...rounds],
      })),
      receipts: shards.flatMap((shard) => receiptsOf(shard).map((one) => this.#receipt(one))),
      replicas: [...replicas.map((one) => observedReplica(...one)), ...this.#before],
      accounts: shards.flatMap((shard) => accountsOf(shard, addresses)),
      ...stakesOf(shards, addresses),
      unattributed: new Map(shards.flatMap(unattributedOf)),
      created: shards.flatMap(createdOf),
      epochs: this.epochs.activatedOnes,
      knownEpochs: new Map(shards.map(({ shard, network }) => [shard, network.epoch.epoch])),
      opened: this.epochs.opened,
      notarised: this.#notarisedBy(merkleChain),
      equivocations: this.signatures
        .equivocations()
        .map((place) => `R-4.3 two values were signed by ${place}`),
      failed: this.failed,
      invalid: this.invalid,
      stopped: this.stopped,
      probes: this.probes,
    } as Omit<Observation, "genesis" | "world" | "ballots" | "logs">;
  }
}

function rootsOf(replica: Replica): Map<number, string> {
  return new Map(
    replica.chainIds(0, ALL).map((chain) => [chain, toHex(replica.state.root(chain))]),
  );
}

function observedReplica(name: string, replica: Replica): ObservedReplica {
  return {
    name,
    shard: replica.shard,
    headRound: replica.head.round,
    headHash: toHex(replica.head.hash),
    executedRound: replica.executedRound,
    roots: rootsOf(replica),
  };
}

function observedBlock(
  network: Network,
  { block, certificate }: CertifiedBlock,
  shard: number,
): ObservedBlock {
  const { header } = block;
  const half = header.halves.find((one) => one.shard === shard);
  const body = block.shardBlocks.find((one) => one.shard === shard);
  if (half === undefined || body === undefined) throw new Error("A block without its shard's half");
  const idOf = (bytes: Uint8Array): string => storedTransaction(bytes, network.id).idHex;
  return {
    shard,
    epoch: header.epoch,
    round: header.round,
    set: header.set,
    view: header.view,
    hash: toHex(jointHeaderHash(header)),
    parent: { round: half.head.round, hash: toHex(half.head.hash) },
    halves: header.halves.map((one) => observedHalf(header, one)),
    signers: seatList(certificate.seats),
    chains: chainsOf(network, header.epoch, body),
    order: [...totalOrder(body)].map(idOf),
  };
}

const observedHalf = (
  { networkId, epoch }: JointHeader,
  { shard, head, crossRoot, chainsRoot, partnerPayloadRoot }: Half,
): ObservedHalf => ({
  shard,
  parent: { round: head.round, hash: toHex(head.hash) },
  crossRoot: toHex(crossRoot),
  chainsRoot: toHex(chainsRoot),
  payload: toHex(payloadRoot(networkId, epoch, { shard, crossRoot, chainsRoot })),
  partner: partnerPayloadRoot === null ? null : toHex(partnerPayloadRoot),
});

function chainsOf(network: Network, epoch: number, body: ShardBlock): ObservedBlock["chains"] {
  const all = [...totalOrder(body)].map((bytes) => storedTransaction(bytes, network.id));
  const chains = blocksOfChains(body, all);
  return body.chainHeaders.map((header) => ({
    chain: header.chain,
    hash: toHex(chainHeaderHash(network.id, epoch, header)),
    parent: equalBytes(header.parent, NO_PARENT) ? null : toHex(header.parent),
    stateRoot: toHex(header.stateRoot),
    transactions: (chains.get(header.chain) ?? []).map(({ idHex }) => idHex),
  }));
}

type Placed = Receipt & { readonly round: number };

function receiptsOf(shard: Shard): Placed[] {
  const { replica, log } = shard;
  const receipts: Placed[] = [];
  for (const round of replica.blocks.roundsAfter(0, ALL)) {
    for (let position = 0; ; position++) {
      const receipt = log.receipt(round, position);
      if (receipt === undefined) break;
      receipts.push({ ...receipt, round });
    }
  }
  return receipts;
}

function accountsOf({ replica }: Shard, addresses: readonly Uint8Array[]): ObservedAccount[] {
  return replica.chainIds(0, ALL).flatMap((chain) =>
    addresses.flatMap((address) => {
      const { balance, nonce } = replica.state.account(chain, address);
      if (balance === 0n && nonce === 0) return [];
      return [{ chain, address: toHex(address), balance, nonce }];
    }),
  );
}

function unattributedOf({ replica }: Shard): (readonly [chain: number, fees: bigint])[] {
  return replica.chainIds(0, ALL).flatMap((chain) => {
    const bytes = replica.state.get(chain, unattributedFeesKey());
    return bytes === undefined ? [] : [[chain, decodeStored(amountCodec, bytes)] as const];
  });
}

function createdOf(shard: Shard): Observation["created"] {
  return receiptsOf(shard).flatMap(({ id, movements }) => {
    const chain = movements.find(({ from }) => from.kind === "issuance")?.chain;
    const record = chain === undefined ? undefined : shard.replica.chain(chain);
    if (record === undefined) return [];
    const { supply, reserveDefault, gasPriceMin, bornRound } = record;
    const created: ObservedChain = {
      chain: record.chain,
      shard: record.shard,
      supply,
      reserveDefault,
      gasPriceMin,
      bornRound,
    };
    return [{ ...created, transaction: toHex(id) }];
  });
}
