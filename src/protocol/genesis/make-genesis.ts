// Makes the genesis record of a new network from its configuration and the deployment secret.
import { addressOf, formatAddress } from "../crypto/address.ts";
import { provePossession, publicKeyOf } from "../crypto/bls.ts";
import { deriveSeatSecret } from "../crypto/seat-secret.ts";
import { compareBytes } from "../encoding/bytes.ts";
import { U128_MAX } from "../encoding/codec.ts";
import { formatChainId } from "../ledger/chain-id.ts";
import type { ChainRecord } from "../ledger/chain-record.ts";
import {
  GENESIS_VERSION,
  type Genesis,
  type GenesisAllocation,
  genesisCodec,
  type Seat,
} from "../rounds/epoch.ts";
import { ConfigError, invalid, type NetworkConfig } from "./network-config.ts";
import { possessionDomain } from "./possession-domain.ts";

export interface GenesisInput {
  readonly config: NetworkConfig;
  readonly deploymentSecret: Uint8Array;
  readonly nowMs: number;
  /** Of `faucetSeed`; used on a development network only. */
  readonly faucetPublicKey: Uint8Array;
}

/** The bytes of the genesis record: one shard, one set of hosted seats, all chains on it. */
export function makeGenesis(input: GenesisInput): Uint8Array {
  const { config, deploymentSecret, nowMs } = input;
  if (!config.development && config.allocations.length === 0) {
    throw new ConfigError(
      "Invalid NETWORK.allocations: none, and without a faucet nobody would own anything; give the first owners",
    );
  }
  const allocations = allocationsOf(input);
  const chains: ChainRecord[] = config.chains.map((chain, id) => ({
    chain: id,
    shard: 0,
    ...chain,
    supply: supplyOf(allocations, id),
    creator: null,
    bornRound: 0,
  }));
  const seats: Seat[] = Array.from({ length: config.seats }, (_, seat) => {
    const place = { networkName: config.name, epoch: 0, set: 1, seat };
    const secret = deriveSeatSecret(deploymentSecret, place);
    return {
      publicKey: publicKeyOf(secret),
      proofOfPossession: provePossession(secret, possessionDomain(config.name)),
    };
  });
  const genesis: Genesis = {
    version: GENESIS_VERSION,
    name: config.name,
    development: config.development,
    epoch: {
      epoch: 0,
      activationRound: 0,
      activationTimeMs: nowMs,
      roundMs: config.roundMs,
      k: config.k,
      shards: [{ shard: 0, chains: chains.map(({ chain }) => chain) }],
      sets: [{ set: 1, shards: [0], seats }],
    },
    chains,
    allocations,
  };
  return genesisCodec.encode(genesis);
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

function supplyOf(allocations: readonly GenesisAllocation[], chain: number): bigint {
  const supply = allocations.reduce(
    (sum, one) => (one.chain === chain ? sum + one.balance : sum),
    0n,
  );
  if (supply > U128_MAX) throw invalid("allocations", supply, "a supply below 2^128");
  return supply;
}
