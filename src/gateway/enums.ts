// The schema's enums and the core's words for the same things: tables that are complete by their
// types.

import { formatChainId } from "../protocol/ledger/chain-id.ts";
import type { PayloadKind } from "../protocol/ledger/payload.ts";
import type { Holder, Reason } from "../protocol/ledger/receipt.ts";
import type { InclusionCase } from "../protocol/refusal.ts";
import type { EpochChange } from "../protocol/rounds/epoch-change.ts";
import type { SetRelation, SpawnedSet } from "../protocol/topology/relations.ts";
import type * as Schema from "./generated/schema-types.ts";

export const OUTCOMES: Readonly<Record<Reason, Schema.ExecutionOutcome>> = {
  executed: "EXECUTED",
  insufficientBalance: "INSUFFICIENT_BALANCE",
  senderDip: "SENDER_DIP",
  ownerDip: "OWNER_DIP",
  notDelegated: "NOT_DELEGATED",
  balanceOverflow: "BALANCE_OVERFLOW",
  chainIdsExhausted: "CHAIN_IDS_EXHAUSTED",
  offerUsed: "OFFER_USED",
  offersFull: "OFFERS_FULL",
  notAValidator: "NOT_A_VALIDATOR",
  unknownValidator: "UNKNOWN_VALIDATOR",
  validatorLeaving: "VALIDATOR_LEAVING",
  keyTaken: "KEY_TAKEN",
  registrationDiffers: "REGISTRATION_DIFFERS",
  belowMinimumBond: "BELOW_MINIMUM_BOND",
  insufficientStake: "INSUFFICIENT_STAKE",
  delegationsFull: "DELEGATIONS_FULL",
  unbondingsFull: "UNBONDINGS_FULL",
};

const OUTCOME_WORDS: Readonly<Record<Reason, string>> = {
  executed: "Executed",
  insufficientBalance: "Reverted: the balance was below the amount; only the fee was charged",
  senderDip:
    "Reverted: it would have left its sender below the reserve; only the fee was charged (R-6.5)",
  ownerDip:
    "Reverted: it would have left the account that it spends from below the reserve; only the " +
    "fee was charged (R-6.5)",
  notDelegated:
    "Reverted: its payer may not spend that much from that account; only the fee was charged",
  balanceOverflow:
    "Reverted: the receiver's balance would exceed 2^128-1; only the fee was charged",
  chainIdsExhausted: "Reverted: there are no more chain ids; only the fee was charged",
  offerUsed: "Reverted: the offer was taken or cancelled before; only the fee was charged (R-2.9)",
  offersFull:
    "Reverted: the maker has too many used offer numbers that have not ended; only the fee was " +
    "charged (R-2.9)",
  notAValidator:
    "Reverted: its payer is no registered validator; only the fee was charged; register with a " +
    "bond that names a key (R-11.1)",
  unknownValidator: "Reverted: no validator has that address; only the fee was charged (R-11.1)",
  validatorLeaving:
    "Reverted: the validator has taken back its own stake; only the fee was charged (R-11.1)",
  keyTaken: "Reverted: another validator has the key; only the fee was charged (R-11.1)",
  registrationDiffers:
    "Reverted: the validator is registered with another key or commission; only the fee was " +
    "charged (R-11.1)",
  belowMinimumBond:
    "Reverted: the own stake would be below the least bond; only the fee was charged (R-11.1)",
  insufficientStake:
    "Reverted: there is not so much stake to take back; only the fee was charged (R-11.1)",
  delegationsFull:
    "Reverted: the account delegates to as many validators as it may; only the fee was charged",
  unbondingsFull:
    "Reverted: the account waits for as many unbonded amounts as it may; only the fee was charged",
};

/** `failedChain`: of a transaction over two chains, the one of the leg that failed; else null. */
export function outcomeWords(reason: Reason, failedChain: number | null): string {
  const words = OUTCOME_WORDS[reason];
  if (failedChain === null) return words;
  return words
    .replace("Reverted", `Reverted for its leg on ${formatChainId(failedChain)}`)
    .replace("only the fee was", "only the fees were");
}

export const EPOCH_CHANGES: Readonly<Record<EpochChange["kind"], Schema.EpochChangeKind>> = {
  announced: "ANNOUNCED",
  activated: "ACTIVATED",
  lapsed: "LAPSED",
};

export const PAYLOADS: Readonly<Record<PayloadKind, Schema.PayloadKind>> = {
  transfer: "TRANSFER",
  createToken: "CREATE_TOKEN",
  trade: "TRADE",
  cancelOffer: "CANCEL_OFFER",
  delegate: "DELEGATE",
  revoke: "REVOKE",
  spendFrom: "SPEND_FROM",
  setReserve: "SET_RESERVE",
  bond: "BOND",
  unbond: "UNBOND",
  delegateStake: "DELEGATE_STAKE",
  undelegateStake: "UNDELEGATE_STAKE",
};

export const HOLDERS: Readonly<Record<Holder["kind"], Schema.HolderKind>> = {
  account: "ACCOUNT",
  unattributedFees: "UNATTRIBUTED_FEES",
  issuance: "ISSUANCE",
  stake: "STAKE",
  unbonding: "UNBONDING",
};

export const SET_RELATIONS: Readonly<Record<SetRelation["kind"], Schema.SetRelationKind>> = {
  remains: "REMAINS",
  spawned: "SPAWNED",
  demoted: "DEMOTED",
};

export const SEAT_SOURCES: Readonly<Record<SpawnedSet["seatsFrom"], Schema.SeatSource>> = {
  spawner: "SPAWNER",
  queue: "QUEUE",
};

export const INCLUSION_CASES: Readonly<Record<InclusionCase, Schema.InclusionCase>> = {
  "first-emptying": "FIRST_EMPTYING",
  "after-emptying": "AFTER_EMPTYING",
  "within-reserve": "WITHIN_RESERVE",
};

/** A receipt's reason as it travels; null for any other text. */
export const reasonOf = (text: string | null): Reason | null =>
  text !== null && Object.hasOwn(OUTCOMES, text) ? (text as Reason) : null;

export const payloadKindOf = (text: string | null): Schema.PayloadKind | null =>
  text !== null && Object.hasOwn(PAYLOADS, text) ? PAYLOADS[text as PayloadKind] : null;
