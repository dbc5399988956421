// What users import: keys, transactions, a connection to a network. Runs in browsers, Node and
// Workers.

export type { Payload } from "../protocol/ledger/payload.ts";
export type { Authorisation } from "../protocol/ledger/transaction.ts";
export { addressBytes, addressOf, formatAddress, isAddress } from "./address.ts";
export { formatAmount, parseAmount } from "./amount.ts";
export type { Fetch } from "./api.ts";
export {
  type AuthorisationOptions,
  encodeBatch,
  type SentTransaction,
  type SignedTransaction,
  signAuthorisation,
  signTransaction,
  type TransactionOptions,
} from "./build-transaction.ts";
export {
  type AuthoriseOptions,
  type Client,
  type ConnectOptions,
  connect,
  type ProveOptions,
  type ReadOptions,
  type TransactionReference,
} from "./client.ts";
export {
  ApiError,
  NetworkMismatchError,
  OutcomeUnknownError,
  ProofError,
  type RefusalFacts,
  RefusedError,
  RevertedError,
  TransactionLeftError,
  UnavailableError,
  WaitTimeoutError,
  YggdrasilError,
} from "./errors.ts";
export type {
  BalanceFacts,
  ChainFacts,
  DelegationFacts,
  InclusionPromise,
  LegFacts,
  NetworkFacts,
  NetworkLimits,
  TransactionFacts,
  TransactionStatus,
} from "./facts.ts";
export type { FollowOptions, Milestone, WaitOptions } from "./follow.ts";
export {
  type AddressLike,
  createToken,
  delegate,
  revoke,
  setReserve,
  spendFrom,
  type TokenOptions,
  transfer,
} from "./payloads.ts";
export type { ReplaceOptions, Sender, SendOptions } from "./sender.ts";
export type { OfferTerms, SignOptions, TradeTerms } from "./session.ts";
export {
  createKeyPair,
  createSigner,
  makeSigner,
  type Signer,
  seedToHex,
  signerFromKeyPair,
  signerFromSeed,
  verifySignature,
} from "./signer.ts";
export {
  bond,
  createValidatorKey,
  delegateStake,
  type Registration,
  type RegistrationOptions,
  registerKey,
  unbond,
  undelegateStake,
  type ValidatorKey,
  validatorKeyFromSecret,
} from "./staking.ts";
export type { SubmitResult } from "./submission.ts";
export {
  type OfferFacts,
  readOffer,
  readTrade,
  type TokenAmount,
  type TradeFacts,
  type TradeSide,
} from "./trade-text.ts";
export {
  buildTrade,
  cancelOffer,
  completedTrade,
  type OfferOptions,
  signOffer,
  signTake,
  signTrade,
  type TakeOptions,
  type TradeOptions,
  type TradeParty,
} from "./trades.ts";
export {
  type ExpectedAccount,
  type ExpectedInclusion,
  LightClient,
  type VerifiedAccount,
  type VerifiedEpoch,
  type VerifiedInclusion,
  verifyAccount,
  verifyInclusion,
} from "./verify.ts";
export type { RetryOptions } from "./wait.ts";
