import { crc32 as reference } from "node:zlib";
import { assert, property, uint8Array } from "fast-check";
import { describe, expect, it } from "vitest";
import { utf8 } from "../../src/protocol/encoding/bytes.ts";
import { crc32 } from "../../src/storage/crc32.ts";

describe("crc32", () => {
  it("has the check value of the standard", () => {
    expect(crc32(utf8("123456789")) >>> 0).toBe(0xcb_f4_39_26);
  });

  it("is zlib's, of whole byte strings and of two parts", () => {
    assert(
      property(uint8Array({ maxLength: 60 }), uint8Array({ maxLength: 60 }), (a, b) => {
        expect(crc32(a) >>> 0).toBe(reference(a));
        expect(crc32(b, crc32(a)) >>> 0).toBe(reference(b, reference(a)));
        // A view that begins at an odd address.
        expect(crc32(a.subarray(1)) >>> 0).toBe(reference(a.subarray(1)));
      }),
    );
  });
});
