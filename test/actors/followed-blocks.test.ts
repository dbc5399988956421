import { describe, expect, it } from "vitest";
import { BlockStore } from "../../src/actors/block-store.ts";
import { putChunked } from "../../src/actors/chunked.ts";
import { FollowedBlocks } from "../../src/actors/followed-blocks.ts";
import { u64Key } from "../../src/actors/keys.ts";
import { nodeSqlite } from "../../src/storage/node-sqlite.ts";
import { createSqlStore } from "../../src/storage/sql-store.ts";

/** Only rounds and lengths matter here: no block is decoded. */
function open(rounds: readonly number[], bytes: number) {
  const store = createSqlStore(nodeSqlite(":memory:"));
  for (const round of rounds) {
    putChunked(store.table("headers"), u64Key(round), new Uint8Array(1));
    putChunked(store.table("blocks"), u64Key(round), new Uint8Array(bytes).fill(round));
  }
  const blocks = new BlockStore(store);
  return { store, blocks, followed: new FollowedBlocks(blocks) };
}

const rounds = (blocks: readonly Uint8Array[]): (number | undefined)[] =>
  blocks.map(([first]) => first);

describe("[R-10.1] the blocks that a shard hands out", () => {
  it.each([10, 400 * 1024, 3 * 1024 * 1024])(
    "are at most four behind a round, each time anew, of %i bytes",
    (bytes) => {
      const { followed } = open([1, 2, 5, 6, 9, 10], bytes);
      for (let i = 0; i < 2; i++) {
        expect(rounds(followed.after(0))).toEqual([1, 2, 5, 6]);
        expect(rounds(followed.after(3))).toEqual([5, 6, 9, 10]);
        expect(rounds(followed.after(9))).toEqual([10]);
        expect(rounds(followed.after(10))).toEqual([]);
        expect(followed.after(4).every(({ length }) => length === bytes)).toBe(true);
      }
    },
  );

  it("end with the head, and go on when there is another", () => {
    const { store, blocks, followed } = open([1], 10);
    expect(rounds(followed.after(0))).toEqual([1]);
    expect(rounds(followed.after(1))).toEqual([]);
    const other = open([3], 10);
    for (const table of ["headers", "blocks"] as const)
      for (const [key, value] of other.store.table(table).range({ limit: 9 }))
        store.table(table).put(key, value);
    // As any commit and any pruning does.
    blocks.prune(2);
    expect(rounds(followed.after(1))).toEqual([3]);
    expect(rounds(followed.after(0))).toEqual([1, 3]);
  });
});
