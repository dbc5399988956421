// Makes the genesis record of a new network from its configuration and the deployment secret.
import { ed25519 } from "@noble/curves/ed25519.js";
import { addressOf, formatAddress } from "../crypto/address.ts";
import { provePossession, publicKeyOf } from "../crypto/bls.ts";
import { deriveSeatSecret, operatorSeed } from "../crypto/seat-secret.ts";
import { compareBytes } from "../encoding/bytes.ts";
import { U128_MAX } from "../encoding/codec.ts";
import { formatChainId, ROOT_CHAIN } from "../ledger/chain-id.ts";
import type { ChainRecord } from "../ledger/chain-record.ts";
import {
  GENESIS_VERSION,
  type Genesis,
  type GenesisAllocation,
  type GenesisKey,
  type GenesisValidator,
  genesisCodec,
  type Seat,
  type ShardRecord,
} from "../rounds/epoch.ts";
import { pairsOf } from "../rounds/timetable.ts";
import { ConfigError, invalid, type NetworkConfig } from "./network-config.ts";
import { possessionDomain } from "./possession-domain.ts";

export interface GenesisInput {
  readonly config: NetworkConfig;
  readonly deploymentSecret: Uint8Array;
  readonly nowMs: number;
  /** Of `faucetSeed`; used on a development network only. */
  readonly faucetPublicKey: Uint8Array;
}

/** The bytes of the genesis record: its shards with their chains, and a set of hosted seats for each pair of shards. */
export function makeGenesis(input: GenesisInput): Uint8Array {
  const { config, nowMs } = input;
  if (!config.development && config.allocations.length === 0) {
    throw new ConfigError(
      "Invalid NETWORK.allocations: none, and without a faucet nobody would own anything; give the first owners",
    );
  }
  const allocations = allocationsOf(input);
  const pairs = pairsOf(Array.from({ length: config.shards }, (_, shard) => shard));
  const validators = validatorsOf(input, pairs.length);
  const bonded = validators.reduce((sum, { bond }) => sum + bond, 0n);
  const chains: ChainRecord[] = config.chains.map((chain, id) => ({
    chain: id,
    ...chain,
    supply: supplyOf(allocations, id, id === ROOT_CHAIN ? bonded : 0n),
    creator: null,
    bornRound: 0,
  }));
  const shards: ShardRecord[] = Array.from({ length: config.shards }, (_, shard) => ({
    shard,
    chains: chains.filter((chain) => chain.shard === shard).map(({ chain }) => chain),
  }));
  const sets = pairs.map((pair, i) => ({
    set: i + 1,
    shards: pair,
    seats: hostedSeatsOf(input, i + 1),
  }));
  const genesis: Genesis = {
    version: GENESIS_VERSION,
    name: config.name,
    development: config.development,
    epoch: {
      epoch: 0,
      activationRound: 0,
      activationTimeMs: nowMs,
      roundMs: config.roundMs,
      seed: null,
      leaseRounds: config.leaseRounds,
      epochRounds: config.epochRounds,
      k: config.k,
      saturation: config.saturation,
      shards,
      sets,
    },
    chains,
    allocations,
    staking: { minimumBond: config.minimumBond, unbondingRounds: config.unbondingRounds },
    validators,
  };
  return genesisCodec.encode(genesis);
}

const hostedSeatsOf = (input: GenesisInput, set: number): Seat[] =>
  Array.from({ length: input.config.seats }, (_, seat) => hostedSeat(input, set, seat));

function hostedSeat({ config, deploymentSecret }: GenesisInput, set: number, seat: number): Seat {
  const place = { networkName: config.name, epoch: 0, set, seat };
  const secret = deriveSeatSecret(deploymentSecret, place);
  return {
    publicKey: publicKeyOf(secret),
    proofOfPossession: provePossession(secret, possessionDomain(config.name)),
  };
}

const STANDBY_SET = 0;

/** one for each seat, by set and seat, then those that stand by. */
function validatorsOf(input: GenesisInput, sets: number): GenesisValidator[] {
  const { config, deploymentSecret } = input;
  const hosted = (set: number, seat: number, key: GenesisKey): GenesisValidator => {
    const place = { networkName: config.name, epoch: 0, set, seat };
    const operator = ed25519.getPublicKey(operatorSeed(deploymentSecret, place));
    const { validatorCommission: commission, validatorBond: bond } = config;
    return { address: addressOf(operator), key, commission, bond };
  };
  const seated = Array.from({ length: sets * config.seats }, (_, i) => {
    const [set, seat] = [Math.floor(i / config.seats) + 1, i % config.seats];
    return hosted(set, seat, { kind: "seat", set, seat });
  });
  const standby = Array.from({ length: config.standbyValidators }, (_, seat) =>
    hosted(STANDBY_SET, seat, { kind: "standby", ...hostedSeat(input, STANDBY_SET, seat) }),
  );
  return [...seated, ...standby];
}

function allocationsOf({ config, faucetPublicKey }: GenesisInput): GenesisAllocation[] {
  const allocations: GenesisAllocation[] = [...config.allocations];
  if (config.development && config.faucetBalance > 0n) {
    const address = addressOf(faucetPublicKey);
    for (const chain of config.chains.keys()) {
      allocations.push({ chain, address, balance: config.faucetBalance, reserve: null });
    }
  }
  allocations.sort((a, b) => a.chain - b.chain || compareBytes(a.address, b.address));
  for (const [i, one] of allocations.entries()) {
    const before = allocations[i - 1];
    if (before?.chain === one.chain && compareBytes(before.address, one.address) === 0) {
      const where = `${formatAddress(one.address)} on ${formatChainId(one.chain)}`;
      throw new ConfigError(`Invalid allocations: two for ${where}`);
    }
  }
  return allocations;
}

function supplyOf(
  allocations: readonly GenesisAllocation[],
  chain: number,
  bonded: bigint,
): bigint {
  const supply = allocations.reduce(
    (sum, one) => (one.chain === chain ? sum + one.balance : sum),
    bonded,
  );
  if (supply > U128_MAX) throw invalid("allocations", supply, "a supply below 2^128");
  return supply;
}
