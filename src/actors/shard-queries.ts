// What a shard answers to those who ask: plain values that travel over RPC. Reads only; every list is bounded by its caller.

import { chainHeaderHash } from "../protocol/blocks/chain-header.ts";
import { type Head, jointHeaderHash } from "../protocol/blocks/joint-header.ts";
import {
  byChain,
  type CertifiedBlock,
  type ShardBlock,
  totalOrder,
} from "../protocol/blocks/shard-block.ts";
import { seatList } from "../protocol/consensus/seats.ts";
import { toHex } from "../protocol/encoding/bytes.ts";
import { type Account, reserveAt, smallestReserve } from "../protocol/ledger/account.ts";
import type { ChainRecord } from "../protocol/ledger/chain-record.ts";
import { legFee, legValue } from "../protocol/ledger/leg-facts.ts";
import type { Movement } from "../protocol/ledger/receipt.ts";
import type { Leg, UnsignedTransaction } from "../protocol/ledger/transaction.ts";
import { storedTransaction, type VerifiedTransaction } from "../protocol/ledger/unverified.ts";
import { judgeInclusion, NO_INFLIGHT } from "../protocol/reserve/inclusion.ts";
import type { Network } from "./network.ts";
import type { Shard } from "./shard.ts";
import { type HistoryEntry, type HistoryQuery, type LeftStatus, reasonJson } from "./shard-log.ts";

/** in the order in which a transaction can pass through them. */
export type TransactionStatus = "PENDING" | "COMMITTED" | "EXECUTED" | "FINAL" | LeftStatus;

export interface LegView {
  readonly chain: number;
  readonly round: number | null;
  /** Whose balance it may lower; null for a leg that only receives. */
  readonly payer: Uint8Array | null;
  readonly fee: bigint;
  /** the most that the payload takes from the payer besides the fee. */
  readonly value: bigint;
  readonly movements: readonly Movement[];
}

export interface TransactionView {
  readonly id: Uint8Array;
  readonly status: TransactionStatus;
  readonly code: number | null;
  /** Machine form: a receipt's reason, or a refusal as JSON. */
  readonly reason: string | null;
  /** The chain of the leg for which execution reverted it; null if none did. */
  readonly failedChain: number | null;
  readonly payload: string | null;
  readonly validUntil: number | null;
  readonly legs: readonly LegView[];
}

export interface BalanceView {
  readonly chain: number;
  readonly account: Account;
  /** In force in the next round. */
  readonly reserve: bigint;
  /** The nonce after everything included and waiting. */
  readonly nextNonce: number;
  /** The most that a transfer's value and fee together can take in the next round without a dip. */
  readonly spendable: bigint;
  readonly inflightFees: bigint;
}

export interface BlockView {
  readonly chain: number;
  readonly round: number;
  readonly hash: Uint8Array;
  readonly parent: Uint8Array;
  readonly transactionsRoot: Uint8Array;
  readonly stateRoot: Uint8Array;
  readonly gas: number;
  readonly jointHeaderHash: Uint8Array;
  /** the shard's committed block that its half extends. */
  readonly extends: Head;
  readonly set: number;
  readonly view: number;
  /** The seats in the certificate, ascending. */
  readonly signers: readonly number[];
  readonly transactions: readonly Uint8Array[];
}

const RANKS: readonly TransactionStatus[] = ["PENDING", "COMMITTED", "EXECUTED", "FINAL"];

export class ShardQueries {
  readonly #shard: Shard;
  readonly #network: Network;
  /** Of the rounds asked about last: one answer often looks at a round several times. */
  readonly #blocks = new Map<number, CertifiedBlock>();
  readonly #views = new Map<number, readonly BlockView[]>();

  constructor(shard: Shard, network: Network) {
    this.#shard = shard;
    this.#network = network;
  }

  chain(chain: number): ChainRecord | undefined {
    return this.#shard.replica.chain(chain);
  }

  /** Balances of the account on the shard's chains from `from` on; `next` is where to go on, null at the end. */
  balances(
    address: Uint8Array,
    from: number,
    limit: number,
  ): { readonly balances: readonly BalanceView[]; readonly next: number | null } {
    const balances: BalanceView[] = [];
    let next: number | null = from;
    while (balances.length < limit && next !== null) {
      const ids: readonly number[] = this.#shard.replica.chainIds(next, CHAINS_A_LOOK);
      next = ids.length < CHAINS_A_LOOK ? null : (ids.at(-1) ?? 0) + 1;
      for (const chain of ids) {
        const view = this.balance(chain, address);
        if (view === null || !isUsed(view.account)) continue;
        balances.push(view);
        if (balances.length === limit) {
          next = chain === ids.at(-1) ? next : chain + 1;
          break;
        }
      }
    }
    return { balances, next };
  }

  /** null for a chain that the shard does not have. */
  balance(chain: number, address: Uint8Array): BalanceView | null {
    const { replica, room } = this.#shard;
    const record = replica.chain(chain);
    if (record === undefined) return null;
    const round = this.#shard.nextRound();
    const { k } = this.#network;
    const account = replica.state.account(chain, address);
    const inflight = replica.windows(round)(chain).inflight.get(toHex(address)) ?? NO_INFLIGHT;
    const committed = replica.unexecutedNonces(chain, toHex(address));
    return {
      chain,
      account,
      reserve: reserveAt(account, round, record.reserveDefault),
      nextNonce: room.pool.nextNonce(chain, address, account.nonce + committed),
      spendable: this.#spendable(account, record, round, k, address),
      inflightFees: inflight.fees,
    };
  }

  /** What has not given to anybody yet; null for a chain that the shard does not have. */
  unattributedFees(chain: number): bigint | null {
    const { replica } = this.#shard;
    return replica.chain(chain) === undefined ? null : replica.state.unattributedFees(chain);
  }

  /** undefined for an id that the shard does not know. */
  transaction(id: Uint8Array): TransactionView | undefined {
    const { room, log } = this.#shard;
    const waiting = room.transaction(toHex(id));
    if (waiting !== undefined) return this.#waitingView(waiting);
    const place = log.place(id);
    if (place === undefined) return undefined;
    if (place.kind === "included") return this.included(place);
    return {
      id,
      status: place.status,
      code: 0,
      reason: place.reason,
      failedChain: null,
      payload: null,
      validUntil: place.validUntil,
      legs: [],
    };
  }

  /** A transaction of a committed block. */
  included({ round, position }: HistoryEntry): TransactionView | undefined {
    const transaction = this.#bodyOf({ round, position });
    if (transaction === undefined) return undefined;
    const receipt = this.#shard.log.receipt(round, position);
    const { legs, payload, validUntil } = transaction.transaction;
    const status = this.#statusOf({ round, position });
    const view: TransactionView = {
      id: transaction.id,
      status,
      code: receipt?.code ?? null,
      reason: receipt?.reason ?? null,
      failedChain: receipt?.failedChain ?? null,
      payload: payload.kind,
      validUntil,
      legs: legs.map((leg) => ({
        chain: leg.chain,
        round,
        ...legFacts(transaction.transaction, leg),
        movements: (receipt?.movements ?? []).filter(
          ({ chain }) => chain === leg.chain || !legs.some((l) => l.chain === chain),
        ),
      })),
    };
    return asOf(view, status);
  }

  history(address: Uint8Array, query: HistoryQuery): (HistoryEntry & { view: TransactionView })[] {
    return this.#shard.log.history(address, query).flatMap((entry) => {
      const view = this.included(entry);
      return view === undefined ? [] : [{ ...entry, view }];
    });
  }

  /**
   * The views that a transaction went through after the status `after` (null: from the start), as they were then: a
   * subscriber that was away misses none. Ends at FINAL, or where the transaction is now.
   */
  statusesAfter(id: Uint8Array, after: string | null): readonly TransactionView[] {
    if (after !== null && after === this.#statusOfId(id)) return [];
    const now = this.transaction(id);
    if (now === undefined) return [];
    const reached = RANKS.indexOf(now.status);
    const seen = after === null ? -1 : RANKS.indexOf(after as TransactionStatus);
    if (reached === -1) return after === now.status ? [] : [now];
    return RANKS.slice(seen + 1, reached + 1).map((status) => asOf(now, status));
  }

  /** The status alone: what a subscriber that has seen everything costs. */
  #statusOfId(id: Uint8Array): TransactionStatus | undefined {
    if (this.#shard.room.pool.get(toHex(id)) !== undefined) return "PENDING";
    const place = this.#shard.log.place(id);
    return place?.kind === "included" ? this.#statusOf(place) : place?.status;
  }

  /** The chain's part of the shard block of a round. */
  block(chain: number, round: number): BlockView | undefined {
    return this.blocks(round).find((view) => view.chain === chain);
  }

  /** The blocks of all chains in a round, ascending by chain; none if the round left none. */
  blocks(round: number): readonly BlockView[] {
    const known = this.#views.get(round);
    if (known !== undefined) return known;
    const certified = this.#certified(round);
    const body = this.#bodyIn(certified);
    const half = certified?.block.header.halves.find(({ shard }) => shard === this.#shard.shard);
    if (certified === undefined || body === undefined || half === undefined) return [];
    const { id } = this.#network;
    const { header: joint } = certified.block;
    const jointHash = jointHeaderHash(joint);
    const chains = byChain([...totalOrder(body)].map((bytes) => storedTransaction(bytes, id)));
    const views = body.chainHeaders.map((header) => ({
      chain: header.chain,
      round,
      hash: chainHeaderHash(id, joint.epoch, header),
      parent: header.parent,
      transactionsRoot: header.transactionsRoot,
      stateRoot: header.stateRoot,
      gas: header.gas,
      jointHeaderHash: jointHash,
      extends: half.head,
      set: joint.set,
      view: joint.view,
      signers: seatList(certified.certificate.seats),
      transactions: (chains.get(header.chain) ?? []).map((one) => one.id),
    }));
    remember(this.#views, round, views);
    return views;
  }

  /** what value and fee together can take next round: all for a possibly emptying sender, else above the reserve. */
  #spendable(
    account: Account,
    record: ChainRecord,
    round: number,
    k: number,
    address: Uint8Array,
  ): bigint {
    const { replica } = this.#shard;
    if (!replica.canJudge(round)) return 0n;
    const window = replica.windows(round)(record.chain);
    const sender = toHex(address);
    const judgement = judgeInclusion({
      round,
      k,
      account: replica.state.accountAfter(record.chain, address, round - k),
      reserveDefault: record.reserveDefault,
      inflight: window.inflight.get(sender) ?? NO_INFLIGHT,
      authorised: window.authorised.has(sender),
      value: 0n,
      fee: 0n,
    });
    if (judgement.possiblyEmptying) return account.balance;
    const reserve = smallestReserve(account, round - k + 1, round, record.reserveDefault);
    return account.balance > reserve ? account.balance - reserve : 0n;
  }

  #bodyOf({ round, position }: HistoryEntry): VerifiedTransaction | undefined {
    const body = this.#bodyIn(this.#certified(round));
    const bytes = body === undefined ? undefined : [...totalOrder(body)][position];
    return bytes === undefined ? undefined : storedTransaction(bytes, this.#network.id);
  }

  #bodyIn(certified: CertifiedBlock | undefined): ShardBlock | undefined {
    return certified?.block.shardBlocks.find(({ shard }) => shard === this.#shard.shard);
  }

  #certified(round: number): CertifiedBlock | undefined {
    const known = this.#blocks.get(round);
    if (known !== undefined) return known;
    const certified = this.#shard.replica.blocks.block(round);
    if (certified !== undefined) remember(this.#blocks, round, certified);
    return certified;
  }

  #waitingView(transaction: VerifiedTransaction): TransactionView {
    const reason = this.#shard.room.pool.get(transaction.idHex)?.reason ?? null;
    return {
      id: transaction.id,
      status: "PENDING",
      code: null,
      reason: reason === null ? null : reasonJson(reason),
      failedChain: null,
      payload: transaction.transaction.payload.kind,
      validUntil: transaction.transaction.validUntil,
      legs: transaction.transaction.legs.map((leg) => ({
        chain: leg.chain,
        round: null,
        ...legFacts(transaction.transaction, leg),
        movements: [],
      })),
    };
  }

  /** R-2.7: the least of its legs', also of one that is on another shard. */
  #statusOf({ round, position }: HistoryEntry): TransactionStatus {
    const { partners, progress, replica } = this.#shard;
    if (round > replica.executedRound) return "COMMITTED";
    const own = round <= progress.finalRound ? "FINAL" : "EXECUTED";
    if (round <= partners.settledRound()) return own;
    const partner = this.#partnerAt({ round, position });
    if (partner === null) return own;
    const { executedRound, finalRound } = partners.of(partner);
    if (round <= finalRound) return own;
    return round <= executedRound ? "EXECUTED" : "COMMITTED";
  }

  /** The other shard that a transaction of a committed block touches; null for none. */
  #partnerAt({ round, position }: HistoryEntry): number | null {
    const certified = this.#certified(round);
    const count = this.#bodyIn(certified)?.crossShard.length ?? 0;
    // they come first.
    if (position >= count) return null;
    const halves = certified?.block.header.halves ?? [];
    return halves.find(({ shard }) => shard !== this.#shard.shard)?.shard ?? null;
  }
}

// Chains looked at in one read of the list.
const CHAINS_A_LOOK = 256;
// Blocks kept while one question is answered: each can have megabytes.
const ROUNDS_KEPT = 2;

function remember<T>(kept: Map<number, T>, round: number, value: T): void {
  const oldest = kept.keys().next().value;
  if (kept.size >= ROUNDS_KEPT && oldest !== undefined) kept.delete(oldest);
  kept.set(round, value);
}

const legFacts = (transaction: UnsignedTransaction, leg: Leg) => ({
  payer: leg.payment?.payer ?? null,
  fee: legFee(transaction, leg),
  value: legValue(transaction, leg),
});

const isUsed = (account: Account): boolean =>
  account.balance > 0n ||
  account.nonce > 0 ||
  account.authorisationNonce > 0 ||
  account.delegation !== null;

/** The view as it was when the transaction reached `status`: what came later is not in it. */
function asOf(view: TransactionView, status: TransactionStatus): TransactionView {
  const rank = RANKS.indexOf(status);
  const executed = rank >= RANKS.indexOf("EXECUTED");
  const committed = rank >= RANKS.indexOf("COMMITTED");
  return {
    ...view,
    status,
    code: executed ? view.code : null,
    reason: executed ? view.reason : null,
    failedChain: executed ? view.failedChain : null,
    legs: view.legs.map((leg) => ({
      ...leg,
      round: committed ? leg.round : null,
      movements: executed ? leg.movements : [],
    })),
  };
}
