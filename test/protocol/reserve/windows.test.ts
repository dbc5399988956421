// Where windows begin and end, on a replica: what counts in round n is read off the case that
// judges.
import { describe, expect, it } from "vitest";
import { BlockAssembler } from "../../../src/protocol/blocks/assembler.ts";
import type { VerifiedTransaction } from "../../../src/protocol/ledger/unverified.ts";
import type { InclusionJudgement } from "../../../src/protocol/reserve/inclusion.ts";
import { testNetwork } from "../../support/genesis.ts";
import { LedgerWorld } from "../../support/ledger-world.ts";
import { paperAccount, type TestAccount } from "../../support/signer.ts";
import {
  accepted,
  codeOf,
  paperAuthorisation,
  type TransactionSpec,
} from "../../support/transactions.ts";

const [alice, bob, carol] = ["Alice", "Bob", "Carol"].map(paperAccount) as [
  TestAccount,
  TestAccount,
  TestAccount,
];
const RESERVE = 2_000n;

const open = (k: number, balance = 100_000n): LedgerWorld =>
  new LedgerWorld(
    testNetwork({
      k,
      reserveDefault: RESERVE,
      allocations: [alice, bob, carol].map((account) => ({ account, balance })),
    }),
  );

const pay = (payer: TestAccount, nonce: number, rest: Partial<TransactionSpec> = {}) => ({
  payer,
  nonce,
  payload: { kind: "transfer" as const, to: carol.address, amount: 0n },
  ...rest,
});
/** By Carol, for Alice: the account named need not send. */
const authorise = (nonce: number, lastRound: number, authorisationNonce = 0): TransactionSpec => ({
  payer: carol,
  nonce,
  payload: { kind: "delegate" },
  authorisations: [
    paperAuthorisation({ owner: alice, delegate: bob, nonce: authorisationNonce, lastRound }),
  ],
});

/** How the transaction would be judged in a block of the round, after others in it. */
function judge(
  world: LedgerWorld,
  round: number,
  spec: TransactionSpec,
  earlier: readonly VerifiedTransaction[] = [],
): InclusionJudgement {
  world.executeFor(round);
  const assembler = new BlockAssembler(world.replica.roundView(round));
  for (const transaction of earlier) accepted(assembler.add(transaction));
  const [judged] = accepted(assembler.judge(world.paper(spec))).legs;
  return judged as InclusionJudgement;
}

describe.each([1, 2, 3, 5])("k = %d", (k) => {
  it("R-6.1 R-6.3 a transaction k-1 rounds ago is in the window, one k rounds ago is not", () => {
    const world = open(k);
    const first = world.paper(pay(alice, 0));
    expect(judge(world, 1, pay(alice, 1), [first]).rule).toBe("after-emptying");
    world.round(1, [first]);
    for (let round = 2; round <= k; round++) {
      expect([round, judge(world, round, pay(alice, 1)).rule]).toEqual([round, "after-emptying"]);
    }
    expect(judge(world, k + 1, pay(alice, 1))).toMatchObject({
      rule: "first-emptying",
      possiblyEmptying: true,
    });
  });

  it("R-6.2 an authorisation counts while it is in the window, then by its last round", () => {
    const world = open(k);
    world.round(1, [world.paper(authorise(0, 0))]);
    for (let round = 2; round <= k; round++) {
      expect([round, judge(world, round, pay(alice, 0)).rule]).toEqual([round, "within-reserve"]);
    }
    expect(judge(world, k + 1, pay(alice, 0)).rule).toBe("first-emptying");
  });

  it("R-6.2 E = n-k+1 keeps the account delegated, E = n-k ends it", () => {
    const last = k + 3;
    const world = open(k);
    world.round(1, [world.paper(authorise(0, last))]);
    expect(judge(world, last + k - 1, pay(alice, 0)).rule).toBe("within-reserve");
    expect(judge(world, last + k, pay(alice, 0)).rule).toBe("first-emptying");
  });

  it("R-6.2 a revocation ends it once it is executed at or before n-k", () => {
    const world = open(k);
    world.round(1, [world.paper(authorise(0, 1_000))]);
    const revoked = k + 3;
    world.round(revoked, [world.paper(pay(alice, 0, { payload: { kind: "revoke" } }))]);
    if (k > 1) {
      expect(judge(world, revoked + k - 1, pay(alice, 1)).rule).toBe("within-reserve");
    }
    expect(judge(world, revoked + k, pay(alice, 1)).rule).toBe("first-emptying");
  });

  it("R-6.8 a lower reserve counts from round m+k, a higher one once all the window has it", () => {
    const set = (reserve: bigint | null, nonce: number): TransactionSpec =>
      pay(alice, nonce, { payload: { kind: "setReserve", reserve } });
    const allowedIn = (reserve: bigint, round: number): bigint => {
      const world = open(k);
      world.round(1, [world.paper(set(reserve, 0))]);
      const other = paperAuthorisation({ owner: alice, delegate: bob, lastRound: 0 });
      const authorised = world.paper({ ...authorise(0, 0), authorisations: [other] });
      return judge(world, round, pay(alice, 1, { gasPrice: 0n }), [authorised]).allowed;
    };
    expect(allowedIn(500n, k + 1)).toBe(500n);
    // Its window is m+k and later for the first time in round m+2k-1.
    expect(allowedIn(9_000n, 2 * k)).toBe(9_000n);
    if (k === 1) return;
    expect(allowedIn(500n, k)).toBe(RESERVE);
    expect(allowedIn(9_000n, 2 * k - 1)).toBe(RESERVE);
  });
});

describe("R-6.1 rounds that are decided", () => {
  it("R-6.1 R-6.2 the window of round n ends before n, whatever later rounds hold", () => {
    const world = open(3);
    world.round(2, [world.paper(pay(alice, 0)), world.paper(authorise(0, 0))]);
    world.round(3, [world.paper(pay(alice, 1))]);
    expect(judge(world, 2, pay(alice, 0)).rule).toBe("first-emptying");
    expect(judge(world, 1, pay(alice, 0)).rule).toBe("first-emptying");
  });
});

describe("R-6.2 authorisations in a block", () => {
  it("R-6.2 R-5.3 count after they stand, not before, and in the judged transaction itself", () => {
    const world = open(3);
    const authorisation = world.paper(authorise(0, 0));
    expect(judge(world, 1, pay(alice, 0), [authorisation]).rule).toBe("within-reserve");
    expect(judge(world, 1, pay(alice, 0)).rule).toBe("first-emptying");
    const { authorisations = [] } = authorise(0, 0);
    expect(judge(world, 1, pay(alice, 0, { authorisations })).rule).toBe("within-reserve");
    expect(judge(world, 1, pay(carol, 0, { authorisations })).rule).toBe("first-emptying");
  });

  it("R-6.2 an overtaken one counts at inclusion and at execution alike", () => {
    const world = open(3, 10_000n);
    world.round(1, [world.paper(authorise(0, 0))]);
    // The state after n-k does not know of the first yet; execution will.
    world.round(2, [world.paper(authorise(1, 0))]);
    const emptying = world.paper(
      pay(alice, 0, { payload: { kind: "transfer", to: bob.address, amount: 8_500n } }),
    );
    // The first has left the window of round 4: only the overtaken one makes Alice count as
    // delegated.
    expect(judge(world, 4, pay(alice, 0)).rule).toBe("within-reserve");
    world.round(4, [emptying]);
    world.executeAll();
    expect(world.account(alice).authorisationNonce).toBe(1);
    expect(world.receipts.get(emptying.idHex)).toMatchObject({ code: 1, reason: "senderDip" });
  });

  it("R-6.2 an authorisation below the nonce after n-k is refused: nobody freezes others", () => {
    const world = open(3);
    world.round(1, [world.paper(authorise(0, 0))]);
    world.executeFor(4);
    const assembler = new BlockAssembler(world.replica.roundView(4));
    expect(codeOf(assembler.judge(world.paper(authorise(1, 0))))).toBe("AUTHORISATION_OVERTAKEN");
    expect(codeOf(assembler.judge(world.paper(authorise(1, 0, 1))))).toBe("");
  });
});

describe("R-6.5 at execution", () => {
  const run = (world: LedgerWorld, round: number, spec: TransactionSpec): string | undefined => {
    const transaction = world.paper(spec);
    world.round(round, [transaction]);
    world.executeAll();
    return world.receipts.get(transaction.idHex)?.reason;
  };
  const give = (amount: bigint, nonce: number): TransactionSpec =>
    pay(alice, nonce, { payload: { kind: "transfer", to: bob.address, amount } });

  it("R-6.3 the first rounds of a chain allow emptying, once a window", () => {
    const world = open(3, 10_000n);
    expect(run(world, 1, give(8_500n, 0))).toBe("executed");
    expect(world.account(alice).balance).toBe(500n);
    expect(run(world, 4, pay(alice, 1, { gasPrice: 0n }))).toBe("executed");
    expect(run(world, 5, { ...give(1n, 2), gasPrice: 0n })).toBe("senderDip");
    expect(run(world, 8, { ...give(1n, 3), gasPrice: 0n })).toBe("executed");
  });

  it("R-6.5 ending at the threshold is executed, a unit below reverts", () => {
    const world = open(3, 10_000n);
    run(world, 1, pay(alice, 0));
    // 9,000 before; the threshold is the reserve less the fee.
    expect(run(world, 2, give(7_001n, 1))).toBe("senderDip");
    expect(run(world, 3, pay(bob, 0, { payload: give(1_000n, 0).payload }))).toBe("executed");
    const again = open(3, 10_000n);
    run(again, 1, pay(alice, 0));
    expect(run(again, 2, give(7_000n, 1))).toBe("executed");
    expect(again.account(alice).balance).toBe(1_000n);
  });

  it("R-6.8 a reserve is in force in executions from round m+k on, not before", () => {
    const world = open(3, 3_000n);
    run(world, 1, { ...authorise(0, 1_000), gasPrice: 0n });
    const free = { gasPrice: 0n };
    run(world, 2, {
      ...pay(alice, 0, { payload: { kind: "setReserve", reserve: 500n } }),
      ...free,
    });
    expect(run(world, 4, { ...give(2_000n, 1), ...free })).toBe("senderDip");
    expect(run(world, 5, { ...give(2_501n, 2), ...free })).toBe("senderDip");
    expect(run(world, 6, { ...give(2_500n, 3), ...free })).toBe("executed");
    expect(world.account(alice).balance).toBe(500n);
  });

  it("R-2.8 a spendFrom is judged by the delegate's window, with no value of its own", () => {
    const world = open(3, 10_000n);
    run(world, 1, authorise(0, 1_000));
    const spend = { kind: "spendFrom", owner: alice.address, to: carol.address } as const;
    const [first, second] = [0, 1].map((nonce) =>
      pay(bob, nonce, { payload: { ...spend, amount: 8_000n - BigInt(nonce) } }),
    ) as [TransactionSpec, TransactionSpec];
    expect(judge(world, 2, first)).toMatchObject({ rule: "first-emptying", allowed: 10_000n });
    expect(judge(world, 2, second, [world.paper(first)])).toMatchObject({
      rule: "after-emptying",
      allowed: RESERVE,
    });
    expect(run(world, 2, first)).toBe("executed");
    expect(world.account(alice)).toMatchObject({ balance: 2_000n, nonce: 0 });
    expect(run(world, 3, second)).toBe("insufficientBalance");
  });
});
