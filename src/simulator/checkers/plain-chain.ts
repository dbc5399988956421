// One chain as the plain ledger keeps it: the whole history, and of everything that changes each version with its round.
import { push } from "./history.ts";
import type { ObservedChain } from "./observation.ts";
import { between, lastUntil, Versions } from "./versions.ts";

export interface PlainAccount {
  readonly balance: bigint;
  readonly nonce: number;
  readonly authorisationNonce: number;
  readonly delegation: {
    readonly delegate: string;
    readonly allowance: bigint;
    readonly lastRound: number;
  } | null;
}

/** A transaction that a payer has in a block of the chain, as the reserve rules see it. */
export interface Sent {
  readonly round: number;
  readonly fee: bigint;
  readonly value: bigint;
  /** Not on the leg of an offer's maker. */
  readonly usesNonce: boolean;
  /** judged for its own round. */
  readonly isPossiblyEmptying: boolean;
}

const NOBODY: PlainAccount = { balance: 0n, nonce: 0, authorisationNonce: 0, delegation: null };

export const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);

export class PlainChain {
  readonly record: ObservedChain;
  readonly unattributed = new Versions(0n);
  readonly #k: number;
  readonly #accounts = new Map<string, Versions<PlainAccount>>();
  /** An account's own reserve by the round from which it is in force; null is the chain's default. */
  readonly #reserves = new Map<string, Versions<bigint | null>>();
  readonly #sent = new Map<string, Sent[]>();
  /** Those of them that use a nonce. */
  readonly #numbered = new Map<string, Sent[]>();
  /** by maker and number, the rounds whose blocks take the offer. */
  readonly #takes = new Map<string, { readonly round: number }[]>();
  /** By maker: the numbers used up, each with the round until which that is remembered. */
  readonly #usedOffers = new Map<string, Versions<ReadonlyMap<bigint, number>>>();
  /** By owner: the rounds whose blocks hold an authorisation of theirs, executed or overtaken. */
  readonly #authorised = new Map<string, { readonly round: number }[]>();
  #total = 0n;

  constructor(record: ObservedChain, k: number) {
    this.record = record;
    this.#k = k;
  }

  /** Everything that anybody holds, fees included. */
  get total(): bigint {
    return this.#total + this.unattributed.at();
  }

  get addresses(): Iterable<string> {
    return this.#accounts.keys();
  }

  account(address: string, round?: number): PlainAccount {
    return this.#accounts.get(address)?.at(round) ?? NOBODY;
  }

  change(round: number, address: string, change: Partial<PlainAccount>): void {
    const before = this.account(address);
    const after = { ...before, ...change };
    this.#total += after.balance - before.balance;
    const versions = this.#accounts.get(address) ?? new Versions(NOBODY);
    versions.set(round, after);
    this.#accounts.set(address, versions);
  }

  takeFee(round: number, fee: bigint): void {
    this.unattributed.set(round, this.unattributed.at() + fee);
  }

  /** a setting included in round m is in force from m+k on; one of the genesis always was. */
  setReserve(inForce: number, address: string, reserve: bigint | null): void {
    const versions = this.#reserves.get(address) ?? new Versions<bigint | null>(null);
    versions.set(inForce, reserve);
    this.#reserves.set(address, versions);
  }

  reserve(address: string, round: number): bigint {
    return this.#reserves.get(address)?.at(round) ?? this.record.reserveDefault;
  }

  /** the smallest in force in any round of the window of `round`. */
  smallestReserve(address: string, round: number): bigint {
    let smallest = this.reserve(address, round);
    for (let n = round - this.#k + 1; n < round; n++) {
      smallest = least(smallest, this.reserve(address, n));
    }
    return smallest;
  }

  send(address: string, sent: Sent): void {
    push(this.#sent, address, sent);
    if (sent.usesNonce) push(this.#numbered, address, sent);
  }

  /** what the account has in the blocks of the window of `round`, in order, as far as they are known. */
  inflight(address: string, round: number): readonly Sent[] {
    return between(this.#sent.get(address) ?? [], round - this.#k + 1, round);
  }

  /** how many of its nonces blocks up to `round` use. */
  sentUntil(address: string, round: number): number {
    return lastUntil(this.#numbered.get(address) ?? [], round) + 1;
  }

  /** a block of `round` takes the maker's offer, whatever comes of it. */
  take(maker: string, offer: bigint, round: number): void {
    push(this.#takes, `${maker} ${offer}`, { round });
  }

  isTaken(maker: string, offer: bigint, round: number): boolean {
    const takes = this.#takes.get(`${maker} ${offer}`) ?? [];
    return between(takes, round - this.#k + 1, round).length > 0;
  }

  useOffer(round: number, maker: string, offer: bigint, until: number): void {
    const versions =
      this.#usedOffers.get(maker) ?? new Versions<ReadonlyMap<bigint, number>>(new Map());
    versions.set(round, new Map([...versions.at(), [offer, until]]));
    this.#usedOffers.set(maker, versions);
  }

  /** The maker's used numbers after round `after` that are still remembered in round `round`. */
  usedOffers(maker: string, round: number, after?: number): ReadonlyMap<bigint, number> {
    const used = this.#usedOffers.get(maker)?.at(after) ?? new Map<bigint, number>();
    return new Map([...used].filter(([, until]) => until >= round));
  }

  authorise(owner: string, round: number): void {
    push(this.#authorised, owner, { round });
  }

  /** but for the authorisations of the transaction that is judged. */
  isUndelegated(address: string, round: number): boolean {
    const { delegation } = this.account(address, round - this.#k);
    if (delegation !== null && delegation.lastRound > round - this.#k) return false;
    const authorised = this.#authorised.get(address) ?? [];
    return between(authorised, round - this.#k + 1, round).length === 0;
  }
}
