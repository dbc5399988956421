import { bech32, bech32m } from "@scure/base";
import { describe, expect, it } from "vitest";
import { addressOf, formatAddress, parseAddress } from "../../../src/protocol/crypto/address.ts";
import { fromHex, toHex } from "../../../src/protocol/encoding/bytes.ts";

// The public key of RFC 8032 section 7.1, test 1.
const publicKey = fromHex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
const address = addressOf(publicKey);
const text = formatAddress(address);

const refusal = (input: string): string => {
  const parsed = parseAddress(input);
  if (parsed.ok) return "accepted";
  return parsed.refusal.code === "INVALID_ADDRESS" ? parsed.refusal.reason : parsed.refusal.code;
};

describe("R-2.1 address", () => {
  it("R-2.1 is the first 20 bytes of SHA-256 of the public key (golden)", () => {
    expect(toHex(address)).toBe("21fe31dfa154a261626bf854046fd2271b7bed4b");
    expect(text).toBe("ygg1y8lrrhap2j3xzcntlp2qgm7jyudhhm2t4a6z53");
  });

  it("R-2.1 reads back what it wrote, also in capitals", () => {
    expect(parseAddress(text)).toEqual({ ok: true, value: address });
    expect(parseAddress(text.toUpperCase())).toEqual({ ok: true, value: address });
  });

  const words = bech32m.toWords(address);
  const typo = `${text.slice(0, 10)}${text[10] === "q" ? "p" : "q"}${text.slice(11)}`;
  // The Kelvin sign in lower case is the letter k; 0xb5 begins with the five bits of k.
  const withKelvin = formatAddress(new Uint8Array(20).fill(0xb5)).replace("k", "\u212a");
  it.each([
    ["nothing", "", "FORM"],
    ["a mistyped letter", typo, "FORM"],
    ["a missing letter", text.slice(0, -1), "FORM"],
    ["mixed case", `Y${text.slice(1)}`, "FORM"],
    ["a space", ` ${text}`, "FORM"],
    ["the checksum of bech32", bech32.encode("ygg", words), "FORM"],
    ["a letter outside the alphabet", text.replace(/.$/, "b"), "FORM"],
    ["a letter that lower-cases into ASCII", withKelvin, "FORM"],
    ["a text of a megabyte", "q".repeat(1 << 20), "FORM"],
    ["another prefix", bech32m.encode("yg", words), "PREFIX"],
    ["the prefix of Bitcoin", bech32m.encode("bc", words), "PREFIX"],
    ["19 bytes", bech32m.encode("ygg", bech32m.toWords(address.slice(1))), "LENGTH"],
    ["21 bytes", bech32m.encode("ygg", bech32m.toWords(new Uint8Array(21))), "LENGTH"],
    ["an extra word", bech32m.encode("ygg", [...words, 0]), "LENGTH"],
    ["no bytes", bech32m.encode("ygg", []), "LENGTH"],
  ])("R-2.1 refuses %s", (_, input, reason) => {
    expect(refusal(input)).toBe(reason);
  });

  it("R-2.1 throws for keys and addresses of another length: a bug of the caller", () => {
    expect(() => addressOf(publicKey.slice(1))).toThrow(TypeError);
    expect(() => formatAddress(publicKey)).toThrow(TypeError);
  });
});
