// What one account has staked with others and gets back (R-11.1): one bounded entry of T0's state, so that a wallet finds all of it
// with one read and one proof. A validator's own stake stands in its own entry.
import { compareBytes, equalBytes } from "../encoding/bytes.ts";
import { codec, decodeStored, fixedBytes, list, safeU64, struct, u128 } from "../encoding/codec.ts";
import { ROOT_CHAIN } from "../ledger/chain-id.ts";
import type { ChainState } from "../ledger/chain-state.ts";
import { DELEGATIONS_MAX, UNBONDINGS_MAX } from "../limits.ts";
import { stakesKey } from "../merkle/state-key.ts";

export interface StakeDelegation {
  readonly validator: Uint8Array;
  /** Base units of Rune, above 0. */
  readonly amount: bigint;
}

export interface Unbonding extends StakeDelegation {
  /** The first round after whose transactions it can be paid back. */
  readonly releaseRound: number;
}

export interface Stakes {
  /** Ascending by validator. */
  readonly delegations: readonly StakeDelegation[];
  /** In the order in which they are paid back. */
  readonly unbondings: readonly Unbonding[];
}

const DELEGATION_BYTES = 36;
const UNBONDING_BYTES = 44;
/** Two lists, each with a count of one byte. */
const STAKES_BYTES_MAX = DELEGATIONS_MAX * DELEGATION_BYTES + UNBONDINGS_MAX * UNBONDING_BYTES + 2;

const delegationFields = { validator: fixedBytes(20), amount: u128 };

export const stakesCodec = codec<Stakes>(
  "stakes",
  struct<Stakes>("Stakes", {
    delegations: list(
      struct<StakeDelegation>("StakeDelegation", delegationFields),
      DELEGATIONS_MAX,
    ),
    unbondings: list(
      struct<Unbonding>("Unbonding", { ...delegationFields, releaseRound: safeU64 }),
      UNBONDINGS_MAX,
    ),
  }),
  STAKES_BYTES_MAX,
);

const NO_STAKES: Stakes = { delegations: [], unbondings: [] };

/** Of an entry; null for none. */
export const stakesIn = (entry: Uint8Array | null): Stakes =>
  entry === null ? NO_STAKES : decodeStored(stakesCodec, entry);

export const stakesOf = (state: ChainState, staker: Uint8Array): Stakes =>
  stakesIn(state.get(ROOT_CHAIN, stakesKey(staker)));

export function setStakes(state: ChainState, staker: Uint8Array, stakes: Stakes): void {
  const isEmpty = stakes.delegations.length === 0 && stakes.unbondings.length === 0;
  state.set(ROOT_CHAIN, stakesKey(staker), isEmpty ? null : stakesCodec.encode(stakes));
}

/** What is delegated to the validator; 0 for nothing. */
export const delegatedTo = ({ delegations }: Stakes, validator: Uint8Array): bigint =>
  delegations.find((one) => equalBytes(one.validator, validator))?.amount ?? 0n;

/** With another amount delegated to the validator; 0 removes it. */
export function withDelegation(stakes: Stakes, { validator, amount }: StakeDelegation): Stakes {
  const others = stakes.delegations.filter((one) => !equalBytes(one.validator, validator));
  if (amount === 0n) return { ...stakes, delegations: others };
  const behind = others.findIndex((one) => compareBytes(one.validator, validator) > 0);
  const place = behind === -1 ? others.length : behind;
  return { ...stakes, delegations: others.toSpliced(place, 0, { validator, amount }) };
}
