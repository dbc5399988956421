// Trades of tests, between two accounts on two chains: on paper, or signed by both sides.
import { gasRequired } from "../../src/protocol/ledger/gas.ts";
import { type Offer, offerMessage } from "../../src/protocol/ledger/offer.ts";
import type { Trade } from "../../src/protocol/ledger/payload.ts";
import {
  type Authorisation,
  type Leg,
  TRANSACTION_VERSION,
  type Transaction,
  transactionCodec,
  type UnsignedTransaction,
} from "../../src/protocol/ledger/transaction.ts";
import {
  trustedTransaction,
  type VerifiedTransaction,
} from "../../src/protocol/ledger/unverified.ts";
import type { TestAccount, TestSigner } from "./signer.ts";
import { accepted, NO_SIGNATURE, signatureOf } from "./transactions.ts";

/** One party: what it gives on its chain. */
export interface Side<Account extends TestAccount = TestAccount> {
  readonly payer: Account;
  readonly chain: number;
  readonly amount: bigint;
  readonly nonce?: number;
  readonly gasPrice?: bigint;
  readonly gasLimit?: number;
}

/** The maker's half of a take. */
export interface MakerSide<Account extends TestAccount = TestAccount> {
  readonly payer: Account;
  readonly chain: number;
  readonly amount: bigint;
  readonly offer: bigint;
  readonly openTaker?: boolean;
  readonly offerValidUntil?: number;
  readonly gasLimit?: number;
}

export interface Terms {
  readonly validUntil?: number;
  readonly authorisations?: readonly Authorisation[];
}

const VALID_UNTIL = 5_000;

const isMaker = <A extends TestAccount>(side: Side<A> | MakerSide<A>): side is MakerSide<A> =>
  "offer" in side;

function legOf(side: Side | MakerSide, { authorisations = [] }: Terms): Leg {
  const { chain, payer } = side;
  const own = authorisations.filter((one) => one.chain === chain).length;
  const gasLimit = side.gasLimit ?? gasRequired("trade", own);
  const payment = isMaker(side)
    ? {
        payer: payer.address,
        sequence: { kind: "offer", offer: side.offer } as const,
        gasPrice: 0n,
      }
    : {
        payer: payer.address,
        sequence: { kind: "nonce", nonce: side.nonce ?? 0 } as const,
        gasPrice: side.gasPrice ?? 1n,
      };
  return { chain, gasLimit, payment };
}

/** What the maker of one side signs for the other. */
export function offerBetween(maker: MakerSide, taker: Side): Offer {
  return {
    maker: maker.payer.address,
    offer: maker.offer,
    chain: maker.chain,
    amount: maker.amount,
    takerChain: taker.chain,
    wanted: taker.amount,
    taker: maker.openTaker === true ? null : taker.payer.address,
    validUntil: maker.offerValidUntil ?? VALID_UNTIL,
  };
}

function unsignedTrade(
  networkId: Uint8Array,
  sides: readonly [Side | MakerSide, Side],
  terms: Terms,
  signature: Uint8Array,
): UnsignedTransaction {
  const [first, second] = [...sides].sort((a, b) => a.chain - b.chain) as [Side, Side];
  const [maker] = sides;
  const payload: Trade = {
    kind: "trade",
    firstAmount: first.amount,
    secondAmount: second.amount,
    offer: isMaker(maker)
      ? {
          openTaker: maker.openTaker === true,
          validUntil: maker.offerValidUntil ?? VALID_UNTIL,
          publicKey: maker.payer.publicKey,
          signature,
        }
      : null,
  };
  return {
    version: TRANSACTION_VERSION,
    networkId,
    legs: [legOf(first, terms), legOf(second, terms)],
    payload,
    validUntil: terms.validUntil ?? VALID_UNTIL,
    authorisations: terms.authorisations ?? [],
  };
}

/** Who signs the transaction itself, in the order of its legs. */
const signersOf = <A extends TestAccount>(sides: readonly [Side<A> | MakerSide<A>, Side<A>]) =>
  [...sides]
    .sort((a, b) => a.chain - b.chain)
    .filter((side) => !isMaker(side))
    .map(({ payer }) => payer);

export function paperTrade(
  networkId: Uint8Array,
  sides: readonly [Side | MakerSide, Side],
  terms: Terms = {},
): VerifiedTransaction {
  const signatures = signersOf(sides).map(({ publicKey }) => ({
    publicKey,
    signature: NO_SIGNATURE,
  }));
  const unsigned = unsignedTrade(networkId, sides, terms, NO_SIGNATURE);
  const bytes = transactionCodec.encode({ ...unsigned, signatures });
  return accepted(trustedTransaction(bytes, networkId));
}

export async function signedTrade(
  networkId: Uint8Array,
  sides: readonly [Side<TestSigner> | MakerSide<TestSigner>, Side<TestSigner>],
  terms: Terms = {},
): Promise<Transaction> {
  const [maker, taker] = sides;
  const signature = isMaker(maker)
    ? await maker.payer.sign(offerMessage(networkId, offerBetween(maker, taker)))
    : NO_SIGNATURE;
  const unsigned = unsignedTrade(networkId, sides, terms, signature);
  const signatures = await Promise.all(
    signersOf(sides).map((signer) => signatureOf(signer, unsigned)),
  );
  return { ...unsigned, signatures };
}
