// The MerkleChain: keeps the genesis record, notarises the headers that shards report, in blocks that the sets on T0's duty certify, and
// holds the directory of chains. It never touches transactions.

import { invariant } from "../protocol/assert.ts";
import { type JointHeader, jointHeaderHash } from "../protocol/blocks/joint-header.ts";
import {
  type MerkleChainBlock,
  merkleChainBlockCodec,
  summaryOf,
} from "../protocol/blocks/merkle-chain-block.ts";
import { type CertifiedHeader, certifiedHeaderType } from "../protocol/blocks/merkle-chain-body.ts";
import { notarisedHead } from "../protocol/blocks/merkle-chain-state.ts";
import { type CertifiedBlock, certifiedBlockCodec } from "../protocol/blocks/shard-block.ts";
import type { Certificate } from "../protocol/consensus/messages.ts";
import { utf8 } from "../protocol/encoding/bytes.ts";
import { codec, decodeStored, hash32, safeU64, struct } from "../protocol/encoding/codec.ts";
import type { ChainRecord } from "../protocol/ledger/chain-record.ts";
import { chainRecordCodec } from "../protocol/ledger/chain-record.ts";
import { MIB } from "../protocol/limits.ts";
import { epochProofCodec } from "../protocol/proofs/epoch-proof.ts";
import { type Actor, type Effect, Outbox } from "./actor.ts";
import { getChunked, putChunked } from "./chunked.ts";
import { EpochNews } from "./epoch-news.ts";
import { readU64Key, shardRoundKey, u32Key, u64Key } from "./keys.ts";
import { Leases } from "./leases.ts";
import { MerkleChainReplica } from "./merkle-chain-replica.ts";
import { MerkleChainRounds } from "./merkle-chain-rounds.ts";
import type { Network } from "./network.ts";
import type { LeaseRequest, NotariseRequest, PeerAnswer, PeerId, PeerRequest } from "./peers.ts";
import { PendingReports } from "./pending-reports.ts";
import type { Clock, Log, Store, Table } from "./ports.ts";
import { SaturationHistory } from "./saturation-history.ts";
import { Watchers } from "./watchers.ts";
import { EPOCHS_A_CALL, isWellFormed } from "./well-formed.ts";

export interface MerkleChainPorts {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly network: Network;
}

/** which shard has which chain; the version grows with each change. */
export interface Directory {
  readonly version: number;
  readonly chains: readonly ChainRecord[];
}

interface Committed {
  readonly number: number;
  /** Of the joint header. */
  readonly hash: Uint8Array;
}

const committedCodec = codec<Committed>(
  "committed part",
  struct<Committed>("CommittedPart", { number: safeU64, hash: hash32 }),
  64,
);
const certifiedHeaderCodec = codec<CertifiedHeader>("certified header", certifiedHeaderType, MIB);

const WATCHED_KEY = utf8("merkle chain watched");
// A directory page; a gateway asks for more when it is full.
const DIRECTORY_PAGE = 1_000;
// Blocks handed out at once to a replica that is behind, and the bytes beyond which no other one follows.
const BLOCKS_A_CALL = 8;
const BLOCK_BYTES_A_CALL = MIB;
const EPOCH_BYTES_A_CALL = MIB;

export class MerkleChain implements Actor {
  readonly #ports: MerkleChainPorts;
  readonly #outbox = new Outbox();
  readonly replica: MerkleChainReplica;
  readonly #pending: PendingReports;
  readonly #rounds: MerkleChainRounds;
  readonly #watchers: Watchers;
  readonly #leases: Leases;
  readonly #epochNews: EpochNews;
  readonly saturations: SaturationHistory;
  readonly #meta: Table;

  constructor(ports: MerkleChainPorts) {
    this.#ports = ports;
    const { network, store } = ports;
    this.replica = new MerkleChainReplica(store, network);
    this.#meta = store.table("meta");
    this.#pending = new PendingReports(network);
    this.saturations = new SaturationHistory(network, store.table("saturation"));
    if (this.tip.number === 0) for (const record of network.genesis.chains) this.#putChain(record);
    this.#rounds = new MerkleChainRounds({
      ...ports,
      outbox: this.#outbox,
      replica: this.replica,
      firstRound: () => this.#firstRound(),
      bodyFor: (round) =>
        this.#pending.body(this.replica.state, round, this.replica.changeIn(round)),
      committedIn: (round) => this.#committedIn(round)?.hash ?? null,
      committed: (certified) => this.#committed(certified),
    });
    const openRound = (): number | null => this.#rounds.openRound;
    this.#leases = new Leases({ ...ports, replica: this.replica, openRound });
    const proofsAfter = (epoch: number): Uint8Array[] => this.epochProofs(epoch);
    const newest = (): number => this.#provenEpoch;
    this.#epochNews = new EpochNews({ ...ports, outbox: this.#outbox, newest, proofsAfter });
    const watched = this.#meta.get(WATCHED_KEY);
    const watchedRound = watched === undefined ? 0 : readU64Key(watched);
    const followed = {
      network,
      outbox: this.#outbox,
      of: "merkleChain" as const,
      headRound: () => this.replica.head.round,
      firstAfter: (round: number) => this.#firstAfter(round),
      store: (round: number) => this.#meta.put(WATCHED_KEY, u64Key(round)),
    };
    this.#watchers = new Watchers(followed, watchedRound);
  }

  /** The newest block; number 0 and the network's id before the first. */
  get tip(): { readonly number: number; readonly round: number; readonly hash: Uint8Array } {
    const { head, state } = this.replica;
    return { number: state.number, round: head.round, hash: state.blockHash };
  }

  takeEffects(): readonly Effect[] {
    return this.#outbox.take();
  }

  receive(request: PeerRequest): PeerAnswer {
    if (!isWellFormed(request)) return { kind: "refused", why: "Malformed request" };
    switch (request.kind) {
      case "notarise":
        return this.#notarise(request);
      case "commit":
        return this.#rounds.commit(request);
      case "decision":
        return this.#rounds.decision(request.round);
      case "nothing":
        return this.#rounds.nothing(request);
      case "blocks":
        return { kind: "blocks", certifiedBlocks: this.#certifiedAfter(request.afterRound) };
      case "lease":
        return this.#lease(request);
      default:
        return { kind: "refused", why: `The MerkleChain does not take ${request.kind}` };
    }
  }

  answered(to: PeerId, request: PeerRequest, answer: PeerAnswer | null): void {
    if (request.kind === "openPart") this.#rounds.answered(request, answer);
    if (request.kind === "follow" && to.kind === "validatorSet" && answer?.kind === "following")
      this.#watchers.has(to.set, answer.round);
    if (request.kind === "epochs" && to.kind === "shard")
      this.#epochNews.answered(to.shard, answer);
    this.#rounds.drive();
  }

  verified(): void {}
  work(): void {}

  tick(): void {
    this.#rounds.drive();
    this.#watchers.tell(this.#ports.clock.now());
    this.#epochNews.drive();
  }

  nextTickMs(): number | null {
    const now = this.#ports.clock.now();
    const round = this.#rounds.nextMs();
    const follow = this.#watchers.nextMs();
    const times = [round, follow, this.#epochNews.nextMs()].filter((time) => time !== null);
    return times.length === 0 ? null : Math.max(now, Math.ceil(Math.min(...times)));
  }

  /** Chains from id `from` on, at most a page. */
  directory(from: number): Directory {
    const rows = this.#ports.store
      .table("chains")
      .range({ from: u32Key(from), limit: DIRECTORY_PAGE });
    const chains = rows.map(([, bytes]) => decodeStored(chainRecordCodec, bytes));
    return { version: this.replica.state.chains, chains };
  }

  /** Blocks after a number, ascending. */
  blocksAfter(number: number, limit: number): MerkleChainBlock[] {
    const last = Math.min(this.replica.state.number, number + limit);
    const blocks: MerkleChainBlock[] = [];
    for (let next = number + 1; next <= last; next++) {
      const bytes = this.#ports.store.table("history").get(u64Key(next));
      if (bytes !== undefined) blocks.push(decodeStored(merkleChainBlockCodec, bytes));
    }
    return blocks;
  }

  /** what shows the epochs behind this one, as many as one message takes. */
  epochProofs(after: number): Uint8Array[] {
    const proofs = this.#ports.store
      .table("activations")
      .range({ from: u64Key(after + 1), limit: EPOCHS_A_CALL })
      .map(([, proof]) => proof);
    let bytes = 0;
    return proofs.filter(({ length }, i) => {
      bytes += length;
      return i === 0 || bytes <= EPOCH_BYTES_A_CALL;
    });
  }

  /** how far somebody may act who knows the epochs up to this one. Durable with the step. */
  grantLease(knownEpoch: number): number {
    return this.#leases.grant(knownEpoch);
  }

  #lease({ epoch: known }: LeaseRequest): PeerAnswer {
    // Everybody waits for the block that lets an announced epoch begin, or lapse: no pause is short enough.
    if (this.replica.changeRound === 0) this.#rounds.hasNews();
    this.#rounds.drive();
    const proofs = this.epochProofs(known);
    return { kind: "leased", epoch: this.#provenEpoch, lastRound: this.grantLease(known), proofs };
  }

  /** The newest epoch that can be shown to somebody. */
  get #provenEpoch(): number {
    const { epoch, isUnproven } = this.replica.state;
    return isUnproven ? epoch.epoch - 1 : epoch.epoch;
  }

  #firstRound(): number | null {
    const reported = this.#pending.firstRound(this.replica.state);
    const { changeRound } = this.replica;
    if (reported === null && changeRound === null) return null;
    const first = Math.min(reported ?? Infinity, changeRound ?? Infinity);
    return Math.max(first, this.#leases.firstAnnouncing);
  }

  #notarise(request: NotariseRequest): PeerAnswer {
    const { shard } = request;
    const { state } = this.replica;
    const before = this.#pending.headOf(state, shard);
    const why = this.#pending.takeHeaders(state, request);
    if (why !== null || before === undefined) return { kind: "refused", why: why ?? "No shard" };
    this.#pending.takeVoid(state, request);
    const chainsBefore = this.#pending.chains;
    const areProven = this.#pending.takeChains(request, state.chains, (round) =>
      this.#notarisedHeader(shard, round),
    );
    if (!areProven) this.#ports.log.write("created chain refused", { shard });
    const reportedRound = this.#pending.headOf(state, shard)?.round ?? 0;
    if (reportedRound > before.round || this.#pending.chains > chainsBefore) this.#rounds.hasNews();
    this.#rounds.drive();
    const round = notarisedHead(state, shard)?.round ?? 0;
    return { kind: "reported", round, chains: state.chains, reportedRound };
  }

  #committed(certified: CertifiedBlock): void {
    const { store } = this.#ports;
    const { header, merkleChain: body } = certified.block;
    invariant(body !== null, "A part without its body");
    const { block, headers } = body;
    const hash = jointHeaderHash(header);
    const { number, round } = block;
    putChunked(store.table("blocks"), u64Key(number), certifiedBlockCodec.encode(certified));
    // Subscribers read it without what shows it.
    store.table("history").put(u64Key(number), merkleChainBlockCodec.encode(block));
    this.#headers.put(u64Key(round), committedCodec.encode({ number, hash }));
    this.#putNotarised(block, headers);
    for (const record of block.createdChains) this.#putChain(record);
    this.saturations.add(block, headers);
    this.#proveEpoch(header, certified.certificate, number - 1);
    const { state } = this.replica;
    this.#pending.forget(state);
    // The voters of its set end the round by its word, and have the block by then.
    this.#watchers.has(header.set, round);
    const told = new Set(block.notarised.map(({ shard }) => shard));
    if (block.createdChains.length > 0) told.add(this.#ports.network.rootShard);
    for (const shard of told) {
      const head = notarisedHead(state, shard);
      const notarised = { round: head?.round ?? 0, chains: state.chains };
      this.#outbox.call({ kind: "shard", shard }, { kind: "notarised", ...notarised });
    }
  }

  /** that the block before this header's activated an epoch can be shown from now on, if it did. */
  #proveEpoch(header: JointHeader, certificate: Certificate, before: number): void {
    const [parent] = this.blocksAfter(before - 1, 1);
    if (parent?.epochChange?.kind !== "activated") return;
    const bytes = getChunked(this.#ports.store.table("blocks"), u64Key(before));
    invariant(bytes !== undefined, "A block of the log is missing", { number: before });
    const activated = decodeStored(certifiedBlockCodec, bytes);
    const proof = epochProofCodec.encode({
      block: summaryOf(parent),
      certified: { header: activated.block.header, certificate: activated.certificate },
      child: { header, certificate },
      seats: this.#ports.network.seatsNewIn(parent.epochChange.epoch),
    });
    const { epoch } = parent.epochChange.epoch;
    this.#ports.store.table("activations").put(u64Key(epoch), proof);
    this.#epochNews.begin();
  }

  #putNotarised({ notarised }: MerkleChainBlock, headers: readonly CertifiedHeader[]): void {
    const table = this.#ports.store.table("notarised");
    for (const certified of headers) {
      const { header } = certified;
      const bytes = certifiedHeaderCodec.encode(certified);
      for (const { shard } of header.halves) {
        const isOf = notarised.some((one) => one.shard === shard && one.round === header.round);
        if (isOf) table.put(shardRoundKey(shard, header.round), bytes);
      }
    }
  }

  /** R-7.1: what a set on T0's duty follows. */
  #certifiedAfter(round: number): Uint8Array[] {
    const found: Uint8Array[] = [];
    let bytes = 0;
    for (const { number } of this.#roundsAfter(round, BLOCKS_A_CALL)) {
      const certified = getChunked(this.#ports.store.table("blocks"), u64Key(number));
      if (certified === undefined) break;
      found.push(certified);
      bytes += certified.length;
      if (bytes > BLOCK_BYTES_A_CALL) break;
    }
    return found;
  }

  get #headers(): Table {
    return this.#ports.store.table("headers");
  }

  #roundsAfter(round: number, limit: number): Committed[] {
    return this.#ports.store
      .table("headers")
      .range({ from: u64Key(round + 1), limit })
      .map(([, bytes]) => decodeStored(committedCodec, bytes));
  }

  #firstAfter(round: number): number {
    const [row] = this.#headers.range({ from: u64Key(round + 1), limit: 1 });
    return row === undefined ? 0 : readU64Key(row[0]);
  }

  #committedIn(round: number): Committed | undefined {
    const bytes = this.#headers.get(u64Key(round));
    return bytes === undefined ? undefined : decodeStored(committedCodec, bytes);
  }

  #notarisedHeader(shard: number, round: number): CertifiedHeader | undefined {
    const bytes = this.#ports.store.table("notarised").get(shardRoundKey(shard, round));
    return bytes === undefined ? undefined : decodeStored(certifiedHeaderCodec, bytes);
  }

  #putChain(record: ChainRecord): void {
    this.#ports.store.table("chains").put(u32Key(record.chain), chainRecordCodec.encode(record));
  }
}
