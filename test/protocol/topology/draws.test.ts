import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Draws, shuffled } from "../../../src/protocol/topology/draws.ts";
import { StakeTree } from "../../../src/protocol/topology/stake-tree.ts";

const seed = new Uint8Array(32).fill(1);
const draw = (count: number, bound: bigint, draws: Draws): bigint[] =>
  Array.from({ length: count }, () => draws.below(bound));

describe("draws from a seed", () => {
  it("R-8.3 the same seed, purpose and subject draw the same, any other something else", () => {
    const bound = 1n << 64n;
    const drawn = draw(4, bound, new Draws(seed, "split", 1));
    expect(draw(4, bound, new Draws(seed.slice(), "split", 1))).toEqual(drawn);
    expect(draw(4, bound, new Draws(seed, "split", 2))).not.toEqual(drawn);
    expect(draw(4, bound, new Draws(seed, "seats", 1))).not.toEqual(drawn);
    expect(
      draw(
        4,
        bound,
        new Draws(
          seed.map(() => 2),
          "split",
          1,
        ),
      ),
    ).not.toEqual(drawn);
    expect(new Set(drawn).size).toBe(4);
  });

  it("R-8.3 every number below the bound comes equally often", () => {
    const counts = [0, 0, 0];
    for (const drawn of draw(3_000, 3n, new Draws(seed, "split", 0))) {
      counts[Number(drawn)] = (counts[Number(drawn)] ?? 0) + 1;
    }
    // A deviation of 26 around 1,000; five of them on either side.
    for (const count of counts) expect(Math.abs(count - 1_000)).toBeLessThan(130);
  });

  it("R-8.3 the uneven rest of the range is drawn again: no bound, however large, favours low numbers", () => {
    // With a modulo alone two thirds of 2^256 would make the lower half twice as likely.
    const bound = ((1n << 256n) * 2n) / 3n;
    const low = draw(3_000, bound, new Draws(seed, "split", 0)).filter((one) => one < bound / 2n);
    // 1,500 expected with a deviation of 27; 2,000 with the modulo alone.
    expect(Math.abs(low.length - 1_500)).toBeLessThan(140);
  });

  it("R-8.3 a seed of another length and a bound of nothing are errors", () => {
    expect(() => new Draws(new Uint8Array(31), "split", 0)).toThrow(TypeError);
    expect(() => new Draws(seed, "split", 0).below(0n)).toThrow(RangeError);
  });

  it("R-12.2 each order of three items is as likely", () => {
    const counts = new Map<string, number>();
    for (let subject = 0; subject < 3_000; subject += 1) {
      const order = shuffled(["a", "b", "c"], new Draws(seed, "split", subject)).join("");
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    // 500 each with a deviation of 20.
    for (const count of counts.values()) expect(Math.abs(count - 500)).toBeLessThan(105);
  });
});

describe("stretches of stake", () => {
  it("R-8.3 a point takes the item in whose stretch it lies, as in a plain walk", () => {
    fc.assert(
      fc.property(
        fc.array(fc.bigInt({ min: 0n, max: 1n << 100n }), { minLength: 1, maxLength: 40 }),
        fc.array(fc.bigInt({ min: 0n, max: 1n << 110n }), { maxLength: 60 }),
        (weights, points) => {
          const tree = new StakeTree(weights);
          const left = [...weights];
          for (const point of points) {
            const total = left.reduce((sum, weight) => sum + weight, 0n);
            expect(tree.total).toBe(total);
            if (total === 0n) return;
            let rest = point % total;
            const index = left.findIndex((weight) => {
              if (rest < weight) return true;
              rest -= weight;
              return false;
            });
            expect(tree.take(point % total)).toBe(index);
            left[index] = 0n;
          }
        },
      ),
    );
  });
});
