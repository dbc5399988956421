// What shards reported to the MerkleChain, and its next block does not have yet: checked when it comes, and kept in memory, as
// shards report again until it is notarised.
import { type CreatedChain, verifyCreatedChain } from "../protocol/blocks/created-chain.ts";
import { type Head, jointHeaderCodec, jointHeaderHash } from "../protocol/blocks/joint-header.ts";
import type { NotarisedHeader } from "../protocol/blocks/merkle-chain-block.ts";
import {
  type CertifiedHeader,
  certifiedHeaderType,
  type MerkleChainBody,
} from "../protocol/blocks/merkle-chain-body.ts";
import { type MerkleChainState, notarisedHead } from "../protocol/blocks/merkle-chain-state.ts";
import { certificateCodec } from "../protocol/consensus/messages.ts";
import { equalBytes, toHex } from "../protocol/encoding/bytes.ts";
import type { ChainRecord } from "../protocol/ledger/chain-record.ts";
import { MERKLE_CHAIN_BLOCK_ENTRIES_MAX, MERKLE_CHAIN_BODY_BYTES_MAX } from "../protocol/limits.ts";
import type { Network } from "./network.ts";
import type { NotariseRequest } from "./peers.ts";

interface Report {
  readonly notarised: NotarisedHeader;
  readonly certified: CertifiedHeader;
  readonly bytes: number;
}

interface ProvenChain {
  readonly record: ChainRecord;
  readonly created: CreatedChain;
  /** That carries the root. */
  readonly certified: CertifiedHeader;
}

// What waits of one shard; what it reports beyond it is reported again.
const REPORTS_A_SHARD_MAX = 64;
/** Of a body's bytes, what headers may take; the rest is for the proofs of chains. */
const HEADER_BYTES_MAX = MERKLE_CHAIN_BODY_BYTES_MAX / 2;
// A proof takes less than 10 KiB.
const CHAINS_A_BLOCK = 48;
const CHAINS_MAX = 4 * CHAINS_A_BLOCK;

export class PendingReports {
  readonly #network: Network;
  /** In parent order. */
  readonly #byShard = new Map<number, Report[]>();
  /** By id of the chain. */
  readonly #chains = new Map<number, ProvenChain>();

  constructor(network: Network) {
    this.#network = network;
  }

  /** The first round whose block would have something to say; null with nothing for any. */
  firstRound({ chains }: MerkleChainState): number | null {
    const firsts = [...this.#byShard.values()].map(([first]) => first?.notarised.round ?? 0);
    const chain = this.#chains.get(chains);
    if (chain !== undefined) firsts.push(chain.certified.header.round);
    return firsts.length === 0 ? null : Math.min(...firsts);
  }

  /** How many chains wait. */
  get chains(): number {
    return this.#chains.size;
  }

  /** The last header that waits, else the last that is notarised. */
  headOf(state: MerkleChainState, shard: number): Head | undefined {
    const last = this.#byShard.get(shard)?.at(-1)?.notarised;
    return last === undefined
      ? notarisedHead(state, shard)
      : { round: last.round, hash: last.headerHash };
  }

  /**
   * headers of a shard come in parent order, one child each, only with a certificate: all of them, or none. Why they are
   * refused, or null.
   */
  takeHeaders(state: MerkleChainState, { shard, headers }: NotariseRequest): string | null {
    let head = this.headOf(state, shard);
    if (head === undefined) return "No such shard";
    const waiting = this.#byShard.get(shard) ?? [];
    const taken: Report[] = [];
    for (const bytes of headers) {
      const header = jointHeaderCodec.decode(bytes.header);
      const certificate = certificateCodec.decode(bytes.certificate);
      if (!header.ok || !certificate.ok) return "Malformed header or certificate";
      const { round } = header.value;
      if (round <= head.round) continue;
      if (waiting.length + taken.length >= REPORTS_A_SHARD_MAX) break;
      const half = header.value.halves.find((one) => one.shard === shard);
      if (half === undefined || !equalBytes(half.head.hash, head.hash))
        return "The header does not extend the shard's notarised head";
      const headerHash = jointHeaderHash(header.value);
      const certified =
        this.#known(headerHash) ??
        this.#certified({ header: header.value, certificate: certificate.value }, headerHash);
      if (certified === null) return "The header's certificate does not hold";
      const size = certifiedHeaderType.serialize(certified).length;
      taken.push({ notarised: { shard, round, headerHash }, certified, bytes: size });
      head = { round, hash: headerHash };
    }
    if (taken.length > 0) this.#byShard.set(shard, [...waiting, ...taken]);
    return null;
  }

  /**
   * takes what is proven under a certified header of T0. `headerAt`: one that is notarised. Whether all of it was.
   */
  takeChains(
    { shard, createdChains }: NotariseRequest,
    chains: number,
    headerAt: (round: number) => CertifiedHeader | undefined,
  ): boolean {
    let areProven = true;
    for (const created of createdChains) {
      const { round } = created;
      const waiting = this.#byShard.get(shard)?.find(({ notarised }) => notarised.round === round);
      const certified = waiting?.certified ?? headerAt(round);
      const record =
        certified === undefined
          ? null
          : verifyCreatedChain(this.#network.id, certified.header, created);
      areProven &&= record !== null;
      if (certified === undefined || record === null || record.chain < chains) continue;
      if (this.#chains.size >= CHAINS_MAX || this.#chains.has(record.chain)) continue;
      this.#chains.set(record.chain, { record, created, certified });
    }
    return areProven;
  }

  /** The next block, with what shows it; null with nothing for one. */
  body(state: MerkleChainState, round: number): MerkleChainBody | null {
    const headers = new Map<string, CertifiedHeader>();
    const notarised: NotarisedHeader[] = [];
    const shards = [...this.#byShard.keys()].sort((a, b) => a - b);
    // Each shard has its share: none waits for another that has more.
    const entriesMax = Math.floor(MERKLE_CHAIN_BLOCK_ENTRIES_MAX / Math.max(shards.length, 1));
    const bytesMax = Math.floor(HEADER_BYTES_MAX / Math.max(shards.length, 1));
    for (const shard of shards) {
      let bytes = 0;
      const reports = this.#byShard.get(shard) ?? [];
      for (const [i, report] of reports.slice(0, Math.max(entriesMax, 1)).entries()) {
        bytes += report.bytes;
        if ((i > 0 && bytes > bytesMax) || notarised.length >= MERKLE_CHAIN_BLOCK_ENTRIES_MAX)
          break;
        // A shard whose clock is ahead waits for its round.
        if (report.notarised.round > round) break;
        notarised.push(report.notarised);
        headers.set(toHex(report.notarised.headerHash), report.certified);
      }
    }
    const chains: ProvenChain[] = [];
    for (let id = state.chains; chains.length < CHAINS_A_BLOCK; id++) {
      const chain = this.#chains.get(id);
      if (chain === undefined || chain.certified.header.round > round) break;
      chains.push(chain);
      const { certified } = chain;
      headers.set(toHex(jointHeaderHash(certified.header)), certified);
    }
    if (notarised.length === 0 && chains.length === 0) return null;
    const block = {
      number: state.number + 1,
      round,
      parent: state.blockHash,
      notarised,
      createdChains: chains.map(({ record }) => record),
    };
    return {
      block,
      headers: [...headers.values()],
      createdChains: chains.map(({ created }) => created),
    };
  }

  /** A block has become the MerkleChain's head: what it has waits no more. */
  forget(state: MerkleChainState): void {
    for (const [shard, reports] of this.#byShard) {
      const round = notarisedHead(state, shard)?.round ?? 0;
      const left = reports.filter(({ notarised }) => notarised.round > round);
      if (left.length > 0) this.#byShard.set(shard, left);
      else this.#byShard.delete(shard);
    }
    for (const chain of this.#chains.keys()) if (chain < state.chains) this.#chains.delete(chain);
  }

  /** The same header of the other shard of its block: its certificate needs no second look. */
  #known(hash: Uint8Array): CertifiedHeader | null {
    for (const reports of this.#byShard.values()) {
      const found = reports.find(({ notarised }) => equalBytes(notarised.headerHash, hash));
      if (found !== undefined) return found.certified;
    }
    return null;
  }

  #certified(certified: CertifiedHeader, hash: Uint8Array): CertifiedHeader | null {
    const { header, certificate } = certified;
    return this.#network.certifies(certificate, header, hash) ? certified : null;
  }
}
