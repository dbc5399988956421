// Relay pages: bounded sizes, opaque cursors, and nothing but a list's own cursors.
import { describe, expect, it } from "vitest";
import {
  connection,
  decodeCursor,
  decodeNumberCursor,
  encodeCursor,
  forwardConnection,
  pageOf,
} from "../../src/gateway/connections.ts";

const BAD = expect.objectContaining({ extensions: { code: "BAD_USER_INPUT" } });

describe("pages", () => {
  it("have 20 entries if nothing is said, and 1 to 100", () => {
    expect(pageOf({})).toEqual({ size: 20, backward: false });
    expect(pageOf({ first: 1 })).toEqual({ size: 1, backward: false });
    expect(pageOf({ last: 100 })).toEqual({ size: 100, backward: true });
  });

  it.each([{ first: 0 }, { first: 101 }, { last: -1 }, { last: 101 }, { first: 1, last: 1 }])(
    "of %j are refused",
    (args) => expect(() => pageOf(args)).toThrow(BAD),
  );

  it("know by one entry more whether the list goes on", () => {
    const entries = [1, 2, 3].map((node) => ({ cursor: `${node}`, node }));
    const page = pageOf({ first: 2 });
    expect(forwardConnection(page, { after: "0" }, entries)).toMatchObject({
      nodes: [1, 2],
      pageInfo: { hasNextPage: true, hasPreviousPage: true, startCursor: "1", endCursor: "2" },
    });
    expect(forwardConnection(page, {}, entries.slice(0, 2)).pageInfo).toMatchObject({
      hasNextPage: false,
      hasPreviousPage: false,
    });
  });

  it("can be empty", () => {
    const { pageInfo } = connection([], { next: false, previous: false });
    expect(pageInfo).toMatchObject({ startCursor: null, endCursor: null });
  });
});

describe("cursors", () => {
  it("come back as they were", () => {
    expect(decodeNumberCursor("chain", encodeCursor("chain", 7))).toBe(7);
    expect(decodeCursor("block", encodeCursor("block", "3:0"), /^\d+:\d+$/)).toBe("3:0");
    expect(decodeNumberCursor("chain", null)).toBe(null);
  });

  it.each([
    "",
    "7",
    "!",
    "Y2hhaW58",
    encodeCursor("balance", 7),
    encodeCursor("chain", "07"),
    encodeCursor("chain", "-1"),
    encodeCursor("chain", "9".repeat(20)),
    `${encodeCursor("chain", 7)}=`,
  ])("%j is none of this list", (cursor) => {
    expect(() => decodeNumberCursor("chain", cursor)).toThrow(BAD);
  });
});
