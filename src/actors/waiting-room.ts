// The shard's mempool with its durable rows: what is answered Accepted is on disk first, and a restart brings the
// mempool back in its order.
import {
  BlockAssembler,
  checkChain,
  checkValidUntil,
  type RoundView,
} from "../protocol/blocks/assembler.ts";
import { checkTake } from "../protocol/blocks/check-take.ts";
import { addressOf } from "../protocol/crypto/address.ts";
import { fromHex, toHex } from "../protocol/encoding/bytes.ts";
import { isDelegatedAfter, smallestReserve } from "../protocol/ledger/account.ts";
import { aheadOf } from "../protocol/ledger/ahead.ts";
import { legFee } from "../protocol/ledger/leg-facts.ts";
import { type Admitted, Mempool, type MempoolLimits } from "../protocol/ledger/mempool.ts";
import { sparesOf } from "../protocol/ledger/spares.ts";
import type { Leg } from "../protocol/ledger/transaction.ts";
import { storedTransaction, type VerifiedTransaction } from "../protocol/ledger/unverified.ts";
import { costOf, type LegPlace, placesOf, type Waiting } from "../protocol/ledger/waiting.ts";
import { offersKey } from "../protocol/merkle/state-key.ts";
import type { Refusal } from "../protocol/refusal.ts";
import { accept, type Result, refuse } from "../protocol/result.ts";
import { type ChancesView, ChanceWatch } from "./chances.ts";
import { isForGood, lostPlace } from "./leaving.ts";
import { MempoolRows, type StoredRow } from "./mempool-rows.ts";
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
  readonly #chances = new ChanceWatch();

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

  /** What has to come before it: see `aheadOf`. */
  aheadOf(transaction: VerifiedTransaction): VerifiedTransaction[] {
    const places = this.#placesOf(transaction);
    return aheadOf(this.pool, transaction.idHex, places).map((waiting) => this.#load(waiting));
  }

  /** Takes the transaction in; `store` makes it durable. `round`: the first that can still include it. */
  admit(transaction: VerifiedTransaction, round: number, arrival: number): Result<Waiting> {
    const refusal = this.#check(transaction, round);
    if (refusal !== null) return refuse(refusal);
    const stuck = new Map(
      this.pool.rivalsOf(transaction).map((rival) => [rival, this.#whyStuck(rival, round)]),
    );
    const added = this.pool.add({
      transaction,
      arrival,
      mayDisplace: () => this.#mayDisplace(transaction, round),
      givesWay: (rival) => stuck.get(rival) != null,
    });
    if (!added.ok) return added;
    const { waiting } = added.value;
    this.#makeWay(added.value, stuck);
    this.#unstored.set(waiting, transaction);
    this.#cache.offer(transaction);
    this.#log.forget(transaction.id);
    return accept(waiting);
  }

  /** Makes what was admitted durable, in as few rows as it fits. */
  store(): void {
    this.#rows.write([...this.#unstored].map(([waiting, { bytes }]) => ({ waiting, bytes })));
    this.#unstored.clear();
    this.#compact();
  }

  /** Picks what the block of the view's round can hold, with what may have to stand in for it, and remembers why the rest cannot. */
  select(view: RoundView): readonly VerifiedTransaction[] {
    const load = (one: Waiting) => this.#load(one);
    // While windows slide every round is looked at anyway. Behind that all that waits says when to look again.
    const all = !this.#windowsSlide(view.round);
    const selection = this.pool.select(new BlockAssembler(view), load, all);
    const spares = sparesOf(view, selection, load);
    const { chosen, refused } = selection;
    for (const transaction of chosen) this.#cache.keep(transaction);
    this.#watchChances(view.round, refused);
    for (const [waiting, refusal] of refused) {
      waiting.reason = refusal;
      if (isForGood(refusal, waiting.validUntil)) this.leave(waiting.idHex, "REJECTED", refusal);
    }
    return spares.length === 0 ? chosen : [...chosen, ...spares];
  }

  /** When a look at the mempool can turn out differently though nothing new happens: windows slide, delegations end. */
  nextChance(round: number): number | null {
    if (this.pool.size === 0) return null;
    const { asleep } = this.pool;
    return this.#chances.next(round, { slides: this.#windowsSlide(round), asleep });
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
    for (const transaction of transactions) {
      const { id, idHex } = transaction;
      const waiting = this.pool.remove(idHex);
      this.#overtake(transaction);
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

  /**
   * What is over two chains and has one of the nonces that are used now goes at once: nobody may look at it for long, since it can
   * wait in its other line, and what is behind it here could not come.
   */
  #overtake(included: VerifiedTransaction): void {
    for (const { chain, sender, nonce } of placesOf(included)) {
      const waiting = this.pool.lineOf(chain, sender)?.at(nonce)?.waiting;
      if (waiting?.isPair !== true) continue;
      this.leave(waiting.idHex, "REJECTED", {
        code: "NONCE_TOO_LOW",
        chain,
        nonce,
        next: nonce + 1,
      });
    }
  }

  leave(idHex: string, status: LeftStatus, reason: Refusal): void {
    const waiting = this.pool.remove(idHex);
    if (waiting !== undefined) this.#left(waiting, status, reason);
    this.#compact();
  }

  /** What admission asks beyond the bytes: the chains, the round, the nonces and the means to pay, as of the latest state. */
  #check(transaction: VerifiedTransaction, round: number): Refusal | null {
    const late = checkValidUntil(transaction.transaction.validUntil, round);
    if (late !== null) return late;
    const own = transaction.transaction.legs.filter(({ chain }) => this.#isOwn(chain));
    if (own.length === 0)
      return { code: "UNKNOWN_CHAIN", chain: transaction.transaction.legs[0]?.chain ?? 0 };
    for (const leg of own) {
      const refusal = checkChain(this.#replica.chain(leg.chain), leg, round);
      if (refusal !== null) return refusal;
    }
    for (const place of this.#placesOf(transaction)) {
      const refusal = this.#checkPlace(transaction, place);
      if (refusal !== null) return refusal;
    }
    return (
      this.#overtaken(transaction) ??
      this.#checkTake(transaction, round) ??
      this.#rejected(transaction)
    );
  }

  /** for good, unless by a bad copy. Of one over two shards the reason can be the other's, which nothing here says again. */
  #rejected({ id, transaction }: VerifiedTransaction): Refusal | null {
    if (transaction.legs.every(({ chain }) => this.#isOwn(chain))) return null;
    const reason = this.#log.rejection(id);
    return reason !== undefined && isForGood(reason, transaction.validUntil) ? reason : null;
  }

  #checkPlace({ transaction }: VerifiedTransaction, place: LegPlace): Refusal | null {
    const { chain, sender, nonce, leg } = place;
    const next = this.#nonceAfterCommitted(leg);
    if (nonce < next) return { code: "NONCE_TOO_LOW", chain, nonce, next };
    const max = this.pool.nextNonce(chain, sender, next) + NONCES_AHEAD_MAX;
    if (nonce > max) return { code: "NONCE_TOO_FAR", chain, nonce, max };
    const fee = legFee(transaction, leg) + this.#beside(place).fees;
    const { balance } = this.#replica.state.account(chain, sender);
    return balance < fee ? { code: "INSUFFICIENT_FUNDS", chain, balance, fee } : null;
  }

  /** other takes of the offer may wait, and the first of them that a block holds has it. */
  #checkTake({ transaction }: VerifiedTransaction, round: number): Refusal | null {
    const { state } = this.#replica;
    const view = {
      round,
      shard: this.#replica.shard,
      shardOf: (chain: number) => this.#network.shardOf(chain),
      account: (chain: number, address: Uint8Array) => state.account(chain, address),
      usedOffers: (chain: number, maker: Uint8Array) => state.get(chain, offersKey(maker)) ?? null,
    };
    return checkTake(view, transaction, () => undefined);
  }

  /** what was REJECTED for it may not come back. */
  #overtaken({ transaction }: VerifiedTransaction): Refusal | null {
    for (const [
      authorisation,
      { chain, publicKey, nonce },
    ] of transaction.authorisations.entries()) {
      if (!this.#isOwn(chain)) continue;
      const next = this.#replica.state.account(chain, addressOf(publicKey)).authorisationNonce;
      if (nonce < next) return { code: "AUTHORISATION_OVERTAKEN", authorisation, next };
    }
    return null;
  }

  /**
   * Whether others may have to leave a full mempool for it: nothing is missing before it, each payer can pay it beside all else
   * that it has waiting there, amounts included, and the fees fit the reserve that rounds in a row are judged by.
   */
  #mayDisplace(transaction: VerifiedTransaction, round: number): boolean {
    return this.#placesOf(transaction).every((place) => this.#isPayable(transaction, place, round));
  }

  #isPayable({ transaction }: VerifiedTransaction, place: LegPlace, round: number): boolean {
    const { chain, sender, nonce, leg } = place;
    const record = this.#replica.chain(chain);
    if (record === undefined) return false;
    if (nonce > this.pool.nextNonce(chain, sender, this.#nonceAfterCommitted(leg))) return false;
    const { fees, costs, isAlone } = this.#beside(place);
    const account = this.#replica.state.account(chain, sender);
    if (account.balance < costs + costOf(transaction, leg)) return false;
    const { k } = this.#network;
    const emptying = transaction.authorisations.length === 0 && isAlone;
    if (emptying && !isDelegatedAfter(account, round - k)) return true;
    const reserve = smallestReserve(account, round - k + 1, round, record.reserveDefault);
    return fees + legFee(transaction, leg) <= reserve;
  }

  /** What the sender's other waiting transactions on the chain take. */
  #beside({ chain, sender, nonce }: LegPlace) {
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

  #isOwn(chain: number): boolean {
    return this.#network.shardOf(chain) === this.#replica.shard;
  }

  /** Its places in line on the shard's chains. */
  #placesOf(transaction: VerifiedTransaction): LegPlace[] {
    return placesOf(transaction).filter(({ chain }) => this.#isOwn(chain));
  }

  /** Whether it waits, or is one that only a search finds: no nonce here says that it is included. */
  knows(transaction: VerifiedTransaction): boolean {
    if (this.pool.get(transaction.idHex) !== undefined) return true;
    return this.#placesOf(transaction).length === 0 && this.isIncluded(transaction);
  }

  /** Whether a committed block holds it. Only one whose nonce is used can be in a block: others cost no search of the log. */
  isIncluded({ id, transaction }: VerifiedTransaction): boolean {
    const isUsed = transaction.legs.some((leg) => {
      const { sequence } = leg.payment ?? {};
      if (sequence === undefined || !this.#isOwn(leg.chain)) return false;
      if (this.#replica.chain(leg.chain) === undefined) return false;
      // An offer's number says nothing of which transaction has used it.
      return sequence.kind === "offer" || sequence.nonce < this.#nonceAfterCommitted(leg);
    });
    return isUsed && this.#log.place(id)?.kind === "included";
  }

  /** The nonce behind all that is executed or committed. */
  #nonceAfterCommitted({ chain, payment }: Leg): number {
    if (payment === null) return 0;
    const { payer } = payment;
    const { nonce } = this.#replica.state.account(chain, payer);
    return nonce + this.#replica.unexecutedNonces(chain, toHex(payer));
  }

  /** Why no block can take the transaction now; null if one can, or if only an earlier nonce is missing: that may come. */
  #whyStuck(waiting: Waiting, round: number): Refusal | null {
    if (!this.#replica.canJudge(round)) return null;
    const judged = new BlockAssembler(this.#replica.roundView(round)).judge(this.#load(waiting));
    return judged.ok || judged.refusal.code === "NONCE_GAP" ? null : judged.refusal;
  }

  /** Sees off those that left for the newcomer. `stuck`: why those in its places could not have been included. */
  #makeWay(
    { waiting, replaced, evicted }: Admitted,
    stuck: ReadonlyMap<Waiting, Refusal | null>,
  ): void {
    const by = waiting.idHex;
    for (const rival of replaced) {
      const { line, nonce } = lostPlace(rival, waiting);
      const { chain } = line.chain;
      const why = stuck.get(rival) ?? { code: "REPLACED", chain, nonce, by };
      this.#left(rival, "DROPPED", why);
    }
    for (const { waiting: worst, chain, limit } of evicted) {
      this.#left(worst, "DROPPED", { code: "EVICTED", chain, limit, by });
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

  /** A refusal that waiting, or what happens elsewhere, can change. */
  #watchChances(round: number, lookedAt: ReadonlyMap<Waiting, Refusal>): void {
    const { state } = this.#replica;
    const view: ChancesView = {
      k: this.#network.k,
      has: (chain) => this.#replica.has(chain),
      account: (chain, address) => state.account(chain, address),
    };
    const slides = this.#windowsSlide(round);
    this.#chances.looked(round, lookedAt, { slides, view, load: (one) => this.#load(one) });
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
      givesWay: () => false,
    });
    if (added.ok) return added.value.waiting;
    // Accepted under larger limits: it leaves with a status, not without a trace.
    const { validUntil } = transaction.transaction;
    this.#log.left(transaction.id, validUntil, "DROPPED", added.refusal);
    return null;
  }
}
