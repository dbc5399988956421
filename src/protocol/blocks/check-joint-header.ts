// What of a joint header does not depend on any shard's state.
import { equalBytes } from "../encoding/bytes.ts";
import { merkleRoot } from "../merkle/transaction-tree.ts";
import type { BlockRefusal } from "../refusal.ts";
import { type Half, JOINT_HEADER_VERSION, type JointHeader, payloadRoot } from "./joint-header.ts";

export interface ExpectedHeader {
  readonly networkId: Uint8Array;
  readonly epoch: number;
  readonly set: number;
  readonly round: number;
  /** The newest view that the header can come from: a locked value keeps the view of its first proposal. */
  readonly viewMax: number;
  /** The shards that the set covers in this round. */
  readonly shards: readonly number[];
  /** R-7.1: whether one of them is T0's, so that the MerkleChain can have a part. */
  readonly isOnRootDuty: boolean;
}

export function checkJointHeader(
  header: JointHeader,
  expected: ExpectedHeader,
): BlockRefusal | null {
  const shards = header.halves.map(({ shard }) => shard);
  const checks: readonly (readonly [boolean, string])[] = [
    [header.version === JOINT_HEADER_VERSION, "the version is known"],
    [equalBytes(header.networkId, expected.networkId), "the network is this one"],
    [header.epoch === expected.epoch, "the epoch is this one"],
    [header.set === expected.set, "the set is on duty"],
    [header.round === expected.round, "the round is this one"],
    [header.view <= expected.viewMax, "the view has begun"],
    [shards.length > 0 || header.merkleChain !== null, "it has a half or a part"],
    [shards.length <= expected.shards.length, "one half a shard"],
    [shards.every((shard) => expected.shards.includes(shard)), "the set covers the shards"],
    [
      shards.every((shard, i) => i === 0 || (shards[i - 1] as number) < shard),
      "halves ascend by shard",
    ],
    [
      header.halves.every((half, i) => namesPartner(header, half, header.halves[1 - i])),
      "each half carries the other's payload root",
    ],
    [haveOneCrossRoot(header), "both halves list the same cross-shard transactions"],
    [
      header.merkleChain === null || expected.isOnRootDuty,
      "the MerkleChain's part is on T0's duty",
    ],
  ];
  const failed = checks.find(([holds]) => !holds);
  return failed === undefined ? null : { code: "INVALID_BLOCK", check: failed[1] };
}

/** each half carries the payload root of the other, or nothing where there is none. */
function namesPartner(
  { networkId, epoch }: JointHeader,
  { partnerPayloadRoot: named }: Half,
  partner: Half | undefined,
): boolean {
  if (partner === undefined || named === null) return partner === undefined && named === null;
  return equalBytes(named, payloadRoot(networkId, epoch, partner));
}

/** what touches two shards stands in both halves alike; a half alone has nothing of the kind. */
function haveOneCrossRoot({ halves }: JointHeader): boolean {
  const [first, second] = halves;
  if (first === undefined) return true;
  return equalBytes(first.crossRoot, second?.crossRoot ?? merkleRoot([]));
}
