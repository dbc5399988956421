// What the bytes of a trade alone can do wrong, and its signatures.
import { beforeAll, describe, expect, it } from "vitest";
import { U128_MAX } from "../../../src/protocol/encoding/codec.ts";
import { legFee } from "../../../src/protocol/ledger/leg-facts.ts";
import type { MakerConsent, Payload, Trade } from "../../../src/protocol/ledger/payload.ts";
import {
  type Leg,
  type LegPayment,
  type Transaction,
  transactionCodec,
} from "../../../src/protocol/ledger/transaction.ts";
import { decodeTransaction } from "../../../src/protocol/ledger/unverified.ts";
import { verified } from "../../../src/protocol/ledger/verified.ts";
import { NONCE_MAX } from "../../../src/protocol/limits.ts";
import { makeSigner, type TestSigner } from "../../support/signer.ts";
import { type MakerSide, type Side, signedTrade, type Terms } from "../../support/trades.ts";
import {
  accepted,
  admit,
  codeOf,
  NO_SIGNATURE,
  signatureOf,
  verdictsOf,
} from "../../support/transactions.ts";

const NETWORK_ID = new Uint8Array(32).fill(5);
let alice: TestSigner;
let bob: TestSigner;
let carol: TestSigner;
/** Alice gives 7 on T1, Bob 9 on T4; by both signatures, or by Alice's offer. */
let bilateral: Transaction;
let take: Transaction;

const taker = (): Side<TestSigner> => ({ payer: bob, chain: 4, amount: 9n });
const maker = (): MakerSide<TestSigner> => ({ payer: alice, chain: 1, amount: 7n, offer: 3n });

beforeAll(async () => {
  [alice, bob, carol] = (await Promise.all(["alice", "bob", "carol"].map(makeSigner))) as [
    TestSigner,
    TestSigner,
    TestSigner,
  ];
  bilateral = await signedTrade(NETWORK_ID, [{ payer: alice, chain: 1, amount: 7n }, taker()]);
  take = await signedTrade(NETWORK_ID, [maker(), taker()]);
});

type Change = (transaction: Transaction) => Transaction;

const tradeOf = ({ payload }: Transaction): Trade => payload as Trade;
const withTrade =
  (change: (trade: Trade) => Partial<Trade>): Change =>
  (transaction) => ({
    ...transaction,
    payload: { ...tradeOf(transaction), ...change(tradeOf(transaction)) },
  });
const withConsent = (change: Partial<MakerConsent>): Change =>
  withTrade(({ offer }) => ({ offer: { ...(offer as MakerConsent), ...change } }));
const onLeg =
  (place: number, change: (leg: Leg) => Leg): Change =>
  (transaction) => ({
    ...transaction,
    legs: transaction.legs.map((leg, at) => (at === place ? change(leg) : leg)),
  });
const onPayment = (place: number, change: Partial<LegPayment>): Change =>
  onLeg(place, (leg) => ({ ...leg, payment: { ...(leg.payment as LegPayment), ...change } }));
const swapped: Change = (transaction) => ({
  ...transaction,
  legs: transaction.legs.toReversed(),
});

const decoded = (transaction: Transaction) =>
  decodeTransaction(transactionCodec.encode(transaction), NETWORK_ID);
const admitted = async (transaction: Transaction): Promise<string> =>
  codeOf(await admit(transactionCodec.encode(transaction), NETWORK_ID));

/** In the order of the checks. */
const FORM: readonly (readonly [string, () => Transaction, Change])[] = [
  ["WRONG_LEGS", () => bilateral, (one) => ({ ...one, legs: one.legs.slice(0, 1) })],
  ["SAME_CHAIN", () => bilateral, onLeg(1, (leg) => ({ ...leg, chain: 1 }))],
  ["LEGS_OUT_OF_ORDER", () => bilateral, swapped],
  ["LEGS_OUT_OF_ORDER", () => take, swapped],
  ["MISSING_PAYER", () => bilateral, onLeg(1, (leg) => ({ ...leg, payment: null }))],
  ["NOT_AN_OFFER", () => take, withTrade(() => ({ offer: null }))],
  [
    "NONCE_OUT_OF_RANGE",
    () => bilateral,
    onPayment(1, { sequence: { kind: "nonce", nonce: NONCE_MAX + 1 } }),
  ],
  [
    "WRONG_OFFER_LEGS",
    () => take,
    onPayment(1, { sequence: { kind: "offer", offer: 1n }, gasPrice: 0n }),
  ],
  ["WRONG_OFFER_LEGS", () => take, onPayment(0, { sequence: { kind: "nonce", nonce: 0 } })],
  ["PRICE_ON_OFFER", () => take, onPayment(0, { gasPrice: 1n })],
  ["INVALID_OFFER", () => take, (one) => onPayment(0, { payer: carol.address })(one)],
  ["SELF_TRADE", () => bilateral, (one) => onPayment(1, { payer: alice.address })(one)],
  ["ZERO_AMOUNT", () => bilateral, withTrade(() => ({ firstAmount: 0n }))],
  ["ZERO_AMOUNT", () => take, withTrade(() => ({ secondAmount: 0n }))],
  ["OFFER_ENDS_FIRST", () => take, (one) => ({ ...one, validUntil: one.validUntil + 1 })],
  ["GAS_LIMIT_TOO_LOW", () => take, onLeg(0, (leg) => ({ ...leg, gasLimit: 1_499 }))],
  ["FEE_OVERFLOW", () => bilateral, onPayment(1, { gasPrice: U128_MAX })],
  ["WRONG_SIGNERS", () => bilateral, (one) => ({ ...one, signatures: one.signatures.slice(1) })],
  [
    "WRONG_SIGNERS",
    () => take,
    (one) => ({
      ...one,
      signatures: [...one.signatures, { publicKey: alice.publicKey, signature: NO_SIGNATURE }],
    }),
  ],
  [
    "INVALID_SIGNATURE",
    () => bilateral,
    (one) => ({ ...one, signatures: one.signatures.toReversed() }),
  ],
];

describe("the form of a trade", () => {
  it("R-2.5 R-2.9 both forms are accepted as both sides signed them", async () => {
    expect(await admitted(bilateral)).toBe("");
    expect(await admitted(take)).toBe("");
    expect(take.signatures.map(({ publicKey }) => publicKey)).toEqual([bob.publicKey]);
  });

  it.each(FORM.map(([code, base, change], at) => ({ code, base, change, at })))(
    "R-2.3 R-2.8 $code (case $at)",
    ({ code, base, change }) => {
      expect(codeOf(decoded(change(base())))).toBe(code);
    },
  );

  it("R-2.9 a cancellation may not outlive the offer either, and has one leg by a nonce", () => {
    const cancel = (validUntil: number): Transaction => ({
      ...bilateral,
      legs: bilateral.legs.slice(0, 1),
      payload: { kind: "cancelOffer", offer: 3n, validUntil },
      signatures: bilateral.signatures.slice(0, 1),
    });
    expect(codeOf(decoded(cancel(bilateral.validUntil)))).toBe("");
    expect(codeOf(decoded(cancel(bilateral.validUntil - 1)))).toBe("OFFER_ENDS_FIRST");
    const numbered = onPayment(0, { sequence: { kind: "offer", offer: 3n } });
    expect(codeOf(decoded(numbered(cancel(bilateral.validUntil))))).toBe("NOT_AN_OFFER");
  });

  it("R-2.4 the taker's leg pays for both gas limits at its own price, the maker's nothing", () => {
    const priced = onPayment(1, { gasPrice: 5n })(
      onLeg(0, (leg) => ({ ...leg, gasLimit: 2_000 }))(take),
    );
    const { transaction } = accepted(decoded(priced));
    expect(transaction.legs.map((leg) => legFee(transaction, leg))).toEqual([0n, 5n * 3_500n]);
    expect(bilateral.legs.map((leg) => legFee(bilateral, leg))).toEqual([1_500n, 1_500n]);
    const dear = onPayment(1, { gasPrice: U128_MAX / 3_000n + 1n })(take);
    expect(codeOf(decoded(dear))).toBe("FEE_OVERFLOW");
    expect(codeOf(decoded(onPayment(1, { gasPrice: U128_MAX / 3_000n })(take)))).toBe("");
  });
});

describe("the signatures of a trade", () => {
  /** Signed again by whoever signs the transaction, so that only the maker's signature is wrong. */
  async function resigned(change: Change, signers: readonly TestSigner[]): Promise<Transaction> {
    const { signatures: _, ...unsigned } = change(take);
    const signatures = await Promise.all(signers.map((signer) => signatureOf(signer, unsigned)));
    return { ...unsigned, signatures };
  }

  it.each<readonly [string, Change]>([
    ["what the maker gives", withTrade(() => ({ firstAmount: 8n }))],
    ["what it wants", withTrade(() => ({ secondAmount: 8n }))],
    ["its number", onPayment(0, { sequence: { kind: "offer", offer: 4n } })],
    ["its chain", onLeg(0, (leg) => ({ ...leg, chain: 2 }))],
    ["the taker's chain", onLeg(1, (leg) => ({ ...leg, chain: 5 }))],
    ["its end", withConsent({ validUntil: 5_001 })],
    ["who may take it", withConsent({ openTaker: true })],
    ["its signature", withConsent({ signature: new Uint8Array(64).fill(1) })],
  ])("R-2.9 an offer altered after its signing is INVALID_OFFER: %s", async (_, change) => {
    expect(await admitted(await resigned(change, [bob]))).toBe("INVALID_OFFER");
  });

  it("R-2.9 an offer to one account cannot be taken by another, an open one can", async () => {
    const byCarol = onPayment(1, { payer: carol.address });
    expect(await admitted(await resigned(byCarol, [carol]))).toBe("INVALID_OFFER");
    const terms: Terms = { validUntil: 100 };
    const open = { ...maker(), openTaker: true };
    for (const payer of [bob, carol]) {
      const taken = await signedTrade(NETWORK_ID, [open, { ...taker(), payer }], terms);
      expect(await admitted(taken)).toBe("");
    }
  });

  it("R-2.9 an offer signed for another network is INVALID_OFFER", async () => {
    const other = await signedTrade(new Uint8Array(32).fill(6), [maker(), taker()]);
    const { signature } = tradeOf(other).offer as MakerConsent;
    expect(await admitted(await resigned(withConsent({ signature }), [bob]))).toBe("INVALID_OFFER");
  });

  it.each<readonly [string, Change]>([
    ["an amount", withTrade(() => ({ secondAmount: 10n }))],
    ["the price", onPayment(0, { gasPrice: 2n })],
    ["validUntil", (one) => ({ ...one, validUntil: 4_999 })],
  ])(
    "R-2.3 a bilateral trade altered after its signing is INVALID_SIGNATURE: %s",
    async (_, change) => {
      expect(await admitted(change(bilateral))).toBe("INVALID_SIGNATURE");
    },
  );

  it("R-2.5 one signature alone is not enough, whichever it is", async () => {
    for (const wrong of [0, 1]) {
      const half = {
        ...bilateral,
        signatures: bilateral.signatures.map((one, at) =>
          at === wrong ? { ...one, signature: NO_SIGNATURE } : one,
        ),
      };
      const answer = await admit(transactionCodec.encode(half), NETWORK_ID);
      expect(answer).toMatchObject({ refusal: { code: "INVALID_SIGNATURE", signer: wrong } });
    }
  });

  it("R-2.9 needs a verdict on the maker's signature too", async () => {
    const unverified = accepted(decoded(take));
    expect(await verdictsOf(unverified)).toEqual([true, true]);
    expect(codeOf(verified(unverified, [true]))).toBe("INVALID_OFFER");
    expect(codeOf(verified(unverified, [true, false]))).toBe("INVALID_OFFER");
    expect(codeOf(verified(unverified, [false, true]))).toBe("INVALID_SIGNATURE");
    expect(codeOf(verified(unverified, [true, true, true]))).toBe("INVALID_SIGNATURE");
  });

  it("R-2.3 the same trade by another signature of the maker is another transaction", () => {
    const other = withConsent({ signature: new Uint8Array(64).fill(1) })(take);
    expect(accepted(decoded(other)).idHex).not.toBe(accepted(decoded(take)).idHex);
  });
});

it("R-2.5 payloads of one chain take no second leg", () => {
  const payload: Payload = { kind: "transfer", to: new Uint8Array(20), amount: 1n };
  expect(codeOf(decoded({ ...bilateral, payload }))).toBe("WRONG_LEGS");
});
