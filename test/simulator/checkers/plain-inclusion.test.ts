// Each bound of inclusion at the last value that it allows and at the next.
import { describe, expect, it } from "vitest";
import { authorise, type Signing, transfer } from "./draft.ts";
import { Paper } from "./paper.ts";

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

  it("R-6.4 R-6.8 an account's own reserve from the genesis on, until it returns to the default", () => {
    const paper = new Paper({}, ({ genesis }) => {
      genesis.balances = genesis.balances.map((one) => ({ ...one, reserve: 2_000n }));
    });
    paper.run(1, { payer: "alice", nonce: 0, payload: { kind: "setReserve", reserve: null } });
    const next = (round: number, fee: bigint) =>
      paper.judge(round, { payer: "alice", nonce: 1, fee })?.replace(/ .*/, "") ?? null;
    expect([next(2, 2_000n), next(2, 2_001n)]).toEqual([null, "R-6.4"]);
    paper.run(5, { payer: "alice", nonce: 1 });
    const later = (round: number, fee: bigint) =>
      paper.judge(round, { payer: "alice", nonce: 2, fee })?.replace(/ .*/, "") ?? null;
    expect([later(5, 2_000n), later(5, 2_001n)]).toEqual([null, "R-6.4"]);
    expect([later(6, 10_000n), later(6, 10_001n)]).toEqual([null, "R-6.4"]);
  });

  it("R-6.2 delegation is per chain and account, and an authorisation out of date counts in its window", () => {
    const authorisations = [authorise("alice", "bob", { lastRound: 0 })];
    const payload = { kind: "delegate" } as const;
    const paper = new Paper({ chains: 2 });
    paper.run(1, { payer: "bob", nonce: 0, fee: 2_000n, payload, authorisations });
    const big = (round: number, chain: number) =>
      paper.judge(round, { payer: "alice", nonce: 0, chain, fee: 20_000n });
    expect(big(1, 1)).toBeNull();
    expect(big(3, 0)).toMatch(/^R-6\.4/);
    expect(big(4, 0)).toBeNull();
    // Whose account it names is delegated, not who carries it.
    const carries: Signing = { payer: "poor", nonce: 0, fee: 2_000n, payload, authorisations };
    paper.run(9, { ...carries, authorisations: [authorise("alice", "bob", { nonce: 1 })] });
    expect(paper.judge(9, { payer: "poor", nonce: 1 })).toBeNull();
    const carrier = { payer: "bob", nonce: 1, fee: 20_000n, payload } as const;
    const own = { ...carrier, authorisations: [authorise("alice", "bob", { nonce: 5 })] };
    expect(paper.judge(9, own)).toBeNull();
  });

  it("R-2.4 R-2.8 each leg pays its own gas; the first gives the value", () => {
    const paper = new Paper({ chains: 3 });
    const transaction = paper.transaction({
      payer: "alice",
      nonce: 0,
      gasLimit: 2_000,
      authorisations: [authorise("bob", "poor")],
    });
    const second = (gasLimit: number) => ({
      chain: 1,
      payer: "bob",
      nonce: 0,
      gasLimit,
      gasPrice: 1n,
    });
    const [first] = transaction.legs;
    if (first === undefined) throw new Error("No leg");
    transaction.legs = [first, second(999)];
    expect(paper.ledger.judge(transaction, 1)).toBe("R-2.4 its gas is 999, 1000 is needed");
    transaction.legs = [first, second(1_000)];
    expect(paper.ledger.judge(transaction, 1)).toBeNull();
    transaction.legs = [first, second(1_000), { ...second(1_000), chain: 2 }];
    expect(paper.ledger.judge(transaction, 1)).toBe("R-2.8 its legs are on chains 0 1 2");
    transaction.legs = [first, second(1_000)];
    transaction.payload = transfer("zoe", 45_000n);
    const { code, fees } = paper.ledger.include(transaction, 1);
    expect([code, [...fees]]).toEqual([
      2,
      [
        [0, 2_000n],
        [1, 1_000n],
      ],
    ]);
    expect([paper.balance("alice"), paper.balance("bob", 1)]).toEqual([53_000n, 49_000n]);
    // 50,000 - 1,000 without the 45,000 that Alice sends.
    expect(paper.judge(2, { payer: "bob", nonce: 1, chain: 1, fee: 10_000n })).toBeNull();
  });

  it("R-2.4 a fee is an amount", () => {
    const priced = (gasPrice: bigint) => {
      const paper = new Paper();
      const transaction = paper.transaction({ payer: "alice", nonce: 0 });
      transaction.legs = transaction.legs.map((leg) => ({ ...leg, gasLimit: 1_024, gasPrice }));
      return paper.ledger.judge(transaction, 1);
    };
    expect(priced(2n ** 118n)).toMatch(/^R-2\.4 its fee .* is no amount/);
    expect(priced(2n ** 118n - 1n)).toMatch(/^R-6\.4/);
  });

  it.each([
    [1, 1],
    [2, 1],
    [3, 3],
    [4, 3],
    [5, 5],
  ])("R-2.10 R-3.4 with %d shards a cycle has %d rounds", (shards, cycle) => {
    expect(new Paper({ shards }).ledger.cycle).toBe(cycle);
  });

  it("R-2.8 one leg a chain", () => {
    const paper = new Paper();
    const transaction = paper.transaction({ payer: "alice", nonce: 0 });
    transaction.legs = [...transaction.legs, ...transaction.legs];
    expect(paper.ledger.judge(transaction, 1)).toBe("R-2.8 its legs are on chains 0 0");
  });
});
