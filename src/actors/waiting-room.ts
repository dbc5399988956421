// The shard's mempool with its durable rows: what is answered Accepted is on disk first, and a restart brings the
// mempool back in its order.
import { BlockAssembler, checkChain, checkValidUntil } from "../protocol/blocks/assembler.ts";
import { addressOf } from "../protocol/crypto/address.ts";
import { fromHex, toHex } from "../protocol/encoding/bytes.ts";
import { isDelegatedAfter, smallestReserve } from "../protocol/ledger/account.ts";
import { legFee } from "../protocol/ledger/leg-facts.ts";
import { type Admitted, Mempool, type MempoolLimits } from "../protocol/ledger/mempool.ts";
import type { Leg } from "../protocol/ledger/transaction.ts";
import { storedTransaction, type VerifiedTransaction } from "../protocol/ledger/unverified.ts";
import { feeOf, placeOf, type Waiting } from "../protocol/ledger/waiting.ts";
import type { Refusal } from "../protocol/refusal.ts";
import { accept, type Result, refuse } from "../protocol/result.ts";
import { MempoolRows, type Row, type StoredRow } from "./mempool-rows.ts";
import type { Network } from "./network.ts";
import type { Store } from "./ports.ts";
import type { Replica } from "./replica.ts";
import type { LeftStatus, ShardLog } from "./shard-log.ts";
import { TransactionCache } from "./transaction-cache.ts";

/**
 * How far a nonce may be beyond what is used and waiting without a gap: room for transactions that arrive out of order, none
 * for a store of ones that nobody ever has to pay for.
 */
const NONCES_AHEAD_MAX = 16;

export class WaitingRoom {
  readonly pool: Mempool;
  readonly #network: Network;
  readonly #replica: Replica;
  readonly #log: ShardLog;
  readonly #rows: MempoolRows;
  readonly #cache = new TransactionCache();
  /** Admitted in this step and not stored yet. */
  readonly #unstored = new Map<Waiting, VerifiedTransaction>();
  /** How many senders that wait were looked at since the last block moved anything, and when a delegation of theirs ends. */
  #looked = 0;
  #nextChance: number | null = null;

  constructor(
    store: Store,
    network: Network,
    replica: Replica,
    log: ShardLog,
    limits?: MempoolLimits,
  ) {
    this.#network = network;
    this.#replica = replica;
    this.#log = log;
    this.pool = new Mempool((chain) => replica.chain(chain), limits);
    this.#rows = new MempoolRows(store.table("mempool"));
    this.#rows.adopt(this.#rows.stored(), (row) => this.#restore(row));
  }

  /** A waiting transaction; undefined for any other. */
  transaction(idHex: string): VerifiedTransaction | undefined {
    const waiting = this.pool.get(idHex);
    return waiting === undefined ? undefined : this.#load(waiting);
  }

  /** The sender's waiting transactions on the chain with lower nonces, in their order. */
  aheadOf(transaction: VerifiedTransaction): VerifiedTransaction[] {
    const { chain, sender, nonce } = placeOf(transaction);
    const ahead = this.pool.lineOf(chain, sender)?.ahead(nonce) ?? [];
    return ahead.map((waiting) => this.#load(waiting));
  }

  /** Takes the transaction in; `store` makes it durable. `round`: the first that can still include it. */
  admit(transaction: VerifiedTransaction, round: number, arrival: number): Result<Waiting> {
    const refusal = this.#check(transaction, round);
    if (refusal !== null) return refuse(refusal);
    const stuck = this.#whyStuck(this.pool.rivalOf(transaction), round);
    const added = this.pool.add({
      transaction,
      arrival,
      mayDisplace: () => this.#mayDisplace(transaction, round),
      rivalGivesWay: stuck !== null,
    });
    if (!added.ok) return added;
    const { waiting } = added.value;
    this.#makeWay(added.value, transaction, stuck);
    this.#unstored.set(waiting, transaction);
    this.#cache.offer(transaction);
    this.#log.forget(transaction.id);
    return accept(waiting);
  }

  /** Makes what was admitted durable, in as few rows as it fits. */
  store(): void {
    const rows: Row[] = [...this.#unstored].map(([waiting, { bytes }]) => ({ waiting, bytes }));
    this.#rows.write(rows);
    this.#unstored.clear();
    this.#compact();
  }

  /** Picks what the block of the assembler's round can hold, and remembers why the rest cannot. */
  select(assembler: BlockAssembler, round: number): readonly VerifiedTransaction[] {
    const { chosen, refused } = this.pool.select(assembler, (waiting) => this.#load(waiting));
    for (const transaction of chosen) this.#cache.keep(transaction);
    this.#watchChances(round, [...refused.keys()]);
    for (const [waiting, refusal] of refused) {
      waiting.reason = refusal;
      // Nonces only grow: what is behind them can never be included.
      const dead = refusal.code === "NONCE_TOO_LOW" || refusal.code === "AUTHORISATION_OVERTAKEN";
      if (dead) this.leave(waiting.idHex, "REJECTED", refusal);
    }
    return chosen;
  }

  /** When a look at the mempool can turn out differently though nothing new happens: windows slide, delegations end. */
  nextChance(round: number): number | null {
    if (this.pool.size === 0) return null;
    if (this.#windowsSlide(round) || this.#looked < this.pool.asleep) return round + 1;
    return this.#nextChance;
  }

  /** what no later block may include. */
  expire(round: number): void {
    for (const waiting of this.pool.expire(round)) {
      const { validUntil, reason } = waiting;
      const late: Refusal = { code: "VALID_UNTIL_PAST", validUntil, round };
      this.#left(waiting, "EXPIRED", reason ?? late);
    }
    this.#compact();
  }

  /** The transactions of a committed block, in its order. */
  included(round: number, transactions: readonly VerifiedTransaction[]): void {
    for (const { id, idHex } of transactions) {
      const waiting = this.pool.remove(idHex);
      if (waiting !== undefined) this.#gone(waiting);
      // It may have left before the block brought it back.
      else this.#log.forget(id);
      this.#cache.forget(idHex);
    }
    this.#log.included(
      round,
      transactions.map(({ id }) => id),
    );
    this.#compact();
  }

  leave(idHex: string, status: LeftStatus, reason: Refusal): void {
    const waiting = this.pool.remove(idHex);
    if (waiting !== undefined) this.#left(waiting, status, reason);
    this.#compact();
  }

  /** What admission asks beyond the bytes: the chain, the round, the nonce and the means to pay, as of the latest state. */
  #check(transaction: VerifiedTransaction, round: number): Refusal | null {
    const late = checkValidUntil(transaction.transaction.validUntil, round);
    if (late !== null) return late;
    for (const leg of transaction.transaction.legs) {
      const { chain, payment } = leg;
      const refusal = checkChain(this.#replica.chain(chain), leg, round);
      if (refusal !== null) return refusal;
      if (payment === null || payment.sequence.kind !== "nonce") continue;
      const account = this.#replica.state.account(chain, payment.payer);
      const { nonce } = payment.sequence;
      const next = this.#nonceAfterCommitted(leg);
      if (nonce < next) return { code: "NONCE_TOO_LOW", chain, nonce, next };
      const max = this.pool.nextNonce(chain, payment.payer, next) + NONCES_AHEAD_MAX;
      if (nonce > max) return { code: "NONCE_TOO_FAR", chain, nonce, max };
      const fee = legFee(leg) + this.#beside(transaction).fees;
      const { balance } = account;
      if (balance < fee) return { code: "INSUFFICIENT_FUNDS", chain, balance, fee };
    }
    return this.#overtaken(transaction);
  }

  /** what was REJECTED for it may not come back. */
  #overtaken({ transaction }: VerifiedTransaction): Refusal | null {
    for (const [
      authorisation,
      { chain, publicKey, nonce },
    ] of transaction.authorisations.entries()) {
      const next = this.#replica.state.account(chain, addressOf(publicKey)).authorisationNonce;
      if (nonce < next) return { code: "AUTHORISATION_OVERTAKEN", authorisation, next };
    }
    return null;
  }

  /**
   * Whether others may have to leave a full mempool for it: nothing is missing before it, its payer can pay it beside all else
   * that it has waiting there, amounts included, and the fees fit the reserve that rounds in a row are judged by.
   */
  #mayDisplace(transaction: VerifiedTransaction, round: number): boolean {
    const { chain, sender, nonce } = placeOf(transaction);
    const [leg] = transaction.transaction.legs;
    const record = this.#replica.chain(chain);
    if (leg === undefined || record === undefined) return false;
    if (nonce > this.pool.nextNonce(chain, sender, this.#nonceAfterCommitted(leg))) return false;
    const { fees, costs, isAlone } = this.#beside(transaction);
    const account = this.#replica.state.account(chain, sender);
    if (account.balance < costs + feeOf(transaction)) return false;
    const { k } = this.#network;
    const emptying = transaction.transaction.authorisations.length === 0 && isAlone;
    if (emptying && !isDelegatedAfter(account, round - k)) return true;
    const reserve = smallestReserve(account, round - k + 1, round, record.reserveDefault);
    return fees + feeOf(transaction) <= reserve;
  }

  /** What the sender's other waiting transactions on the chain take. */
  #beside(transaction: VerifiedTransaction) {
    const { chain, sender, nonce } = placeOf(transaction);
    const line = this.pool.lineOf(chain, sender);
    if (line === undefined || line.length === 0) return { fees: 0n, costs: 0n, isAlone: true };
    const own = line.at(nonce);
    if (own === undefined) return { fees: line.fees, costs: line.costs, isAlone: false };
    return {
      fees: line.fees - own.fee,
      costs: line.costs - own.cost,
      isAlone: line.length === 1,
    };
  }

  /** Whether a committed block holds it. Only one whose nonce is used can be in a block: others cost no search of the log. */
  isIncluded({ id, transaction }: VerifiedTransaction): boolean {
    const isUsed = transaction.legs.some(
      (leg) =>
        leg.payment?.sequence.kind === "nonce" &&
        this.#replica.chain(leg.chain) !== undefined &&
        leg.payment.sequence.nonce < this.#nonceAfterCommitted(leg),
    );
    return isUsed && this.#log.place(id)?.kind === "included";
  }

  /** The nonce behind all that is executed or committed. */
  #nonceAfterCommitted({ chain, payment }: Leg): number {
    if (payment === null) return 0;
    const { payer } = payment;
    const { nonce } = this.#replica.state.account(chain, payer);
    return nonce + this.#replica.unexecutedLegs(chain, toHex(payer));
  }

  /** Why no block can take the transaction now; null if one can, or if only an earlier nonce is missing: that may come. */
  #whyStuck(waiting: Waiting | undefined, round: number): Refusal | null {
    if (waiting === undefined || !this.#replica.canJudge(round)) return null;
    const judged = new BlockAssembler(this.#replica.roundView(round)).judge(this.#load(waiting));
    return judged.ok || judged.refusal.code === "NONCE_GAP" ? null : judged.refusal;
  }

  /** Sees off those that left for the newcomer. `stuck`: why the one in its place could not have been included. */
  #makeWay(
    { waiting, replaced, evicted }: Admitted,
    newcomer: VerifiedTransaction,
    stuck: Refusal | null,
  ): void {
    const { chain, nonce } = placeOf(newcomer);
    const by = waiting.idHex;
    if (replaced !== null) {
      this.#left(replaced, "DROPPED", stuck ?? { code: "REPLACED", chain, nonce, by });
    }
    for (const { waiting: worst, limit } of evicted) {
      const { chain: other } = worst.line.chain;
      this.#left(worst, "DROPPED", { code: "EVICTED", chain: other, limit, by });
    }
  }

  #load(waiting: Waiting): VerifiedTransaction {
    return (
      this.#cache.get(waiting.idHex) ??
      this.#unstored.get(waiting) ??
      storedTransaction(this.#rows.read(waiting), this.#network.id)
    );
  }

  #left(waiting: Waiting, status: LeftStatus, reason: Refusal): void {
    this.#gone(waiting);
    this.#log.left(fromHex(waiting.idHex), waiting.validUntil, status, reason);
    this.#cache.forget(waiting.idHex);
  }

  #gone(waiting: Waiting): void {
    this.#unstored.delete(waiting);
    this.#rows.delete(waiting);
  }

  /** Not while some that left the pool still have their place in a chunk. */
  #compact(): void {
    if (this.#rows.isSparse) this.#rows.compact(this.pool.all());
  }

  /** Whether rounds that pass change what is includable: the windows still hold something. */
  #windowsSlide(round: number): boolean {
    return round <= this.#replica.head.round + 2 * this.#network.k;
  }

  #watchChances(round: number, lookedAt: readonly Waiting[]): void {
    const over = this.#nextChance !== null && this.#nextChance <= round;
    if (over || this.#windowsSlide(round)) [this.#looked, this.#nextChance] = [0, null];
    if (this.#windowsSlide(round)) return;
    this.#looked += lookedAt.length;
    for (const waiting of lookedAt) {
      const end = delegationEnd(this.#replica, this.#load(waiting));
      if (end === null) continue;
      const chance = end + this.#network.k;
      const sooner = this.#nextChance === null || chance < this.#nextChance;
      if (chance > round && sooner) this.#nextChance = chance;
    }
  }

  /** After a restart. What left since it was stored has a place in the log; one that came back is there a second time. */
  #restore({ arrival, bytes }: StoredRow): Waiting | null {
    const transaction = storedTransaction(bytes, this.#network.id);
    if (this.#log.hasLeft(transaction.id) || this.isIncluded(transaction)) return null;
    this.pool.remove(transaction.idHex);
    const added = this.pool.add({
      transaction,
      arrival,
      mayDisplace: () => false,
      rivalGivesWay: false,
    });
    if (added.ok) return added.value.waiting;
    // Accepted under larger limits: it leaves with a status, not without a trace.
    const { validUntil } = transaction.transaction;
    this.#log.left(transaction.id, validUntil, "DROPPED", added.refusal);
    return null;
  }
}

/** The delegation that keeps a sender from emptying its account, if one does: when it ends, more may be includable. */
export function delegationEnd(replica: Replica, transaction: VerifiedTransaction): number | null {
  for (const { chain, payment } of transaction.transaction.legs) {
    if (payment === null) continue;
    const { delegation } = replica.state.account(chain, payment.payer);
    if (delegation !== null) return delegation.lastRound;
  }
  return null;
}
