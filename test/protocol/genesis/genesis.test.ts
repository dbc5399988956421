import { describe, expect, it } from "vitest";
import { Network } from "../../../src/actors/network.ts";
import { addressOf, formatAddress } from "../../../src/protocol/crypto/address.ts";
import { verifyPossession } from "../../../src/protocol/crypto/bls.ts";
import { faucetSeed } from "../../../src/protocol/crypto/seat-secret.ts";
import { compareBytes, toHex } from "../../../src/protocol/encoding/bytes.ts";
import { makeGenesis } from "../../../src/protocol/genesis/make-genesis.ts";
import {
  ConfigError,
  type NetworkConfig,
  parseDeploymentSecret,
  parseNetworkConfig,
} from "../../../src/protocol/genesis/network-config.ts";
import { possessionDomain } from "../../../src/protocol/genesis/possession-domain.ts";
import { genesisCodec } from "../../../src/protocol/rounds/epoch.ts";
import { paperAccount } from "../../support/signer.ts";
import { accepted } from "../../support/transactions.ts";

const SECRET = new Uint8Array(32).fill(3);
const faucetPublicKey = new Uint8Array(32).fill(9);
const [alice, bob] = ["alice", "bob"].map((name) => paperAccount(name).address) as [
  Uint8Array,
  Uint8Array,
];
const U128_MAX = 2n ** 128n - 1n;

const parse = (fields: unknown): NetworkConfig => parseNetworkConfig(JSON.stringify(fields));
const make = (config: NetworkConfig, change: object = {}): Uint8Array =>
  makeGenesis({ config, deploymentSecret: SECRET, nowMs: 1_000, faucetPublicKey, ...change });
const allocation = (change: object = {}) => ({
  chain: "T0",
  address: formatAddress(alice),
  balance: "5",
  ...change,
});

describe("the NETWORK variable", () => {
  it("has a default for every field", () => {
    expect(parse({})).toEqual({
      name: "yggdrasil",
      development: false,
      clock: "live",
      shards: 1,
      seats: 21,
      k: 3,
      roundMs: 500,
      leaseRounds: 20,
      epochRounds: 7_200,
      saturation: {
        windowRounds: 20,
        streakRounds: 100,
        splitPermille: 900,
        mergePermille: 100,
        benchmarkTps: 5_000,
      },
      chains: [
        {
          symbol: "RUNE",
          name: "Rune",
          decimals: 18,
          reserveDefault: 10n ** 19n,
          gasPriceMin: 10n ** 12n,
          shard: 0,
        },
      ],
      allocations: [],
      faucetBalance: 10n ** 30n,
      minimumBond: 10n ** 22n,
      unbondingRounds: 1_209_600,
      validatorBond: 10n ** 24n,
      validatorCommission: 1_000,
      standbyValidators: 0,
    });
  });

  const bad: readonly (readonly [field: string, fields: unknown, value: string])[] = [
    ["NETWORK", [], "[]"],
    ["NETWORK", null, "null"],
    ["name", { name: "" }, '""'],
    ["name", { name: 5 }, "5"],
    ["name", { name: "ä".repeat(33) }, "ä"],
    ["development", { development: "true" }, '"true"'],
    ["development", { development: 1 }, "1"],
    ["clock", { clock: "fast" }, '"fast"'],
    ["clock", { clock: "manual" }, '"manual"'],
    ["shards", { shards: 0 }, "0"],
    ["shards", { shards: 54 }, "54"],
    ["shards", { shards: "2" }, '"2"'],
    ["chains[1].shard", { shards: 2, chains: [{}, { shard: 2 }] }, "2"],
    ["chains[0].shard", { chains: [{ shard: -1 }] }, "-1"],
    ["seats", { seats: 5 }, "5"],
    ["seats", { seats: "21" }, '"21"'],
    ["k", { k: 0 }, "0"],
    ["k", { k: 17 }, "17"],
    ["k", { k: 1.5 }, "1.5"],
    ["roundMs", { roundMs: 49 }, "49"],
    ["roundMs", { roundMs: 60_001 }, "60001"],
    ["leaseRounds", { leaseRounds: 3 }, "3"],
    ["leaseRounds", { leaseRounds: 1_001 }, "1001"],
    ["epochRounds", { epochRounds: 9 }, "9"],
    ["epochRounds", { epochRounds: 2 ** 40 }, "1099511627776"],
    ["saturation", { saturation: [] }, "[]"],
    ["saturation.windowRounds", { saturation: { windowRounds: 51 } }, "51"],
    ["saturation.streakRounds", { saturation: { streakRounds: 0 } }, "0"],
    ["saturation.splitPermille", { saturation: { splitPermille: 1_001 } }, "1001"],
    ["saturation.mergePermille", { saturation: { mergePermille: 451 } }, "451"],
    ["saturation.benchmarkTps", { saturation: { benchmarkTps: 0.5 } }, "0.5"],
    ["chains", { chains: {} }, "{}"],
    ["chains", { chains: [] }, "[]"],
    ["chains[1]", { chains: [{}, 5] }, "5"],
    ["chains[1].symbol", { chains: [{}, { symbol: "abc" }] }, '"abc"'],
    ["chains[0].symbol", { chains: [{ symbol: "A".repeat(13) }] }, "AAAA"],
    ["chains[0].name", { chains: [{ name: "x".repeat(65) }] }, "xxx"],
    ["chains[0].decimals", { chains: [{ decimals: 19 }] }, "19"],
    ["chains[0].decimals", { chains: [{ decimals: -1 }] }, "-1"],
    ["chains[0].reserveDefault", { chains: [{ reserveDefault: 10 }] }, "10"],
    ["chains[0].gasPriceMin", { chains: [{ gasPriceMin: `${U128_MAX + 1n}` }] }, "340282"],
    ["faucetBalance", { faucetBalance: "-1" }, '"-1"'],
    ["faucetBalance", { faucetBalance: "01" }, '"01"'],
    ["allocations", { allocations: 7 }, "7"],
    ["allocations[0]", { allocations: [null] }, "null"],
    ["allocations[0].chain", { allocations: [allocation({ chain: "T1" })] }, '"T1"'],
    ["allocations[0].chain", { allocations: [allocation({ chain: 0 })] }, "0"],
    ["allocations[0].address", { allocations: [allocation({ address: "ygg1x" })] }, '"ygg1x"'],
    ["allocations[1].balance", { allocations: [allocation(), allocation({ balance: 5 })] }, "5"],
    ["allocations[0].balance", { allocations: [{ ...allocation(), balance: undefined }] }, ""],
    ["allocations[0].reserve", { allocations: [allocation({ reserve: "x" })] }, '"x"'],
  ];
  it.each(bad)("names %s when it is bad: %j", (field, fields, value) => {
    expect(() => parse(fields)).toThrow(ConfigError);
    const where = field === "NETWORK" ? "NETWORK" : `NETWORK.${field}:`;
    expect(() => parse(fields)).toThrow(where);
    expect(() => parse(fields)).toThrow(value);
  });

  it("is JSON", () => {
    expect(() => parseNetworkConfig("{")).toThrow(ConfigError);
    expect(() => parseNetworkConfig("{")).toThrow("NETWORK");
  });

  it("accepts every bound", () => {
    for (const seats of [4, 7, 21]) expect(parse({ seats }).seats).toBe(seats);
    for (const k of [1, 16]) expect(parse({ k }).k).toBe(k);
    for (const roundMs of [50, 60_000]) expect(parse({ roundMs }).roundMs).toBe(roundMs);
    expect(parse({ faucetBalance: `${U128_MAX}` }).faucetBalance).toBe(U128_MAX);
    expect(parse({ development: true, clock: "manual" }).clock).toBe("manual");
  });

  it("has a deployment secret of 64 hex digits beside it", () => {
    expect(parseDeploymentSecret("aB".repeat(32))).toEqual(new Uint8Array(32).fill(0xab));
    for (const bad of [undefined, "", "ab", "ag".repeat(32), `${"ab".repeat(32)} `]) {
      expect(() => parseDeploymentSecret(bad)).toThrow(ConfigError);
    }
    expect(faucetSeed(SECRET, "a")).not.toEqual(faucetSeed(SECRET, "b"));
  });
});

describe("the genesis record", () => {
  const config = parse({
    name: "test",
    seats: 4,
    development: true,
    faucetBalance: "7",
    minimumBond: "0",
    validatorBond: "1000",
    chains: [{}, {}],
    allocations: [
      { chain: "T1", address: formatAddress(bob), balance: "5" },
      { chain: "T0", address: formatAddress(bob), balance: "1", reserve: "0" },
      { chain: "T0", address: formatAddress(alice), balance: "2" },
    ],
  });
  const genesis = accepted(genesisCodec.decode(make(config)));

  it("is the same for the same input, and another for any other", () => {
    expect(make(config)).toEqual(make(config));
    const all = [
      make(config),
      make(config, { nowMs: 1_001 }),
      make(config, { deploymentSecret: SECRET.map((byte) => byte ^ 1) }),
      make({ ...config, name: "other" }),
      make({ ...config, k: 2 }),
      make(config, { faucetPublicKey: new Uint8Array(32) }),
    ];
    expect(new Set(all.map((bytes) => toHex(new Network(bytes).id))).size).toBe(all.length);
    // The order in which an operator lists allocations means nothing.
    const reversed = { ...config, allocations: [...config.allocations].reverse() };
    expect(make(reversed)).toEqual(make(config));
  });

  it("[R-4.1] has seats that prove their keys, each another one", () => {
    const seats = genesis.epoch.sets.flatMap((set) => set.seats);
    expect(seats.length).toBe(4);
    expect(new Set(seats.map(({ publicKey }) => toHex(publicKey))).size).toBe(4);
    for (const { publicKey, proofOfPossession } of seats) {
      expect(verifyPossession(publicKey, possessionDomain("test"), proofOfPossession)).toBe(true);
      expect(verifyPossession(publicKey, possessionDomain("x"), proofOfPossession)).toBe(false);
    }
  });

  it("R-3.3 has a set of its own seats for each pair of its shards, and chains on the shards in turn", () => {
    const chains = [{}, {}, {}, { shard: 0 }, {}];
    const of = parse({ name: "test", seats: 4, development: true, shards: 3, chains });
    const { epoch, chains: records } = accepted(genesisCodec.decode(make(of)));
    expect(epoch.shards).toEqual([
      { shard: 0, chains: [0, 3] },
      { shard: 1, chains: [1, 4] },
      { shard: 2, chains: [2] },
    ]);
    expect(records.map(({ shard }) => shard)).toEqual([0, 1, 2, 0, 1]);
    const pairs = [
      [0, 1],
      [1, 2],
      [0, 2],
    ];
    expect(epoch.sets.map(({ shards }) => shards)).toEqual(pairs);
    expect(epoch.sets.map(({ set }) => set)).toEqual([1, 2, 3]);
    const keys = epoch.sets.flatMap(({ seats }) => seats.map(({ publicKey }) => toHex(publicKey)));
    expect(new Set(keys).size).toBe(12);
  });

  it("[R-2.6] has allocations by chain and address, and supplies that are their sums", () => {
    const faucet = addressOf(faucetPublicKey);
    const rows = genesis.allocations.map(({ chain, address }) => [chain, address] as const);
    const sorted = [...rows].sort(([a, x], [b, y]) => a - b || compareBytes(x, y));
    expect(rows).toEqual(sorted);
    expect(rows.length).toBe(5);
    expect(genesis.chains.map(({ supply }) => supply)).toEqual([10n + 4_000n, 12n]);
    expect(
      genesis.allocations.filter(({ address }) => toHex(address) === toHex(faucet)).length,
    ).toBe(2);
    const live = make({ ...config, development: false, clock: "live" });
    expect(accepted(genesisCodec.decode(live)).chains.map(({ supply }) => supply)).toEqual([
      3n + 4_000n,
      5n,
    ]);
  });

  it("refuses two allocations for one account, and a supply above 2^128-1", () => {
    const twice = parse({ seats: 4, allocations: [allocation(), allocation()] });
    expect(() => make(twice)).toThrow(ConfigError);
    expect(() => make(twice)).toThrow(`${formatAddress(alice)} on T0`);
    const bonds = 4n * 10n ** 24n;
    const most = allocation({ balance: `${U128_MAX - bonds}` });
    const more = parse({
      seats: 4,
      allocations: [most, allocation({ address: formatAddress(bob), balance: "1" })],
    });
    expect(() => make(more)).toThrow(ConfigError);
    expect(() => make(more)).toThrow("allocations");
    expect(() => make(parse({ seats: 4, allocations: [most] }))).not.toThrow();
  });
});
