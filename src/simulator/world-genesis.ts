// The genesis record of a world, and what its observers know of it.

import { addressOf } from "../protocol/crypto/address.ts";
import { sha256 } from "../protocol/crypto/sha256.ts";
import { compareBytes, toHex, utf8 } from "../protocol/encoding/bytes.ts";
import type { ChainRecord } from "../protocol/ledger/chain-record.ts";
import {
  GENESIS_VERSION,
  type Genesis,
  type GenesisAllocation,
  type GenesisKey,
  type GenesisValidator,
  genesisCodec,
  type Seat,
} from "../protocol/rounds/epoch.ts";
import { DEFAULT_SATURATION, type SaturationParameters } from "../protocol/topology/saturation.ts";
import type { Accomplice } from "./byzantine/behaviour.ts";
import type { ObservedGenesis } from "./checkers/observation.ts";
import { BEGINNING_MS } from "./local-clock.ts";
import { Random } from "./random.ts";
import { type User, WORLD_NAME, type WorldKeys } from "./world-keys.ts";
import type { WorldOptions } from "./world-options.ts";
import { homeOf, setsOf, shardsOf } from "./world-shards.ts";

/** Who owns something from the beginning. */
export interface Owners {
  readonly users: readonly User[];
  /** Rich and used by nobody else: whether the network works is tried with theirs. */
  readonly probers: readonly User[];
}

// What a transfer's gas costs at the price of one.
const TRANSFER_GAS = 1_000n;
const RICH = 10n ** 15n;

export async function makeOwners(options: WorldOptions, keys: WorldKeys): Promise<Owners> {
  const names = (kind: string, count: number): string[] =>
    Array.from({ length: count }, (_, i) => `${kind} ${i}`);
  return {
    users: await Promise.all(names("user", options.accounts).map((name) => keys.user(name))),
    probers: await Promise.all(names("prober", options.chains).map((name) => keys.user(name))),
  };
}

export function makeGenesis(options: WorldOptions, keys: WorldKeys, owners: Owners): Genesis {
  const random = Random.stream(options.seed, "genesis");
  const chainIds = Array.from({ length: options.chains }, (_, chain) => chain);
  const drawn = chainIds.map(() => ({
    // Reserves near the fees make the reserve rules bite.
    reserveDefault: TRANSFER_GAS * BigInt(random.pick([0, 1, 2, 5, 20, 1_000])),
    gasPriceMin: BigInt(random.pick([0, 1, 1, 3])),
  }));
  const allocations: GenesisAllocation[] = chainIds.flatMap((chain) => [
    ...owners.users
      .filter(() => random.chance(0.85))
      .map(({ address }) => ({
        chain,
        address,
        balance: drawBalance(random),
        reserve: random.chance(0.2) ? TRANSFER_GAS * BigInt(random.between(0, 10)) : null,
      })),
    ...owners.probers.map(({ address }) => ({ chain, address, balance: RICH, reserve: null })),
  ]);
  allocations.sort((a, b) => a.chain - b.chain || compareBytes(a.address, b.address));
  const validators = hostedValidators(options);
  const chains = chainIds.map(
    (chain): ChainRecord => ({
      chain,
      shard: homeOf(options, chain),
      symbol: chain === 0 ? "RUNE" : `TOKEN${chain}`,
      name: `Token ${chain}`,
      decimals: 6,
      supply: allocations.reduce(
        (sum, one) => sum + (one.chain === chain ? one.balance : 0n),
        chain === 0 ? validators.reduce((sum, { bond }) => sum + bond, 0n) : 0n,
      ),
      creator: null,
      bornRound: 0,
      reserveDefault: drawn[chain]?.reserveDefault ?? 0n,
      gasPriceMin: drawn[chain]?.gasPriceMin ?? 0n,
    }),
  );
  return {
    version: GENESIS_VERSION,
    name: WORLD_NAME,
    development: true,
    epoch: {
      epoch: 0,
      activationRound: 0,
      activationTimeMs: BEGINNING_MS,
      roundMs: options.roundMs,
      seed: null,
      leaseRounds: options.leaseRounds,
      epochRounds: options.epochRounds,
      k: options.k,
      saturation: SATURATION,
      shards: shardsOf(options).map((shard) => ({
        shard,
        chains: chainIds.filter((chain) => homeOf(options, chain) === shard),
      })),
      sets: setsOf(options).map((one) => ({
        ...one,
        seats: Array.from({ length: options.seats }, (_, seat) => keys.seat(one.set, seat)),
      })),
    },
    chains,
    allocations,
    staking: {
      minimumBond: BigInt(options.stakes.minimumBond),
      unbondingRounds: options.stakes.unbondingRounds,
    },
    validators,
  };
}

/** so little that worlds fill it. */
const SATURATION: SaturationParameters = {
  ...DEFAULT_SATURATION,
  windowRounds: 7,
  benchmarkTps: 1,
};
const HOSTED_BOND = 50_000n;

/** one for each seat, in worlds in which anybody stakes. Nobody has their accounts. */
function hostedValidators(options: WorldOptions): GenesisValidator[] {
  if (options.stakes.perRound === 0) return [];
  return setsOf(options).flatMap(({ set }) =>
    Array.from({ length: options.seats }, (_, seat) => ({
      address: addressOf(sha256(utf8(`operator of set ${set} seat ${seat}`))),
      key: { kind: "seat", set, seat } as const,
      commission: 1_000,
      bond: HOSTED_BOND,
    })),
  );
}

/** From nothing to plenty, with many that a few fees empty. */
function drawBalance(random: Random): bigint {
  const fees = random.pick([1.5, 5, 12, 30, 80, 200, 500, 2_000, 1_000_000]);
  return BigInt(Math.floor(Number(TRANSFER_GAS) * fees)) + BigInt(random.between(0, 999));
}

/** Faulty voters have one in league with them: in the first phase nobody else uses its account. */
export function accompliceOf(
  { realCrypto }: WorldOptions,
  { probers: [first] }: Owners,
): Accomplice | null {
  // Real signatures take time, which who proposes a block does not have.
  if (first === undefined || realCrypto) return null;
  const { address, publicKey, sign } = first;
  return { address, publicKey, balance: RICH, sign: sign as Accomplice["sign"] };
}

const keyOf = ({ epoch }: Genesis, key: GenesisKey): Seat =>
  key.kind === "standby"
    ? key
    : (epoch.sets.find(({ set }) => set === key.set)?.seats[key.seat] as Seat);

export const encodeGenesis = (genesis: Genesis): Uint8Array => genesisCodec.encode(genesis);

export function observedGenesis(genesis: Genesis, seats: number): ObservedGenesis {
  const { epoch, chains, allocations, staking, validators } = genesis;
  return {
    k: epoch.k,
    roundMs: epoch.roundMs,
    seats,
    saturation: epoch.saturation,
    shards: epoch.shards.map(({ shard }) => shard),
    sets: epoch.sets.map(({ set, shards }) => ({ set, shards })),
    chains: chains.map(({ chain, shard, supply, reserveDefault, gasPriceMin, bornRound }) => ({
      chain,
      shard,
      supply,
      reserveDefault,
      gasPriceMin,
      bornRound,
    })),
    staking,
    validators: validators.map(({ address, key, commission, bond }) => ({
      address: toHex(address),
      key: toHex(keyOf(genesis, key).publicKey),
      commission,
      bond,
    })),
    balances: allocations.map(({ chain, address, balance, reserve }) => ({
      chain,
      address: Buffer.from(address).toString("hex"),
      balance,
      reserve,
    })),
  };
}
