// Relay connections: opaque cursors over a position in a list, and pages of a bounded size.
import { base64urlnopad } from "@scure/base";
import { utf8 } from "../protocol/encoding/bytes.ts";
import { badInput, gatewayError } from "./errors.ts";
import { PAGE_ENTRIES_DEFAULT, PAGE_ENTRIES_MAX } from "./limits.ts";

export interface PageArguments {
  readonly first?: number | null;
  readonly after?: string | null;
  readonly last?: number | null;
  readonly before?: string | null;
}

export interface Page {
  readonly size: number;
  /** Whether the page is the end of its range (`last`) and not its beginning (`first`). */
  readonly backward: boolean;
}

/** Throws BAD_USER_INPUT for a size out of range, or for `first` and `last` together. */
export function pageOf({ first, last }: PageArguments): Page {
  if (first != null && last != null) {
    const message = `Invalid page: give first (${first}) or last (${last}), not both`;
    throw gatewayError("BAD_USER_INPUT", message);
  }
  const size = first ?? last ?? PAGE_ENTRIES_DEFAULT;
  if (size < 1 || size > PAGE_ENTRIES_MAX) {
    const name = last == null ? "first" : "last";
    throw badInput(`Invalid ${name}`, size, `from 1 to ${PAGE_ENTRIES_MAX}`);
  }
  return { size, backward: last != null };
}

/** Which list a cursor belongs to: one of another list means nothing. */
export type CursorKind =
  | "chain"
  | "validator set"
  | "validator"
  | "validator queue"
  | "set relation"
  | "balance"
  | "history"
  | "block transaction"
  | "status"
  | "block"
  | "network"
  | "saturation";

export function encodeCursor(kind: CursorKind, position: string | number): string {
  return base64urlnopad.encode(utf8(`${kind}|${position}`));
}

/**
 * The position, of the form that `pattern` describes; null without a cursor. Throws BAD_USER_INPUT
 * for any other text.
 */
export function decodeCursor(
  kind: CursorKind,
  cursor: string | null | undefined,
  pattern: RegExp,
): string | null {
  if (cursor == null) return null;
  const position = positionOf(kind, cursor);
  if (position === null || !pattern.test(position) || encodeCursor(kind, position) !== cursor) {
    throw badInput("Invalid cursor", cursor, "a cursor of this list");
  }
  return position;
}

function positionOf(kind: CursorKind, cursor: string): string | null {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(base64urlnopad.decode(cursor));
    return text.startsWith(`${kind}|`) ? text.slice(kind.length + 1) : null;
  } catch {
    return null;
  }
}

const NUMBER = /^(0|[1-9][0-9]{0,14})$/;

/** A position that is a number; null without a cursor. */
export function decodeNumberCursor(
  kind: CursorKind,
  cursor: string | null | undefined,
): number | null {
  const position = decodeCursor(kind, cursor, NUMBER);
  return position === null ? null : Number(position);
}

export interface Entry<T> {
  readonly cursor: string;
  readonly node: T;
}

/** The connection of one page; `more` says whether the list goes on behind and ahead of it. */
export function connection<T>(
  entries: readonly Entry<T>[],
  more: { readonly next: boolean; readonly previous: boolean },
) {
  return {
    edges: entries,
    nodes: entries.map(({ node }) => node),
    pageInfo: {
      hasNextPage: more.next,
      hasPreviousPage: more.previous,
      startCursor: entries[0]?.cursor ?? null,
      endCursor: entries.at(-1)?.cursor ?? null,
    },
  };
}

/**
 * A forward page of a list that was read one entry further than the page, to see whether it goes
 * on.
 */
export function forwardConnection<T>(
  page: Page,
  args: PageArguments,
  read: readonly Entry<T>[],
): ReturnType<typeof connection<T>> {
  return connection(read.slice(0, page.size), {
    next: read.length > page.size,
    previous: args.after != null,
  });
}
