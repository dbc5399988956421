import { beforeAll, describe, expect, it } from "vitest";
import { U128_MAX } from "../../../src/protocol/encoding/codec.ts";
import type { Payload } from "../../../src/protocol/ledger/payload.ts";
import {
  type Leg,
  type LegPayment,
  type Transaction,
  transactionCodec,
} from "../../../src/protocol/ledger/transaction.ts";
import {
  decodeTransaction,
  storedTransaction,
  trustedTransaction,
} from "../../../src/protocol/ledger/unverified.ts";
import { verified } from "../../../src/protocol/ledger/verified.ts";
import { AUTHORISATIONS_MAX, GAS_LIMIT_MAX, NONCE_MAX } from "../../../src/protocol/limits.ts";
import type { FormRefusal, SignatureRefusal } from "../../../src/protocol/refusal.ts";
import { makeSigner, type TestSigner } from "../../support/signer.ts";
import {
  accepted,
  admit,
  codeOf,
  signatureOf,
  signedAuthorisation,
  signedBytes,
  unsignedTransaction,
  verdictsOf,
} from "../../support/transactions.ts";

const NETWORK_ID = new Uint8Array(32).fill(5);
let alice: TestSigner;
let bob: TestSigner;
let valid: Transaction;

beforeAll(async () => {
  [alice, bob] = await Promise.all([makeSigner("alice"), makeSigner("bob")]);
  const authorisations = [await signedAuthorisation(NETWORK_ID, { owner: bob, delegate: alice })];
  const payload: Payload = { kind: "transfer", to: bob.address, amount: 5n };
  const bytes = await signedBytes(NETWORK_ID, { payer: alice, nonce: 0, payload, authorisations });
  valid = accepted(transactionCodec.decode(bytes));
});

type Change = (transaction: Transaction) => Transaction;
type Code = Exclude<(FormRefusal | SignatureRefusal)["code"], TradeCode | StakingCode>;
/** What only transactions over two chains, or offers, can do wrong: see trade-form.test.ts. */
type TradeCode =
  | "SAME_CHAIN"
  | "LEGS_OUT_OF_ORDER"
  | "WRONG_OFFER_LEGS"
  | "PRICE_ON_OFFER"
  | "SELF_TRADE"
  | "ZERO_AMOUNT"
  | "OFFER_ENDS_FIRST"
  | "INVALID_OFFER";
/** What only staking can do wrong: see ../staking/form.test.ts. */
type StakingCode =
  | "COMMISSION_TOO_HIGH"
  | "SELF_DELEGATION"
  | "INVALID_KEY_PROOF"
  | "TOO_MANY_KEY_PROOFS";

const onLeg =
  (change: (leg: Leg) => Leg): Change =>
  (transaction) => ({ ...transaction, legs: transaction.legs.map(change) });
const onPayment = (change: (payment: LegPayment) => LegPayment): Change =>
  onLeg((leg) => ({ ...leg, payment: leg.payment === null ? null : change(leg.payment) }));

const TOKEN: Payload = {
  kind: "createToken",
  symbol: "GOLD",
  name: "Gold",
  decimals: 18,
  supply: 1n,
  reserveDefault: 0n,
  gasPriceMin: 0n,
};

/**
 * In the order of the checks, which is that of the declaration; each the smallest change of a valid
 * transaction.
 */
const CHANGES: Readonly<Record<Code, Change>> = {
  UNSUPPORTED_VERSION: (transaction) => ({ ...transaction, version: 2 }),
  WRONG_NETWORK: (transaction) => ({ ...transaction, networkId: new Uint8Array(32).fill(6) }),
  WRONG_LEGS: (transaction) => ({
    ...transaction,
    legs: [...transaction.legs, ...transaction.legs],
  }),
  MISSING_PAYER: onLeg((leg) => ({ ...leg, payment: null })),
  NOT_AN_OFFER: onPayment((payment) => ({ ...payment, sequence: { kind: "offer", offer: 0n } })),
  NONCE_OUT_OF_RANGE: onPayment((payment) => ({
    ...payment,
    sequence: { kind: "nonce", nonce: NONCE_MAX + 1 },
  })),
  WRONG_CHAIN: (transaction) => ({
    ...onLeg((leg) => ({ ...leg, chain: 1 }))(transaction),
    payload: TOKEN,
  }),
  INVALID_TOKEN: (transaction) => ({ ...transaction, payload: { ...TOKEN, supply: 0n } }),
  TOO_MANY_AUTHORISATIONS: (transaction) => ({
    ...transaction,
    authorisations: Array.from(
      { length: AUTHORISATIONS_MAX + 1 },
      () => valid.authorisations[0] as (typeof valid.authorisations)[number],
    ),
  }),
  MISSING_AUTHORISATION: (transaction) => ({
    ...transaction,
    payload: { kind: "delegate" },
    authorisations: [],
  }),
  GAS_LIMIT_TOO_LOW: onLeg((leg) => ({ ...leg, gasLimit: leg.payment === null ? 0 : 999 })),
  GAS_LIMIT_TOO_HIGH: onLeg((leg) => ({ ...leg, gasLimit: GAS_LIMIT_MAX + 1 })),
  FEE_OVERFLOW: onPayment((payment) => ({ ...payment, gasPrice: U128_MAX })),
  WRONG_SIGNERS: (transaction) => ({ ...transaction, signatures: [] }),
  INVALID_SIGNATURE: (transaction) => ({
    ...transaction,
    signatures: transaction.signatures.map(({ signature }) => ({
      publicKey: bob.publicKey,
      signature,
    })),
  }),
  INVALID_AUTHORISATION: (transaction) => ({
    ...transaction,
    authorisations: transaction.authorisations.map((one) => ({ ...one, chain: 1 })),
  }),
};
const CODES = Object.keys(CHANGES) as Code[];

const decoded = (transaction: Transaction) =>
  decodeTransaction(transactionCodec.encode(transaction), NETWORK_ID);

describe("decodeTransaction", () => {
  it("R-2.3 accepts the valid transaction that all changes start from", async () => {
    expect(await admit(transactionCodec.encode(valid), NETWORK_ID)).toMatchObject({ ok: true });
  });

  it.each(CODES)("R-2.3 refuses %s by the smallest change", (code) => {
    expect(codeOf(decoded(CHANGES[code](valid)))).toBe(code);
  });

  it("R-2.3 of two faults the one declared earlier is named", () => {
    const named = CODES.flatMap((earlier, at) =>
      CODES.slice(at + 1).map((later) => {
        const both = CHANGES[earlier](CHANGES[later](valid));
        return [earlier, later, codeOf(decoded(both))];
      }),
    );
    expect(named).toEqual(named.map(([earlier, later]) => [earlier, later, earlier]));
  });

  it("R-2.3 bytes come before form: too long, then malformed", () => {
    const bytes = transactionCodec.encode(valid);
    expect(codeOf(decodeTransaction(new Uint8Array(4097), NETWORK_ID))).toBe("BYTES_TOO_LONG");
    expect(codeOf(decodeTransaction(bytes.slice(1), NETWORK_ID))).toBe("MALFORMED_BYTES");
  });
});

describe("decodeTransaction at the limits", () => {
  it.each([
    ["symbol", { symbol: "gold" }],
    ["symbol", { symbol: "" }],
    ["symbol", { symbol: "1GOLD" }],
    ["symbol", { symbol: "ABCDEFGHIJKLM" }],
    ["name", { name: "" }],
    ["name", { name: "\u00e4".repeat(33) }],
    ["decimals", { decimals: 19 }],
    ["supply", { supply: 0n }],
  ] as const)("R-2.10 refuses a token for its %s: %o", (field, change) => {
    const result = decoded({ ...valid, payload: { ...TOKEN, ...change } });
    expect(result).toMatchObject({ refusal: { code: "INVALID_TOKEN", field } });
  });

  it("section 15: limit x price may be 2^128-1 and no more", () => {
    const gasLimit = 2 ** 17;
    const priced = (gasPrice: bigint): Transaction => ({
      ...valid,
      legs: valid.legs.map((leg) => ({
        ...leg,
        gasLimit,
        payment: { ...(leg.payment as LegPayment), gasPrice },
      })),
    });
    expect(codeOf(decoded(priced(U128_MAX / BigInt(gasLimit))))).toBe("");
    expect(codeOf(decoded(priced(U128_MAX / BigInt(gasLimit) + 1n)))).toBe("FEE_OVERFLOW");
  });

  it("section 15: the least gas counts the authorisations for the leg's chain", () => {
    const limited = (gasLimit: number): string =>
      codeOf(decoded({ ...valid, legs: valid.legs.map((leg) => ({ ...leg, gasLimit })) }));
    expect([limited(1_999), limited(2_000), limited(GAS_LIMIT_MAX)]).toEqual([
      "GAS_LIMIT_TOO_LOW",
      "",
      "",
    ]);
  });

  it("R-6.2 refuses an account's authorisation for itself, and a last nonce of all", () => {
    const withOne = (change: object): string =>
      codeOf(
        decoded({
          ...valid,
          authorisations: valid.authorisations.map((one) => ({ ...one, ...change })),
        }),
      );
    expect(withOne({ delegate: bob.address })).toBe("INVALID_AUTHORISATION");
    expect(withOne({ nonce: NONCE_MAX })).toBe("");
    expect(withOne({ nonce: NONCE_MAX + 1 })).toBe("INVALID_AUTHORISATION");
  });
});

const flip = (signature: Uint8Array): Uint8Array => signature.with(3, (signature[3] ?? 0) ^ 1);

describe("verified", () => {
  it("R-2.3 refuses a payer's signature over anything else, then an authorisation's", async () => {
    const badPayer: Transaction = {
      ...valid,
      signatures: valid.signatures.map((one) => ({ ...one, signature: flip(one.signature) })),
    };
    expect(await admit(transactionCodec.encode(badPayer), NETWORK_ID)).toMatchObject({
      refusal: { code: "INVALID_SIGNATURE", signer: 0 },
    });
    const { signatures: _, ...unsigned } = valid;
    const forged = {
      ...unsigned,
      authorisations: valid.authorisations.map((one) => ({ ...one, allowance: 9n ** 9n })),
    };
    const bytes = transactionCodec.encode({
      ...forged,
      signatures: [await signatureOf(alice, forged)],
    });
    expect(await admit(bytes, NETWORK_ID)).toMatchObject({
      refusal: { code: "INVALID_AUTHORISATION", authorisation: 0 },
    });
  });

  it("R-6.2 refuses an authorisation that was signed for another network", async () => {
    const other = await signedAuthorisation(new Uint8Array(32).fill(6), {
      owner: bob,
      delegate: alice,
    });
    const spec = { payer: alice, nonce: 0, payload: valid.payload, authorisations: [other] };
    expect(codeOf(await admit(await signedBytes(NETWORK_ID, spec), NETWORK_ID))).toBe(
      "INVALID_AUTHORISATION",
    );
  });

  it("R-2.3 needs one verdict for each signature", async () => {
    const unverified = accepted(decoded(valid));
    const verdicts = await verdictsOf(unverified);
    expect(verdicts).toEqual([true, true]);
    expect(codeOf(verified(unverified, []))).toBe("INVALID_SIGNATURE");
    expect(codeOf(verified(unverified, [true]))).toBe("INVALID_AUTHORISATION");
    expect(codeOf(verified(unverified, [true, false]))).toBe("INVALID_AUTHORISATION");
    expect(codeOf(verified(unverified, [true, true, true]))).toBe("INVALID_SIGNATURE");
    expect(codeOf(verified(unverified, [true, true]))).toBe("");
  });

  it("R-2.1 trusts no verdict on a signature without canonical form", () => {
    const { signature } = valid.signatures[0] as Transaction["signatures"][number];
    const noncanonical = signature.slice();
    noncanonical.fill(0xff, 32);
    const transaction = {
      ...valid,
      signatures: [{ publicKey: alice.publicKey, signature: noncanonical }],
    };
    expect(codeOf(verified(accepted(decoded(transaction)), [true, true]))).toBe(
      "INVALID_SIGNATURE",
    );
  });
});

describe("ids and leaves", () => {
  it("R-2.3 a known id with other signatures is the same transaction under another leaf", () => {
    const one = accepted(decoded(valid));
    const other = accepted(
      decoded({
        ...valid,
        signatures: valid.signatures.map((signed) => ({
          ...signed,
          signature: flip(signed.signature),
        })),
      }),
    );
    expect(other.idHex).toBe(one.idHex);
    expect(other.leaf).not.toEqual(one.leaf);
  });

  it("R-2.3 another authorisation signature is another transaction: the payer signed it", () => {
    const one = accepted(decoded(valid));
    const other = accepted(
      decoded({
        ...valid,
        authorisations: valid.authorisations.map((signed) => ({
          ...signed,
          signature: flip(signed.signature),
        })),
      }),
    );
    expect(other.idHex).not.toBe(one.idHex);
  });

  it("R-2.3 any unsigned byte is in the id", () => {
    const id = accepted(decoded(valid)).idHex;
    const others = [
      { ...valid, validUntil: valid.validUntil + 1 },
      { ...valid, payload: { kind: "transfer", to: alice.address, amount: 5n } as const },
      { ...valid, payload: { kind: "transfer", to: bob.address, amount: 6n } as const },
    ].map((transaction) => accepted(decoded(transaction)).idHex);
    expect(new Set([id, ...others]).size).toBe(4);
  });
});

describe("trusted bytes", () => {
  it("R-2.3 are checked for form all the same, and stored ones must have it", () => {
    const { payload } = valid;
    const unsigned = unsignedTransaction(NETWORK_ID, { payer: alice, nonce: 0, payload });
    const bytes = transactionCodec.encode({ ...unsigned, signatures: [] });
    expect(codeOf(trustedTransaction(bytes, NETWORK_ID))).toBe("WRONG_SIGNERS");
    expect(() => storedTransaction(bytes, NETWORK_ID)).toThrow("corrupt");
  });
});
