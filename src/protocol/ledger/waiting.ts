// One waiting transaction, as the mempool remembers it: what it is compared and counted by. Its bytes are on disk.
import { toHex } from "../encoding/bytes.ts";
import { U128_MAX } from "../encoding/codec.ts";
import type { Refusal } from "../refusal.ts";
import type { ChainRecord } from "./chain-record.ts";
import { gasRequired } from "./gas.ts";
import { legFee, legValue } from "./leg-facts.ts";
import type { UnverifiedTransaction } from "./unverified.ts";
import type { Line } from "./waiting-line.ts";

const RANK_ONE = 1n << 32n;

export class Waiting {
  readonly idHex: string;
  readonly line: Line;
  readonly nonce: number;
  readonly validUntil: number;
  /** Order of admission, never used twice. */
  readonly arrival: number;
  readonly gasLimit: number;
  readonly fee: bigint;
  /** The most that it takes from its payer: the fee and what the payload moves. */
  readonly cost: bigint;
  /** the sum over legs of fee / minimum fee, in 2^-32. */
  readonly rank: bigint;
  /** The length of the transaction. */
  readonly bytes: number;
  /** Why the last block that looked at it left it out. */
  reason: Refusal | null = null;
  /** Where its bytes are stored: a chunk's number and a place in it; -1 until they are. */
  chunk = -1;
  chunkPlace = 0;
  /** Its place in the heap of expiries; -1 once it has left the mempool. */
  expiryAt = -1;

  constructor(
    line: Line,
    unverified: UnverifiedTransaction,
    {
      arrival,
      nonce,
      rank,
    }: { readonly arrival: number; readonly nonce: number; readonly rank: bigint },
  ) {
    const { idHex, transaction, bytes } = unverified;
    this.idHex = idHex;
    this.line = line;
    this.nonce = nonce;
    this.validUntil = transaction.validUntil;
    this.arrival = arrival;
    this.gasLimit = transaction.legs[0]?.gasLimit ?? 1;
    this.fee = feeOf(unverified);
    this.cost = costOf(unverified);
    this.rank = rank;
    this.bytes = bytes.length;
  }

  /** Of its one leg: the fee has it as a factor. */
  get gasPrice(): bigint {
    return this.fee / BigInt(this.gasLimit);
  }

  get isWaiting(): boolean {
    return this.expiryAt !== -1;
  }
}

/** the better rank first, then who came first. */
export const goesBefore = (a: Waiting, b: Waiting): boolean =>
  a.rank === b.rank ? a.arrival < b.arrival : a.rank > b.rank;

/** The chain, payer and nonce that are a transaction's place in line: those of its one leg, until trades come. */
export function placeOf({ transaction }: UnverifiedTransaction): {
  readonly chain: number;
  readonly sender: Uint8Array;
  readonly nonce: number;
} {
  const leg = transaction.legs[0];
  const payment = leg?.payment;
  if (leg === undefined || payment == null || payment.sequence.kind !== "nonce") {
    throw new TypeError("Cannot queue a transaction without a nonce");
  }
  return { chain: leg.chain, sender: payment.payer, nonce: payment.sequence.nonce };
}

/** The name of a payer in its chain's lines. */
export const senderName = (address: Uint8Array): string => toHex(address);

export const feeOf = ({ transaction }: UnverifiedTransaction): bigint =>
  transaction.legs.reduce((sum, leg) => sum + legFee(leg), 0n);

/** The fees and the most that the payload moves. */
const costOf = ({ transaction }: UnverifiedTransaction): bigint =>
  transaction.legs.reduce((sum, leg) => sum + legFee(leg) + legValue(transaction, leg), 0n);

export const gasPriceOf = ({ transaction }: UnverifiedTransaction): bigint =>
  transaction.legs[0]?.payment?.gasPrice ?? 0n;

/** The minimum fee of each leg. A chain whose minimum is 0 counts as if it were 1. */
function minimumFees(
  { transaction }: UnverifiedTransaction,
  chain: (chain: number) => ChainRecord | undefined,
): bigint[] {
  return transaction.legs.map((leg) => {
    const authorisations = transaction.authorisations.filter(
      (one) => one.chain === leg.chain,
    ).length;
    const gas = BigInt(gasRequired(transaction.payload.kind, authorisations));
    const minimum = gas * (chain(leg.chain)?.gasPriceMin ?? 0n);
    return minimum === 0n ? 1n : minimum;
  });
}

/** what mempools rank by. */
export function feeRank(
  unverified: UnverifiedTransaction,
  chain: (chain: number) => ChainRecord | undefined,
): bigint {
  const minima = minimumFees(unverified, chain);
  return unverified.transaction.legs.reduce(
    (rank, leg, at) => rank + (legFee(leg) * RANK_ONE) / (minima[at] as bigint),
    0n,
  );
}

/**
 * The least gas price of the transaction's first leg with which it would have at least this rank; null if its fee would then be
 * above 2^128-1.
 */
export function gasPriceForRank(
  unverified: UnverifiedTransaction,
  chain: (chain: number) => ChainRecord | undefined,
  rank: bigint,
): bigint | null {
  const [leg] = unverified.transaction.legs;
  const [minimum] = minimumFees(unverified, chain);
  if (leg === undefined || minimum === undefined) return null;
  const perPrice = BigInt(leg.gasLimit) * RANK_ONE;
  const price = (rank * minimum + perPrice - 1n) / perPrice;
  return price * BigInt(leg.gasLimit) > U128_MAX ? null : price;
}

const REPLACEMENT_PERCENT = 110n;

/** What the gas price of a replacement must be at least: 10% more, rounded up, and more than 0. */
export const replacingPrice = (price: bigint): bigint =>
  price === 0n ? 1n : (price * REPLACEMENT_PERCENT + 99n) / 100n;

/** The same of its rank, rounded down as ranks are: at the same gas the price alone decides. */
export const replacingRank = (rank: bigint): bigint => (rank * REPLACEMENT_PERCENT) / 100n;
