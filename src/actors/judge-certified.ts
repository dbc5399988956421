// What a certified block has to pass besides its certificate and its body's roots: at its shard, and at every replica that
// follows the shard. A quorum that is faulty certifies anything.
import { checkShardBlock, type FormedShardBlock } from "../protocol/blocks/build-shard-block.ts";
import { checkJointHeader } from "../protocol/blocks/check-joint-header.ts";
import type { JointHeader } from "../protocol/blocks/joint-header.ts";
import type { CertifiedBlock } from "../protocol/blocks/shard-block.ts";
import type { Certificate } from "../protocol/consensus/messages.ts";
import { equalBytes } from "../protocol/encoding/bytes.ts";
import type { VerifiedTransaction } from "../protocol/ledger/unverified.ts";
import type { Refusal } from "../protocol/refusal.ts";
import { type Result, refuse } from "../protocol/result.ts";
import type { CertifiedBody } from "./certified-body.ts";
import type { Network } from "./network.ts";
import type { Replica } from "./replica.ts";

/** `transactions`: the body's, with signatures that hold. The replica must be able to judge the round. */
export function judgeCertified(
  network: Network,
  replica: Replica,
  { block: { header }, certificate }: CertifiedBlock,
  { half, shardBlock }: CertifiedBody,
  transactions: readonly VerifiedTransaction[],
): Result<FormedShardBlock> {
  const refusal = certifiedHeaderRefusal(network, replica.shard, header, certificate);
  if (refusal !== null) return refuse(refusal);
  const { round } = header;
  // nobody's fault, whoever certified it may not have heard of the newer head yet.
  const { head } = replica;
  if (!equalBytes(half.head.hash, head.hash)) {
    return refuse({ code: "STALE_BLOCK", round, headRound: head.round });
  }
  return checkShardBlock(replica.view(round), shardBlock, half, transactions);
}

/** Why the header cannot be one of its round, whatever stands below it; null if it can. */
export function certifiedHeaderRefusal(
  network: Network,
  shard: number,
  header: JointHeader,
  certificate: Certificate,
): Refusal | null {
  const { round } = header;
  if (round < network.genesis.epoch.activationRound) {
    return { code: "INVALID_BLOCK", check: "the round is one of the network's" };
  }
  const { set, shards } = network.dutyOf(shard, round);
  return checkJointHeader(header, {
    networkId: network.id,
    epoch: network.epochAt(round),
    set,
    round,
    viewMax: certificate.view,
    shards,
    isOnRootDuty: shards.includes(network.rootShard),
  });
}
