// What shards reported to the MerkleChain, and its next block does not have yet: checked when it comes, and kept in memory, as
// shards report again until it is notarised.
import { type CreatedChain, verifyCreatedChain } from "../protocol/blocks/created-chain.ts";
import { type Head, jointHeaderCodec, jointHeaderHash } from "../protocol/blocks/joint-header.ts";
import type {
  NotarisedHeader,
  ReportedHeader,
  VoidHeader,
} from "../protocol/blocks/merkle-chain-block.ts";
import {
  type CertifiedHeader,
  certifiedHeaderType,
  type MerkleChainBody,
} from "../protocol/blocks/merkle-chain-body.ts";
import {
  headBehind,
  type MerkleChainState,
  notarisedHead,
  saturationContext,
} from "../protocol/blocks/merkle-chain-state.ts";
import { certificateCodec } from "../protocol/consensus/messages.ts";
import { equalBytes, toHex } from "../protocol/encoding/bytes.ts";
import type { ChainRecord } from "../protocol/ledger/chain-record.ts";
import { MERKLE_CHAIN_BLOCK_ENTRIES_MAX, MERKLE_CHAIN_BODY_BYTES_MAX } from "../protocol/limits.ts";
import type { EpochChange } from "../protocol/rounds/epoch-change.ts";
import type { Network } from "./network.ts";
import type { NotariseRequest } from "./peers.ts";

interface Report {
  readonly notarised: ReportedHeader;
  readonly certified: CertifiedHeader;
  readonly bytes: number;
}

interface VoidReport extends Report {
  readonly notarised: VoidHeader;
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
  /** By shard, ascending by round: headers that it did not commit. */
  readonly #voided = new Map<number, VoidReport[]>();
  /** By id of the chain. */
  readonly #chains = new Map<number, ProvenChain>();

  constructor(network: Network) {
    this.#network = network;
  }

  /** The first round whose block would have something to say; null with nothing for any. */
  firstRound({ chains }: MerkleChainState): number | null {
    const waiting: readonly (readonly Report[])[] = [
      ...this.#byShard.values(),
      ...this.#voided.values(),
    ];
    const firsts = waiting.map(([first]) => first?.notarised.round ?? 0);
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

  /** takes certified headers that the shard did not commit. What is malformed, old or not certified is left out. */
  takeVoid({ heads }: MerkleChainState, { shard, voided }: NotariseRequest): void {
    const known = heads.find((one) => one.shard === shard);
    if (known === undefined) return;
    const waiting = [...(this.#voided.get(shard) ?? [])];
    for (const { isLate, ...bytes } of voided) {
      const header = jointHeaderCodec.decode(bytes.header);
      const certificate = certificateCodec.decode(bytes.certificate);
      if (!header.ok || !certificate.ok || waiting.length >= REPORTS_A_SHARD_MAX) continue;
      const { round, halves } = header.value;
      const newest = waiting.at(-1)?.notarised.round ?? known.voidedRound;
      if (round <= newest || !halves.some((half) => half.shard === shard)) continue;
      const headerHash = jointHeaderHash(header.value);
      const isCommitted = [known.head, ...this.#reported(shard)].some((one) =>
        equalBytes(one.hash, headerHash),
      );
      if (isCommitted) continue;
      const certified =
        this.#known(headerHash) ??
        this.#certified({ header: header.value, certificate: certificate.value }, headerHash);
      if (certified === null) continue;
      const size = certifiedHeaderType.serialize(certified).length;
      const notarised = { shard, round, headerHash, isLate };
      waiting.push({ notarised, certified, bytes: size });
    }
    if (waiting.length > 0) this.#voided.set(shard, waiting);
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
  body(
    state: MerkleChainState,
    round: number,
    epochChange: EpochChange | null,
  ): MerkleChainBody | null {
    const headers = new Map<string, CertifiedHeader>();
    const notarised: NotarisedHeader[] = [];
    const voided: VoidHeader[] = [];
    const shards = [...new Set([...this.#byShard.keys(), ...this.#voided.keys()])].sort(
      (a, b) => a - b,
    );
    // Each shard has its share: none waits for another that has more.
    const entriesMax = Math.floor(MERKLE_CHAIN_BLOCK_ENTRIES_MAX / Math.max(shards.length, 1));
    const bytesMax = Math.floor(HEADER_BYTES_MAX / Math.max(shards.length, 1));
    for (const shard of shards) {
      let bytes = 0;
      let known = state.heads.find((one) => one.shard === shard);
      const reports = this.#byShard.get(shard) ?? [];
      for (const [i, report] of reports.slice(0, Math.max(entriesMax, 1)).entries()) {
        bytes += report.bytes;
        if ((i > 0 && bytes > bytesMax) || notarised.length >= MERKLE_CHAIN_BLOCK_ENTRIES_MAX)
          break;
        // A shard whose clock is ahead waits for its round.
        if (report.notarised.round > round) break;
        const half = report.certified.header.halves.find((one) => one.shard === shard);
        if (known === undefined || half === undefined) break;
        const head = { round: report.notarised.round, hash: report.notarised.headerHash };
        const context = saturationContext(this.#network.genesis.epoch, state, known);
        const { next, saturation } = headBehind(context, known, head, half);
        known = next;
        notarised.push({ ...report.notarised, saturation });
        headers.set(toHex(report.notarised.headerHash), report.certified);
      }
      for (const report of this.#voided.get(shard)?.slice(0, Math.max(entriesMax, 1)) ?? []) {
        bytes += report.bytes;
        if (bytes > bytesMax || voided.length >= MERKLE_CHAIN_BLOCK_ENTRIES_MAX) break;
        if (report.notarised.round > round) break;
        voided.push(report.notarised);
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
    const entries = notarised.length + voided.length + chains.length;
    if (entries === 0 && epochChange === null && !state.isUnproven) return null;
    const block = {
      number: state.number + 1,
      round,
      parent: state.blockHash,
      notarised,
      voided,
      createdChains: chains.map(({ record }) => record),
      closings: [],
      epochChange,
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
    for (const [shard, reports] of this.#voided) {
      const round = state.heads.find((one) => one.shard === shard)?.voidedRound ?? 0;
      const left = reports.filter(({ notarised }) => notarised.round > round);
      if (left.length > 0) this.#voided.set(shard, left);
      else this.#voided.delete(shard);
    }
    for (const chain of this.#chains.keys()) if (chain < state.chains) this.#chains.delete(chain);
  }

  #reported(shard: number): readonly { readonly hash: Uint8Array }[] {
    const reports = this.#byShard.get(shard) ?? [];
    return reports.map(({ notarised }) => ({ hash: notarised.headerHash }));
  }

  /** The same header of the other shard of its block: its certificate needs no second look. */
  #known(hash: Uint8Array): CertifiedHeader | null {
    for (const reports of [...this.#byShard.values(), ...this.#voided.values()]) {
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
