import { describe, expect, it } from "vitest";
import { ledger } from "../../../src/simulator/checkers/ledger.ts";
import { supply } from "../../../src/simulator/checkers/supply.ts";
import { Draft, judged, transfer } from "./draft.ts";

/**
 * Alice sends 500 to Zoe, creates a token, and Bob fails to send what he does not have; the token moves in round 9.
 * Fees: 1,000, 50,000, 1,000 and, on the new chain, 1,000.
 */
function story(change: (draft: Draft) => void = () => {}): Draft {
  const draft = new Draft({ reserve: 60_000n, balances: { alice: 100_000n, bob: 50_000n } });
  const terms = { supply: 70_000n, reserveDefault: 5n, gasPriceMin: 1n };
  const first = draft.sign({ payer: "alice", nonce: 0, payload: transfer("zoe", 500n) });
  const payload = { kind: "createToken", ...terms } as const;
  const second = draft.sign({ payer: "alice", nonce: 1, fee: 50_000n, payload });
  const third = draft.sign({ payer: "bob", nonce: 0, payload: transfer("zoe", 49_001n) });
  draft.block(1, [first]);
  draft.block(4, [second, third]);
  draft.created.push({ chain: 1, shard: 0, bornRound: 8, ...terms, transaction: second });
  const fourth = draft.sign({ payer: "alice", nonce: 0, chain: 1, payload: transfer("zoe", 9n) });
  draft.block(9, [fourth]);
  draft.receipt(first, 1, 2, [[0, 1_000n]]);
  draft.receipt(second, 4, 2, [[0, 50_000n]]);
  draft.receipt(third, 4, 1, [[0, 1_000n]]);
  draft.receipt(fourth, 9, 2, [[1, 1_000n]]);
  draft.holds(0, { alice: [48_500n, 2], bob: [49_000n, 1], zoe: [500n] });
  draft.holds(1, { alice: [68_991n, 1], zoe: [9n] });
  draft.unattributed.set(0, 52_000n).set(1, 1_000n);
  draft.settle();
  change(draft);
  return draft;
}

const violations = (change: (draft: Draft) => void) => judged(ledger, story(change));

describe("the ledger's checker", () => {
  it("R-6.7 finds a right story right", () => {
    expect(judged(ledger, story())).toEqual([]);
    expect(judged(supply, story())).toEqual([]);
  });

  it.each<[string, (draft: Draft) => void, string | RegExp]>([
    [
      "R-6.7 another code",
      ({ receipts }) => Object.assign(receipts[2] as object, { code: 2 }),
      "R-6.7 transaction t3 of round 4 has code 2 (for a reason), it must be 1",
    ],
    [
      "R-2.4 another fee",
      ({ receipts }) => Object.assign(receipts[0] as object, { fees: new Map([[0, 999n]]) }),
      "R-2.4 transaction t1 of round 1 was charged 999 on chain 0, its fees are 1000 on chain 0",
    ],
    [
      "R-2.4 a fee of nothing",
      ({ receipts }) => Object.assign(receipts[0] as object, { fees: new Map() }),
      "R-2.4 transaction t1 of round 1 was charged none, its fees are 1000 on chain 0",
    ],
    [
      "R-6.7 a receipt of another round",
      ({ receipts }) => Object.assign(receipts[0] as object, { round: 2 }),
      "R-6.7 the receipt of transaction t1 names round 2, its block 1",
    ],
    [
      "R-6.7 a second receipt",
      (draft) => draft.receipt("t1", 1, 2, [[0, 1_000n]]),
      "R-6.7 transaction t1 has 2 receipts",
    ],
    [
      "R-6.7 a receipt of what is in no block",
      (draft) => draft.receipt(draft.sign({ payer: "bob", nonce: 1 }), 9, 2, [[0, 1_000n]]),
      "R-6.7 transaction t5 has a receipt and is in no block",
    ],
    [
      "R-6.7 a receipt that is missing",
      ({ receipts }) => receipts.shift(),
      "R-6.7 transaction t1 of round 1 has no receipt, executed is 9",
    ],
    [
      "R-6.7 another balance",
      ({ accounts }) => Object.assign(accounts[1] as object, { balance: 49_001n }),
      "R-6.7 bob on chain 0 has balance 49001 and nonce 1, the blocks give 49000 and 1",
    ],
    [
      "R-6.7 another nonce",
      ({ accounts }) => Object.assign(accounts[1] as object, { nonce: 2 }),
      "R-6.7 bob on chain 0 has balance 49000 and nonce 2, the blocks give 49000 and 1",
    ],
    [
      "R-6.7 an account too many",
      (draft) => draft.holds(1, { bob: [1n] }),
      "R-6.7 bob on chain 1 has balance 1 and nonce 0, the blocks give 0 and 0",
    ],
    [
      "R-6.7 an account that is missing",
      ({ accounts }) => accounts.pop(),
      "R-6.7 zoe on chain 1 has balance 0 and nonce 0, the blocks give 9 and 0",
    ],
    [
      "R-2.10 an account of no chain",
      (draft) => draft.holds(7, { zoe: [500n] }),
      "R-2.10 zoe is on chain 7, which is none",
    ],
    [
      "R-5.7 an account there twice",
      (draft) => draft.holds(0, { zoe: [500n] }),
      "R-5.7 zoe on chain 0 is there twice",
    ],
    [
      "R-2.4 other fees that wait",
      ({ unattributed }) => unattributed.set(0, 51_999n),
      "R-2.4 51999 of fees wait on chain 0, the blocks give 52000",
    ],
    [
      "R-2.10 another birth",
      ({ created }) => Object.assign(created[0] as object, { bornRound: 7 }),
      /^R-2\.10 a chain was created that the blocks do not give: 1 of transaction t2, .* round 7$/,
    ],
    [
      "R-2.10 a chain that is missing",
      ({ created }) => created.pop(),
      /^R-2\.10 a chain was not created that the blocks give: 1 of transaction t2, .* round 8$/,
    ],
    [
      "R-2.9 what may not be included",
      ({ transactions }) => Object.assign(transactions.get("t4") as object, { validUntil: 8 }),
      "R-2.3 transaction t4 is in a block of round 9: it was valid until 8",
    ],
  ])("%s is found", (_, change, message) => {
    const found = violations(change);
    const expected = typeof message === "string" ? message : expect.stringMatching(message);
    expect(found).toContainEqual(expected);
  });

  it("R-6.6 a fee that nobody can pay is found, besides the rule that it broke", () => {
    const draft = new Draft({ balances: { poor: 5_000n } });
    draft.block(1, [draft.sign({ payer: "poor", nonce: 0, fee: 5_001n })]);
    const [first, second] = judged(ledger, draft);
    expect(first).toMatch(/^R-6\.4 transaction t1 is in a block of round 1: fee 5001 of poor/);
    expect(second).toBe(
      "R-6.6 transaction t1 of round 1 cannot pay: poor has 5000 on chain 0, the fee is 5001",
    );
  });

  it("R-2.4 a fee of nothing need not be told", () => {
    const draft = new Draft({ gasPriceMin: 0n, balances: { alice: 9n } });
    const free = draft.sign({ payer: "alice", nonce: 0, fee: 0n });
    draft.block(1, [free]);
    draft.receipt(free, 1, 2, []);
    draft.holds(0, { alice: [8n, 1], zoe: [1n] });
    expect(judged(ledger, draft)).toEqual([]);
    draft.receipts[0] = { ...draft.receipts[0], fees: new Map([[0, 0n]]) } as never;
    expect(judged(ledger, draft)).toEqual([]);
  });

  it("R-2.10 what is on no chain, or came from nowhere, is told and left out", () => {
    const lost = story((draft) => {
      Object.assign(draft.transactions.get("t4") as object, {
        legs: [{ chain: 9, payer: "alice", nonce: 0, gasLimit: 1_000, gasPrice: 1n }],
      });
      draft.transactions.delete("t3");
    });
    const found = judged(ledger, lost);
    expect(found).toContain("R-2.10 transaction t4 is in a block of round 9: there is no chain 9");
    expect(found).toContain("R-6.7 transaction t3 has a receipt and is in no block");
    expect(found).toContain("R-6.7 transaction t4 has a receipt and is in no block");
  });

  /** Alice's transfer on chain 0 of shard 0 pays Bob's fee on chain 1 of shard 1, too. */
  function acrossShards(change: (draft: Draft) => void = () => {}): readonly string[] {
    const draft = new Draft({ shards: 2, balances: { alice: 9_000n, bob: 9_000n } });
    const leg = { nonce: 0, gasLimit: 1_000, gasPrice: 1n };
    const legs = [
      { ...leg, chain: 0, payer: "alice" },
      { ...leg, chain: 1, payer: "bob" },
    ];
    const both = draft.signLegs(legs);
    const next = draft.sign({ payer: "bob", nonce: 1, chain: 1 });
    draft.block(2, [both], { shard: 1 });
    draft.block(3, [next], { shard: 1 });
    draft.block(2, [both], { shard: 0 });
    draft.receipt(both, 2, 2, [[0, 1_000n]]);
    draft.receipt(both, 2, 2, [[1, 1_000n]]);
    draft.receipt(next, 3, 1, [[1, 1_000n]]);
    draft.holds(0, { alice: [7_999n, 1], bob: [9_000n], zoe: [1n] });
    draft.holds(1, { alice: [9_000n], bob: [7_000n, 2] });
    draft.unattributed.set(0, 1_000n).set(1, 2_000n);
    draft.settle();
    change(draft);
    return judged(ledger, draft);
  }

  it("R-5.6 what is of two shards is executed once, with a receipt from each", () => {
    expect(acrossShards()).toEqual([]);
    const inOne = (draft: Draft) => {
      draft.receipts.splice(1, 1);
      draft.receipts[0] = {
        ...draft.receipts[0],
        fees: new Map([
          [1, 1_000n],
          [0, 1_000n],
        ]),
      } as never;
    };
    expect(acrossShards(inOne)).toEqual([]);
    expect(acrossShards((draft) => draft.receipt("t1", 2, 2, []))).toEqual([
      "R-6.7 transaction t1 has 3 receipts",
    ]);
    expect(acrossShards(({ receipts }) => receipts.splice(1, 1))).toEqual([
      "R-2.4 transaction t1 of round 2 was charged 1000 on chain 0, its fees are 1000 on chain 0 and 1000 on chain 1",
    ]);
  });

  it("R-5.1 looks as far as the shard has executed", () => {
    const behind = (draft: Draft) => {
      const [shard] = draft.replicas;
      if (shard !== undefined) shard.executedRound = 4;
      draft.receipts.pop();
      draft.accounts.splice(3);
      draft.holds(1, { alice: [70_000n] });
      draft.unattributed.delete(1);
    };
    expect(violations(behind)).toEqual([]);
    // The shard's own word counts, not a set's.
    const others = (draft: Draft) => {
      behind(draft);
      draft.replicas.reverse();
    };
    expect(violations(others)).toEqual([]);
    const before = (draft: Draft) => {
      behind(draft);
      for (const replica of draft.replicas) replica.executedRound = 1;
      draft.receipts.splice(1);
      draft.created.pop();
      draft.accounts.splice(0);
      draft.holds(0, { alice: [98_500n, 1], bob: [50_000n], zoe: [500n] });
      draft.unattributed.set(0, 1_000n);
    };
    expect(violations(before)).toEqual([]);
    const further = (draft: Draft) => {
      behind(draft);
      draft.receipts.pop();
    };
    expect(violations(further)).toHaveLength(1);
  });
});

describe("the supply's checker", () => {
  it.each<[string, (draft: Draft) => void, string]>([
    [
      "more on accounts",
      (draft) => draft.holds(0, { yan: [1n] }),
      "R-2.6 at the end 150001 are held on chain 0 of 150000 issued",
    ],
    [
      "fewer fees",
      ({ unattributed }) => unattributed.set(1, 999n),
      "R-2.6 at the end 69999 are held on chain 1 of 70000 issued",
    ],
    [
      "units of a chain that nobody created",
      ({ unattributed }) => unattributed.set(7, 3n),
      "R-2.6 at the end 3 are held on chain 7, which nobody created",
    ],
  ])("R-2.6 finds %s", (_, change, message) => {
    expect(judged(supply, story(change))).toEqual([message]);
  });

  it("R-2.6 asks after every round", () => {
    const issued = story(({ genesis }) => {
      genesis.chains = genesis.chains.map((chain) => ({ ...chain, supply: 150_001n }));
    });
    expect(judged(supply, issued).slice(0, 4)).toEqual(
      [0, 1, 4, 9].map(
        (round) => `R-2.6 after round ${round} 150000 are held on chain 0 of 150001 issued`,
      ),
    );
  });
});
