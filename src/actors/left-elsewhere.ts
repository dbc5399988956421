// a transaction over two shards that has left the one is in no block of the other. What this shard offered in a round with its
// partner and what came to nothing is asked about there, at every such round until it is in a block or gone: so no word that is lost
// and no crash keeps a place in line for what can never come in.
import { isCross } from "../protocol/blocks/reach.ts";
import { toHex } from "../protocol/encoding/bytes.ts";
import type { VerifiedTransaction } from "../protocol/ledger/unverified.ts";
import type { Refusal } from "../protocol/refusal.ts";
import type { Outbox } from "./actor.ts";
import type { Network } from "./network.ts";
import type { LeftRequest, LeftThere, PeerAnswer } from "./peers.ts";
import type { Replica } from "./replica.ts";
import { parseReason, type ShardLog } from "./shard-log.ts";
import type { StoredProgress } from "./shard-progress.ts";
import type { WaitingRoom } from "./waiting-room.ts";

/** Asked about in one call: the answer says some hundred bytes of each. */
export const LEFT_IDS_MAX = 512;
/** Far beyond any reason of ours. */
const REASON_CHARACTERS_MAX = 2_048;

export interface LeftElsewherePorts {
  readonly network: Network;
  readonly outbox: Outbox;
  readonly replica: Replica;
  readonly room: WaitingRoom;
  readonly progress: StoredProgress;
}

export class LeftElsewhere {
  readonly #ports: LeftElsewherePorts;
  readonly #log: ShardLog;

  constructor(ports: LeftElsewherePorts, log: ShardLog) {
    this.#ports = ports;
    this.#log = log;
  }

  /** The round is decided. `offered`: what the shard had offered for it. */
  decided(round: number, offered: readonly VerifiedTransaction[]): void {
    const { network, outbox, replica, room } = this.#ports;
    const { shards } = network.dutyOf(replica.shard, round);
    const partner = shards.find((shard) => shard !== replica.shard);
    if (partner === undefined) return;
    const ids = offered
      .filter((one) => isCross(replica.places, one) && room.pool.get(one.idHex) !== undefined)
      .slice(0, LEFT_IDS_MAX)
      .map(({ id }) => id);
    if (ids.length > 0) outbox.call({ kind: "shard", shard: partner }, { kind: "left", ids });
  }

  /** The other shard asks which of them have left here. */
  answer({ ids }: LeftRequest): PeerAnswer {
    const left = ids.flatMap((id): LeftThere[] => {
      if (this.#ports.room.pool.get(toHex(id)) !== undefined) return [];
      const place = this.#log.place(id);
      // One that is past its time here is past it there, too, and says so by itself.
      if (place?.kind !== "left" || place.status === "EXPIRED") return [];
      return [{ id, status: place.status, reason: place.reason }];
    });
    return { kind: "left", left };
  }

  answered(answer: PeerAnswer | null): void {
    if (answer?.kind !== "left") return;
    for (const { id, status, reason } of answer.left) {
      if (reason.length > REASON_CHARACTERS_MAX) continue;
      this.withdraw(toHex(id), status, parseReason(reason));
    }
  }

  /** It leaves for what another shard says of it, unless an open round may hold it. */
  withdraw(idHex: string, status: LeftThere["status"], refusal: Refusal): void {
    const { replica, room } = this.#ports;
    const waiting = room.transaction(idHex);
    if (waiting === undefined || !isCross(replica.places, waiting)) return;
    if (!this.#isOpenFor(waiting)) room.leave(idHex, status, refusal);
  }

  /** Whether a round is open or undecided in which a set sees both of its shards. */
  #isOpenFor({ transaction }: VerifiedTransaction): boolean {
    const { network, progress, replica } = this.#ports;
    const { round, state } = progress.value;
    if (state !== "open" && state !== "accepted") return false;
    const { shards } = network.dutyOf(replica.shard, round);
    return network
      .shardsOf(transaction.legs.map(({ chain }) => chain))
      .every((shard) => shards.includes(shard));
  }
}
