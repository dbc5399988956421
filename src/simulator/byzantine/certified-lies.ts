// A cartel: a quorum of the set that certifies bad blocks and hands them to the shard, before, after or instead of the good one. The
// certificate holds, so the shard's own check is all that stands between the block and the ledger.
import type { CommitRequest } from "../../actors/peers.ts";
import { jointHeaderCodec } from "../../protocol/blocks/joint-header.ts";
import {
  type CertifiedBlock,
  certifiedBlockCodec,
  type JointBlock,
} from "../../protocol/blocks/shard-block.ts";
import { certificateCodec } from "../../protocol/consensus/messages.ts";
import type { Behaviour, Means, Sent } from "./behaviour.ts";
import { blockValue, draftOf } from "./forged-block.ts";
import { badBlock } from "./forgeries.ts";

const LATER_MS = 60;

/** The block under a certificate of the whole cartel; null while some of it are not there yet. */
export function certified(means: Means, block: JointBlock): CertifiedBlock | null {
  const { round, view } = block.header;
  const certificate = means.plot.certificate(round, view, blockValue(block));
  return certificate === null ? null : { block, certificate };
}

export const handing = (
  { set }: Means,
  sent: Sent,
  block: CertifiedBlock,
): Sent & { readonly request: CommitRequest } => ({
  ...sent,
  request: {
    kind: "commit",
    set,
    certifiedBlock: certifiedBlockCodec.encode(block),
    partnerBlock: null,
  },
});

/** A good body under a bad one's certificate, and the other way round. */
function mixed(good: CertifiedBlock, bad: CertifiedBlock, means: Means): CertifiedBlock {
  return means.random.chance(0.5)
    ? { block: good.block, certificate: bad.certificate }
    : { block: { ...bad.block, header: good.block.header }, certificate: good.certificate };
}

export const certifiedLies: Behaviour = (means) => {
  const { random, act } = means;
  const lied = new Set<string>();
  return {
    sends(sent) {
      if (sent.request.kind !== "commit") return [sent];
      const decoded = certifiedBlockCodec.decode(sent.request.certifiedBlock);
      if (!decoded.ok || lied.has(nameOf(sent, decoded.value))) return [sent];
      const good = decoded.value;
      const draft = draftOf(good.block, random);
      const forged = draft !== null && random.chance(0.7) ? badBlock(draft, means) : null;
      const lie = forged === null ? null : certified(means, forged);
      if (lie === null) return [sent];
      // Once a round and shard: then it has to know what came of it.
      lied.add(nameOf(sent, good));
      act();
      if (draft !== null && random.chance(0.3)) notarise(means, draft.shard, lie);
      const mixture = random.chance(0.3) ? mixed(good, lie, means) : lie;
      return besides(means, sent, handing(means, sent, mixture));
    },
  };
};

/** A block in the hands of one shard. */
export const nameOf = ({ to }: Sent, { block }: CertifiedBlock): string =>
  `${block.header.round} ${JSON.stringify(to)}`;

/** Straight to the MerkleChain, which takes the word of shards alone for what they committed. */
function notarise({ send }: Means, shard: number, { block, certificate }: CertifiedBlock): void {
  const header = jointHeaderCodec.encode(block.header);
  const headers = [{ header, certificate: certificateCodec.encode(certificate) }];
  const request = { kind: "notarise", shard, headers, voided: [], createdChains: [] } as const;
  send({ to: { kind: "merkleChain" }, request });
}

/** The lie alone, or at the same time as what it stands beside, or before it. */
export function besides({ random }: Means, sent: Sent, lie: Sent): readonly Sent[] {
  const draw = random.unit();
  if (draw < 0.3) return [lie];
  return draw < 0.6 ? [sent, lie] : [lie, { ...sent, delayMs: LATER_MS }];
}
