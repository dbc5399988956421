// What T0's shard answers about stakes: R-11.1, after all that is executed.
import { decodeStored } from "../protocol/encoding/codec.ts";
import { ROOT_CHAIN } from "../protocol/ledger/chain-id.ts";
import { stakesKey, validatorKey } from "../protocol/merkle/state-key.ts";
import { stakeOfSeats } from "../protocol/staking/seat-stakes.ts";
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
  | { readonly kind: "stakes"; readonly staker: Uint8Array }
  /** how many validators there are to fill seats, seated or waiting. */
  | { readonly kind: "candidates" }
  /** R-12.2, R-12.3: of each set, given by its seats' keys, all stakes together. At most SEAT_KEYS_MAX keys. */
  | { readonly kind: "setStakes"; readonly sets: readonly (readonly Uint8Array[])[] };

/** In one question: the sets of two shards of the largest networks, 104 of 21 seats, with room. Each key takes two reads. */
export const SEAT_KEYS_MAX = 4_096;
/** In one answer, some 250 bytes each. */
const VALIDATORS_A_CALL = 1_000;

/** What each of them is answered. */
export interface StakingAnswers {
  readonly total: bigint;
  readonly validator: ValidatorView | undefined;
  readonly validators: readonly ValidatorView[];
  readonly stakes: Stakes;
  readonly candidates: number;
  readonly setStakes: readonly bigint[];
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
        .page(question.after, Math.min(question.limit, VALIDATORS_A_CALL))
        .map((address) => validatorView(state, address) as ValidatorView);
    case "stakes":
      return stakesIn(state.get(ROOT_CHAIN, stakesKey(question.staker)) ?? null);
    case "candidates":
      return state.validators.candidates;
    case "setStakes":
      return setStakes(state, question.sets);
  }
}

function setStakes(state: ReplicaState, sets: readonly (readonly Uint8Array[])[]): bigint[] {
  const keys = sets.reduce((sum, { length }) => sum + length, 0);
  if (keys > SEAT_KEYS_MAX) throw new RangeError(`Invalid sets: ${keys} keys are too many`);
  return sets.map((seats) => stakeOfSeats((key) => state.get(ROOT_CHAIN, key), seats));
}

function validatorView(state: ReplicaState, address: Uint8Array): ValidatorView | undefined {
  const bytes = state.get(ROOT_CHAIN, validatorKey(address));
  return bytes === undefined ? undefined : { address, ...decodeStored(validatorCodec, bytes) };
}
