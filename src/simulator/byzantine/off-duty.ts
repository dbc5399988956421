// Acts in rounds that are other sets' (R-3.4): proposes its own set's blocks as theirs of the next round, votes for them, and hands them
// to the shards under votes of its own. A cartel certifies them.
import {
  certifiedBlockCodec,
  type JointBlock,
  jointBlockCodec,
} from "../../protocol/blocks/shard-block.ts";
import type { Certificate } from "../../protocol/consensus/messages.ts";
import type { Behaviour, Means } from "./behaviour.ts";
import { certified } from "./certified-lies.ts";
import {
  blockValue,
  bodyOf,
  type Draft,
  draftOf,
  withChainHeaders,
  withHeader,
} from "./forged-block.ts";

/** The block as one of another round, in which the shard has another set on duty. */
function movedTo(block: Draft, round: number): Draft {
  const headers = bodyOf(block).chainHeaders.map((one) => ({ ...one, round }));
  return withHeader(withChainHeaders(block, headers), { round });
}

/** A block's half as one of the next round, if that gives its shard to another set. */
function stolen({ network, random, set }: Means, block: JointBlock): Draft | null {
  const round = block.header.round + 1;
  const draft = draftOf(block, random);
  if (draft === null || network.dutyOf(draft.shard, round).set === set) return null;
  return movedTo(draft, round);
}

const LATER_ROUNDS = [0.4, 0.7, 1, 1.3] as const;

/** Hands it to the shard while the round is likely to be open there. */
function hand(means: Means, { shard, ...block }: Draft, certificate: Certificate): void {
  const { set, send, network } = means;
  const certifiedBlock = certifiedBlockCodec.encode({ block, certificate });
  for (const rounds of LATER_ROUNDS) {
    const delayMs = Math.floor(rounds * network.roundMs);
    send({
      to: { kind: "shard", shard },
      request: { kind: "commit", set, certifiedBlock, partnerBlock: null },
      delayMs,
    });
  }
}

export const offDuty: Behaviour = (means) => {
  const { memory, random, speech, spread, act } = means;
  return {
    turn() {
      const known = [...memory.values.values()].flatMap(({ block }) => block ?? []);
      const good = random.pick(known);
      const block = good === undefined ? null : stolen(means, good);
      if (block === null) return;
      const { round } = block.header;
      const value = blockValue(block);
      const proposal = speech.proposal(round, 0, value, []);
      const bytes = jointBlockCodec.encode(block);
      spread(speech.request(round, { kind: "proposal", proposal }, bytes));
      for (const phase of ["prepare", "commit"] as const) {
        const vote = speech.vote(round, phase, 0, value);
        spread(speech.request(round, { kind: "vote", vote }));
      }
      hand(means, block, speech.certificate(round, 0, value));
      act();
    },
  };
};

export const certifiedOffDuty: Behaviour = (means) => ({
  sends(sent) {
    if (sent.request.kind !== "commit") return [sent];
    const decoded = certifiedBlockCodec.decode(sent.request.certifiedBlock);
    const block = decoded.ok ? stolen(means, decoded.value.block) : null;
    const own = block === null ? null : certified(means, block);
    if (block !== null && own !== null) {
      hand(means, block, own.certificate);
      means.act();
    }
    return [sent];
  },
});
