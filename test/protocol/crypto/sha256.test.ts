import { createHash } from "node:crypto";
import { sha256 as nobleSha256 } from "@noble/hashes/sha2.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sha256 } from "../../../src/protocol/crypto/sha256.ts";
import { toHex, utf8 } from "../../../src/protocol/encoding/bytes.ts";

describe("SHA-256 (FIPS 180-4)", () => {
  it.each([
    ["", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
    ["abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"],
    [
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
    ],
    [
      "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
      "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1",
    ],
    ["a".repeat(1_000_000), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"],
  ])("gives the standard's digest (vector %#)", (text, digest) => {
    expect(toHex(sha256(utf8(text)))).toBe(digest);
  });

  it("agrees with two other implementations for every length around the blocks", () => {
    for (let length = 0; length <= 300; length += 1) {
      const bytes = Uint8Array.from({ length }, (_, i) => (i * 131 + length) & 0xff);
      const digest = toHex(sha256(bytes));
      expect(digest).toBe(toHex(nobleSha256(bytes)));
      expect(digest).toBe(createHash("sha256").update(bytes).digest("hex"));
    }
  });

  it("hashes parts as if they were joined, and changes none of them", () => {
    const parts = fc.array(fc.uint8Array({ maxLength: 150 }), { maxLength: 8 });
    fc.assert(
      fc.property(parts, (list) => {
        const before = list.map(toHex);
        expect(toHex(sha256(...list))).toBe(toHex(nobleSha256(Buffer.concat(list))));
        expect(list.map(toHex)).toEqual(before);
      }),
    );
  });

  // Half a gibibyte takes a while: not in every run.
  it.runIf(process.env.DEEP !== undefined)("writes lengths of more than 32 bits of length", () => {
    // 2^29 bytes are 2^32 bits: the padding's upper word counts.
    const mebibyte = new Uint8Array(1024 * 1024);
    const parts = Array.from({ length: 513 }, () => mebibyte);
    const reference = createHash("sha256");
    for (const part of parts) reference.update(part);
    expect(toHex(sha256(...parts))).toBe(reference.digest("hex"));
  });
});
