// Every refusal has words of one form, that quote its values and say what to do; also as the shard
// stores them.
import { describe, expect, it } from "vitest";
import { reasonJson } from "../../src/actors/shard-log.ts";
import {
  type ApiRefusal,
  isRetryable,
  REFUSAL_WORDINGS,
  refusalDetails,
  refusalMessage,
  storedRefusal,
} from "../../src/gateway/refusal-message.ts";
import type { Refusal } from "../../src/protocol/refusal.ts";

/** One of each, with values that can be found again. */
type Code = ApiRefusal["code"];
const SAMPLES: { readonly [C in Code]: Extract<ApiRefusal, { readonly code: C }> } = {
  BYTES_TOO_LONG: { code: "BYTES_TOO_LONG", format: "transaction", bytes: 4097, bytesMax: 4096 },
  MALFORMED_BYTES: { code: "MALFORMED_BYTES", format: "transaction", bytes: 77 },
  UNSUPPORTED_VERSION: { code: "UNSUPPORTED_VERSION", version: 9 },
  WRONG_NETWORK: { code: "WRONG_NETWORK", networkId: "ab".repeat(32) },
  WRONG_LEGS: { code: "WRONG_LEGS", payload: "setReserve", legs: 2, required: 1 },
  SAME_CHAIN: { code: "SAME_CHAIN", chain: 5 },
  LEGS_OUT_OF_ORDER: { code: "LEGS_OUT_OF_ORDER", chain: 5 },
  MISSING_PAYER: { code: "MISSING_PAYER", chain: 5 },
  NOT_AN_OFFER: { code: "NOT_AN_OFFER", chain: 5 },
  NONCE_OUT_OF_RANGE: { code: "NONCE_OUT_OF_RANGE", chain: 5 },
  WRONG_CHAIN: { code: "WRONG_CHAIN", payload: "createToken", chain: 5, required: 0 },
  INVALID_TOKEN: { code: "INVALID_TOKEN", field: "symbol" },
  WRONG_OFFER_LEGS: { code: "WRONG_OFFER_LEGS", offers: 2 },
  PRICE_ON_OFFER: { code: "PRICE_ON_OFFER", chain: 5, gasPrice: 3n },
  COMMISSION_TOO_HIGH: { code: "COMMISSION_TOO_HIGH", commission: 10_001, max: 10_000 },
  SELF_DELEGATION: { code: "SELF_DELEGATION" },
  SELF_TRADE: { code: "SELF_TRADE" },
  ZERO_AMOUNT: { code: "ZERO_AMOUNT", chain: 5 },
  OFFER_ENDS_FIRST: { code: "OFFER_ENDS_FIRST", validUntil: 9, offerValidUntil: 8 },
  TOO_MANY_AUTHORISATIONS: { code: "TOO_MANY_AUTHORISATIONS", authorisations: 9, max: 8 },
  MISSING_AUTHORISATION: { code: "MISSING_AUTHORISATION" },
  GAS_LIMIT_TOO_LOW: { code: "GAS_LIMIT_TOO_LOW", chain: 5, gasLimit: 9, required: 1000 },
  GAS_LIMIT_TOO_HIGH: { code: "GAS_LIMIT_TOO_HIGH", chain: 5, gasLimit: 900, max: 800 },
  FEE_OVERFLOW: { code: "FEE_OVERFLOW", chain: 5 },
  WRONG_SIGNERS: { code: "WRONG_SIGNERS", signatures: 3, required: 1 },
  INVALID_SIGNATURE: { code: "INVALID_SIGNATURE", signer: 0 },
  INVALID_OFFER: { code: "INVALID_OFFER", chain: 5 },
  INVALID_AUTHORISATION: { code: "INVALID_AUTHORISATION", authorisation: 2 },
  INVALID_KEY_PROOF: { code: "INVALID_KEY_PROOF", publicKey: "ab".repeat(96) },
  TOO_MANY_KEY_PROOFS: { code: "TOO_MANY_KEY_PROOFS", max: 8 },
  UNKNOWN_CHAIN: { code: "UNKNOWN_CHAIN", chain: 5 },
  SHARD_UNAVAILABLE: { code: "SHARD_UNAVAILABLE", shard: 6 },
  UNBORN_CHAIN: { code: "UNBORN_CHAIN", chain: 5, bornRound: 44 },
  GAS_PRICE_TOO_LOW: { code: "GAS_PRICE_TOO_LOW", chain: 5, gasPrice: 3n, min: 4n },
  VALID_UNTIL_PAST: { code: "VALID_UNTIL_PAST", validUntil: 6, round: 7 },
  VALID_UNTIL_TOO_FAR: { code: "VALID_UNTIL_TOO_FAR", validUntil: 60_000, max: 10_000 },
  NONCE_TOO_LOW: { code: "NONCE_TOO_LOW", chain: 5, nonce: 1, next: 2 },
  NONCE_GAP: { code: "NONCE_GAP", chain: 5, nonce: 3, next: 2 },
  AUTHORISATION_OVERTAKEN: { code: "AUTHORISATION_OVERTAKEN", authorisation: 0, next: 2 },
  WAITS_FOR_PAIR: { code: "WAITS_FOR_PAIR", chain: 5, round: 99 },
  RESERVE_EXCEEDED: {
    code: "RESERVE_EXCEEDED",
    chain: 5,
    rule: "after-emptying",
    fees: 12n,
    allowed: 10n,
  },
  OFFER_USED: { code: "OFFER_USED", chain: 5, offer: 77n, until: 99 },
  OFFER_IN_FLIGHT: { code: "OFFER_IN_FLIGHT", chain: 5, offer: 77n, by: "cd".repeat(32) },
  OFFERS_FULL: { code: "OFFERS_FULL", chain: 5, until: 99 },
  TAKER_LACKS_FUNDS: { code: "TAKER_LACKS_FUNDS", chain: 5, balance: 1n, cost: 1000n },
  BLOCK_FULL: { code: "BLOCK_FULL", limit: "shard bytes" },
  INSUFFICIENT_FUNDS: { code: "INSUFFICIENT_FUNDS", chain: 5, balance: 1n, fee: 1000n },
  NONCE_TAKEN: {
    code: "NONCE_TAKEN",
    chain: 5,
    nonce: 3,
    by: "cd".repeat(32),
    gasPrice: 77n,
  },
  NONCE_TOO_FAR: { code: "NONCE_TOO_FAR", chain: 5, nonce: 3000, max: 1000 },
  MEMPOOL_FULL: { code: "MEMPOOL_FULL", chain: 5, limit: "chain bytes", gasPrice: 88n },
  REPLACED: { code: "REPLACED", chain: 5, nonce: 3, by: "cd".repeat(32) },
  EVICTED: { code: "EVICTED", chain: 5, limit: "chain transactions", by: "cd".repeat(32) },
  SIGNATURES_REFUSED: { code: "SIGNATURES_REFUSED" },
  INVALID_BLOCK: { code: "INVALID_BLOCK", check: "order" },
  INVALID_CERTIFICATE: { code: "INVALID_CERTIFICATE", check: "quorum" },
  STALE_BLOCK: { code: "STALE_BLOCK", round: 3, headRound: 4 },
  ROUND_CLOSED: { code: "ROUND_CLOSED", round: 3 },
  UNKNOWN_SHARD: { code: "UNKNOWN_SHARD", shard: 6 },
  CHAINS_TOO_FEW: { code: "CHAINS_TOO_FEW", shard: 6, chains: 1 },
  SAME_SHARD: { code: "SAME_SHARD", shard: 6 },
  NO_PARTNER: { code: "NO_PARTNER", shard: 6, permilleMax: 900 },
};

const all = Object.values(SAMPLES) as ApiRefusal[];

describe("refusals in words", () => {
  it("have one wording each", () => {
    expect(Object.keys(REFUSAL_WORDINGS)).toEqual(Object.keys(SAMPLES));
    expect(new Set(all.map(refusalMessage)).size).toBe(all.length);
  });

  it.each(all)("$code: an action, what stands against it, no full stop", (refusal) => {
    const message = refusalMessage(refusal);
    expect(message).toMatch(/^Cannot [a-z][^\n]*[:;] [^\n]*[^.\n]$/);
    expect(message).not.toMatch(/undefined|NaN|\[object/);
  });

  it.each(all)("$code: quotes its numbers and names", (refusal) => {
    const message = refusalMessage(refusal);
    for (const { name, value } of refusalDetails(refusal)) {
      if (name === "payload") continue;
      expect([name, message.includes(value)]).toEqual([name, true]);
    }
  });

  // What no shard says of a transaction is stored by none.
  const unstored = [
    "SHARD_UNAVAILABLE",
    "UNKNOWN_SHARD",
    "CHAINS_TOO_FEW",
    "SAME_SHARD",
    "NO_PARTNER",
  ];
  const stored = all.filter((one): one is Refusal => !unstored.includes(one.code));
  it.each(stored)("$code: the same words from the shard's stored form", (refusal) => {
    const read = storedRefusal(reasonJson(refusal));
    expect(read === null ? null : refusalMessage(read)).toBe(refusalMessage(refusal));
  });

  it("retry only what can be accepted with the same bytes", () => {
    expect(isRetryable(SAMPLES.NONCE_GAP)).toBe(true);
    expect(isRetryable(SAMPLES.MEMPOOL_FULL)).toBe(true);
    expect(isRetryable(SAMPLES.INVALID_SIGNATURE)).toBe(false);
    expect(isRetryable(SAMPLES.NONCE_TOO_LOW)).toBe(false);
  });

  it("names no price where none would do", () => {
    const full = refusalMessage({ code: "MEMPOOL_FULL", chain: 5, limit: "sender" });
    expect(full).toMatch(/limit is reached \(sender\); send it later$/);
    const by = "cd".repeat(32);
    const dear = { code: "NONCE_TAKEN", chain: 5, nonce: 3, by } as const;
    expect(refusalMessage(dear)).not.toMatch(/price/);
    expect(refusalDetails(dear).map(({ name }) => name)).toEqual(["chain", "nonce", "by"]);
  });

  it("knows no refusal in other stored texts", () => {
    expect(storedRefusal('{"code":"toString"}')).toBe(null);
    expect(storedRefusal("5")).toBe(null);
  });
});
