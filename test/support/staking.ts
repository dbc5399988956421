// Stakes of tests: keys on paper for rules that never look at a proof, real ones where a proof is checked.
import { provePossession, publicKeyOf } from "../../src/protocol/crypto/bls.ts";
import { sha256 } from "../../src/protocol/crypto/sha256.ts";
import { utf8 } from "../../src/protocol/encoding/bytes.ts";
import { decodeStored } from "../../src/protocol/encoding/codec.ts";
import type { Payload, Registration } from "../../src/protocol/ledger/payload.ts";
import { stakesKey, validatorKey } from "../../src/protocol/merkle/state-key.ts";
import { registrationDomain } from "../../src/protocol/staking/registration.ts";
import { type Stakes, stakesIn } from "../../src/protocol/staking/stakes.ts";
import { type Validator, validatorCodec } from "../../src/protocol/staking/validator.ts";
import type { TestAccount } from "./signer.ts";

/** A registration whose proof nobody looks at. */
export const paperRegistration = (key: number, commission = 500): Registration => ({
  publicKey: new Uint8Array(96).fill(key),
  proofOfPossession: new Uint8Array(48).fill(key),
  commission,
});

/** The same key for the same name. */
export function registrationFor(
  { address }: TestAccount,
  networkId: Uint8Array,
  name: string,
): Registration {
  // Any hash whose first bits are zero is below the group's order.
  const secret = sha256(utf8(`validator ${name}`)).with(0, 1);
  return {
    publicKey: publicKeyOf(secret),
    proofOfPossession: provePossession(secret, registrationDomain(networkId, address)),
    commission: 500,
  };
}

export const bond = (amount: bigint, registration: Registration | null = null): Payload => ({
  kind: "bond",
  amount,
  registration,
});
export const unbond = (amount: bigint): Payload => ({ kind: "unbond", amount });
export const delegateStake = ({ address }: TestAccount, amount: bigint): Payload => ({
  kind: "delegateStake",
  validator: address,
  amount,
});
export const undelegateStake = ({ address }: TestAccount, amount: bigint): Payload => ({
  kind: "undelegateStake",
  validator: address,
  amount,
});

/** What of a replica's state these look at. */
interface RootState {
  get(chain: number, key: Uint8Array): Uint8Array | undefined;
}

export function validatorIn(state: RootState, { address }: TestAccount): Validator | null {
  const bytes = state.get(0, validatorKey(address));
  return bytes === undefined ? null : decodeStored(validatorCodec, bytes);
}

export const rootStakes = (state: RootState, { address }: TestAccount): Stakes =>
  stakesIn(state.get(0, stakesKey(address)) ?? null);
