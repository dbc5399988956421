// One registered validator in T0's state (R-5.7, R-11.1). Its three amounts are all the Rune that is staked with it: nothing else
// holds stake, so that the sum over all validators is what counts.
import { codec, decodeStored, fixedBytes, struct, u16, u128 } from "../encoding/codec.ts";
import { ROOT_CHAIN } from "../ledger/chain-id.ts";
import type { ChainState } from "../ledger/chain-state.ts";
import { seatKeyKey, validatorKey } from "../merkle/state-key.ts";

export interface Validator {
  /** BLS12-381 in G2, with the proof that came with it. */
  readonly publicKey: Uint8Array;
  readonly proofOfPossession: Uint8Array;
  /** Basis points. Fixed with the key for as long as the validator is registered. */
  readonly commission: number;
  /** Base units of Rune: the validator's own. */
  readonly ownStake: bigint;
  /** Of all its delegators together. */
  readonly delegatedStake: bigint;
  /** On its way back to either: no stake any more, and can still be slashed. */
  readonly unbonding: bigint;
}

const VALIDATOR_BYTES = 96 + 48 + 2 + 3 * 16;

export const validatorCodec = codec<Validator>(
  "validator",
  struct<Validator>("Validator", {
    publicKey: fixedBytes(96),
    proofOfPossession: fixedBytes(48),
    commission: u16,
    ownStake: u128,
    delegatedStake: u128,
    unbonding: u128,
  }),
  VALIDATOR_BYTES,
);

/** What the queue and the auction go by. */
export const totalStake = ({ ownStake, delegatedStake }: Validator): bigint =>
  ownStake + delegatedStake;

/** whether open seats can go to it. One that has taken back its own stake is on its way out, whatever is delegated to it. */
export const isCandidate = ({ ownStake }: Validator): boolean => ownStake > 0n;

/** all the Rune that the entry stands for; null for none. */
export function runeIn(entry: Uint8Array | null): bigint {
  if (entry === null) return 0n;
  const validator = decodeStored(validatorCodec, entry);
  return totalStake(validator) + validator.unbonding;
}

export function validatorOf(state: ChainState, address: Uint8Array): Validator | null {
  const bytes = state.get(ROOT_CHAIN, validatorKey(address));
  return bytes === null ? null : decodeStored(validatorCodec, bytes);
}

/** Writes the entry. One without any Rune is no validator any more: its key is free again. */
export function setValidator(state: ChainState, address: Uint8Array, validator: Validator): void {
  if (totalStake(validator) + validator.unbonding > 0n) {
    state.set(ROOT_CHAIN, validatorKey(address), validatorCodec.encode(validator));
    return;
  }
  state.set(ROOT_CHAIN, validatorKey(address), null);
  state.set(ROOT_CHAIN, seatKeyKey(validator.publicKey), null);
}
