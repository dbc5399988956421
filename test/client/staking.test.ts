import { describe, expect, it } from "vitest";
import {
  bond,
  createValidatorKey,
  delegateStake,
  registerKey,
  unbond,
  undelegateStake,
  validatorKeyFromSecret,
} from "../../src/client/index.ts";
import { makeSigner } from "../support/signer.ts";
import { admit, codeOf, signedBytes } from "../support/transactions.ts";

const NETWORK_ID = new Uint8Array(32).fill(5);

describe("staking in the client", () => {
  it("R-11.1 a key made at random registers, with this network and account only", async () => {
    const [val, other] = await Promise.all([makeSigner("val"), makeSigner("other")]);
    const key = await createValidatorKey();
    expect(await validatorKeyFromSecret(key.secret)).toEqual(key);
    expect((await createValidatorKey()).secret).not.toEqual(key.secret);
    const registration = await registerKey(key, {
      networkId: NETWORK_ID,
      validator: val.address,
      commission: 250,
    });
    expect(registration).toMatchObject({ publicKey: key.publicKey, commission: 250 });
    const admitted = async (payer: typeof val): Promise<string> => {
      const spec = { payer, nonce: 0, payload: bond(5n, registration) };
      return codeOf(await admit(await signedBytes(NETWORK_ID, spec), NETWORK_ID));
    };
    expect([await admitted(val), await admitted(other)]).toEqual(["", "INVALID_KEY_PROOF"]);
  });

  it("R-2.5 builds what the protocol takes, with addresses as texts or bytes", async () => {
    const { address } = await makeSigner("val");
    expect(bond(5n)).toEqual({ kind: "bond", amount: 5n, registration: null });
    expect(unbond(6n)).toEqual({ kind: "unbond", amount: 6n });
    expect(delegateStake(address, 7n)).toEqual({
      kind: "delegateStake",
      validator: address,
      amount: 7n,
    });
    expect(undelegateStake(address, 8n)).toEqual({
      kind: "undelegateStake",
      validator: address,
      amount: 8n,
    });
  });

  it("R-11.1 no secret is a number out of range", async () => {
    await expect(validatorKeyFromSecret(new Uint8Array(32))).rejects.toThrow(RangeError);
    await expect(validatorKeyFromSecret(new Uint8Array(31))).rejects.toThrow(TypeError);
  });
});
