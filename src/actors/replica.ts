// A replica of one shard: its committed blocks, executed in order, and what consensus may know before each round. The shard
// itself and every set that covers it run this same code; each has its own store.
import { invariant } from "../protocol/assert.ts";
import type { RoundView } from "../protocol/blocks/assembler.ts";
import type { FormedShardBlock, ShardView } from "../protocol/blocks/build-shard-block.ts";
import { chainHeaderHash } from "../protocol/blocks/chain-header.ts";
import { type Head, jointHeaderHash } from "../protocol/blocks/joint-header.ts";
import type { Reach } from "../protocol/blocks/reach.ts";
import { type CertifiedBlock, certifiedBlockCodec } from "../protocol/blocks/shard-block.ts";
import { type Certificate, certificateCodec } from "../protocol/consensus/messages.ts";
import { equalBytes } from "../protocol/encoding/bytes.ts";
import { decodeStored } from "../protocol/encoding/codec.ts";
import { ROOT_CHAIN } from "../protocol/ledger/chain-id.ts";
import { type ChainRecord, chainRecordCodec } from "../protocol/ledger/chain-record.ts";
import type { CrossResult } from "../protocol/ledger/cross-result.ts";
import type { RoundResult } from "../protocol/ledger/execute-round.ts";
import { genesisState } from "../protocol/ledger/genesis-state.ts";
import { chainKey, offersKey } from "../protocol/merkle/state-key.ts";
import { EMPTY_HASH } from "../protocol/merkle/state-subtree.ts";
import {
  type ChainWindow,
  chainWindows,
  dueChains,
  type RoundInclusions,
  roundInclusionsCodec,
  withoutLegs,
} from "../protocol/reserve/window.ts";
import { BlockStore } from "./block-store.ts";
import { type ChainProgress, ChainProgressTable } from "./chain-progress.ts";
import { deleteChunked, getChunked, putChunked } from "./chunked.ts";
import { executePlaced } from "./execute-placed.ts";
import { readU32Key, readU64Key, u64Key } from "./keys.ts";
import type { Network } from "./network.ts";
import type { Store } from "./ports.ts";
import { REPLICA_HEAD_KEY, type ReplicaHead, replicaHeadCodec } from "./replica-head.ts";
import { ReplicaState } from "./replica-state.ts";
import { type CrossRound, type UnexecutedRound, UnexecutedRounds } from "./unexecuted-rounds.ts";

// Decoded chain records kept at hand, some 500 bytes each; a shard may have many more chains.
const RECORDS_MAX = 2_000;

export interface ExecutedRound extends RoundResult {
  readonly round: number;
  readonly placed: FormedShardBlock["placed"];
}

interface WindowsByChain {
  readonly windows: (chain: number) => ChainWindow;
}

export class Replica {
  readonly shard: number;
  readonly state: ReplicaState;
  readonly blocks: BlockStore;
  readonly #network: Network;
  readonly #store: Store;
  #progress: ReplicaHead;
  #head: Head;
  #headCertificate: Certificate | null = null;
  /** Inclusions of the committed rounds that windows or roots still look at, ascending. */
  #recent: RoundInclusions[] = [];
  readonly #unexecuted: UnexecutedRounds;
  readonly #chains: ChainProgressTable;
  /** The windows asked for last: balances and candidates ask for the same ones many times. */
  #windows: (WindowsByChain & { readonly round: number; readonly headRound: number }) | null = null;
  /** The same of the rounds that are not executed: every admission asks. */
  #pending: (WindowsByChain & { readonly next: number; readonly executedRound: number }) | null =
    null;
  readonly #records = new Map<number, ChainRecord>();

  /** Opens the replica, creating it from the genesis record the first time. Call it inside a transaction. */
  constructor(store: Store, network: Network, shard: number, pageCacheBytes?: number) {
    this.#store = store;
    this.#network = network;
    this.shard = shard;
    this.blocks = new BlockStore(store);
    this.#unexecuted = new UnexecutedRounds(network.id, shard, this.blocks);
    this.state = new ReplicaState(store, network.k, pageCacheBytes);
    this.#chains = new ChainProgressTable(store);
    const stored = store.table("meta").get(REPLICA_HEAD_KEY);
    this.#head = { round: 0, hash: network.id };
    if (stored === undefined) {
      this.#progress = { shard, round: 0, executedRound: 0 };
      this.state.applyGenesis(genesisState(network.genesis, shard));
      for (const record of network.genesis.chains) {
        if (record.shard === shard) this.#chains.open(record.chain, this.state.root(record.chain));
      }
      this.#writeProgress(this.#progress);
    } else {
      this.#progress = decodeStored(replicaHeadCodec, stored);
      invariant(this.#progress.shard === shard, "The store holds another shard's replica", {
        shard,
      });
      this.#loadHead();
    }
  }

  /** The last committed block. */
  get head(): Head {
    return this.#head;
  }

  get headCertificate(): Certificate | null {
    return this.#headCertificate;
  }

  get executedRound(): number {
    return this.#progress.executedRound;
  }

  /** Whether the chain is one of the shard's, born or not. */
  has(chain: number): boolean {
    return this.#chains.has(chain);
  }

  /** Whether committed rounds wait for execution. */
  get hasUnexecuted(): boolean {
    return this.#progress.executedRound < this.#head.round;
  }

  /** whether the state after round n-k is known, so that consensus on `round` may use it. */
  canJudge(round: number): boolean {
    return !this.hasUnexecuted || this.#nextUnexecuted().round > round - this.#network.k;
  }

  /** What tells the shard's own chains from others, in the newest epoch that is known. */
  get places(): Pick<Reach, "shard" | "shardOf"> {
    return { shard: this.shard, shardOf: (chain) => this.#network.shardOf(chain) };
  }

  /** The record of a chain of this shard, also before its birth. */
  chain(chain: number): ChainRecord | undefined {
    const known = this.#records.get(chain);
    if (known !== undefined) return known;
    // A question about a chain that is none opens no tree.
    if (!this.#chains.has(chain)) return undefined;
    const bytes = this.state.get(chain, chainKey());
    if (bytes === undefined) return undefined;
    const record = decodeStored(chainRecordCodec, bytes);
    if (this.#records.size >= RECORDS_MAX) this.#records.clear();
    this.#records.set(chain, record);
    return record;
  }

  /** The window of `round` on a chain. `coming`: what rounds after the head may include. */
  windows(round: number, coming: readonly RoundInclusions[] = []): (chain: number) => ChainWindow {
    if (coming.length > 0)
      return chainWindows([...this.#recent, ...coming], round, this.#network.k);
    const known = this.#windows;
    if (known?.round === round && known.headRound === this.#head.round) return known.windows;
    const windows = chainWindows(this.#recent, round, this.#network.k);
    this.#windows = { round, headRound: this.#head.round, windows };
    return windows;
  }

  /** What judging transactions for a block of `round` may look at. `coming`: see `windows`. */
  roundView(round: number, coming: readonly RoundInclusions[] = []): RoundView {
    const { k, epochs } = this.#network;
    const { shards } = epochs.dutyOf(this.shard, round);
    return {
      shard: this.shard,
      shardOf: (chain) => epochs.shardOf(chain, round),
      round,
      k,
      partner: shards.find((one) => one !== this.shard) ?? null,
      nextMeeting: (other) => epochs.nextMeeting(this.shard, other, round),
      chain: (chain) => this.chain(chain),
      account: (chain, address) => this.state.accountAfter(chain, address, round - k),
      usedOffers: (chain, maker) => this.state.getAfter(chain, offersKey(maker), round - k),
      window: this.windows(round, coming),
    };
  }

  /** What forming or checking the shard's half of `round` may look at. The replica must be able to judge that round. */
  view(round: number): ShardView {
    invariant(round > this.#head.round, "A view of a round that is decided", { round });
    invariant(this.canJudge(round), "R-5.1 A view without the state after round n-k", { round });
    const { k, id } = this.#network;
    return {
      ...this.roundView(round),
      networkId: id,
      epoch: this.#network.epochAt(round),
      head: this.#head,
      headCertificate: this.#headCertificate,
      certifiesHead: (certificate) => this.#certifiesHead(certificate),
      chainParent: (chain) => this.#chains.get(chain).headerHash,
      stateRoot: (chain) => this.state.rootAfter(chain, round - k),
      rootsToCarry: () => this.#rootsToCarry(round),
    };
  }

  /** How many nonces of the sender legs use that are committed and not executed yet. */
  unexecutedNonces(chain: number, sender: string): number {
    if (!this.hasUnexecuted) {
      this.#pending = null;
      return 0;
    }
    const next = this.#head.round + 1;
    const { executedRound } = this.#progress;
    if (this.#pending?.next !== next || this.#pending.executedRound !== executedRound) {
      const windows = chainWindows(this.#recent, next, next - executedRound);
      this.#pending = { next, executedRound, windows };
    }
    return this.#pending.windows(chain).inflight.get(sender)?.nonces ?? 0;
  }

  /** The round of the newest header of a chain; 0 before its first. */
  headerRound(chain: number): number {
    return this.#chains.get(chain).headerRound;
  }

  /** What headers have said of a chain of the shard. */
  chainProgress(chain: number): ChainProgress {
    return this.#chains.get(chain);
  }

  /** whether a root after `round` - k or before is carried by no header yet. */
  hasUncarriedRoot(round: number): boolean {
    return this.#dueChains(round).length > 0;
  }

  /** The next round at which a root falls due for a header; null if all are carried. */
  nextRootDue(): number | null {
    const { k } = this.#network;
    for (const { round, chains } of this.#recent) {
      if (chains.length > 0 && this.#head.round < round + k) return round + k;
    }
    return null;
  }

  /**
   * Makes a checked block the head. Idempotent for the head itself; any other block must extend it. `encoded`: the block's bytes,
   * where the caller has them.
   */
  commit(
    certified: CertifiedBlock,
    formed: FormedShardBlock,
    encoded: Uint8Array = certifiedBlockCodec.encode(certified),
  ): void {
    const { header } = certified.block;
    const hash = jointHeaderHash(header);
    if (equalBytes(hash, this.#head.hash)) return;
    const { round } = header;
    invariant(equalBytes(formed.half.head.hash, this.#head.hash), "R-4.7 A block off the head", {
      round,
    });
    const { certificate } = certified;
    const { chainHeaders } = formed.shardBlock;
    this.blocks.put({ header, certificate, chainHeaders }, encoded);
    putChunked(
      this.#store.table("inclusions"),
      u64Key(round),
      roundInclusionsCodec.encode(formed.inclusions),
    );
    for (const chainHeader of formed.shardBlock.chainHeaders) {
      this.#chains.put(chainHeader.chain, {
        headerHash: chainHeaderHash(this.#network.id, header.epoch, chainHeader),
        headerRound: round,
        carriedRoot: chainHeader.stateRoot,
      });
    }
    this.#head = { round, hash };
    this.#headCertificate = certified.certificate;
    this.#recent.push(formed.inclusions);
    this.#unexecuted.committed(round, formed);
    this.#writeProgress({ ...this.#progress, round });
    this.#forgetOldInclusions();
  }

  /** The next round to be executed, if it cannot be without what the partner shard knows. */
  get crossRound(): CrossRound | null {
    if (!this.hasUnexecuted) return null;
    const next = this.#nextUnexecuted();
    return this.#unexecuted.crossRound(next.round, next);
  }

  /** Whether the next round can be executed by what this replica has alone. */
  get canExecute(): boolean {
    return this.hasUnexecuted && this.crossRound === null;
  }

  /**
   * Executes the oldest committed round that is not executed yet; null if there is none, or if it is a `crossRound` and its result
   * is not given.
   */
  executeNext(cross: CrossResult | null = null): ExecutedRound | null {
    if (!this.hasUnexecuted) return null;
    const next = this.#nextUnexecuted();
    const { round } = next;
    const { placed, crossShard } = this.#unexecuted.get(round, next);
    if (crossShard > 0 && cross === null) return null;
    invariant(
      crossShard === (cross?.receipts.length ?? 0),
      "R-5.4 The result of other transactions",
      { round },
    );
    const own = cross?.chains.filter(({ chain }) => this.#chains.has(chain)) ?? [];
    const { k } = this.#network;
    const result = executePlaced(this, this.#network, {
      round,
      cross: { chains: own, receipts: cross?.receipts ?? [] },
      transactions: placed.slice(crossShard),
      paysUnbonded: next.chains.some(({ chain }) => chain === ROOT_CHAIN),
      read: (chain, key) => this.state.get(chain, key),
    });
    for (const { chain } of result.created) this.#chains.open(chain, new Uint8Array(32));
    if (result.writes.length > 0) this.state.apply(round, result.writes, round - k);
    this.#unexecuted.executed(round);
    this.#writeProgress({ ...this.#progress, executedRound: round });
    return { round, placed, ...result };
  }

  /** The committed rounds that are not executed yet, ascending, each with what it holds. */
  unexecutedRounds(): UnexecutedRound[] {
    return this.#unexecuted.after(this.#progress.executedRound, this.#recent);
  }

  inclusions(round: number): RoundInclusions | undefined {
    const bytes = getChunked(this.#store.table("inclusions"), u64Key(round));
    return bytes === undefined ? undefined : decodeStored(roundInclusionsCodec, bytes);
  }

  /** Ids of the shard's chains from `from` on, ascending; unborn ones too. */
  chainIds(from: number, limit: number): number[] {
    return this.#chains.ids(from, limit);
  }

  /** Only rounds that can still be taken back can hold a root that no header carries: see `ReplicaState.apply`. */
  #rootsToCarry(round: number): number[] {
    const stateRound = round - this.#network.k;
    const changed = [...this.state.changedChains()].filter((chain) => {
      const { carriedRoot } = this.#chains.get(chain);
      const root = this.state.rootAfter(chain, stateRound);
      // A chain that round n-k does not know yet has no root to carry.
      return !equalBytes(root, EMPTY_HASH) && !equalBytes(carriedRoot, root);
    });
    return [...new Set([...changed, ...this.#dueChains(round)])].sort((a, b) => a - b);
  }

  #dueChains(round: number): number[] {
    const { k } = this.#network;
    return dueChains(this.#recent, { round, headRound: this.#head.round, k });
  }

  /** whose votes a certificate counts differs from voter to voter; any quorum's is one of the head. */
  #certifiesHead(certificate: Certificate): boolean {
    const own = this.#headCertificate;
    if (own === null || !equalBytes(certificate.value, this.#head.hash)) return false;
    const bytes = certificateCodec.encode(certificate);
    if (equalBytes(bytes, certificateCodec.encode(own))) return true;
    const header = this.blocks.header(this.#head.round)?.header;
    return header !== undefined && this.#network.certifies(certificate, header, this.#head.hash);
  }

  #nextUnexecuted(): RoundInclusions {
    const next = this.#recent.find(({ round }) => round > this.#progress.executedRound);
    invariant(next !== undefined, "A committed round without its inclusions");
    return next;
  }

  #loadHead(): void {
    const { round } = this.#progress;
    if (round === 0) return;
    for (const [key] of this.#store
      .table("inclusions")
      .range({ reverse: true, limit: 4 * this.#network.k })) {
      const at = readU64Key(key);
      if (readU32Key(key, 8) !== 0) continue;
      const included = this.inclusions(at);
      if (included !== undefined) this.#recent.unshift(included);
    }
    // a committed round without its inclusions is missing history, not an empty round.
    invariant(this.#recent.at(-1)?.round === round, "R-6.3 The head's inclusions are missing", {
      round,
    });
    const committed = this.blocks.header(round);
    invariant(committed !== undefined, "The head's header is missing", { round });
    this.#head = { round, hash: jointHeaderHash(committed.header) };
    this.#headCertificate = committed.certificate;
  }

  /** Windows reach back k-1 rounds before the next one; roots must be carried; the rest can go. */
  #forgetOldInclusions(): void {
    const keepFrom = Math.min(this.#head.round - 2 * this.#network.k, this.#progress.executedRound);
    for (const { round } of this.#recent.filter((included) => included.round < keepFrom)) {
      deleteChunked(this.#store.table("inclusions"), u64Key(round));
    }
    const windowed = Math.min(this.#head.round - this.#network.k, this.#progress.executedRound);
    this.#recent = this.#recent
      .filter((included) => included.round >= keepFrom)
      .map((included) => (included.round > windowed ? included : withoutLegs(included)));
  }

  #writeProgress(progress: ReplicaHead): void {
    this.#progress = progress;
    this.#store.table("meta").put(REPLICA_HEAD_KEY, replicaHeadCodec.encode(progress));
  }
}
