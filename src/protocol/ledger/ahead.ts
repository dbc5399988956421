// What has to come before a transaction in lines of the mempool: who waits before it, and before those where they stand in a second
// line (R-2.9).
import { MEMPOOL_SENDER_TRANSACTIONS_MAX } from "../limits.ts";
import type { Mempool } from "./mempool.ts";
import type { LegPlace, Place, Waiting } from "./waiting.ts";
import type { Line } from "./waiting-line.ts";

/** Two full lines, which one transaction can stand at the end of; a chain of trades could lead through the whole mempool. */
export const AHEAD_MAX: number = 2 * MEMPOOL_SENDER_TRANSACTIONS_MAX;

/**
 * Those before the places of the transaction first, in the order of each line; it can stand in two that wait for each other. Lines of others are followed while there are less than `AHEAD_MAX`.
 * Cost: what it finds.
 */
export function aheadOf(
  pool: Pick<Mempool, "lineOf">,
  idHex: string,
  places: readonly LegPlace[],
): Waiting[] {
  const ahead = new Set<Waiting>();
  /** Up to which nonce lines have been looked at. */
  const reached = new Map<Line, number>();
  const open: Pick<Place, "line" | "nonce">[] = places.flatMap(({ chain, sender, nonce }) => {
    const line = pool.lineOf(chain, sender);
    return line === undefined ? [] : [{ line, nonce }];
  });
  for (const { line, nonce } of open) {
    if (ahead.size >= AHEAD_MAX) break;
    if (nonce <= (reached.get(line) ?? -1)) continue;
    reached.set(line, nonce);
    const found = line
      .ahead(nonce)
      .map(({ waiting }) => waiting)
      .filter((waiting) => !ahead.has(waiting) && waiting.idHex !== idHex);
    for (const waiting of found) ahead.add(waiting);
    // The last of a line first: then a second line, too, is looked at once.
    for (const waiting of found.reverse())
      if (waiting.second !== null) open.push(...waiting.places);
  }
  return [...ahead];
}
