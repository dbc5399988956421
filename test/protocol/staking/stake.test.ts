import { describe, expect, it } from "vitest";
import type { Payload } from "../../../src/protocol/ledger/payload.ts";
import type { Receipt } from "../../../src/protocol/ledger/receipt.ts";
import {
  DELEGATIONS_MAX,
  UNBONDED_A_ROUND_MAX,
  UNBONDINGS_MAX,
} from "../../../src/protocol/limits.ts";
import { seatKeyKey } from "../../../src/protocol/merkle/state-key.ts";
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

const [val, other, dora, nobody] = ["val", "other", "dora", "nobody"].map(paperAccount) as [
  TestAccount,
  TestAccount,
  TestAccount,
  TestAccount,
];
const FUNDS = 1_000_000n;
const KEY = paperRegistration(1);

/** A network where rounds follow each other at once, and what each transaction came to. */
class Staking {
  readonly world: LedgerWorld;
  readonly #nonces = new Map<TestAccount, number>();
  #round = 0;

  constructor(accounts: readonly TestAccount[] = [val, other, dora], unbondingRounds = 20) {
    const allocations = accounts.map((account) => ({ account, balance: FUNDS, reserve: 0n }));
    this.world = new LedgerWorld(
      testNetwork({ allocations, unbondingRounds, minimumBond: 1_000n }),
    );
  }

  get round(): number {
    return this.#round;
  }

  /** Each in one round behind the other, executed; fees are 0. */
  run(...steps: readonly (readonly [TestAccount, Payload])[]): Receipt[] {
    return steps.map(([payer, payload]) => this.together([payer, payload])[0] as Receipt);
  }

  /** All in one round. */
  together(...steps: readonly (readonly [TestAccount, Payload])[]): Receipt[] {
    this.#round += 1;
    const sent = steps.map(([payer, payload]) => {
      const nonce = this.#nonces.get(payer) ?? 0;
      this.#nonces.set(payer, nonce + 1);
      return this.world.paper({ payer, nonce, payload, fee: 0n });
    });
    this.world.round(this.#round, sent);
    this.world.executeAll();
    return sent.map(({ idHex }) => this.world.receipts.get(idHex) as Receipt);
  }

  reasons(...steps: readonly (readonly [TestAccount, Payload])[]): string[] {
    return this.run(...steps).map(({ reason }) => reason);
  }

  /** Rounds with nothing in them but one transaction on T0 in the last. */
  pass(rounds: number): void {
    this.#round += rounds - 1;
    this.together([other, { kind: "transfer", to: other.address, amount: 0n }]);
  }

  balance = (account: TestAccount): bigint => this.world.account(account).balance;
  validator = (account: TestAccount) => validatorIn(this.world.replica.state, account);
  stakes = (account: TestAccount) => rootStakes(this.world.replica.state, account);
}

describe("bond", () => {
  it("R-11.1 registers with a key and locks the payer's own stake; later bonds add", () => {
    const staking = new Staking();
    const receipts = staking.run([val, bond(5_000n, KEY)], [val, bond(1n)], [val, bond(2n, KEY)]);
    expect(receipts.map(({ code, reason }) => [code, reason])).toEqual(
      receipts.map(() => [2, "executed"]),
    );
    expect(receipts[1]?.movements).toEqual([
      {
        chain: 0,
        from: { kind: "account", address: val.address },
        to: { kind: "stake", validator: val.address, staker: val.address },
        amount: 1n,
      },
    ]);
    expect(staking.validator(val)).toEqual({
      ...KEY,
      ownStake: 5_003n,
      delegatedStake: 0n,
      unbonding: 0n,
    });
    expect(staking.balance(val)).toBe(FUNDS - 5_003n);
    expect(staking.world.replica.state.get(0, seatKeyKey(KEY.publicKey))).toEqual(val.address);
  });

  it("R-11.1 a failure names its reason and changes nothing", () => {
    const staking = new Staking();
    expect(
      staking.reasons(
        [val, bond(5_000n)],
        [val, bond(999n, KEY)],
        [val, bond(FUNDS + 1n, KEY)],
        [val, bond(1_000n, KEY)],
        [other, bond(1_000n, KEY)],
        [val, bond(1_000n, paperRegistration(2))],
        [val, bond(1_000n, { ...KEY, commission: 501 })],
        [val, bond(FUNDS)],
      ),
    ).toEqual([
      "notAValidator",
      "belowMinimumBond",
      "insufficientBalance",
      "executed",
      "keyTaken",
      "registrationDiffers",
      "registrationDiffers",
      "insufficientBalance",
    ]);
    expect(staking.validator(val)?.ownStake).toBe(1_000n);
    expect(staking.validator(other)).toBeNull();
    expect(staking.balance(other)).toBe(FUNDS);
  });

  it("R-6.5 a bond into the reserve is a dip like any spending", () => {
    const allocations = [{ account: val, balance: 10_000n, reserve: 4_000n }];
    const world = new LedgerWorld(testNetwork({ allocations }));
    const [first, second] = [0, 1].map((nonce) =>
      world.paper({ payer: val, nonce, payload: bond(3_100n, nonce === 0 ? KEY : null), fee: 0n }),
    );
    if (first === undefined || second === undefined) throw new Error("No transactions");
    world.round(1, [first, second]);
    world.executeAll();
    expect([first, second].map(({ idHex }) => world.receipts.get(idHex)?.reason)).toEqual([
      "executed",
      "senderDip",
    ]);
    expect(validatorIn(world.replica.state, val)?.ownStake).toBe(3_100n);
    expect(world.account(val).balance).toBe(6_900n);
  });
});

describe("unbond", () => {
  it("R-11.1 stake is on its way back for the unbonding period, and then paid back unasked", () => {
    const staking = new Staking();
    const [, unbonded] = staking.run([val, bond(5_000n, KEY)], [val, unbond(1_500n)]);
    const place = { validator: val.address, staker: val.address };
    expect(unbonded?.movements).toEqual([
      {
        chain: 0,
        from: { kind: "stake", ...place },
        to: { kind: "unbonding", ...place },
        amount: 1_500n,
      },
    ]);
    const releaseRound = staking.round + 20;
    expect(staking.stakes(val).unbondings).toEqual([
      { validator: val.address, amount: 1_500n, releaseRound },
    ]);
    expect(staking.validator(val)).toMatchObject({ ownStake: 3_500n, unbonding: 1_500n });
    staking.pass(19);
    expect(staking.balance(val)).toBe(FUNDS - 5_000n);
    staking.pass(1);
    expect(staking.round).toBe(releaseRound);
    expect(staking.balance(val)).toBe(FUNDS - 3_500n);
    expect(staking.validator(val)).toMatchObject({ ownStake: 3_500n, unbonding: 0n });
    expect(staking.stakes(val)).toEqual({ delegations: [], unbondings: [] });
  });

  it("R-11.1 all of it or so much that the least bond stays; a key is free when nothing is left", () => {
    const staking = new Staking();
    expect(
      staking.reasons(
        [val, unbond(1n)],
        [val, bond(5_000n, KEY)],
        [val, unbond(5_001n)],
        [val, unbond(4_001n)],
        [val, unbond(4_000n)],
        [val, unbond(1_000n)],
        [dora, delegateStake(val, 5n)],
        [other, bond(1_000n, KEY)],
      ),
    ).toEqual([
      "notAValidator",
      "executed",
      "insufficientStake",
      "belowMinimumBond",
      "executed",
      "executed",
      "validatorLeaving",
      "keyTaken",
    ]);
    staking.pass(20);
    expect(staking.validator(val)).toBeNull();
    expect(staking.balance(val)).toBe(FUNDS);
    expect(staking.reasons([other, bond(1_000n, KEY)])).toEqual(["executed"]);
  });

  it("R-11.1 a validator that leaves comes back with a bond alone while anything is unbonding", () => {
    const staking = new Staking();
    staking.run([val, bond(5_000n, KEY)], [val, unbond(5_000n)]);
    expect(staking.reasons([val, bond(999n)], [val, bond(1_000n)])).toEqual([
      "belowMinimumBond",
      "executed",
    ]);
    expect(staking.validator(val)).toMatchObject({ ownStake: 1_000n, unbonding: 5_000n });
  });
});

describe("delegateStake and undelegateStake", () => {
  it("R-2.5, R-11.1 delegations add up in the validator's entry and in the account's", () => {
    const staking = new Staking();
    const reasons = staking.reasons(
      [val, bond(5_000n, KEY)],
      [other, bond(1_000n, paperRegistration(2))],
      [dora, delegateStake(val, 300n)],
      [dora, delegateStake(other, 20n)],
      [dora, delegateStake(val, 4n)],
      [other, delegateStake(val, 7n)],
      [dora, undelegateStake(val, 100n)],
      [dora, undelegateStake(other, 20n)],
    );
    expect(new Set(reasons)).toEqual(new Set(["executed"]));
    expect(staking.validator(val)).toMatchObject({ delegatedStake: 211n, unbonding: 100n });
    expect(staking.validator(other)).toMatchObject({ delegatedStake: 0n, unbonding: 20n });
    const { delegations, unbondings } = staking.stakes(dora);
    expect(delegations).toEqual([{ validator: val.address, amount: 204n }]);
    expect(unbondings.map(({ amount, releaseRound }) => [amount, releaseRound])).toEqual([
      [100n, 27],
      [20n, 28],
    ]);
    staking.pass(19);
    expect(staking.balance(dora)).toBe(FUNDS - 224n);
    staking.pass(1);
    expect(staking.balance(dora)).toBe(FUNDS - 204n);
  });

  it("R-11.1 a failure names its reason and changes nothing", () => {
    const staking = new Staking();
    expect(
      staking.reasons(
        [dora, delegateStake(nobody, 1n)],
        [dora, undelegateStake(nobody, 1n)],
        [val, bond(5_000n, KEY)],
        [dora, undelegateStake(val, 1n)],
        [dora, delegateStake(val, FUNDS + 1n)],
        [dora, delegateStake(val, 10n)],
        [dora, undelegateStake(val, 11n)],
      ),
    ).toEqual([
      "unknownValidator",
      "unknownValidator",
      "executed",
      "insufficientStake",
      "insufficientBalance",
      "executed",
      "insufficientStake",
    ]);
    expect(staking.validator(val)?.delegatedStake).toBe(10n);
  });

  it("R-11.1 delegators take their stake back from a validator that has left", () => {
    const staking = new Staking();
    staking.run([val, bond(5_000n, KEY)], [dora, delegateStake(val, 10n)], [val, unbond(5_000n)]);
    staking.pass(20);
    expect(staking.validator(val)).toMatchObject({ ownStake: 0n, delegatedStake: 10n });
    expect(staking.reasons([dora, undelegateStake(val, 10n)])).toEqual(["executed"]);
    staking.pass(20);
    expect(staking.validator(val)).toBeNull();
    expect(staking.balance(dora)).toBe(FUNDS);
  });

  it("R-11.1 an account delegates to so many validators, and waits for so many amounts", () => {
    const many = Array.from({ length: DELEGATIONS_MAX + 1 }, (_, i) => paperAccount(`many ${i}`));
    const staking = new Staking([...many, dora, other]);
    staking.together(
      ...many.map((one, i) => [one, bond(1_000n, paperRegistration(i + 1))] as const).slice(0, 8),
    );
    for (let from = 8; from < many.length; from += 8) {
      const some = many.slice(from, from + 8);
      staking.together(
        ...some.map((one, i) => [one, bond(1_000n, paperRegistration(from + i + 1))] as const),
      );
    }
    const reasons = staking.reasons(...many.map((one) => [dora, delegateStake(one, 50n)] as const));
    expect(reasons.filter((reason) => reason === "executed").length).toBe(DELEGATIONS_MAX);
    expect(reasons.at(-1)).toBe("delegationsFull");
    const [first] = many as [TestAccount];
    expect(staking.reasons([dora, delegateStake(first, 50n)])).toEqual(["executed"]);
    const taken = staking.together(
      ...Array.from(
        { length: UNBONDINGS_MAX + 1 },
        () => [dora, undelegateStake(first, 1n)] as const,
      ),
    );
    expect(taken.filter(({ code }) => code === 2).length).toBe(UNBONDINGS_MAX);
    expect(taken.at(-1)?.reason).toBe("unbondingsFull");
  });
});

describe("the sweep", () => {
  it("R-11.1 pays back at most so many a round, first in first out; the rest in the next", () => {
    const few = Array.from({ length: 5 }, (_, i) => paperAccount(`few ${i}`));
    const staking = new Staking([...few, val, other], 20);
    staking.run([val, bond(5_000n, KEY)]);
    staking.together(...few.map((one) => [one, delegateStake(val, 1_000n)] as const));
    const each = UNBONDED_A_ROUND_MAX / few.length + 5;
    const all = few.flatMap((one) =>
      Array.from({ length: each }, () => [one, undelegateStake(val, 1n)] as const),
    );
    const receipts = staking.together(...all);
    expect(receipts.every(({ code }) => code === 2)).toBe(true);
    staking.pass(20);
    const waiting = () => few.map((one) => staking.stakes(one).unbondings.length);
    expect(waiting().reduce((sum, count) => sum + count, 0)).toBe(25);
    expect(staking.validator(val)?.unbonding).toBe(25n);
    staking.pass(1);
    expect(waiting()).toEqual([0, 0, 0, 0, 0]);
    for (const one of few) expect(staking.balance(one)).toBe(FUNDS - 1_000n + BigInt(each));
  });

  it("R-11.1, R-5.5 a replica opened anew pays back the same", () => {
    const staking = new Staking();
    staking.run([val, bond(5_000n, KEY)], [val, unbond(5_000n)]);
    staking.world.restart();
    staking.pass(20);
    expect(staking.balance(val)).toBe(FUNDS);
  });
});
