// what is FINAL by what the MerkleChain has notarised.
import { historyOf } from "./history.ts";
import type { Observation } from "./observation.ts";

/** Whether a transaction is FINAL at the end: on each of its chains a notarised header carries a root after its round or a later one. */
export function finalAtEnd(observation: Observation): (id: string) => boolean {
  const { genesis, notarised, transactions } = observation;
  const { shards, places } = historyOf(observation);
  const blocks = new Map([...shards.values()].flat().map((block) => [block.hash, block]));
  const carried = new Map<number, number>();
  for (const { hash } of notarised) {
    const block = blocks.get(hash);
    for (const { chain } of block?.chains ?? []) {
      const after = (block?.round ?? 0) - genesis.k;
      carried.set(chain, Math.max(after, carried.get(chain) ?? after));
    }
  }
  return (id) => {
    const [place] = places.get(id) ?? [];
    const legs = transactions.get(id)?.legs ?? [];
    return (
      place !== undefined &&
      legs.every(({ chain }) => (carried.get(chain) ?? Number.NEGATIVE_INFINITY) >= place.round)
    );
  };
}
