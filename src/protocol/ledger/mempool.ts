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
import { type Excess, fullRefusal, type NoRoom, underpriced } from "./mempool-price.ts";
import { PairShare } from "./pair-share.ts";
import { type Selection, selectFrom } from "./selection.ts";
import type { VerifiedTransaction } from "./unverified.ts";
import {
  feeRank,
  type LegPlace,
  type Place,
  type PlaceFacts,
  placesAmong,
  placesOf,
  senderName,
  Waiting,
} from "./waiting.ts";
import { ChainLines, Line, type LineLists } from "./waiting-line.ts";

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
  /** Whether one that waits in a place of its leaves whatever the newcomer pays. */
  readonly givesWay: (rival: Waiting) => boolean;
}

export interface Admitted {
  readonly waiting: Waiting;
  /** Who waited in its places. */
  readonly replaced: readonly Waiting[];
  /** Who left to make room, from which chain and for which cap. */
  readonly evicted: readonly Evicted[];
}

interface Evicted {
  readonly waiting: Waiting;
  readonly chain: number;
  readonly limit: MempoolLimit;
}

// Those asleep that one selection looks at again: enough that an honest network's are looked at in every round, so few that
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
  readonly #lists: LineLists = { asleep: new Set(), pairChains: new Map() };
  readonly #expiries = new Heap<Waiting>(
    (a, b) => a.validUntil < b.validUntil,
    (waiting, at) => {
      waiting.expiryAt = at;
    },
  );
  #bytes = 0;
  /** Of transactions over two chains. */
  #pairs = 0;
  #pairBytes = 0;

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

  /** Transactions that no block could take when one looked last, though they are first in their lines. */
  get asleep(): number {
    return this.#lists.asleep.size;
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

  /** Who waits in the places that the transaction wants: same sender, chain and nonce. */
  rivalsOf(transaction: VerifiedTransaction): Waiting[] {
    return [...new Set(placesOf(transaction).flatMap((place) => this.#rivalAt(place) ?? []))];
  }

  /** The nonce after the last of an unbroken run that starts at `next`. */
  nextNonce(chain: number, sender: Uint8Array, next: number): number {
    return this.lineOf(chain, sender)?.runEnd(next) ?? next;
  }

  /** Refuses NONCE_TAKEN and MEMPOOL_FULL, and then changes nothing; the id must be new. */
  add(newcomer: Newcomer): Result<Admitted, MempoolRefusal> {
    const { transaction, arrival, mayDisplace, givesWay } = newcomer;
    invariant(!this.#byId.has(transaction.idHex), "A transaction waits twice");
    const places = placesAmong(transaction, (chain) => this.#chainOf(chain) !== undefined);
    const rivals = this.rivalsOf(transaction);
    for (const rival of rivals) {
      const refusal = givesWay(rival) ? null : underpriced(transaction, rival, this.#chainOf);
      if (refusal !== null) return refuse(refusal);
    }
    const asleep = [...rivals, ...places.flatMap((place) => this.#firstBefore(place) ?? [])].filter(
      ({ isAsleep }) => isAsleep,
    );
    for (const rival of rivals) this.#take(rival);
    const waiting = this.#summary(transaction, arrival, places);
    this.#put(waiting);
    const room = this.#makeRoom(waiting, mayDisplace);
    if (room.ok) return accept({ waiting, replaced: rivals, evicted: room.value });
    this.#take(waiting);
    for (const rival of rivals) this.#put(rival);
    for (const one of asleep) one.line.chain.sleep(one);
    return refuse(fullRefusal(transaction, room.refusal, this.#chainOf));
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
   * Fills the assembler's block, in its order. Costs what waits asleep besides what it looks at. `load` brings the transaction of a summary. What refuses a sender's first puts its
   * line to sleep: until the line changes, only some of those asleep are looked at again each time, in turn. `looksAtAll`: also at those
   * that wait for another pair; until its round no look at them can turn out differently.
   */
  select(
    assembler: BlockAssembler,
    load: (waiting: Waiting) => VerifiedTransaction,
    looksAtAll = true,
  ): Selection {
    let wakes = 0;
    for (const waiting of this.#lists.asleep) {
      // who waited for this round in particular has its turn in it.
      const { reason } = waiting;
      const isOfPair = reason?.code === "WAITS_FOR_PAIR";
      const isDue = isOfPair && reason.round <= assembler.round;
      if (isOfPair && !isDue && !looksAtAll) continue;
      if (isDue || wakes++ < WAKES_MAX) waiting.line.chain.wake(waiting);
    }
    const { pairChains } = this.#lists;
    const waiters = {
      pairChains: [...pairChains.values()],
      chains: this.#chains.values(),
      share: new PairShare({
        transactions: this.size - this.#pairs,
        bytes: this.#bytes - this.#pairBytes,
        chainBytes: (chain) => {
          const lines = this.#chains.get(chain);
          return lines === undefined ? 0 : lines.bytes - lines.pairBytes;
        },
      }),
    };
    const { selection, idle, cutOffPairs, cutOff } = selectFrom(waiters, assembler, load);
    for (const waiting of idle) waiting.line.chain.sleep(waiting);
    // There was no room before the others had their turn: next time they come first.
    for (const chain of cutOffPairs)
      if (pairChains.delete(chain.chain)) pairChains.set(chain.chain, chain);
    for (const chain of cutOff) {
      this.#chains.delete(chain.chain);
      this.#chains.set(chain.chain, chain);
    }
    return selection;
  }

  #rivalAt({ chain, sender, nonce }: LegPlace): Waiting | undefined {
    return this.lineOf(chain, sender)?.at(nonce)?.waiting;
  }

  /** Who is first in the line that has the place. */
  #firstBefore({ chain, sender }: LegPlace): Waiting | undefined {
    return this.lineOf(chain, sender)?.first.waiting;
  }

  #summary(transaction: VerifiedTransaction, arrival: number, places: LegPlace[]): Waiting {
    const [first, second] = places.map((place): PlaceFacts => {
      const { chain, sender, leg } = place;
      const lines = this.#chains.get(chain) ?? new ChainLines(chain, this.#lists);
      const name = senderName(sender);
      return {
        line: lines.lines.get(name) ?? new Line(lines, name),
        transaction: transaction.transaction,
        place,
        rank: feeRank(transaction, this.#chainOf, leg),
      };
    });
    invariant(first !== undefined, "A transaction without a place in line");
    return new Waiting(transaction, arrival, second === undefined ? [first] : [first, second]);
  }

  /**
   * Lets others leave until the newcomer, which is in already, fits; puts them back if it does not. Refuses with the cap and
   * the least rank that would do, null if none would.
   */
  #makeRoom(newcomer: Waiting, mayDisplace: () => boolean): Result<Evicted[], NoRoom> {
    const evicted: (Evicted & { readonly wasAsleep: boolean })[] = [];
    const putBack = (excess: Excess, rank: bigint | null) => {
      for (const { waiting, wasAsleep } of evicted.reverse()) {
        this.#put(waiting);
        if (wasAsleep) waiting.line.chain.sleep(waiting);
      }
      return refuse({ ...excess, rank });
    };
    let displaces: boolean | null = null;
    const needed = new Map<Place, bigint>();
    let last: Excess | null = null;
    for (;;) {
      const excess = this.#exceeded(newcomer);
      if (excess === null) break;
      last = excess;
      const line = this.#nextToLeave(excess);
      if (line === undefined) return putBack(excess, null);
      const place = newcomer.places.find((one) => one.line.chain === line.chain);
      const own = place?.line === line;
      const isAwake = newcomer.places.every((one) => !one.line.isAsleep);
      if (!own) displaces ??= isAwake && mayDisplace();
      if (!own && displaces === false) return putBack(excess, null);
      const { waiting } = line.last;
      if (waitsFor(newcomer, waiting)) return putBack(excess, null);
      // Ranks compare on one chain only, and what is stuck holds no place against what is not.
      const outbids = place !== undefined && !own && !line.isStuck;
      if (outbids && line.last.rank >= (needed.get(place) ?? 0n)) {
        needed.set(place, line.last.rank + 1n);
      }
      const wasAsleep = waiting.isAsleep;
      this.#take(waiting);
      evicted.push({ waiting, chain: line.chain.chain, limit: excess.limit, wasAsleep });
    }
    for (const [place, rank] of needed) {
      if (last !== null && place.rank < rank) return putBack({ ...last, place }, rank);
    }
    return accept(evicted);
  }

  /** Whose last transaction leaves next for the newcomer: never one that the newcomer waits for on its chain. */
  #nextToLeave({ limit, place }: Excess): Line | undefined {
    const { line } = place;
    const isLast = line.last === place;
    if (limit === "sender") return isLast ? undefined : line;
    const heaviest = this.#loads.peek();
    const shardWide = limit === "transactions" || limit === "bytes";
    if (shardWide && heaviest !== undefined && this.#load(heaviest) > this.#load(line.chain)) {
      return heaviest.tails.peek();
    }
    return line.chain.firstToLeave(isLast ? line : null);
  }

  #exceeded(newcomer: Waiting): Excess | null {
    const { transactionsMax, bytesMax, chainTransactionsMax, chainBytesMax, senderMax } =
      this.#limits;
    let heavier: Place = newcomer;
    for (const place of newcomer.places) {
      const { line } = place;
      if (line.length > senderMax) return { limit: "sender", place };
      if (line.chain.transactions > chainTransactionsMax) {
        return { limit: "chain transactions", place };
      }
      if (line.chain.bytes > chainBytesMax) return { limit: "chain bytes", place };
      if (this.#load(line.chain) > this.#load(heavier.line.chain)) heavier = place;
    }
    if (this.#byId.size > transactionsMax) return { limit: "transactions", place: heavier };
    return this.#bytes > bytesMax ? { limit: "bytes", place: heavier } : null;
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
    for (const place of waiting.places) {
      const { chain } = place.line;
      chain.insert(place);
      if (chain.loadAt === -1) {
        this.#chains.set(chain.chain, chain);
        this.#loads.push(chain);
      } else this.#loads.moved(chain.loadAt);
    }
    this.#byId.set(waiting.idHex, waiting);
    this.#count(waiting, 1);
    this.#expiries.push(waiting);
  }

  #take(waiting: Waiting): void {
    for (const place of waiting.places) {
      const { chain } = place.line;
      chain.delete(place);
      if (chain.transactions === 0) {
        this.#chains.delete(chain.chain);
        this.#loads.remove(chain.loadAt);
      } else this.#loads.moved(chain.loadAt);
    }
    this.#byId.delete(waiting.idHex);
    this.#count(waiting, -1);
    this.#expiries.remove(waiting.expiryAt);
  }

  #count({ bytes, isPair }: Waiting, sign: 1 | -1): void {
    this.#bytes += sign * bytes;
    if (!isPair) return;
    this.#pairs += sign;
    this.#pairBytes += sign * bytes;
  }
}

/** Whether the other stands before the newcomer in a line. */
const waitsFor = (newcomer: Waiting, other: Waiting): boolean =>
  newcomer.places.some(({ line, nonce }) =>
    other.places.some((place) => place.line === line && place.nonce < nonce),
  );
