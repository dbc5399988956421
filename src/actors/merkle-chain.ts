// The MerkleChain: keeps the genesis record, notarises the headers that shards report, and holds the directory of chains.
// It never touches transactions. It is woken only by a call: nothing here needs a clock to move.
import {
  type Head,
  type JointHeader,
  jointHeaderCodec,
  jointHeaderHash,
} from "../protocol/blocks/joint-header.ts";
import {
  type MerkleChainBlock,
  merkleChainBlockCodec,
  merkleChainBlockHash,
  type NotarisedHeader,
} from "../protocol/blocks/merkle-chain-block.ts";
import { certificateCodec } from "../protocol/consensus/messages.ts";
import { concatBytes, equalBytes, utf8 } from "../protocol/encoding/bytes.ts";
import { codec, decodeStored, hash32, safeU64, struct, u32 } from "../protocol/encoding/codec.ts";
import type { ChainRecord } from "../protocol/ledger/chain-record.ts";
import { chainRecordCodec } from "../protocol/ledger/chain-record.ts";
import { roundAt } from "../protocol/rounds/epoch.ts";
import { type Actor, type Effect, Outbox } from "./actor.ts";
import { verifyCreatedChain } from "./created-chains.ts";
import { u32Key, u64Key } from "./keys.ts";
import type { Network } from "./network.ts";
import type { NotariseRequest, PeerAnswer, PeerRequest } from "./peers.ts";
import type { Clock, Log, Store } from "./ports.ts";

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

interface Tip {
  readonly number: number;
  readonly round: number;
  readonly hash: Uint8Array;
  readonly directoryChains: number;
}

const tipCodec = codec<Tip>(
  "MerkleChain tip",
  struct<Tip>("Tip", { number: safeU64, round: safeU64, hash: hash32, directoryChains: u32 }),
  64,
);
const headCodec = codec<Head>("head", struct<Head>("Head", { round: safeU64, hash: hash32 }), 64);

const TIP_KEY = utf8("merkle chain tip");
const shardHeadKey = (shard: number): Uint8Array => concatBytes(utf8("head of "), u32Key(shard));
// A directory page; a gateway asks for more when it is full.
const DIRECTORY_PAGE = 1_000;

export class MerkleChain implements Actor {
  readonly #ports: MerkleChainPorts;
  readonly #outbox = new Outbox();
  #tip: Tip;

  constructor(ports: MerkleChainPorts) {
    this.#ports = ports;
    const stored = ports.store.table("meta").get(TIP_KEY);
    if (stored !== undefined) {
      this.#tip = decodeStored(tipCodec, stored);
      return;
    }
    const { genesis, id } = ports.network;
    for (const record of genesis.chains) this.#putChain(record);
    this.#tip = { number: 0, round: 0, hash: id, directoryChains: genesis.chains.length };
    this.#writeTip(this.#tip);
  }

  get tip(): Tip {
    return this.#tip;
  }

  takeEffects(): readonly Effect[] {
    return this.#outbox.take();
  }

  receive(request: PeerRequest): PeerAnswer {
    switch (request.kind) {
      case "notarise":
        return this.#notarise(request);
      default:
        return { kind: "refused", why: `The MerkleChain does not take ${request.kind}` };
    }
  }

  answered(): void {}
  verified(): void {}
  tick(): void {}
  work(): void {}

  nextTickMs(): number | null {
    return null;
  }

  /** Chains from id `from` on, at most a page. */
  directory(from: number): Directory {
    const rows = this.#ports.store
      .table("chains")
      .range({ from: u32Key(from), limit: DIRECTORY_PAGE });
    const chains = rows.map(([, bytes]) => decodeStored(chainRecordCodec, bytes));
    return { version: this.#tip.directoryChains, chains };
  }

  /** Blocks after a number, ascending. */
  blocksAfter(number: number, limit: number): MerkleChainBlock[] {
    return this.#ports.store
      .table("blocks")
      .range({ from: u64Key(number + 1), limit })
      .map(([, bytes]) => decodeStored(merkleChainBlockCodec, bytes));
  }

  /** headers of a shard are notarised in parent order, one child each, only with a certificate. */
  #notarise(request: NotariseRequest): PeerAnswer {
    const { shard } = request;
    let head = this.#shardHead(shard);
    const notarised: NotarisedHeader[] = [];
    const rows: [key: Uint8Array, header: Uint8Array][] = [];
    for (const { header: headerBytes, certificate: certificateBytes } of request.headers) {
      const header = jointHeaderCodec.decode(headerBytes);
      const certificate = certificateCodec.decode(certificateBytes);
      if (!header.ok || !certificate.ok)
        return { kind: "refused", why: "Malformed header or certificate" };
      if (header.value.round <= head.round) continue;
      const half = header.value.halves.find((one) => one.shard === shard);
      if (half === undefined || !equalBytes(half.head.hash, head.hash)) {
        return { kind: "refused", why: "The header does not extend the shard's notarised head" };
      }
      const headerHash = jointHeaderHash(header.value);
      if (!this.#ports.network.certifies(certificate.value, header.value, headerHash)) {
        return { kind: "refused", why: "The header's certificate does not hold" };
      }
      const { round } = header.value;
      rows.push([headerKey(shard, round), headerBytes]);
      head = { round, hash: headerHash };
      notarised.push({ shard, round, headerHash });
    }
    // Past this point nothing refuses the headers.
    for (const [key, header] of rows) this.#ports.store.table("notarised").put(key, header);
    const createdChains = this.#takeChains(request);
    if (notarised.length > 0 || createdChains.length > 0) {
      this.#ports.store.table("meta").put(shardHeadKey(shard), headCodec.encode(head));
      this.#append(notarised, createdChains);
    }
    return { kind: "notarised", round: head.round, chains: this.#tip.directoryChains };
  }

  /** chains enter the directory in the order of their ids, each proven under a notarised header of T0. */
  #takeChains({ shard, createdChains }: NotariseRequest): ChainRecord[] {
    const taken: ChainRecord[] = [];
    for (const created of createdChains) {
      const header = this.#notarisedHeader(shard, created.round);
      const record =
        header === undefined ? null : verifyCreatedChain(this.#ports.network, header, created);
      if (record === null) {
        this.#ports.log.write("created chain refused", { shard, round: created.round });
        continue;
      }
      if (record.chain !== this.#tip.directoryChains + taken.length) continue;
      this.#putChain(record);
      taken.push(record);
    }
    return taken;
  }

  #append(notarised: readonly NotarisedHeader[], createdChains: readonly ChainRecord[]): void {
    const { network, clock, store } = this.#ports;
    const round = Math.max(this.#tip.round, roundAt(network.epoch, clock.now()));
    const number = this.#tip.number + 1;
    const block: MerkleChainBlock = {
      number,
      round,
      parent: this.#tip.hash,
      notarised,
      createdChains,
    };
    store.table("blocks").put(u64Key(number), merkleChainBlockCodec.encode(block));
    const directoryChains = this.#tip.directoryChains + createdChains.length;
    this.#writeTip({
      number,
      round,
      hash: merkleChainBlockHash(network.id, block),
      directoryChains,
    });
  }

  #shardHead(shard: number): Head {
    const bytes = this.#ports.store.table("meta").get(shardHeadKey(shard));
    return bytes === undefined
      ? { round: 0, hash: this.#ports.network.id }
      : decodeStored(headCodec, bytes);
  }

  #notarisedHeader(shard: number, round: number): JointHeader | undefined {
    const bytes = this.#ports.store.table("notarised").get(headerKey(shard, round));
    return bytes === undefined ? undefined : decodeStored(jointHeaderCodec, bytes);
  }

  #putChain(record: ChainRecord): void {
    this.#ports.store.table("chains").put(u32Key(record.chain), chainRecordCodec.encode(record));
  }

  #writeTip(tip: Tip): void {
    this.#tip = tip;
    this.#ports.store.table("meta").put(TIP_KEY, tipCodec.encode(tip));
  }
}

const headerKey = (shard: number, round: number): Uint8Array =>
  concatBytes(u32Key(shard), u64Key(round));
