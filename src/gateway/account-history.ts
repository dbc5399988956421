// An account's transactions on all shards as one list: by round, then shard, then place in the shard's block. The list
// ends with the last round that every shard has behind it, so that nothing ever comes in ahead of an entry that somebody
// has seen, and a cursor stays where it is.
import type { HistoryEntry, HistoryPage, HistoryQuery } from "../actors/rpc.ts";
import {
  connection,
  decodeCursor,
  encodeCursor,
  type PageArguments,
  pageOf,
} from "./connections.ts";
import type { GatewayContext } from "./context.ts";
import type { TransactionParent } from "./parents.ts";
import { askShards } from "./routing.ts";

interface Place extends HistoryEntry {
  readonly shard: number;
}

const PLACE = /^(0|[1-9][0-9]{0,15}):(0|[1-9][0-9]{0,9}):(0|[1-9][0-9]{0,9})$/;
/** Behind every transaction of its round. */
const POSITION_MAX = 0xffff_ffff;

function placeOf(cursor: string | null | undefined): Place | null {
  const text = decodeCursor("history", cursor, PLACE);
  if (text === null) return null;
  const [round = 0, shard = 0, position = 0] = text.split(":").map(Number);
  return { round, shard, position };
}

/** The entry of the shard behind which those lie that follow the place; null for all. */
function behind(place: Place | null, shard: number): HistoryEntry | null {
  if (place === null || place.shard === shard) return place;
  if (shard < place.shard) return { round: place.round, position: POSITION_MAX };
  return place.round === 0 ? null : { round: place.round - 1, position: POSITION_MAX };
}

/** The entry of the shard ahead of which those lie that precede the place; null for all. */
function ahead(place: Place | null, shard: number): HistoryEntry | null {
  if (place === null || place.shard === shard) return place;
  return { round: shard < place.shard ? place.round + 1 : place.round, position: 0 };
}

/** The oldest first; `last` reads from the newest on and is turned around. */
export async function accountHistory(
  context: GatewayContext,
  address: Uint8Array,
  args: PageArguments,
) {
  const { size, backward } = pageOf(args);
  const [after, before] = [placeOf(args.after), placeOf(args.before)];
  const read = (end: Place | null): Promise<(HistoryPage & { readonly shard: number })[]> =>
    askShards(context, async (peer, shard) => {
      const [from, to] = [behind(after, shard), ahead(end, shard)];
      const query: HistoryQuery = {
        ...(from === null ? {} : { after: from }),
        ...(to === null ? {} : { before: to }),
        reverse: backward,
        limit: size + 1,
      };
      return { ...(await peer.history(address, query)), shard };
    });
  let pages = await read(before);
  const end = endOf(pages, before);
  // Read from the newest on, what is not settled yet has taken the place of what is.
  if (backward && end !== before) pages = await read(end);
  const found = pages
    .flatMap(({ entries, shard }) => entries.map((entry) => ({ ...entry, shard })))
    .filter((place) => end === null || compare(place, end) < 0)
    .sort((a, b) => (backward ? compare(b, a) : compare(a, b)));
  const entries = found.slice(0, size).map(({ round, shard, position, view }) => ({
    cursor: encodeCursor("history", `${round}:${shard}:${position}`),
    node: { view, cursor: null } satisfies TransactionParent,
  }));
  const more = found.length > size;
  if (backward) {
    return connection(entries.toReversed(), { next: before !== null, previous: more });
  }
  return connection(entries, { next: more || before !== null, previous: after !== null });
}

/** Where the list ends: at `before`, or ahead of the first round that some shard has not behind it. One shard alone has an order of its own. */
function endOf(pages: readonly (HistoryPage & { readonly shard: number })[], before: Place | null) {
  if (pages.length === 1) return before;
  const round = Math.min(...pages.map(({ completeRound }) => completeRound)) + 1;
  const isLater = pages.some(({ entries }) => entries.some((entry) => entry.round >= round));
  if (!isLater || (before !== null && before.round < round)) return before;
  return { round, shard: 0, position: 0 };
}

const compare = (a: Place, b: Place): number =>
  a.round - b.round || a.shard - b.shard || a.position - b.position;
