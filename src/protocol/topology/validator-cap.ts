// How many validators a set takes while its shards fill up: twice its seats are there before a split needs them.

/** the cap begins to climb here, */
export const CAP_CLIMBS_FROM_PERMILLE = 100;
/** and is twice the seats from here on. */
export const CAP_CLIMBS_TO_PERMILLE = 900;

/** `saturationPermille` is that of the more saturated of the set's shards. */
export function validatorCap(seats: number, saturationPermille: number): number {
  const within = Math.min(
    CAP_CLIMBS_TO_PERMILLE,
    Math.max(CAP_CLIMBS_FROM_PERMILLE, saturationPermille),
  );
  const climbed = within - CAP_CLIMBS_FROM_PERMILLE;
  return (
    seats + Math.floor((seats * climbed) / (CAP_CLIMBS_TO_PERMILLE - CAP_CLIMBS_FROM_PERMILLE))
  );
}
