// A block that a set's replica takes over from its shard, after the checks that a vote for it would have needed. Signatures were
// checked by the quorum that certified it.
import type { FormedShardBlock } from "../protocol/blocks/build-shard-block.ts";
import { jointHeaderHash } from "../protocol/blocks/joint-header.ts";
import { type CertifiedBlock, certifiedBlockCodec } from "../protocol/blocks/shard-block.ts";
import type { VerifiedTransaction } from "../protocol/ledger/unverified.ts";
import { certifiedBody } from "./certified-body.ts";
import type { Findings } from "./findings.ts";
import { judgeCertified } from "./judge-certified.ts";
import { KnownTransactions } from "./known-transactions.ts";
import type { Lease } from "./lease.ts";
import type { Network } from "./network.ts";
import type { Log } from "./ports.ts";
import type { Replica } from "./replica.ts";
import { reasonJson } from "./shard-log.ts";

export interface FollowedBlockPorts {
  readonly network: Network;
  readonly log: Log;
  readonly findings: Findings;
  readonly lease: Lease;
  readonly replica: Replica;
  /** Executes what can be; whether there was anything. */
  readonly execute: () => boolean;
}

/** "known": not beyond the replica's head. "refused": not one that the replica can take, or none at all; nor what is behind it. */
export function followedBlock(
  { network, log, findings, lease, replica, execute }: FollowedBlockPorts,
  bytes: Uint8Array,
): { readonly certified: CertifiedBlock; readonly formed: FormedShardBlock } | "known" | "refused" {
  const decoded = certifiedBlockCodec.decode(bytes);
  if (!decoded.ok) return "refused";
  const { block, certificate } = decoded.value;
  const { header } = block;
  const { round } = header;
  if (round <= replica.head.round) return "known";
  // a set that slept may not know the epoch yet.
  lease.heardOf(header.epoch);
  if (!network.certifies(certificate, header, jointHeaderHash(header))) return "refused";
  const body = certifiedBody(network, block, replica.shard, KnownTransactions.none);
  if (body === null) return "refused";
  while (!replica.canJudge(round)) if (!execute()) return "refused";
  const verified = body.transactions as readonly VerifiedTransaction[];
  const formed = judgeCertified(network, replica, decoded.value, body, verified);
  if (!formed.ok) {
    log.write("committed block refused", { round, refusal: formed.refusal });
    const { shard } = replica;
    findings.add({ shard, round, kind: "block", reason: reasonJson(formed.refusal) });
    return "refused";
  }
  return { certified: decoded.value, formed: formed.value };
}
