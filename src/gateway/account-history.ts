// An account's transactions on all shards as one list: by round, then shard, then place in the shard's block. The list
// ends with the last round that every shard has behind it, so that nothing ever comes in ahead of an entry that somebody
// has seen, and a cursor stays where it is.
import type { HistoryEntry, HistoryPage, HistoryQuery, TransactionView } from "../actors/rpc.ts";
import { equalBytes } from "../protocol/encoding/bytes.ts";
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
/** Times that the shards are asked for one page. A page that is still not full says that there is more. */
const PARTS_MAX = 20;

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

interface Found extends Place {
  readonly view: TransactionView;
}

/** Which part of the list is wanted, and from which end it is read. */
interface Range {
  readonly after: Place | null;
  readonly before: Place | null;
  readonly backward: boolean;
}

/** The oldest first; `last` reads from the newest on and is turned around. */
export async function accountHistory(
  context: GatewayContext,
  address: Uint8Array,
  args: PageArguments,
) {
  const { size, backward } = pageOf(args);
  const [after, before] = [placeOf(args.after), placeOf(args.before)];
  let range: Range | null = { after, before, backward };
  const found: Found[] = [];
  // What is left out makes pages short: read on until this one is full, or there is no more.
  for (let part = 0; range !== null && found.length <= size && part < PARTS_MAX; part++) {
    const pages = await readPages(context, address, range, size + 1);
    const end = endOf(pages, range.before);
    // Read from the newest on, what is not settled yet has taken the place of what is.
    const isCut = backward && end !== range.before;
    const settled = isCut
      ? await readPages(context, address, { ...range, before: end }, size + 1)
      : pages;
    const { places, rest } = merged(settled, { ...range, before: end }, size + 1);
    for (const one of places) if (!(await isRepeated(context, address, one))) found.push(one);
    range = rest;
  }
  const entries = found.slice(0, size).map(({ round, shard, position, view }) => ({
    cursor: encodeCursor("history", `${round}:${shard}:${position}`),
    node: { view, cursor: null } satisfies TransactionParent,
  }));
  const more = found.length > size || range !== null;
  if (backward) {
    return connection(entries.toReversed(), { next: before !== null, previous: more });
  }
  return connection(entries, { next: more || before !== null, previous: after !== null });
}

type Page = HistoryPage & { readonly shard: number };

const readPages = (
  context: GatewayContext,
  address: Uint8Array,
  { after, before, backward }: Range,
  limit: number,
): Promise<Page[]> =>
  askShards(context, async (peer, shard) => {
    const [from, to] = [behind(after, shard), ahead(before, shard)];
    const query: HistoryQuery = {
      ...(from === null ? {} : { after: from }),
      ...(to === null ? {} : { before: to }),
      reverse: backward,
      limit,
    };
    return { ...(await peer.history(address, query)), shard };
  });

/** In the order of reading, as far as every shard was read; `rest`: what to read next, null for nothing. */
function merged(pages: readonly Page[], range: Range, limit: number) {
  const order = range.backward ? (a: Place, b: Place) => compare(b, a) : compare;
  const found = pages.map(({ entries, shard }) => entries.map((entry) => ({ ...entry, shard })));
  // A shard whose answer is full can have more right behind it.
  const [reached] = found
    .flatMap((own) => (own.length < limit ? [] : (own.at(-1) ?? [])))
    .sort(order);
  const { before } = range;
  const places = found
    .flat()
    .filter((place) => before === null || compare(place, before) < 0)
    .filter((place) => reached === undefined || order(place, reached) <= 0)
    .sort(order);
  const isOver = reached === undefined || (before !== null && compare(reached, before) >= 0);
  if (isOver) return { places, rest: null };
  return { places, rest: { ...range, [range.backward ? "before" : "after"]: reached } };
}

/**
 * A transaction over two shards is in the history of both for each of its payers, in one round: it is listed with the first
 * of the two.
 */
async function isRepeated(context: GatewayContext, address: Uint8Array, { shard, view }: Found) {
  if (!view.legs.some(({ payer }) => payer !== null && equalBytes(payer, address))) return false;
  const records = await Promise.all(
    view.legs.map(({ chain }) => context.directory.find(context.peers, chain)),
  );
  return records.some((record) => record !== undefined && record.shard < shard);
}

/** Where the list ends: at `before`, or ahead of the first round that some shard has not behind it. One shard alone has an order of its own. */
function endOf(pages: readonly Page[], before: Place | null): Place | null {
  if (pages.length === 1) return before;
  const round = Math.min(...pages.map(({ completeRound }) => completeRound)) + 1;
  const isLater = pages.some(({ entries }) => entries.some((entry) => entry.round >= round));
  if (!isLater || (before !== null && before.round < round)) return before;
  return { round, shard: 0, position: 0 };
}

const compare = (a: Place, b: Place): number =>
  a.round - b.round || a.shard - b.shard || a.position - b.position;
