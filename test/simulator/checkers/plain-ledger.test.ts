// The plain ledger against arithmetic done on paper: each bound at the last value that it allows and at the next.
import { describe, expect, it } from "vitest";
import { PlainLedger } from "../../../src/simulator/checkers/plain-ledger.ts";
import { authorise, Draft, type DraftOptions, type Signing, transfer } from "./draft.ts";

/** One chain with a reserve of 10,000 and k = 3, where Alice has 100,000, Bob 50,000 and Poor 5,000. */
class Paper {
  readonly #draft: Draft;
  readonly ledger: PlainLedger;

  constructor(options: DraftOptions = {}) {
    const balances = { alice: 100_000n, bob: 50_000n, poor: 5_000n };
    this.#draft = new Draft({ balances, ...options });
    this.ledger = new PlainLedger(this.#draft.genesis, () => 0);
  }

  transaction(signing: Signing) {
    const id = this.#draft.sign(signing);
    const signed = this.#draft.transactions.get(id);
    if (signed === undefined) throw new Error("Not signed");
    return signed;
  }

  judge(round: number, signing: Signing): string | null {
    return this.ledger.judge(this.transaction(signing), round);
  }

  /** Includes and executes; answers the code. */
  run(round: number, signing: Signing): number {
    const transaction = this.transaction(signing);
    expect(this.ledger.judge(transaction, round)).toBeNull();
    return this.ledger.include(transaction, round).code;
  }

  balance(address: string, chain = 0): bigint | undefined {
    return this.ledger.chains.get(chain)?.account(address).balance;
  }
}

describe("what a block may hold", () => {
  it("R-2.3 a transaction until its validUntil, which is not too far ahead", () => {
    const paper = new Paper();
    const until = (round: number, validUntil: number) =>
      paper.judge(round, { payer: "alice", nonce: 0, validUntil });
    expect(until(7, 7)).toBeNull();
    expect(until(8, 7)).toBe("R-2.3 it was valid until 7");
    expect(until(7, 10_007)).toBeNull();
    expect(until(7, 10_008)).toBe("R-2.3 it is valid as far ahead as 10008");
  });

  it("R-2.4 the gas of its payload and authorisations, at the chain's least price", () => {
    const paper = new Paper({ gasPriceMin: 1n });
    const gas = (gasLimit: number, more: Partial<Signing> = {}) =>
      paper.judge(1, { payer: "alice", nonce: 0, gasLimit, ...more });
    expect(gas(1_000)).toBeNull();
    expect(gas(999)).toBe("R-2.4 its gas is 999, 1000 is needed");
    const authorisations = [authorise("alice", "bob")];
    expect(gas(2_000, { authorisations })).toBeNull();
    expect(gas(1_999, { authorisations })).toMatch(/^R-2\.4/);
    const spend = { kind: "spendFrom", owner: "bob", to: "zoe", amount: 1n } as const;
    expect(gas(1_500, { payload: spend })).toBeNull();
    expect(gas(1_499, { payload: spend })).toMatch(/^R-2\.4/);
    expect(gas(1_000, { fee: 0n })).toBe("R-2.4 its price is 0, the least 1");
  });

  it("R-2.9 the next nonce of its payer, whatever execution says of those before", () => {
    const paper = new Paper();
    expect(paper.judge(1, { payer: "poor", nonce: 1 })).toBe(
      "R-2.9 its nonce on chain 0 is 1, not 0",
    );
    expect(paper.run(1, { payer: "poor", nonce: 0, payload: transfer("bob", 9_000n) })).toBe(1);
    expect(paper.judge(9, { payer: "poor", nonce: 0 })).toMatch(/^R-2\.9/);
    expect(paper.judge(9, { payer: "poor", nonce: 1 })).toBeNull();
    expect(paper.judge(9, { payer: "poor", nonce: 2 })).toMatch(/^R-2\.9/);
  });

  it("R-2.10 createToken on T0 only; nothing on a chain that is not born", () => {
    const paper = new Paper({ chains: 2 });
    const terms = { supply: 70n, reserveDefault: 5n, gasPriceMin: 0n };
    const create: Signing = {
      payer: "alice",
      nonce: 0,
      fee: 50_000n,
      payload: { kind: "createToken", ...terms },
    };
    expect(paper.judge(4, { ...create, chain: 1 })).toBe("R-2.10 it is not on T0");
    expect(paper.run(4, create)).toBe(2);
    // Its own round 4, k = 3 and a cycle of one round.
    expect(paper.ledger.created).toMatchObject([{ chain: 2, bornRound: 8, ...terms }]);
    expect(paper.balance("alice", 2)).toBe(70n);
    const there: Signing = { payer: "alice", nonce: 0, chain: 2, fee: 0n };
    expect(paper.judge(7, there)).toBe("R-2.10 chain 2 is born in round 8");
    expect(paper.judge(8, there)).toBeNull();
    expect(paper.judge(8, { ...there, chain: 3 })).toBe("R-2.10 there is no chain 3");
  });

  it("R-6.2 authorisations that were not overtaken after round n-k, of chains that it touches", () => {
    const paper = new Paper({ chains: 2 });
    const fee = 2_000n;
    const delegate = { kind: "delegate" } as const;
    const by = (round: number, one: ReturnType<typeof authorise>, nonce: number) =>
      paper.judge(round, { payer: "bob", nonce, fee, payload: delegate, authorisations: [one] });
    expect(by(1, authorise("alice", "bob", { chain: 1 }), 0)).toMatch(/^R-6\.2 .* chain 1/);
    expect(by(1, authorise("alice", "alice"), 0)).toBe("R-6.2 alice authorises itself");
    const authorisations = [authorise("alice", "bob", { nonce: 4 })];
    paper.run(1, { payer: "bob", nonce: 0, fee, payload: delegate, authorisations });
    // Round 3 judges by the state after round 0, round 4 by that after round 1.
    expect(by(3, authorise("alice", "bob", { nonce: 4 }), 1)).toBeNull();
    expect(by(4, authorise("alice", "bob", { nonce: 4 }), 1)).toMatch(/^R-6\.2 .* nonce 4/);
    expect(by(4, authorise("alice", "bob", { nonce: 5 }), 1)).toBeNull();
  });

  it("R-2.5 a delegation of something", () => {
    const payload = { kind: "delegate" } as const;
    expect(new Paper().judge(1, { payer: "bob", nonce: 0, payload })).toMatch(/^R-2\.5/);
  });

  it("R-6.4 first and possibly emptying: a fee up to the balance, above the reserve", () => {
    const paper = new Paper();
    expect(paper.judge(1, { payer: "bob", nonce: 0, fee: 50_000n })).toBeNull();
    expect(paper.judge(1, { payer: "bob", nonce: 0, fee: 50_001n })).toMatch(/^R-6\.4 fee 50001/);
  });

  it("R-6.4 after an emptying one: fees up to the reserve, and to what the first leaves", () => {
    const rich = new Paper();
    rich.run(1, { payer: "alice", nonce: 0 });
    expect(rich.judge(2, { payer: "alice", nonce: 1, fee: 10_000n })).toBeNull();
    expect(rich.judge(2, { payer: "alice", nonce: 1, fee: 10_001n })).toMatch(/^R-6\.4 fees 10001/);
    const low = new Paper();
    // 50,000 - 1,000 - 41,000 = 8,000 are left.
    low.run(1, { payer: "bob", nonce: 0, payload: transfer("alice", 41_000n) });
    expect(low.judge(2, { payer: "bob", nonce: 1, fee: 8_000n })).toBeNull();
    expect(low.judge(2, { payer: "bob", nonce: 1, fee: 8_001n })).toMatch(/^R-6\.4 fees 8001/);
    // A value above the balance leaves nothing.
    const none = new Paper();
    none.run(1, { payer: "bob", nonce: 0, payload: transfer("alice", 60_000n) });
    expect(none.judge(1, { payer: "bob", nonce: 1 })).toMatch(/^R-6\.4 fees 1000 .* 0 allowed/);
  });

  it("R-6.1 R-6.3 rounds n-k+1 to n are the window; who sent in the k-1 rounds before may not empty", () => {
    const paper = new Paper();
    paper.run(1, { payer: "alice", nonce: 0 });
    const big: Signing = { payer: "alice", nonce: 1, fee: 10_001n };
    expect(paper.judge(3, big)).toMatch(/^R-6\.4/);
    expect(paper.judge(4, big)).toBeNull();
    // The first of the window is not emptying in its own round: it looks back over 2k-2 rounds.
    paper.run(3, { payer: "alice", nonce: 1, fee: 4_000n });
    const third = (fee: bigint) => paper.judge(5, { payer: "alice", nonce: 2, fee });
    expect(third(6_000n)).toBeNull();
    expect(third(6_001n)).toMatch(/^R-6\.4 fees 10001 of alice, 10000 allowed/);
  });

  it("R-6.2 a delegated payer may never empty: all fees up to the reserve", () => {
    const payload = { kind: "delegate" } as const;
    const paper = new Paper();
    const authorisations = [authorise("alice", "bob", { lastRound: 9 })];
    const carrier: Signing = { payer: "bob", nonce: 0, fee: 2_000n, payload, authorisations };
    // In the judged transaction itself.
    const own: Signing = { payer: "alice", nonce: 0, fee: 10_001n, payload, authorisations };
    expect(paper.judge(1, own)).toMatch(/^R-6\.4/);
    expect(paper.judge(1, { ...own, fee: 10_000n })).toBeNull();
    paper.run(1, carrier);
    const alone = (round: number, fee: bigint) =>
      paper.judge(round, { payer: "alice", nonce: 0, fee });
    // Earlier in the block, in the window, and by the state until E <= n-k.
    for (const round of [1, 3, 4, 11]) {
      expect([round, alone(round, 10_001n)]).toEqual([round, expect.stringMatching(/^R-6\.4/)]);
      expect(alone(round, 10_000n)).toBeNull();
    }
    expect(alone(12, 10_001n)).toBeNull();
  });

  it("R-6.2 a revocation ends it k rounds later", () => {
    const paper = new Paper();
    const payload = { kind: "delegate" } as const;
    const authorisations = [authorise("alice", "bob")];
    paper.run(1, { payer: "bob", nonce: 0, fee: 2_000n, payload, authorisations });
    paper.run(10, { payer: "alice", nonce: 0, payload: { kind: "revoke" } });
    const big: Signing = { payer: "alice", nonce: 1, fee: 10_001n };
    expect(paper.judge(12, big)).toMatch(/^R-6\.4/);
    expect(paper.judge(13, big)).toBeNull();
    // It used up one nonce of those that Alice signs authorisations with.
    expect(paper.ledger.chains.get(0)?.account("alice").authorisationNonce).toBe(2);
  });

  it("R-6.4 R-6.8 the smallest reserve in force in the window", () => {
    const paper = new Paper();
    const reserve = (amount: bigint) => ({ kind: "setReserve", reserve: amount }) as const;
    paper.run(1, { payer: "alice", nonce: 0, payload: reserve(3_000n) });
    paper.run(2, { payer: "alice", nonce: 1, payload: reserve(9_000n) });
    // In force: 10,000 to round 3, 3,000 in round 4, 9,000 from round 5 on.
    const next = (round: number, fee: bigint) =>
      paper.judge(round, { payer: "alice", nonce: 2, fee })?.replace(/ .*/, "") ?? null;
    expect([next(3, 9_000n), next(3, 9_001n)]).toEqual([null, "R-6.4"]);
    // Round 2 is in the window of round 4, and its transaction not emptying.
    expect([next(4, 2_000n), next(4, 2_001n)]).toEqual([null, "R-6.4"]);
    paper.run(6, { payer: "alice", nonce: 2 });
    const last = (fee: bigint) => paper.judge(6, { payer: "alice", nonce: 3, fee });
    expect([last(3_000n), last(3_001n)?.replace(/ .*/, "")]).toEqual([null, "R-6.4"]);
    const later = (fee: bigint) => paper.judge(7, { payer: "alice", nonce: 3, fee });
    expect([later(9_000n), later(9_001n)?.replace(/ .*/, "")]).toEqual([null, "R-6.4"]);
  });

  it("R-2.8 one leg a chain", () => {
    const paper = new Paper();
    const transaction = paper.transaction({ payer: "alice", nonce: 0 });
    transaction.legs = [...transaction.legs, ...transaction.legs];
    expect(paper.ledger.judge(transaction, 1)).toBe("R-2.8 its legs are on chains 0 0");
  });
});

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
