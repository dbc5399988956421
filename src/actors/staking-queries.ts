// What T0's shard answers about stakes: R-11.1, after all that is executed.
import { decodeStored } from "../protocol/encoding/codec.ts";
import { ROOT_CHAIN } from "../protocol/ledger/chain-id.ts";
import { stakesKey, validatorKey } from "../protocol/merkle/state-key.ts";
import { type Stakes, stakesIn } from "../protocol/staking/stakes.ts";
import { type Validator, validatorCodec } from "../protocol/staking/validator.ts";
import type { ReplicaState } from "./replica-state.ts";
import type { ValidatorPlace } from "./validator-index.ts";

export interface ValidatorView extends Validator {
  readonly address: Uint8Array;
}

export type StakingQuestion =
  /** all Rune that is staked or on its way back. */
  | { readonly kind: "total" }
  | { readonly kind: "validator"; readonly address: Uint8Array }
  /** By stake, the highest first, then by address; those behind `after`. */
  | {
      readonly kind: "validators";
      readonly after: ValidatorPlace | null;
      readonly limit: number;
    }
  | { readonly kind: "stakes"; readonly staker: Uint8Array };

/** What each of them is answered. */
export interface StakingAnswers {
  readonly total: bigint;
  readonly validator: ValidatorView | undefined;
  readonly validators: readonly ValidatorView[];
  readonly stakes: Stakes;
}

export type StakingAnswer = StakingAnswers[keyof StakingAnswers];

export function answerStaking(
  { replica: { state } }: { readonly replica: { readonly state: ReplicaState } },
  question: StakingQuestion,
): StakingAnswer {
  switch (question.kind) {
    case "total":
      return state.validators.total;
    case "validator":
      return validatorView(state, question.address);
    case "validators":
      return state.validators
        .page(question.after, question.limit)
        .map((address) => validatorView(state, address) as ValidatorView);
    case "stakes":
      return stakesIn(state.get(ROOT_CHAIN, stakesKey(question.staker)) ?? null);
  }
}

function validatorView(state: ReplicaState, address: Uint8Array): ValidatorView | undefined {
  const bytes = state.get(ROOT_CHAIN, validatorKey(address));
  return bytes === undefined ? undefined : { address, ...decodeStored(validatorCodec, bytes) };
}
