// A proposer of bad blocks: in the place of what its actor proposes leaves a forged block, with a signature of its own over it and its
// own votes for it. What the block has wrong is the forgery's affair.
import type { PeerAnswer, PeerRequest } from "../../actors/peers.ts";
import { jointBlockCodec } from "../../protocol/blocks/shard-block.ts";
import { toHex } from "../../protocol/encoding/bytes.ts";
import type { Behaviour, Hooks, Means, Sent } from "./behaviour.ts";
import type { Forge } from "./forged-block.ts";
import { blockValue, draftOf } from "./forged-block.ts";
import { messageOf } from "./speech.ts";

// Now and then it is good, so that not every round of its is lost.
const FORGES = 0.75;

type ToDraft = typeof draftOf;

interface Forged {
  readonly value: Uint8Array;
  readonly block: Uint8Array;
}

/** `toDraft`: what of a block is to be forged; null for one that is left alone. By default any half. */
export function proposing(forge: Forge, toDraft: ToDraft = draftOf): Behaviour {
  return (means) => new BadProposer(means, forge, toDraft);
}

export class BadProposer implements Hooks {
  readonly #means: Means;
  readonly #forge: Forge;
  readonly #toDraft: ToDraft;
  /** By the value that its actor proposed; null for one that it left alone. */
  readonly #forged = new Map<string, Forged | null>();
  #round = 0;

  constructor(means: Means, forge: Forge, toDraft: ToDraft = draftOf) {
    this.#means = means;
    this.#forge = forge;
    this.#toDraft = toDraft;
  }

  sends(sent: Sent): readonly Sent[] {
    const { speech } = this.#means;
    const message = messageOf(sent.request);
    if (message === undefined || sent.request.kind !== "consensus") return [sent];
    const { round, block } = sent.request;
    if (message.kind === "proposal") {
      const { view, value, justification } = message.proposal;
      const forged = this.#forgedFor(round, value, block);
      if (forged === null) return [sent];
      const proposal = speech.proposal(round, view, forged.value, justification);
      const request = speech.request(round, { kind: "proposal", proposal }, forged.block);
      return [{ ...sent, request }];
    }
    if (message.kind !== "vote") return [sent];
    const { phase, view, value } = message.vote;
    const forged = this.#forged.get(toHex(value)) ?? null;
    if (forged === null) return [sent];
    const vote = speech.vote(round, phase, view, forged.value);
    return [{ ...sent, request: speech.request(round, { kind: "vote", vote }) }];
  }

  /** Who asks for the forged block gets it. */
  answers(request: PeerRequest, answer: PeerAnswer): PeerAnswer {
    if (request.kind !== "proposedBlock") return answer;
    const wanted = toHex(request.value);
    const forged = [...this.#forged.values()].find((one) => one && toHex(one.value) === wanted);
    return forged ? { kind: "proposedBlock", block: forged.block } : answer;
  }

  #forgedFor(round: number, value: Uint8Array, bytes: Uint8Array | null): Forged | null {
    if (round !== this.#round) this.#forged.clear();
    this.#round = round;
    const known = this.#forged.get(toHex(value));
    if (known !== undefined || bytes === null) return known ?? null;
    const made = this.#make(bytes);
    this.#forged.set(toHex(value), made);
    if (made !== null) this.#means.act();
    return made;
  }

  #make(bytes: Uint8Array): Forged | null {
    const { random } = this.#means;
    const good = jointBlockCodec.decode(bytes);
    if (!good.ok || !random.chance(FORGES)) return null;
    const draft = this.#toDraft(good.value, random);
    const block = draft === null ? null : this.#forge(draft, this.#means);
    return block === null
      ? null
      : { value: blockValue(block), block: jointBlockCodec.encode(block) };
  }
}
