// Judges transactions for the block of one round, one after another in block order: the proposer fills a block
// with it, and every replica re-checks a block with it before a seat votes. Pure: accounts come from a port that
// answers as of the state after round n-k.
import { addressOf } from "../crypto/address.ts";
import { toHex } from "../encoding/bytes.ts";
import type { Account } from "../ledger/account.ts";
import type { ChainRecord } from "../ledger/chain-record.ts";
import { crossReadBytes } from "../ledger/cross-entries.ts";
import { legFee, legValue, paysFee } from "../ledger/leg-facts.ts";
import type { Leg } from "../ledger/transaction.ts";
import type { UnverifiedTransaction, VerifiedTransaction } from "../ledger/unverified.ts";
import {
  CHAIN_BLOCK_BYTES_MAX,
  CROSS_READ_SET_BYTES_MAX,
  KEY_PROOFS_MAX,
  SHARD_BLOCK_BYTES_MAX,
  SHARD_BLOCK_TRANSACTIONS_MAX,
  VALID_UNTIL_ROUNDS_MAX,
} from "../limits.ts";
import type { Refusal } from "../refusal.ts";
import {
  addInflight,
  type IncludedLeg,
  type InclusionJudgement,
  type InclusionQuestion,
  type Inflight,
  judgeInclusion,
  NO_INFLIGHT,
} from "../reserve/inclusion.ts";
import {
  type ChainInclusions,
  type ChainWindow,
  type RoundInclusions,
  takeName,
} from "../reserve/window.ts";
import { accept, type Result, refuse } from "../result.ts";
import { registrationOf } from "../staking/registration.ts";
import { checkTake } from "./check-take.ts";
import { isCross, isOwn, outOfReach, type Reach } from "./reach.ts";

export interface RoundView extends Reach {
  /** n */
  readonly round: number;
  readonly k: number;
  chain(chain: number): ChainRecord | undefined;
  /** The account in the state after round n-k. */
  account(chain: number, address: Uint8Array): Account;
  /** the entry of offer numbers that the account has used up, after round n-k; null for none. */
  usedOffers(chain: number, maker: Uint8Array): Uint8Array | null;
  /** Rounds n-k+1 .. n-1. */
  window(chain: number): ChainWindow;
}

interface ChainProgress {
  readonly legs: IncludedLeg[];
  /** By sender in hex, of those with legs in this block: what the window and the block have of theirs together. */
  readonly inflight: Map<string, Inflight>;
  readonly authorised: Set<string>;
  /** as those of a window. */
  readonly takes: Map<string, string>;
  bytes: number;
}

/** The judgement on each leg of an includable transaction on the shard's own chains, in the order of its legs. */
export interface Inclusion {
  readonly legs: readonly JudgedLeg[];
}

export interface JudgedLeg extends InclusionJudgement {
  readonly leg: Leg;
  /** The payer in hex. */
  readonly sender: string;
}

/** What is kept of a judgement. */
export type RecordedLeg = Pick<JudgedLeg, "leg" | "sender" | "possiblyEmptying">;

export class BlockAssembler {
  readonly #view: RoundView;
  readonly #chains = new Map<number, ChainProgress>();
  #bytes = 0;
  #transactions = 0;
  #crossReadBytes = 0;
  #keyProofs = 0;

  constructor(view: RoundView) {
    this.#view = view;
  }

  get round(): number {
    return this.#view.round;
  }

  /** Adds the transaction if the block can hold it next; else says why not (code 0) and changes nothing. */
  add(transaction: VerifiedTransaction): Result<Inclusion> {
    const judged = this.check(transaction);
    if (judged.ok) this.record(transaction, judged.value);
    return judged;
  }

  /** Whether the block can hold the transaction next; changes nothing. */
  check(transaction: VerifiedTransaction): Result<Inclusion> {
    const full = this.#full(transaction);
    return full === null ? this.judge(transaction) : refuse(full);
  }

  /** Whether the transaction could come next, its signatures and the block's limits aside. */
  judge(transaction: UnverifiedTransaction): Result<Inclusion> {
    const { legs, validUntil } = transaction.transaction;
    const refusal =
      checkValidUntil(validUntil, this.#view.round) ??
      outOfReach(this.#view, transaction) ??
      this.#checkAuthorisations(transaction);
    if (refusal !== null) return refuse(refusal);
    const used = legs.length < 2 ? null : this.#usedNonce(legs);
    if (used !== null) return refuse(used);
    const judgements: JudgedLeg[] = [];
    for (const leg of legs) {
      if (!isOwn(this.#view, leg.chain)) continue;
      const judged = this.#judgeLeg(transaction, leg);
      if (!judged.ok) return judged;
      judgements.push(judged.value);
    }
    const taken = checkTake(this.#view, transaction.transaction, (chain, name) =>
      this.#taken(chain, name),
    );
    if (taken !== null) return refuse(taken);
    return accept({ legs: judgements });
  }

  /** What the block includes so far, for the windows of later rounds. */
  inclusions(): RoundInclusions {
    const chains: ChainInclusions[] = [...this.#chains]
      .sort(([a], [b]) => a - b)
      .map(([chain, { legs, authorised }]) => ({
        chain,
        legs: [...legs],
        authorised: [...authorised],
      }));
    return { round: this.#view.round, chains };
  }

  #full(unverified: UnverifiedTransaction): Refusal | null {
    const { bytes, transaction } = unverified;
    if (this.#transactions + 1 > SHARD_BLOCK_TRANSACTIONS_MAX) {
      return { code: "BLOCK_FULL", limit: "shard transactions" };
    }
    if (this.#bytes + bytes.length > SHARD_BLOCK_BYTES_MAX) {
      return { code: "BLOCK_FULL", limit: "shard bytes" };
    }
    if (registrationOf(transaction) !== null && this.#keyProofs + 1 > KEY_PROOFS_MAX) {
      return { code: "BLOCK_FULL", limit: "key proofs" };
    }
    for (const { chain } of transaction.legs) {
      if ((this.#chains.get(chain)?.bytes ?? 0) + bytes.length > CHAIN_BLOCK_BYTES_MAX) {
        return { code: "BLOCK_FULL", limit: "chain bytes" };
      }
    }
    const reads = this.#crossReadBytes + this.#crossReadsOf(unverified);
    return reads > CROSS_READ_SET_BYTES_MAX
      ? { code: "BLOCK_FULL", limit: "cross-shard reads" }
      : null;
  }

  /** what executing it makes the two shards read of each other, at most. */
  #crossReadsOf(transaction: UnverifiedTransaction): number {
    return isCross(this.#view, transaction) ? crossReadBytes(transaction, this.#view.k) : 0;
  }

  #checkAuthorisations({ transaction }: UnverifiedTransaction): Refusal | null {
    for (const [
      authorisation,
      { chain, publicKey, nonce },
    ] of transaction.authorisations.entries()) {
      if (!isOwn(this.#view, chain)) continue;
      const next = this.#view.account(chain, addressOf(publicKey)).authorisationNonce;
      if (nonce < next) return { code: "AUTHORISATION_OVERTAKEN", authorisation, next };
    }
    return null;
  }

  /** A leg that can never be included is named before one that has to wait: else its senders' lines would wait for that. */
  #usedNonce(legs: readonly Leg[]): Refusal | null {
    for (const { chain, payment } of legs) {
      if (payment?.sequence.kind !== "nonce" || this.#view.chain(chain) === undefined) continue;
      const { nonce } = payment.sequence;
      const account = this.#view.account(chain, payment.payer);
      const next = account.nonce + this.#inflight(chain, toHex(payment.payer)).nonces;
      if (nonce < next) return { code: "NONCE_TOO_LOW", chain, nonce, next };
    }
    return null;
  }

  #judgeLeg(transaction: UnverifiedTransaction, leg: Leg): Result<JudgedLeg> {
    const { chain, payment } = leg;
    const record = this.#view.chain(chain);
    const refusal = checkChain(record, leg, this.#view.round);
    if (refusal !== null) return refuse(refusal);
    if (payment === null || record === undefined) return refuse({ code: "MISSING_PAYER", chain });
    const sender = toHex(payment.payer);
    const question = this.#question(transaction, leg, payment.payer, sender, record);
    const { sequence } = payment;
    if (sequence.kind === "nonce") {
      const { nonce } = sequence;
      const next = question.account.nonce + question.inflight.nonces;
      if (nonce < next) return refuse({ code: "NONCE_TOO_LOW", chain, nonce, next });
      if (nonce > next) return refuse({ code: "NONCE_GAP", chain, nonce, next });
    }
    const judgement = judgeInclusion(question);
    if (!judgement.includable) {
      const { rule, fees, allowed } = judgement;
      return refuse({ code: "RESERVE_EXCEEDED", chain, rule, fees, allowed });
    }
    return accept({ ...judgement, leg, sender });
  }

  #question(
    { transaction }: UnverifiedTransaction,
    leg: Leg,
    payer: Uint8Array,
    sender: string,
    record: ChainRecord,
  ): InclusionQuestion {
    const { chain } = leg;
    const window = this.#view.window(chain);
    const progress = this.#chains.get(chain);
    const own = transaction.authorisations.some(
      (one) => one.chain === chain && toHex(addressOf(one.publicKey)) === sender,
    );
    return {
      round: this.#view.round,
      k: this.#view.k,
      account: this.#view.account(chain, payer),
      reserveDefault: record.reserveDefault,
      inflight: this.#inflight(chain, sender),
      authorised:
        own || window.authorised.has(sender) || (progress?.authorised.has(sender) ?? false),
      value: legValue(transaction, leg),
      fee: legFee(transaction, leg),
    };
  }

  /** Which transaction of the window or of this block takes the offer. */
  #taken(chain: number, name: string): string | undefined {
    return this.#chains.get(chain)?.takes.get(name) ?? this.#view.window(chain).takes.get(name);
  }

  #inflight(chain: number, sender: string): Inflight {
    const inBlock = this.#chains.get(chain)?.inflight.get(sender);
    return inBlock ?? this.#view.window(chain).inflight.get(sender) ?? NO_INFLIGHT;
  }

  /** The transaction is next in the block, as it was checked. */
  record(
    verified: VerifiedTransaction,
    inclusion: { readonly legs: readonly RecordedLeg[] },
  ): void {
    const { transaction, bytes, idHex } = verified;
    this.#crossReadBytes += this.#crossReadsOf(verified);
    this.#bytes += bytes.length;
    this.#transactions += 1;
    if (registrationOf(transaction) !== null) this.#keyProofs += 1;
    for (const { leg, sender, possiblyEmptying } of inclusion.legs) {
      const progress = this.#progress(leg.chain);
      progress.bytes += bytes.length;
      if (leg.payment === null) continue;
      const { sequence } = leg.payment;
      const included: IncludedLeg = {
        sender,
        value: legValue(transaction, leg),
        fee: legFee(transaction, leg),
        offer: sequence.kind === "offer" ? sequence.offer : null,
        possiblyEmptying,
        transaction: idHex,
      };
      const inflight = addInflight(this.#inflight(leg.chain, sender), included);
      progress.legs.push(included);
      progress.inflight.set(sender, inflight);
      if (included.offer !== null) progress.takes.set(takeName(sender, included.offer), idHex);
    }
    for (const { chain, publicKey } of transaction.authorisations) {
      if (!isOwn(this.#view, chain)) continue;
      this.#progress(chain).authorised.add(toHex(addressOf(publicKey)));
    }
  }

  #progress(chain: number): ChainProgress {
    const known = this.#chains.get(chain);
    if (known !== undefined) return known;
    const progress = {
      legs: [],
      inflight: new Map(),
      authorised: new Set<string>(),
      takes: new Map<string, string>(),
      bytes: 0,
    };
    this.#chains.set(chain, progress);
    return progress;
  }
}

/** no block after `validUntil`, and none more than 10,000 rounds before it. */
export function checkValidUntil(validUntil: number, round: number): Refusal | null {
  if (validUntil < round) return { code: "VALID_UNTIL_PAST", validUntil, round };
  const max = round + VALID_UNTIL_ROUNDS_MAX;
  return validUntil > max ? { code: "VALID_UNTIL_TOO_FAR", validUntil, max } : null;
}

/** What the chain's record says of a leg in a block of `round` (R-2.10, section 15). */
export function checkChain(
  record: ChainRecord | undefined,
  leg: Leg,
  round: number,
): Refusal | null {
  const { chain } = leg;
  if (record === undefined) return { code: "UNKNOWN_CHAIN", chain };
  if (record.bornRound > round) {
    return { code: "UNBORN_CHAIN", chain, bornRound: record.bornRound };
  }
  // the price of a leg that pays nothing is the other leg's, in the other token.
  const gasPrice = paysFee(leg) ? (leg.payment?.gasPrice ?? 0n) : record.gasPriceMin;
  if (gasPrice < record.gasPriceMin) {
    return { code: "GAS_PRICE_TOO_LOW", chain, gasPrice, min: record.gasPriceMin };
  }
  return null;
}
