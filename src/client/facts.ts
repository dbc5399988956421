// What the network says of chains, accounts and transactions, as values of this language: amounts
// are bigints in base units, rounds are numbers. Nothing here is proven: see `proveAccount`.

export type TransactionStatus =
  /** Stored durably by its shard; waits for a block. */
  | "PENDING"
  /** In a block that its shard has committed. */
  | "COMMITTED"
  /** Its effects can be seen in balances. */
  | "EXECUTED"
  /** The state after it is certified and notarised. */
  | "FINAL"
  /** It can never be valid any more. */
  | "REJECTED"
  /** It left the mempool: replaced, or pushed out; may be sent again until `validUntil`. */
  | "DROPPED"
  /** Its `validUntil` is past without a block. */
  | "EXPIRED";

export interface NetworkFacts {
  /** SHA-256 of the genesis record: 0x and 64 hex digits. Every signature is bound to it. */
  readonly id: string;
  readonly name: string;
  /** Whether there is a faucet. */
  readonly development: boolean;
  /** "MANUAL": time stands still until somebody moves it; development networks only. */
  readonly clock: "LIVE" | "MANUAL";
  /** Length of a round in milliseconds when this was asked; a later epoch may have another. */
  readonly roundMs: number;
  /** The round when this was asked. */
  readonly round: number;
  readonly limits: NetworkLimits;
}

export interface NetworkLimits {
  /** Bytes of one batch before base64. */
  readonly batchBytes: number;
  readonly batchTransactions: number;
  /** How many rounds ahead `validUntil` may be. */
  readonly validUntilRounds: number;
}

export interface ChainFacts {
  /** "T0", "T1", ... */
  readonly id: string;
  /** Neither symbol nor name is unique. */
  readonly symbol: string;
  readonly name: string;
  /** 10^decimals base units are one token. */
  readonly decimals: number;
  readonly supply: bigint;
  /** Null for a chain of the genesis record. */
  readonly creator: string | null;
  readonly reserveDefault: bigint;
  /** Base units per unit of gas. */
  readonly gasPriceMin: bigint;
  /** The first round whose blocks may touch the chain. */
  readonly bornRound: number;
}

/** What an account has on one chain, after all that is executed. */
export interface BalanceFacts {
  readonly amount: bigint;
  /** Of the next executed transaction. */
  readonly nonce: number;
  /** To sign next: behind all that is included and waiting. */
  readonly nextNonce: number;
  /** The least that the next authorisation may carry. */
  readonly authorisationNonce: number;
  readonly reserve: bigint;
  /** The most that a transfer's amount and fee together can take in the next round. */
  readonly spendable: bigint;
  readonly inflightFees: bigint;
  readonly delegate: DelegationFacts | null;
}

export interface DelegationFacts {
  readonly address: string;
  /** What is left to spend. */
  readonly allowance: bigint;
  /** The last round in which it can be spent. */
  readonly lastRound: number;
}

export interface TransactionFacts {
  /** 0x and 64 hex digits. */
  readonly id: string;
  readonly status: TransactionStatus;
  /** 2: executed. 1: included without any effect but its fee. 0: left out for good. */
  readonly code: number | null;
  /** What execution said, such as `EXECUTED` or `INSUFFICIENT_BALANCE`; null before it. */
  readonly outcome: string | null;
  /** In words: why it was executed as it was, or why it is not in a block. */
  readonly reason: string | null;
  /** Why it was left out of a block or left the mempool. */
  readonly refusal: { readonly code: string; readonly message: string } | null;
  readonly validUntil: number | null;
  readonly legs: readonly LegFacts[];
}

/**
 * When the network said that a transaction can be committed, as it accepted it. It holds if the price wins a place and
 * no round fails; the network itself does not keep it. Compare it with the rounds of `TransactionFacts.legs`.
 */
export interface InclusionPromise {
  readonly round: number;
  /** When that round begins. */
  readonly time: Date;
}

export interface LegFacts {
  readonly chain: string;
  /** The round of its block; null while it waits. */
  readonly round: number | null;
  readonly fee: bigint;
}
