// The genesis record of a run at scale: shards with their chains, a set for each pair with all its seats, and users who own plenty
// on every chain.

import { addressOf } from "../protocol/crypto/address.ts";
import { compareBytes } from "../protocol/encoding/bytes.ts";
import type { ChainRecord } from "../protocol/ledger/chain-record.ts";
import { GENESIS_VERSION, type GenesisAllocation, genesisCodec } from "../protocol/rounds/epoch.ts";
import { pairsOf } from "../protocol/rounds/timetable.ts";
import { DEFAULT_SATURATION } from "../protocol/topology/saturation.ts";
import { BEGINNING_MS } from "../simulator/local-clock.ts";
import { type CountedCrypto, NETWORK_NAME } from "./counted-crypto.ts";
import {
  accountsPerChain,
  EPOCH_ROUNDS,
  K,
  LEASE_ROUNDS,
  ROUND_MS,
  type ScaleOptions,
} from "./scale-options.ts";

export interface ScaleUser {
  readonly address: Uint8Array;
  readonly publicKey: Uint8Array;
  sign(message: Uint8Array): Uint8Array;
}

// Reserve and balance lie so far above what anybody spends that no rule of section 6 leaves a transaction out.
const RESERVE = 10n ** 7n;
const BALANCE = 10n ** 15n;

export function makeUsers(options: ScaleOptions, { users }: CountedCrypto): ScaleUser[] {
  return Array.from({ length: accountsPerChain(options) }, (_, i) => {
    const user = users.user(`user ${i}`);
    return { ...user, address: addressOf(user.publicKey) };
  });
}

export function makeScaleGenesis(
  options: ScaleOptions,
  crypto: CountedCrypto,
  users: readonly ScaleUser[],
): Uint8Array {
  const { shards, seats, chainsPerShard } = options;
  const chainIds = Array.from({ length: shards * chainsPerShard }, (_, chain) => chain);
  const addresses = users.map(({ address }) => address).sort(compareBytes);
  const allocations = chainIds.flatMap((chain): GenesisAllocation[] =>
    addresses.map((address) => ({ chain, address, balance: BALANCE, reserve: null })),
  );
  const shardIds = Array.from({ length: shards }, (_, shard) => shard);
  return genesisCodec.encode({
    version: GENESIS_VERSION,
    name: NETWORK_NAME,
    development: true,
    epoch: {
      epoch: 0,
      activationRound: 0,
      activationTimeMs: BEGINNING_MS,
      roundMs: ROUND_MS,
      seed: null,
      leaseRounds: LEASE_ROUNDS,
      epochRounds: EPOCH_ROUNDS,
      k: K,
      saturation: DEFAULT_SATURATION,
      shards: shardIds.map((shard) => ({
        shard,
        chains: chainIds.filter((chain) => chain % shards === shard),
      })),
      sets: pairsOf(shardIds).map((pair, i) => ({
        set: i + 1,
        shards: pair,
        seats: Array.from({ length: seats }, (_, seat) => crypto.seat(i + 1, seat)),
      })),
    },
    chains: chainIds.map(
      (chain): ChainRecord => ({
        chain,
        shard: chain % shards,
        symbol: chain === 0 ? "RUNE" : `TOKEN${chain}`,
        name: `Token ${chain}`,
        decimals: 6,
        supply: BALANCE * BigInt(users.length),
        creator: null,
        bornRound: 0,
        reserveDefault: RESERVE,
        gasPriceMin: 1n,
      }),
    ),
    allocations,
    staking: { minimumBond: 1n, unbondingRounds: EPOCH_ROUNDS },
    // No set is made anew in such a run: nobody asks what stands behind a seat.
    validators: [],
  });
}
