// The GraphQL that the client speaks, with the form of each answer and what becomes of it here.
import type { RefusalFacts } from "./errors.ts";
import type { BalanceFacts, ChainFacts, NetworkFacts, TransactionFacts } from "./facts.ts";

/** Amounts travel as decimal strings. */
type Wire<T, Amounts extends keyof T> = Omit<T, Amounts> & Readonly<Record<Amounts, string>>;

export interface NetworkAnswer {
  readonly network: NetworkFacts;
}
export const NETWORK = `{ network {
  id name development clock roundMs round limits { batchBytes batchTransactions validUntilRounds }
} }`;
export const ROUND = "{ network { round } }";
export interface RoundAnswer {
  readonly network: { readonly round: number };
}
/** Base64. */
export interface GenesisAnswer {
  readonly network: { readonly genesis: string };
}
export const GENESIS = "{ network { genesis } }";

type ChainAmount = "supply" | "reserveDefault" | "gasPriceMin";
export interface ChainAnswer {
  readonly chain: Wire<ChainFacts, ChainAmount> | null;
}
export const CHAIN = `query ($chain: ID!) { chain(id: $chain) {
  id symbol name decimals supply creator reserveDefault gasPriceMin bornRound
} }`;

export const toChain = (wire: NonNullable<ChainAnswer["chain"]>): ChainFacts => ({
  ...wire,
  supply: BigInt(wire.supply),
  reserveDefault: BigInt(wire.reserveDefault),
  gasPriceMin: BigInt(wire.gasPriceMin),
});

type BalanceAmount = "amount" | "reserve" | "spendable" | "inflightFees";
interface WireBalance extends Wire<Omit<BalanceFacts, "delegate">, BalanceAmount> {
  readonly delegate: {
    readonly address: string;
    readonly allowance: string;
    readonly lastRound: number;
  } | null;
}
export interface BalanceAnswer {
  readonly account: { readonly balance: WireBalance | null };
}
export const BALANCE = `query ($address: Address!, $chain: ID!) { account(address: $address) {
  balance(chain: $chain) {
    amount nonce nextNonce authorisationNonce reserve spendable inflightFees
    delegate { address allowance lastRound }
  }
} }`;

export const toBalance = (wire: WireBalance): BalanceFacts => ({
  ...wire,
  amount: BigInt(wire.amount),
  reserve: BigInt(wire.reserve),
  spendable: BigInt(wire.spendable),
  inflightFees: BigInt(wire.inflightFees),
  delegate:
    wire.delegate === null
      ? null
      : { ...wire.delegate, allowance: BigInt(wire.delegate.allowance) },
});

/** Only what a sender needs to go on. */
export const NONCES = `query ($address: Address!, $chain: ID!) { account(address: $address) {
  balance(chain: $chain) { nonce nextNonce }
} }`;
export interface NoncesAnswer {
  readonly account: {
    readonly balance: { readonly nonce: number; readonly nextNonce: number } | null;
  };
}

const TRANSACTION_FIELDS = `id status code outcome reason refusal { code message } validUntil
  legs { chain { id } round fee }`;
export interface WireTransaction extends Omit<TransactionFacts, "legs"> {
  readonly legs: readonly {
    readonly chain: { readonly id: string };
    readonly round: number | null;
    readonly fee: string;
  }[];
}
export const TRANSACTION = `query ($id: Hash!, $chain: ID) {
  transaction(id: $id, chain: $chain) { ${TRANSACTION_FIELDS} } }`;
export interface TransactionAnswer {
  readonly transaction: WireTransaction | null;
}
export const FOLLOW = `subscription ($id: Hash!, $chain: ID, $after: String) {
  transaction(id: $id, chain: $chain, after: $after) { cursor ${TRANSACTION_FIELDS} } }`;
export interface FollowEvent {
  readonly transaction: WireTransaction & { readonly cursor: string | null };
}

/** How many transactions one question can be about: few sizes, so that each is a known document. */
export const TOGETHER: readonly number[] = [32, 16, 8, 4, 2, 1];

/** One question after several transactions: `t0`, `t1`, ... with variables `i0`, `c0`, ... */
export function transactionsQuery(count: number): string {
  const places = Array.from({ length: count }, (_, i) => i);
  const variables = places.map((i) => `$i${i}: Hash!, $c${i}: ID`).join(", ");
  const fields = places.map((i) => `t${i}: transaction(id: $i${i}, chain: $c${i}) { ...T }`);
  return `query (${variables}) { ${fields.join(" ")} }
    fragment T on Transaction { ${TRANSACTION_FIELDS} }`;
}

export const toTransaction = (wire: WireTransaction): TransactionFacts => ({
  id: wire.id,
  status: wire.status,
  code: wire.code,
  outcome: wire.outcome,
  reason: wire.reason,
  refusal: wire.refusal,
  validUntil: wire.validUntil,
  legs: wire.legs.map(({ chain, round, fee }) => ({ chain: chain.id, round, fee: BigInt(fee) })),
});

const REFUSED = "... on Refused { code message retryable details { name value } }";
interface WireRefused extends Omit<RefusalFacts, "details"> {
  readonly __typename: "Refused";
  readonly details: readonly { readonly name: string; readonly value: string }[];
}
export type SubmitAnswer =
  | {
      readonly __typename: "Accepted";
      readonly id: string;
      readonly estimate: { readonly round: number; readonly time: string };
    }
  | WireRefused;

export const SUBMIT_BATCH = `mutation ($batch: Bytes!) { submitBatch(batch: $batch) {
  __typename ${REFUSED}
  ... on SubmittedBatch {
    results { __typename ... on Accepted { id estimate { round time } } ${REFUSED} }
  }
} }`;
export interface SubmitBatchAnswer {
  readonly submitBatch:
    | { readonly __typename: "SubmittedBatch"; readonly results: readonly SubmitAnswer[] }
    | WireRefused;
}

export const FAUCET = `mutation ($address: Address!, $chain: ID!, $amount: Amount!) { dev {
  faucet(address: $address, chain: $chain, amount: $amount) {
    __typename ... on Accepted { id } ${REFUSED}
  }
} }`;
export interface FaucetAnswer {
  readonly dev: {
    readonly faucet: { readonly __typename: "Accepted"; readonly id: string } | WireRefused;
  };
}

/** Bytes in base64. */
export interface ProofAnswer {
  readonly proof: { readonly bytes: string } | null;
}
export const INCLUSION_PROOF = `query ($id: Hash!, $chain: ID) {
  proof(transaction: $id, chain: $chain) { bytes }
}`;
export const ACCOUNT_PROOF = `query ($address: Address!, $chain: ID!) {
  proof: accountProof(chain: $chain, address: $address) { bytes }
}`;

/** Each a base64, the next epoch's after the other's; a page at most. */
export interface EpochProofsAnswer {
  readonly epochProofs: readonly string[];
}
export const EPOCH_PROOFS = "query ($after: Int!) { epochProofs(after: $after) }";

/** All that the client ever sends: deployments that answer known documents only know these. */
export const DOCUMENTS: readonly string[] = [
  NETWORK,
  ROUND,
  GENESIS,
  CHAIN,
  BALANCE,
  NONCES,
  TRANSACTION,
  FOLLOW,
  SUBMIT_BATCH,
  FAUCET,
  INCLUSION_PROOF,
  ACCOUNT_PROOF,
  EPOCH_PROOFS,
  ...TOGETHER.map(transactionsQuery),
];

export const toRefusal = ({ code, message, retryable, details }: WireRefused): RefusalFacts => ({
  code,
  message,
  retryable,
  details: Object.fromEntries(details.map(({ name, value }) => [name, value])),
});
