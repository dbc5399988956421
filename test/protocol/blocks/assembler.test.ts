import { describe, expect, it } from "vitest";
import {
  BlockAssembler,
  checkChain,
  checkValidUntil,
  type RoundView,
} from "../../../src/protocol/blocks/assembler.ts";
import { EMPTY_ACCOUNT } from "../../../src/protocol/ledger/account.ts";
import type { ChainRecord } from "../../../src/protocol/ledger/chain-record.ts";
import type { VerifiedTransaction } from "../../../src/protocol/ledger/unverified.ts";
import {
  CHAIN_BLOCK_BYTES_MAX,
  SHARD_BLOCK_BYTES_MAX,
  SHARD_BLOCK_TRANSACTIONS_MAX,
  TRANSACTION_BYTES_MAX,
} from "../../../src/protocol/limits.ts";
import { EMPTY_WINDOW } from "../../../src/protocol/reserve/window.ts";
import { testGenesis } from "../../support/genesis.ts";
import { ALONE } from "../../support/reach.ts";
import { paperAccount } from "../../support/signer.ts";
import {
  codeOf,
  paperAuthorisation,
  paperTransaction,
  type TransactionSpec,
} from "../../support/transactions.ts";

const NETWORK_ID = new Uint8Array(32).fill(5);
const [alice, bob] = [paperAccount("Alice"), paperAccount("Bob")];
const [RECORD] = testGenesis().chains;
const record = { ...(RECORD as ChainRecord), gasPriceMin: 2n };

const viewOf = (changes: Partial<RoundView> = {}): RoundView => ({
  ...ALONE,
  round: 100,
  k: 3,
  chain: (chain) => (chain < 5 ? { ...record, chain } : undefined),
  account: () => ({ ...EMPTY_ACCOUNT, balance: 10n ** 12n }),
  usedOffers: () => null,
  window: () => EMPTY_WINDOW,
  ...changes,
});
const give = (rest: Partial<TransactionSpec> = {}): VerifiedTransaction =>
  paperTransaction(NETWORK_ID, {
    payer: alice,
    nonce: 0,
    gasPrice: 2n,
    payload: { kind: "transfer", to: bob.address, amount: 1n },
    ...rest,
  });
const judge = (transaction: VerifiedTransaction): string =>
  codeOf(new BlockAssembler(viewOf()).judge(transaction));

describe("judge", () => {
  it.each([
    ["R-2.3 in its last round", { validUntil: 100 }, ""],
    ["R-2.3 after its last round", { validUntil: 99 }, "VALID_UNTIL_PAST"],
    ["R-2.3 at most 10,000 rounds ahead", { validUntil: 10_100 }, ""],
    ["R-2.3 further ahead", { validUntil: 10_101 }, "VALID_UNTIL_TOO_FAR"],
    ["R-2.10 on a chain that nobody knows", { chain: 5 }, "UNKNOWN_CHAIN"],
    ["section 15: at the least price", { gasPrice: 2n }, ""],
    ["section 15: below it", { gasPrice: 1n }, "GAS_PRICE_TOO_LOW"],
    ["R-2.9 with a nonce too far", { nonce: 1 }, "NONCE_GAP"],
    ["R-6.4 with a fee above everything", { gasPrice: 10n ** 9n + 1n }, "RESERVE_EXCEEDED"],
    ["R-6.4 with a fee of everything", { gasPrice: 10n ** 9n }, ""],
  ] as const)("%s", (_, changes, code) => {
    expect(judge(give(changes))).toBe(code);
  });

  it("R-2.10 a chain takes transactions from its birth round on", () => {
    const born = { ...record, bornRound: 100 };
    const [leg] = give().transaction.legs;
    if (leg === undefined) throw new Error("No leg");
    expect(checkChain(born, leg, 99)).toEqual({ code: "UNBORN_CHAIN", chain: 0, bornRound: 100 });
    expect(checkChain(born, leg, 100)).toBeNull();
    expect(checkValidUntil(100, 100)).toBeNull();
  });

  it("R-6.7 what is left out changes nothing of the block", () => {
    const assembler = new BlockAssembler(viewOf());
    expect(codeOf(assembler.add(give({ nonce: 1 })))).toBe("NONCE_GAP");
    expect(assembler.inclusions()).toEqual({ round: 100, chains: [] });
    expect(codeOf(assembler.add(give()))).toBe("");
    expect(codeOf(assembler.add(give()))).toBe("NONCE_TOO_LOW");
    expect(assembler.inclusions().chains[0]?.legs).toHaveLength(1);
  });
});

// Bytes are what counts, not what they say: one transaction padded to a size, each by another
// sender.
const padded = (bytes: number, sender: number, chain: number): VerifiedTransaction => {
  const payer = paperAccount(`${sender}`);
  return {
    ...give({ payer, chain }),
    bytes: new Uint8Array(bytes),
    idHex: `${sender}`,
  } as VerifiedTransaction;
};
const fill = (assembler: BlockAssembler, bytes: number, chain: number, first: number): void => {
  let left = bytes;
  for (let sender = first; left > 0; sender++) {
    const size = Math.min(left, 64 * 1024);
    expect(codeOf(assembler.add(padded(size, sender, chain)))).toBe("");
    left -= size;
  }
};

describe("limits of a block", () => {
  it("R-3.10 a chain block holds 1 MiB, to the byte", () => {
    const assembler = new BlockAssembler(viewOf());
    fill(assembler, CHAIN_BLOCK_BYTES_MAX - 1, 0, 0);
    expect(assembler.add(padded(2, 9_999, 0))).toMatchObject({
      refusal: { code: "BLOCK_FULL", limit: "chain bytes" },
    });
    expect(codeOf(assembler.add(padded(2, 9_998, 1)))).toBe("");
    expect(codeOf(assembler.add(padded(1, 9_999, 0)))).toBe("");
  });

  it("R-3.10 a shard block holds 4 MiB, to the byte", () => {
    const assembler = new BlockAssembler(viewOf());
    for (const chain of [0, 1, 2]) fill(assembler, CHAIN_BLOCK_BYTES_MAX, chain, chain * 100);
    fill(assembler, SHARD_BLOCK_BYTES_MAX - 3 * CHAIN_BLOCK_BYTES_MAX - 1, 3, 300);
    expect(assembler.add(padded(2, 9_999, 4))).toMatchObject({
      refusal: { code: "BLOCK_FULL", limit: "shard bytes" },
    });
    expect(codeOf(assembler.add(padded(1, 9_999, 4)))).toBe("");
  });

  it("R-3.10 a shard block holds 2,500 transactions", () => {
    const assembler = new BlockAssembler(viewOf());
    const one = give({ payer: alice });
    const [leg] = one.transaction.legs;
    if (leg?.payment == null) throw new Error("No payment");
    for (let nonce = 0; nonce < SHARD_BLOCK_TRANSACTIONS_MAX; nonce++) {
      const payment = { ...leg.payment, payer: paperAccount(`${nonce}`).address };
      const transaction = { ...one.transaction, legs: [{ ...leg, payment }] };
      expect(assembler.add({ ...one, transaction } as VerifiedTransaction).ok).toBe(true);
    }
    expect(assembler.add(one)).toMatchObject({
      refusal: { code: "BLOCK_FULL", limit: "shard transactions" },
    });
  });

  it("R-3.10 the largest transaction of all fits its 4 KiB", () => {
    const authorisations = Array.from({ length: 8 }, (_, nonce) =>
      paperAuthorisation({ owner: bob, delegate: alice, nonce, allowance: (1n << 128n) - 1n }),
    );
    const payload = {
      kind: "createToken",
      symbol: "ABCDEFGHIJKL",
      name: "n".repeat(64),
      decimals: 18,
      supply: (1n << 128n) - 1n,
      reserveDefault: 0n,
      gasPriceMin: 0n,
    } as const;
    const { bytes } = give({ payload, authorisations });
    expect(bytes.length).toBeLessThan(TRANSACTION_BYTES_MAX);
  });
});
