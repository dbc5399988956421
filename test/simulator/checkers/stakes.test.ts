import { describe, expect, it } from "vitest";
import { ledger } from "../../../src/simulator/checkers/ledger.ts";
import type { ObservedPayload } from "../../../src/simulator/checkers/observation.ts";
import { stakes } from "../../../src/simulator/checkers/stakes.ts";
import { supply } from "../../../src/simulator/checkers/supply.ts";
import { Draft, judged, transfer } from "./draft.ts";

const FEE = 5_000n;

/**
 * Val registers with 3,000 in round 1, Dora delegates 800 in round 2 and takes 300 back in round 3, due in round 13; Bob's bond with
 * Val's key fails. In round 13 somebody sends something on T0, and Dora is paid.
 */
function story(change: (draft: Draft) => void = () => {}): Draft {
  const balances = { val: 50_000n, dora: 50_000n, bob: 50_000n };
  const draft = new Draft({ reserve: 10_000n, balances });
  const bond = (amount: bigint) => ({ kind: "bond", amount, key: "k1", commission: 5 }) as const;
  const sign = (payer: string, payload: ObservedPayload, nonce = 0) =>
    draft.sign({ payer, nonce, fee: FEE, payload });
  const to = { validator: "val" };
  const all = [
    [1, sign("val", bond(3_000n)), 2],
    [2, sign("dora", { kind: "delegateStake", ...to, amount: 800n }), 2],
    [3, sign("dora", { kind: "undelegateStake", ...to, amount: 300n }, 1), 2],
    [4, sign("bob", bond(2_000n)), 1],
    [5, sign("val", { kind: "unbond", amount: 2_500n }, 1), 1],
    [6, sign("val", { kind: "unbond", amount: 2_000n }, 2), 2],
  ] as const;
  for (const [round, id, code] of all) {
    draft.block(round, [id]);
    draft.receipt(id, round, code, [[0, FEE]]);
  }
  const last = draft.sign({ payer: "bob", nonce: 1, payload: transfer("val", 1n) });
  draft.block(13, [last]);
  draft.receipt(last, 13, 2, [[0, 1_000n]]);
  draft.holds(0, { val: [32_001n, 3], dora: [39_500n, 2], bob: [43_999n, 2] });
  draft.unattributed.set(0, 6n * FEE + 1_000n);
  const own = { address: "val", key: "k1", commission: 5 };
  draft.validators.push({ ...own, own: 1_000n, delegated: 500n, unbonding: 2_000n });
  draft.stakes.push(
    { staker: "dora", ...to, amount: 500n, releaseRound: null },
    { staker: "val", ...to, amount: 2_000n, releaseRound: 16 },
  );
  draft.settle();
  change(draft);
  return draft;
}

describe("the checker of stakes", () => {
  it("R-11.1 finds a right story right", () => {
    for (const checker of [ledger, supply, stakes]) expect(judged(checker, story())).toEqual([]);
  });

  it.each<[string, (draft: Draft) => void]>([
    [
      "more of its own",
      ({ validators }) => Object.assign(validators[0] as object, { own: 1_001n }),
    ],
    ["another key", ({ validators }) => Object.assign(validators[0] as object, { key: "k2" })],
    ["no validator", ({ validators }) => validators.pop()],
    ["less delegated", ({ stakes: all }) => Object.assign(all[0] as object, { amount: 499n })],
    ["paid too early", ({ stakes: all }) => all.pop()],
    ["due earlier", ({ stakes: all }) => Object.assign(all[1] as object, { releaseRound: 15 })],
  ])("R-11.1 sees %s", (_, change) => {
    const found = judged(stakes, story(change));
    expect(found.length).toBeGreaterThan(0);
    for (const violation of found) expect(violation).toMatch(/^R-11\.1 T0 has /);
  });

  it("R-2.6 sees stake that nobody issued", () => {
    const found = judged(
      supply,
      story(({ validators }) => Object.assign(validators[0] as object, { delegated: 501n })),
    );
    expect(found[0]).toMatch(/^R-2\.6 at the end 150001 are held on chain 0 of 150000/);
  });

  it("R-6.7 sees who was not paid back in its round", () => {
    const found = judged(
      ledger,
      story(({ accounts }) => Object.assign(accounts[1] as object, { balance: 39_200n })),
    );
    expect(found.join()).toContain("R-6.7 dora on chain 0");
  });
});
