// R-2.10, R-5.8: a new chain with what proves it: T0's registry entry under a state root that a certified header of T0 carries. A quorum
// that recomputed that root saw all rounds up to it decided, whatever became of the header itself.
import { boundedBytes, hash32, list, safeU64, struct, u32 } from "../encoding/codec.ts";
import { ROOT_CHAIN } from "../ledger/chain-id.ts";
import {
  CHAIN_RECORD_BYTES_MAX,
  type ChainRecord,
  chainRecordCodec,
} from "../ledger/chain-record.ts";
import { tokenKey } from "../merkle/state-key.ts";
import { STATE_PROOF_BYTES_MAX, stateProofCodec, verifyPresence } from "../merkle/state-proof.ts";
import { verifyMerkleProof } from "../merkle/transaction-tree.ts";
import { CHAIN_HEADER_BYTES_MAX, chainHeaderCodec, chainHeaderHash } from "./chain-header.ts";
import type { JointHeader } from "./joint-header.ts";

export interface CreatedChain {
  /** Of the joint header that carries the root. */
  readonly round: number;
  /** The registry's bytes. */
  readonly record: Uint8Array;
  readonly stateProof: Uint8Array;
  /** T0's chain header, with its place among the chain headers of the block. */
  readonly chainHeader: Uint8Array;
  readonly chainHeaderIndex: number;
  readonly chainHeaderProof: readonly Uint8Array[];
}

const PATH_HASHES_MAX = 32;

export const createdChainType = struct<CreatedChain>("CreatedChain", {
  round: safeU64,
  record: boundedBytes(1, CHAIN_RECORD_BYTES_MAX),
  stateProof: boundedBytes(1, STATE_PROOF_BYTES_MAX),
  chainHeader: boundedBytes(1, CHAIN_HEADER_BYTES_MAX),
  chainHeaderIndex: u32,
  chainHeaderProof: list(hash32, PATH_HASHES_MAX),
});

/** The record, if T0's state under the certified header really holds it; null for anything that proves nothing. */
export function verifyCreatedChain(
  networkId: Uint8Array,
  header: JointHeader,
  created: CreatedChain,
): ChainRecord | null {
  const record = chainRecordCodec.decode(created.record);
  const chainHeader = chainHeaderCodec.decode(created.chainHeader);
  const proof = stateProofCodec.decode(created.stateProof);
  if (!record.ok || !chainHeader.ok || !proof.ok) return null;
  if (chainHeader.value.chain !== ROOT_CHAIN) return null;
  const leaf = chainHeaderHash(networkId, header.epoch, chainHeader.value);
  const { chainHeaderIndex: index, chainHeaderProof } = created;
  const inHeader = header.halves.some(({ chainsRoot, chainCount }) =>
    verifyMerkleProof(chainsRoot, leaf, index, chainCount, chainHeaderProof),
  );
  const key = tokenKey(record.value.chain);
  const inState = verifyPresence(chainHeader.value.stateRoot, key, created.record, proof.value);
  return inHeader && inState ? record.value : null;
}
