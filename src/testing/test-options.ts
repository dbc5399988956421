// What a test asks of its network, as the network's own configuration.
import { type Signer, signerFromSeed } from "../client/index.ts";
import { sha256 } from "../protocol/crypto/sha256.ts";
import { utf8 } from "../protocol/encoding/bytes.ts";

/** A chain of the network; fields left out as on any new network. */
export interface TestChainOptions {
  readonly symbol?: string;
  readonly name?: string;
  readonly decimals?: number;
  /** Base units. */
  readonly reserveDefault?: bigint;
  readonly gasPriceMin?: bigint;
  /** The shard that has it, from 0; by default the shards take chains in turn. */
  readonly shard?: number;
}

export interface TestAccountOptions {
  /** By chain id ("T0"), in base units; a chain left out holds nothing. */
  readonly balances: Readonly<
    Record<string, bigint | { readonly balance: bigint; readonly reserve?: bigint }>
  >;
}

/** A funded account: a signer, and the seed that it came from. */
export interface TestAccount extends Signer {
  readonly seed: Uint8Array;
}

/** 1,000 tokens of 18 decimals. */
const DEFAULT_BALANCE = 1_000n * 10n ** 18n;
const DEFAULT_ACCOUNTS = 3;

export interface ConfiguredAccounts {
  readonly accounts: readonly TestAccount[];
  readonly allocations: readonly Readonly<Record<string, string>>[];
}

/** The same accounts for the same options on every run. */
export async function configureAccounts(
  options: number | readonly TestAccountOptions[] | undefined,
  chains: number,
): Promise<ConfiguredAccounts> {
  const everywhere: TestAccountOptions = {
    balances: Object.fromEntries(
      Array.from({ length: chains }, (_, chain) => [`T${chain}`, DEFAULT_BALANCE]),
    ),
  };
  const wanted =
    typeof options === "object"
      ? options
      : Array.from({ length: options ?? DEFAULT_ACCOUNTS }, () => everywhere);
  const accounts: TestAccount[] = [];
  const allocations: Record<string, string>[] = [];
  for (const [index, { balances }] of wanted.entries()) {
    const seed = sha256(utf8(`yggdrasil test account ${index}`));
    const account = { ...(await signerFromSeed(seed)), seed };
    accounts.push(account);
    for (const [chain, amount] of Object.entries(balances)) {
      const { balance, reserve } = typeof amount === "bigint" ? { balance: amount } : amount;
      allocations.push({
        chain,
        address: account.address,
        balance: `${balance}`,
        ...(reserve === undefined ? {} : { reserve: `${reserve}` }),
      });
    }
  }
  return { accounts, allocations };
}

/** JSON of a chain's options: amounts as decimal strings. */
export function chainConfig(chain: TestChainOptions): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(chain).map(([field, value]) => [
      field,
      typeof value === "bigint" ? value.toString() : value,
    ]),
  );
}

export interface TestStakingOptions {
  /** Base units; 10 tokens if left out. */
  readonly minimumBond?: bigint;
  /** Base units that each hosted validator has bonded. */
  readonly validatorBond?: bigint;
  /** 20 if left out. */
  readonly unbondingRounds?: number;
  /** Hosted validators beside those that hold the seats; none if left out. */
  readonly standbyValidators?: number;
}

const MINIMUM_BOND_DEFAULT = 10n ** 19n;
const UNBONDING_ROUNDS_DEFAULT = 20;

/** Its fields of the network's configuration. */
export function stakingConfig(options: TestStakingOptions = {}): Record<string, unknown> {
  const { minimumBond = MINIMUM_BOND_DEFAULT, validatorBond, standbyValidators } = options;
  return {
    minimumBond: `${minimumBond}`,
    unbondingRounds: options.unbondingRounds ?? UNBONDING_ROUNDS_DEFAULT,
    ...(validatorBond === undefined ? {} : { validatorBond: `${validatorBond}` }),
    ...(standbyValidators === undefined ? {} : { standbyValidators }),
  };
}
