// One consensus instance as the set keeps it: the engine's durable record with the blocks that it is about.
import { type JointBlock, jointBlockCodec } from "../protocol/blocks/shard-block.ts";
import { type ConsensusRecord, consensusRecordCodec } from "../protocol/consensus/record.ts";
import { utf8 } from "../protocol/encoding/bytes.ts";
import {
  byteString,
  codec,
  decodeStored,
  list,
  safeU64,
  struct,
} from "../protocol/encoding/codec.ts";
import { JOINT_BLOCK_BYTES_MAX, MIB } from "../protocol/limits.ts";
import { deleteChunked, getChunked, putChunked } from "./chunked.ts";
import { readU64Key, u64Key } from "./keys.ts";
import type { Store, Table } from "./ports.ts";

export interface StoredInstance {
  readonly round: number;
  readonly record: ConsensusRecord;
  /** Those of the blocks that the record's votes, proposal and decision are about which the voter has. */
  readonly blocks: readonly JointBlock[];
}

interface InstanceRow {
  readonly round: number;
  readonly record: Uint8Array;
  readonly blocks: readonly Uint8Array[];
}

/** The lock's, the candidate's and the decision's. */
const BLOCKS_MAX = 3;

const rowCodec = codec<InstanceRow>(
  "consensus instance",
  struct<InstanceRow>("InstanceRow", {
    round: safeU64,
    record: byteString,
    blocks: list(byteString, BLOCKS_MAX),
  }),
  BLOCKS_MAX * JOINT_BLOCK_BYTES_MAX + MIB,
);

const ENDED_KEY = utf8("ended round");

export class InstanceStore {
  readonly #table: Table;
  readonly #meta: Table;

  constructor(store: Store) {
    this.#table = store.table("instances");
    this.#meta = store.table("meta");
  }

  /** no instance of this round or of one before may start again, as its record is gone; 0 before the first end. */
  endedRound(): number {
    const bytes = this.#meta.get(ENDED_KEY);
    return bytes === undefined ? 0 : readU64Key(bytes);
  }

  /** The instance that a crash interrupted, if one did. */
  load(): StoredInstance | null {
    const [row] = this.#table.range({ limit: 1 });
    if (row === undefined) return null;
    const bytes = getChunked(this.#table, u64Key(readU64Key(row[0])));
    if (bytes === undefined) return null;
    const { round, record, blocks } = decodeStored(rowCodec, bytes);
    return {
      round,
      record: decodeStored(consensusRecordCodec, record),
      blocks: blocks.map((block) => decodeStored(jointBlockCodec, block)),
    };
  }

  save({ round, record, blocks }: StoredInstance): void {
    const row: InstanceRow = {
      round,
      record: consensusRecordCodec.encode(record),
      blocks: blocks.map((block) => jointBlockCodec.encode(block)),
    };
    putChunked(this.#table, u64Key(round), rowCodec.encode(row));
  }

  /** Drops the round's record, and with it the right to vote in that round. */
  end(round: number): void {
    deleteChunked(this.#table, u64Key(round));
    if (round > this.endedRound()) this.#meta.put(ENDED_KEY, u64Key(round));
  }
}
