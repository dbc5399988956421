import { describe, expect, it } from "vitest";
import { addressBytes, addressOf, formatAddress, isAddress } from "../../src/client/index.ts";

const address = formatAddress(addressOf(new Uint8Array(32)));
const faultOf = (text: string): string => {
  try {
    addressBytes(text);
    return "none";
  } catch (error) {
    expect(error).toBeInstanceOf(TypeError);
    return (error as TypeError).message;
  }
};

describe("R-2.1 addresses as people type them", () => {
  it("takes small letters and capitals, and gives the 20 bytes", () => {
    expect(addressBytes(address)).toEqual(addressOf(new Uint8Array(32)));
    expect(addressBytes(address.toUpperCase())).toEqual(addressBytes(address));
    expect(isAddress(address)).toBe(true);
  });

  const last = address.slice(-1);
  const swapped = [...address];
  [swapped[20], swapped[21]] = [swapped[21] as string, swapped[20] as string];
  it.each([
    ["two swapped letters", swapped.join(""), "has a checksum that does not hold"],
    ["a mistyped letter", address.slice(0, -1) + (last === "q" ? "p" : "q"), "has a checksum"],
    ["a missing letter", address.slice(0, -1), "has 41 characters, expected 42"],
    ["text run together", address + address, "has 84 characters, expected 42"],
    ["a letter of no address", `${address.slice(0, 9)}b${address.slice(10)}`, '"b" at place 10'],
    ["a capital among small ones", `${address.slice(0, -1)}${last}`.replace("g", "G"), "mixes"],
    ["another ledger's", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "of another ledger"],
    ["nothing", "", "of another ledger"],
  ])("says what is wrong: %s", (_, text, fault) => {
    expect(isAddress(text)).toBe(false);
    expect(faultOf(text)).toContain(fault);
    expect(faultOf(text)).toContain(JSON.stringify(text));
  });
});
