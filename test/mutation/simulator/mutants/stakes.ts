// Bugs of stakes: who may be a validator, what is locked, and when it comes back.
import type { Mutant } from "../mutant.ts";

export const STAKES: readonly Mutant[] = [
  {
    name: "unbonded-a-round-late",
    breaks: "R-11.1 what is unbonded comes back when its period is over",
    file: "src/protocol/staking/unbonding.ts",
    line: "if (releaseRound > round) break;",
    replacement: "if (releaseRound >= round) break;",
  },
  {
    name: "key-registered-twice",
    breaks: "R-11.1 one validator has a key",
    file: "src/protocol/staking/stake.ts",
    line: 'if (known === null && holder !== null) return failed("keyTaken");',
    replacement: 'if (known !== null && holder === null) return failed("keyTaken");',
  },
  {
    name: "undelegated-from-another",
    breaks: "R-11.1 nobody takes back more than it has delegated",
    file: "src/protocol/staking/stake.ts",
    line: 'if (amount > before) return failed("insufficientStake");',
    replacement: 'if (amount > validator.delegatedStake) return failed("insufficientStake");',
  },
];
