// Everything that the hosted seats of a set ever signed: whether they signed two values for one place. A ballot's last
// 32 bytes are its value; what stands before names network, epoch, kind, set, round and view.
import type { HostedSeats } from "../../src/actors/hosted-seats.ts";
import { toHex } from "../../src/protocol/encoding/bytes.ts";
import { MessageKind, messagePrefix } from "../../src/protocol/encoding/domain.ts";

const VALUE_BYTES = 32;
const KIND_AT = messagePrefix(new Uint8Array(32), 0, MessageKind.prepareVote).length - 1;
const BALLOTS: readonly number[] = [
  MessageKind.proposal,
  MessageKind.prepareVote,
  MessageKind.commitVote,
];

export const isEquivocation = (values: ReadonlySet<string>): boolean => values.size > 1;

export class SignatureRecord {
  /** Values by place, both in hex. */
  readonly votes = new Map<string, Set<string>>();

  wrap(seats: HostedSeats): HostedSeats {
    return {
      seats: seats.seats,
      sign: (members, message) => {
        this.#record(message);
        return seats.sign(members, message);
      },
    };
  }

  /** Places with two values. */
  equivocations(): string[] {
    return [...this.votes].filter(([, values]) => isEquivocation(values)).map(([place]) => place);
  }

  #record(message: Uint8Array): void {
    if (!BALLOTS.includes(message[KIND_AT] ?? 0)) return;
    const place = toHex(message.subarray(0, message.length - VALUE_BYTES));
    const values = this.votes.get(place) ?? new Set();
    values.add(toHex(message.subarray(message.length - VALUE_BYTES)));
    this.votes.set(place, values);
  }
}
