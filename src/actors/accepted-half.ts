// A half with cross-shard transactions that a shard has accepted, and that commits only when the partner has accepted its own.
// From then on the shard opens no round until the partner has answered; it asks again and again, handing over the partner's half.
import type { FormedShardBlock } from "../protocol/blocks/build-shard-block.ts";
import { jointHeaderHash } from "../protocol/blocks/joint-header.ts";
import { type CertifiedBlock, certifiedBlockCodec } from "../protocol/blocks/shard-block.ts";
import {
  byteString,
  codec,
  decodeStored,
  safeU64,
  struct,
  u32,
} from "../protocol/encoding/codec.ts";
import type { VerifiedTransaction } from "../protocol/ledger/unverified.ts";
import { JOINT_BLOCK_BYTES_MAX, KIB } from "../protocol/limits.ts";
import { certifiedBody } from "./certified-body.ts";
import { deleteChunked, getChunked, putChunked } from "./chunked.ts";
import { judgeCertified } from "./judge-certified.ts";
import { u64Key } from "./keys.ts";
import { KnownTransactions } from "./known-transactions.ts";
import type { Network } from "./network.ts";
import { patienceMs } from "./patience.ts";
import type { AcceptedRequest } from "./peers.ts";
import type { Store, Table } from "./ports.ts";
import type { Replica } from "./replica.ts";

interface AcceptedRow {
  readonly round: number;
  readonly partner: number;
  /** The certified block with this shard's body. */
  readonly own: Uint8Array;
  /** The same with the partner's. */
  readonly partners: Uint8Array;
}

const rowCodec = codec<AcceptedRow>(
  "accepted half",
  struct<AcceptedRow>("AcceptedRow", {
    round: safeU64,
    partner: u32,
    own: byteString,
    partners: byteString,
  }),
  2 * JOINT_BLOCK_BYTES_MAX + KIB,
);

/** One at a time: the table's only row. */
const KEY = u64Key(0);

export class AcceptedHalf {
  readonly round: number;
  readonly partner: number;
  readonly hash: Uint8Array;
  readonly certified: CertifiedBlock;
  readonly encoded: Uint8Array;
  readonly #partners: Uint8Array;
  readonly #shard: number;
  /** What follows from the half: known since it was checked; null in the life after a crash until somebody asks. */
  #formed: FormedShardBlock | null;
  #askedMs = Number.NEGATIVE_INFINITY;
  #asked = 0;

  private constructor(
    row: AcceptedRow,
    shard: number,
    certified: CertifiedBlock,
    formed: FormedShardBlock | null,
  ) {
    this.round = row.round;
    this.partner = row.partner;
    this.encoded = row.own;
    this.certified = certified;
    this.hash = jointHeaderHash(certified.block.header);
    this.#partners = row.partners;
    this.#shard = shard;
    this.#formed = formed;
  }

  /**
   * Durable with the step in which the shard's record says "accepted". `certified` is `row.own` decoded, `formed` what checking it gave:
   * neither is done again, as nothing that a half is judged by changes while it waits.
   */
  static accept(
    store: Store,
    shard: number,
    row: AcceptedRow,
    { certified, formed }: { certified: CertifiedBlock; formed: FormedShardBlock },
  ): AcceptedHalf {
    putChunked(tableOf(store), KEY, rowCodec.encode(row));
    return new AcceptedHalf(row, shard, certified, formed);
  }

  /** What a crash interrupted; null if nothing was accepted and undecided. */
  static restore(store: Store, shard: number): AcceptedHalf | null {
    const bytes = getChunked(tableOf(store), KEY);
    if (bytes === undefined) return null;
    const row = decodeStored(rowCodec, bytes);
    return new AcceptedHalf(row, shard, decodeStored(certifiedBlockCodec, row.own), null);
  }

  /** The partner has answered: committed or closed. */
  forget(store: Store): void {
    deleteChunked(tableOf(store), KEY);
  }

  /** When to ask the partner next. */
  dueMs(network: Network): number {
    return this.#asked === 0
      ? this.#askedMs
      : this.#askedMs + patienceMs(network, this.#asked - 1) / 4;
  }

  ask(nowMs: number): AcceptedRequest {
    this.#askedMs = nowMs;
    this.#asked += 1;
    const { round } = this;
    return { kind: "accepted", shard: this.#shard, round, certifiedBlock: this.#partners };
  }

  /** What follows from the half, which was checked before it was accepted. */
  form(network: Network, replica: Replica): FormedShardBlock {
    this.#formed ??= this.#formAgain(network, replica);
    return this.#formed;
  }

  #formAgain(network: Network, replica: Replica): FormedShardBlock {
    const { certified } = this;
    const body = certifiedBody(network, certified.block, this.#shard, KnownTransactions.none);
    const transactions = body?.transactions as readonly VerifiedTransaction[] | undefined;
    const formed =
      body === null || transactions === undefined
        ? null
        : judgeCertified(network, replica, certified, body, transactions);
    if (formed?.ok !== true) throw new Error(`An accepted half of round ${this.round} is none`);
    return formed.value;
  }
}

const tableOf = (store: Store): Table => store.table("instances");
