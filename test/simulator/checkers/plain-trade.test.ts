// What the plain ledger says of trades and offers, against arithmetic done on paper.
import { describe, expect, it } from "vitest";
import type {
  ObservedLeg,
  ObservedPayload,
  ObservedTransaction,
} from "../../../src/simulator/checkers/observation.ts";
import { Paper } from "./paper.ts";

type Trade = Extract<ObservedPayload, { readonly kind: "trade" }>;

const leg = (chain: number, payer: string, nonce: number | null): ObservedLeg => ({
  chain,
  payer,
  nonce,
  gasLimit: 1_500,
  gasPrice: nonce === null ? 0n : 1n,
});

let ids = 0;
function trade(
  first: ObservedLeg,
  second: ObservedLeg,
  amounts: Trade["amounts"],
  offer: Trade["offer"] = null,
  validUntil = 500,
): ObservedTransaction {
  ids += 1;
  const payload: Trade = { kind: "trade", amounts, offer };
  return {
    id: `trade ${ids}`,
    legs: [first, second],
    payload,
    authorisations: [],
    validUntil,
    isSigned: true,
  };
}

const OFFER = { number: 5n, openTaker: true, validUntil: 500 };
/** Alice offers 70 of chain 0 for 90 of chain 1. */
const take = (by: string, nonce = 0, offer: NonNullable<Trade["offer"]> = OFFER) =>
  trade(leg(0, "alice", null), leg(1, by, nonce), [70n, 90n], offer);

const open = (): Paper => new Paper({ chains: 2 });
const held = (paper: Paper, address: string): readonly (bigint | undefined)[] =>
  [0, 1].map((chain) => paper.ledger.chains.get(chain)?.account(address).balance);

describe("trades on paper", () => {
  it("R-2.5 R-5.6 both sides move, each pays its fee", () => {
    const paper = open();
    const one = trade(leg(0, "alice", 0), leg(1, "bob", 0), [70n, 90n]);
    expect(paper.ledger.judge(one, 1)).toBeNull();
    expect(paper.ledger.include(one, 1).code).toBe(2);
    expect(held(paper, "alice")).toEqual([100_000n - 1_500n - 70n, 100_090n]);
    expect(held(paper, "bob")).toEqual([50_070n, 50_000n - 1_500n - 90n]);
  });

  it("R-5.6 one side that has too little leaves both as they were but for the fees", () => {
    const paper = open();
    const one = trade(leg(0, "alice", 0), leg(1, "bob", 0), [70n, 60_000n]);
    expect(paper.ledger.include(one, 1).code).toBe(1);
    expect(held(paper, "alice")).toEqual([98_500n, 100_000n]);
    expect(held(paper, "bob")).toEqual([50_000n, 48_500n]);
  });

  it("R-2.4 R-2.9 the taker pays both fees, the maker uses no nonce", () => {
    const paper = open();
    const one = take("bob");
    expect(paper.ledger.judge(one, 1)).toBeNull();
    expect(paper.ledger.include(one, 1).code).toBe(2);
    expect(held(paper, "alice")).toEqual([100_000n - 70n, 100_090n]);
    expect(held(paper, "bob")).toEqual([50_070n, 50_000n - 3_000n - 90n]);
    expect(paper.ledger.chains.get(0)?.account("alice").nonce).toBe(0);
  });

  it("R-2.9 an offer is taken once: not in flight, not when it is used", () => {
    const paper = open();
    paper.ledger.include(take("bob"), 1);
    const other = take("carol");
    expect(paper.ledger.judge(other, 1)).toContain("is in flight");
    expect(paper.ledger.judge(other, 3)).toContain("is in flight");
    expect(paper.ledger.judge(other, 4)).toContain("is used after round 1");
  });

  it("R-2.9 a take that fails leaves the offer", () => {
    const paper = open();
    const failed = trade(leg(0, "alice", null), leg(1, "bob", 0), [70n, 60_000n], {
      ...OFFER,
      openTaker: false,
    });
    expect(paper.ledger.include(failed, 1).code).toBe(1);
    expect(paper.ledger.judge(take("bob", 1), 4)).toBeNull();
  });

  it("R-2.9 after its cancellation it fails, and is kept out once that is known", () => {
    const paper = open();
    const cancel: ObservedTransaction = {
      ...take("bob"),
      id: "cancel",
      legs: [{ ...leg(0, "alice", 0) }],
      payload: { kind: "cancelOffer", offer: 5n, validUntil: 500 },
    };
    expect(paper.ledger.judge(cancel, 1)).toBeNull();
    expect(paper.ledger.include(cancel, 1).code).toBe(2);
    expect(paper.ledger.judge(take("bob"), 2)).toBeNull();
    expect(paper.ledger.include(take("bob"), 2).code).toBe(1);
    expect(paper.ledger.judge(take("bob", 1), 6)).toContain("is used");
    expect(paper.ledger.include({ ...cancel, id: "again" }, 7).code).toBe(1);
  });

  it.each<readonly [string, ObservedTransaction]>([
    ["R-2.3 its legs do not ascend", trade(leg(1, "bob", 0), leg(0, "alice", 0), [1n, 1n])],
    ["R-2.5 alice trades with itself", trade(leg(0, "alice", 0), leg(1, "alice", 0), [1n, 1n])],
    ["R-2.5 one side gives nothing", trade(leg(0, "alice", 0), leg(1, "bob", 0), [1n, 0n])],
    ["R-2.9 its offer is on no leg", trade(leg(0, "alice", 0), leg(1, "bob", 0), [1n, 1n], OFFER)],
    [
      "R-2.9 it is valid until 501",
      trade(leg(0, "alice", null), leg(1, "bob", 0), [1n, 1n], OFFER, 501),
    ],
    [
      "R-2.9 its taker has 50000",
      trade(leg(0, "alice", null), leg(1, "bob", 0), [1n, 47_001n], OFFER),
    ],
    ["R-2.9 its nonce on chain 1", take("bob", 1)],
  ])("%s", (verdict, transaction) => {
    expect(open().ledger.judge(transaction, 1)).toContain(verdict);
  });

  it("R-6.3 R-6.5 a maker that was taken lately cannot be emptied", () => {
    const paper = open();
    paper.ledger.include(take("bob"), 1);
    const all = trade(leg(0, "alice", null), leg(1, "bob", 1), [90_000n, 1n], {
      ...OFFER,
      number: 6n,
    });
    expect(paper.ledger.include(all, 2).code).toBe(1);
    const rest = trade(leg(0, "alice", null), leg(1, "bob", 2), [89_930n, 1n], {
      ...OFFER,
      number: 7n,
    });
    expect(paper.ledger.include(rest, 2).code).toBe(2);
  });
});
