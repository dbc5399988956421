import { hkdfSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { publicKeyOf, sign } from "../../../src/protocol/crypto/bls.ts";
import { GROUP_ORDER } from "../../../src/protocol/crypto/bls-curve.ts";
import { deriveSeatSecret, sumSecrets } from "../../../src/protocol/crypto/seat-secret.ts";
import { concatBytes, fromHex, toHex, utf8 } from "../../../src/protocol/encoding/bytes.ts";

const secret = new Uint8Array(32).fill(7);
const place = { networkName: "net", epoch: 1, set: 2, seat: 3 };
const bytesOf = (scalar: bigint): Uint8Array => fromHex(scalar.toString(16).padStart(64, "0"));

describe("R-4.1 seat secrets", () => {
  it("R-4.1 are HKDF-SHA256 of the deployment secret, reduced into 1..r-1", () => {
    const numbers = fromHex("0000000000000001" + "00000002" + "00000003");
    const info = concatBytes(numbers, utf8("net"));
    const derived = hkdfSync("sha256", secret, utf8("YGGDRASIL-V1 seat key"), info, 48);
    const wide = BigInt(`0x${Buffer.from(derived).toString("hex")}`);
    expect(deriveSeatSecret(secret, place)).toEqual(bytesOf((wide % (GROUP_ORDER - 1n)) + 1n));
  });

  it("R-4.1 differ in every part of the place and in the deployment secret", () => {
    const places = [
      place,
      { ...place, networkName: "net2" },
      { ...place, networkName: "" },
      { ...place, epoch: 2 },
      { ...place, epoch: 2 ** 40 },
      { ...place, set: 3 },
      { ...place, seat: 2 },
      { ...place, set: 3, seat: 2 },
    ];
    const derived = places.map((one) => toHex(deriveSeatSecret(secret, one)));
    derived.push(toHex(deriveSeatSecret(new Uint8Array(32).fill(8), place)));
    expect(new Set(derived).size).toBe(derived.length);
  });

  it("R-4.1 throws for secrets that are too short or out of range: bugs of ours", () => {
    expect(() => deriveSeatSecret(new Uint8Array(31), place)).toThrow(RangeError);
    const one = bytesOf(1n);
    for (const bad of [bytesOf(0n), bytesOf(GROUP_ORDER), new Uint8Array(32).fill(255)]) {
      expect(() => sign(bad, one)).toThrow(RangeError);
      expect(() => publicKeyOf(bad)).toThrow(RangeError);
      expect(() => sumSecrets([one, bad])).toThrow(RangeError);
    }
    expect(() => sign(new Uint8Array(31), one)).toThrow(TypeError);
    expect(() => sumSecrets([])).toThrow(RangeError);
    expect(() => sumSecrets([one, bytesOf(GROUP_ORDER - 1n)])).toThrow(RangeError);
    expect(sumSecrets([one, one])).toEqual(bytesOf(2n));
  });
});
