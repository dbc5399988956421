import { beforeAll, describe, expect, it } from "vitest";
import type { Payload } from "../../../src/protocol/ledger/payload.ts";
import { makeSigner, type TestSigner } from "../../support/signer.ts";
import {
  bond,
  delegateStake,
  paperRegistration,
  registrationFor,
  unbond,
  undelegateStake,
} from "../../support/staking.ts";
import { admit, codeOf, signedBytes } from "../../support/transactions.ts";

const NETWORK_ID = new Uint8Array(32).fill(5);
let val: TestSigner;
let other: TestSigner;

beforeAll(async () => {
  [val, other] = await Promise.all([makeSigner("val"), makeSigner("other")]);
});

const admitted = async (payload: Payload, chain = 0): Promise<string> =>
  codeOf(
    await admit(
      await signedBytes(NETWORK_ID, { payer: val, nonce: 0, payload, chain }),
      NETWORK_ID,
    ),
  );

describe("staking at admission", () => {
  it("R-2.5 takes all four of them on T0, and nowhere else", async () => {
    const registration = registrationFor(val, NETWORK_ID, "val");
    for (const payload of [
      bond(1n, registration),
      bond(1n),
      unbond(1n),
      delegateStake(other, 1n),
      undelegateStake(other, 1n),
    ]) {
      expect(await admitted(payload)).toBe("");
      expect(await admitted(payload, 1)).toBe("WRONG_CHAIN");
    }
  });

  it("R-11.1 refuses stake of nothing, of oneself with oneself, and more than all of commission", async () => {
    for (const payload of [bond(0n), unbond(0n), delegateStake(other, 0n)]) {
      expect(await admitted(payload)).toBe("ZERO_AMOUNT");
    }
    expect(await admitted(undelegateStake(other, 0n))).toBe("ZERO_AMOUNT");
    expect(await admitted(delegateStake(val, 1n))).toBe("SELF_DELEGATION");
    expect(await admitted(undelegateStake(val, 1n))).toBe("SELF_DELEGATION");
    const registration = registrationFor(val, NETWORK_ID, "val");
    expect(await admitted(bond(1n, { ...registration, commission: 10_000 }))).toBe("");
    expect(await admitted(bond(1n, { ...registration, commission: 10_001 }))).toBe(
      "COMMISSION_TOO_HIGH",
    );
  });

  it("R-4.1, R-11.1 a proof of possession is of this key, by its holder, for this network and payer", async () => {
    const own = registrationFor(val, NETWORK_ID, "val");
    const refused = [
      // Somebody else's registration, seen on its way.
      registrationFor(other, NETWORK_ID, "val"),
      registrationFor(val, new Uint8Array(32).fill(6), "val"),
      { ...own, publicKey: registrationFor(val, NETWORK_ID, "another").publicKey },
      { ...own, proofOfPossession: own.proofOfPossession.with(5, 0) },
      paperRegistration(1),
    ];
    for (const registration of refused) {
      expect(await admitted(bond(1n, registration))).toBe("INVALID_KEY_PROOF");
    }
    expect(await admitted(bond(1n, own))).toBe("");
  });
});
