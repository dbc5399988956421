// Staking on T0: what a validator and those who delegate to it send, and the key that a validator registers.
import type {
  Bond,
  DelegateStake,
  Registration,
  Unbond,
  UndelegateStake,
} from "../protocol/ledger/payload.ts";
import { type AddressLike, toAddressBytes } from "./payloads.ts";

/** A BLS12-381 key of a validator: other than the key of its account. Whoever has the secret signs for its seats. */
export interface ValidatorKey {
  /** 32 bytes, to be kept: it is nowhere else. */
  readonly secret: Uint8Array;
  /** 96 bytes. */
  readonly publicKey: Uint8Array;
}

export interface RegistrationOptions {
  /** The network's id: `client.networkId`. */
  readonly networkId: Uint8Array;
  /** Who will bond: the proof is of no use to anybody else. */
  readonly validator: AddressLike;
  /** What the validator keeps of its delegators' rewards, in basis points: 0 to 10,000. */
  readonly commission: number;
}

/** A new key at random. Loads the curve when it is used first, as proofs do. */
export const createValidatorKey = async (): Promise<ValidatorKey> =>
  (await import("./validator-key.ts")).createKey();

/** The key of a secret of 32 bytes. Throws TypeError or RangeError for one that is none. */
export const validatorKeyFromSecret = async (secret: Uint8Array): Promise<ValidatorKey> =>
  (await import("./validator-key.ts")).keyOf(secret);

/** What the first bond registers with: the key, and the proof that its holder knows the secret. */
export async function registerKey(
  { secret, publicKey }: ValidatorKey,
  { networkId, validator, commission }: RegistrationOptions,
): Promise<Registration> {
  const { prove } = await import("./validator-key.ts");
  const proofOfPossession = prove(secret, networkId, toAddressBytes(validator));
  return { publicKey, proofOfPossession, commission };
}

/** On T0: locks `amount` base units as the payer's own stake. The first bond needs a registration (`registerKey`). */
export const bond = (amount: bigint, registration: Registration | null = null): Bond => ({
  kind: "bond",
  amount,
  registration,
});

/** On T0: takes `amount` of the payer's own stake, all of it or so much that the least bond stays. It comes back by itself. */
export const unbond = (amount: bigint): Unbond => ({ kind: "unbond", amount });

/** On T0: locks `amount` base units as stake of a validator. */
export const delegateStake = (validator: AddressLike, amount: bigint): DelegateStake => ({
  kind: "delegateStake",
  validator: toAddressBytes(validator),
  amount,
});

/** On T0: takes `amount` of what the payer has delegated to the validator. It comes back by itself. */
export const undelegateStake = (validator: AddressLike, amount: bigint): UndelegateStake => ({
  kind: "undelegateStake",
  validator: toAddressBytes(validator),
  amount,
});

export type { Registration };
