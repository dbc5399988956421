// What execution does, against arithmetic done on paper.
import { describe, expect, it } from "vitest";
import { authorise, type Signing, transfer } from "./draft.ts";
import { Paper } from "./paper.ts";

describe("what a transaction does", () => {
  it("R-2.4 R-6.7 the fee is charged also of what fails", () => {
    const paper = new Paper();
    expect(paper.run(1, { payer: "bob", nonce: 0, payload: transfer("zoe", 49_001n) })).toBe(1);
    expect([paper.balance("bob"), paper.balance("zoe")]).toEqual([49_000n, 0n]);
    expect(paper.ledger.chains.get(0)?.unattributed.at()).toBe(1_000n);
  });

  it("R-6.5 who may empty can send all, who sent lately keeps the reserve less the fee", () => {
    const paper = new Paper();
    expect(paper.run(1, { payer: "bob", nonce: 0, payload: transfer("zoe", 10_000n) })).toBe(2);
    // 39,000 are left; at least 10,000 - 1,000 have to stay after the fee.
    expect(paper.run(2, { payer: "bob", nonce: 1, payload: transfer("zoe", 29_001n) })).toBe(1);
    expect(paper.balance("bob")).toBe(38_000n);
    expect(paper.run(3, { payer: "bob", nonce: 2, payload: transfer("zoe", 28_000n) })).toBe(2);
    expect(paper.balance("bob")).toBe(9_000n);
    expect(paper.run(9, { payer: "bob", nonce: 3, payload: transfer("zoe", 8_000n) })).toBe(2);
    expect(paper.balance("bob")).toBe(0n);
  });

  it("R-6.5 below the reserve nothing can be sent but to oneself, and nothing is no amount", () => {
    const paper = new Paper();
    paper.run(1, { payer: "poor", nonce: 0, payload: transfer("zoe", 0n) });
    expect(paper.run(2, { payer: "poor", nonce: 1, payload: transfer("zoe", 1n) })).toBe(1);
    expect(paper.run(2, { payer: "poor", nonce: 2, payload: transfer("zoe", 0n) })).toBe(2);
    expect(paper.run(2, { payer: "poor", nonce: 3, payload: transfer("poor", 900n) })).toBe(2);
    expect(paper.balance("poor")).toBe(1_000n);
  });

  const delegated = (allowance: bigint, lastRound: number): Paper => {
    const paper = new Paper();
    const payload = { kind: "delegate" } as const;
    const authorisations = [authorise("alice", "bob", { allowance, lastRound })];
    paper.run(1, { payer: "bob", nonce: 0, fee: 2_000n, payload, authorisations });
    return paper;
  };
  const spend = (amount: bigint) =>
    ({ kind: "spendFrom", owner: "alice", to: "zoe", amount }) as const;
  const spends = (paper: Paper, round: number, amount: bigint, nonce = 1): number =>
    paper.run(round, { payer: "bob", nonce, fee: 1_500n, payload: spend(amount) });

  it("R-2.5 a delegate spends within allowance and time", () => {
    expect(spends(delegated(700n, 9), 9, 700n)).toBe(2);
    expect(spends(delegated(700n, 9), 10, 700n)).toBe(1);
    expect(spends(delegated(700n, 9), 9, 701n)).toBe(1);
    const twice = delegated(700n, 9);
    expect([spends(twice, 2, 400n), spends(twice, 2, 301n, 2), spends(twice, 2, 300n, 3)]).toEqual([
      2, 1, 2,
    ]);
    expect(twice.balance("alice")).toBe(99_300n);
    const stranger: Signing = { payer: "poor", nonce: 0, fee: 1_500n, payload: spend(1n) };
    expect(delegated(700n, 9).run(2, stranger)).toBe(1);
  });

  it("R-6.5 a delegate can never take an owner below the reserve", () => {
    expect(spends(delegated(100_000n, 9), 2, 90_000n)).toBe(2);
    expect(spends(delegated(100_000n, 9), 2, 90_001n)).toBe(1);
  });

  it("R-6.5 an authorisation survives the revert of what carries it; an overtaken one does nothing", () => {
    const paper = new Paper();
    const carry = (payer: string, own: number, allowance: bigint): Signing => ({
      payer,
      nonce: 0,
      fee: 2_000n,
      payload: transfer("zoe", 60_000n),
      authorisations: [authorise("alice", "bob", { nonce: own, allowance })],
    });
    expect(paper.run(1, carry("bob", 3, 700n))).toBe(1);
    expect(paper.run(1, carry("poor", 2, 900n))).toBe(1);
    expect(paper.ledger.chains.get(0)?.account("alice")).toMatchObject({
      authorisationNonce: 4,
      delegation: { delegate: "bob", allowance: 700n },
    });
  });

  it("R-2.2 nobody gets more than an amount can say", () => {
    const paper = new Paper({ balances: { bob: 50_000n, full: 2n ** 128n - 8n } });
    expect(paper.run(1, { payer: "bob", nonce: 0, payload: transfer("full", 7n) })).toBe(2);
    expect(paper.run(2, { payer: "bob", nonce: 1, payload: transfer("full", 1n) })).toBe(1);
  });

  it("R-6.6 a fee that cannot be paid is told, and no balance is negative", () => {
    const paper = new Paper();
    const { unpaid } = paper.ledger.include(
      paper.transaction({ payer: "poor", nonce: 0, fee: 5_001n }),
      1,
    );
    expect(unpaid).toEqual(["poor has 5000 on chain 0, the fee is 5001"]);
    expect(paper.balance("poor")).toBe(0n);
  });

  it("R-5.1 the state after every round stays known", () => {
    const paper = new Paper();
    paper.run(2, { payer: "alice", nonce: 0, payload: transfer("zoe", 5n) });
    paper.run(2, { payer: "alice", nonce: 1, payload: transfer("zoe", 6n) });
    paper.run(7, { payer: "alice", nonce: 2, payload: transfer("zoe", 7n) });
    const chain = paper.ledger.chains.get(0);
    expect([0, 1, 2, 6, 7, 8].map((round) => chain?.account("zoe", round).balance)).toEqual([
      0n,
      0n,
      11n,
      11n,
      18n,
      18n,
    ]);
  });
});
