import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sha256 } from "../../../src/protocol/crypto/sha256.ts";
import {
  type ChunkRequest,
  knownHashes,
  makeChunk,
  readChunk,
  STATE_CHUNK_BYTES_MAX,
  type StateChunk,
  stateChunkCodec,
} from "../../../src/protocol/merkle/state-chunk.ts";
import { applyChanges, applyChunk } from "../../../src/protocol/merkle/state-transfer.ts";
import { type StateChange, StateTree } from "../../../src/protocol/merkle/state-tree.ts";
import { account, crowdedAccounts, hex, MemoryPages } from "./naive-state.ts";

const POOL = [...Array.from({ length: 400 }, (_, n) => account(n)), ...crowdedAccounts(40)];
const keyAt = (n: number): Uint8Array => (POOL[n % POOL.length] as { key: Uint8Array }).key;

/** A map that changes round by round, and remembers what its last rounds changed. */
class Source {
  readonly pages = new MemoryPages();
  readonly tree = new StateTree(this.pages);
  readonly log: (readonly StateChange[])[] = [];

  change(changes: readonly StateChange[]): void {
    this.tree.update(changes);
    this.log.push(changes);
  }

  get round(): number {
    return this.log.length;
  }

  /** What rounds after this one changed before a place, as it is now. */
  changedAfter(round: number, place: string | null): StateChange[] {
    const keys = new Map(
      this.log.slice(round).flatMap((changes) => changes.map(({ key }) => [hex(key), key])),
    );
    return [...keys.values()]
      .filter((key) => place === null || pathOf(key) < place)
      .map((key) => ({ key, value: this.tree.get(key)?.slice() ?? null }));
  }
}

const pathOf = (key: Uint8Array): string => hex(new Uint8Array(sha256(key)));

/** What a target stores; a chunk is taken over whole or not at all. */
class Target {
  pages = new MemoryPages();
  place: string | null = "";
  round = 0;
  isStale = false;
  /** What one chunk may read of the target's own, and what the last one did. */
  ownBytesMax = Number.POSITIVE_INFINITY;
  ownBytes = 0;

  request(bytesMax: number): ChunkRequest {
    const from = this.place ?? "";
    return { from, known: this.isStale ? knownHashes(this.pages, from) : null, bytesMax };
  }

  /** Whether it took the answer over. */
  take(
    { known }: ChunkRequest,
    bytes: Uint8Array,
    changes: readonly StateChange[],
    round: number,
  ): boolean {
    const decoded = stateChunkCodec.decode(bytes);
    if (!decoded.ok || decoded.value.from !== this.place) return false;
    const read = readChunk(decoded.value, known);
    if (!read.ok) return false;
    const next = new MemoryPages();
    next.pages = new Map(this.pages.pages);
    const bounds = { changes, bytesMax: this.ownBytesMax };
    const applied = applyChunk(next, new StateTree(next), read.value, bounds);
    if (applied === null) return false;
    this.ownBytes = applied.bytes;
    this.isStale ||= applied.to !== read.value.to;
    this.pages = next;
    this.place = applied.to;
    this.round = round;
    return true;
  }

  follow(root: Uint8Array, changes: readonly StateChange[], round: number): boolean {
    const next = new MemoryPages();
    next.pages = new Map(this.pages.pages);
    if (!applyChanges(new StateTree(next), root, changes)) return false;
    this.pages = next;
    this.round = round;
    return true;
  }

  startAgain(): void {
    this.place = "";
    this.isStale = true;
  }
}

const entriesOf = (pages: MemoryPages, before: string | null): string[] =>
  new StateTree(pages)
    .entries(undefined, 10_000)
    .filter(({ path }) => before === null || hex(path) < before)
    .map(({ key, value }) => `${hex(key)}=${hex(value)}`);

const change = fc.record({
  n: fc.nat(POOL.length - 1),
  size: fc.oneof(
    { weight: 1, arbitrary: fc.constant(null) },
    { weight: 4, arbitrary: fc.integer({ min: 0, max: 60 }) },
    { weight: 1, arbitrary: fc.integer({ min: 300, max: 900 }) },
  ),
  seed: fc.nat(255),
});
const changesOf = (
  batch: readonly { readonly n: number; readonly size: number | null; readonly seed: number }[],
): StateChange[] =>
  batch.map(({ n, size, seed }) => ({
    key: keyAt(n),
    value: size === null ? null : new Uint8Array(size).fill(seed),
  }));
const step = fc.record({
  changes: fc.array(change, { maxLength: 12 }),
  fate: fc.constantFrom("arrives", "arrives", "arrives", "arrives", "lost", "twice", "forgotten"),
  bytesMax: fc.constantFrom(1, 3_000, 20_000),
});

describe("moving a state in chunks", () => {
  it("R-12.4 holds exactly the source's entries before its place after every chunk, and at the end its root", () => {
    fc.assert(
      fc.property(
        fc.array(change, { maxLength: 400 }),
        fc.array(step, { maxLength: 40 }),
        fc.constantFrom(0, 2_000, 20_000, Number.POSITIVE_INFINITY),
        (first, steps, ownBytesMax) => {
          const source = new Source();
          source.change(changesOf(first));
          const target = new Target();
          target.ownBytesMax = ownBytesMax;
          const goOn = (bytesMax: number, times: number): void => {
            const request = target.request(bytesMax);
            const changes = source.changedAfter(target.round, target.place);
            const { round } = source;
            if (target.place === null) {
              const root = source.tree.root();
              for (let i = 0; i < times; i++)
                expect(target.follow(root, changes, round)).toBe(true);
            } else {
              const bytes = stateChunkCodec.encode(makeChunk(source.pages, request));
              if (times > 0) expect(target.take(request, bytes, changes, round)).toBe(true);
              // A place is passed once: what comes again is no use.
              if (times > 1) expect(target.take(request, bytes, changes, round)).toBe(false);
            }
            if (times === 0) return;
            expect(entriesOf(target.pages, target.place)).toEqual(
              entriesOf(source.pages, target.place),
            );
          };
          for (const { changes, fate, bytesMax } of steps) {
            source.change(changesOf(changes));
            if (fate === "forgotten") target.startAgain();
            goOn(bytesMax, { lost: 0, twice: 2, arrives: 1, forgotten: 1 }[fate] ?? 1);
          }
          for (let i = 0; target.place !== null; i++) {
            expect(i).toBeLessThan(1_000);
            goOn(3_000, 1);
          }
          goOn(1, 1);
          expect(target.pages.dump()).toEqual(source.pages.dump());
        },
      ),
      { numRuns: 60 },
    );
  });

  const world = () => {
    const source = new Source();
    source.change(POOL);
    const target = new Target();
    const request = target.request(6_000);
    target.take(request, stateChunkCodec.encode(makeChunk(source.pages, request)), [], 1);
    const [first] = POOL.map(({ key }) => key).sort((a, b) => (pathOf(a) < pathOf(b) ? -1 : 1));
    source.change([{ key: first as Uint8Array, value: Uint8Array.of(9) }]);
    const next = target.request(20_000);
    const changes = source.changedAfter(1, target.place);
    return { source, target, next, changes, chunk: makeChunk(source.pages, next) };
  };

  it("R-12.4 refuses a chunk with any byte changed, and stores nothing of it", () => {
    const { target, next, changes, chunk } = world();
    const before = target.pages.dump();
    const bytes = stateChunkCodec.encode(chunk);
    for (let at = 0; at < bytes.length; at++) {
      const forged = bytes.slice();
      forged[at] = (forged[at] as number) ^ (1 << (at % 8));
      expect(target.take(next, forged, changes, 2)).toBe(false);
    }
    expect(target.pages.dump()).toEqual(before);
    expect(target.take(next, bytes, changes, 2)).toBe(true);
  });

  it("R-12.4 refuses pages left out, added or of another root, a wrong range, and changes left out or added", () => {
    const { source, target, next, changes, chunk } = world();
    const before = target.pages.dump();
    const { pages, to } = chunk;
    expect([pages.length > 4, changes.length]).toEqual([true, 1]);
    const other = new Source();
    other.change(POOL.slice(1));
    const forged: StateChunk[] = [
      ...pages.map((_, at) => ({ ...chunk, pages: pages.filter((__, i) => i !== at) })),
      { ...chunk, pages: [...pages, pages.at(-1) as Uint8Array] },
      { ...chunk, pages: [] },
      { ...chunk, to: null },
      { ...chunk, to: `${to}0` },
      { ...chunk, from: "" },
      { ...chunk, root: other.tree.root() },
      { ...chunk, root: new Uint8Array(32), pages: [], to: null },
    ];
    for (const one of forged) {
      expect(target.take(next, stateChunkCodec.encode(one), changes, 2)).toBe(false);
    }
    const bytes = stateChunkCodec.encode(chunk);
    const behind = POOL.find(({ key }) => pathOf(key) >= chunk.from)?.key as Uint8Array;
    const held = POOL.find(({ key }) => pathOf(key) < chunk.from)?.key as Uint8Array;
    for (const more of [
      { key: held, value: null },
      { key: held, value: Uint8Array.of(1, 2) },
      { key: behind, value: null },
    ]) {
      expect(target.take(next, bytes, [...changes, more], 2)).toBe(false);
    }
    source.change([{ key: held, value: Uint8Array.of(3) }]);
    const later = stateChunkCodec.encode(makeChunk(source.pages, next));
    expect(target.take(next, later, changes, 3)).toBe(false);
    expect(target.pages.dump()).toEqual(before);
    expect(target.take(next, later, source.changedAfter(1, target.place), 3)).toBe(true);
  });

  it("R-12.4 an old copy of a map that shrank to nothing goes in bounded steps", () => {
    const source = new Source();
    source.change(Array.from({ length: 5_000 }, (_, n) => account(n)));
    const target = new Target();
    target.pages.pages = new Map(source.pages.pages);
    target.isStale = true;
    target.ownBytesMax = 100_000;
    source.change(Array.from({ length: 5_000 }, (_, n) => ({ key: account(n).key, value: null })));
    let steps = 0;
    for (; target.place !== null; steps++) {
      const { place } = target;
      const request = target.request(6_000);
      const bytes = stateChunkCodec.encode(makeChunk(source.pages, request));
      expect(target.take(request, bytes, [], 2)).toBe(true);
      expect((target.place ?? "~") > (place ?? "")).toBe(true);
      expect(target.ownBytes).toBeLessThan(120_000);
    }
    expect(steps).toBeGreaterThan(10);
    expect(target.pages.dump()).toEqual([]);
  });

  it("R-12.4 an empty map that stops early still shows that nothing lies before it", () => {
    const target = new Target();
    const source = new Source();
    source.change(POOL);
    target.pages.pages = new Map(source.pages.pages);
    target.place = "8";
    target.ownBytesMax = 0;
    const none = { root: new Uint8Array(32), from: "8", to: null, pages: [] };
    const bytes = stateChunkCodec.encode(none);
    expect(target.take(target.request(1), bytes, [], 2)).toBe(false);
  });

  it("R-12.4 refuses a page behind the last one of a map", () => {
    const { source } = world();
    const whole = makeChunk(source.pages, { from: "", known: null, bytesMax: 10 ** 6 });
    const more = { ...whole, pages: [...whole.pages, whole.pages.at(-1) as Uint8Array] };
    expect([whole.to, readChunk(whole, null).ok, readChunk(more, null).ok]).toEqual([
      null,
      true,
      false,
    ]);
  });

  it("R-12.4 a change left out of a map that the target has whole is found by its root", () => {
    const source = new Source();
    source.change(POOL);
    const pages = new MemoryPages();
    const tree = new StateTree(pages);
    expect(applyChanges(tree, source.tree.root(), POOL.slice(1))).toBe(false);
    expect(applyChanges(tree, source.tree.root(), POOL.slice(0, 1))).toBe(true);
    expect(applyChanges(tree, source.tree.root(), [])).toBe(true);
  });

  it("R-12.4 a second walk over the same map brings what changed, not what is the same", () => {
    const many = Array.from({ length: 20_000 }, (_, n) => account(n));
    const source = new Source();
    source.change(many);
    const walk = (target: Target): number => {
      let bytes = 0;
      while (target.place !== null) {
        const request = target.request(64 * 1024);
        const chunk = makeChunk(source.pages, request);
        for (const page of chunk.pages) bytes += page.length;
        const changes = source.changedAfter(target.round, target.place);
        expect(target.take(request, stateChunkCodec.encode(chunk), changes, source.round)).toBe(
          true,
        );
      }
      expect(hex(new StateTree(target.pages).root())).toBe(hex(source.tree.root()));
      return bytes;
    };
    const target = new Target();
    const whole = walk(target);
    expect(whole).toBeGreaterThan(2_000_000);
    target.startAgain();
    // One page before every chunk, and the root page with each.
    expect(walk(target)).toBeLessThan(whole / 30);
    source.change(many.slice(0, 20).map(({ key }) => ({ key, value: Uint8Array.of(7) })));
    target.round = source.round;
    target.startAgain();
    const few = walk(target);
    expect(few).toBeGreaterThan(20_000);
    expect(few).toBeLessThan(whole / 10);
  });

  it("R-3.10 a chunk of long entries takes one page more than its bound at most, and comes on", () => {
    const source = new Source();
    source.change(POOL.map(({ key }, n) => ({ key, value: new Uint8Array(20_000).fill(n) })));
    const target = new Target();
    while (target.place !== null) {
      const request = target.request(100_000);
      const bytes = stateChunkCodec.encode(makeChunk(source.pages, request));
      expect(bytes.length).toBeLessThan(100_000 + 16 * 20_100);
      expect(bytes.length).toBeLessThan(STATE_CHUNK_BYTES_MAX);
      expect(target.take(request, bytes, [], 1)).toBe(true);
    }
    expect(target.pages.dump()).toEqual(source.pages.dump());
  });
});
