// What users stake, drawn by the world's mix: all four payloads, near the edges of their rules.
import type { Draft, DraftPayload } from "./drafts.ts";
import type { Random } from "./random.ts";
import { STAKE_KINDS, type StakeKind, type StakeOptions } from "./stake-options.ts";
import { registrationOf } from "./validator-keys.ts";
import type { Wallet, Wallets } from "./wallets.ts";

const STAKE_GAS = 5_000n;
/** Keys that more than one user wants. */
const SHARED_KEYS = 2;
const COMMISSIONS = [500, 500, 500, 0, 10_000];

/** What somebody has sent to stake, and not taken back, as far as it knows. */
interface Staked {
  readonly wallet: Wallet;
  readonly validator: Uint8Array;
  amount: bigint;
}

interface Plan {
  readonly wallet: Wallet;
  readonly payload: DraftPayload;
  readonly hasForgedKey?: boolean;
}

export class StakeLoad {
  readonly #random: Random;
  readonly #wallets: Wallets;
  readonly #options: StakeOptions;
  readonly #networkId: Uint8Array;
  /** Who may be a validator: those of the genesis record, and users who wanted to be. */
  readonly #validators: Uint8Array[];
  readonly #staked: Staked[] = [];

  constructor(
    random: Random,
    wallets: Wallets,
    options: StakeOptions,
    network: { readonly id: Uint8Array; readonly validators: readonly Uint8Array[] },
  ) {
    this.#random = random;
    this.#wallets = wallets;
    this.#options = options;
    this.#networkId = network.id;
    this.#validators = [...network.validators];
  }

  draw(round: number): readonly Draft[] {
    const random = this.#random;
    const plan = this.#plan(random.weighted(STAKE_KINDS, this.#options.mix));
    if (plan === null) return [];
    const { wallet, payload, hasForgedKey = false } = plan;
    const least = this.#wallets.chain(0)?.gasPriceMin ?? 0n;
    const draft: Draft = {
      chain: 0,
      payer: wallet.user,
      nonce: wallet.nextNonce,
      payload,
      gasPrice: least + BigInt(random.pick([0, 0, 1])),
      gasExtra: 0,
      validUntil: round + random.between(10, 250),
      authorisations: [],
      hasForgedKey,
    };
    this.#spent(wallet, draft);
    return [draft];
  }

  #plan(kind: StakeKind): Plan | null {
    const takesBack = kind === "unbond" || kind === "undelegateStake";
    if (takesBack && this.#random.chance(0.85)) return this.#takeBack();
    const wallet = this.#payer();
    if (wallet === undefined) return null;
    switch (kind) {
      case "register":
      case "forgedKey":
        return this.#register(wallet, kind === "forgedKey");
      case "bond": {
        const amount = this.#part(wallet.balance);
        return { wallet, payload: { kind: "bond", amount, registration: null } };
      }
      case "delegateStake":
      case "overstake": {
        const all = wallet.balance + BigInt(this.#random.between(-2_000, 2_000));
        const amount = kind === "overstake" && all > 0n ? all : this.#part(wallet.balance);
        return { wallet, payload: { kind: "delegateStake", ...this.#to(wallet), amount } };
      }
      case "unbond":
        return { wallet, payload: { kind, amount: 1_000n } };
      case "undelegateStake":
        return { wallet, payload: { kind, ...this.#to(wallet), amount: 1_000n } };
    }
  }

  /** Who can pay for it, mostly. */
  #payer(): Wallet | undefined {
    const owners = this.#wallets.owners(0);
    const able = owners.filter(({ balance }) => balance > 4n * STAKE_GAS);
    return this.#random.pick(able.length > 0 && this.#random.chance(0.9) ? able : owners);
  }

  #register(wallet: Wallet, isForged: boolean): Plan {
    const random = this.#random;
    const { user } = wallet;
    this.#validators.push(user.address);
    const own = SHARED_KEYS + 2 * this.#wallets.users.indexOf(user);
    const registration = registrationOf(
      random.chance(0.2) ? random.between(0, SHARED_KEYS - 1) : own,
      {
        networkId: this.#networkId,
        validator: user.address,
        commission: random.pick(COMMISSIONS) as number,
        isForged,
      },
    );
    const least = BigInt(this.#options.minimumBond);
    const amount = random.chance(0.1) ? atLeastOne(least - 1n) : least + this.#part(wallet.balance);
    return {
      wallet,
      payload: { kind: "bond", amount, registration },
      hasForgedKey: isForged,
    };
  }

  /** All that somebody staked, a part of it, or one more. */
  #takeBack(): Plan | null {
    const random = this.#random;
    const staked = random.pick(this.#staked.filter(({ amount }) => amount > 0n));
    if (staked === undefined) return null;
    const { wallet, validator, amount: all } = staked;
    const amount = atLeastOne(random.pick([all, all, all + 1n, all / 2n, all / 3n]) as bigint);
    staked.amount = amount > all ? all : all - amount;
    const isOwn = Buffer.from(validator).equals(wallet.user.address);
    return {
      wallet,
      payload: isOwn ? { kind: "unbond", amount } : { kind: "undelegateStake", validator, amount },
    };
  }

  /** Mostly somebody who is a validator. Nobody delegates to itself. */
  #to({ user }: Wallet): { readonly validator: Uint8Array } {
    const random = this.#random;
    const users = this.#wallets.users.map(({ address }) => address);
    const among = random.chance(0.95) && this.#validators.length > 0 ? this.#validators : users;
    const others = among.filter((one) => !Buffer.from(one).equals(user.address));
    return { validator: random.pick(others) ?? new Uint8Array(20) };
  }

  /** Above nothing, up to a third of it. */
  #part = (of: bigint): bigint =>
    atLeastOne((of * BigInt(this.#random.between(1, 1_000))) / 3_000n);

  /** What the payer takes to be left, and to be staked. */
  #spent(wallet: Wallet, { payer, nonce, gasPrice, payload }: Draft): void {
    wallet.nextNonce = nonce + 1;
    wallet.last = { nonce, gasPrice };
    const isStake = payload.kind === "bond" || payload.kind === "delegateStake";
    const amount = isStake ? payload.amount : 0n;
    const cost = amount + gasPrice * STAKE_GAS;
    const canPay = wallet.balance >= cost;
    wallet.balance = canPay ? wallet.balance - cost : 0n;
    if (!isStake || !canPay) return;
    const validator = payload.kind === "bond" ? payer.address : payload.validator;
    this.#staked.push({ wallet, validator, amount });
  }
}

const atLeastOne = (amount: bigint): bigint => (amount < 1n ? 1n : amount);
