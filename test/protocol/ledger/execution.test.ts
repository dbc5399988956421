// What an included transaction does, block by block on a replica.
import { describe, expect, it } from "vitest";
import { amountCodec } from "../../../src/protocol/ledger/chain-state.ts";
import { NONCE_MAX } from "../../../src/protocol/limits.ts";
import { accountKey, unattributedFeesKey } from "../../../src/protocol/merkle/state-key.ts";
import { type TestGenesis, testNetwork } from "../../support/genesis.ts";
import { LedgerWorld } from "../../support/ledger-world.ts";
import { paperAccount, type TestAccount } from "../../support/signer.ts";
import { accepted, paperAuthorisation, type TransactionSpec } from "../../support/transactions.ts";

const [alice, bob, carol] = ["Alice", "Bob", "Carol"].map(paperAccount) as [
  TestAccount,
  TestAccount,
  TestAccount,
];

const worldOf = (balances: TestGenesis["allocations"] = [], options: TestGenesis = {}) =>
  new LedgerWorld(testNetwork({ k: 1, reserveDefault: 2_000n, allocations: balances, ...options }));

const transfer = (to: TestAccount, amount: bigint) =>
  ({ kind: "transfer", to: to.address, amount }) as const;
const spend = (owner: TestAccount, to: TestAccount, amount: bigint) =>
  ({ kind: "spendFrom", owner: owner.address, to: to.address, amount }) as const;

/**
 * Runs one transaction a round, each executed at once, and gives its reason: "left out" for code 0.
 */
function runEach(world: LedgerWorld, specs: readonly TransactionSpec[], from = 1): string[] {
  return specs.map((spec, at) => {
    const transaction = world.paper(spec);
    world.round(from + at, [transaction]);
    world.executeAll();
    return world.receipts.get(transaction.idHex)?.reason ?? "left out";
  });
}

describe("fees", () => {
  it("R-2.4 the fee is limit x price, charged in full, also when the transaction reverts", () => {
    const world = worldOf([{ account: alice, balance: 10_000n }]);
    const spec = { payer: alice, gasLimit: 3_000, gasPrice: 2n };
    expect(runEach(world, [{ ...spec, nonce: 0, payload: transfer(bob, 10_000n) }])).toEqual([
      "insufficientBalance",
    ]);
    expect(world.account(alice)).toMatchObject({ balance: 4_000n, nonce: 1 });
    expect(world.account(bob).balance).toBe(0n);
    const fees = world.replica.state.get(0, unattributedFeesKey()) as Uint8Array;
    expect(accepted(amountCodec.decode(fees))).toBe(6_000n);
  });

  it("R-2.9 codes 1 and 2 use the nonce, code 0 does not; only the next one is includable", () => {
    const world = worldOf([{ account: alice, balance: 5_000n }]);
    const spec = { payer: alice, payload: transfer(bob, 0n) };
    expect(
      runEach(world, [
        { ...spec, nonce: 1 },
        { ...spec, nonce: 0 },
        { ...spec, nonce: 0, payload: transfer(bob, 1n) },
        { ...spec, nonce: 1, payload: transfer(bob, 99_999n) },
        { ...spec, nonce: 2, fee: 9_000n },
        { ...spec, nonce: 2 },
      ]),
    ).toEqual(["left out", "executed", "left out", "insufficientBalance", "left out", "executed"]);
    expect([...world.refusals.values()].map(({ code }) => code)).toEqual([
      "NONCE_GAP",
      "NONCE_TOO_LOW",
      "RESERVE_EXCEEDED",
    ]);
  });

  it("section 15: the first credit makes an account, and one with nothing is not stored", () => {
    const world = worldOf([{ account: alice, balance: 10_000n }]);
    runEach(world, [
      { payer: alice, nonce: 0, payload: transfer(carol, 0n) },
      { payer: alice, nonce: 1, payload: transfer(bob, 1n) },
    ]);
    expect(world.replica.state.get(0, accountKey(carol.address))).toBeUndefined();
    expect(world.replica.state.get(0, accountKey(bob.address))).toBeDefined();
  });

  it("R-2.4 a transfer to oneself costs its fee and moves nothing", () => {
    const world = worldOf([{ account: alice, balance: 10_000n }]);
    expect(runEach(world, [{ payer: alice, nonce: 0, payload: transfer(alice, 9_000n) }])).toEqual([
      "executed",
    ]);
    expect(world.account(alice).balance).toBe(9_000n);
  });
});

const delegate = (nonce: number, rest: object = {}): TransactionSpec => ({
  payer: carol,
  nonce,
  payload: { kind: "delegate" },
  authorisations: [
    paperAuthorisation({ owner: alice, delegate: bob, allowance: 5_000n, lastRound: 6, ...rest }),
  ],
});
const open = () =>
  worldOf([
    { account: alice, balance: 10_000n },
    { account: bob, balance: 20_000n },
    { account: carol, balance: 20_000n },
  ]);

describe("delegations", () => {
  it("R-2.5 the delegate spends up to the allowance, until the last round, nobody else", () => {
    const world = open();
    expect(
      runEach(world, [
        delegate(0),
        { payer: bob, nonce: 0, payload: spend(alice, carol, 5_001n) },
        { payer: bob, nonce: 1, payload: spend(alice, carol, 4_999n) },
        { payer: carol, nonce: 1, payload: spend(alice, carol, 1n) },
        { payer: bob, nonce: 2, payload: spend(alice, carol, 2n) },
        { payer: bob, nonce: 3, payload: spend(alice, carol, 1n) },
        { payer: bob, nonce: 4, payload: spend(alice, carol, 0n) },
      ]),
    ).toEqual([
      "executed",
      "notDelegated",
      "executed",
      "notDelegated",
      "notDelegated",
      "executed",
      "notDelegated",
    ]);
    expect(world.account(alice)).toMatchObject({
      balance: 5_000n,
      nonce: 0,
      authorisationNonce: 1,
    });
  });

  it("R-6.2 overtaken and revoked authorisations change nothing; a later nonce does", () => {
    const world = open();
    const [first, second] = [delegate(0, { nonce: 1 }), delegate(1, { nonce: 1 })];
    world.round(1, [world.paper(first)]);
    world.executeAll();
    expect(runEach(world, [second], 2)).toEqual(["left out"]);
    expect([...world.refusals.values()]).toEqual([
      { code: "AUTHORISATION_OVERTAKEN", authorisation: 0, next: 2 },
    ]);
    runEach(world, [{ payer: alice, nonce: 0, payload: { kind: "revoke" } }], 3);
    expect(world.account(alice)).toMatchObject({ authorisationNonce: 3, delegation: null });
    expect(runEach(world, [delegate(1, { nonce: 2 }), delegate(1, { nonce: 3 })], 4)).toEqual([
      "left out",
      "executed",
    ]);
  });
});

describe("delegations and reverts", () => {
  it("R-6.5 valid authorisations survive a revert", () => {
    const world = open();
    const reverted = { ...delegate(0), payload: transfer(bob, 99_999n) };
    expect(runEach(world, [reverted])).toEqual(["insufficientBalance"]);
    expect(world.account(alice).delegation).toMatchObject({ allowance: 5_000n, lastRound: 6 });
  });

  it("R-5.6 a spend that its owner's balance cannot bear leaves the allowance as it was", () => {
    const world = open();
    expect(
      runEach(world, [
        delegate(0, { allowance: 50_000n }),
        { payer: bob, nonce: 0, payload: spend(alice, carol, 10_001n) },
        { payer: bob, nonce: 1, payload: spend(alice, carol, 8_001n) },
        { payer: bob, nonce: 2, payload: spend(alice, carol, 8_000n) },
      ]),
    ).toEqual(["executed", "insufficientBalance", "ownerDip", "executed"]);
    expect(world.account(alice)).toMatchObject({
      balance: 2_000n,
      delegation: { allowance: 42_000n },
    });
  });

  it("R-6.2 delegation is per chain", () => {
    const world = worldOf(
      [0, 1].flatMap((chain) =>
        [alice, bob, carol].map((account) => ({ account, balance: 10_000n, chain })),
      ),
      { chains: 2 },
    );
    expect(
      runEach(world, [
        delegate(0),
        { payer: bob, nonce: 0, chain: 1, payload: spend(alice, carol, 1n) },
        { payer: bob, nonce: 0, chain: 0, payload: spend(alice, carol, 1n) },
      ]),
    ).toEqual(["executed", "notDelegated", "executed"]);
  });

  it("R-6.2 a revocation after the last possible authorisation nonce stops nobody", () => {
    const world = open();
    expect(
      runEach(world, [
        delegate(0, { nonce: NONCE_MAX }),
        { payer: alice, nonce: 0, payload: { kind: "revoke" } },
        { payer: alice, nonce: 1, payload: { kind: "revoke" } },
        delegate(1, { nonce: NONCE_MAX }),
      ]),
    ).toEqual(["executed", "executed", "executed", "left out"]);
    expect(world.account(alice)).toMatchObject({
      delegation: null,
      authorisationNonce: Number.MAX_SAFE_INTEGER,
    });
  });
});
