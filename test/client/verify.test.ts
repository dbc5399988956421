import { beforeAll, describe, expect, it } from "vitest";
import {
  addressBytes,
  LightClient,
  verifyAccount,
  verifyInclusion,
} from "../../src/client/index.ts";
import { formatAddress } from "../../src/protocol/crypto/address.ts";
import { toHex } from "../../src/protocol/encoding/bytes.ts";
import { ProofWorld, refusalOf, shown } from "../protocol/proofs/proof-world.ts";
import { paperAccount } from "../support/signer.ts";

const NOBODY = formatAddress(paperAccount("nobody").address);

let world: ProofWorld;
let genesis: Uint8Array;
let light: LightClient;
let transaction: string;
let address: string;

beforeAll(async () => {
  world = await ProofWorld.open();
  genesis = world.bank.net.network.genesisBytes;
  light = shown(LightClient.open(genesis));
  transaction = `0x${toHex(world.id(3))}`;
  address = formatAddress(world.bank.signer(0).address);
});

describe("LightClient", () => {
  it("R-7.2 opens the record that the network's id names, and no other", () => {
    expect(shown(LightClient.open(genesis, light.networkId)).networkId).toBe(light.networkId);
    const other = `0x${"00".repeat(32)}`;
    expect(refusalOf(LightClient.open(genesis, other))).toBe("GENESIS_OTHER_NETWORK");
  });

  it("R-7.2 says what a proof shows in the texts of the API", () => {
    const inclusion = world.inclusion(world.id(3));
    const { chain, round, position, headerHash, content, ...rest } = shown(
      light.verifyInclusion(inclusion.bytes, {
        transaction: transaction.toUpperCase().replace("X", "x"),
        chain: "T0",
      }),
    );
    expect({ chain, round, position }).toEqual({
      chain: "T0",
      round: 1,
      position: inclusion.position,
    });
    expect(headerHash).toBe(`0x${toHex(inclusion.headerHash)}`);
    expect(rest).toEqual({ transaction, epoch: 0 });
    expect(content.payload.kind).toBe("transfer");

    const view = world.account(1, addressBytes(address));
    expect(shown(light.verifyAccount(view.bytes, { address, chain: "T1" }))).toEqual({
      chain: "T1",
      address,
      account: world.bank.account(0, 1),
      stateRound: 1,
      stateRoot: `0x${toHex(view.stateRoot)}`,
      round: 4,
      epoch: 0,
      headerHash: `0x${toHex(view.headerHash)}`,
    });
    const nobody = world.account(0, addressBytes(NOBODY));
    const absent = light.verifyAccount(nobody.bytes, { address: NOBODY });
    expect(shown(absent).account).toBe(null);
  });

  it("R-7.2 refuses what was not asked for", () => {
    const { bytes } = world.inclusion(world.id(3));
    const another = `0x${toHex(world.id(2))}`;
    expect(refusalOf(light.verifyInclusion(bytes, { transaction: another }))).toBe(
      "PROOF_OTHER_TRANSACTION",
    );
    expect(refusalOf(light.verifyInclusion(bytes, { chain: "T1" }))).toBe("PROOF_OTHER_CHAIN");
    const account = world.account(0, addressBytes(address)).bytes;
    const verdict = (expected: Parameters<LightClient["verifyAccount"]>[1]) =>
      refusalOf(light.verifyAccount(account, expected));
    expect(verdict({ address: NOBODY })).toBe("PROOF_OTHER_ADDRESS");
    expect(verdict({ address, chain: "T1" })).toBe("PROOF_OTHER_CHAIN");
    expect(verdict({ address, stateRoundMin: 3 })).toBe("PROOF_TOO_OLD");
    expect(verdict({ address, stateRoundMin: 2 })).toBe("holds");
  });

  it("throws for texts that mean nothing", () => {
    const { bytes } = world.inclusion(world.id(3));
    expect(() => light.verifyInclusion(bytes, { transaction: "0x12" })).toThrow('"0x12"');
    expect(() => light.verifyInclusion(bytes, { chain: "t0" })).toThrow('"t0"');
    expect(() => light.verifyAccount(bytes, { address: "ygg1x" })).toThrow('"ygg1x"');
  });
});

describe("a single proof", () => {
  it("R-7.2 is verified from the genesis record's bytes", () => {
    const { bytes } = world.inclusion(world.id(3));
    const account = world.account(0, addressBytes(address)).bytes;
    expect(shown(verifyInclusion(genesis, bytes, { transaction })).chain).toBe("T0");
    expect(shown(verifyAccount(genesis, account, { address })).account?.nonce).toBe(3);
    expect(refusalOf(verifyInclusion(genesis.slice(1), bytes))).toBe("GENESIS_MALFORMED");
    expect(refusalOf(verifyAccount(genesis.slice(1), account, { address }))).toBe(
      "GENESIS_MALFORMED",
    );
  });
});
