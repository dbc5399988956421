// Builders of transactions: `paper...` carries empty signatures and is trusted, `signed...` is
// signed and verified.
import { verifyEd25519 } from "../../src/crypto/ed25519.ts";
import { gasRequired } from "../../src/protocol/ledger/gas.ts";
import type { Payload } from "../../src/protocol/ledger/payload.ts";
import {
  type Authorisation,
  authorisationMessage,
  TRANSACTION_VERSION,
  type TransactionSignature,
  transactionCodec,
  transactionId,
  transactionMessage,
  type UnsignedTransaction,
  unsignedTransactionCodec,
} from "../../src/protocol/ledger/transaction.ts";
import {
  decodeTransaction,
  signatureChecks,
  trustedTransaction,
  type UnverifiedTransaction,
  type VerifiedTransaction,
} from "../../src/protocol/ledger/unverified.ts";
import { verified } from "../../src/protocol/ledger/verified.ts";
import { GAS_LIMIT_MAX } from "../../src/protocol/limits.ts";
import type { Result } from "../../src/protocol/result.ts";
import type { TestAccount, TestSigner } from "./signer.ts";

export interface TransactionSpec<Payer extends TestAccount = TestAccount> {
  readonly payer: Payer;
  readonly nonce: number;
  readonly payload: Payload;
  readonly chain?: number;
  /** Base units of the whole fee; instead of gas limit and price. */
  readonly fee?: bigint;
  readonly gasLimit?: number;
  readonly gasPrice?: bigint;
  readonly validUntil?: number;
  readonly authorisations?: readonly Authorisation[];
}

export const NO_SIGNATURE: Uint8Array = new Uint8Array(64);

/** The value of a result that must be one. */
export function accepted<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`Refused: ${result.refusal.code}`);
  return result.value;
}

/** The code of a result that must be a refusal. */
export const codeOf = <T>(result: Result<T>): string => (result.ok ? "" : result.refusal.code);

export function unsignedTransaction(
  networkId: Uint8Array,
  spec: TransactionSpec,
): UnsignedTransaction {
  const { payer, nonce, payload, chain = 0, validUntil = 5_000, authorisations = [] } = spec;
  const own = authorisations.filter((one) => one.chain === chain).length;
  const required = gasRequired(payload.kind, own);
  const [gasLimit, gasPrice] =
    spec.fee === undefined
      ? [spec.gasLimit ?? required, spec.gasPrice ?? 1n]
      : splitFee(spec.fee, required);
  return {
    version: TRANSACTION_VERSION,
    networkId,
    legs: [
      {
        chain,
        gasLimit,
        payment: { payer: payer.address, sequence: { kind: "nonce", nonce }, gasPrice },
      },
    ],
    payload,
    validUntil,
    authorisations,
  };
}

/** A gas limit and a price that give the fee. */
function splitFee(fee: bigint, required: number): [gasLimit: number, gasPrice: bigint] {
  if (fee === 0n) return [required, 0n];
  if (fee % BigInt(required) === 0n) return [required, fee / BigInt(required)];
  if (fee < BigInt(required) || fee > BigInt(GAS_LIMIT_MAX)) {
    throw new RangeError(`No gas limit and price give a fee of ${fee}`);
  }
  return [Number(fee), 1n];
}

export function paperTransaction(
  networkId: Uint8Array,
  spec: TransactionSpec,
): VerifiedTransaction {
  const signatures = [{ publicKey: spec.payer.publicKey, signature: NO_SIGNATURE }];
  const bytes = transactionCodec.encode({ ...unsignedTransaction(networkId, spec), signatures });
  return accepted(trustedTransaction(bytes, networkId));
}

export interface AuthorisationSpec<Owner extends TestAccount = TestAccount> {
  readonly owner: Owner;
  readonly delegate: TestAccount;
  readonly chain?: number;
  readonly nonce?: number;
  readonly allowance?: bigint;
  readonly lastRound?: number;
}

function unsignedAuthorisation(spec: AuthorisationSpec): Omit<Authorisation, "signature"> {
  const { owner, delegate, chain = 0, nonce = 0, allowance = 1_000_000n, lastRound = 1_000 } = spec;
  return {
    publicKey: owner.publicKey,
    chain,
    nonce,
    delegate: delegate.address,
    allowance,
    lastRound,
  };
}

export const paperAuthorisation = (spec: AuthorisationSpec): Authorisation => ({
  ...unsignedAuthorisation(spec),
  signature: NO_SIGNATURE,
});

export async function signedAuthorisation(
  networkId: Uint8Array,
  spec: AuthorisationSpec<TestSigner>,
): Promise<Authorisation> {
  const unsigned = unsignedAuthorisation(spec);
  const signature = await spec.owner.sign(authorisationMessage(networkId, unsigned));
  return { ...unsigned, signature };
}

export async function signatureOf(
  signer: TestSigner,
  unsigned: UnsignedTransaction,
): Promise<TransactionSignature> {
  const { networkId } = unsigned;
  const id = transactionId(networkId, unsignedTransactionCodec.encode(unsigned));
  const signature = await signer.sign(transactionMessage(networkId, id));
  return { publicKey: signer.publicKey, signature };
}

export async function signedBytes(
  networkId: Uint8Array,
  spec: TransactionSpec<TestSigner>,
): Promise<Uint8Array> {
  const unsigned = unsignedTransaction(networkId, spec);
  const signatures = [await signatureOf(spec.payer, unsigned)];
  return transactionCodec.encode({ ...unsigned, signatures });
}

/** What a gateway does with bytes from outside: decode, check every signature, verify. */
export async function admit(
  bytes: Uint8Array,
  networkId: Uint8Array,
): Promise<Result<VerifiedTransaction>> {
  const decoded = decodeTransaction(bytes, networkId);
  if (!decoded.ok) return decoded;
  return verified(decoded.value, await verdictsOf(decoded.value));
}

export const verdictsOf = (unverified: UnverifiedTransaction): Promise<boolean[]> =>
  Promise.all(
    signatureChecks(unverified).map(({ publicKey, message, signature }) =>
      verifyEd25519(publicKey, message, signature),
    ),
  );

export async function signedTransaction(
  networkId: Uint8Array,
  spec: TransactionSpec<TestSigner>,
): Promise<VerifiedTransaction> {
  return accepted(await admit(await signedBytes(networkId, spec), networkId));
}
