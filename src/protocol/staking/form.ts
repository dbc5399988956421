// What the bytes of a staking transaction alone show; its chain and its legs are checked with those of all payloads.
import { equalBytes } from "../encoding/bytes.ts";
import { ROOT_CHAIN } from "../ledger/chain-id.ts";
import type { StakingPayload } from "../ledger/payload.ts";
import type { UnsignedTransaction } from "../ledger/transaction.ts";
import { BASIS_POINTS } from "../limits.ts";
import type { Refusal } from "../refusal.ts";

/** Refuses ZERO_AMOUNT, COMMISSION_TOO_HIGH and SELF_DELEGATION. */
export function wrongStaking(
  { legs }: UnsignedTransaction,
  payload: StakingPayload,
): Refusal | null {
  if (payload.amount === 0n) return { code: "ZERO_AMOUNT", chain: ROOT_CHAIN };
  switch (payload.kind) {
    case "bond": {
      const commission = payload.registration?.commission ?? 0;
      if (commission <= BASIS_POINTS) return null;
      return { code: "COMMISSION_TOO_HIGH", commission, max: BASIS_POINTS };
    }
    case "unbond":
      return null;
    case "delegateStake":
    case "undelegateStake": {
      const payer = legs[0]?.payment?.payer;
      const isSelf = payer !== undefined && equalBytes(payer, payload.validator);
      return isSelf ? { code: "SELF_DELEGATION" } : null;
    }
  }
}
