// Networks of tests: one shard, few seats with real BLS keys, accounts as the test needs them.

import { Network } from "../../src/actors/network.ts";
import { provePossession, publicKeyOf } from "../../src/protocol/crypto/bls.ts";
import { deriveSeatSecret } from "../../src/protocol/crypto/seat-secret.ts";
import { compareBytes, utf8 } from "../../src/protocol/encoding/bytes.ts";
import type { ChainRecord } from "../../src/protocol/ledger/chain-record.ts";
import {
  GENESIS_VERSION,
  type Genesis,
  type GenesisAllocation,
  type GenesisValidator,
  genesisCodec,
  type Seat,
} from "../../src/protocol/rounds/epoch.ts";
import { DEFAULT_SATURATION } from "../../src/protocol/topology/saturation.ts";
import type { TestAccount } from "./signer.ts";

export const DEPLOYMENT_SECRET: Uint8Array = utf8("the deployment secret of the tests");
const NETWORK_NAME = "test";

export interface TestAllocation {
  readonly account: TestAccount;
  readonly balance: bigint;
  readonly reserve?: bigint;
  readonly chain?: number;
}

export interface TestGenesis {
  readonly allocations?: readonly TestAllocation[];
  readonly k?: number;
  readonly leaseRounds?: number;
  readonly epochRounds?: number;
  readonly seats?: number;
  readonly chains?: number;
  readonly reserveDefault?: bigint;
  readonly gasPriceMin?: bigint;
  readonly minimumBond?: bigint;
  readonly unbondingRounds?: number;
  readonly validators?: readonly GenesisValidator[];
}

export const seatSecretOf = (seat: number): Uint8Array =>
  deriveSeatSecret(DEPLOYMENT_SECRET, { networkName: NETWORK_NAME, epoch: 0, set: 1, seat });

const seats: Seat[] = [];

/** Made once a process: a key and its proof take some milliseconds. */
function seatOf(seat: number): Seat {
  const known = seats[seat];
  if (known !== undefined) return known;
  const secret = seatSecretOf(seat);
  // A proof cannot name the network whose id hangs on it.
  const made = {
    publicKey: publicKeyOf(secret),
    proofOfPossession: provePossession(secret, new Uint8Array(32)),
  };
  seats[seat] = made;
  return made;
}

export function testGenesis(options: TestGenesis = {}): Genesis {
  const { allocations = [], k = 3, seats: count = 4, chains = 1 } = options;
  const { leaseRounds = 20, epochRounds = 7_200 } = options;
  const { reserveDefault = 10n, gasPriceMin = 0n } = options;
  const { minimumBond = 1_000n, unbondingRounds = 20, validators = [] } = options;
  const bonded = validators.reduce((sum, { bond }) => sum + bond, 0n);
  const ids = Array.from({ length: chains }, (_, chain) => chain);
  const rows: GenesisAllocation[] = allocations
    .map(({ account, balance, reserve, chain = 0 }) => ({
      chain,
      address: account.address,
      balance,
      reserve: reserve ?? null,
    }))
    .sort((a, b) => a.chain - b.chain || compareBytes(a.address, b.address));
  const records = ids.map(
    (chain): ChainRecord => ({
      chain,
      shard: 0,
      symbol: chain === 0 ? "RUNE" : `TOKEN${chain}`,
      name: `Token ${chain}`,
      decimals: 18,
      supply: rows.reduce(
        (sum, row) => sum + (row.chain === chain ? row.balance : 0n),
        chain === 0 ? bonded : 0n,
      ),
      creator: null,
      reserveDefault,
      gasPriceMin,
      bornRound: 0,
    }),
  );
  return {
    version: GENESIS_VERSION,
    name: NETWORK_NAME,
    development: true,
    epoch: {
      epoch: 0,
      activationRound: 1,
      activationTimeMs: 1_700_000_000_000,
      roundMs: 500,
      seed: null,
      leaseRounds,
      epochRounds,
      k,
      saturation: DEFAULT_SATURATION,
      shards: [{ shard: 0, chains: ids }],
      sets: [
        { set: 1, shards: [0], seats: Array.from({ length: count }, (_, seat) => seatOf(seat)) },
      ],
    },
    chains: records,
    allocations: rows,
    staking: { minimumBond, unbondingRounds },
    validators,
  };
}

export const testNetwork = (options: TestGenesis = {}): Network =>
  new Network(genesisCodec.encode(testGenesis(options)));
