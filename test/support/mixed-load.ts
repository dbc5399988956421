// A load of all sorts over a network of many shards, signed beforehand, with what must come of it: transfers, trades within a shard and
// between two, by both signatures or by an offer, some beyond their parties' means. The same for the same options.
import {
  buildTrade,
  completedTrade,
  type Signer,
  signOffer,
  signTake,
  signTrade,
  signTransaction,
} from "../../src/client/index.ts";

export type Sort = "single" | "inShard" | "cross";

export interface MixedLoadOptions {
  readonly networkId: Uint8Array;
  readonly signers: readonly Signer[];
  readonly shards: number;
  /** The shards take them in turn; of two or more a shard, each. */
  readonly chains: number;
  readonly count: number;
  /** Of each hundred; the rest are transfers on one chain. */
  readonly percent: { readonly inShard: number; readonly cross: number };
  /** What every account has on every chain, in base units. */
  readonly funds: bigint;
  /** Base units per unit of gas. */
  readonly gasPrice: bigint;
  readonly validUntil: number;
}

/** What one leg does if the transaction is executed: `amount` from `from` to `to`; the fee in any case, from who pays it. */
export interface PlannedLeg {
  readonly chain: number;
  readonly from: number;
  readonly to: number;
  readonly amount: bigint;
  readonly fee: bigint;
}

export interface Planned {
  readonly sort: Sort;
  readonly id: string;
  readonly bytes: Uint8Array;
  readonly legs: readonly PlannedLeg[];
  /** 2, or 1 for one that somebody cannot pay. */
  readonly code: 1 | 2;
}

const TRANSFER_GAS = 1_000n;
const TRADE_GAS = 1_500n;
/** One in so many asks for more than anybody has, one in so many trades is by an open offer. */
const BEYOND_MEANS = 25;
const BY_OFFER = 4;

export class MixedLoad {
  readonly #options: MixedLoadOptions;
  readonly #nonces = new Map<string, number>();
  #random = 1;

  private constructor(options: MixedLoadOptions) {
    this.#options = options;
  }

  static async sign(options: MixedLoadOptions): Promise<Planned[]> {
    const load = new MixedLoad(options);
    const planned: Planned[] = [];
    for (let i = 0; i < options.count; i++) planned.push(await load.#next(i));
    return planned;
  }

  #next(place: number): Promise<Planned> {
    const { shards, chains, percent } = this.#options;
    const drawn = this.#draw(100);
    const first = this.#draw(chains);
    if (drawn >= percent.inShard + percent.cross) return this.#transfer(first);
    const isCross = drawn >= percent.inShard;
    const others = Array.from({ length: chains }, (_, chain) => chain).filter(
      (chain) => chain !== first && (chain % shards !== first % shards) === isCross,
    );
    const second = others[this.#draw(others.length)] as number;
    const sort = isCross ? "cross" : "inShard";
    return this.#draw(BY_OFFER) === 0
      ? this.#take(sort, first, second, place)
      : this.#trade(sort, first, second);
  }

  async #transfer(chain: number): Promise<Planned> {
    const { networkId, gasPrice, validUntil } = this.#options;
    const [from, to] = this.#parties();
    const { amount, code } = this.#amount();
    const signed = await signTransaction({
      networkId,
      chain: `T${chain}`,
      signer: this.#signer(from),
      nonce: this.#nonce(from, chain),
      gasPrice,
      validUntil,
      payload: { kind: "transfer", to: this.#signer(to).addressBytes, amount },
    });
    const leg = { chain, from, to, amount, fee: TRANSFER_GAS * gasPrice };
    return { sort: "single", id: signed.id, bytes: signed.bytes, legs: [leg], code };
  }

  async #trade(sort: Sort, first: number, second: number): Promise<Planned> {
    const { networkId, gasPrice, validUntil } = this.#options;
    const [a, b] = this.#parties();
    const { amount, code } = this.#amount();
    const fee = TRADE_GAS * gasPrice;
    const legs: readonly [PlannedLeg, PlannedLeg] = [
      { chain: first, from: a, to: b, amount, fee },
      { chain: second, from: b, to: a, amount: 7n, fee },
    ];
    const party = ({ chain, from, amount: gives }: PlannedLeg) => ({
      address: this.#signer(from).address,
      gives: { chain: `T${chain}`, amount: gives },
      nonce: this.#nonce(from, chain),
      gasPrice,
    });
    const text = buildTrade({
      networkId,
      parties: [party(legs[0]), party(legs[1])],
      validUntil,
    });
    const half = await signTrade(text, this.#signer(a));
    const { id, bytes } = completedTrade(await signTrade(half, this.#signer(b)));
    return { sort, id, bytes, legs, code };
  }

  async #take(sort: Sort, first: number, second: number, place: number): Promise<Planned> {
    const { networkId, gasPrice, validUntil } = this.#options;
    const [maker, taker] = this.#parties();
    const { amount, code } = this.#amount();
    const offer = await signOffer({
      networkId,
      signer: this.#signer(maker),
      gives: { chain: `T${first}`, amount },
      wants: { chain: `T${second}`, amount: 7n },
      validUntil,
      number: BigInt(place),
    });
    const nonce = this.#nonce(taker, second);
    const signed = await signTake({
      signer: this.#signer(taker),
      offer,
      nonce,
      gasPrice,
      validUntil,
    });
    const legs = [
      { chain: first, from: maker, to: taker, amount, fee: 0n },
      { chain: second, from: taker, to: maker, amount: 7n, fee: 2n * TRADE_GAS * gasPrice },
    ];
    return { sort, id: signed.id, bytes: signed.bytes, legs, code };
  }

  #amount(): { readonly amount: bigint; readonly code: 1 | 2 } {
    const isBeyond = this.#draw(BEYOND_MEANS) === 0;
    return isBeyond ? { amount: 10n * this.#options.funds, code: 1 } : { amount: 5n, code: 2 };
  }

  #parties(): readonly [number, number] {
    const { length } = this.#options.signers;
    const from = this.#draw(length);
    return [from, (from + 1 + this.#draw(length - 1)) % length];
  }

  #signer(place: number): Signer {
    return this.#options.signers[place] as Signer;
  }

  #nonce(account: number, chain: number): number {
    const key = `${account} ${chain}`;
    const nonce = this.#nonces.get(key) ?? 0;
    this.#nonces.set(key, nonce + 1);
    return nonce;
  }

  #draw(below: number): number {
    this.#random = (Math.imul(this.#random, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.#random / 2 ** 32) * below);
  }
}

/** What every account holds more than in the beginning, by `account chain`, once all of it is executed. */
export function gains(planned: readonly Planned[]): ReadonlyMap<string, bigint> {
  const found = new Map<string, bigint>();
  const add = (account: number, chain: number, amount: bigint): void => {
    const key = `${account} ${chain}`;
    found.set(key, (found.get(key) ?? 0n) + amount);
  };
  for (const { legs, code } of planned) {
    for (const { chain, from, to, amount, fee } of legs) {
      add(from, chain, -fee);
      if (code === 1) continue;
      add(from, chain, -amount);
      add(to, chain, amount);
    }
  }
  return found;
}
