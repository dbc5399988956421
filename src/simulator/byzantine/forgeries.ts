// Every way there is to make a bad block of a good one.
import { anyOf, type Forge, type Forgeries } from "./forged-block.ts";
import { HALF_TRADES } from "./half-trades.ts";
import { INVALID_TRANSACTIONS } from "./invalid-transactions.ts";
import { WRONG_HALVES } from "./wrong-halves.ts";
import { WRONG_ROOTS } from "./wrong-roots.ts";

export const FORGERIES: Forgeries = {
  ...HALF_TRADES,
  ...INVALID_TRANSACTIONS,
  ...WRONG_HALVES,
  ...WRONG_ROOTS,
};

export const badBlock: Forge = anyOf(FORGERIES);
