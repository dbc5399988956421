// Everything that honest seats ever signed: whether one of them signed two values for one place. A ballot's last 32 bytes
// are its value; what stands before names network, epoch, kind, set, round and view.
import type { HostedSeats } from "../actors/hosted-seats.ts";
import { seatList } from "../protocol/consensus/seats.ts";
import { fromHex, toHex } from "../protocol/encoding/bytes.ts";
import { MessageKind, messagePrefix } from "../protocol/encoding/domain.ts";

const VALUE_BYTES = 32;
const PREFIX_BYTES = messagePrefix(new Uint8Array(32), 0, MessageKind.prepareVote).length;
const KIND_AT = PREFIX_BYTES - 1;
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
    return watched(seats, (members, message) => this.#record(members, message));
  }

  /** The same, but noted down once the step that signed it is durable: what a step signed that was taken back never left. */
  wrapStep(seats: HostedSeats): StepSeats {
    const signed: (readonly [members: readonly number[], message: Uint8Array])[] = [];
    return {
      seats: watched(seats, (members, message) => signed.push([members, message])),
      keep: () => {
        for (const [members, message] of signed.splice(0)) this.#record(members, message);
      },
      takeBack: () => {
        signed.length = 0;
      },
    };
  }

  /** Seats and places with two values. */
  equivocations(): string[] {
    return [...this.votes].filter(([, values]) => isEquivocation(values)).map(([place]) => place);
  }

  /** Who voted in the last phase, by place and value. */
  commitVotes(): CommitVotes[] {
    const found = new Map<string, CommitVotes>();
    for (const [name, values] of this.votes) {
      const [, seat, place = ""] = name.split(" ");
      const bytes = fromHex(place);
      if (bytes[KIND_AT] !== MessageKind.commitVote) continue;
      for (const value of values) {
        const votes = found.get(place + value) ?? { ...readBallot(bytes), value, signers: [] };
        votes.signers.push(Number(seat));
        found.set(place + value, votes);
      }
    }
    return [...found.values()];
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

/** Seats whose signatures count when their step does. */
export interface StepSeats {
  readonly seats: HostedSeats;
  keep(): void;
  takeBack(): void;
}

const watched = (
  hosted: HostedSeats,
  signs: (members: readonly number[], message: Uint8Array) => void,
): HostedSeats => ({
  seats: hosted.seats,
  sign: (members, message) => {
    signs(seatList(members), message);
    return hosted.sign(members, message);
  },
});

interface CommitVotes {
  readonly epoch: number;
  readonly set: number;
  readonly round: number;
  readonly view: number;
  readonly value: string;
  readonly signers: number[];
}

/** Numbers in ballots are little-endian, in the prefix before them big-endian. */
function readBallot(bytes: Uint8Array): Pick<CommitVotes, "epoch" | "set" | "round" | "view"> {
  const view = new DataView(bytes.buffer, bytes.byteOffset + PREFIX_BYTES);
  return {
    epoch: Number(new DataView(bytes.buffer, bytes.byteOffset + KIND_AT - 8).getBigUint64(0)),
    set: view.getUint32(0, true),
    round: Number(view.getBigUint64(4, true)),
    view: view.getUint32(12, true),
  };
}
