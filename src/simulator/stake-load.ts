// What users stake, drawn by the world's mix: all four payloads, near the edges of their rules.
import type { Draft, DraftPayload } from "./drafts.ts";
import type { Random } from "./random.ts";
import { STAKE_KINDS, type StakeKind, type StakeOptions } from "./stake-options.ts";
import { registrationOf } from "./validator-keys.ts";
import type { Wallet, Wallets } from "./wallets.ts";

const STAKE_GAS = 5_000n;
/** Few, so that they are wanted twice. */
const KEYS = 5;
const COMMISSIONS = [0, 500, 10_000];

type Plan = Pick<Draft, "payload"> & { readonly hasForgedKey?: boolean };

export class StakeLoad {
  readonly #random: Random;
  readonly #wallets: Wallets;
  readonly #options: StakeOptions;
  readonly #networkId: Uint8Array;
  /** Who may be a validator: those of the genesis record, and users who wanted to be. */
  readonly #validators: Uint8Array[];
  /** By staker and validator in hex: what was sent, as far as anybody knows. */
  readonly #staked = new Map<string, bigint>();

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
    const kind = random.weighted(STAKE_KINDS, this.#options.mix);
    const owners = this.#wallets.owners(0);
    const able = owners.filter(({ balance }) => balance > 2n * STAKE_GAS);
    const wallet = random.pick(able.length > 0 ? able : owners);
    if (wallet === undefined) return [];
    const { payload, hasForgedKey } = this.#plan(kind, wallet);
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
      ...(hasForgedKey === true ? { hasForgedKey } : {}),
    };
    this.#spent(wallet, draft);
    return [draft];
  }

  #plan(kind: StakeKind, wallet: Wallet): Plan {
    const random = this.#random;
    const { balance, user } = wallet;
    switch (kind) {
      case "register":
      case "forgedKey": {
        this.#validators.push(user.address);
        const isForged = kind === "forgedKey";
        const registration = registrationOf(random.between(1, KEYS), {
          networkId: this.#networkId,
          validator: user.address,
          commission: random.pick(COMMISSIONS) as number,
          isForged,
        });
        const payload: DraftPayload = { kind: "bond", amount: this.#bond(balance), registration };
        return { payload, hasForgedKey: isForged };
      }
      case "bond":
        return { payload: { kind: "bond", amount: this.#part(balance), registration: null } };
      case "unbond":
        return { payload: { kind: "unbond", amount: this.#back(user.addressHex, user.address) } };
      case "delegateStake":
      case "overstake": {
        const validator = this.#validator(user.address);
        const all = balance + BigInt(random.between(-2_000, 2_000));
        const amount = kind === "overstake" && all > 0n ? all : this.#part(balance);
        return { payload: { kind: "delegateStake", validator, amount } };
      }
      case "undelegateStake": {
        const validator = this.#validator(user.address);
        const amount = this.#back(user.addressHex, validator);
        return { payload: { kind: "undelegateStake", validator, amount } };
      }
    }
  }

  /** Mostly somebody who is one. Nobody delegates to itself. */
  #validator(payer: Uint8Array): Uint8Array {
    const random = this.#random;
    const users = this.#wallets.users.map(({ address }) => address);
    const among = random.chance(0.9) && this.#validators.length > 0 ? this.#validators : users;
    const others = among.filter((one) => !Buffer.from(one).equals(payer));
    return random.pick(others) ?? new Uint8Array(20);
  }

  #bond(balance: bigint): bigint {
    const least = BigInt(this.#options.minimumBond);
    return this.#random.chance(0.2) ? atLeastOne(least - 1n) : least + this.#part(balance);
  }

  /** All that was staked, a part of it, or one more. */
  #back(staker: string, validator: Uint8Array): bigint {
    const staked = this.#staked.get(nameOf(staker, validator)) ?? 1_000n;
    return atLeastOne(this.#random.pick([staked, staked + 1n, staked / 2n, staked / 3n]) as bigint);
  }

  /** Above nothing, up to a third of it. */
  #part = (of: bigint): bigint =>
    atLeastOne((of * BigInt(this.#random.between(1, 1_000))) / 3_000n);

  /** What the payer takes to be left, and to be staked. */
  #spent(wallet: Wallet, { payer, nonce, gasPrice, payload }: Draft): void {
    wallet.nextNonce = nonce + 1;
    wallet.last = { nonce, gasPrice };
    const fee = gasPrice * STAKE_GAS;
    const staked = payload.kind === "bond" || payload.kind === "delegateStake";
    const amount = staked ? payload.amount : 0n;
    wallet.balance = wallet.balance > amount + fee ? wallet.balance - amount - fee : 0n;
    if (!staked) return;
    const validator = payload.kind === "bond" ? payer.address : payload.validator;
    const name = nameOf(payer.addressHex, validator);
    this.#staked.set(name, (this.#staked.get(name) ?? 0n) + amount);
  }
}

const nameOf = (staker: string, validator: Uint8Array): string =>
  `${staker} ${Buffer.from(validator).toString("hex")}`;

const atLeastOne = (amount: bigint): bigint => (amount < 1n ? 1n : amount);
