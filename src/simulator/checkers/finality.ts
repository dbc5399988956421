// what is FINAL by what the MerkleChain has notarised.
import { historyOf, push } from "./history.ts";
import type { Observation } from "./observation.ts";

/** The header that made a transaction FINAL: of which round, and when it was notarised. */
export interface Finality {
  readonly round: number;
  /** null where nobody saw it. */
  readonly atMs: number | null;
}

/**
 * Of a transaction: the first header that is notarised and carries a root after its round or a later one, on each of its chains; null
 * if it is not FINAL at the end.
 */
export function finalisedBy(observation: Observation): (id: string) => Finality | null {
  const { genesis, notarised, transactions } = observation;
  const { shards, places } = historyOf(observation);
  // A joint header is a block of each of its shards.
  const nameOf = (shard: number, hash: string): string => `${shard} ${hash}`;
  const blocks = new Map(
    [...shards.values()].flat().map((block) => [nameOf(block.shard, block.hash), block]),
  );
  const carrying = new Map<number, Finality[]>();
  for (const { shard, hash, atMs } of notarised) {
    const { round, chains = [] } = blocks.get(nameOf(shard, hash)) ?? { round: 0 };
    for (const { chain } of chains) push(carrying, chain, { round, atMs });
  }
  return (id) => {
    const [place] = places.get(id) ?? [];
    const legs = transactions.get(id)?.legs ?? [];
    if (place === undefined || legs.length === 0) return null;
    const headers = legs.map(({ chain }) =>
      carrying.get(chain)?.find(({ round }) => round - genesis.k >= place.round),
    );
    if (headers.some((header) => header === undefined)) return null;
    // In parent order: the last of the chains' is that of the latest round.
    return (headers as Finality[]).reduce((last, one) => (one.round > last.round ? one : last));
  };
}
