// Proposes two valid blocks in one view, one to each half of the voters, each with votes to match.
import type { PeerId } from "../../actors/peers.ts";
import { jointBlockCodec } from "../../protocol/blocks/shard-block.ts";
import { toHex } from "../../protocol/encoding/bytes.ts";
import type { Behaviour, Means, Sent } from "./behaviour.ts";
import { blockValue, withHeader } from "./forged-block.ts";
import { withoutLast } from "./smaller-block.ts";
import { messageOf } from "./speech.ts";

interface Twin {
  readonly value: Uint8Array;
  readonly block: Uint8Array;
  /** Who is told the other value. */
  readonly half: ReadonlySet<string>;
}

// To one of the other half also: who hears both can prove it.
const LEAKS = 0.15;

/** As valid as the other; null if there is no second one. */
function twinOf(bytes: Uint8Array, means: Means): Twin | null {
  const { random, others } = means;
  const decoded = jointBlockCodec.decode(bytes);
  if (!decoded.ok) return null;
  const { view } = decoded.value.header;
  // Without a transaction less, the view of the first proposal can be another one.
  const earlier = view === 0 ? null : withHeader(decoded.value, { view: view - 1 });
  const block = withoutLast(decoded.value, means) ?? earlier;
  if (block === null) return null;
  const peers = random.shuffle(others).map(({ peer }) => nameOf(peer));
  const half = new Set(peers.slice(0, Math.ceil(peers.length / 2)));
  return { value: blockValue(block), block: jointBlockCodec.encode(block), half };
}

const nameOf = (peer: PeerId): string => JSON.stringify(peer);

export const equivocatingProposer: Behaviour = (means) => {
  const { speech, random, act } = means;
  const twins = new Map<string, Twin | null>();
  let current = 0;

  /** The same said about the other value. */
  const said = (sent: Sent, twin: Twin): Sent => {
    const message = messageOf(sent.request);
    if (sent.request.kind !== "consensus" || message === undefined) return sent;
    const { round } = sent.request;
    if (message.kind === "proposal") {
      const { view, justification } = message.proposal;
      const proposal = speech.proposal(round, view, twin.value, justification);
      return {
        ...sent,
        request: speech.request(round, { kind: "proposal", proposal }, twin.block),
      };
    }
    if (message.kind !== "vote") return sent;
    const { phase, view } = message.vote;
    const vote = speech.vote(round, phase, view, twin.value);
    return { ...sent, request: speech.request(round, { kind: "vote", vote }) };
  };

  return {
    sends(sent) {
      const message = messageOf(sent.request);
      if (sent.request.kind !== "consensus" || message === undefined) return [sent];
      const { round, block } = sent.request;
      if (round !== current) twins.clear();
      current = round;
      if (message.kind !== "proposal" && message.kind !== "vote") return [sent];
      const { value } = message.kind === "proposal" ? message.proposal : message.vote;
      let twin = twins.get(toHex(value));
      if (twin === undefined && message.kind === "proposal" && block !== null) {
        twin = twinOf(block, means);
        twins.set(toHex(value), twin);
      }
      if (twin === undefined || twin === null) return [sent];
      if (!twin.half.has(nameOf(sent.to))) return [sent];
      act();
      return random.chance(LEAKS) ? [said(sent, twin), sent] : [said(sent, twin)];
    },
    answers(request, answer) {
      if (request.kind !== "proposedBlock") return answer;
      const wanted = toHex(request.value);
      const twin = [...twins.values()].find((one) => one && toHex(one.value) === wanted);
      return twin ? { kind: "proposedBlock", block: twin.block } : answer;
    },
  };
};
