import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { capOf, reviewCaps } from "../../../src/protocol/topology/cap-review.ts";
import { Draws } from "../../../src/protocol/topology/draws.ts";
import {
  assignSeats,
  auction,
  canSplit,
  type Validator,
  validatorsTaken,
} from "../../../src/protocol/topology/seats.ts";
import { topologyOf } from "../../support/topology.ts";
import { addressesOf, validator, validators } from "../../support/validators.ts";

const seedOf = (number: number): Uint8Array => {
  const seed = new Uint8Array(32);
  new DataView(seed.buffer).setUint32(0, number);
  return seed;
};

const drawsOf = (number: number, subject: number): Draws =>
  new Draws(seedOf(number), "seats", subject);

describe("the auction", () => {
  it("R-11.2 open seats go to the highest stake, of equals to the lower address", () => {
    const queue = [validator(4, 5n), validator(3, 7n), validator(2, 5n), validator(1, 1n)];
    const { seated, waiting } = auction(queue, 2);
    expect(addressesOf(seated)).toEqual([3, 2]);
    expect(addressesOf(waiting)).toEqual([4, 1]);
    expect(auction(queue, 9).waiting).toEqual([]);
  });

  it("R-11.2 stakes beyond 2^53 are told apart", () => {
    const queue = [validator(1, 2n ** 90n), validator(2, 2n ** 90n + 1n)];
    expect(addressesOf(auction(queue, 1).seated)).toEqual([2]);
  });
});

describe("what a split takes", () => {
  // The source's table of the first ten shards: totals, and what is new against the row before.
  it.each([
    [2, 42, 21],
    [3, 63, 21],
    [4, 126, 63],
    [5, 210, 84],
    [6, 315, 105],
    [7, 441, 126],
    [8, 588, 147],
    [9, 756, 168],
    [10, 945, 189],
  ])("R-11.3 to %d shards %d validators must be there, %d of them new", (shards, total, taken) => {
    expect(canSplit(total, shards - 1, 21)).toEqual({ ok: true, value: taken });
    expect(canSplit(total - 1, shards - 1, 21)).toEqual({
      ok: false,
      refusal: {
        code: "VALIDATORS_MISSING",
        validators: total - 1,
        required: total,
        missing: 1,
      },
    });
    expect(validatorsTaken(shards - 1, 21)).toBe(taken);
  });

  it("R-11.3 a lone shard has 21", () => {
    expect(canSplit(21, 1, 21)).toMatchObject({ ok: false, refusal: { missing: 21 } });
  });
});

describe("the draw of seats", () => {
  const open = [
    { set: 5, places: 3 },
    { set: 4, places: 2 },
  ];

  it("R-8.3 fills each place once, by seed and not by the order of the queue", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 6 }), { maxLength: 5 }),
        fc.array(fc.bigInt({ min: 0n, max: 1_000n }), { maxLength: 30 }),
        fc.nat(1_000),
        (places, stakes, number) => {
          const candidates = stakes.map((stake, i) => validator(i, stake));
          const sets = places.map((count, i) => ({ set: i + 1, places: count }));
          const drawn = assignSeats(sets, candidates, drawsOf(number, 1));
          const all = drawn.flatMap((one) => addressesOf(one.validators));
          expect(new Set(all).size).toBe(all.length);
          const room = places.reduce((sum, count) => sum + count, 0);
          expect(all.length).toBe(Math.min(room, candidates.length));
          for (const [i, one] of drawn.entries()) {
            expect(one.set).toBe(i + 1);
            expect(one.validators.length).toBeLessThanOrEqual(places[i] ?? 0);
          }
          expect(assignSeats(sets, candidates.toReversed(), drawsOf(number, 1))).toEqual(drawn);
        },
      ),
    );
  });

  it("R-8.3 another seed and another subject draw otherwise", () => {
    const candidates = validators(5, 10n);
    const drawn = assignSeats(open, candidates, drawsOf(1, 1));
    expect(drawn.map(({ set, validators: got }) => [set, got.length])).toEqual([
      [4, 2],
      [5, 3],
    ]);
    const others = [2, 3, 4].flatMap((number) => [
      assignSeats(open, candidates, drawsOf(number, 1)),
      assignSeats(open, candidates, drawsOf(1, number)),
    ]);
    expect(others).not.toContainEqual(drawn);
  });

  it("R-8.3 the first place is drawn by stake", () => {
    const candidates = [validator(1, 300n), validator(2, 100n)];
    const one = [{ set: 1, places: 1 }];
    let rich = 0;
    for (let number = 0; number < 2_000; number += 1) {
      const [first] = assignSeats(one, candidates, drawsOf(number, 1));
      if (addressesOf(first?.validators ?? [])[0] === 1) rich += 1;
    }
    // 1,500 expected with a deviation of 19.
    expect(Math.abs(rich - 1_500)).toBeLessThan(100);
  });

  it("R-8.3 great stakes spread over the sets", () => {
    // Two hold nearly all: they are drawn first, and dealt one to each.
    const candidates = [
      validator(1, 10n ** 30n),
      validator(2, 10n ** 30n),
      ...validators(4, 1n, 3),
    ];
    const sets = [1, 2].map((set) => ({ set, places: 3 }));
    for (let number = 0; number < 50; number += 1) {
      const drawn = assignSeats(sets, candidates, drawsOf(number, 1));
      const rich = drawn.map((one) => addressesOf(one.validators).filter((id) => id <= 2).length);
      expect(rich).toEqual([1, 1]);
    }
  });

  it("R-8.3 9,765 validators are seated in 465 sets in good time", () => {
    const sets = Array.from({ length: 465 }, (_, i) => ({ set: i + 1, places: 21 }));
    const drawn = assignSeats(sets, validators(9_765, 10n ** 20n), drawsOf(1, 0));
    expect(drawn.every((one) => one.validators.length === 21)).toBe(true);
  }, 20_000);
});

describe("the review of the caps", () => {
  const three = topologyOf(3);
  const review = (permilles: readonly number[]) => ({
    seats: 21,
    permilleOf: (shard: number): number => permilles[shard] ?? 0,
    seed: seedOf(1),
    review: 1,
  });
  const extrasBySet = (result: ReturnType<typeof reviewCaps>): Record<number, number> =>
    Object.fromEntries(result.sets.map(({ set, extras }) => [set, extras.length]));

  it("R-11.2 the more saturated shard of a set counts: A at 90%, B at 30%, C idle", () => {
    // Sets 1 AB, 2 BC, 3 AC.
    const result = reviewCaps(three, [], validators(100), review([900, 300, 0]));
    expect(extrasBySet(result)).toEqual({ 1: 21, 2: 5, 3: 21 });
    expect(result.waiting.length).toBe(100 - 47);
    expect(capOf({ set: 1, shards: [0] }, 21, () => 500)).toBe(31);
  });

  it("R-11.2 the richest of the queue get in, and a short queue is spread evenly", () => {
    const queue = [...validators(10, 5n), ...validators(10, 1n, 10)];
    const result = reviewCaps(three, [], queue, review([140, 140, 140]));
    expect(extrasBySet(result)).toEqual({ 1: 1, 2: 1, 3: 1 });
    for (const { extras } of result.sets) expect(extras[0]?.stake).toBe(5n);
    const short = reviewCaps(three, [], validators(7), review([900, 900, 900]));
    expect(Object.values(extrasBySet(short)).sort()).toEqual([2, 2, 3]);
    expect(short.waiting).toEqual([]);
  });

  it("R-11.2 where a cap falls the lowest stakes go back to the queue; who is within it stays", () => {
    const extras = Array.from({ length: 21 }, (_, i): Validator => validator(i, BigInt(i + 1)));
    const result = reviewCaps(three, [{ set: 2, extras }], [], review([0, 300, 0]));
    const [, second] = result.sets;
    expect(addressesOf(second?.extras ?? [])).toEqual([20, 19, 18, 17, 16]);
    // Set 1 has B, too, and five places open: they are the richest of the queue by then.
    expect(extrasBySet(result)).toEqual({ 1: 5, 2: 5, 3: 0 });
    expect(result.waiting.length).toBe(11);
    expect(result.waiting[0]?.stake).toBe(11n);
  });

  it("R-11.2 extras of a set that is gone queue again", () => {
    const sets = [{ set: 9, extras: validators(3) }];
    const result = reviewCaps(three, sets, [], review([0, 0, 0]));
    expect(result.waiting.length).toBe(3);
  });
});
