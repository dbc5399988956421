// How far a replica has come, on disk.
import { utf8 } from "../protocol/encoding/bytes.ts";
import { codec, safeU64, struct, u32 } from "../protocol/encoding/codec.ts";

export interface ReplicaHead {
  readonly shard: number;
  /** The newest committed round; 0 before the first. */
  readonly round: number;
  /** The newest executed round. */
  readonly executedRound: number;
}

export const replicaHeadCodec = codec<ReplicaHead>(
  "replica head",
  struct<ReplicaHead>("ReplicaHead", { shard: u32, round: safeU64, executedRound: safeU64 }),
  64,
);

export const REPLICA_HEAD_KEY: Uint8Array = utf8("replica head");
