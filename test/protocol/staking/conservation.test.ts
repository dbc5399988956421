// over random histories of stakes and transfers: what accounts, validators and fees hold is what was issued, and the three
// places that speak of a stake agree.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Payload } from "../../../src/protocol/ledger/payload.ts";
import { testNetwork } from "../../support/genesis.ts";
import { LedgerWorld } from "../../support/ledger-world.ts";
import { paperAccount, type TestAccount } from "../../support/signer.ts";
import {
  bond,
  delegateStake,
  paperRegistration,
  rootStakes,
  unbond,
  undelegateStake,
  validatorIn,
} from "../../support/staking.ts";

const RUNS = process.env.DEEP === undefined ? 40 : 1_000;
const ACCOUNTS = ["a", "b", "c", "d"].map(paperAccount);
const FUNDS = 40_000n;

interface Step {
  readonly kind: Payload["kind"];
  readonly payer: number;
  /** So many places behind the payer. */
  readonly other: number;
  readonly amount: number;
  readonly key: number;
  /** Rounds from the step before; 0: in the same one. */
  readonly later: number;
}

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    kind: fc.constantFrom<Payload["kind"]>(
      "bond",
      "bond",
      "unbond",
      "delegateStake",
      "delegateStake",
      "undelegateStake",
      "transfer",
    ),
    payer: fc.nat(ACCOUNTS.length - 1),
    other: fc.nat(ACCOUNTS.length - 2),
    amount: fc.oneof(fc.integer({ min: 1, max: 20_000 }), fc.constantFrom(1, 1_000, 40_000)),
    key: fc.nat(3),
    later: fc.constantFrom(0, 0, 0, 1, 2, 9),
  }),
  { minLength: 1, maxLength: 40 },
);

function payloadOf({ kind, payer, other, amount, key }: Step): Payload {
  const to = ACCOUNTS[(payer + 1 + other) % ACCOUNTS.length] as TestAccount;
  switch (kind) {
    case "bond":
      return bond(BigInt(amount), key === 0 ? null : paperRegistration(key));
    case "unbond":
      return unbond(BigInt(amount));
    case "delegateStake":
      return delegateStake(to, BigInt(amount));
    case "undelegateStake":
      return undelegateStake(to, BigInt(amount));
    default:
      return { kind: "transfer", to: to.address, amount: BigInt(amount) };
  }
}

/** Rounds with what is sent in each; the nonces are those of a sender whose transactions all come in. */
function play(world: LedgerWorld, history: readonly Step[], check: () => void): number {
  let round = 1;
  let pending: Step[] = [];
  let executed = 0;
  const nonces = ACCOUNTS.map(() => 0);
  const close = (): void => {
    const sent = pending.map((step) => {
      const payer = ACCOUNTS[step.payer] as TestAccount;
      const nonce = nonces[step.payer] as number;
      nonces[step.payer] = nonce + 1;
      return world.paper({
        payer,
        nonce,
        payload: payloadOf(step),
        gasPrice: BigInt(step.key % 2),
      });
    });
    world.round(round, sent);
    world.executeAll();
    for (const [i, account] of ACCOUNTS.entries()) nonces[i] = world.account(account).nonce;
    executed += sent.filter(({ idHex }) => world.receipts.get(idHex)?.code === 2).length;
    pending = [];
    check();
  };
  for (const step of history) {
    if (step.later > 0 && pending.length > 0) close();
    round += step.later;
    pending.push(step);
  }
  close();
  return executed;
}

function check({ replica }: LedgerWorld): void {
  const { state } = replica;
  let held = state.unattributedFees(0);
  for (const account of ACCOUNTS) {
    const balance = state.account(0, account.address).balance;
    expect(balance >= 0n).toBe(true);
    held += balance;
    const validator = validatorIn(state, account);
    const { ownStake = 0n, delegatedStake = 0n, unbonding = 0n } = validator ?? {};
    held += ownStake + delegatedStake + unbonding;
    expect(validator !== null).toBe(ownStake + delegatedStake + unbonding > 0n);
    // No validator of this network has less than the least bond, but one that leaves.
    expect(ownStake === 0n || ownStake >= 1_000n).toBe(true);
    const all = ACCOUNTS.map((one) => rootStakes(state, one));
    const of = (list: "delegations" | "unbondings"): bigint =>
      all
        .flatMap((stakes) => stakes[list])
        .filter((one) => Buffer.from(one.validator).equals(account.address))
        .reduce((sum, { amount }) => sum + amount, 0n);
    expect([of("delegations"), of("unbondings")]).toEqual([delegatedStake, unbonding]);
  }
  expect(held).toBe(FUNDS * BigInt(ACCOUNTS.length));
}

describe("any history of stakes", () => {
  it("R-2.6, R-11.1 keeps the supply, and nothing is negative or counted twice", () => {
    let executed = 0;
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 12 }), (history, unbondingRounds) => {
        const allocations = ACCOUNTS.map((account) => ({ account, balance: FUNDS, reserve: 0n }));
        const world = new LedgerWorld(testNetwork({ allocations, unbondingRounds }));
        executed += play(world, history, () => check(world));
      }),
      { numRuns: RUNS },
    );
    // Else it would say nothing.
    expect(executed).toBeGreaterThan(RUNS);
  });
});
