// What no included transaction meets while the rules hold: execution stops, or the effects revert.
import { describe, expect, it } from "vitest";
import { InvariantError } from "../../../src/protocol/assert.ts";
import { toHex } from "../../../src/protocol/encoding/bytes.ts";
import { U128_MAX } from "../../../src/protocol/encoding/codec.ts";
import { type Account, accountCodec, EMPTY_ACCOUNT } from "../../../src/protocol/ledger/account.ts";
import { tokenCountCodec } from "../../../src/protocol/ledger/create-token.ts";
import { executeRound, type RoundResult } from "../../../src/protocol/ledger/execute-round.ts";
import { accountKey, tokenCountKey } from "../../../src/protocol/merkle/state-key.ts";
import { testGenesis } from "../../support/genesis.ts";
import { paperAccount, type TestAccount } from "../../support/signer.ts";
import { paperTransaction, type TransactionSpec } from "../../support/transactions.ts";

const NETWORK_ID = new Uint8Array(32).fill(5);
const [alice, bob] = ["Alice", "Bob"].map(paperAccount) as [TestAccount, TestAccount];

type Entry = readonly [key: Uint8Array, value: Uint8Array];
const entry = (account: TestAccount, changes: Partial<Account>): Entry => [
  accountKey(account.address),
  accountCodec.encode({ ...EMPTY_ACCOUNT, ...changes }),
];

function execute(
  entries: readonly Entry[],
  specs: readonly TransactionSpec[],
  chain = testGenesis().chains[0],
): RoundResult {
  const state = new Map(entries.map(([key, value]) => [toHex(key), value]));
  return executeRound({
    round: 9,
    k: 3,
    transactions: specs.map((spec) => ({
      transaction: paperTransaction(NETWORK_ID, spec),
      possiblyEmptying: [true],
    })),
    chain: () => chain,
    read: (at, key) => (at === 0 ? state.get(toHex(key)) : undefined),
    paysUnbonded: false,
    placement: { shard: 0, bornRound: 13 },
  });
}

const give = (amount: bigint): TransactionSpec => ({
  payer: alice,
  nonce: 0,
  payload: { kind: "transfer", to: bob.address, amount },
});

describe("a broken promise of consensus", () => {
  it("R-6.6 a fee that cannot be paid stops execution, with the evidence", () => {
    let stopped: unknown;
    try {
      execute([entry(alice, { balance: 999n })], [give(0n)]);
    } catch (error) {
      stopped = error;
    }
    expect(stopped).toBeInstanceOf(InvariantError);
    expect((stopped as InvariantError).evidence).toMatchObject({
      round: 9,
      chain: 0,
      payer: alice.addressHex,
      balance: 999n,
      fee: 1_000n,
    });
    expect(execute([entry(alice, { balance: 1_000n })], [give(0n)]).receipts[0]?.code).toBe(2);
  });

  it("R-2.9 another nonce than the account's stops execution", () => {
    const state = [entry(alice, { balance: 10_000n, nonce: 1 })];
    expect(() => execute(state, [give(0n)])).toThrow("R-2.9");
  });
});

describe("effects that cannot be", () => {
  const reasons = ({ receipts }: RoundResult): string[] => receipts.map(({ reason }) => reason);

  it("R-2.2 a balance above 2^128-1 reverts; one of exactly that does not", () => {
    const state = [entry(alice, { balance: 10_000n }), entry(bob, { balance: U128_MAX - 5n })];
    const result = execute(state, [give(6n), { ...give(5n), nonce: 1 }]);
    expect(reasons(result)).toEqual(["balanceOverflow", "executed"]);
  });

  it("R-2.10 when ids run out, a token is not created and costs its fee", () => {
    const token = {
      kind: "createToken",
      symbol: "LAST",
      name: "Last",
      decimals: 0,
      supply: 1n,
      reserveDefault: 0n,
      gasPriceMin: 0n,
    } as const;
    const spec = { payer: alice, nonce: 0, payload: token };
    const count = (next: number): Entry => [tokenCountKey(), tokenCountCodec.encode(next)];
    const rich = entry(alice, { balance: 100_000n });
    const last = execute([rich, count(0xffff_fffe)], [spec, { ...spec, nonce: 1 }]);
    expect(reasons(last)).toEqual(["executed", "chainIdsExhausted"]);
    expect(last.created.map(({ chain }) => chain)).toEqual([0xffff_fffe]);
    expect(last.receipts[1]?.movements).toHaveLength(1);
  });

  it("R-5.6 a reverted transaction leaves only its fee, its nonce and the fee's account", () => {
    const { writes, receipts } = execute([entry(alice, { balance: 5_000n })], [give(9_999n)]);
    expect(receipts[0]).toMatchObject({ code: 1, reason: "insufficientBalance" });
    const changed = writes.filter(({ before, value }) => String(before) !== String(value));
    expect(changed).toHaveLength(2);
  });
});
