// Transactions that wait for a block: by fee, then arrival, nonces of a sender in sequence, within caps. One
// admission, removal or expiry costs the logarithm of what waits, one selection what it looks at. Holds summaries only: who
// keeps the transactions themselves is not its business.

import { invariant } from "../assert.ts";
import type { BlockAssembler } from "../blocks/assembler.ts";
import {
  MEMPOOL_BYTES_MAX,
  MEMPOOL_CHAIN_BYTES_MAX,
  MEMPOOL_CHAIN_TRANSACTIONS_MAX,
  MEMPOOL_SENDER_TRANSACTIONS_MAX,
  MEMPOOL_TRANSACTIONS_MAX,
} from "../limits.ts";
import type { MempoolLimit, MempoolRefusal } from "../refusal.ts";
import { accept, type Result, refuse } from "../result.ts";
import { ROOT_CHAIN } from "./chain-id.ts";
import type { ChainRecord } from "./chain-record.ts";
import { Heap } from "./heap.ts";
import { type Selection, selectFrom } from "./selection.ts";
import type { VerifiedTransaction } from "./unverified.ts";
import {
  feeRank,
  gasPriceForRank,
  gasPriceOf,
  placeOf,
  replacingPrice,
  replacingRank,
  senderName,
  Waiting,
} from "./waiting.ts";
import { ChainLines, Line } from "./waiting-line.ts";

export interface MempoolLimits {
  readonly transactionsMax: number;
  readonly bytesMax: number;
  readonly chainTransactionsMax: number;
  readonly chainBytesMax: number;
  readonly senderMax: number;
}

const MEMPOOL_LIMITS: MempoolLimits = {
  transactionsMax: MEMPOOL_TRANSACTIONS_MAX,
  bytesMax: MEMPOOL_BYTES_MAX,
  chainTransactionsMax: MEMPOOL_CHAIN_TRANSACTIONS_MAX,
  chainBytesMax: MEMPOOL_CHAIN_BYTES_MAX,
  senderMax: MEMPOOL_SENDER_TRANSACTIONS_MAX,
};

export interface Newcomer {
  readonly transaction: VerifiedTransaction;
  readonly arrival: number;
  /** Whether others may have to leave for it: only for what blocks can take as things are. Asked when there is no room. */
  readonly mayDisplace: () => boolean;
  /** Whether the one that waits in its place leaves whatever the newcomer pays. */
  readonly rivalGivesWay: boolean;
}

export interface Admitted {
  readonly waiting: Waiting;
  /** Who waited in its place. */
  readonly replaced: Waiting | null;
  /** Who left to make room, and for which cap. */
  readonly evicted: readonly Evicted[];
}

interface Evicted {
  readonly waiting: Waiting;
  readonly limit: MempoolLimit;
}

// Lines asleep that one selection looks at again: enough that an honest network's are looked at in every round, so few that
// thousands of stuck ones cost no round.
const WAKES_MAX = 512;

type ChainOf = (chain: number) => ChainRecord | undefined;

export class Mempool {
  readonly #chainOf: ChainOf;
  readonly #limits: MempoolLimits;
  readonly #byId = new Map<string, Waiting>();
  readonly #chains = new Map<number, ChainLines>();
  /** By what they take beyond their share, the heaviest at the top. */
  readonly #loads: Heap<ChainLines>;
  readonly #asleep = new Set<Line>();
  readonly #expiries = new Heap<Waiting>(
    (a, b) => a.validUntil < b.validUntil,
    (waiting, at) => {
      waiting.expiryAt = at;
    },
  );
  #bytes = 0;

  constructor(chainOf: ChainOf, limits: MempoolLimits = MEMPOOL_LIMITS) {
    this.#chainOf = chainOf;
    this.#limits = limits;
    this.#loads = new Heap<ChainLines>(
      (a, b) => {
        const more = this.#load(a) - this.#load(b);
        return more === 0 ? a.chain > b.chain : more > 0;
      },
      (chain, at) => {
        chain.loadAt = at;
      },
    );
  }

  get size(): number {
    return this.#byId.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Senders whose first transaction no block could take when one looked last. */
  get asleep(): number {
    return this.#asleep.size;
  }

  get(idHex: string): Waiting | undefined {
    return this.#byId.get(idHex);
  }

  all(): Iterable<Waiting> {
    return this.#byId.values();
  }

  lineOf(chain: number, sender: Uint8Array): Line | undefined {
    return this.#chains.get(chain)?.lines.get(senderName(sender));
  }

  /** Who waits in the place that the transaction wants: same sender, chain and nonce. */
  rivalOf(transaction: VerifiedTransaction): Waiting | undefined {
    const { chain, sender, nonce } = placeOf(transaction);
    return this.lineOf(chain, sender)?.at(nonce);
  }

  /** The nonce after the last of an unbroken run that starts at `next`. */
  nextNonce(chain: number, sender: Uint8Array, next: number): number {
    return this.lineOf(chain, sender)?.runEnd(next) ?? next;
  }

  /** Refuses NONCE_TAKEN and MEMPOOL_FULL, and then changes nothing; the id must be new. */
  add(newcomer: Newcomer): Result<Admitted, MempoolRefusal> {
    const { transaction, arrival, mayDisplace, rivalGivesWay } = newcomer;
    invariant(!this.#byId.has(transaction.idHex), "A transaction waits twice");
    const { chain, sender, nonce } = placeOf(transaction);
    const rank = feeRank(transaction, this.#chainOf);
    const before = this.lineOf(chain, sender);
    const wasAsleep = before?.isAsleep === true;
    const rival = before?.at(nonce);
    if (rival !== undefined) {
      const underpriced = rivalGivesWay ? null : this.#underpriced(transaction, rival, rank);
      if (underpriced !== null) return refuse(underpriced);
      this.#take(rival);
    }
    const chainLines = this.#chains.get(chain) ?? new ChainLines(chain, this.#asleep);
    const name = senderName(sender);
    const line = chainLines.lines.get(name) ?? new Line(chainLines, name);
    const waiting = new Waiting(line, transaction, { arrival, nonce, rank });
    this.#put(waiting);
    const room = this.#makeRoom(waiting, mayDisplace);
    if (room.ok) return accept({ waiting, replaced: rival ?? null, evicted: room.value });
    this.#take(waiting);
    if (rival !== undefined) this.#put(rival);
    if (wasAsleep) before.chain.sleep(before);
    const { limit, rank: least } = room.refusal;
    const price = least === null ? null : gasPriceForRank(transaction, this.#chainOf, least);
    const refusal = { code: "MEMPOOL_FULL", chain, limit } as const;
    return refuse(price === null ? refusal : { ...refusal, gasPrice: price });
  }

  remove(idHex: string): Waiting | undefined {
    const waiting = this.#byId.get(idHex);
    if (waiting !== undefined) this.#take(waiting);
    return waiting;
  }

  /** Removes and returns what no block from `round` on may include. */
  expire(round: number): Waiting[] {
    const expired: Waiting[] = [];
    for (;;) {
      const next = this.#expiries.peek();
      if (next === undefined || next.validUntil >= round) return expired;
      this.#take(next);
      expired.push(next);
    }
  }

  /** The last round in which the transaction that expires first can be included; null if nothing waits. */
  earliestExpiry(): number | null {
    return this.#expiries.peek()?.validUntil ?? null;
  }

  /**
   * Fills the assembler's block. `load` brings the transaction of a summary. What refuses a sender's first puts its line to
   * sleep: until the line changes, only some of those asleep are looked at again each time, in turn.
   */
  select(assembler: BlockAssembler, load: (waiting: Waiting) => VerifiedTransaction): Selection {
    let wakes = 0;
    for (const line of this.#asleep) {
      if (wakes++ === WAKES_MAX) break;
      line.chain.wake(line);
    }
    const { selection, idle, cutOff } = selectFrom(this.#chains.values(), assembler, load);
    for (const line of idle) line.chain.sleep(line);
    // The block was full before the others had their turn: next time they come first.
    for (const chain of cutOff) {
      this.#chains.delete(chain.chain);
      this.#chains.set(chain.chain, chain);
    }
    return selection;
  }

  /**
   * a replacement pays a gas price that is 10% higher, and its rank is 10% higher: a lower gas limit must not make the
   * place cheaper, or a dear transaction could drive others out and then turn into a cheap one.
   */
  #underpriced(
    transaction: VerifiedTransaction,
    rival: Waiting,
    rank: bigint,
  ): MempoolRefusal | null {
    const { chain, nonce } = placeOf(transaction);
    const [price, least] = [replacingPrice(rival.gasPrice), replacingRank(rival.rank)];
    if (gasPriceOf(transaction) >= price && rank >= least) return null;
    const forRank = gasPriceForRank(transaction, this.#chainOf, least);
    const refusal = {
      code: "NONCE_TAKEN",
      chain,
      nonce,
      by: rival.idHex,
    } as const;
    if (forRank === null) return refusal;
    return { ...refusal, gasPrice: forRank > price ? forRank : price };
  }

  /**
   * Lets others leave until the newcomer, which is in already, fits; puts them back if it does not. Refuses with the cap and
   * the least rank that would do, null if none would.
   */
  #makeRoom(
    newcomer: Waiting,
    mayDisplace: () => boolean,
  ): Result<Evicted[], { readonly limit: MempoolLimit; readonly rank: bigint | null }> {
    const evicted: (Evicted & { readonly wasAsleep: boolean })[] = [];
    const putBack = (limit: MempoolLimit, rank: bigint | null) => {
      for (const { waiting, wasAsleep } of evicted.reverse()) {
        this.#put(waiting);
        if (wasAsleep) waiting.line.chain.sleep(waiting.line);
      }
      return refuse({ limit, rank });
    };
    let displaces: boolean | null = null;
    let needed = 0n;
    let last: MempoolLimit | null = null;
    for (;;) {
      const limit = this.#exceeded(newcomer.line);
      if (limit === null) break;
      last = limit;
      const line = this.#nextToLeave(newcomer, limit);
      const own = line === newcomer.line;
      if (line === undefined) return putBack(limit, null);
      if (!own) displaces ??= !newcomer.line.isAsleep && mayDisplace();
      if (!own && displaces === false) return putBack(limit, null);
      const waiting = line.last;
      // Ranks compare on one chain only, and what is stuck holds no place against what is not.
      const outbids = line.chain === newcomer.line.chain && !own && !line.isStuck;
      if (outbids && waiting.rank >= needed) needed = waiting.rank + 1n;
      const wasAsleep = line.isAsleep;
      this.#take(waiting);
      evicted.push({ waiting, limit, wasAsleep });
    }
    return last !== null && newcomer.rank < needed ? putBack(last, needed) : accept(evicted);
  }

  /** Whose last transaction leaves next for the newcomer: never one that the newcomer waits for. */
  #nextToLeave(newcomer: Waiting, limit: MempoolLimit): Line | undefined {
    const { line } = newcomer;
    const isLast = line.last === newcomer;
    if (limit === "sender") return isLast ? undefined : line;
    const heaviest = this.#loads.peek();
    const shardWide = limit === "transactions" || limit === "bytes";
    if (shardWide && heaviest !== undefined && this.#load(heaviest) > this.#load(line.chain)) {
      return heaviest.tails.peek();
    }
    return line.chain.firstToLeave(isLast ? line : null);
  }

  #exceeded(line: Line): MempoolLimit | null {
    const { transactionsMax, bytesMax, chainTransactionsMax, chainBytesMax, senderMax } =
      this.#limits;
    if (line.length > senderMax) return "sender";
    if (line.chain.transactions > chainTransactionsMax) return "chain transactions";
    if (line.chain.bytes > chainBytesMax) return "chain bytes";
    if (this.#byId.size > transactionsMax) return "transactions";
    return this.#bytes > bytesMax ? "bytes" : null;
  }

  /**
   * What a chain takes of the shard's room, as the larger of its parts in transactions and in bytes. Half of the room is T0's
   * own: everybody can make chains, and fill them for nothing.
   */
  #load({ chain, transactions, bytes }: ChainLines): number {
    const { transactionsMax, bytesMax } = this.#limits;
    const taken = Math.max(transactions * bytesMax, bytes * transactionsMax);
    return chain === ROOT_CHAIN ? taken - (transactionsMax * bytesMax) / 2 : taken;
  }

  #put(waiting: Waiting): void {
    const { line } = waiting;
    const { chain } = line;
    chain.insert(line, waiting);
    if (chain.loadAt === -1) {
      this.#chains.set(chain.chain, chain);
      this.#loads.push(chain);
    } else this.#loads.moved(chain.loadAt);
    this.#byId.set(waiting.idHex, waiting);
    this.#bytes += waiting.bytes;
    this.#expiries.push(waiting);
  }

  #take(waiting: Waiting): void {
    const { chain } = waiting.line;
    chain.delete(waiting);
    if (chain.transactions === 0) {
      this.#chains.delete(chain.chain);
      this.#loads.remove(chain.loadAt);
    } else this.#loads.moved(chain.loadAt);
    this.#byId.delete(waiting.idHex);
    this.#bytes -= waiting.bytes;
    this.#expiries.remove(waiting.expiryAt);
  }
}
