// Everything that honest seats ever signed: whether one of them signed two values for one place. A ballot's last 32 bytes
// are its value; what stands before names network, epoch, kind, set, round and view.
import type { HostedSeats } from "../actors/hosted-seats.ts";
import { seatList } from "../protocol/consensus/seats.ts";
import { toHex } from "../protocol/encoding/bytes.ts";
import { MessageKind, messagePrefix } from "../protocol/encoding/domain.ts";

const VALUE_BYTES = 32;
const KIND_AT = messagePrefix(new Uint8Array(32), 0, MessageKind.prepareVote).length - 1;
const BALLOTS: readonly number[] = [
  MessageKind.proposal,
  MessageKind.prepareVote,
  MessageKind.commitVote,
];

export const isEquivocation = (values: ReadonlySet<string>): boolean => values.size > 1;

export class SignatureRecord {
  /** Values by seat and place, in hex. */
  readonly votes = new Map<string, Set<string>>();

  /** The same seats, with everything that they sign noted down. */
  wrap(seats: HostedSeats): HostedSeats {
    return {
      seats: seats.seats,
      sign: (members, message) => {
        this.#record(seatList(members), message);
        return seats.sign(members, message);
      },
    };
  }

  /** Seats and places with two values. */
  equivocations(): string[] {
    return [...this.votes].filter(([, values]) => isEquivocation(values)).map(([place]) => place);
  }

  #record(seats: readonly number[], message: Uint8Array): void {
    if (!BALLOTS.includes(message[KIND_AT] ?? 0)) return;
    const place = toHex(message.subarray(0, message.length - VALUE_BYTES));
    const value = toHex(message.subarray(message.length - VALUE_BYTES));
    for (const seat of seats) {
      const name = `seat ${seat} ${place}`;
      const values = this.votes.get(name) ?? new Set();
      values.add(value);
      this.votes.set(name, values);
    }
  }
}
