// What users trade, drawn by the world's mix: both forms, and what goes wrong with them, near the edges of the rules, whichever shards
// the chains are on.
import type { Draft } from "./drafts.ts";
import type { Random } from "./random.ts";
import type { OfferingSide, PayingSide, TradeDraft, TradeSide } from "./trade-drafts.ts";
import { TRADE_KINDS, type TradeKind } from "./trade-options.ts";
import type { Wallet, Wallets } from "./wallets.ts";

const TRADE_GAS = 1_500;
/** Offers that are remembered to be taken again, or back. */
const OFFERS_KEPT = 12;

interface Made {
  readonly maker: OfferingSide;
  /** What it wants. */
  readonly wants: Pick<TradeSide, "chain" | "amount">;
  isCancelled: boolean;
}

export class TradeLoad {
  readonly #random: Random;
  readonly #wallets: Wallets;
  readonly #mix: Readonly<Record<TradeKind, number>>;
  readonly #made: Made[] = [];
  #numbers = 0n;

  constructor(random: Random, wallets: Wallets, mix: Readonly<Record<TradeKind, number>>) {
    this.#random = random;
    this.#wallets = wallets;
    this.#mix = mix;
  }

  /** One thing that two users want; nothing where there are no two chains, or no two who own something. */
  draw(round: number): readonly (Draft | TradeDraft)[] {
    const kind = this.#random.weighted(TRADE_KINDS, this.#mix);
    const drafts = this.#drafts(kind, round);
    for (const draft of drafts) this.#spent(draft);
    return drafts;
  }

  #drafts(kind: TradeKind, round: number): readonly (Draft | TradeDraft)[] {
    switch (kind) {
      case "reusedOffer":
        return this.#takeAgain(this.#random.pick(this.#made), round);
      case "cancelledOffer":
        return this.#takeAgain(
          this.#random.pick(this.#made.filter(({ isCancelled }) => isCancelled)),
          round,
        );
      case "cancelOffer":
        return this.#cancel(this.#random.pick(this.#made), round);
      default: {
        const pair = this.#pair(round);
        return pair === null ? [] : [this.#trade(kind, pair, round)];
      }
    }
  }

  #trade(
    kind: Exclude<TradeKind, "reusedOffer" | "cancelledOffer" | "cancelOffer">,
    [first, second]: readonly [Wallet, Wallet],
    round: number,
  ): TradeDraft {
    const random = this.#random;
    const validUntil = round + random.between(3, 200);
    const maker = this.#paying(first, kind === "overspendingTrade" ? 1.3 : 0.3);
    const taker = this.#paying(second, 0.3);
    const draft = { chain: taker.chain, payer: taker.user, maker, taker, validUntil };
    switch (kind) {
      case "bilateral":
      case "overspendingTrade":
        // Sometimes all that one of them has.
        return random.chance(0.2) ? { ...draft, maker: this.#emptying(first, maker) } : draft;
      case "crossedNonces": {
        const nonce = Math.max(0, maker.nonce + random.between(-2, 2));
        const gasPrice = maker.gasPrice * BigInt(random.between(1, 3)) + 1n;
        return { ...draft, maker: { ...maker, nonce, gasPrice } };
      }
      case "offer":
      case "openOffer":
        return this.#offered({ ...draft, maker }, kind === "openOffer");
      case "invalidTrade":
        return this.#invalid(draft, round);
    }
  }

  #offered(draft: TradeDraft & { readonly maker: PayingSide }, openTaker: boolean): TradeDraft {
    const random = this.#random;
    const { maker, taker, validUntil } = draft;
    // Now and then the number of another offer of its.
    if (this.#numbers === 0n || random.chance(0.9)) this.#numbers += 1n;
    const offering: OfferingSide = {
      chain: maker.chain,
      user: maker.user,
      amount: maker.amount,
      gasLimit: maker.gasLimit,
      number: this.#numbers,
      openTaker,
      offerValidUntil: validUntil + random.pick([0, 0, 5, 100]),
    };
    const wants = { chain: taker.chain, amount: taker.amount };
    this.#made.push({ maker: offering, wants, isCancelled: false });
    if (this.#made.length > OFFERS_KEPT) this.#made.shift();
    return { ...draft, maker: offering };
  }

  /** By another taker, or by the same once more; of a named one that is forged, and refused. */
  #takeAgain(made: Made | undefined, round: number): readonly TradeDraft[] {
    if (made === undefined) return [];
    const { maker, wants } = made;
    const owners = this.#wallets.owners(wants.chain);
    const wallet = this.#random.pick(owners.filter(({ user }) => user !== maker.user));
    if (wallet === undefined) return [];
    const taker = { ...this.#paying(wallet, 0), amount: wants.amount };
    const validUntil = Math.min(maker.offerValidUntil, round + this.#random.between(3, 100));
    return [{ chain: wants.chain, payer: wallet.user, maker, taker, validUntil }];
  }

  #cancel(made: Made | undefined, round: number): readonly Draft[] {
    if (made === undefined) return [];
    made.isCancelled = true;
    const { chain, user, number, offerValidUntil } = made.maker;
    const { nonce, gasPrice } = this.#paying(this.#wallets.of(chain, user), 0);
    const validUntil = Math.min(offerValidUntil, round + 50);
    const payload = { kind: "cancelOffer", offer: number, validUntil: offerValidUntil } as const;
    return [
      { chain, payer: user, nonce, payload, gasPrice, gasExtra: 0, validUntil, authorisations: [] },
    ];
  }

  /** Can never be in a block, or should not: too late, beyond the offer's end, or on a chain that there is not. */
  #invalid(draft: TradeDraft & { readonly maker: PayingSide }, round: number): TradeDraft {
    switch (this.#random.between(0, 2)) {
      case 0:
        return { ...draft, validUntil: Math.max(0, round - this.#random.between(1, 5)) };
      case 1:
        return { ...draft, taker: { ...draft.taker, nonce: draft.taker.nonce + 200 } };
      default:
        return { ...draft, maker: { ...draft.maker, chain: 2_000 + this.#random.between(0, 9) } };
    }
  }

  /** Two who own something, on two chains. */
  #pair(round: number): readonly [Wallet, Wallet] | null {
    const random = this.#random;
    const born = this.#wallets.chains.filter(({ bornRound }) => bornRound <= round + 1);
    const [first, second] = random.shuffle(born);
    if (first === undefined || second === undefined) return null;
    const one = random.pick(this.#wallets.owners(first.chain));
    const partners = this.#wallets.owners(second.chain).filter(({ user }) => user !== one?.user);
    const other = random.pick(partners);
    return one === undefined || other === undefined ? null : [one, other];
  }

  /** `share`: what it gives at most, of what it is taken to have. */
  #paying(wallet: Wallet, share: number): PayingSide {
    const random = this.#random;
    const { chain, user, balance, nextNonce } = wallet;
    const least = this.#wallets.chain(chain)?.gasPriceMin ?? 0n;
    const part = BigInt(Math.floor(random.unit() * share * 1_000_000));
    return {
      chain,
      user,
      amount: (balance * part) / 1_000_000n + 1n,
      nonce: nextNonce,
      gasPrice: least + BigInt(random.pick([0, 0, 1, 2])),
      gasLimit: TRADE_GAS + (random.chance(0.1) ? random.between(1, 500) : 0),
    };
  }

  #emptying({ balance }: Wallet, side: PayingSide): PayingSide {
    const amount = balance - side.gasPrice * BigInt(side.gasLimit);
    return { ...side, amount: amount > 0n ? amount : 1n };
  }

  /** What those who pay take to be left. */
  #spent(draft: Draft | TradeDraft): void {
    const sides =
      "maker" in draft
        ? [draft.taker, ...("nonce" in draft.maker ? [draft.maker] : [])]
        : [{ ...draft, user: draft.payer, amount: 0n }];
    for (const { chain, user, nonce, gasPrice, amount } of sides) {
      const wallet = this.#wallets.of(chain, user);
      wallet.nextNonce = Math.max(wallet.nextNonce, nonce + 1);
      wallet.last = { nonce, gasPrice };
      const left = wallet.balance - amount - gasPrice * BigInt(TRADE_GAS);
      wallet.balance = left > 0n ? left : 0n;
    }
  }
}
