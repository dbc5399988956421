import { describe, expect, it } from "vitest";
import { formatChainId, parseChainId } from "../../../src/protocol/ledger/chain-id.ts";
import { gasRequired } from "../../../src/protocol/ledger/gas.ts";

describe("gas", () => {
  it.each([
    ["transfer", 1_000],
    ["setReserve", 1_000],
    ["revoke", 1_000],
    ["spendFrom", 1_500],
    ["createToken", 50_000],
    ["bond", 5_000],
    ["unbond", 5_000],
    ["delegateStake", 5_000],
    ["undelegateStake", 5_000],
  ] as const)("section 15: %s takes %d, each authorisation 1,000 more", (kind, gas) => {
    expect([0, 1, 8].map((authorisations) => gasRequired(kind, authorisations))).toEqual([
      gas,
      gas + 1_000,
      gas + 8_000,
    ]);
  });

  it("section 15: a delegate payload is paid by its authorisations", () => {
    expect(gasRequired("delegate", 1)).toBe(1_000);
  });
});

describe("chain ids", () => {
  it.each([0, 1, 10, 4_294_967_295])("R-2.1 %d has one text form", (chain) => {
    expect(parseChainId(formatChainId(chain))).toBe(chain);
  });

  it.each(["", "T", "0", "t0", "T00", "T01", "T-1", "T1.0", "T4294967296", " T1", "T1 ", "T1e3"])(
    "R-2.1 %o is no chain id",
    (text) => {
      expect(parseChainId(text)).toBeNull();
    },
  );
});
