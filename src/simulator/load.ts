// What users order, drawn by the world's mix: the plain and the awkward, near the edges of the rules.
import type { AuthorisationDraft, Draft, DraftPayload } from "./drafts.ts";
import type { Random } from "./random.ts";
import type { Delegation, Wallet, Wallets } from "./wallets.ts";
import type { User } from "./world-keys.ts";
import { LOAD_KINDS, type LoadKind } from "./world-options.ts";

type Span = readonly [from: number, to: number];

const TRANSFER_GAS = 1_000n;
const TOKEN_GAS = 50_000n;
/** within what the healed phase waits for. */
const VALID_ROUNDS: Span = [5, 250];
/** How long a delegate may spend. */
const DELEGATED_ROUNDS: readonly [Span, ...Span[]] = [
  [-2, 150],
  [5, 15],
  [10, 30],
  [30, 150],
];

export class Load {
  readonly #random: Random;
  readonly #wallets: Wallets;
  readonly #mix: Readonly<Record<LoadKind, number>>;
  #tokens = 0;

  constructor(random: Random, wallets: Wallets, mix: Readonly<Record<LoadKind, number>>) {
    this.#random = random;
    this.#wallets = wallets;
    this.#mix = mix;
  }

  /** One thing that a user wants, as the transactions that it takes. */
  draw(round: number): Draft[] {
    const kind = this.#random.weighted(LOAD_KINDS, this.#mix);
    const wallet = this.#payer(kind, round);
    if (wallet === undefined) return [];
    const drafts = this.#drafts(kind, wallet, round);
    for (const draft of drafts) this.#spent(draft);
    return drafts;
  }

  #payer(kind: LoadKind, round: number): Wallet | undefined {
    const { chains } = this.#wallets;
    const born = chains.filter(({ bornRound }) => bornRound <= round + 2);
    const created = born.filter(({ bornRound }) => bornRound > 0);
    const among = kind === "newToken" ? created : born;
    const chain = kind === "createToken" ? 0 : this.#random.pick(among)?.chain;
    if (chain === undefined) return undefined;
    const owners = this.#wallets.owners(chain);
    const able = owners.filter(({ balance }) => balance > 4n * TRANSFER_GAS);
    return this.#random.pick(able.length > 0 && this.#random.chance(0.9) ? able : owners);
  }

  /** What the payer takes to be left. */
  #spent({ chain, payer, nonce, gasPrice, payload }: Draft): void {
    const wallet = this.#wallets.of(chain, payer);
    wallet.nextNonce = Math.max(wallet.nextNonce, nonce + 1);
    wallet.last = { nonce, gasPrice };
    if (payload.kind === "revoke") wallet.authorisationNonce += 1;
    const amount = payload.kind === "transfer" ? payload.amount : 0n;
    wallet.balance = atLeastZero(wallet.balance - amount - gasPrice * TRANSFER_GAS);
  }

  #drafts(kind: LoadKind, wallet: Wallet, round: number): Draft[] {
    const random = this.#random;
    const { balance, nextNonce, last } = wallet;
    const base = this.#base(wallet, round);
    const fee = TRANSFER_GAS * base.gasPrice;
    const transfer = (amount: bigint): Draft => ({ ...base, payload: this.#transfer(amount) });
    const some = (): bigint => this.#part(balance, 0.2);
    switch (kind) {
      case "transfer":
      case "newToken":
        return [transfer(some())];
      case "emptying":
        return [transfer(atLeastZero(balance - fee * BigInt(1 + base.gasExtra / 1_000)))];
      case "overspending":
        return [transfer(balance + BigInt(random.between(0, 5_000)))];
      case "burst":
        return this.#burst(base, wallet);
      case "nonceGap":
        return [{ ...transfer(some()), nonce: nextNonce + random.between(1, 4) }];
      case "nonceReuse":
        return [{ ...transfer(some()), nonce: Math.max(0, nextNonce - random.between(1, 3)) }];
      case "replacement": {
        const nonce = last?.nonce ?? nextNonce;
        const gasPrice = ((last?.gasPrice ?? 1n) * BigInt(random.between(10, 25))) / 10n + 1n;
        return [{ ...transfer(some()), nonce, gasPrice }];
      }
      case "shortLived":
        return [{ ...transfer(some()), validUntil: round + random.between(0, 2) }];
      case "createToken":
        return [{ ...base, payload: this.#token() }];
      case "setReserve":
        return [{ ...base, payload: { kind: "setReserve", reserve: this.#reserve(fee) } }];
      case "delegate":
        return this.#delegate(base, wallet, round);
      case "revoke":
        return [{ ...base, payload: { kind: "revoke" } }];
      case "spendFrom":
        return this.#spendFrom(base, wallet, round);
      case "invalid":
        return [this.#invalid(base, wallet, round)];
    }
  }

  #base(wallet: Wallet, round: number): Omit<Draft, "payload"> {
    const random = this.#random;
    const least = this.#wallets.chain(wallet.chain)?.gasPriceMin ?? 0n;
    return {
      chain: wallet.chain,
      payer: wallet.user,
      nonce: wallet.nextNonce,
      gasPrice: least + BigInt(random.pick([0, 0, 1, 1, 3])),
      gasExtra: random.chance(0.1) ? random.between(1, 3) * 1_000 : 0,
      validUntil: round + random.between(...VALID_ROUNDS),
      authorisations: [],
    };
  }

  /** Several in k rounds, the first of which may empty the account: what the reserve must pay for. */
  #burst(base: Omit<Draft, "payload">, { balance, nextNonce }: Wallet): Draft[] {
    const random = this.#random;
    const count = random.between(2, 6);
    const first = random.chance(0.4) ? balance : this.#part(balance, 0.9);
    return Array.from({ length: count }, (_, i) => ({
      ...base,
      nonce: nextNonce + i,
      payload: this.#transfer(i === 0 ? first : this.#part(balance, 0.1)),
    }));
  }

  #delegate(base: Omit<Draft, "payload">, wallet: Wallet, round: number): Draft[] {
    const random = this.#random;
    const { chain } = wallet;
    // Who pays is the owner, the delegate or a third.
    const owner = random.chance(0.5) ? wallet.user : this.#user();
    // Who can pay for what it spends.
    const delegate = random.pick(this.#wallets.owners(chain))?.user;
    if (delegate === undefined || delegate === owner) return [];
    const ownerWallet = this.#wallets.of(chain, owner);
    const authorisation: AuthorisationDraft = {
      chain,
      owner,
      delegate,
      allowance: this.#part(ownerWallet.balance + 10_000n, random.pick([0.3, 1.5, 3])),
      lastRound: round + random.between(...random.pick(DELEGATED_ROUNDS)),
      nonce: Math.max(0, ownerWallet.authorisationNonce + random.pick([0, 0, 0, 0, 1, -1])),
      isForged: false,
    };
    if (authorisation.lastRound < 0) return [];
    ownerWallet.authorisationNonce = Math.max(
      ownerWallet.authorisationNonce,
      authorisation.nonce + 1,
    );
    this.#wallets.delegated({ ...authorisation, isHeard: false });
    const payload: DraftPayload = random.chance(0.7)
      ? { kind: "delegate" }
      : this.#transfer(this.#part(wallet.balance, 0.2));
    return [{ ...base, payload, authorisations: [authorisation] }];
  }

  #spendFrom(base: Omit<Draft, "payload">, wallet: Wallet, round: number): Draft[] {
    const random = this.#random;
    const known = this.#delegation(round);
    const owner = known?.owner ?? this.#user();
    const chain = known?.chain ?? wallet.chain;
    const payer = this.#wallets.of(chain, known?.delegate ?? wallet.user);
    const { balance } = this.#wallets.of(chain, owner);
    const allowance = known?.allowance ?? balance;
    const payload: DraftPayload = {
      kind: "spendFrom",
      owner: owner.address,
      to: this.#user().address,
      amount: random.chance(0.3)
        ? random.pick([allowance, allowance + 1n, this.#part(allowance, 1)])
        : this.#part(balance, random.pick([0.02, 0.05, 0.5, 1.1])),
    };
    return [{ ...(payer === wallet ? base : this.#base(payer, round)), payload }];
  }

  /** Mostly one that is in force and has not ended, and gladly one that is about to. */
  #delegation(round: number): Delegation | undefined {
    const { delegations } = this.#wallets;
    const inForce = delegations.filter(({ isHeard, lastRound }) => isHeard && lastRound >= round);
    const ending = inForce.filter(({ lastRound }) => lastRound <= round + 1);
    const random = this.#random;
    if (ending.length > 0 && random.chance(0.5)) return random.pick(ending);
    return random.pick(inForce.length > 0 && random.chance(0.9) ? inForce : delegations);
  }

  /** Decodes and can never be in a block, or should not. */
  #invalid(base: Omit<Draft, "payload">, wallet: Wallet, round: number): Draft {
    const random = this.#random;
    const draft: Draft = { ...base, payload: this.#transfer(1n) };
    switch (random.between(0, 4)) {
      case 0:
        return { ...draft, chain: 1_000 + random.between(0, 9) };
      case 1:
        return { ...draft, validUntil: Math.max(0, round - random.between(1, 5)) };
      case 2:
        // Too far ahead still when its last copy arrives: else it could wait for longer than the world lasts.
        return { ...draft, validUntil: round + 11_000 + random.between(5, 500) };
      case 3:
        return { ...draft, nonce: wallet.nextNonce + random.between(20, 1_000) };
      default:
        return { ...draft, gasPrice: 10n ** 20n };
    }
  }

  #transfer(amount: bigint): DraftPayload {
    return { kind: "transfer", to: this.#user().address, amount };
  }

  #token(): DraftPayload {
    this.#tokens += 1;
    const random = this.#random;
    return {
      kind: "createToken",
      symbol: `NEW${this.#tokens}`,
      name: `New token ${this.#tokens}`,
      decimals: random.between(0, 18),
      supply: BigInt(random.pick([1, 30_000, 10_000_000])) + TOKEN_GAS,
      reserveDefault: TRANSFER_GAS * BigInt(random.pick([0, 1, 4])),
      gasPriceMin: BigInt(random.pick([0, 1])),
    };
  }

  #reserve(fee: bigint): bigint | null {
    const random = this.#random;
    if (random.chance(0.15)) return null;
    return (fee * BigInt(random.between(0, 40))) / 10n;
  }

  #user(): User {
    return this.#random.pick(this.#wallets.users) as User;
  }

  /** Up to this share. */
  #part(of: bigint, share: number): bigint {
    return (of * BigInt(Math.floor(this.#random.unit() * share * 1_000_000))) / 1_000_000n;
  }
}

const atLeastZero = (amount: bigint): bigint => (amount < 0n ? 0n : amount);
