// The header of one chain's block in one round: a leaf of the joint header's half.
import { sha256 } from "../crypto/sha256.ts";
import { codec, hash32, safeU64, struct, u32 } from "../encoding/codec.ts";
import { MessageKind, messagePrefix } from "../encoding/domain.ts";

/** one chain in one round. A chain without transactions stands here only to carry a new state root. */
export interface ChainHeader {
  readonly chain: number;
  readonly round: number;
  /** The hash of the chain's header before; zeros before its first. */
  readonly parent: Uint8Array;
  /** Over all that touch the chain, in total order: also those over two chains. */
  readonly transactionsRoot: Uint8Array;
  readonly transactionCount: number;
  /** Sum of the gas limits of the legs on this chain. */
  readonly gas: number;
  /** The root after round n-k. */
  readonly stateRoot: Uint8Array;
}

export const NO_PARENT: Uint8Array = new Uint8Array(32);

export const chainHeaderType = struct<ChainHeader>("ChainHeader", {
  chain: u32,
  round: safeU64,
  parent: hash32,
  transactionsRoot: hash32,
  transactionCount: u32,
  gas: safeU64,
  stateRoot: hash32,
});

export const CHAIN_HEADER_BYTES_MAX = 256;
export const chainHeaderCodec = codec<ChainHeader>(
  "chain header",
  chainHeaderType,
  CHAIN_HEADER_BYTES_MAX,
);

export function chainHeaderHash(
  networkId: Uint8Array,
  epoch: number,
  header: ChainHeader,
): Uint8Array {
  return sha256(
    messagePrefix(networkId, epoch, MessageKind.chainHeader),
    chainHeaderCodec.encode(header),
  );
}
