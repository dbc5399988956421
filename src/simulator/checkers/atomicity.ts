// a transaction is in the blocks of all the chains that it touches, in one round and with one code, or in none.
import { historyOf, homesOf, push } from "./history.ts";
import type { Checker, Observation, ObservedReceipt, Violation } from "./observation.ts";

export const atomicity: Checker = (observation) => [...halves(observation), ...codes(observation)];

function halves(observation: Observation): Violation[] {
  const { transactions, world } = observation;
  const { places, shards } = historyOf(observation);
  const shardOf = homesOf(observation);
  const violations: Violation[] = [];
  for (const [id, list] of places) {
    const rounds = [...new Set(list.map(({ round }) => round))];
    if (rounds.length > 1) {
      const where = list.map(({ chain, round }) => `chain ${chain} in round ${round}`);
      violations.push(`R-5.6 transaction ${id} is on ${where.join(", ")}`);
    }
    const [round = 0] = rounds;
    for (const { chain } of transactions.get(id)?.legs ?? []) {
      if (list.some((place) => place.chain === chain)) continue;
      // A shard that has not gone so far may yet commit it: whoever says that its half is committed knows that both are accepted.
      const head = shards.get(shardOf.get(chain) ?? -1)?.at(-1)?.round ?? 0;
      if (world.healedMs === null && !world.isFaultFree && head < round) continue;
      const there = list.map((place) => place.chain).join(" and ");
      violations.push(
        `R-5.6 transaction ${id} is on chain ${there} in round ${round} and not on chain ${chain}`,
      );
    }
  }
  return violations;
}

function codes({ receipts }: Observation): Violation[] {
  const byId = new Map<string, ObservedReceipt[]>();
  for (const receipt of receipts) push(byId, receipt.id, receipt);
  return [...byId].flatMap(([id, list]) =>
    new Set(list.map(({ code }) => code)).size > 1
      ? [`R-5.6 transaction ${id} has codes ${list.map(({ code }) => code).join(" and ")}`]
      : [],
  );
}
