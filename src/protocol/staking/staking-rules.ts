// The parameters of staking (R-11.1, R-12.5). They stand in the genesis record and then in T0's state, where execution reads them.

import { invariant } from "../assert.ts";
import { codec, decodeStored, safeU64, struct, u128 } from "../encoding/codec.ts";
import { ROOT_CHAIN } from "../ledger/chain-id.ts";
import type { ChainState } from "../ledger/chain-state.ts";
import { stakingRulesKey } from "../merkle/state-key.ts";

export interface StakingRules {
  /** The least own stake of a validator, in base units of Rune. */
  readonly minimumBond: bigint;
  /** How many rounds after the one that unbonds it an amount is paid back. */
  readonly unbondingRounds: number;
}

export const stakingRulesType = struct<StakingRules>("StakingRules", {
  minimumBond: u128,
  unbondingRounds: safeU64,
});

export const stakingRulesCodec = codec<StakingRules>("staking rules", stakingRulesType, 24);

export function stakingRules(state: ChainState): StakingRules {
  const bytes = state.get(ROOT_CHAIN, stakingRulesKey());
  invariant(bytes !== null, "R-11.1 T0 has no staking rules");
  return decodeStored(stakingRulesCodec, bytes);
}
