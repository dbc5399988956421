// What users know of their accounts: as they heard it last, and less what they have sent since. Often wrong, as in life.
import type { BalanceView, Directory } from "../actors/rpc.ts";
import type { Genesis } from "../protocol/rounds/epoch.ts";
import type { User } from "./world-keys.ts";

export interface Wallet {
  readonly chain: number;
  readonly user: User;
  nextNonce: number;
  authorisationNonce: number;
  balance: bigint;
  /** What it sent last, which another may replace or follow. */
  last: { readonly nonce: number; readonly gasPrice: bigint } | null;
}

export interface KnownChain {
  readonly chain: number;
  readonly gasPriceMin: bigint;
  readonly bornRound: number;
}

export interface Delegation {
  readonly chain: number;
  readonly owner: User;
  readonly delegate: User;
  /** What is left of it, as far as is known. */
  readonly allowance: bigint;
  readonly lastRound: number;
  /** Whether a shard has said that it is in force, and not only somebody sent it. */
  readonly isHeard: boolean;
}

export class Wallets {
  readonly users: readonly User[];
  readonly chains: KnownChain[];
  /** By chain and owner: an account has one at most. */
  readonly #delegations = new Map<string, Delegation>();
  readonly #wallets = new Map<string, Wallet>();

  constructor(genesis: Genesis, users: readonly User[], probers: readonly User[]) {
    this.users = users;
    this.chains = [...genesis.chains];
    const owners = new Map([...users, ...probers].map((user) => [user.addressHex, user]));
    for (const { chain, address, balance } of genesis.allocations) {
      const user = owners.get(Buffer.from(address).toString("hex"));
      if (user !== undefined) this.of(chain, user).balance = balance;
    }
  }

  of(chain: number, user: User): Wallet {
    const name = `${chain} ${user.addressHex}`;
    const known = this.#wallets.get(name);
    if (known !== undefined) return known;
    const wallet: Wallet = {
      chain,
      user,
      nextNonce: 0,
      authorisationNonce: 0,
      balance: 0n,
      last: null,
    };
    this.#wallets.set(name, wallet);
    return wallet;
  }

  /** Those of a chain that own something, as far as is known. */
  owners(chain: number): Wallet[] {
    return this.users.map((user) => this.of(chain, user)).filter(({ balance }) => balance > 0n);
  }

  chain(chain: number): KnownChain | undefined {
    return this.chains.find((one) => one.chain === chain);
  }

  get delegations(): readonly Delegation[] {
    return [...this.#delegations.values()];
  }

  delegated(delegation: Delegation): void {
    const { chain, owner } = delegation;
    this.#delegations.set(`${chain} ${owner.addressHex}`, delegation);
  }

  /** The shard's answer about a balance. */
  heardBalance(wallet: Wallet, view: BalanceView | null): void {
    if (view === null) return;
    const { chain, user: owner } = wallet;
    const heard = view.account.delegation;
    const delegate = this.#userOf(heard?.delegate);
    const place = `${chain} ${owner.addressHex}`;
    if (heard === null && this.#delegations.get(place)?.isHeard) this.#delegations.delete(place);
    if (heard !== null && delegate !== undefined) {
      const { allowance, lastRound } = heard;
      this.delegated({ chain, owner, delegate, allowance, lastRound, isHeard: true });
    }
    wallet.balance = view.account.balance;
    wallet.nextNonce = view.nextNonce;
    wallet.authorisationNonce = view.account.authorisationNonce;
  }

  #userOf(address: Uint8Array | undefined): User | undefined {
    if (address === undefined) return undefined;
    const hex = Buffer.from(address).toString("hex");
    return this.users.find(({ addressHex }) => addressHex === hex);
  }

  /** The MerkleChain's answer about its directory. */
  heardDirectory({ chains }: Directory): void {
    for (const { chain, gasPriceMin, bornRound } of chains) {
      if (this.chain(chain) !== undefined) continue;
      this.chains.push({ chain, gasPriceMin, bornRound });
    }
  }
}
