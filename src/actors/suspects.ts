// Candidates whose signatures do not hold: a faulty gateway let them in, every set leaves them out, and the shard would offer them
// until they expire. The set names them, and the shard, which trusts nobody, checks them itself before they are REJECTED.
import { toHex } from "../protocol/encoding/bytes.ts";
import {
  decodeTransaction,
  type UnverifiedTransaction,
  type VerifiedTransaction,
} from "../protocol/ledger/unverified.ts";
import type { Outbox } from "./actor.ts";
import type { Opened } from "./instance-parties.ts";
import type { PeerAnswer, SuspectsRequest } from "./peers.ts";
import type { SetBlocks } from "./set-blocks.ts";
import type { Side } from "./side.ts";
import type { WaitingRoom } from "./waiting-room.ts";

/** Named in one request: what a set can make its shard check in a round. */
const SUSPECTS_MAX = 256;
/** The purpose of the shard's own check; those of blocks are rounds. */
export const SUSPECTS_PURPOSE = -1;

/** Tells the shard which of the candidates that it opened a round with did not come back from the set's check of signatures. */
export function nameSuspects(
  side: Side,
  blocks: Pick<SetBlocks, "decode">,
  { request }: Opened,
  verified: readonly VerifiedTransaction[],
): void {
  if (request === null || verified.length >= request.candidates.length) return;
  const good = new Set(verified.map(({ idHex }) => idHex));
  const bad = blocks.decode(request.candidates).filter(({ idHex }) => !good.has(idHex));
  const ids = bad.slice(0, SUSPECTS_MAX).map(({ id }) => id);
  side.call({ kind: "suspects", round: request.round, ids });
}

export class Suspects {
  readonly #room: WaitingRoom;
  readonly #networkId: Uint8Array;
  readonly #outbox: Outbox;
  /** What is being checked. */
  #asked: readonly UnverifiedTransaction[] | null = null;

  constructor(room: WaitingRoom, networkId: Uint8Array, outbox: Outbox) {
    this.#room = room;
    this.#networkId = networkId;
    this.#outbox = outbox;
  }

  /** One check at a time: who is left out is named again in the next round. */
  named({ ids }: SuspectsRequest): PeerAnswer {
    if (this.#asked === null) {
      const suspects = ids.slice(0, SUSPECTS_MAX).flatMap((id) => {
        const waiting = this.#room.transaction(toHex(id));
        if (waiting === undefined) return [];
        const decoded = decodeTransaction(waiting.bytes, this.#networkId);
        return decoded.ok ? [decoded.value] : [];
      });
      if (suspects.length > 0) {
        this.#asked = suspects;
        this.#outbox.verify(SUSPECTS_PURPOSE, suspects);
      }
    }
    return { kind: "noted" };
  }

  checked(verified: readonly VerifiedTransaction[]): void {
    const good = new Set(verified.map(({ idHex }) => idHex));
    for (const { idHex } of this.#asked ?? []) {
      if (!good.has(idHex)) this.#room.leave(idHex, "REJECTED", { code: "SIGNATURES_REFUSED" });
    }
    this.#asked = null;
  }
}
