import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { PastValues } from "../../src/actors/past-values.ts";

describe("what entries held before a round", () => {
  it("R-5.1 is there by name: a value, an empty one, nothing, or no word of it", () => {
    const [first, last] = [Uint8Array.of(1, 2), Uint8Array.of(3)];
    const values = new PastValues([
      ["first", first],
      ["absent", null],
      ["empty", new Uint8Array(0)],
      ["last", last],
    ]);
    expect(values.get("first")).toEqual(first);
    expect(values.get("absent")).toBeNull();
    expect(values.get("empty")).toEqual(new Uint8Array(0));
    expect(values.get("last")).toEqual(last);
    expect(values.get("other")).toBeUndefined();
    expect(new PastValues([]).get("first")).toBeUndefined();
  });

  it("R-3.10 takes little more than the bytes and the names", async () => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    const settle = async (): Promise<number> => {
      await new Promise((resolve) => setTimeout(resolve, 0));
      collect();
      const { heapUsed, arrayBuffers } = process.memoryUsage();
      return heapUsed + arrayBuffers;
    };
    const names = Array.from({ length: 20_000 }, (_, i) => `${i}`);
    const make = (count: number) =>
      new PastValues(names.slice(0, count).map((name) => [name, new Uint8Array(60)] as const));
    make(10);
    const before = await settle();
    const values = make(names.length);
    const each = ((await settle()) - before) / names.length;
    expect(values.get("19999")).toEqual(new Uint8Array(60));
    expect(each).toBeLessThan(60 + 80);
  });
});
