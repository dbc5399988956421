// The configuration of a new network, as an operator writes it: JSON in the NETWORK variable. Every mistake names its field.
import { parseAddress } from "../crypto/address.ts";
import { fromHex, utf8 } from "../encoding/bytes.ts";
import { U128_MAX } from "../encoding/codec.ts";
import { parseChainId } from "../ledger/chain-id.ts";
import { BASIS_POINTS, DECIMALS_MAX, SYMBOL_PATTERN, TOKEN_NAME_BYTES_MAX } from "../limits.ts";
import {
  DEFAULT_SATURATION,
  type SaturationParameters,
  WINDOW_ROUNDS_MAX,
} from "../topology/saturation.ts";

export interface ChainConfig {
  readonly symbol: string;
  readonly name: string;
  readonly decimals: number;
  readonly reserveDefault: bigint;
  readonly gasPriceMin: bigint;
  /** The shard that has it; by default the shards take chains in turn. */
  readonly shard: number;
}

export interface AllocationConfig {
  readonly chain: number;
  readonly address: Uint8Array;
  readonly balance: bigint;
  readonly reserve: bigint | null;
}

/** What an operator chooses before a network exists; nothing of it can change afterwards. */
export interface NetworkConfig {
  readonly name: string;
  readonly development: boolean;
  /** "manual": nothing moves but by the development operation that advances rounds. */
  readonly clock: "live" | "manual";
  /** How many shards the network begins with. */
  readonly shards: number;
  /** Of each set. */
  readonly seats: number;
  readonly k: number;
  readonly roundMs: number;
  /** */
  readonly leaseRounds: number;
  /** */
  readonly epochRounds: number;
  /** */
  readonly saturation: SaturationParameters;
  /** By chain id: T0 first. */
  readonly chains: readonly ChainConfig[];
  readonly allocations: readonly AllocationConfig[];
  /** What the faucet of a development network holds on each chain. */
  readonly faucetBalance: bigint;
  /** in base units of Rune, and rounds. */
  readonly minimumBond: bigint;
  readonly unbondingRounds: number;
  /** What each hosted validator has bonded, in base units of Rune. */
  readonly validatorBond: bigint;
  /** What it keeps of its delegators' rewards, in basis points. */
  readonly validatorCommission: number;
  /** Hosted validators beside those that hold the seats. */
  readonly standbyValidators: number;
}

/** An operator's mistake in the configuration, with the field and the value. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

// The source's largest network of 7 seats a set; its 9,646 seats and their validators take 1.8 MB of the genesis record.
const SHARDS_MAX = 53;
const SEATS_ALLOWED = [4, 7, 21];
const K_MAX = 16;
const ROUND_MS_RANGE: readonly [number, number] = [50, 60_000];
// With less the MerkleChain could not activate an epoch before the leases end; with more a network would wait long for one.
const LEASE_ROUNDS_RANGE: readonly [number, number] = [4, 1_000];
const EPOCH_ROUNDS_RANGE: readonly [number, number] = [10, 1_000_000_000];
const STREAK_ROUNDS_MAX = 1_000_000;
const BENCHMARK_TPS_MAX = 1_000_000;
// A week at 500 ms; a client that was away for longer needs a newer checkpoint.
const UNBONDING_ROUNDS_DEFAULT = 1_209_600;
const UNBONDING_ROUNDS_RANGE: readonly [number, number] = [1, 1_000_000_000];
// In whole Rune.
const MINIMUM_BOND_DEFAULT = 10_000n;
const VALIDATOR_BOND_DEFAULT = 1_000_000n;
const COMMISSION_DEFAULT = 1_000;
// With them the largest network's genesis record is still below half of what it may be.
const STANDBY_MAX = 1_000;
const ONE_TOKEN = 10n ** 18n;

const DEFAULT_CHAIN: Omit<ChainConfig, "shard"> = {
  symbol: "RUNE",
  name: "Rune",
  decimals: 18,
  // Section 6: ten tokens.
  reserveDefault: 10n * ONE_TOKEN,
  // A transfer's 1,000 gas then cost a thousandth of a token.
  gasPriceMin: ONE_TOKEN / 1_000_000n,
};

/** Reads the NETWORK variable. Throws ConfigError, naming the field. */
export function parseNetworkConfig(json: string): NetworkConfig {
  let raw: unknown;
  try {
    raw = JSON.parse(json);
  } catch {
    throw new ConfigError(`Cannot read NETWORK: not JSON: ${json.slice(0, 100)}`);
  }
  const fields = recordOf(raw, "NETWORK");
  const development = booleanOf(fields.development ?? false, "development");
  const clock = fields.clock ?? "live";
  if (clock !== "live" && clock !== "manual") throw invalid("clock", clock, '"live" or "manual"');
  if (clock === "manual" && !development) {
    throw invalid("clock", clock, '"live" on a network that is not for development');
  }
  const shards = integerOf(fields.shards ?? 1, "shards", 1, SHARDS_MAX);
  const chains = listOf(fields.chains ?? [{}], "chains").map((raw, i) =>
    parseChain(raw, i, shards),
  );
  if (chains.length === 0) throw invalid("chains", chains, "a list that begins with T0");
  return {
    name: textOf(fields.name ?? "yggdrasil", "name", 64),
    development,
    clock,
    shards,
    seats: oneOf(fields.seats ?? 21, "seats", SEATS_ALLOWED),
    k: integerOf(fields.k ?? 3, "k", 1, K_MAX),
    roundMs: integerOf(fields.roundMs ?? 500, "roundMs", ...ROUND_MS_RANGE),
    leaseRounds: integerOf(fields.leaseRounds ?? 20, "leaseRounds", ...LEASE_ROUNDS_RANGE),
    epochRounds: integerOf(fields.epochRounds ?? 7_200, "epochRounds", ...EPOCH_ROUNDS_RANGE),
    saturation: parseSaturation(fields.saturation ?? {}),
    chains,
    allocations: listOf(fields.allocations ?? [], "allocations").map((one, i) =>
      parseAllocation(one, i, chains.length),
    ),
    faucetBalance: amountOf(fields.faucetBalance ?? `${10n ** 30n}`, "faucetBalance"),
    ...parseStaking(fields, 10n ** BigInt((chains[0] as ChainConfig).decimals)),
  };
}

function parseStaking(fields: Record<string, unknown>, oneRune: bigint) {
  const inRune = (field: string, whole: bigint): bigint =>
    amountOf(fields[field] ?? `${whole * oneRune}`, field);
  const integer = (field: string, missing: number, min: number, max: number): number =>
    integerOf(fields[field] ?? missing, field, min, max);
  const minimumBond = inRune("minimumBond", MINIMUM_BOND_DEFAULT);
  const validatorBond = inRune("validatorBond", VALIDATOR_BOND_DEFAULT);
  if (validatorBond < minimumBond || validatorBond === 0n) {
    throw invalid(
      "validatorBond",
      validatorBond,
      `above 0 and at least minimumBond, ${minimumBond}`,
    );
  }
  return {
    minimumBond,
    validatorBond,
    unbondingRounds: integer(
      "unbondingRounds",
      UNBONDING_ROUNDS_DEFAULT,
      ...UNBONDING_ROUNDS_RANGE,
    ),
    validatorCommission: integer("validatorCommission", COMMISSION_DEFAULT, 0, BASIS_POINTS),
    standbyValidators: integer("standbyValidators", 0, 0, STANDBY_MAX),
  };
}

/** 32 bytes from 64 hex digits. */
export function parseDeploymentSecret(hex: string | undefined): Uint8Array {
  if (hex === undefined || !/^[0-9a-f]{64}$/i.test(hex)) {
    throw new ConfigError(
      "Cannot start: DEPLOYMENT_SECRET is not 64 hex digits; set it with `npx wrangler secret put DEPLOYMENT_SECRET`",
    );
  }
  return fromHex(hex.toLowerCase());
}

function parseSaturation(raw: unknown): SaturationParameters {
  const fields = recordOf(raw, "saturation");
  const number = (field: keyof SaturationParameters, min: number, max: number): number =>
    integerOf(fields[field] ?? DEFAULT_SATURATION[field], `saturation.${field}`, min, max);
  const splitPermille = number("splitPermille", 1, 1_000);
  return {
    windowRounds: number("windowRounds", 1, WINDOW_ROUNDS_MAX),
    streakRounds: number("streakRounds", 1, STREAK_ROUNDS_MAX),
    splitPermille,
    // A shard that has just split must not merge for it.
    mergePermille: number("mergePermille", 0, Math.floor(splitPermille / 2)),
    benchmarkTps: number("benchmarkTps", 1, BENCHMARK_TPS_MAX),
  };
}

function parseChain(raw: unknown, index: number, shards: number): ChainConfig {
  const fields = recordOf(raw, `chains[${index}]`);
  const at = (field: string): string => `chains[${index}].${field}`;
  const symbol = textOf(
    fields.symbol ?? (index === 0 ? "RUNE" : `TOKEN${index}`),
    at("symbol"),
    12,
  );
  if (!SYMBOL_PATTERN.test(symbol)) throw invalid(at("symbol"), symbol, "capitals and digits");
  return {
    symbol,
    name: textOf(
      fields.name ?? (index === 0 ? DEFAULT_CHAIN.name : symbol),
      at("name"),
      TOKEN_NAME_BYTES_MAX,
    ),
    decimals: integerOf(fields.decimals ?? DEFAULT_CHAIN.decimals, at("decimals"), 0, DECIMALS_MAX),
    reserveDefault: amountOf(
      fields.reserveDefault ?? `${DEFAULT_CHAIN.reserveDefault}`,
      at("reserveDefault"),
    ),
    gasPriceMin: amountOf(fields.gasPriceMin ?? `${DEFAULT_CHAIN.gasPriceMin}`, at("gasPriceMin")),
    shard: integerOf(fields.shard ?? index % shards, at("shard"), 0, shards - 1),
  };
}

function parseAllocation(raw: unknown, index: number, chains: number): AllocationConfig {
  const fields = recordOf(raw, `allocations[${index}]`);
  const at = (field: string): string => `allocations[${index}].${field}`;
  const chain = parseChainId(textOf(fields.chain, at("chain"), 12));
  if (chain === null || chain >= chains)
    throw invalid(at("chain"), fields.chain, "a chain of `chains`");
  const address = parseAddress(textOf(fields.address, at("address"), 100));
  if (!address.ok) throw invalid(at("address"), fields.address, "an address (ygg1...)");
  return {
    chain,
    address: address.value,
    balance: amountOf(fields.balance, at("balance")),
    reserve: fields.reserve == null ? null : amountOf(fields.reserve, at("reserve")),
  };
}

export const invalid = (field: string, value: unknown, expected: string): ConfigError =>
  new ConfigError(
    `Invalid NETWORK.${field}: ${JSON.stringify(value, bigintText)} is not ${expected}`,
  );

const bigintText = (_: string, value: unknown): unknown =>
  typeof value === "bigint" ? value.toString() : value;

function recordOf(value: unknown, field: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw invalid(field, value, "an object");
  }
  return value as Record<string, unknown>;
}

function listOf(value: unknown, field: string): unknown[] {
  if (!Array.isArray(value)) throw invalid(field, value, "a list");
  return value;
}

function textOf(value: unknown, field: string, bytesMax: number): string {
  if (typeof value !== "string" || value.length === 0 || utf8(value).length > bytesMax) {
    throw invalid(field, value, `a text of 1 to ${bytesMax} bytes`);
  }
  return value;
}

function booleanOf(value: unknown, field: string): boolean {
  if (typeof value !== "boolean") throw invalid(field, value, "true or false");
  return value;
}

function integerOf(value: unknown, field: string, min: number, max: number): number {
  if (typeof value !== "number" || !Number.isInteger(value) || value < min || value > max) {
    throw invalid(field, value, `an integer from ${min} to ${max}`);
  }
  return value;
}

function oneOf(value: unknown, field: string, allowed: readonly number[]): number {
  if (typeof value !== "number" || !allowed.includes(value)) {
    throw invalid(field, value, `one of ${allowed.join(", ")}`);
  }
  return value;
}

function amountOf(value: unknown, field: string): bigint {
  if (
    typeof value !== "string" ||
    !/^(0|[1-9][0-9]{0,38})$/.test(value) ||
    BigInt(value) > U128_MAX
  ) {
    throw invalid(field, value, "a decimal string of base units below 2^128");
  }
  return BigInt(value);
}
