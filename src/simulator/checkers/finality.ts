// what is FINAL by what the MerkleChain has notarised.
import { historyOf, push } from "./history.ts";
import type { Observation } from "./observation.ts";

/**
 * Of a transaction: the round whose header made it FINAL, the first that is notarised and carries a root after its round or a later
 * one, on each of its chains; null if it is not FINAL at the end.
 */
export function finalisedBy(observation: Observation): (id: string) => number | null {
  const { genesis, notarised, transactions } = observation;
  const { shards, places } = historyOf(observation);
  const blocks = new Map([...shards.values()].flat().map((block) => [block.hash, block]));
  const carrying = new Map<number, number[]>();
  for (const { hash } of notarised) {
    const { round, chains = [] } = blocks.get(hash) ?? { round: 0 };
    for (const { chain } of chains) push(carrying, chain, round);
  }
  return (id) => {
    const [place] = places.get(id) ?? [];
    const legs = transactions.get(id)?.legs ?? [];
    if (place === undefined || legs.length === 0) return null;
    const rounds = legs.map(({ chain }) =>
      (carrying.get(chain) ?? []).find((round) => round - genesis.k >= place.round),
    );
    return rounds.every((round) => round !== undefined) ? Math.max(...rounds) : null;
  };
}
