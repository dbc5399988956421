// One waiting transaction, as the mempool remembers it: what it is compared and counted by. Its bytes are on disk.
import { toHex } from "../encoding/bytes.ts";
import { U128_MAX } from "../encoding/codec.ts";
import type { Refusal } from "../refusal.ts";
import { registrationOf } from "../staking/registration.ts";
import type { ChainRecord } from "./chain-record.ts";
import { gasRequired } from "./gas.ts";
import { gasPaid, legFee, legValue } from "./leg-facts.ts";
import type { Leg, UnsignedTransaction } from "./transaction.ts";
import type { UnverifiedTransaction } from "./unverified.ts";
import type { Line } from "./waiting-line.ts";

const RANK_ONE = 1n << 32n;

type ChainOf = (chain: number) => ChainRecord | undefined;

/** A leg that takes a place in line: it pays, and its nonce is used in order. */
export interface LegPlace {
  readonly leg: Leg;
  readonly chain: number;
  readonly sender: Uint8Array;
  readonly nonce: number;
}

/** A transaction's places, in the order of its legs: one for each of its payers, none for a maker's leg or one without payer. */
export const placesOf = ({ transaction }: UnverifiedTransaction): LegPlace[] =>
  transaction.legs.flatMap((leg) => {
    const { chain, payment } = leg;
    return payment?.sequence.kind === "nonce"
      ? [{ leg, chain, sender: payment.payer, nonce: payment.sequence.nonce }]
      : [];
  });

/**
 * Its places in the lines of one shard. Where only a leg without nonce is on the shard's chains, as a maker's whose taker is elsewhere,
 * the transaction has a line of its own, named by its id.
 */
export function placesAmong(
  transaction: UnverifiedTransaction,
  isOwn: (chain: number) => boolean,
): LegPlace[] {
  const places = placesOf(transaction).filter(({ chain }) => isOwn(chain));
  if (places.length > 0) return places;
  const leg = transaction.transaction.legs.find(({ chain }) => isOwn(chain));
  return leg === undefined ? [] : [{ leg, chain: leg.chain, sender: transaction.id, nonce: 0 }];
}

/** One of a waiting transaction's places in line. */
export class Place {
  /** Whose place it is; the first place of a transaction is the transaction's summary itself. */
  readonly waiting: Waiting;
  readonly line: Line;
  readonly nonce: number;
  readonly fee: bigint;
  /** The most that it takes from its payer: the fee and what the payload moves. */
  readonly cost: bigint;
  /** See `feeRank`. */
  readonly rank: bigint;
  /** The gas that the fee pays for. */
  readonly gas: number;

  constructor(waiting: Waiting | null, { line, transaction, place, rank }: PlaceFacts) {
    const { leg, nonce } = place;
    this.waiting = waiting ?? (this as unknown as Waiting);
    this.line = line;
    this.nonce = nonce;
    this.fee = legFee(transaction, leg);
    this.cost = costOf(transaction, leg);
    this.rank = rank;
    this.gas = gasPaid(transaction, leg);
  }

  /** The fee has the gas as a factor. */
  get gasPrice(): bigint {
    return this.fee / BigInt(this.gas);
  }
}

export interface PlaceFacts {
  readonly line: Line;
  readonly transaction: UnsignedTransaction;
  readonly place: LegPlace;
  readonly rank: bigint;
}

export class Waiting extends Place {
  readonly idHex: string;
  /** of a trade between two accounts that both pay; null for a transaction with one place. */
  readonly second: Place | null;
  /** Whether it touches two chains, and stands ahead of each chain's own in a block. */
  readonly isPair: boolean;
  /** a block holds few of those. */
  readonly hasKeyProof: boolean;
  readonly validUntil: number;
  /** Order of admission, never used twice. */
  readonly arrival: number;
  /** The length of the transaction. */
  readonly bytes: number;
  /** Whether the last block could not take it though it was first in its lines: it waits for another look. */
  isAsleep = false;
  /** Why the last block that looked at it left it out. */
  reason: Refusal | null = null;
  /** Where its bytes are stored: a chunk's number and a place in it; -1 until they are. */
  chunk = -1;
  chunkPlace = 0;
  /** Its place in the heap of expiries; -1 once it has left the mempool. */
  expiryAt = -1;

  constructor(
    { idHex, transaction, bytes }: UnverifiedTransaction,
    arrival: number,
    [first, second]: readonly [PlaceFacts, PlaceFacts?],
  ) {
    super(null, first);
    this.idHex = idHex;
    this.second = second === undefined ? null : new Place(this, second);
    this.isPair = transaction.legs.length > 1;
    this.hasKeyProof = registrationOf(transaction) !== null;
    this.validUntil = transaction.validUntil;
    this.arrival = arrival;
    this.bytes = bytes.length;
  }

  get places(): readonly Place[] {
    return this.second === null ? [this] : [this, this.second];
  }

  get isWaiting(): boolean {
    return this.expiryAt !== -1;
  }

  /** Whether nothing waits before it. */
  get isFront(): boolean {
    return this.places.every((place) => place.line.first === place);
  }

  /** Whether nothing waits behind it. */
  get isEnd(): boolean {
    return this.places.every((place) => place.line.last === place);
  }
}

/** the better rank first, then who came first. */
export const goesBefore = (a: Place, b: Place): boolean =>
  a.rank === b.rank ? a.waiting.arrival < b.waiting.arrival : a.rank > b.rank;

/** The name of a payer in its chain's lines. */
export const senderName = (address: Uint8Array): string => toHex(address);

/** The leg's fee and the most that the payload moves from its payer. */
export const costOf = (transaction: UnsignedTransaction, leg: Leg): bigint =>
  legFee(transaction, leg) + legValue(transaction, leg);

/** The minimum fee of a leg for its own gas. A chain whose minimum is 0 counts as if it were 1. */
function minimumFee(transaction: UnsignedTransaction, { chain }: Leg, chainOf: ChainOf): bigint {
  const authorisations = transaction.authorisations.filter((one) => one.chain === chain).length;
  const gas = BigInt(gasRequired(transaction.payload.kind, authorisations));
  const minimum = gas * (chainOf(chain)?.gasPriceMin ?? 0n);
  return minimum === 0n ? 1n : minimum;
}

/** The fee of a leg over its minimum, in 2^-32. One that pays for two legs pays twice its minimum at the least price. */
const feeRatio = (transaction: UnsignedTransaction, leg: Leg, chainOf: ChainOf): bigint =>
  (legFee(transaction, leg) * RANK_ONE) / minimumFee(transaction, leg, chainOf);

/**
 * what a mempool ranks a transaction by among those of one of its chains, in 2^-32: what it pays there, and what its other
 * leg pays as far as that is no more. On one chain alone the plain sum would be bought with a token that costs nothing.
 */
export function feeRank(
  { transaction }: UnverifiedTransaction,
  chainOf: ChainOf,
  leg: Leg | undefined = transaction.legs[0],
): bigint {
  if (leg === undefined) return 0n;
  const own = feeRatio(transaction, leg, chainOf);
  const others = otherRatio(transaction, leg, chainOf);
  return own + (others < own ? others : own);
}

const otherRatio = (transaction: UnsignedTransaction, leg: Leg, chainOf: ChainOf): bigint =>
  transaction.legs.reduce(
    (sum, other) => (other === leg ? sum : sum + feeRatio(transaction, other, chainOf)),
    0n,
  );

/** The least gas price of the leg with which the transaction would have at least this rank; null if no fee can be so high. */
export function gasPriceForRank(
  { transaction }: UnverifiedTransaction,
  chainOf: ChainOf,
  rank: bigint,
  leg: Leg,
): bigint | null {
  const others = otherRatio(transaction, leg, chainOf);
  const half = (rank + 1n) / 2n;
  const own = half > rank - others ? half : rank - others;
  const gas = BigInt(gasPaid(transaction, leg));
  if (gas === 0n) return null;
  const perPrice = gas * RANK_ONE;
  const price = (own * minimumFee(transaction, leg, chainOf) + perPrice - 1n) / perPrice;
  return price * gas > U128_MAX ? null : price;
}

const REPLACEMENT_PERCENT = 110n;

/** What the gas price of a replacement must be at least: 10% more, rounded up, and more than 0. */
export const replacingPrice = (price: bigint): bigint =>
  price === 0n ? 1n : (price * REPLACEMENT_PERCENT + 99n) / 100n;

/** The same of its rank, rounded down as ranks are: at the same gas the price alone decides. */
export const replacingRank = (rank: bigint): bigint => (rank * REPLACEMENT_PERCENT) / 100n;
