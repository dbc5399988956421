// Transactions that wait for a block: by fee, then arrival, nonces of a sender in sequence. Memory is bounded
// by the caps; one admission or removal costs the logarithm of what waits, one selection what it looks at.
import type { BlockAssembler } from "../blocks/assembler.ts";
import { toHex } from "../encoding/bytes.ts";
import { MIB } from "../limits.ts";
import type { Refusal } from "../refusal.ts";
import { accept, type Result, refuse } from "../result.ts";
import type { ChainRecord } from "./chain-record.ts";
import { gasRequired } from "./gas.ts";
import { Heap } from "./heap.ts";
import { legFee } from "./leg-facts.ts";
import type { VerifiedTransaction } from "./unverified.ts";

export interface MempoolLimits {
  readonly bytesMax: number;
  readonly transactionsMax: number;
  readonly perSenderMax: number;
}

/** Decoded, a small transaction takes about seventeen times its bytes (measured): with 1 MiB that is within. */
const MEMPOOL_LIMITS: MempoolLimits = {
  bytesMax: MIB,
  transactionsMax: 5_000,
  perSenderMax: 1_000,
};

export interface Waiting {
  readonly transaction: VerifiedTransaction;
  /** Order of admission, never used twice. */
  readonly arrival: number;
  /** the sum over legs of fee / minimum fee, in 2^-32. */
  readonly rank: bigint;
}

const RANK_ONE = 1n << 32n;

/** what mempools rank by. A chain whose minimum is 0 counts as if it were 1. */
export function feeRank(
  { transaction }: VerifiedTransaction,
  chain: (chain: number) => ChainRecord | undefined,
): bigint {
  let rank = 0n;
  for (const leg of transaction.legs) {
    const authorisations = transaction.authorisations.filter(
      (one) => one.chain === leg.chain,
    ).length;
    const gas = BigInt(gasRequired(transaction.payload.kind, authorisations));
    const minimum = gas * (chain(leg.chain)?.gasPriceMin ?? 0n);
    rank += (legFee(leg) * RANK_ONE) / (minimum === 0n ? 1n : minimum);
  }
  return rank;
}

const before = (a: Waiting, b: Waiting): boolean =>
  a.rank === b.rank ? a.arrival < b.arrival : a.rank > b.rank;

const earlierExpiry = (a: Waiting, b: Waiting): boolean =>
  a.transaction.transaction.validUntil < b.transaction.transaction.validUntil;

// So few entries that have left are not worth a rebuilding of the heap.
const STALE_EXPIRIES_MIN = 64;

interface SenderQueue {
  readonly byNonce: Map<number, Waiting>;
  /** The sum of their fees. */
  fees: bigint;
}

export class Mempool {
  readonly #limits: MempoolLimits;
  readonly #byId = new Map<string, Waiting>();
  readonly #senders = new Map<string, SenderQueue>();
  /** By `validUntil`, earliest first; entries that left earlier are skipped when they surface. */
  #expiries = new Heap<Waiting>(earlierExpiry);
  #bytes = 0;

  constructor(limits: MempoolLimits = MEMPOOL_LIMITS) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#byId.size;
  }

  get(idHex: string): Waiting | undefined {
    return this.#byId.get(idHex);
  }

  /** Who waits in the place that the transaction wants: same sender, chain and nonce. */
  rivalOf(transaction: VerifiedTransaction): Waiting | undefined {
    const { key, nonce } = place(transaction);
    return this.#senders.get(key)?.byNonce.get(nonce);
  }

  /** The nonce after the last of an unbroken run that starts at `next`. */
  nextNonce(chain: number, sender: Uint8Array, next: number): number {
    const queue = this.#senders.get(`${chain}:${toHex(sender)}`);
    let nonce = next;
    while (queue?.byNonce.has(nonce) === true) nonce += 1;
    return nonce;
  }

  /** The sender's waiting transactions on the chain with lower nonces, in their order. Cost: what the sender has waiting. */
  aheadOf(transaction: VerifiedTransaction): VerifiedTransaction[] {
    const { key, nonce } = place(transaction);
    const waiting = [...(this.#senders.get(key)?.byNonce ?? [])];
    return waiting
      .filter(([other]) => other < nonce)
      .sort(([a], [b]) => a - b)
      .map(([, { transaction }]) => transaction);
  }

  /** What the sender's other waiting transactions on the chain will pay. */
  feesBeside(transaction: VerifiedTransaction): bigint {
    const { key, nonce } = place(transaction);
    const queue = this.#senders.get(key);
    const rival = queue?.byNonce.get(nonce);
    return (queue?.fees ?? 0n) - (rival === undefined ? 0n : feeOf(rival.transaction));
  }

  /** Refuses MEMPOOL_FULL and NONCE_TAKEN; the id must be new. */
  add(waiting: Waiting): Result<Waiting> {
    const { transaction } = waiting;
    const { key, nonce, chain } = place(transaction);
    const rival = this.rivalOf(transaction);
    if (rival !== undefined) {
      return refuse({ code: "NONCE_TAKEN", chain, nonce, by: rival.transaction.idHex });
    }
    const full = this.full(transaction);
    if (full !== null) return refuse(full);
    const queue = this.#senders.get(key);
    this.#byId.set(transaction.idHex, waiting);
    const fee = feeOf(transaction);
    if (queue === undefined) {
      this.#senders.set(key, { byNonce: new Map([[nonce, waiting]]), fees: fee });
    } else {
      queue.byNonce.set(nonce, waiting);
      queue.fees += fee;
    }
    this.#bytes += transaction.bytes.length;
    this.#expiries.push(waiting);
    return accept(waiting);
  }

  remove(idHex: string): Waiting | undefined {
    const waiting = this.#byId.get(idHex);
    if (waiting === undefined) return undefined;
    const { key, nonce } = place(waiting.transaction);
    const queue = this.#senders.get(key);
    if (queue !== undefined) {
      queue.byNonce.delete(nonce);
      queue.fees -= feeOf(waiting.transaction);
      if (queue.byNonce.size === 0) this.#senders.delete(key);
    }
    this.#byId.delete(idHex);
    this.#bytes -= waiting.transaction.bytes.length;
    this.#dropStaleExpiries();
    return waiting;
  }

  /** Removes and returns what no block from `round` on may include. */
  expire(round: number): Waiting[] {
    const expired: Waiting[] = [];
    for (;;) {
      const next = this.#expiries.peek();
      if (next === undefined || next.transaction.transaction.validUntil >= round) return expired;
      this.#expiries.pop();
      if (this.#byId.get(next.transaction.idHex) !== next) continue;
      this.remove(next.transaction.idHex);
      expired.push(next);
    }
  }

  /** The last round in which the transaction that expires first can be included; null if nothing waits. */
  earliestExpiry(): number | null {
    for (;;) {
      const next = this.#expiries.peek();
      if (next === undefined) return null;
      if (this.#byId.get(next.transaction.idHex) === next)
        return next.transaction.transaction.validUntil;
      this.#expiries.pop();
    }
  }

  /**
   * Fills the assembler's block: chains in turn, on each the best first, a sender's in the order of its nonces. Ranks of two
   * chains do not compare: anybody can make a token whose minimum fee is nothing, and would fill the shard with it. What a sender's first refused one
   * waits for, its later ones wait for too. `refused` holds one reason for each sender that has to wait.
   */
  select(assembler: BlockAssembler): {
    readonly chosen: readonly VerifiedTransaction[];
    readonly refused: ReadonlyMap<string, Refusal>;
  } {
    const byChain = new Map<number, Heap<Waiting>>();
    for (const { byNonce } of this.#senders.values()) queueHead(byChain, lowest(byNonce));
    const chosen: VerifiedTransaction[] = [];
    const refused = new Map<string, Refusal>();
    for (let turn = takeTurn(byChain); turn.length > 0; turn = takeTurn(byChain)) {
      for (const { transaction } of turn) {
        const added = assembler.add(transaction);
        if (added.ok) chosen.push(transaction);
        else {
          refused.set(transaction.idHex, added.refusal);
          const { refusal } = added;
          if (refusal.code === "BLOCK_FULL" && refusal.limit !== "chain bytes") {
            return { chosen, refused };
          }
          if (refusal.code !== "NONCE_TOO_LOW") continue;
        }
        const next = this.#successor(transaction);
        if (next !== undefined) queueHead(byChain, next);
      }
    }
    return { chosen, refused };
  }

  #successor(transaction: VerifiedTransaction): Waiting | undefined {
    const { key, nonce } = place(transaction);
    return this.#senders.get(key)?.byNonce.get(nonce + 1);
  }

  /** Which cap keeps the transaction out, once `leaving` has left; null if none does. */
  full(transaction: VerifiedTransaction, leaving?: Waiting): Refusal | null {
    const left = leaving === undefined ? 0 : 1;
    const sent = this.#senders.get(place(transaction).key)?.byNonce.size ?? 0;
    const bytes = this.#bytes - (leaving?.transaction.bytes.length ?? 0) + transaction.bytes.length;
    const { perSenderMax, transactionsMax, bytesMax } = this.#limits;
    if (sent - left >= perSenderMax) return { code: "MEMPOOL_FULL", limit: "sender" };
    if (this.#byId.size - left >= transactionsMax) {
      return { code: "MEMPOOL_FULL", limit: "transactions" };
    }
    return bytes > bytesMax ? { code: "MEMPOOL_FULL", limit: "bytes" } : null;
  }

  /** What left long before its expiry must not stay in memory until then; each removal pays for its part. */
  #dropStaleExpiries(): void {
    if (this.#expiries.size <= 2 * this.#byId.size + STALE_EXPIRIES_MIN) return;
    this.#expiries = new Heap<Waiting>(earlierExpiry);
    for (const waiting of this.#byId.values()) this.#expiries.push(waiting);
  }
}

const feeOf = ({ transaction }: VerifiedTransaction): bigint =>
  transaction.legs.reduce((sum, leg) => sum + legFee(leg), 0n);

function queueHead(byChain: Map<number, Heap<Waiting>>, head: Waiting): void {
  const { chain } = place(head.transaction);
  const heads = byChain.get(chain) ?? new Heap<Waiting>(before);
  heads.push(head);
  byChain.set(chain, heads);
}

/** The best of each chain. */
function takeTurn(byChain: Map<number, Heap<Waiting>>): Waiting[] {
  const turn: Waiting[] = [];
  for (const heads of byChain.values()) {
    const best = heads.pop();
    if (best !== undefined) turn.push(best);
  }
  return turn;
}

function lowest(byNonce: ReadonlyMap<number, Waiting>): Waiting {
  let lowestNonce = Number.POSITIVE_INFINITY;
  for (const nonce of byNonce.keys()) if (nonce < lowestNonce) lowestNonce = nonce;
  return byNonce.get(lowestNonce) as Waiting;
}

function place({ transaction }: VerifiedTransaction): {
  readonly key: string;
  readonly nonce: number;
  readonly chain: number;
} {
  // One leg until trades come; its payer and nonce are the transaction's place in line.
  const leg = transaction.legs[0];
  const payment = leg?.payment;
  if (leg === undefined || payment == null || payment.sequence.kind !== "nonce") {
    throw new TypeError("Cannot queue a transaction without a nonce");
  }
  const { chain } = leg;
  return { key: `${chain}:${toHex(payment.payer)}`, nonce: payment.sequence.nonce, chain };
}
