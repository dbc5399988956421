// What a faulty voter is: the real actor goes on inside it, with its store, and everything between that actor and the world passes
// the hooks of one behaviour. It has its own seats' signer and no other, so what it can do to others is what it can say.
import type { HostedSeats } from "../../actors/hosted-seats.ts";
import type { Network } from "../../actors/network.ts";
import type { PeerAnswer, PeerId, PeerRequest } from "../../actors/peers.ts";
import type { FormedShardBlock } from "../../protocol/blocks/build-shard-block.ts";
import type { SeatSet } from "../../protocol/consensus/seats.ts";
import type { Random } from "../random.ts";
import type { Memory } from "./memory.ts";
import type { Plot } from "./plot.ts";
import type { Speech } from "./speech.ts";

/** A request on its way out. */
export interface Sent {
  readonly to: PeerId;
  readonly request: PeerRequest;
  readonly delayMs?: number;
}

export interface OtherVoter {
  readonly peer: PeerId;
  readonly seats: SeatSet;
}

/** A user in league with the faulty voters, who signs whatever they like. Nobody else uses the account in the first phase. */
export interface Accomplice {
  readonly address: Uint8Array;
  readonly publicKey: Uint8Array;
  /** What it has on every chain from the beginning. */
  readonly balance: bigint;
  sign(message: Uint8Array): Uint8Array;
}

/** All that a faulty voter can use. */
export interface Means {
  readonly set: number;
  /** The shards that the set covers. */
  readonly shards: readonly number[];
  readonly network: Network;
  readonly seats: HostedSeats;
  /** Whether this is the set's own object, from which the others hear what the shard opens. */
  readonly isSetObject: boolean;
  readonly others: readonly OtherVoter[];
  /** The chains that the shard's half of the round must have besides those with transactions; none if its own replica cannot say now. */
  readonly rootsToCarry: (shard: number, round: number) => readonly number[];
  /** A half of the shard without transactions, which nobody asked for; null if its own replica cannot say now. */
  readonly emptyHalf: (shard: number, round: number) => FormedShardBlock | null;
  /** Of this voter alone. */
  readonly random: Random;
  /** Everything that it sent and was sent. */
  readonly memory: Memory;
  /** Says anything of consensus with its own seats. */
  readonly speech: Speech;
  /** What it shares with the other faulty voters of its set. */
  readonly plot: Plot;
  /** null where signatures take time. */
  readonly accomplice: Accomplice | null;
  /** Says something by itself. */
  readonly send: (sent: Sent) => void;
  /** The same to every other voter, or to each with some probability. */
  readonly spread: (request: PeerRequest, probability?: number) => void;
  /** Counts a deed: something left, or was kept back, that an honest voter would have said otherwise. */
  readonly act: () => void;
  /** For people who read what happened. */
  readonly remark: (deed: string) => void;
}

export interface Hooks {
  /**
   * What leaves instead of what the actor would send; nothing: as if it were lost. Only if that itself is among it does the actor
   * hear an answer.
   */
  sends?(sent: Sent): readonly Sent[];
  /** A request has come, which its actor is about to see. */
  hears?(request: PeerRequest): void;
  /** What is answered instead of what the actor did; null: nothing. */
  answers?(request: PeerRequest, answer: PeerAnswer): PeerAnswer | null;
  /** Some times in each round that the shard opens. */
  turn?(): void;
}

/** Made once for each faulty voter of a world. */
export type Behaviour = (means: Means) => Hooks;
