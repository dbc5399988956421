// What a chain is made of: the record that createToken writes, kept in the chain's own state and, for its
// directory, in T0's.
import {
  codec,
  fixedBytes,
  optional,
  safeU64,
  struct,
  text,
  u8,
  u32,
  u128,
} from "../encoding/codec.ts";

export interface ChainRecord {
  readonly chain: number;
  readonly shard: number;
  readonly symbol: string;
  readonly name: string;
  readonly decimals: number;
  /** Issued supply in base units. */
  readonly supply: bigint;
  /** Who created it and got the supply; null for a chain of the genesis record. */
  readonly creator: Uint8Array | null;
  /** the reserve of accounts without a setting of their own. */
  readonly reserveDefault: bigint;
  readonly gasPriceMin: bigint;
  /** The first round whose blocks may touch the chain; 0 for a chain of the genesis record. */
  readonly bornRound: number;
}

export const chainRecordType = struct<ChainRecord>("ChainRecord", {
  chain: u32,
  shard: u32,
  symbol: text,
  name: text,
  decimals: u8,
  supply: u128,
  creator: optional(fixedBytes(20)),
  reserveDefault: u128,
  gasPriceMin: u128,
  bornRound: safeU64,
});

export const CHAIN_RECORD_BYTES_MAX = 512;

export const chainRecordCodec = codec<ChainRecord>(
  "chain record",
  chainRecordType,
  CHAIN_RECORD_BYTES_MAX,
);
