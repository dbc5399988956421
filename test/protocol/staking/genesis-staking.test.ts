import { describe, expect, it } from "vitest";
import { Network } from "../../../src/actors/network.ts";
import { verifyPossession } from "../../../src/protocol/crypto/bls.ts";
import { toHex } from "../../../src/protocol/encoding/bytes.ts";
import { decodeStored } from "../../../src/protocol/encoding/codec.ts";
import { makeGenesis } from "../../../src/protocol/genesis/make-genesis.ts";
import {
  ConfigError,
  type NetworkConfig,
  parseNetworkConfig,
} from "../../../src/protocol/genesis/network-config.ts";
import { possessionDomain } from "../../../src/protocol/genesis/possession-domain.ts";
import { genesisState } from "../../../src/protocol/ledger/genesis-state.ts";
import { GENESIS_BYTES_MAX } from "../../../src/protocol/limits.ts";
import {
  seatKeyKey,
  stakingRulesKey,
  validatorKey,
} from "../../../src/protocol/merkle/state-key.ts";
import { type Genesis, genesisCodec } from "../../../src/protocol/rounds/epoch.ts";
import { stakingRulesCodec } from "../../../src/protocol/staking/staking-rules.ts";
import { validatorCodec } from "../../../src/protocol/staking/validator.ts";
import { testGenesis } from "../../support/genesis.ts";
import { LedgerWorld } from "../../support/ledger-world.ts";
import { accepted } from "../../support/transactions.ts";

const config = (fields: object): NetworkConfig =>
  parseNetworkConfig(JSON.stringify({ name: "test", seats: 4, development: true, ...fields }));
const make = (of: NetworkConfig): Uint8Array =>
  makeGenesis({
    config: of,
    deploymentSecret: new Uint8Array(32).fill(3),
    nowMs: 1_000,
    faucetPublicKey: new Uint8Array(32).fill(9),
  });

describe("validators of the genesis record", () => {
  const of = config({
    shards: 2,
    chains: [{}, {}],
    standbyValidators: 3,
    validatorBond: "5000",
    minimumBond: "4000",
    unbondingRounds: 77,
    validatorCommission: 250,
    faucetBalance: "1000",
  });
  const genesis = accepted(genesisCodec.decode(make(of)));
  const entries = genesisState(genesis, 0);
  const entryAt = (key: Uint8Array): Uint8Array | undefined =>
    entries.find((one) => one.chain === 0 && toHex(one.key) === toHex(key))?.value;

  it("R-11.1 one for each seat of each set, and those that stand by; each has a key and an address of its own", () => {
    expect(genesis.validators.length).toBe(2 * 4 + 3);
    expect(genesis.validators.map(({ key }) => key.kind)).toEqual([
      ...Array.from({ length: 8 }, () => "seat"),
      ...Array.from({ length: 3 }, () => "standby"),
    ]);
    const addresses = new Set(genesis.validators.map(({ address }) => toHex(address)));
    expect(addresses.size).toBe(11);
    for (const { commission, bond } of genesis.validators) {
      expect([commission, bond]).toEqual([250, 5_000n]);
    }
  });

  it("R-5.7, R-11.1 T0's state has them with the keys of their seats, whose possession is proven", () => {
    expect(decodeStored(stakingRulesCodec, entryAt(stakingRulesKey()) as Uint8Array)).toEqual({
      minimumBond: 4_000n,
      unbondingRounds: 77,
    });
    const keys = genesis.validators.map(({ address, key }) => {
      const entry = decodeStored(validatorCodec, entryAt(validatorKey(address)) as Uint8Array);
      expect(entry).toMatchObject({ ownStake: 5_000n, delegatedStake: 0n, unbonding: 0n });
      expect(entryAt(seatKeyKey(entry.publicKey))).toEqual(address);
      const { publicKey, proofOfPossession } = entry;
      expect(verifyPossession(publicKey, possessionDomain("test"), proofOfPossession)).toBe(true);
      if (key.kind === "seat") {
        const seat = genesis.epoch.sets.find(({ set }) => set === key.set)?.seats[key.seat];
        expect(publicKey).toEqual(seat?.publicKey);
      }
      return toHex(publicKey);
    });
    expect(new Set(keys).size).toBe(keys.length);
    // T0 lives in shard 0 alone.
    expect(genesisState(genesis, 1).some(({ chain }) => chain === 0)).toBe(false);
  });

  it("R-2.6 their bonds are part of T0's supply, and of no other token's", () => {
    expect(genesis.chains.map(({ supply }) => supply)).toEqual([1_000n + 11n * 5_000n, 1_000n]);
  });

  it("R-5.7 an entry of the state is proven present, and an absent one absent", () => {
    const { state } = new LedgerWorld(new Network(make(config({})))).replica;
    const { validators } = accepted(genesisCodec.decode(make(config({}))));
    const [first] = validators;
    const present = state.prove(0, validatorKey((first as (typeof validators)[number]).address));
    expect(present.terminal.kind).toBe("leaf");
    expect(state.get(0, validatorKey(new Uint8Array(20)))).toBeUndefined();
  });

  it("R-11.1 a record that names a seat which is none is a broken one", () => {
    const key = { kind: "seat", set: 9, seat: 0 } as const;
    const broken: Genesis = testGenesis({
      validators: [{ address: new Uint8Array(20), key, commission: 0, bond: 1n }],
    });
    expect(() => genesisState(broken, 0)).toThrow("R-11.1");
  });

  it("R-3.10 the largest network's record stays below half of what it may be", () => {
    // Keys take minutes to make: the bytes are the same for any.
    const seats = Array.from({ length: 7 }, () => ({
      publicKey: new Uint8Array(96),
      proofOfPossession: new Uint8Array(48),
    }));
    const base = testGenesis();
    const sets = Array.from({ length: (53 * 52) / 2 }, (_, i) => ({
      set: i + 1,
      shards: [0, 1],
      seats,
    }));
    const validators = sets.flatMap(({ set }) =>
      seats.map((_, seat) => ({
        address: new Uint8Array(20),
        key: { kind: "seat", set, seat } as const,
        commission: 0,
        bond: 1n,
      })),
    );
    const { length } = genesisCodec.encode({ ...base, epoch: { ...base.epoch, sets }, validators });
    expect(length).toBeLessThan(GENESIS_BYTES_MAX / 2);
  });
});

describe("the configuration of staking", () => {
  it("R-11.1 is in whole Rune of the chain's decimals, a week, and 10%", () => {
    expect(config({})).toMatchObject({
      minimumBond: 10_000n * 10n ** 18n,
      validatorBond: 1_000_000n * 10n ** 18n,
      unbondingRounds: 1_209_600,
      validatorCommission: 1_000,
      standbyValidators: 0,
    });
    expect(config({ chains: [{ decimals: 6 }] })).toMatchObject({ minimumBond: 10n ** 10n });
  });

  it.each([
    ["validatorBond", { validatorBond: "99", minimumBond: "100" }],
    ["validatorBond", { validatorBond: "0", minimumBond: "0" }],
    ["minimumBond", { minimumBond: 5 }],
    ["unbondingRounds", { unbondingRounds: 0 }],
    ["unbondingRounds", { unbondingRounds: 2 ** 40 }],
    ["validatorCommission", { validatorCommission: 10_001 }],
    ["standbyValidators", { standbyValidators: 1_001 }],
    ["standbyValidators", { standbyValidators: -1 }],
  ])("names %s when it is bad: %j", (field, fields) => {
    expect(() => config(fields)).toThrow(ConfigError);
    expect(() => config(fields)).toThrow(`NETWORK.${field}:`);
  });
});
