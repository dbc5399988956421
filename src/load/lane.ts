// One account on one chain as a sender: which nonces it uses, what is under way under each, and how many may be.
import type { Signer } from "../client/index.ts";
import { gasRequired } from "../protocol/ledger/gas.ts";

export interface LoadChain {
  /** "T0", "T1", ... */
  readonly id: string;
  /** The chain's minimum, in base units per unit of gas. */
  readonly gasPrice: bigint;
  /** Base units. */
  readonly reserveDefault: bigint;
}

/** What the network says of the account on the chain; amounts in base units. */
export interface LaneFacts {
  /** The first that is not executed. */
  readonly nonce: number;
  /** The first behind the unbroken run of what is included and waiting. */
  readonly nextNonce: number;
  readonly amount: bigint;
  readonly reserve: bigint;
}

export interface FlightLeg {
  readonly lane: Lane;
  readonly nonce: number;
}

export interface SignedBytes {
  readonly id: string;
  readonly bytes: Uint8Array;
}

/** A transaction from its plan until it is accounted for. */
export interface Flight {
  /** One of a transfer, two of a trade, each on another chain. */
  legs: readonly FlightLeg[];
  /** Who gets it, for a transfer. */
  readonly to: Signer | null;
  /** By leg, in base units. */
  readonly amounts: readonly bigint[];
  signed: SignedBytes | null;
  attempts: number;
  /** An attempt had no answer: it may be stored. */
  isDoubtful: boolean;
  /** By `performance.now`; null before. */
  sentMs: number | null;
  acceptedMs: number | null;
  /** Nothing more is expected of it. */
  isSettled: boolean;
}

/** Far below the 1,000 that a mempool keeps of one sender. */
const IN_FLIGHT_MAX = 200;
/** Of the dearest leg that the load has. */
export const legFee = ({ gasPrice }: LoadChain): bigint =>
  BigInt(gasRequired("trade", 0)) * gasPrice;

/**
 * How many transactions of the account may be under way, whatever window they fall into: all their fees together take neither
 * the reserve nor what is above it, and no amount takes the balance below the reserve.
 */
export function inFlightMax({ amount, reserve }: LaneFacts, fee: bigint): number {
  const above = amount - reserve;
  if (fee === 0n) return IN_FLIGHT_MAX;
  const covered = (above < reserve ? above : reserve) / fee;
  if (covered >= 1n) return Number(covered < BigInt(IN_FLIGHT_MAX) ? covered : IN_FLIGHT_MAX);
  // Without a reserve each waits for the one before it.
  return above >= 2n * fee ? 1 : 0;
}

/** What has become of a lane's transactions, by an answer of the network. */
export interface LaneNews {
  /** Executed or reverted. */
  readonly included: readonly Flight[];
  /** Accepted before the question was asked, and not there. */
  readonly missing: readonly Flight[];
}

export class Lane {
  readonly chain: LoadChain;
  readonly signer: Signer;
  readonly #fee: bigint;
  #next: number;
  #room: number;
  /** Below `next`, and nothing is under way with them. */
  readonly #free = new Set<number>();
  readonly #held = new Map<number, Flight>();

  constructor(chain: LoadChain, signer: Signer, facts: LaneFacts) {
    this.chain = chain;
    this.signer = signer;
    this.#fee = legFee(chain);
    this.#next = facts.nextNonce;
    this.#room = inFlightMax(facts, this.#fee);
  }

  get inFlight(): number {
    return this.#held.size;
  }

  get canTake(): boolean {
    return this.#held.size < this.#room;
  }

  /** Transactions wait behind a nonce that nothing has. */
  get hasGap(): boolean {
    return this.#free.size > 0;
  }

  /** When the oldest that is accepted was, by `performance.now`; null if none is. */
  get oldestMs(): number | null {
    for (const { acceptedMs } of this.#held.values()) if (acceptedMs !== null) return acceptedMs;
    return null;
  }

  /** The least nonce that is free, for this transaction. */
  take(flight: Flight): number {
    let nonce = this.#next;
    if (this.#free.size > 0) {
      nonce = Math.min(...this.#free);
      this.#free.delete(nonce);
    } else this.#next += 1;
    this.#held.set(nonce, flight);
    return nonce;
  }

  /** The transaction will not come; its nonce is the next one's unless another has it (`isUsed`). */
  release(nonce: number, isUsed: boolean): void {
    if (!this.#held.delete(nonce) || isUsed) return;
    this.#free.add(nonce);
    // The last ones are simply not given out yet.
    while (this.#free.delete(this.#next - 1)) this.#next -= 1;
  }

  /** A block has the transaction. */
  included(nonce: number): void {
    this.#held.delete(nonce);
  }

  /** `askedMs`: when the question was sent. */
  update(facts: LaneFacts, askedMs: number): LaneNews {
    this.#room = inFlightMax(facts, this.#fee);
    for (const nonce of this.#free) if (nonce < facts.nextNonce) this.#free.delete(nonce);
    const included: Flight[] = [];
    const missing: Flight[] = [];
    for (const [nonce, flight] of this.#held) {
      if (nonce < facts.nonce) {
        included.push(flight);
        this.#held.delete(nonce);
      } else if (nonce >= facts.nextNonce && isBefore(flight.acceptedMs, askedMs)) {
        missing.push(flight);
      }
    }
    if (this.#next < facts.nextNonce) this.#next = facts.nextNonce;
    else if (facts.nextNonce < this.#next && !this.#held.has(facts.nextNonce)) {
      // Whatever had it is gone, and others wait behind it.
      this.#free.add(facts.nextNonce);
    }
    // The run breaks at one that is gone, or at one that is not sent yet: then the rest most likely waits behind it.
    const first = this.#held.get(facts.nextNonce);
    return { included, missing: isBefore(first?.acceptedMs ?? null, askedMs) ? missing : [] };
  }
}

const isBefore = (acceptedMs: number | null, askedMs: number): boolean =>
  acceptedMs !== null && acceptedMs < askedMs;
