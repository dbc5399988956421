// Answers voters who ask for a block or an opening with another one, with one that nobody opened, or with none.
import type { OpenRequest, PeerAnswer } from "../../actors/peers.ts";
import { jointBlockCodec } from "../../protocol/blocks/shard-block.ts";
import { sha256 } from "../../protocol/crypto/sha256.ts";
import type { Random } from "../random.ts";
import type { Behaviour, Means } from "./behaviour.ts";
import { withHeader } from "./forged-block.ts";
import { noise } from "./garbage.ts";

/** Not the block that was asked for. */
function otherBlock({ memory, random }: Means): Uint8Array | null {
  const blocks = [...memory.values.values()].flatMap(({ block }) =>
    block === null ? [] : [block],
  );
  const block = random.pick(blocks);
  if (block === undefined || random.chance(0.2))
    return random.chance(0.5) ? null : noise(random, 500);
  return jointBlockCodec.encode(withHeader(block, { view: block.header.view + 1 }));
}

/** What the shard never said, in one thing or another. */
export function falseOpening(open: OpenRequest, random: Random): OpenRequest {
  const lies: readonly (() => Partial<OpenRequest>)[] = [
    () => ({ headHash: sha256(open.headHash) }),
    () => ({ headRound: open.headRound + 1, headHash: sha256(open.headHash) }),
    () => ({ round: open.round + random.between(1, 6) }),
    () => ({ round: Math.max(0, open.round - 1) }),
    () => ({ candidates: [] }),
    () => ({ candidates: open.candidates.toReversed() }),
    () => ({ candidates: [...open.candidates, ...open.candidates] }),
    () => ({ candidates: [...open.candidates, noise(random, 300)] }),
    () => ({ candidates: open.candidates.map((bytes) => spoilt(bytes)) }),
    () => ({ shard: open.shard + 1 }),
    () => ({ epoch: open.epoch + 1 }),
  ];
  return { ...open, ...random.pick(lies)?.() };
}

/** The last signature is another. */
const spoilt = (bytes: Uint8Array): Uint8Array =>
  bytes.map((byte, i) => (i === bytes.length - 8 ? byte ^ 1 : byte));

export const lyingAnswers: Behaviour = (means) => {
  const { memory, random, act } = means;
  const lie = (answer: PeerAnswer): PeerAnswer => {
    act();
    return answer;
  };
  return {
    /** Who proposes without the block is asked for it first. */
    sends(sent) {
      const { request } = sent;
      if (request.kind !== "consensus" || request.block === null) return [sent];
      return random.chance(0.3) ? [sent] : [{ ...sent, request: { ...request, block: null } }];
    },
    answers(request, answer) {
      if (request.kind === "proposedBlock") {
        return lie({ kind: "proposedBlock", block: otherBlock(means) });
      }
      const opening = request.kind === "opening" ? memory.openingOf(request.of) : null;
      if (opening === null) return answer;
      const open = random.chance(0.2) ? null : falseOpening(opening, random);
      return lie({ kind: "opening", open });
    },
  };
};
