// of every token there is as much as was issued, after every round.
import type { Checker } from "./observation.ts";
import { replayOf } from "./replay.ts";

export const supply: Checker = (observation) => {
  const { genesis, created, accounts, unattributed, validators } = observation;
  const held = new Map(unattributed);
  for (const { chain, balance } of accounts) held.set(chain, (held.get(chain) ?? 0n) + balance);
  for (const { own, delegated, unbonding } of validators)
    held.set(0, (held.get(0) ?? 0n) + own + delegated + unbonding);
  const violations = [...replayOf(observation).supply];
  for (const chain of [...genesis.chains, ...created]) {
    const sum = held.get(chain.chain) ?? 0n;
    held.delete(chain.chain);
    if (sum === chain.supply) continue;
    violations.push(
      `R-2.6 at the end ${sum} are held on chain ${chain.chain} of ${chain.supply} issued`,
    );
  }
  for (const [chain, sum] of held) {
    violations.push(`R-2.6 at the end ${sum} are held on chain ${chain}, which nobody created`);
  }
  return violations;
};
