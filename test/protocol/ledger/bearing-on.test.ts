import { describe, expect, it } from "vitest";
import { toHex } from "../../../src/protocol/encoding/bytes.ts";
import { accountCodec, EMPTY_ACCOUNT } from "../../../src/protocol/ledger/account.ts";
import { bearingOn } from "../../../src/protocol/ledger/bearing-on.ts";
import { executeRound } from "../../../src/protocol/ledger/execute-round.ts";
import type { VerifiedTransaction } from "../../../src/protocol/ledger/unverified.ts";
import { accountKey } from "../../../src/protocol/merkle/state-key.ts";
import { Random } from "../../../src/simulator/random.ts";
import { testGenesis } from "../../support/genesis.ts";
import { paperAccount, type TestAccount } from "../../support/signer.ts";
import {
  bond,
  delegateStake,
  paperRegistration,
  unbond,
  undelegateStake,
} from "../../support/staking.ts";
import {
  paperAuthorisation,
  paperTransaction,
  type TransactionSpec,
} from "../../support/transactions.ts";

const NETWORK_ID = new Uint8Array(32).fill(5);
const accounts = ["Alice", "Bob", "Carol", "Dave", "Eve"].map(paperAccount);
const [alice, bob, carol, dave] = accounts as [TestAccount, TestAccount, TestAccount, TestAccount];

const paper = (spec: TransactionSpec) => paperTransaction(NETWORK_ID, spec);
const pays = (payer: TestAccount, to: TestAccount, nonce = 0, chain = 0) =>
  paper({ payer, nonce, chain, payload: { kind: "transfer", to: to.address, amount: 1n } });
const spends = (payer: TestAccount, owner: TestAccount, to: TestAccount) =>
  paper({
    payer,
    nonce: 0,
    payload: { kind: "spendFrom", owner: owner.address, to: to.address, amount: 1n },
  });
const names = (payer: TestAccount, owner: TestAccount) => {
  const authorisations = [paperAuthorisation({ owner, delegate: payer })];
  return paper({ payer, nonce: 0, payload: { kind: "delegate" }, authorisations });
};

describe("what a transaction depends on in the block before it", () => {
  const asked = pays(alice, bob, 9);

  it.each<[string, VerifiedTransaction, boolean]>([
    ["the sender's own", pays(alice, carol), true],
    ["a payment to it", pays(carol, alice), true],
    ["spending from it", spends(carol, alice, dave), true],
    ["an authorisation that names it", names(carol, alice), true],
    ["a payment to whom it pays", pays(carol, bob), false],
    ["what others do among themselves", spends(carol, bob, dave), false],
    ["the sender's own on another chain", pays(alice, carol, 0, 1), false],
  ])("R-6.9 %s", (_, one, bears) => {
    expect(bearingOn([one], [asked])).toEqual(bears ? [one] : []);
  });

  it("R-6.9, R-11.1 of stakes what names the same validator or key", () => {
    const by = (payer: TestAccount, payload: TransactionSpec["payload"]) =>
      paper({ payer, nonce: 0, payload });
    const delegates = by(alice, delegateStake(bob, 1n));
    const registers = by(alice, bond(1n, paperRegistration(1)));
    const cases: readonly (readonly [VerifiedTransaction, VerifiedTransaction, boolean])[] = [
      [by(bob, bond(1n, paperRegistration(1))), delegates, true],
      [by(bob, unbond(1n)), delegates, true],
      [by(carol, delegateStake(bob, 1n)), delegates, true],
      [by(carol, undelegateStake(bob, 1n)), by(bob, unbond(1n)), true],
      [by(carol, delegateStake(dave, 1n)), delegates, false],
      [by(carol, bond(1n)), delegates, false],
      [by(carol, bond(1n, paperRegistration(1))), registers, true],
      [by(carol, bond(1n, paperRegistration(2))), registers, false],
    ];
    for (const [one, later, bears] of cases) {
      expect(bearingOn([one], [later])).toEqual(bears ? [one] : []);
    }
  });

  it("R-6.9 what those depend on, if it comes before them", () => {
    const block = [pays(dave, carol), pays(carol, alice), pays(dave, carol, 1)];
    expect(bearingOn(block, [asked])).toEqual(block.slice(0, 2));
  });

  it("R-6.9 R-5.3 what bears on others executes without the rest as it does with it", () => {
    let left = 0;
    for (let seed = 1; seed <= 200; seed++) {
      const random = new Random(seed);
      const block = blockOf(random, 12);
      const later = [pays(random.pick(accounts) as TestAccount, bob, 99)];
      const bearing = bearingOn(block, later);
      left += block.length - bearing.length;
      const [all, some] = [execute(block), execute(bearing)];
      for (const one of bearing) expect(some.receipts.get(one)).toEqual(all.receipts.get(one));
      const payer = later[0]?.transaction.legs[0]?.payment?.payer as Uint8Array;
      expect(some.written(payer)).toEqual(all.written(payer));
    }
    // It is about something: neither all nor nothing.
    expect(left).toBeGreaterThan(200);
    expect(left).toBeLessThan(200 * 11);
  });
});

/** Transfers, authorisations and spending between five accounts that can hardly pay for it. */
function blockOf(random: Random, length: number): VerifiedTransaction[] {
  const nonces = new Map(accounts.map((account) => [account, 0]));
  return Array.from({ length }, () => {
    const [payer, owner, to] = random.shuffle(accounts) as [TestAccount, TestAccount, TestAccount];
    const nonce = nonces.get(payer) ?? 0;
    nonces.set(payer, nonce + 1);
    const amount = BigInt(random.between(1, 30_000));
    const kind = random.pick(["transfer", "spendFrom", "delegate"] as const);
    if (kind === "transfer")
      return paper({ payer, nonce, payload: { kind, to: to.address, amount } });
    if (kind === "delegate") {
      const authorisations = [paperAuthorisation({ owner, delegate: to, nonce })];
      return paper({ payer, nonce, payload: { kind }, authorisations });
    }
    const payload = { kind, owner: owner.address, to: to.address, amount } as const;
    return paper({ payer, nonce, payload });
  });
}

function execute(block: readonly VerifiedTransaction[]) {
  const balances = new Map(
    accounts.map(({ address }) => [
      toHex(accountKey(address)),
      accountCodec.encode({ ...EMPTY_ACCOUNT, balance: 40_000n }),
    ]),
  );
  const { receipts, writes } = executeRound({
    round: 9,
    k: 3,
    transactions: block.map((transaction) => ({ transaction, possiblyEmptying: [true] })),
    chain: () => ({ ...testGenesis().chains[0], reserveDefault: 1_000n }) as never,
    read: (_, key) => balances.get(toHex(key)),
    paysUnbonded: false,
    placement: { shard: 0, bornRound: 13 },
  });
  return {
    receipts: new Map(block.map((one, i) => [one, receipts[i]])),
    written: (address: Uint8Array) =>
      writes.find(({ key }) => toHex(key) === toHex(accountKey(address)))?.value,
  };
}
