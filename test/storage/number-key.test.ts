import { expect, it } from "vitest";
import { joinKeys, u32Key, u64Key } from "../../src/actors/keys.ts";
import { keyOfNumber, numberOfBound, numberOfKey } from "../../src/storage/number-key.ts";

const NUMBERS = [0, 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 32 + 1, 2 ** 40 + 5, 2 ** 46 - 2];
const keys = NUMBERS.flatMap((number) => [
  u64Key(number),
  joinKeys(u64Key(number), u32Key(0)),
  joinKeys(u64Key(number), u32Key(7)),
]);

it("every key comes back, and their order stays", () => {
  const integers = keys.map(numberOfKey);
  expect(integers.map(keyOfNumber)).toEqual(keys);
  expect(integers).toEqual([...integers].sort((a, b) => a - b));
  expect(new Set(integers).size).toBe(keys.length);
  expect(keys.map(numberOfBound)).toEqual(integers);
});

it("a bound above all numbers is above all keys, and no key", () => {
  for (const number of [2n ** 46n - 1n, 2n ** 53n + 1n, 2n ** 64n - 1n]) {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setBigUint64(0, number);
    expect(numberOfBound(bytes)).toBe(Number.MAX_SAFE_INTEGER);
    expect(() => numberOfKey(bytes)).toThrow(RangeError);
  }
});
