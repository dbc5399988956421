// What the seats of a pair's set say of the result of a round's cross-shard transactions. A quorum's word stands for the
// exchange between the shards: for one whose partner is silent, and for everybody who sees one side only.
import { byteString, codec, fixedBytes, hash32, safeU64, struct, u32 } from "../encoding/codec.ts";
import type { SeatSet } from "./seats.ts";

/** The co-hosted seats of one voter for a result. */
export interface ResultVote {
  /** `resultHash` */
  readonly value: Uint8Array;
  readonly seats: SeatSet;
  readonly signature: Uint8Array;
}

export interface ResultCertificate extends ResultVote {
  readonly epoch: number;
  readonly set: number;
  readonly round: number;
}

export const resultCertificateCodec = codec<ResultCertificate>(
  "result certificate",
  struct<ResultCertificate>("ResultCertificate", {
    epoch: safeU64,
    set: u32,
    round: safeU64,
    value: hash32,
    seats: byteString,
    signature: fixedBytes(48),
  }),
  256,
);
