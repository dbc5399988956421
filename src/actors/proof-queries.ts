// Proofs that a shard hands to light clients, made from what it stores when somebody asks. Reads only. A proof speaks of
// notarised headers alone: what the MerkleChain does not know yet is not there yet.
import { jointHeaderHash } from "../protocol/blocks/joint-header.ts";
import { type CertifiedBlock, totalOrder } from "../protocol/blocks/shard-block.ts";
import { equalBytes, toHex } from "../protocol/encoding/bytes.ts";
import { decodeStored } from "../protocol/encoding/codec.ts";
import { type Account, accountCodec } from "../protocol/ledger/account.ts";
import { storedTransaction, type VerifiedTransaction } from "../protocol/ledger/unverified.ts";
import { accountKey } from "../protocol/merkle/state-key.ts";
import type { StateProof } from "../protocol/merkle/state-proof.ts";
import type { StateTree } from "../protocol/merkle/state-tree.ts";
import { merkleProof } from "../protocol/merkle/transaction-tree.ts";
import { accountProofCodec } from "../protocol/proofs/account-proof.ts";
import { headerLink } from "../protocol/proofs/header-link.ts";
import { inclusionProofCodec } from "../protocol/proofs/inclusion-proof.ts";
import { PROOF_VERSION, ProofKind } from "../protocol/proofs/proof-codec.ts";
import { carriedStateRound } from "../protocol/proofs/verify-account.ts";
import type { CommittedHeader } from "./block-store.ts";
import { PackedChanges } from "./packed-changes.ts";
import { type PastPages, PastState } from "./past-state.ts";
import type { Shard } from "./shard.ts";

/** UNKNOWN: the shard has no such thing. NOT_YET: ask again. PRUNED: the block that it takes is not kept any more. */
export interface NoProof {
  readonly kind: "none";
  readonly why: "UNKNOWN" | "NOT_YET" | "PRUNED";
}

export interface InclusionProofView {
  readonly kind: "proof";
  readonly bytes: Uint8Array;
  readonly id: Uint8Array;
  readonly chain: number;
  readonly round: number;
  /** In the chain's block. */
  readonly position: number;
  readonly epoch: number;
  readonly headerHash: Uint8Array;
  /** The round of the header that extends the block's. */
  readonly childRound: number;
}

export interface AccountProofView {
  readonly kind: "proof";
  readonly bytes: Uint8Array;
  readonly chain: number;
  readonly address: Uint8Array;
  readonly account: Account | null;
  readonly round: number;
  readonly stateRound: number;
  readonly stateRoot: Uint8Array;
  readonly epoch: number;
  readonly headerHash: Uint8Array;
}

interface EntryProof {
  readonly value: Uint8Array | null;
  readonly stateProof: StateProof;
}

// Past states of chains that have traffic, of the present round: together their changes are those of k rounds of the shard.
const PAST_STATES_KEPT = 4;

const ofShard = new WeakMap<Shard, ProofQueries>();

const none = (why: NoProof["why"]): NoProof => ({ kind: "none", why });

export class ProofQueries {
  readonly #shard: Shard;
  readonly #pastStates = new Map<number, PastState>();
  /** The executed round from whose state those are taken back. */
  #presentRound = 0;

  private constructor(shard: Shard) {
    this.#shard = shard;
  }

  /** One a life of the actor: what was found for a question serves the next. */
  static of(shard: Shard): ProofQueries {
    const known = ofShard.get(shard) ?? new ProofQueries(shard);
    ofShard.set(shard, known);
    return known;
  }

  /** `chain`: the chain in whose block the transaction is to be shown; null for that of its first leg. */
  inclusion(id: Uint8Array, chain: number | null): InclusionProofView | NoProof {
    const { replica, log, progress, room } = this.#shard;
    const place = log.place(id);
    if (place?.kind !== "included") {
      return none(room.pool.get(toHex(id)) === undefined ? "UNKNOWN" : "NOT_YET");
    }
    const [childRound] = replica.blocks.roundsAfter(place.round, 1);
    if (place.round > progress.notarisedRound || childRound === undefined) return none("NOT_YET");
    const child = replica.blocks.header(childRound);
    const certified = replica.blocks.block(place.round);
    if (child === undefined || certified === undefined) return none("PRUNED");
    const found = this.#findTransaction(certified, place.position, chain);
    if (found === null) return none("UNKNOWN");
    const { header } = certified.block;
    const { transactions, index, chainHeaders, chainIndex } = found;
    const leaves = transactions.map(({ leaf }) => leaf);
    const link = headerLink(header, chainHeaders, chainIndex);
    const bytes = inclusionProofCodec.encode({
      version: PROOF_VERSION,
      kind: ProofKind.inclusion,
      transaction: (transactions[index] as VerifiedTransaction).bytes,
      index,
      path: merkleProof(leaves, index),
      link,
      commitment: {
        kind: "childHeader",
        header: child.header,
        certificate: child.certificate,
      },
    });
    return {
      kind: "proof",
      bytes,
      id,
      chain: link.chainHeader.chain,
      round: header.round,
      position: index,
      epoch: header.epoch,
      headerHash: jointHeaderHash(header),
      childRound,
    };
  }

  /** as of the newest notarised header that carries a root of the chain. */
  account(chain: number, address: Uint8Array): AccountProofView | NoProof {
    const { replica, network } = this.#shard;
    if (replica.chain(chain) === undefined) return none("UNKNOWN");
    const carrier = this.#carrierOf(chain);
    if ("kind" in carrier) return carrier;
    const { header, certificate, chainHeaders } = carrier;
    const chainIndex = chainHeaders.findIndex((one) => one.chain === chain);
    const link = headerLink(header, chainHeaders, chainIndex);
    const { stateRoot } = link.chainHeader;
    const stateRound = carriedStateRound(header.round, network.k);
    const entry = this.#prove(chain, accountKey(address), stateRound, stateRoot);
    if (entry === null) return none("NOT_YET");
    const { value, stateProof } = entry;
    const bytes = accountProofCodec.encode({
      version: PROOF_VERSION,
      kind: ProofKind.account,
      address,
      account: value,
      stateProof,
      link,
      certificate,
    });
    return {
      kind: "proof",
      bytes,
      chain,
      address,
      account: value === null ? null : decodeStored(accountCodec, value),
      round: header.round,
      stateRound,
      stateRoot,
      epoch: header.epoch,
      headerHash: jointHeaderHash(header),
    };
  }

  /** The newest notarised header with one of the chain. */
  #carrierOf(chain: number): CommittedHeader | NoProof {
    const { replica, progress, network } = this.#shard;
    const newest = replica.headerRound(chain);
    if (newest === 0) return none("NOT_YET");
    if (newest <= progress.notarisedRound) return replica.blocks.header(newest) ?? none("PRUNED");
    // Its newest header is on its way to the MerkleChain. A chain with traffic has another a little before.
    const { notarisedRound } = progress;
    for (let back = 0; back < Math.min(network.k, notarisedRound); back++) {
      const headers = replica.blocks.header(notarisedRound - back);
      if (headers?.chainHeaders.some((one) => one.chain === chain)) return headers;
    }
    return none("NOT_YET");
  }

  /** The entry under a root that the chain had after `round`; null if that state cannot be had back. */
  #prove(chain: number, key: Uint8Array, round: number, root: Uint8Array): EntryProof | null {
    const { state } = this.#shard.replica;
    if (equalBytes(state.root(chain), root)) {
      return { value: state.get(chain, key) ?? null, stateProof: state.prove(chain, key) };
    }
    const tree = this.#pastState(chain, round, root)?.around(key);
    return tree === undefined ? null : entryOf(tree, key);
  }

  #pastState(chain: number, round: number, root: Uint8Array): PastState | null {
    const { state, executedRound } = this.#shard.replica;
    if (this.#presentRound !== executedRound) this.#pastStates.clear();
    this.#presentRound = executedRound;
    const known = this.#pastStates.get(chain);
    if (known !== undefined && equalBytes(known.root, root)) return known;
    const changes = new PackedChanges();
    let rootBefore = state.root(chain);
    let upper: PastPages | null = null;
    for (const taken of state.changesAfter(chain, round)) {
      for (const change of taken.changes) changes.add(change);
      ({ rootBefore, upperBefore: upper } = taken);
    }
    // Notarisation is so late that the rounds since are forgotten.
    if (!equalBytes(rootBefore, root)) return null;
    const past = new PastState(state.pages(chain), changes, upper);
    const [oldest] = this.#pastStates.keys();
    if (this.#pastStates.size >= PAST_STATES_KEPT && oldest !== undefined) {
      this.#pastStates.delete(oldest);
    }
    this.#pastStates.set(chain, past);
    return past;
  }

  /** The transaction at a place of the total order, as a part of the block of one of its chains. */
  #findTransaction(certified: CertifiedBlock, position: number, chain: number | null) {
    const body = certified.block.shardBlocks.find((one) => one.shard === this.#shard.shard);
    const bytes = body === undefined ? undefined : [...totalOrder(body)][position];
    if (body === undefined || bytes === undefined) return null;
    const { id: networkId } = this.#shard.network;
    const { id, transaction } = storedTransaction(bytes, networkId);
    const on = transaction.legs.find((leg) => chain === null || leg.chain === chain)?.chain;
    if (on === undefined) return null;
    const { chainHeaders, crossShard, twoChain, singleChain } = body;
    const shared = [...crossShard, ...twoChain].map((one) => storedTransaction(one, networkId));
    const own = singleChain.find((one) => one.chain === on)?.transactions ?? [];
    const transactions = [
      ...shared.filter((one) => one.transaction.legs.some((leg) => leg.chain === on)),
      ...own.map((one) => storedTransaction(one, networkId)),
    ];
    const index = transactions.findIndex((one) => equalBytes(one.id, id));
    const chainIndex = chainHeaders.findIndex((header) => header.chain === on);
    return { transactions, index, chainHeaders, chainIndex };
  }
}

const entryOf = (tree: StateTree, key: Uint8Array): EntryProof => ({
  value: tree.get(key)?.slice() ?? null,
  stateProof: tree.prove(key),
});
