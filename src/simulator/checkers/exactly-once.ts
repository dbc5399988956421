// what is in the blocks was signed, is there once, with the nonces of each payer in sequence, and not after its validUntil.
import { historyOf, push } from "./history.ts";
import type { Checker, Observation, Violation } from "./observation.ts";

export const exactlyOnce: Checker = (observation) => [
  ...signed(observation),
  ...repeated(observation),
  ...nonces(observation),
];

function signed(observation: Observation): Violation[] {
  const violations: Violation[] = [];
  for (const [id, places] of historyOf(observation).places) {
    const transaction = observation.transactions.get(id);
    for (const { chain, round } of places) {
      const where = `in round ${round} of chain ${chain}`;
      if (transaction === undefined) {
        violations.push(`R-2.3 transaction ${id} ${where} came from nowhere`);
      } else if (!transaction.isSigned) {
        violations.push(`R-2.3 transaction ${id} ${where} was not signed by whom it names`);
      } else if (round > transaction.validUntil) {
        violations.push(
          `R-2.3 transaction ${id} ${where} was valid until round ${transaction.validUntil}`,
        );
      }
    }
  }
  return violations;
}

function repeated(observation: Observation): Violation[] {
  const { places, shards } = historyOf(observation);
  const violations: Violation[] = [];
  for (const [id, list] of places) {
    const rounds = new Map<number, number[]>();
    for (const { chain, round } of list) push(rounds, chain, round);
    for (const [chain, twice] of rounds) {
      if (twice.length === 1) continue;
      violations.push(
        `R-2.9 transaction ${id} is on chain ${chain} ${twice.length} times, in rounds ${twice.join(" ")}`,
      );
    }
  }
  for (const [shard, blocks] of shards) {
    const seen = new Map<string, number>();
    for (const { round, order } of blocks) {
      for (const id of order) {
        const before = seen.get(id);
        if (before !== undefined) {
          violations.push(
            `R-2.9 shard ${shard} executes transaction ${id} in round ${before} and in round ${round}`,
          );
        }
        seen.set(id, round);
      }
    }
  }
  return violations;
}

function nonces(observation: Observation): Violation[] {
  const { transactions } = observation;
  const violations: Violation[] = [];
  const next = new Map<string, number>();
  const users = new Map<string, string>();
  for (const [chain, headers] of historyOf(observation).chains) {
    for (const { round, transactions: ids } of headers) {
      for (const id of ids) {
        const leg = transactions.get(id)?.legs.find((one) => one.chain === chain);
        // An offer's maker uses none.
        if (leg === undefined || leg.nonce === null) continue;
        const payer = `${leg.payer} on chain ${chain}`;
        const expected = next.get(payer) ?? 0;
        const user = users.get(`${payer} ${leg.nonce}`);
        if (user !== undefined && user !== id) {
          violations.push(
            `R-2.9 nonce ${leg.nonce} of ${payer} is used by ${user} and, in round ${round}, by ${id}`,
          );
        } else if (leg.nonce !== expected && user === undefined) {
          violations.push(
            `R-2.9 transaction ${id} in round ${round} has nonce ${leg.nonce}, ${payer} is at ${expected}`,
          );
        }
        users.set(`${payer} ${leg.nonce}`, id);
        next.set(payer, Math.max(expected, leg.nonce + 1));
      }
    }
  }
  return violations;
}
