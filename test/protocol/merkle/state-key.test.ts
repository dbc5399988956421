import { describe, expect, it } from "vitest";
import {
  accountKey,
  chainKey,
  StateKind,
  seatKeyKey,
  stakesKey,
  stakingRulesKey,
  tokenCountKey,
  tokenKey,
  unattributedFeesKey,
  unbondingKey,
  unbondingQueueKey,
  validatorKey,
} from "../../../src/protocol/merkle/state-key.ts";
import { hex } from "./naive-state.ts";

describe("state keys", () => {
  it("R-5.7 golden keys of each kind", () => {
    expect(hex(accountKey(new Uint8Array(20).fill(0xab)))).toBe(`00${"ab".repeat(20)}`);
    expect(hex(chainKey())).toBe("01");
    expect(hex(unattributedFeesKey())).toBe("02");
    expect(hex(tokenKey(0))).toBe("0300000000");
    expect(hex(tokenKey(0xffff_fffe))).toBe("03fffffffe");
    expect(hex(tokenCountKey())).toBe("0c");
    expect(hex(validatorKey(new Uint8Array(20).fill(0xac)))).toBe(`09${"ac".repeat(20)}`);
    expect(hex(seatKeyKey(new Uint8Array(96).fill(0xad)))).toBe(`0d${"ad".repeat(96)}`);
    expect(hex(stakesKey(new Uint8Array(20).fill(0xae)))).toBe(`0e${"ae".repeat(20)}`);
    expect(hex(stakingRulesKey())).toBe("0f");
    expect(hex(unbondingQueueKey())).toBe("10");
    expect(hex(unbondingKey(258))).toBe("110000000000000102");
  });

  it("R-5.7 the numbers of the kinds are fixed and each given once", () => {
    expect(Object.entries(StateKind).map(([kind, number]) => `${number} ${kind}`)).toEqual([
      "0 account",
      "1 chain",
      "2 unattributedFees",
      "3 token",
      "4 offer",
      "5 order",
      "6 pool",
      "7 escrow",
      "8 pot",
      "9 validator",
      "10 name",
      "11 treasury",
      "12 tokenCount",
      "13 seatKey",
      "14 stakes",
      "15 stakingRules",
      "16 unbondingQueue",
      "17 unbonding",
    ]);
  });

  it("R-5.7 refuses what is no address and no chain id", () => {
    for (const size of [0, 19, 21]) {
      expect(() => accountKey(new Uint8Array(size))).toThrow(TypeError);
      expect(() => validatorKey(new Uint8Array(size))).toThrow(TypeError);
      expect(() => seatKeyKey(new Uint8Array(size))).toThrow(TypeError);
    }
    for (const id of [-1, 1.5, 2 ** 32]) expect(() => tokenKey(id)).toThrow(RangeError);
  });
});
