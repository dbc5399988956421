// What a validator set holds of the one consensus instance that it runs.
import type { FormedShardBlock } from "../protocol/blocks/build-shard-block.ts";
import type { CertifiedBlock, JointBlock } from "../protocol/blocks/shard-block.ts";
import type { Certificate } from "../protocol/consensus/messages.ts";
import { type ConsensusRecord, EMPTY_RECORD } from "../protocol/consensus/record.ts";
import type { ConsensusState } from "../protocol/consensus/state.ts";
import { toHex } from "../protocol/encoding/bytes.ts";
import type { VerifiedTransaction } from "../protocol/ledger/unverified.ts";
import type { OpenRequest } from "./peers.ts";

export interface ProposedBlock {
  readonly block: JointBlock;
  /** null until the replica has checked the block; a block that failed never gets one. */
  formed: FormedShardBlock | null;
}

export interface Instance {
  readonly round: number;
  /** What the shard opened the round with; null for an instance that a crash interrupted. */
  readonly open: OpenRequest | null;
  /** The candidates whose signatures hold; null until they are checked. */
  candidates: readonly VerifiedTransaction[] | null;
  verifying: boolean;
  /** null until the engine runs. */
  state: ConsensusState | null;
  record: ConsensusRecord;
  /** By value in hex. */
  readonly blocks: Map<string, ProposedBlock>;
  timer: { readonly view: number; readonly atMs: number } | null;
  certificate: Certificate | null;
  /** The certified block's bytes, once somebody needs them. */
  encoded: Uint8Array | null;
  /** When the certified block was handed over last, and how often. */
  sentMs: number;
  sent: number;
  /** Requests for blocks, without an answer that helped, before the engine could start. */
  waits: number;
}

export function newInstance(round: number, open: OpenRequest | null): Instance {
  return {
    round,
    open,
    candidates: null,
    verifying: false,
    state: null,
    record: EMPTY_RECORD,
    blocks: new Map(),
    timer: null,
    certificate: null,
    encoded: null,
    sentMs: 0,
    sent: 0,
    waits: 0,
  };
}

export function certifiedBlockOf({ certificate, blocks }: Instance): CertifiedBlock | null {
  if (certificate === null) return null;
  const block = blocks.get(toHex(certificate.value))?.block;
  return block === undefined ? null : { block, certificate };
}

/** When the instance needs a tick; null if it waits for somebody else. `retryMs`: the patience after so many tries. */
export function instanceTickMs(
  instance: Instance | null,
  nowMs: number,
  retryMs: (times: number) => number,
): number | null {
  if (instance === null) return null;
  if (instance.certificate !== null) {
    return Math.max(nowMs, instance.sentMs + retryMs(instance.sent));
  }
  if (instance.timer !== null) return Math.max(nowMs, instance.timer.atMs);
  // Running without a timer, or waiting for the shard to open another round.
  if (instance.state !== null || instance.open === null) return null;
  return nowMs + retryMs(instance.waits);
}
