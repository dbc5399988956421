// What a round included, from its block and the verdicts of, where the state in which those were reached is gone.

import { toHex } from "../encoding/bytes.ts";
import { EMPTY_ACCOUNT } from "../ledger/account.ts";
import type { VerifiedTransaction } from "../ledger/unverified.ts";
import { EMPTY_WINDOW, type RoundInclusions } from "../reserve/window.ts";
import { BlockAssembler } from "./assembler.ts";
import { isOwn, type Reach } from "./reach.ts";

/** `emptying`: one verdict for each leg of each transaction, in total order; those of others' legs count for nothing. */
export function restoreInclusions(
  reach: Reach & { readonly round: number; readonly k: number },
  transactions: readonly VerifiedTransaction[],
  emptying: readonly boolean[],
): RoundInclusions {
  // Recording looks at no state.
  const assembler = new BlockAssembler({
    ...reach,
    chain: () => undefined,
    account: () => EMPTY_ACCOUNT,
    usedOffers: () => null,
    window: () => EMPTY_WINDOW,
  });
  let at = 0;
  for (const transaction of transactions) {
    const { legs } = transaction.transaction;
    const first = at;
    at += legs.length;
    const judged = legs.flatMap((leg, i) => {
      if (!isOwn(reach, leg.chain)) return [];
      const sender = leg.payment === null ? "" : toHex(leg.payment.payer);
      return [{ leg, sender, possiblyEmptying: emptying[first + i] === true }];
    });
    assembler.record(transaction, { legs: judged });
  }
  return assembler.inclusions();
}
