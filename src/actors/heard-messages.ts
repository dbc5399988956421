// What the other voters of a set said last, verified: of each voter one message of each sort. Kept because messages can come
// before the round's opening does, and because a repeated one is not verified again. Bounded, whatever anybody says: a voter
// drives out nobody's words but its own.
import type { ConsensusMessage } from "../protocol/consensus/messages.ts";
import type { Verified } from "../protocol/consensus/verify-message.ts";
import { equalBytes } from "../protocol/encoding/bytes.ts";

interface Heard {
  readonly round: number;
  readonly view: number;
  readonly bytes: Uint8Array;
  readonly message: Verified<ConsensusMessage>;
}

export class HeardMessages {
  /** By speaker and sort. */
  readonly #last = new Map<string, Heard>();

  get size(): number {
    return this.#last.size;
  }

  /** The same bytes of the same speaker, if they are what it said last. */
  find(
    speaker: number,
    round: number,
    kind: ConsensusMessage,
    bytes: Uint8Array,
  ): Verified<ConsensusMessage> | undefined {
    const heard = this.#last.get(placeOf(speaker, kind));
    return heard?.round === round && equalBytes(heard.bytes, bytes) ? heard.message : undefined;
  }

  /** Of two in one view the first stays: the second proves something only to a running engine. */
  keep(
    speaker: number,
    round: number,
    message: Verified<ConsensusMessage>,
    bytes: Uint8Array,
  ): void {
    const place = placeOf(speaker, message);
    const before = this.#last.get(place);
    const view = viewOf(message);
    if (before !== undefined) {
      if (round < before.round || (round === before.round && view <= before.view)) return;
    }
    this.#last.set(place, { round, view, bytes: bytes.slice(), message });
  }

  /** What was said in a round, in the order in which each first spoke. */
  of(round: number): Verified<ConsensusMessage>[] {
    return [...this.#last.values()]
      .filter((heard) => heard.round === round)
      .map(({ message }) => message);
  }

  forgetUpTo(round: number): void {
    for (const [place, heard] of this.#last) if (heard.round <= round) this.#last.delete(place);
  }
}

const placeOf = (speaker: number, message: ConsensusMessage): string =>
  `${speaker} ${message.kind === "vote" ? message.vote.phase : message.kind}`;

function viewOf(message: ConsensusMessage): number {
  switch (message.kind) {
    case "proposal":
      return message.proposal.view;
    case "vote":
      return message.vote.view;
    case "viewChange":
      return message.viewChange.newView;
    case "certificate":
      return message.certificate.view;
  }
}
