// What users import: keys, and transactions as canonical bytes. Runs in browsers, Node and Workers.

export type { Payload } from "../protocol/ledger/payload.ts";
export type { Authorisation } from "../protocol/ledger/transaction.ts";
export { transactionBatchCodec } from "../protocol/ledger/transaction-batch.ts";
export {
  type AuthorisationOptions,
  addressBytes,
  type SignedTransaction,
  signAuthorisation,
  signTransaction,
  type TransactionOptions,
} from "./build-transaction.ts";
export { createSigner, type Signer, signerFromSeed } from "./signer.ts";
export {
  type ExpectedAccount,
  type ExpectedInclusion,
  LightClient,
  type VerifiedAccount,
  type VerifiedInclusion,
  verifyAccount,
  verifyInclusion,
} from "./verify.ts";
