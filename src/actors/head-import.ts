// Makes a replica of a shard's state that came from elsewhere: takes over the blocks since, each with its certificate, and the
// verdicts of on what they included, which nobody can reach any more; then what headers have said of each chain. A verdict that
// is wrong leads to another root, which the header k rounds later does not carry: the replica refuses it.
import { chainHeaderHash } from "../protocol/blocks/chain-header.ts";
import { jointHeaderHash } from "../protocol/blocks/joint-header.ts";
import { restoreInclusions } from "../protocol/blocks/restore-inclusions.ts";
import { certifiedBlockCodec } from "../protocol/blocks/shard-block.ts";
import { equalBytes } from "../protocol/encoding/bytes.ts";
import { ROOT_CHAIN } from "../protocol/ledger/chain-id.ts";
import { genesisState } from "../protocol/ledger/genesis-state.ts";
import type { VerifiedTransaction } from "../protocol/ledger/unverified.ts";
import { EMPTY_HASH } from "../protocol/merkle/state-subtree.ts";
import { StateTree } from "../protocol/merkle/state-tree.ts";
import { merkleRoot } from "../protocol/merkle/transaction-tree.ts";
import { roundInclusionsCodec } from "../protocol/reserve/window.ts";
import { BlockStore, type CommittedHeader, committedHeaderCodec } from "./block-store.ts";
import { certifiedBody } from "./certified-body.ts";
import { ChainProgressTable } from "./chain-progress.ts";
import { deleteChunked, putChunked } from "./chunked.ts";
import { rootsFault } from "./head-roots.ts";
import { certifiedHeaderRefusal } from "./judge-certified.ts";
import { u64Key } from "./keys.ts";
import { KnownTransactions } from "./known-transactions.ts";
import type { Network } from "./network.ts";
import { PageRows } from "./page-rows.ts";
import type { Store } from "./ports.ts";
import { REPLICA_HEAD_KEY, replicaHeadCodec } from "./replica-head.ts";
import { ReplicaState } from "./replica-state.ts";
import { firstHeadRound, type HeadRound, type StateHead } from "./state-head.ts";
import { SyncedStates } from "./synced-states.ts";
import { ValidatorIndex } from "./validator-index.ts";

export interface HeadImportPorts {
  readonly store: Store;
  readonly network: Network;
  readonly shard: number;
  /** Of the state that is there. */
  readonly root: (chain: number) => Uint8Array;
}

export class HeadImport {
  readonly head: StateHead;
  readonly #ports: HeadImportPorts;
  readonly #blocks: BlockStore;
  /** Chains of which a certified header says what the shard says. */
  readonly #proven = new Set<number>();
  #idleChains: StateHead["chains"] | null = null;
  #genesisRoots: ReadonlyMap<number, Uint8Array> | null = null;

  constructor(ports: HeadImportPorts, head: StateHead) {
    this.#ports = ports;
    this.head = head;
    this.#blocks = new BlockStore(ports.store);
  }

  /** Rounds whose headers are to come: the newest that carry the roots of chains in none of the blocks. */
  headerRounds(limit: number): number[] {
    const due = this.#idle.filter(({ chain }) => !this.#proven.has(chain));
    const rounds = new Set(
      due.flatMap((one) => (one.headerHash === null ? [] : [one.headerRound])),
    );
    return [...rounds].sort((a, b) => a - b).slice(0, limit);
  }

  /** Takes over what one of those headers says. Why not; null if it did, or does not need it. */
  takeHeader(bytes: Uint8Array): string | null {
    const { network, shard } = this.#ports;
    const decoded = committedHeaderCodec.decode(bytes);
    if (!decoded.ok) return "no committed header";
    const { header, certificate, chainHeaders } = decoded.value;
    const { round } = header;
    const refusal = certifiedHeaderRefusal(network, shard, header, certificate);
    if (refusal !== null) return JSON.stringify(refusal);
    if (!network.certifies(certificate, header, jointHeaderHash(header))) {
      return `the header of round ${round} is not certified`;
    }
    const hashes = chainHeaders.map((one) => chainHeaderHash(network.id, header.epoch, one));
    const half = header.halves.find((one) => one.shard === shard);
    if (half?.chainCount !== hashes.length || !equalBytes(half.chainsRoot, merkleRoot(hashes))) {
      return `the header of round ${round} has other chains`;
    }
    for (const { chain, headerRound, headerHash, carriedRoot } of this.#idle) {
      const place = chainHeaders.findIndex((one) => one.chain === chain);
      const hash = hashes[place];
      if (headerRound !== round || headerHash === null || hash === undefined) continue;
      const carried = chainHeaders[place]?.stateRoot ?? EMPTY_HASH;
      if (equalBytes(hash, headerHash) && equalBytes(carried, carriedRoot)) this.#proven.add(chain);
    }
    return null;
  }

  /** The next round whose block is to come; null if all are there. */
  get nextRound(): number | null {
    return this.#next()?.round ?? null;
  }

  /** Takes a block over if it is the next one. Why not; null if it did, or has it, or does not need it. */
  take(bytes: Uint8Array): string | null {
    const { network, shard, store } = this.#ports;
    const next = this.#next();
    const decoded = certifiedBlockCodec.decode(bytes);
    if (!decoded.ok) return "no certified block";
    const { block, certificate } = decoded.value;
    const { header } = block;
    const { round } = header;
    if (next === undefined || round < next.round) return null;
    if (round !== next.round) return `round ${round} in the place of ${next.round}`;
    const refusal = certifiedHeaderRefusal(network, shard, header, certificate);
    if (refusal !== null) return JSON.stringify(refusal);
    if (!network.certifies(certificate, header, jointHeaderHash(header))) {
      return `the block of round ${round} is not certified`;
    }
    const body = certifiedBody(network, block, shard, KnownTransactions.none);
    if (body === null) return `the body of round ${round} is another one`;
    const { half, shardBlock, transactions } = body;
    const parent = this.#before(round);
    if (parent !== undefined && !equalBytes(half.head.hash, jointHeaderHash(parent.header))) {
      return `R-4.7 the block of round ${round} is off the head`;
    }
    if (parent === undefined && half.head.round > firstHeadRound(this.head, network.k)) {
      return `the block of round ${half.head.round} is left out`;
    }
    const legs = transactions.reduce((sum, one) => sum + one.transaction.legs.length, 0);
    const emptying = [...next.emptying].map((one) => one === 1);
    if (emptying.length !== legs) return `round ${round} has ${legs} legs, not ${emptying.length}`;
    const { k, epochs } = network;
    const { shards } = epochs.dutyOf(shard, round);
    const reach = {
      shard,
      shardOf: (chain: number) => network.shardOf(chain),
      partner: shards.find((one) => one !== shard) ?? null,
      nextMeeting: (other: number) => epochs.nextMeeting(shard, other, round),
    };
    // A quorum has checked the signatures.
    const verified = transactions as readonly VerifiedTransaction[];
    const inclusions = restoreInclusions({ ...reach, round, k }, verified, emptying);
    const { chainHeaders } = shardBlock;
    this.#blocks.put({ header, certificate, chainHeaders }, bytes);
    const key = u64Key(round);
    putChunked(store.table("inclusions"), key, roundInclusionsCodec.encode(inclusions));
    return null;
  }

  /** Opens the store for a replica. Why the state cannot be the one behind these blocks; null if that is done. */
  finish(): string | null {
    const { store, network, shard, root } = this.#ports;
    const { round, headRound, chains } = this.head;
    const fault =
      this.#chainsFault() ??
      rootsFault({
        head: this.head,
        k: network.k,
        headers: this.#headers,
        root,
        firstRoot: (chain) => this.#firstRoot(chain),
      });
    if (fault !== null) return fault;
    const table = new ChainProgressTable(store);
    for (const { chain, ...progress } of chains) table.put(chain, progress);
    // A source may have told of chains that are none: pages of one created later must not be there.
    new SyncedStates(store.table("pages")).keepOnly(chains.map(({ chain }) => chain));
    if (round > 0) new ReplicaState(store, network.k).begin(round);
    if (table.has(ROOT_CHAIN)) {
      new ValidatorIndex(store).rebuild(new PageRows(store.table("pages"), ROOT_CHAIN));
    }
    const progress = { shard, round: headRound, executedRound: round };
    store.table("meta").put(REPLICA_HEAD_KEY, replicaHeadCodec.encode(progress));
    return null;
  }

  /** Forgets the blocks. */
  drop(): void {
    for (const { round } of this.head.rounds) {
      this.#blocks.prune(round);
      deleteChunked(this.#ports.store.table("inclusions"), u64Key(round));
    }
  }

  /** Chains that are in none of the blocks, once those are there. */
  get #idle(): StateHead["chains"] {
    this.#idleChains ??= this.#findIdle();
    return this.#idleChains;
  }

  #findIdle(): StateHead["chains"] {
    const touched = new Set(
      this.#headers.flatMap(({ chainHeaders }) => chainHeaders.map(({ chain }) => chain)),
    );
    return this.head.chains.filter(({ chain }) => !touched.has(chain));
  }

  #next(): HeadRound | undefined {
    return this.head.rounds.find(({ round }) => this.#blocks.header(round) === undefined);
  }

  #before(round: number): CommittedHeader | undefined {
    const before = this.head.rounds.findLast((one) => one.round < round);
    return before === undefined ? undefined : this.#blocks.header(before.round);
  }

  get #headers(): CommittedHeader[] {
    return this.head.rounds.flatMap(({ round }) => this.#blocks.header(round) ?? []);
  }

  /** What headers say of a chain must be what the newest of the blocks with it says, or the state has not changed since then. */
  #chainsFault(): string | null {
    const { network, shard, root } = this.#ports;
    const newest = new Map<number, { hash: Uint8Array; round: number; stateRoot: Uint8Array }>();
    for (const { header, chainHeaders } of this.#headers) {
      for (const one of chainHeaders) {
        const hash = chainHeaderHash(network.id, header.epoch, one);
        newest.set(one.chain, { hash, round: header.round, stateRoot: one.stateRoot });
      }
    }
    const told = new Map(this.head.chains.map((one) => [one.chain, one]));
    const own = network.genesis.chains.filter((record) => record.shard === shard);
    const missing = [...own.map(({ chain }) => chain), ...newest.keys()].find(
      (chain) => !told.has(chain),
    );
    if (missing !== undefined) return `chain ${missing} is left out`;
    for (const { chain, headerHash, headerRound, carriedRoot } of told.values()) {
      const header = newest.get(chain);
      if (header === undefined) {
        if (headerHash === null && !equalBytes(carriedRoot, this.#firstRoot(chain))) {
          return `chain ${chain} began with another root`;
        }
        if (!equalBytes(carriedRoot, root(chain))) return `chain ${chain} has another root`;
        if (headerHash !== null && !this.#proven.has(chain)) {
          return `chain ${chain} is not so in a header of round ${headerRound}`;
        }
      } else if (
        headerRound !== header.round ||
        headerHash === null ||
        !equalBytes(headerHash, header.hash) ||
        !equalBytes(carriedRoot, header.stateRoot)
      ) {
        return `chain ${chain} has another header in round ${header.round}`;
      }
    }
    return null;
  }

  /** Of a chain before its first header. */
  #firstRoot(chain: number): Uint8Array {
    this.#genesisRoots ??= this.#readGenesis();
    return this.#genesisRoots.get(chain) ?? EMPTY_HASH;
  }

  #readGenesis(): Map<number, Uint8Array> {
    const { network, shard } = this.#ports;
    const byChain = Map.groupBy(genesisState(network.genesis, shard), ({ chain }) => chain);
    return new Map(
      [...byChain].map(([chain, own]) => {
        const pages = new Map<string, Uint8Array>();
        const store = {
          get: (prefix: string) => pages.get(prefix),
          put: (prefix: string, page: Uint8Array) => void pages.set(prefix, page),
          delete: (prefix: string) => void pages.delete(prefix),
        };
        return [chain, new StateTree(store).update(own)] as const;
      }),
    );
  }
}
