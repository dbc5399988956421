// Moves units of one chain's token from one account to another: what transfers, spendings and both halves of a trade are made of.
import { U128_MAX } from "../encoding/codec.ts";
import type { ChainState } from "./chain-state.ts";
import type { Movement } from "./receipt.ts";

export type Moved =
  | { readonly reason: "executed"; readonly movements: readonly Movement[] }
  | { readonly reason: "insufficientBalance" | "balanceOverflow"; readonly chain: number };

export function move(
  { state }: { readonly state: ChainState },
  chain: number,
  from: Uint8Array,
  to: Uint8Array,
  amount: bigint,
): Moved {
  const source = state.account(chain, from);
  if (source.balance < amount) return { reason: "insufficientBalance", chain };
  state.setAccount(chain, from, { ...source, balance: source.balance - amount });
  const target = state.account(chain, to);
  // Supplies are below 2^128 and nothing is minted, so this holds by; still no wrap-around if it ever did not.
  if (target.balance + amount > U128_MAX) return { reason: "balanceOverflow", chain };
  state.setAccount(chain, to, { ...target, balance: target.balance + amount });
  return {
    reason: "executed",
    movements: [
      {
        chain,
        from: { kind: "account", address: from },
        to: { kind: "account", address: to },
        amount,
      },
    ],
  };
}
