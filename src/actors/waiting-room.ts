// The shard's mempool with its durable rows: what is answered Accepted is on disk first, and a restart brings the
// mempool back in its order.
import { BlockAssembler, checkChain, checkValidUntil } from "../protocol/blocks/assembler.ts";
import { concatBytes, toHex } from "../protocol/encoding/bytes.ts";
import { legFee } from "../protocol/ledger/leg-facts.ts";
import { feeRank, Mempool, type Waiting } from "../protocol/ledger/mempool.ts";
import type { Leg } from "../protocol/ledger/transaction.ts";
import { storedTransaction, type VerifiedTransaction } from "../protocol/ledger/unverified.ts";
import type { Refusal } from "../protocol/refusal.ts";
import { accept, type Result, refuse } from "../protocol/result.ts";
import { readU64Key, u64Key } from "./keys.ts";
import type { Network } from "./network.ts";
import type { Store, Table } from "./ports.ts";
import type { Replica } from "./replica.ts";
import type { LeftStatus, ShardLog } from "./shard-log.ts";

/**
 * How far a nonce may be beyond what is used and waiting without a gap: room for transactions that arrive out of order, none
 * for a store of ones that nobody ever has to pay for.
 */
const NONCES_AHEAD_MAX = 16;
// One page of rows while the mempool is read back.
const PAGE = 1_000;

export class WaitingRoom {
  readonly pool = new Mempool();
  readonly #network: Network;
  readonly #replica: Replica;
  readonly #log: ShardLog;
  readonly #rows: Table;
  /** Why a block left a transaction out, the last time. */
  readonly #reasons = new Map<string, Refusal>();

  constructor(store: Store, network: Network, replica: Replica, log: ShardLog) {
    this.#network = network;
    this.#replica = replica;
    this.#log = log;
    this.#rows = store.table("mempool");
    this.#load();
  }

  /** Why the transaction was left out of the last block; undefined if none was formed since it came. */
  reasonOf(idHex: string): Refusal | undefined {
    return this.#reasons.get(idHex);
  }

  /** Takes the transaction in, durably. `round`: the first that can still include it. */
  admit(transaction: VerifiedTransaction, round: number, arrival: number): Result<Waiting> {
    const refusal = this.#check(transaction, round);
    if (refusal !== null) return refuse(refusal);
    const rival = this.pool.rivalOf(transaction);
    if (rival !== undefined) {
      const stuck = this.#judge(rival.transaction, round);
      // A transaction that no block can take now does not hold its place against one that may go in. A gap is no such
      // fault: it is the place of a transaction yet to come.
      if (stuck !== null && stuck.code !== "NONCE_GAP") {
        const full = this.pool.full(transaction, rival);
        if (full !== null) return refuse(full);
        this.leave(rival.transaction.idHex, "DROPPED", stuck);
      }
    }
    const rank = feeRank(transaction, (chain) => this.#replica.chain(chain));
    const waiting: Waiting = { transaction, arrival, rank };
    const added = this.pool.add(waiting);
    if (!added.ok) return added;
    this.#rows.put(rowKey(waiting), transaction.bytes);
    this.#log.forget(transaction.id);
    return accept(waiting);
  }

  /** Picks what the block of the assembler's round can hold, and remembers why the rest cannot. */
  select(assembler: BlockAssembler): {
    readonly chosen: readonly VerifiedTransaction[];
    readonly refused: ReadonlyMap<string, Refusal>;
  } {
    const selection = this.pool.select(assembler);
    for (const [idHex, refusal] of selection.refused) {
      this.#reasons.set(idHex, refusal);
      // Nonces only grow: what is behind them can never be included.
      const dead = refusal.code === "NONCE_TOO_LOW" || refusal.code === "AUTHORISATION_OVERTAKEN";
      if (dead) this.leave(idHex, "REJECTED", refusal);
    }
    return selection;
  }

  /** When a look at the mempool can turn out differently though nothing new happens: windows slide, delegations end. */
  nextChance(round: number, refused: ReadonlyMap<string, Refusal>): number | null {
    const { k } = this.#network;
    if (this.pool.size === 0) return null;
    if (round <= this.#replica.head.round + 2 * k) return round + 1;
    let next: number | null = null;
    for (const idHex of refused.keys()) {
      const waiting = this.pool.get(idHex);
      const end = waiting === undefined ? null : delegationEnd(this.#replica, waiting.transaction);
      if (end !== null && end + k > round && (next === null || end + k < next)) next = end + k;
    }
    return next;
  }

  /** what no later block may include. */
  expire(round: number): void {
    for (const waiting of this.pool.expire(round)) {
      const { transaction } = waiting;
      const { validUntil } = transaction.transaction;
      const late: Refusal = { code: "VALID_UNTIL_PAST", validUntil, round };
      this.#gone(waiting);
      this.#log.left(transaction, "EXPIRED", this.#reasons.get(transaction.idHex) ?? late);
      this.#reasons.delete(transaction.idHex);
    }
  }

  /** The transactions of a committed block, in its order. */
  included(round: number, transactions: readonly VerifiedTransaction[]): void {
    for (const { id, idHex } of transactions) {
      const waiting = this.pool.remove(idHex);
      if (waiting !== undefined) this.#gone(waiting);
      // It may have left before the block brought it back.
      else this.#log.forget(id);
      this.#reasons.delete(idHex);
    }
    this.#log.included(
      round,
      transactions.map(({ id }) => id),
    );
  }

  leave(idHex: string, status: LeftStatus, reason: Refusal): void {
    const waiting = this.pool.remove(idHex);
    if (waiting === undefined) return;
    this.#gone(waiting);
    this.#log.left(waiting.transaction, status, reason);
    this.#reasons.delete(idHex);
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
      const fee = legFee(leg) + this.pool.feesBeside(transaction);
      const { balance } = account;
      if (balance < fee) return { code: "INSUFFICIENT_FUNDS", chain, balance, fee };
    }
    return null;
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

  #judge(transaction: VerifiedTransaction, round: number): Refusal | null {
    if (!this.#replica.canJudge(round)) return null;
    const judged = new BlockAssembler(this.#replica.roundView(round)).judge(transaction);
    return judged.ok ? null : judged.refusal;
  }

  #gone(waiting: Waiting): void {
    this.#rows.delete(rowKey(waiting));
  }

  #load(): void {
    let from: Uint8Array | undefined;
    for (;;) {
      const rows = this.#rows.range({ limit: PAGE, ...(from === undefined ? {} : { from }) });
      for (const [key, bytes] of rows) {
        const transaction = storedTransaction(bytes, this.#network.id);
        const rank = feeRank(transaction, (chain) => this.#replica.chain(chain));
        const waiting: Waiting = { transaction, arrival: readU64Key(key), rank };
        const added = this.pool.add(waiting);
        if (added.ok) continue;
        // Accepted under larger limits: it leaves with a status, not without a trace.
        this.#gone(waiting);
        this.#log.left(transaction, "DROPPED", added.refusal);
      }
      const last = rows.at(-1)?.[0];
      if (last === undefined || rows.length < PAGE) return;
      from = concatBytes(last, Uint8Array.of(0));
    }
  }
}

const rowKey = ({ arrival }: Waiting): Uint8Array => u64Key(arrival);

/** The delegation that keeps a sender from emptying its account, if one does: when it ends, more may be includable. */
export function delegationEnd(replica: Replica, transaction: VerifiedTransaction): number | null {
  for (const { chain, payment } of transaction.transaction.legs) {
    if (payment === null) continue;
    const { delegation } = replica.state.account(chain, payment.payer);
    if (delegation !== null) return delegation.lastRound;
  }
  return null;
}
