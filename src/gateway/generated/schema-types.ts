// Made by scripts/codegen.mjs from schema/*.graphql. Do not edit.
import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { NetworkParent, EpochParent, ShardParent, ValidatorSetParent, ValidatorParent, ValidatorSeatParent, SplitPreviewParent, MergePreviewParent, MergeRacerParent, TopologyFiguresParent, SetRelationParent, ReplicaParent, FindingParent, EstimateParent, ChainParent, AccountParent, BalanceParent, TransactionParent, LegParent, MovementParent, BlockParent, AcceptedParent, RefusedParent, SimulationParent, SimulatedLegParent, InclusionProofParent, AccountProofParent, ProvenAccountParent, MerkleChainBlockParent, NotarisedHeaderParent, VoidHeaderParent, EpochChangeParent, NetworkParametersParent, DevMutationParent } from '../parents.ts';
import type { GatewayContext } from '../context.ts';
export type Maybe<T> = T | null;
export type InputMaybe<T> = Maybe<T>;
export type Omit<T, K extends keyof T> = Pick<T, Exclude<keyof T, K>>;
export type RequireFields<T, K extends keyof T> = Omit<T, K> & { [P in K]-?: NonNullable<T[P]> };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /**
   * An amount in base units of one chain's token: a decimal string without sign, leading zeros or
   * exponent, from "0" to "340282366920938463463374607431768211455" (2^128-1). `Chain.decimals` says
   * where a person sets the point. R-2.2
   */
  Amount: { input: bigint; output: bigint; }
  /** Bytes in base64 (RFC 4648, with padding): one text form only. */
  Bytes: { input: Uint8Array; output: Uint8Array; }
  /** 32 bytes: `0x` and 64 lower-case hex digits. Capitals are accepted on input. */
  Hash: { input: Uint8Array; output: Uint8Array; }
  /**
   * An account's address: bech32m with prefix `ygg`, such as `ygg1...`. The same key has one address on
   * every chain. R-2.1
   */
  Address: { input: Uint8Array; output: Uint8Array; }
  /** The number of a round: an integer from 0 to 9007199254740991 (2^53-1). R-3.1 */
  Round: { input: number; output: number; }
  /** An instant in UTC with milliseconds, as in RFC 3339: `2026-01-31T12:00:00.000Z`. */
  DateTime: { input: Date; output: Date; }
  /** An integer from 0 to 9007199254740991 (2^53-1), for counts that outgrow `Int`. */
  UInt53: { input: number; output: number; }
};

/** What can be asked. Nothing here changes anything. */
export type Query = {
  readonly __typename?: 'Query';
  /** One chain; null if the directory has no such chain. */
  readonly chain?: Maybe<Chain>;
  /** All chains of the directory, by id. R-7.3 */
  readonly chains: ChainConnection;
  /** An account. Every address has one, whether it holds anything or not. */
  readonly account: Account;
  /**
   * A transaction by its id; null if it is not known, or not any more. With its chain one shard is
   * asked. Without, all N shards are, each of which wakes for it: that counts N times towards
   * `limits.queryCost`, and the slowest of them sets the time. R-2.7
   */
  readonly transaction?: Maybe<Transaction>;
  /** The block of a chain in a round; null if the round left none. R-3.1 */
  readonly block?: Maybe<Block>;
  /** The network as a whole: what it is, where its clock stands, and its limits. */
  readonly network: Network;
  /** One shard; null if the current epoch has no such shard. */
  readonly shard?: Maybe<Shard>;
  /** All shards of the current epoch, in the order in which they were created. */
  readonly shards: ReadonlyArray<Shard>;
  /** One validator set; null if the current epoch has no such set. */
  readonly validatorSet?: Maybe<ValidatorSet>;
  /** The validator sets of the current epoch, by id: N(N-1)/2 for N shards. R-3.3 */
  readonly validatorSets: ValidatorSetConnection;
  /** One epoch; null for a number that no epoch has yet. One that is to come can have its number already. */
  readonly epoch?: Maybe<Epoch>;
  /**
   * Which set proposes in which round, from the rules alone: nothing is asked of any shard. R-3.3,
   * R-3.4
   */
  readonly timetable: ReadonlyArray<TimetableRound>;
  /**
   * The next round in which all these chains can commit together, as far as one can tell now: the next
   * round of their shard, or the next in which one set sees both of their shards, which is at most a
   * cycle away, or a little more where a new epoch that is known already begins between. It holds with a gas price that wins a place, if no round fails and no new epoch begins
   * between. Asks each of those shards. R-3.6
   */
  readonly estimateInclusion: InclusionEstimate;
  /**
   * What proves to a light client that a transaction is in a committed block. Null for a transaction
   * that is not known, that has no part on the chain, or that cannot be proven yet: look at its
   * `status` and ask again. One that is FINAL can be proven; the error PROOF_PRUNED says that its block
   * is not kept any more. R-7.2
   */
  readonly proof?: Maybe<InclusionProof>;
  /**
   * What proves to a light client what an account has on a chain, or that there is no such account. It
   * shows the state that the chain's newest notarised header carries, which is some rounds behind
   * `balance`. Null for a chain that does not exist or that nothing has happened on since genesis, and
   * for moments in which its newest header waits to be notarised: ask again. The error PROOF_PRUNED
   * says that the header's block is not kept any more. R-7.2
   */
  readonly accountProof?: Maybe<AccountProof>;
  /**
   * What proves to a light client each further epoch, one from the other: the blocks of the MerkleChain
   * that activated them, certified by a set of the epoch before, each with the certified header of the
   * block behind it: what is certified alone may be void. In order from the epoch behind `after` on, at most 64; fewer or none at the newest. A client that knows an epoch reads the next with the
   * client library's `LightClient.follow`. R-7.1, R-7.2
   */
  readonly epochProofs: ReadonlyArray<Scalars['Bytes']['output']>;
  /**
   * What would become of a transaction, without sending it: round by round from the open one on,
   * behind what its senders have waiting, judged by the same code as blocks and executed by the same
   * code. It holds while no round fails; what others have waiting does not count. Of one that touches
   * two shards it speaks for the shard of the first leg alone. R-6.9
   */
  readonly simulate: Simulation;
  /**
   * What would become of the network if this shard split now, by what the MerkleChain's log says and the
   * stakes on T0: a rehearsal, which changes nothing. Other trades and stakes, or another epoch between,
   * give another division, so that the split that comes may be a different one. Asks the MerkleChain and
   * T0's shard. R-12.2
   */
  readonly previewSplit: PreviewSplitResult;
  /**
   * What would become of the network if this shard merged now: a rehearsal, which changes nothing. Which
   * set wins the race nobody knows before it: here it is the one that merges if no other reports in time.
   * Asks the MerkleChain and T0's shard. R-12.3
   */
  readonly previewMerge: PreviewMergeResult;
  /**
   * The validators that hold no seat of the current epoch, in the order in which the auction gives them
   * open seats: by their stake, the highest first, and among equals by address. Those that have taken back
   * their own stake are not among them. Asks T0's shard, which looks at those with seats on the way: once
   * for every 500. R-11.2
   */
  readonly validatorQueue: ValidatorConnection;
  /**
   * A validator by its address; null if none is registered there. One that has taken back all its stake
   * is registered until the last of it is paid back. R-11.1
   */
  readonly validator?: Maybe<Validator>;
  /** All registered validators by their stake, the highest first, and among equals by address. R-11.2 */
  readonly validators: ValidatorConnection;
};


/** What can be asked. Nothing here changes anything. */
export type QueryChainArgs = {
  id: Scalars['ID']['input'];
};


/** What can be asked. Nothing here changes anything. */
export type QueryChainsArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
  search?: InputMaybe<Scalars['String']['input']>;
};


/** What can be asked. Nothing here changes anything. */
export type QueryAccountArgs = {
  address: Scalars['Address']['input'];
};


/** What can be asked. Nothing here changes anything. */
export type QueryTransactionArgs = {
  id: Scalars['Hash']['input'];
  chain?: InputMaybe<Scalars['ID']['input']>;
};


/** What can be asked. Nothing here changes anything. */
export type QueryBlockArgs = {
  chain: Scalars['ID']['input'];
  round: Scalars['Round']['input'];
};


/** What can be asked. Nothing here changes anything. */
export type QueryShardArgs = {
  id: Scalars['ID']['input'];
};


/** What can be asked. Nothing here changes anything. */
export type QueryValidatorSetArgs = {
  id: Scalars['ID']['input'];
};


/** What can be asked. Nothing here changes anything. */
export type QueryValidatorSetsArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


/** What can be asked. Nothing here changes anything. */
export type QueryEpochArgs = {
  number?: InputMaybe<Scalars['Int']['input']>;
};


/** What can be asked. Nothing here changes anything. */
export type QueryTimetableArgs = {
  from?: InputMaybe<Scalars['Round']['input']>;
  rounds?: InputMaybe<Scalars['Int']['input']>;
};


/** What can be asked. Nothing here changes anything. */
export type QueryEstimateInclusionArgs = {
  chains: ReadonlyArray<Scalars['ID']['input']>;
};


/** What can be asked. Nothing here changes anything. */
export type QueryProofArgs = {
  transaction: Scalars['Hash']['input'];
  chain?: InputMaybe<Scalars['ID']['input']>;
};


/** What can be asked. Nothing here changes anything. */
export type QueryAccountProofArgs = {
  chain: Scalars['ID']['input'];
  address: Scalars['Address']['input'];
};


/** What can be asked. Nothing here changes anything. */
export type QueryEpochProofsArgs = {
  after: Scalars['Int']['input'];
};


/** What can be asked. Nothing here changes anything. */
export type QuerySimulateArgs = {
  transaction: Scalars['Bytes']['input'];
};


/** What can be asked. Nothing here changes anything. */
export type QueryPreviewSplitArgs = {
  shard: Scalars['ID']['input'];
};


/** What can be asked. Nothing here changes anything. */
export type QueryPreviewMergeArgs = {
  shard: Scalars['ID']['input'];
  with?: InputMaybe<Scalars['ID']['input']>;
};


/** What can be asked. Nothing here changes anything. */
export type QueryValidatorQueueArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


/** What can be asked. Nothing here changes anything. */
export type QueryValidatorArgs = {
  address: Scalars['Address']['input'];
};


/** What can be asked. Nothing here changes anything. */
export type QueryValidatorsArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};

/** A chain: one token with its accounts. R-2.10 */
export type Chain = {
  readonly __typename?: 'Chain';
  /** `T` and a number: `T0` is the chain of the native token. */
  readonly id: Scalars['ID']['output'];
  /** The shard that has the chain. */
  readonly shard: Shard;
  /** The token's symbol. Not unique: anybody may create a token with any symbol. */
  readonly symbol: Scalars['String']['output'];
  /** The token's name. Not unique either. */
  readonly name: Scalars['String']['output'];
  /** Where a person sets the point: 10^decimals base units are one token. R-2.2 */
  readonly decimals: Scalars['Int']['output'];
  /** Issued supply in base units. */
  readonly supply: Scalars['Amount']['output'];
  /** Who created the token and got its supply; null for a chain of the genesis record. */
  readonly creator?: Maybe<Scalars['Address']['output']>;
  /** The reserve of accounts without a setting of their own, in base units. Section 6 */
  readonly reserveDefault: Scalars['Amount']['output'];
  /** The least gas price, in base units per unit of gas. R-2.4 */
  readonly gasPriceMin: Scalars['Amount']['output'];
  /** The first round whose blocks may touch the chain; 0 for a chain of the genesis record. */
  readonly bornRound: Scalars['Round']['output'];
  /**
   * Fees that execution took and that no set has been given yet, in base units. With what the accounts
   * have they are the supply. R-2.6, R-11.5
   */
  readonly unattributedFees: Scalars['Amount']['output'];
  /** The balance of an account on this chain. */
  readonly balance: Balance;
  /** The chain's block in a round; null if the round left none. */
  readonly block?: Maybe<Block>;
  /**
   * On T0 all that is staked or on its way back, in base units; 0 elsewhere. With the accounts and
   * `unattributedFees` it is the supply. R-2.6
   */
  readonly staked: Scalars['Amount']['output'];
};


/** A chain: one token with its accounts. R-2.10 */
export type ChainBalanceArgs = {
  address: Scalars['Address']['input'];
};


/** A chain: one token with its accounts. R-2.10 */
export type ChainBlockArgs = {
  round: Scalars['Round']['input'];
};

/** A page of chains. */
export type ChainConnection = {
  readonly __typename?: 'ChainConnection';
  /** The entries with their cursors. */
  readonly edges: ReadonlyArray<ChainEdge>;
  /** The entries alone. */
  readonly nodes: ReadonlyArray<Chain>;
  /** Where this page is. */
  readonly pageInfo: PageInfo;
};

/** A chain with its place in the list. */
export type ChainEdge = {
  readonly __typename?: 'ChainEdge';
  /** To go on from here. */
  readonly cursor: Scalars['String']['output'];
  /** The chain. */
  readonly node: Chain;
};

/** An account: one key, one address, on every chain. R-2.1 */
export type Account = {
  readonly __typename?: 'Account';
  /** Its address. */
  readonly address: Scalars['Address']['output'];
  /** Its balances on the chains where it holds or did anything, by chain id. Asks every shard. */
  readonly balances: BalanceConnection;
  /** Its balance on one chain; null if there is no such chain. */
  readonly balance?: Maybe<Balance>;
  /**
   * Executed transactions that moved something of the account or were paid by it, the oldest first:
   * `last: 20` gives the newest ones. Asks every shard. On a network of several shards they are ordered
   * by round, then by shard, and the list ends with the last round that all shards have behind them, so
   * that a cursor never changes its place: what was executed just now joins a round or so later.
   */
  readonly transactions: TransactionConnection;
  /** What it has delegated to validators, by their address, at most `parameters.delegations`. R-11.1 */
  readonly delegations: ReadonlyArray<StakeDelegation>;
  /**
   * What it has taken back of its stake and not been paid yet, in the order in which it is paid back, at
   * most `parameters.unbondings`. R-11.1
   */
  readonly unbondings: ReadonlyArray<Unbonding>;
};


/** An account: one key, one address, on every chain. R-2.1 */
export type AccountBalancesArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


/** An account: one key, one address, on every chain. R-2.1 */
export type AccountBalanceArgs = {
  chain: Scalars['ID']['input'];
};


/** An account: one key, one address, on every chain. R-2.1 */
export type AccountTransactionsArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
};

/** What an account has on one chain, after all that is executed. */
export type Balance = {
  readonly __typename?: 'Balance';
  /** The chain. */
  readonly chain: Chain;
  /** The account's address. */
  readonly address: Scalars['Address']['output'];
  /** In base units. */
  readonly amount: Scalars['Amount']['output'];
  /** The nonce that its next executed transaction carries. R-2.9 */
  readonly nonce: Scalars['UInt53']['output'];
  /** The nonce to sign next: behind all that is included and waiting. */
  readonly nextNonce: Scalars['UInt53']['output'];
  /** The least nonce that its next authorisation may carry. R-6.2 */
  readonly authorisationNonce: Scalars['UInt53']['output'];
  /**
   * The reserve in force in the next round, in base units: the account's own or the chain's default.
   * Section 6
   */
  readonly reserve: Scalars['Amount']['output'];
  /** Settings of the reserve to come. R-6.8 */
  readonly pendingReserves: ReadonlyArray<PendingReserve>;
  /** Who else may spend from the account, if anybody. R-2.5 */
  readonly delegate?: Maybe<Delegation>;
  /**
   * The most that a transfer's amount and fee together can take in the next round, in base units.
   * R-6.4, R-6.5
   */
  readonly spendable: Scalars['Amount']['output'];
  /** Fees of its transactions in the window that are included, in base units. R-6.1 */
  readonly inflightFees: Scalars['Amount']['output'];
};

/** A page of balances. */
export type BalanceConnection = {
  readonly __typename?: 'BalanceConnection';
  /** The entries with their cursors. */
  readonly edges: ReadonlyArray<BalanceEdge>;
  /** The entries alone. */
  readonly nodes: ReadonlyArray<Balance>;
  /** Where this page is. */
  readonly pageInfo: PageInfo;
};

/** A balance with its place in the list. */
export type BalanceEdge = {
  readonly __typename?: 'BalanceEdge';
  /** To go on from here. */
  readonly cursor: Scalars['String']['output'];
  /** The balance. */
  readonly node: Balance;
};

/** A reserve that is not in force yet. R-6.8 */
export type PendingReserve = {
  readonly __typename?: 'PendingReserve';
  /** The first round in which it is. */
  readonly fromRound: Scalars['Round']['output'];
  /** In base units; null for the chain's default. */
  readonly reserve?: Maybe<Scalars['Amount']['output']>;
};

/** The word of an account's owner that another key may spend from it, on one chain. R-2.5 */
export type Delegation = {
  readonly __typename?: 'Delegation';
  /** Who may spend. */
  readonly address: Scalars['Address']['output'];
  /** What is left to spend, in base units. */
  readonly allowance: Scalars['Amount']['output'];
  /** The last round in which it can be spent. */
  readonly lastRound: Scalars['Round']['output'];
};

/** A transaction: signed by its payers, in at most one block of each chain that it touches. */
export type Transaction = {
  readonly __typename?: 'Transaction';
  /** SHA-256 of its bytes without signatures, with the network's domain. R-2.3 */
  readonly id: Scalars['Hash']['output'];
  /** How far it is. Never backwards, but that a DROPPED one may come back. R-2.7 */
  readonly status: TransactionStatus;
  /**
   * 2: executed. 1: included without any effect but its fee. 0: left out for good. null: not known
   * yet. R-6.7
   */
  readonly code?: Maybe<Scalars['Int']['output']>;
  /**
   * In words: why it was executed as it was, or why it is not in a block. Null while nothing is known.
   * Programs read `outcome` and `refusal`.
   */
  readonly reason?: Maybe<Scalars['String']['output']>;
  /** What execution said; null before it and for a transaction left out. */
  readonly outcome?: Maybe<ExecutionOutcome>;
  /** The chain of the leg for which execution reverted it; null if none did. */
  readonly failedChain?: Maybe<Chain>;
  /** Why a block last left it out, or why it left the mempool; null once it is in a block. */
  readonly refusal?: Maybe<Refused>;
  /** What it does; null for one that is not kept any more. */
  readonly payload?: Maybe<PayloadKind>;
  /** The last round whose block may include it; null for one that is not kept any more. R-2.3 */
  readonly validUntil?: Maybe<Scalars['Round']['output']>;
  /** One per chain that it touches; empty for one that is not kept any more. R-2.8 */
  readonly legs: ReadonlyArray<Leg>;
  /**
   * While it is PENDING: the next round in which it can be committed, as it looks now. What was promised
   * when it was accepted is in `Accepted.estimate`, and nowhere else: keep it, as the client library
   * does, to compare it with `legs { round }`. Later than promised, `refusal` says why; without one, a
   * round failed. Null once it is in a block, and for one that left. Asks its shards. R-3.6
   */
  readonly estimate?: Maybe<InclusionEstimate>;
  /** In a subscription, what to give as `after` to go on behind this event; else null. */
  readonly cursor?: Maybe<Scalars['String']['output']>;
};

/** How far a transaction is. R-2.7 */
export type TransactionStatus =
  /** Stored durably by its shard; waits for a block. */
  | 'PENDING'
  /** In a block that its shard has committed. */
  | 'COMMITTED'
  /** Executed: its effects can be seen in balances. */
  | 'EXECUTED'
  /** The state after it is certified and notarised. R-3.9 */
  | 'FINAL'
  /** It can never be valid any more. */
  | 'REJECTED'
  /** It left the mempool; it may be sent again until `validUntil`. */
  | 'DROPPED'
  /** Its `validUntil` is past without a block. */
  | 'EXPIRED';

/**
 * What execution said of a transaction. All but EXECUTED go with code 1: the fee is paid, nothing else
 * happened. R-6.7
 */
export type ExecutionOutcome =
  /** It did what it says. */
  | 'EXECUTED'
  /** The balance was below the amount. */
  | 'INSUFFICIENT_BALANCE'
  /** It would have left its sender below the reserve. R-6.5 */
  | 'SENDER_DIP'
  /** It would have left the account that it spends from below the reserve. R-6.5 */
  | 'OWNER_DIP'
  /** Its payer may not, or not so much, spend from that account. */
  | 'NOT_DELEGATED'
  /** The receiver's balance would exceed 2^128-1. */
  | 'BALANCE_OVERFLOW'
  /** There are no more chain ids. */
  | 'CHAIN_IDS_EXHAUSTED'
  /** The offer was taken or cancelled before. R-2.9 */
  | 'OFFER_USED'
  /** The maker has too many used offer numbers that have not ended. R-2.9 */
  | 'OFFERS_FULL'
  /** Its payer is no registered validator, and names no key to register with. R-11.1 */
  | 'NOT_A_VALIDATOR'
  /** No validator is registered at the address. R-11.1 */
  | 'UNKNOWN_VALIDATOR'
  /** The validator has taken back its own stake: nobody can delegate to it any more. R-11.1 */
  | 'VALIDATOR_LEAVING'
  /** Another validator has registered the key. R-11.1 */
  | 'KEY_TAKEN'
  /** The validator is registered with another key or commission. R-11.1 */
  | 'REGISTRATION_DIFFERS'
  /** The validator's own stake would be above 0 and below the least bond. R-11.1 */
  | 'BELOW_MINIMUM_BOND'
  /** There is not so much stake to take back. R-11.1 */
  | 'INSUFFICIENT_STAKE'
  /** The account delegates to as many validators as it may. R-11.1 */
  | 'DELEGATIONS_FULL'
  /** The account has as many amounts on their way back as it may. R-11.1 */
  | 'UNBONDINGS_FULL';

/** What a transaction does. R-2.5 */
export type PayloadKind =
  /** Moves an amount to another account. */
  | 'TRANSFER'
  /** Creates a token with its own chain; on T0. R-2.10 */
  | 'CREATE_TOKEN'
  /** Two accounts swap amounts of two tokens, both or neither. R-2.5, R-9.3 */
  | 'TRADE'
  /** Takes the payer's offer back. R-2.9 */
  | 'CANCEL_OFFER'
  /** Carries authorisations, for whose owners it pays. */
  | 'DELEGATE'
  /** Ends the payer's delegation. */
  | 'REVOKE'
  /** Moves an amount of the account that authorised the payer. */
  | 'SPEND_FROM'
  /** Sets the payer's own reserve. R-6.8 */
  | 'SET_RESERVE'
  /** Locks Rune as the payer's own stake; the first one registers it as a validator. R-11.1 */
  | 'BOND'
  /** Takes of the payer's own stake, which comes back after the unbonding period. R-11.1 */
  | 'UNBOND'
  /** Locks Rune as stake of a validator. R-11.1 */
  | 'DELEGATE_STAKE'
  /** Takes of what the payer delegated, which comes back after the unbonding period. R-11.1 */
  | 'UNDELEGATE_STAKE';

/** A transaction's part on one chain. R-2.8 */
export type Leg = {
  readonly __typename?: 'Leg';
  /** The chain. */
  readonly chain: Chain;
  /** The round of its block; null while it waits. */
  readonly round?: Maybe<Scalars['Round']['output']>;
  /** The block; null while it waits. */
  readonly block?: Maybe<Block>;
  /** Whose balance it may lower: who pays, or the maker of an offer; null if it only receives. R-2.8 */
  readonly payer?: Maybe<Scalars['Address']['output']>;
  /**
   * Gas limit times gas price in base units of the chain's token, charged in full; 0 where the other leg
   * pays for both. R-2.4
   */
  readonly fee: Scalars['Amount']['output'];
  /** The most that it takes from its payer besides the fee, in base units. R-2.8 */
  readonly value: Scalars['Amount']['output'];
  /** What it moved: the fee first, then the effects. Empty before execution. */
  readonly movements: ReadonlyArray<Movement>;
};

/** Units of a token that went from one holder to another. */
export type Movement = {
  readonly __typename?: 'Movement';
  /** The chain of the token. */
  readonly chain: Chain;
  /** Who had them. */
  readonly from: Holder;
  /** Who got them. */
  readonly to: Holder;
  /** In base units. */
  readonly amount: Scalars['Amount']['output'];
};

/** Who can hold units of a token. */
export type Holder = {
  readonly __typename?: 'Holder';
  /** What it is. */
  readonly kind: HolderKind;
  /** Whose they are: the account's address, or the staker's; null for all other holders. */
  readonly address?: Maybe<Scalars['Address']['output']>;
  /** The validator with which they are staked or were; null for all other holders. R-11.1 */
  readonly validator?: Maybe<Scalars['Address']['output']>;
};

/** Kinds of holders. */
export type HolderKind =
  /** An account. */
  | 'ACCOUNT'
  /** Fees that are not yet attributed to a set. R-11.5 */
  | 'UNATTRIBUTED_FEES'
  /** Where a new token's supply comes from. */
  | 'ISSUANCE'
  /** Stake of an account with a validator: its own, if both are the same. R-11.1 */
  | 'STAKE'
  /** What an account has taken back of its stake, until it is paid back. R-11.1 */
  | 'UNBONDING';

/** A page of transactions. */
export type TransactionConnection = {
  readonly __typename?: 'TransactionConnection';
  /** The entries with their cursors. */
  readonly edges: ReadonlyArray<TransactionEdge>;
  /** The entries alone. */
  readonly nodes: ReadonlyArray<Transaction>;
  /** Where this page is. */
  readonly pageInfo: PageInfo;
};

/** A transaction with its place in the list. */
export type TransactionEdge = {
  readonly __typename?: 'TransactionEdge';
  /** To go on from here. */
  readonly cursor: Scalars['String']['output'];
  /** The transaction. */
  readonly node: Transaction;
};

/** A committed block of a shard, named by its joint header. R-4.7 */
export type Head = {
  readonly __typename?: 'Head';
  /** Its round; 0 before the first block. */
  readonly round: Scalars['Round']['output'];
  /** The hash of its joint header; of the network's id before the first block. */
  readonly hash: Scalars['Hash']['output'];
};

/** A chain's part of a committed joint block. R-3.5 */
export type Block = {
  readonly __typename?: 'Block';
  /** The chain. */
  readonly chain: Chain;
  /** The round, which is also its height. R-3.1 */
  readonly round: Scalars['Round']['output'];
  /** When the round began. */
  readonly time: Scalars['DateTime']['output'];
  /** The hash of the chain's header. */
  readonly hash: Scalars['Hash']['output'];
  /** The hash of the chain's header before. */
  readonly parent: Scalars['Hash']['output'];
  /** The Merkle root of its transactions. R-2.3 */
  readonly transactionsRoot: Scalars['Hash']['output'];
  /** The root of the chain's state after round - k. R-5.2 */
  readonly stateRoot: Scalars['Hash']['output'];
  /** The sum of its gas limits. */
  readonly gas: Scalars['UInt53']['output'];
  /** The hash of the joint header that the certificate is about. */
  readonly jointHeaderHash: Scalars['Hash']['output'];
  /** The committed block of its shard that it extends: the rounds between left none. R-4.7 */
  readonly extends: Head;
  /** The set that certified it. */
  readonly validatorSet: ValidatorSet;
  /** The view in which it was first proposed, which names its proposer. R-4.2 */
  readonly view: Scalars['Int']['output'];
  /** How many of the set's seats signed the certificate. R-4.1 */
  readonly signers: Scalars['Int']['output'];
  /** Their places in the set, ascending. */
  readonly signerSeats: ReadonlyArray<Scalars['Int']['output']>;
  /** How many transactions are in it. */
  readonly transactionCount: Scalars['Int']['output'];
  /** Its transactions in the order of execution, as they are now. R-5.3 */
  readonly transactions: TransactionConnection;
  /** In a subscription, what to give as `after` to go on behind this event; else null. */
  readonly cursor?: Maybe<Scalars['String']['output']>;
};


/** A chain's part of a committed joint block. R-3.5 */
export type BlockTransactionsArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};

/** The network: one genesis record and all that follows from it. */
export type Network = {
  readonly __typename?: 'Network';
  /** The same as `genesisHash`: what every signature is bound to. R-2.3 */
  readonly id: Scalars['Hash']['output'];
  /** SHA-256 of the genesis record. */
  readonly genesisHash: Scalars['Hash']['output'];
  /**
   * The genesis record: all that a client must trust. Compare its SHA-256, or keep the bytes, with what
   * comes from somewhere else: a server that lies about everything lies here, too. R-7.2
   */
  readonly genesis: Scalars['Bytes']['output'];
  /** The name in the genesis record. */
  readonly name: Scalars['String']['output'];
  /** Whether this is a development network, with a faucet and operations that no real network has. */
  readonly development: Scalars['Boolean']['output'];
  /** What moves the time. */
  readonly clock: ClockKind;
  /** The network's time now. */
  readonly time: Scalars['DateTime']['output'];
  /** The round of `time`. R-3.1 */
  readonly round: Scalars['Round']['output'];
  /** The epoch of `round`. R-3.7 */
  readonly epoch: Epoch;
  /** The length of a round in milliseconds, in the epoch of `round`. R-3.1 */
  readonly roundMs: Scalars['Int']['output'];
  /** How many rounds execution may be behind consensus. Fixed at genesis. R-5.1 */
  readonly k: Scalars['Int']['output'];
  /** The number of the newest MerkleChain block; 0 before the first. R-7.1 */
  readonly merkleChainBlock: Scalars['UInt53']['output'];
  /** Open subscriptions to `network`. */
  readonly subscribers: Scalars['Int']['output'];
  /** What the rules take from this network. */
  readonly parameters: NetworkParameters;
  /** Bounds on what one may send and ask. */
  readonly limits: NetworkLimits;
};

/** What moves a network's time. */
export type ClockKind =
  /** Time passes. */
  | 'LIVE'
  /** Time stands still until `dev.advance` moves it. Development networks only. */
  | 'MANUAL';

/** What the rules take from this network. */
export type NetworkParameters = {
  readonly __typename?: 'NetworkParameters';
  /** The chain of the native token, where tokens are created. R-2.10 */
  readonly rootChain: Chain;
  /** Seats of a validator set. R-3.2 */
  readonly seats: Scalars['Int']['output'];
  /** Seats that must agree: floor(2n/3) + 1. R-3.2 */
  readonly quorum: Scalars['Int']['output'];
  /** Rounds in which every pair of shards meets once. R-3.4 */
  readonly cycleRounds: Scalars['Int']['output'];
  /** The least gas limit of a leg, by payload. */
  readonly gas: ReadonlyArray<PayloadGas>;
  /** What each authorisation in a transaction adds to the gas of the leg whose chain it names. */
  readonly gasPerAuthorisation: Scalars['Int']['output'];
  /** When shards split and merge. R-12.5 */
  readonly saturation: SaturationParameters;
  /** The least own stake of a validator, in base units of Rune. R-11.1 */
  readonly minimumBond: Scalars['Amount']['output'];
  /** In how many rounds what is unbonded is paid back. R-11.1 */
  readonly unbondingRounds: Scalars['UInt53']['output'];
  /** To how many validators one account can delegate. R-11.1 */
  readonly delegations: Scalars['Int']['output'];
  /** How many amounts of one account can be on their way back. R-11.1 */
  readonly unbondings: Scalars['Int']['output'];
};

/** The least gas limit of a leg with this payload and no authorisation. */
export type PayloadGas = {
  readonly __typename?: 'PayloadGas';
  /** The payload. */
  readonly payload: PayloadKind;
  /** In units of gas; the fee is limit times price, charged in full. R-2.4 */
  readonly gas: Scalars['Int']['output'];
};

/** Bounds on what one may send and ask. */
export type NetworkLimits = {
  readonly __typename?: 'NetworkLimits';
  /** Bytes of one encoded transaction. R-3.10 */
  readonly transactionBytes: Scalars['Int']['output'];
  /** Bytes of one batch for `submitBatch`, before base64. R-3.10 */
  readonly batchBytes: Scalars['Int']['output'];
  /** Transactions in one call of `submitTransactions` or `submitBatch`. */
  readonly batchTransactions: Scalars['Int']['output'];
  /** Bytes of the transactions of one chain in one round. R-3.10 */
  readonly chainBlockBytes: Scalars['Int']['output'];
  /** Bytes of the transactions of one shard in one round. R-3.10 */
  readonly shardBlockBytes: Scalars['Int']['output'];
  /** Transactions of one shard in one round. R-3.10 */
  readonly shardBlockTransactions: Scalars['Int']['output'];
  /** Transactions that wait in one shard. R-3.10 */
  readonly mempoolTransactions: Scalars['Int']['output'];
  /** Their bytes. */
  readonly mempoolBytes: Scalars['Int']['output'];
  /** Transactions of one chain that wait. */
  readonly mempoolChainTransactions: Scalars['Int']['output'];
  /** Their bytes. */
  readonly mempoolChainBytes: Scalars['Int']['output'];
  /** Transactions of one sender that wait on one chain. */
  readonly mempoolSenderTransactions: Scalars['Int']['output'];
  /** Chains that a transaction may touch. R-2.6 */
  readonly legs: Scalars['Int']['output'];
  /** Authorisations in one transaction. */
  readonly authorisations: Scalars['Int']['output'];
  /** How many rounds ahead `validUntil` may be. R-2.3 */
  readonly validUntilRounds: Scalars['Int']['output'];
  /** Gas that one leg may allow. */
  readonly gasLimit: Scalars['Int']['output'];
  /** Bytes of the body of one HTTP request. REQUEST_TOO_LARGE */
  readonly requestBytes: Scalars['Int']['output'];
  /** Bytes of the URL of one HTTP request. URL_TOO_LONG */
  readonly urlBytes: Scalars['Int']['output'];
  /** Bytes of the names and values of the headers of one HTTP request. HEADERS_TOO_LARGE */
  readonly headerBytes: Scalars['Int']['output'];
  /**
   * Milliseconds in which a request must arrive, and then again in which its operation must be done.
   * REQUEST_TIMED_OUT, OPERATION_TIMED_OUT
   */
  readonly requestMs: Scalars['Int']['output'];
  /** Operations run by one HTTP request: no list of them is taken. BATCHING_NOT_SUPPORTED */
  readonly requestOperations: Scalars['Int']['output'];
  /** Variables given with one operation. TOO_MANY_VARIABLES */
  readonly variables: Scalars['Int']['output'];
  /**
   * Lists and objects within each other in the value of one variable, or in one written in a query.
   * VARIABLES_TOO_DEEP, QUERY_TOO_DEEP
   */
  readonly variablesDepth: Scalars['Int']['output'];
  /** Entries in one page of a connection. */
  readonly pageEntries: Scalars['Int']['output'];
  /** Fields below each other in one query. QUERY_TOO_DEEP */
  readonly queryDepth: Scalars['Int']['output'];
  /** Aliases in one query, with those of its fragments at each use. TOO_MANY_ALIASES */
  readonly queryAliases: Scalars['Int']['output'];
  /** Tokens in the text of a query. QUERY_TOO_LONG */
  readonly queryTokens: Scalars['Int']['output'];
  /** Fields and fragments selected in the text of a query. TOO_MANY_SELECTIONS */
  readonly querySelections: Scalars['Int']['output'];
  /** Operations in the text of a query, of which one is run. TOO_MANY_OPERATIONS */
  readonly queryOperations: Scalars['Int']['output'];
  /** Fragments in the text of a query. TOO_MANY_FRAGMENTS */
  readonly queryFragments: Scalars['Int']['output'];
  /** Directives in the text of a query. TOO_MANY_DIRECTIVES */
  readonly queryDirectives: Scalars['Int']['output'];
  /**
   * Cost of one query: a point a field, ten for a field that asks a shard or a set, ten times the number
   * of shards for one that asks them all, a hundred for a proof, times the entries of the pages around
   * it. A request that makes more than a tenth as many calls is stopped all the same. QUERY_TOO_COSTLY
   */
  readonly queryCost: Scalars['Int']['output'];
  /** Open subscriptions to one shard, or to the network's own events. TOO_MANY_SUBSCRIBERS */
  readonly subscribers: Scalars['Int']['output'];
  /** Of these, the most that one client has, told by its address. TOO_MANY_SUBSCRIBERS */
  readonly subscribersPerClient: Scalars['Int']['output'];
};

/** A numbered topology: who covers what, and from when on. R-3.7 */
export type Epoch = {
  readonly __typename?: 'Epoch';
  /** 0 for the epoch of the genesis record. */
  readonly number: Scalars['Int']['output'];
  /** The first round of the epoch. */
  readonly activationRound: Scalars['Round']['output'];
  /** When that round begins. */
  readonly activationTime: Scalars['DateTime']['output'];
  /** Whether it has begun: false for one that is to come, and for one that was announced and has lapsed. */
  readonly begun: Scalars['Boolean']['output'];
  /** The length of its rounds in milliseconds, which late certificates double and good rounds halve again. R-3.8 */
  readonly roundMs: Scalars['Int']['output'];
  /** What the proposers of its rounds follow from. R-4.2, R-8.3 */
  readonly seed: Scalars['Hash']['output'];
  /** Its shards. */
  readonly shards: ReadonlyArray<Shard>;
  /**
   * Its validator sets, by id: one for each pair of shards; a single shard has one, two shards have two.
   * R-3.3
   */
  readonly validatorSets: ValidatorSetConnection;
};


/** A numbered topology: who covers what, and from when on. R-3.7 */
export type EpochValidatorSetsArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};

/** A shard: a group of chains whose transactions are ordered together. */
export type Shard = {
  readonly __typename?: 'Shard';
  /** A decimal number. */
  readonly id: Scalars['ID']['output'];
  /** Its chains, by id. */
  readonly chains: ChainConnection;
  /** The round of the last committed block; 0 before the first. R-4.7 */
  readonly headRound: Scalars['Round']['output'];
  /** The hash of its joint header; of the network's id before the first. R-4.7 */
  readonly headHash: Scalars['Hash']['output'];
  /** Up to which round blocks are executed. R-5.1 */
  readonly executedRound: Scalars['Round']['output'];
  /** Up to which round transactions are FINAL. R-3.9 */
  readonly finalRound: Scalars['Round']['output'];
  /** The first round that is not decided yet. */
  readonly nextRound: Scalars['Round']['output'];
  /** Transactions that wait for a block. */
  readonly waiting: Scalars['Int']['output'];
  /** When the shard wakes by itself; null while it sleeps until a transaction comes. R-3.9 */
  readonly nextTick?: Maybe<Scalars['DateTime']['output']>;
  /** Open subscriptions to its blocks and transactions. */
  readonly subscribers: Scalars['Int']['output'];
  /** The sets that cover it, by id: in each round one of them is on duty, and all others watch. R-10.1 */
  readonly validatorSets: ValidatorSetConnection;
  /** How full it is, as the MerkleChain's log has it. Asks the MerkleChain. R-12.1 */
  readonly saturation: ShardSaturation;
  /**
   * How full it was in rounds that left a block, the oldest first: `last: 20` gives the newest ones. All
   * rounds between are empty. Asks the MerkleChain. R-12.1
   */
  readonly saturations: RoundSaturationConnection;
  /**
   * The set that is primary for the shard: the oldest that covers it and is primary for no older one. It
   * produces no more blocks than the others. Up to four shards it is the set that divides when the shard
   * splits. Null for a shard that the current epoch does not have. R-12.2
   */
  readonly maintainer?: Maybe<ValidatorSet>;
};


/** A shard: a group of chains whose transactions are ordered together. */
export type ShardChainsArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


/** A shard: a group of chains whose transactions are ordered together. */
export type ShardValidatorSetsArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


/** A shard: a group of chains whose transactions are ordered together. */
export type ShardSaturationsArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
};

/** A page of validator sets. */
export type ValidatorSetConnection = {
  readonly __typename?: 'ValidatorSetConnection';
  /** The entries with their cursors. */
  readonly edges: ReadonlyArray<ValidatorSetEdge>;
  /** The entries alone. */
  readonly nodes: ReadonlyArray<ValidatorSet>;
  /** Where this page is. */
  readonly pageInfo: PageInfo;
};

/** A validator set with its place in the list. */
export type ValidatorSetEdge = {
  readonly __typename?: 'ValidatorSetEdge';
  /** To go on from here. */
  readonly cursor: Scalars['String']['output'];
  /** The set. */
  readonly node: ValidatorSet;
};

/** A validator set: the seats that propose and certify blocks of its shards. R-3.3 */
export type ValidatorSet = {
  readonly __typename?: 'ValidatorSet';
  /** A decimal number, never used again. */
  readonly id: Scalars['ID']['output'];
  /** The one or two shards that the set covers. */
  readonly shards: ReadonlyArray<Shard>;
  /**
   * The set's own copy of each of its shards, by which its seats vote and watch. Asks the set's object.
   * R-4.4, R-10.1
   */
  readonly replicas: ReadonlyArray<Replica>;
  /**
   * What the set's own voter found wrong with what others made, the newest first, at most 64: one of each
   * kind for a shard and round. Asks the set's object. R-10.1
   */
  readonly findings: ReadonlyArray<Finding>;
  /** Its seats, by index. */
  readonly seats: ReadonlyArray<Seat>;
  /** Seats that must sign a certificate. R-3.2 */
  readonly quorum: Scalars['Int']['output'];
  /** The shard that it is primary for; null if for none. R-12.2 */
  readonly maintains?: Maybe<Shard>;
  /** The other shards that it covers. */
  readonly watches: ReadonlyArray<Shard>;
  /**
   * How many validators the rule lets it take: from once to twice its seats while the more saturated of
   * its shards climbs from 10% to 90%, by the saturation that counts for a split. So far nobody fills more
   * than its seats. Asks the MerkleChain. R-11.2
   */
  readonly cap: Scalars['Int']['output'];
  /**
   * The stakes of the validators that hold its seats, together, in base units of Rune, after all that is
   * executed on T0. Asks T0's shard. R-12.3
   */
  readonly stake: Scalars['Amount']['output'];
};

/** A set's copy of one of its shards. R-10.1 */
export type Replica = {
  readonly __typename?: 'Replica';
  /** The shard. */
  readonly shard: Shard;
  /** The round of the shard's newest block that the set has checked; 0 before the first. */
  readonly headRound: Scalars['Round']['output'];
  /** The hash of its joint header; of the network's id before the first. */
  readonly headHash: Scalars['Hash']['output'];
  /** Up to which round the set has executed the shard's blocks itself. R-5.1 */
  readonly executedRound: Scalars['Round']['output'];
  /**
   * Rounds from its head to the shard's, which is asked; 0 if it has all blocks. While all goes well, k
   * rounds after a block every set has it. R-10.1
   */
  readonly behindRounds: Scalars['UInt53']['output'];
};

/** Something wrong that a set found with what it follows or signs. R-10.1 */
export type Finding = {
  readonly __typename?: 'Finding';
  /** The shard that it is about. */
  readonly shard: Shard;
  /** The round. */
  readonly round: Scalars['Round']['output'];
  /** What it is. */
  readonly kind: FindingKind;
  /** What does not hold, for people. */
  readonly reason: Scalars['String']['output'];
};

/** Kinds of findings. */
export type FindingKind =
  /** A committed block that does not follow from the rules and the state: the set follows the shard no further. */
  | 'INVALID_BLOCK'
  /** Other seats of the set signed another result of a round's trades between its shards. R-5.4 */
  | 'CONFLICTING_RESULT';

/** One seat of a validator set. */
export type Seat = {
  readonly __typename?: 'Seat';
  /** Its place in the set, and its bit in a certificate. */
  readonly index: Scalars['Int']['output'];
  /** BLS12-381 public key: 96 bytes in G2. R-4.1 */
  readonly publicKey: Scalars['Bytes']['output'];
  /** Proof that its holder knows the secret: 48 bytes in G1. R-4.1 */
  readonly proofOfPossession: Scalars['Bytes']['output'];
};

/** Who proposes in one round. */
export type TimetableRound = {
  readonly __typename?: 'TimetableRound';
  /** The round. */
  readonly round: Scalars['Round']['output'];
  /** When it begins. */
  readonly time: Scalars['DateTime']['output'];
  /** The sets on duty, each with the shards that it proposes for. Every shard is in one of them. */
  readonly duties: ReadonlyArray<Duty>;
  /**
   * The shard that meets no other in this round, as of an odd number one does in each; null for an even
   * number. One of its sets produces it alone, without transactions across shards. R-3.4
   */
  readonly alone?: Maybe<Shard>;
};

/** One set's duty in one round. */
export type Duty = {
  readonly __typename?: 'Duty';
  /** The set. */
  readonly validatorSet: ValidatorSet;
  /** The shards that it proposes for: two, whose joint block can hold what touches both, or one. */
  readonly shards: ReadonlyArray<Shard>;
};

/** When chains can next commit together. R-3.6 */
export type InclusionEstimate = {
  readonly __typename?: 'InclusionEstimate';
  /** The round. */
  readonly round: Scalars['Round']['output'];
  /** When it begins. */
  readonly time: Scalars['DateTime']['output'];
  /** The set that is on duty then. */
  readonly validatorSet: ValidatorSet;
};

/** Where one is in a connection. As in the Relay specification. */
export type PageInfo = {
  readonly __typename?: 'PageInfo';
  /** Whether entries follow the last one of this page. */
  readonly hasNextPage: Scalars['Boolean']['output'];
  /** Whether entries precede the first one of this page. */
  readonly hasPreviousPage: Scalars['Boolean']['output'];
  /** The cursor of the first entry; null if the page is empty. */
  readonly startCursor?: Maybe<Scalars['String']['output']>;
  /** The cursor of the last entry; null if the page is empty. */
  readonly endCursor?: Maybe<Scalars['String']['output']>;
};

/**
 * Shows to whoever has the genesis record that a transaction is in a committed block. All fields but
 * `bytes` only say what the bytes prove: `verifyInclusion` of the client library reads it from them.
 */
export type InclusionProof = {
  readonly __typename?: 'InclusionProof';
  /** The proof: canonical bytes. */
  readonly bytes: Scalars['Bytes']['output'];
  /** The transaction's id. */
  readonly transactionId: Scalars['Hash']['output'];
  /** The chain in whose block it is. */
  readonly chain: Chain;
  /** The round of the block. */
  readonly round: Scalars['Round']['output'];
  /** Its place in the chain's block. */
  readonly position: Scalars['Int']['output'];
  /** The number of the epoch whose set certified the block. */
  readonly epoch: Scalars['Int']['output'];
  /** The hash of the joint header above the block. R-3.5 */
  readonly headerHash: Scalars['Hash']['output'];
  /** The round of the certified header that extends it, which shows that it was committed. R-4.7 */
  readonly childRound: Scalars['Round']['output'];
};

/**
 * Shows to whoever has the genesis record what an account had on a chain after a round. All fields but
 * `bytes` only say what the bytes prove: `verifyAccount` of the client library reads it from them.
 */
export type AccountProof = {
  readonly __typename?: 'AccountProof';
  /** The proof: canonical bytes. */
  readonly bytes: Scalars['Bytes']['output'];
  /** The chain. */
  readonly chain: Chain;
  /** The account's address. */
  readonly address: Scalars['Address']['output'];
  /** Whether there is such an account. If not, the proof shows its absence. */
  readonly present: Scalars['Boolean']['output'];
  /** What the account had; null if there is none: it holds nothing and has done nothing. */
  readonly account?: Maybe<ProvenAccount>;
  /** The round of the header that carries the root of the state. */
  readonly round: Scalars['Round']['output'];
  /** The state is that after this round, k before the header's. R-5.2 */
  readonly stateRound: Scalars['Round']['output'];
  /** The root of the chain's state. */
  readonly stateRoot: Scalars['Hash']['output'];
  /** The number of the epoch whose set certified the header. */
  readonly epoch: Scalars['Int']['output'];
  /** The hash of the joint header that carries the root. R-3.5 */
  readonly headerHash: Scalars['Hash']['output'];
};

/** An account on one chain as a state has it. R-5.7 */
export type ProvenAccount = {
  readonly __typename?: 'ProvenAccount';
  /** In base units. */
  readonly amount: Scalars['Amount']['output'];
  /** The nonce that its next transaction carries. R-2.9 */
  readonly nonce: Scalars['UInt53']['output'];
  /** The least nonce that its next authorisation may carry. R-6.2 */
  readonly authorisationNonce: Scalars['UInt53']['output'];
  /** Its own reserve before pending settings, in base units; null for the chain's default. Section 6 */
  readonly ownReserve?: Maybe<Scalars['Amount']['output']>;
  /** Settings of the reserve to come. R-6.8 */
  readonly pendingReserves: ReadonlyArray<PendingReserve>;
  /** Who else may spend from the account, if anybody. R-2.5 */
  readonly delegate?: Maybe<Delegation>;
};

/**
 * How full a shard is: means over the network's window of rounds, in thousandths. The smaller of the
 * two counts for a split, the larger for a merge. R-12.1
 */
export type ShardSaturation = {
  readonly __typename?: 'ShardSaturation';
  /** Up to which round. One without a block counts as empty once it is ten rounds old. */
  readonly round: Scalars['Round']['output'];
  /** Bytes against their limit or transactions against theirs, whichever is more. */
  readonly fillPermille: Scalars['Int']['output'];
  /** Transactions a second against the shard's all-time high. */
  readonly ratePermille: Scalars['Int']['output'];
  /** The mean rate in transactions a second. */
  readonly tps: Scalars['Float']['output'];
  /** The highest that it was, or the network's benchmark. */
  readonly allTimeHighTps: Scalars['Float']['output'];
  /** Rounds in a row that count towards a split. R-12.2 */
  readonly busyRounds: Scalars['UInt53']['output'];
  /** Rounds in a row that count towards a merge. R-12.3 */
  readonly idleRounds: Scalars['UInt53']['output'];
};

/** How full a shard was with one of its rounds. R-12.1 */
export type RoundSaturation = {
  readonly __typename?: 'RoundSaturation';
  /** The round. */
  readonly round: Scalars['Round']['output'];
  /** Transactions of its block, each counted once. */
  readonly transactions: Scalars['Int']['output'];
  /** Their bytes. */
  readonly bytes: Scalars['Int']['output'];
  /** The mean fill with this round, in thousandths. */
  readonly fillPermille: Scalars['Int']['output'];
  /** The mean rate with this round against the all-time high, in thousandths. */
  readonly ratePermille: Scalars['Int']['output'];
};

/** A page of rounds. */
export type RoundSaturationConnection = {
  readonly __typename?: 'RoundSaturationConnection';
  /** The entries with their cursors. */
  readonly edges: ReadonlyArray<RoundSaturationEdge>;
  /** The entries alone. */
  readonly nodes: ReadonlyArray<RoundSaturation>;
  /** Where this page is. */
  readonly pageInfo: PageInfo;
};

/** A round with its place in the list. */
export type RoundSaturationEdge = {
  readonly __typename?: 'RoundSaturationEdge';
  /** To go on from here. */
  readonly cursor: Scalars['String']['output'];
  /** The round. */
  readonly node: RoundSaturation;
};

/** When shards split and merge. R-12.5 */
export type SaturationParameters = {
  readonly __typename?: 'SaturationParameters';
  /** Over so many rounds the means are taken. */
  readonly windowRounds: Scalars['Int']['output'];
  /** In the round behind so many in a row a shard splits or merges. */
  readonly streakRounds: Scalars['Int']['output'];
  /** From here on a round counts towards a split, in thousandths. */
  readonly splitPermille: Scalars['Int']['output'];
  /** Below this a round counts towards a merge, in thousandths; with 0 none does. */
  readonly mergePermille: Scalars['Int']['output'];
  /** No shard's all-time high is lower, in transactions a second. */
  readonly benchmarkTps: Scalars['Int']['output'];
};

/** What can be changed. Fields of one mutation run one after the other. */
export type Mutation = {
  readonly __typename?: 'Mutation';
  /** Sends one transaction. A known one is accepted again, and is still the same transaction. */
  readonly submitTransaction: SubmitResult;
  /**
   * Sends several transactions; each has its own answer, in their order. Each shard gets its own in one
   * call, all at once: a shard that does not answer makes nobody else wait for a second try, and its
   * transactions are answered with SHARD_UNAVAILABLE. If no shard answers, the whole is an error.
   */
  readonly submitTransactions: ReadonlyArray<SubmitResult>;
  /**
   * The fast path: many transactions in one value, a BCS list of byte strings (ULEB128 count; then for
   * each a ULEB128 length and its bytes). Refused as a whole only if the batch itself cannot be read.
   */
  readonly submitBatch: SubmitBatchResult;
  /** Operations of development networks; no other network has this field. */
  readonly dev: DevMutation;
};


/** What can be changed. Fields of one mutation run one after the other. */
export type MutationSubmitTransactionArgs = {
  transaction: Scalars['Bytes']['input'];
};


/** What can be changed. Fields of one mutation run one after the other. */
export type MutationSubmitTransactionsArgs = {
  transactions: ReadonlyArray<Scalars['Bytes']['input']>;
};


/** What can be changed. Fields of one mutation run one after the other. */
export type MutationSubmitBatchArgs = {
  batch: Scalars['Bytes']['input'];
};

/** The answer to one transaction. */
export type SubmitResult = Accepted | Refused;

/** The answer to a batch. */
export type SubmitBatchResult = SubmittedBatch | Refused;

/** Every transaction of the batch has its own answer. */
export type SubmittedBatch = {
  readonly __typename?: 'SubmittedBatch';
  /** In the order of the batch. The same bytes twice have the same answer. */
  readonly results: ReadonlyArray<SubmitResult>;
  /** How many are accepted. */
  readonly accepted: Scalars['Int']['output'];
  /** How many are refused. */
  readonly refused: Scalars['Int']['output'];
};

/** Every shard that it touches has stored it durably: its status is PENDING, or further. R-2.7 */
export type Accepted = {
  readonly __typename?: 'Accepted';
  /** Its id. R-2.3 */
  readonly id: Scalars['Hash']['output'];
  /** The chains that it touches. */
  readonly chains: ReadonlyArray<Scalars['ID']['output']>;
  /**
   * The round in which it can be committed: the promise of R-3.6. The network does not keep it; see
   * `Transaction.estimate`. Its shards said it with their answers: nobody is asked again.
   */
  readonly estimate: InclusionEstimate;
};

/**
 * What was asked for is not done, and why. A transaction is not stored then; of SHARD_UNAVAILABLE alone one
 * cannot tell.
 */
export type Refused = {
  readonly __typename?: 'Refused';
  /** What programs look at. */
  readonly code: RefusalCode;
  /** What a person reads: what was refused, with the values, and what to do. */
  readonly message: Scalars['String']['output'];
  /** Whether the same bytes can be accepted later. */
  readonly retryable: Scalars['Boolean']['output'];
  /** The values of the refusal by name, such as `next` of NONCE_TOO_LOW. */
  readonly details: ReadonlyArray<RefusalDetail>;
};

/** One value of a refusal. */
export type RefusalDetail = {
  readonly __typename?: 'RefusalDetail';
  /** The field's name. */
  readonly name: Scalars['String']['output'];
  /** Numbers in decimal, amounts in base units, hashes in hex. */
  readonly value: Scalars['String']['output'];
};

/**
 * Why something is refused. In the order of the checks: bytes, form, signatures, chain, inclusion,
 * mempool, leaving it, blocks, previews.
 */
export type RefusalCode =
  /** Longer than the format allows. R-3.10 */
  | 'BYTES_TOO_LONG'
  /** No value of the format, or a second form of one. R-2.3 */
  | 'MALFORMED_BYTES'
  /** A format version that this network does not know. */
  | 'UNSUPPORTED_VERSION'
  /** Made for another network. */
  | 'WRONG_NETWORK'
  /** The payload needs another number of legs. R-2.8 */
  | 'WRONG_LEGS'
  /** Two legs on one chain. R-2.8 */
  | 'SAME_CHAIN'
  /** Legs that do not ascend by chain. R-2.3 */
  | 'LEGS_OUT_OF_ORDER'
  /** The payload needs a payer on the leg. */
  | 'MISSING_PAYER'
  /** An offer number where the payload takes a nonce. R-2.9 */
  | 'NOT_AN_OFFER'
  /** The nonce is above the largest possible one. */
  | 'NONCE_OUT_OF_RANGE'
  /** The payload belongs on another chain. */
  | 'WRONG_CHAIN'
  /** A field of the new token is out of range. R-2.10 */
  | 'INVALID_TOKEN'
  /** A trade with an offer, and not exactly one leg with an offer number. R-2.9 */
  | 'WRONG_OFFER_LEGS'
  /** A gas price on the maker's leg, for which the taker's pays. R-2.4 */
  | 'PRICE_ON_OFFER'
  /** A commission above 100%. R-11.1 */
  | 'COMMISSION_TOO_HIGH'
  /** A validator that delegates to itself: its own stake is bonded. R-11.1 */
  | 'SELF_DELEGATION'
  /** A trade of an account with itself. */
  | 'SELF_TRADE'
  /** A trade in which a leg gives nothing, or stake of nothing. */
  | 'ZERO_AMOUNT'
  /** The offer ends before the transaction that takes or cancels it. R-2.9 */
  | 'OFFER_ENDS_FIRST'
  /** More authorisations than a transaction may carry. */
  | 'TOO_MANY_AUTHORISATIONS'
  /** A delegate payload without any authorisation. */
  | 'MISSING_AUTHORISATION'
  /** The gas limit is below what the payload costs. */
  | 'GAS_LIMIT_TOO_LOW'
  /** The gas limit is above what a leg may allow. */
  | 'GAS_LIMIT_TOO_HIGH'
  /** Gas limit times gas price exceeds 2^128-1. */
  | 'FEE_OVERFLOW'
  /** Not exactly one signature for each payer. */
  | 'WRONG_SIGNERS'
  /** A signature does not hold, or is by another key than the payer's. R-2.1 */
  | 'INVALID_SIGNATURE'
  /** The maker's signature of an offer does not hold, or is by another key. R-2.9 */
  | 'INVALID_OFFER'
  /** An authorisation does not hold. R-6.2 */
  | 'INVALID_AUTHORISATION'
  /** The key to register is none, or its proof of possession is not for this payer. R-11.1 */
  | 'INVALID_KEY_PROOF'
  /** The batch has more keys to register than are checked at once; send it again, in parts. R-11.1 */
  | 'TOO_MANY_KEY_PROOFS'
  /** No such chain. */
  | 'UNKNOWN_CHAIN'
  /**
   * One of several: its shard did not answer, others did. It may be stored or not; send the same bytes
   * again, which is safe. R-2.3
   */
  | 'SHARD_UNAVAILABLE'
  /** The chain is created but not born yet. R-2.10 */
  | 'UNBORN_CHAIN'
  /** The gas price is below the chain's minimum. R-2.4 */
  | 'GAS_PRICE_TOO_LOW'
  /** The last round that may include it is past. R-2.3 */
  | 'VALID_UNTIL_PAST'
  /** The last round that may include it is too far ahead. R-2.3 */
  | 'VALID_UNTIL_TOO_FAR'
  /** The nonce is used. R-2.9 */
  | 'NONCE_TOO_LOW'
  /** A transaction with an earlier nonce is missing. R-2.9 */
  | 'NONCE_GAP'
  /** A later authorisation or a revocation came first. R-6.2 */
  | 'AUTHORISATION_OVERTAKEN'
  /** Its shards meet in another round. R-3.6 */
  | 'WAITS_FOR_PAIR'
  /** The fees in the window exceed what the reserve covers. R-6.4 */
  | 'RESERVE_EXCEEDED'
  /** The offer is taken or cancelled. R-2.9 */
  | 'OFFER_USED'
  /** Another transaction that takes the offer is in a block and not executed yet. R-2.9 */
  | 'OFFER_IN_FLIGHT'
  /** The maker has too many used offer numbers that have not ended. R-2.9 */
  | 'OFFERS_FULL'
  /** The taker of an open offer has less than it gives and the fee. R-2.9 */
  | 'TAKER_LACKS_FUNDS'
  /** The block has no room left. R-3.10 */
  | 'BLOCK_FULL'
  /** The payer cannot pay the fee. */
  | 'INSUFFICIENT_FUNDS'
  /**
   * Another transaction with this nonce is waiting. A replacement pays a gas price that is 10% higher:
   * at least `gasPrice` of the details.
   */
  | 'NONCE_TAKEN'
  /** The nonce is further ahead than the mempool keeps. */
  | 'NONCE_TOO_FAR'
  /**
   * The mempool has no room left. `gasPrice` of the details would get in; without that detail no price
   * would.
   */
  | 'MEMPOOL_FULL'
  /** It left the mempool for another with the same nonce. R-2.7 */
  | 'REPLACED'
  /** It left a full mempool for another transaction, and may be sent again. R-2.7 */
  | 'EVICTED'
  /** The validators found a signature or an authorisation that does not hold. R-2.7 */
  | 'SIGNATURES_REFUSED'
  /** A block that fails a check. */
  | 'INVALID_BLOCK'
  /** A certificate that fails a check. */
  | 'INVALID_CERTIFICATE'
  /** A block behind the head. */
  | 'STALE_BLOCK'
  /** A round that is closed. */
  | 'ROUND_CLOSED'
  /** The epoch has no such shard. */
  | 'UNKNOWN_SHARD'
  /** A shard of fewer than two chains cannot split: the state of a chain is never divided. R-12.2 */
  | 'CHAINS_TOO_FEW'
  /** A shard does not merge with itself. R-12.3 */
  | 'SAME_SHARD'
  /** Every other shard is too full to take this one's chains, or there is no other. R-12.3 */
  | 'NO_PARTNER';

/** What would become of a transaction. R-6.9 */
export type Simulation = {
  readonly __typename?: 'Simulation';
  /**
   * The round judged: the first that can still take it; the open one, if it is offered in that
   * already.
   */
  readonly round: Scalars['Round']['output'];
  /** Whether that round could include it. */
  readonly includable: Scalars['Boolean']['output'];
  /** The first round that could, if nothing else is sent; null if none is in sight. */
  readonly includableRound?: Maybe<Scalars['Round']['output']>;
  /** Why `round` cannot include it; null if it can. */
  readonly refusal?: Maybe<Refused>;
  /** Which case of R-6.4 judged the first leg that pays; null if something else kept it out first. */
  readonly rule?: Maybe<InclusionCase>;
  /** Whether it may take the payer of that leg below the reserve. R-6.3 */
  readonly possiblyEmptying: Scalars['Boolean']['output'];
  /** The same for each leg; of one that is left out, only the leg whose fees were too high. */
  readonly legs: ReadonlyArray<SimulatedLeg>;
  /**
   * 2: it would be executed. 1: it would be included and reverted. 0: left out, or the other shard
   * decides: see `partner`. R-6.7
   */
  readonly code: Scalars['Int']['output'];
  /** What execution would say; null with code 0. */
  readonly outcome?: Maybe<ExecutionOutcome>;
  /** The chain of the leg for which it would be reverted; null if none. */
  readonly failedChain?: Maybe<Chain>;
  /** The same in words. */
  readonly reason?: Maybe<Scalars['String']['output']>;
  /** The inflight transaction that holds the reserve: the first of the sender's in the window. R-6.1 */
  readonly heldBy?: Maybe<Scalars['Hash']['output']>;
  /** The first round from which it would be included and executed; null if none is in sight. */
  readonly successRound?: Maybe<Scalars['Round']['output']>;
  /**
   * The other shard that it touches, as a decimal number; null if none. With one, all of this is about
   * the legs on the shard of the first leg: rounds are those in which the two shards meet and these
   * legs can be included. What becomes of it is the other shard's to say, too: unless these legs fail
   * by themselves it is not known here, `code` is 0 and `outcome` and `successRound` are null. R-3.6,
   * R-5.4
   */
  readonly partner?: Maybe<Scalars['ID']['output']>;
  /** When that round begins. */
  readonly successTime?: Maybe<Scalars['DateTime']['output']>;
  /**
   * What its payer has on the chain of the first leg that pays, with what is spendable now; null if it
   * cannot be read so far.
   */
  readonly payer?: Maybe<Balance>;
};

/** How section 6 judges one leg. R-6.3, R-6.4 */
export type SimulatedLeg = {
  readonly __typename?: 'SimulatedLeg';
  /** Its chain. */
  readonly chain: Chain;
  /** Which case judged it. */
  readonly rule?: Maybe<InclusionCase>;
  /** Whether it may take its payer below the reserve. */
  readonly possiblyEmptying: Scalars['Boolean']['output'];
};

/** The cases of R-6.4: what the fees in the window may be at most. */
export type InclusionCase =
  /** First in the window and possibly emptying: the fee may take the whole balance. */
  | 'FIRST_EMPTYING'
  /** Behind a possibly emptying one: the fees may take what that one leaves, up to the reserve. */
  | 'AFTER_EMPTYING'
  /** Else: all fees of the window together may take the reserve. */
  | 'WITHIN_RESERVE';

/**
 * What can be followed. Each event carries a cursor; with it as `after` a new subscription goes on
 * behind that event, so that a broken connection loses nothing. A slow reader is waited for: some
 * 64 KiB of events are sent ahead of it, and the rest stays in the log.
 */
export type Subscription = {
  readonly __typename?: 'Subscription';
  /**
   * Each status of a transaction, from the first one or from behind `after`; ends with FINAL, REJECTED
   * or EXPIRED. A transaction that is not known yet is waited for, if its chain is named or the network
   * has one shard only; else it is NOT_FOUND.
   */
  readonly transaction: Transaction;
  /**
   * Each block of a shard or of one chain, from the next one or from behind `after`. One stream is of one
   * shard: its blocks have an order, those of several have none. On a network of several shards one of
   * the two must be given, else BAD_USER_INPUT.
   */
  readonly blocks: Block;
  /** What happens to the network as a whole, from the next event or from behind `after`. */
  readonly network: NetworkEvent;
};


/**
 * What can be followed. Each event carries a cursor; with it as `after` a new subscription goes on
 * behind that event, so that a broken connection loses nothing. A slow reader is waited for: some
 * 64 KiB of events are sent ahead of it, and the rest stays in the log.
 */
export type SubscriptionTransactionArgs = {
  id: Scalars['Hash']['input'];
  chain?: InputMaybe<Scalars['ID']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


/**
 * What can be followed. Each event carries a cursor; with it as `after` a new subscription goes on
 * behind that event, so that a broken connection loses nothing. A slow reader is waited for: some
 * 64 KiB of events are sent ahead of it, and the rest stays in the log.
 */
export type SubscriptionBlocksArgs = {
  shard?: InputMaybe<Scalars['ID']['input']>;
  chain?: InputMaybe<Scalars['ID']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


/**
 * What can be followed. Each event carries a cursor; with it as `after` a new subscription goes on
 * behind that event, so that a broken connection loses nothing. A slow reader is waited for: some
 * 64 KiB of events are sent ahead of it, and the rest stays in the log.
 */
export type SubscriptionNetworkArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
};

/** Something that happened to the network as a whole. */
export type NetworkEvent = {
  /** What to give as `after` to go on behind this event. */
  readonly cursor: Scalars['String']['output'];
  /** The round in which it happened. */
  readonly round: Scalars['Round']['output'];
};

/** A new block of the MerkleChain: headers are notarised, chains join the directory, epochs change. R-7.1 */
export type MerkleChainBlock = NetworkEvent & {
  readonly __typename?: 'MerkleChainBlock';
  /** What to give as `after` to go on behind this event. */
  readonly cursor: Scalars['String']['output'];
  /** The round in which it was made. */
  readonly round: Scalars['Round']['output'];
  /** 1 for the first. */
  readonly number: Scalars['UInt53']['output'];
  /** The hash of the block before; the network's id before the first. */
  readonly parent: Scalars['Hash']['output'];
  /** Which headers it notarised, in parent order within each shard. */
  readonly notarised: ReadonlyArray<NotarisedHeader>;
  /** Headers that were certified and that their shard did not commit, by shard, then round. R-7.1 */
  readonly voided: ReadonlyArray<VoidHeader>;
  /** Chains that joined the directory. R-2.10 */
  readonly createdChains: ReadonlyArray<Chain>;
  /** What it says of the next epoch; null in most blocks. R-3.7 */
  readonly epochChange?: Maybe<EpochChange>;
};

/** A joint header that the MerkleChain notarised for a shard. */
export type NotarisedHeader = {
  readonly __typename?: 'NotarisedHeader';
  /** The shard. */
  readonly shard: Shard;
  /** The round of the joint block. */
  readonly round: Scalars['Round']['output'];
  /** The hash of the joint header. */
  readonly headerHash: Scalars['Hash']['output'];
  /** The shard's mean fill with this round, in thousandths. R-12.1 */
  readonly fillPermille: Scalars['Int']['output'];
  /** Its mean rate with this round against its all-time high, in thousandths. R-12.1 */
  readonly ratePermille: Scalars['Int']['output'];
};

/**
 * A certified joint header that a shard did not commit its half of: it is never a parent, and carries
 * no roots.
 */
export type VoidHeader = {
  readonly __typename?: 'VoidHeader';
  /** The shard. */
  readonly shard: Shard;
  /** The round of the joint block. */
  readonly round: Scalars['Round']['output'];
  /** The hash of the joint header. */
  readonly headerHash: Scalars['Hash']['output'];
  /**
   * Whether the shard had closed the round by the clock before the certificate came. Where that happens
   * often the next epoch has longer rounds. R-3.8
   */
  readonly late: Scalars['Boolean']['output'];
};

/** What a block of the MerkleChain says of an epoch. R-3.7 */
export type EpochChange = {
  readonly __typename?: 'EpochChange';
  /** What becomes of it. */
  readonly kind: EpochChangeKind;
  /** The epoch. */
  readonly epoch: Epoch;
};

/** What becomes of an epoch. */
export type EpochChangeKind =
  /** It is to begin with its activation round, if a later block before that round activates it. */
  | 'ANNOUNCED'
  /** It begins with its activation round. */
  | 'ACTIVATED'
  /** It never begins: the one before goes on, and its number goes to another. */
  | 'LAPSED';

/**
 * A split, or why there can be none: UNKNOWN_SHARD or CHAINS_TOO_FEW. Validators that are missing are a
 * figure, no refusal.
 */
export type PreviewSplitResult = SplitPreview | Refused;

/** A merge, or why there can be none: UNKNOWN_SHARD, SAME_SHARD or NO_PARTNER. */
export type PreviewMergeResult = MergePreview | Refused;

/** What a split would do. R-12.2 */
export type SplitPreview = {
  readonly __typename?: 'SplitPreview';
  /** The shard that splits. It keeps its id, and T0 if it has it. */
  readonly shard: Shard;
  /** The id that the new shard would get. */
  readonly newShard: Scalars['ID']['output'];
  /** The ids that the new validator sets would get. */
  readonly newSets: ReadonlyArray<Scalars['ID']['output']>;
  /** The chains that stay, by id. */
  readonly staying: ChainConnection;
  /** The chains that go to the new shard, by id. */
  readonly leaving: ChainConnection;
  /** How near the shard is to a split by itself. */
  readonly trigger: TopologyTrigger;
  /** The network before and after. */
  readonly figures: TopologyFigures;
  /** What each set would do, by id, those that do not exist yet included. */
  readonly setRelations: SetRelationConnection;
};


/** What a split would do. R-12.2 */
export type SplitPreviewStayingArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


/** What a split would do. R-12.2 */
export type SplitPreviewLeavingArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


/** What a split would do. R-12.2 */
export type SplitPreviewSetRelationsArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};

/** What a merge would do. R-12.3 */
export type MergePreview = {
  readonly __typename?: 'MergePreview';
  /** The shard that would have the chains of both: the one with T0, else the older. */
  readonly heir: Shard;
  /** The shard that would end. Its id is never used again. */
  readonly endedShard: Shard;
  /** The chains of the heir, by id. */
  readonly chains: ChainConnection;
  /** The partner that the rule would choose now; null if it would choose none. */
  readonly partnerByRule?: Maybe<Shard>;
  /** The set that merges if no other reports in time: the pair's own, and of two the richer. */
  readonly winner: ValidatorSet;
  /** The sets that may race for it, by id: those of the shard that merges. */
  readonly race: ReadonlyArray<MergeRacer>;
  /** How near the shard is to a merge by itself. */
  readonly trigger: TopologyTrigger;
  /** The network before and after. */
  readonly figures: TopologyFigures;
  /** What each set would do, by id. Shards are named as they are before the merge. */
  readonly setRelations: SetRelationConnection;
};


/** What a merge would do. R-12.3 */
export type MergePreviewChainsArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


/** What a merge would do. R-12.3 */
export type MergePreviewSetRelationsArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};

/** A set that may win the race for a merge. R-12.3 */
export type MergeRacer = {
  readonly __typename?: 'MergeRacer';
  /** The set. */
  readonly validatorSet: ValidatorSet;
  /** The shards that it must replicate first. */
  readonly syncs: ReadonlyArray<Scalars['ID']['output']>;
};

/** Rounds in a row by which a shard splits or merges. R-12.2, R-12.3 */
export type TopologyTrigger = {
  readonly __typename?: 'TopologyTrigger';
  /** Whether there are enough of them in a row, up to a few rounds ago. */
  readonly holds: Scalars['Boolean']['output'];
  /** How many there are. */
  readonly rounds: Scalars['UInt53']['output'];
  /** How many it takes: one more than `parameters.saturation.streakRounds`. */
  readonly roundsNeeded: Scalars['UInt53']['output'];
};

/** The network before and after a split or a merge. */
export type TopologyFigures = {
  readonly __typename?: 'TopologyFigures';
  /**
   * Measured trades: transactions over two chains in the whole network. Blocks name their busiest pairs,
   * and of each shard the busiest are kept, so that there can have been more, never fewer. A trade over two
   * shards is counted once. R-12.2
   */
  readonly trades: Scalars['UInt53']['output'];
  /** Of them those between chains of different shards. */
  readonly crossShardTrades: BeforeAfter;
  /** Their share in thousandths, rounded down; null without trades. */
  readonly crossShardPermille?: Maybe<BeforeAfter>;
  /** Validators that fill every seat afterwards. R-11.3 */
  readonly validatorsNeeded: Scalars['Int']['output'];
  /**
   * Of them those that the network has not got, seated or waiting, by the stakes on T0. One that has taken
   * back its own stake does not count. R-11.3
   */
  readonly validatorsMissing: Scalars['Int']['output'];
  /**
   * Rounds from the first that could take a transaction over two shards to the one that does, in the worst
   * case. R-3.6
   */
  readonly worstInclusionRounds: BeforeAfter;
  /** The same in milliseconds, at the present length of a round. */
  readonly worstInclusionMs: BeforeAfter;
};

/** One figure before and after. */
export type BeforeAfter = {
  readonly __typename?: 'BeforeAfter';
  /** As it is. */
  readonly before: Scalars['UInt53']['output'];
  /** As it would be. */
  readonly after: Scalars['UInt53']['output'];
};

/**
 * What one set does while the topology changes. Shards are named as after a split and as before a merge;
 * a set of a shard that splits has both its parts. R-12.2, R-12.3
 */
export type SetRelation = {
  readonly __typename?: 'SetRelation';
  /** The set's id. */
  readonly set: Scalars['ID']['output'];
  /** What becomes of it. */
  readonly kind: SetRelationKind;
  /** Shards that it has and goes on to replicate. */
  readonly keeps: ReadonlyArray<Scalars['ID']['output']>;
  /** Shards that it has and gives up. */
  readonly prunes: ReadonlyArray<Scalars['ID']['output']>;
  /** Shards that it lacks and must replicate before it takes over. */
  readonly syncs: ReadonlyArray<Scalars['ID']['output']>;
  /** The shard that it is primary for afterwards; null if for none. */
  readonly maintains?: Maybe<Scalars['ID']['output']>;
  /** The other shards that it covers afterwards. */
  readonly watches: ReadonlyArray<Scalars['ID']['output']>;
  /** The new sets that it spawns. */
  readonly spawns: ReadonlyArray<Scalars['ID']['output']>;
  /** New sets whose shards it covers until they have them. */
  readonly standsInFor: ReadonlyArray<Scalars['ID']['output']>;
  /** The set that spawns it; null unless it is spawned. */
  readonly spawnedBy?: Maybe<Scalars['ID']['output']>;
  /** Where its validators come from; null unless it is spawned. */
  readonly seatsFrom?: Maybe<SeatSource>;
  /** The set that covers its shards until it has them; null unless there is one. */
  readonly standIn?: Maybe<Scalars['ID']['output']>;
  /** The set that remains in its place; null unless it is demoted. */
  readonly redundantWith?: Maybe<Scalars['ID']['output']>;
  /** Shards that it goes on to replicate though it is demoted, so that its validators can be seated again at once. */
  readonly warm: ReadonlyArray<Scalars['ID']['output']>;
};

/** What becomes of a set. */
export type SetRelationKind =
  /** It goes on. */
  | 'REMAINS'
  /** It is new. */
  | 'SPAWNED'
  /** Its shards became one, and another set has them. */
  | 'DEMOTED';

/** Where the validators of a new set come from. R-11.2 */
export type SeatSource =
  /**
   * The set that spawns it, whose voters and extra seats are dealt out over both; where they are too few,
   * the queue makes up for them.
   */
  | 'SPAWNER'
  /** The queue, which has everything to replicate. */
  | 'QUEUE';

/** A page of relations. */
export type SetRelationConnection = {
  readonly __typename?: 'SetRelationConnection';
  /** The entries with their cursors. */
  readonly edges: ReadonlyArray<SetRelationEdge>;
  /** The entries alone. */
  readonly nodes: ReadonlyArray<SetRelation>;
  /** Where this page is. */
  readonly pageInfo: PageInfo;
};

/** A relation with its place in the list. */
export type SetRelationEdge = {
  readonly __typename?: 'SetRelationEdge';
  /** To go on from here. */
  readonly cursor: Scalars['String']['output'];
  /** The relation. */
  readonly node: SetRelation;
};

/** A page of validators. */
export type ValidatorConnection = {
  readonly __typename?: 'ValidatorConnection';
  /** The entries with their cursors. */
  readonly edges: ReadonlyArray<ValidatorEdge>;
  /** The entries alone. */
  readonly nodes: ReadonlyArray<Validator>;
  /** Where this page is. */
  readonly pageInfo: PageInfo;
};

/** A validator with its place in the list. */
export type ValidatorEdge = {
  readonly __typename?: 'ValidatorEdge';
  /** To go on from here. */
  readonly cursor: Scalars['String']['output'];
  /** The validator. */
  readonly node: Validator;
};

/** Who bonded Rune to hold a seat. R-11.1 */
export type Validator = {
  readonly __typename?: 'Validator';
  /** The address that bonded. */
  readonly address: Scalars['Address']['output'];
  /** Its BLS12-381 key: 96 bytes in G2. One validator only has it. R-4.1 */
  readonly publicKey: Scalars['Bytes']['output'];
  /** Proof that its holder knows the secret: 48 bytes in G1. R-4.1 */
  readonly proofOfPossession: Scalars['Bytes']['output'];
  /** What it keeps of its delegators' rewards, in hundredths of a percent: 10,000 are all. R-11.5 */
  readonly commission: Scalars['Int']['output'];
  /** What it has bonded itself, in base units of Rune. */
  readonly ownStake: Scalars['Amount']['output'];
  /** What others have delegated to it, in base units of Rune. */
  readonly delegatedStake: Scalars['Amount']['output'];
  /** The sum of both: what the auction of seats goes by. R-11.2 */
  readonly totalStake: Scalars['Amount']['output'];
  /**
   * What it and its delegators have taken back and not been paid yet, in base units of Rune: no stake any
   * more, and can still be slashed. R-11.1
   */
  readonly unbonding: Scalars['Amount']['output'];
  /** Of that its own, in the order in which it is paid back, at most `parameters.unbondings`. */
  readonly unbondings: ReadonlyArray<Unbonding>;
  /** The seats that it holds in the epoch that is known last. R-8.3 */
  readonly seats: ReadonlyArray<ValidatorSeat>;
};

/** A seat that a validator holds. */
export type ValidatorSeat = {
  readonly __typename?: 'ValidatorSeat';
  /** The set. */
  readonly validatorSet: ValidatorSet;
  /** Its place in the set, and its bit in a certificate. */
  readonly index: Scalars['Int']['output'];
};

/** Rune that an account has delegated to a validator. R-11.1 */
export type StakeDelegation = {
  readonly __typename?: 'StakeDelegation';
  /** The validator. */
  readonly validator: Scalars['Address']['output'];
  /** In base units of Rune. */
  readonly amount: Scalars['Amount']['output'];
};

/** Rune on its way back to whoever staked it. R-11.1 */
export type Unbonding = {
  readonly __typename?: 'Unbonding';
  /** With which validator it was staked, and is slashed with. */
  readonly validator: Scalars['Address']['output'];
  /** In base units of Rune. */
  readonly amount: Scalars['Amount']['output'];
  /**
   * From this round on it is paid back: behind the transactions of the first block of T0 from then on, or
   * of a later one if over 100 amounts are due. Nobody has to ask for it.
   */
  readonly releaseRound: Scalars['Round']['output'];
};

/** Operations of development networks. They run one after the other, as written. */
export type DevMutation = {
  readonly __typename?: 'DevMutation';
  /**
   * Moves the time of a network with a manual clock to a later round, and answers when everything that
   * is due until then is done, the blocks of that round as well: where a set waits in it, for the opening
   * of its second shard or with the MerkleChain's block alone, the time ends so far behind the round's
   * start, near its end at the latest. Rounds in which nothing is due cost nothing. R-3.1, R-3.5, R-7.1
   */
  readonly advance: Advanced;
  /** Sends a transfer from the faucet's account: a transaction like any other. */
  readonly faucet: SubmitResult;
};


/** Operations of development networks. They run one after the other, as written. */
export type DevMutationAdvanceArgs = {
  rounds: Scalars['Int']['input'];
};


/** Operations of development networks. They run one after the other, as written. */
export type DevMutationFaucetArgs = {
  address: Scalars['Address']['input'];
  chain: Scalars['ID']['input'];
  amount: Scalars['Amount']['input'];
};

/** Where the clock stands. */
export type Advanced = {
  readonly __typename?: 'Advanced';
  /** The round that begins now. */
  readonly round: Scalars['Round']['output'];
  /** The time now. */
  readonly time: Scalars['DateTime']['output'];
};



export type ResolverTypeWrapper<T> = Promise<T> | T;


export type ResolverWithResolve<TResult, TParent, TContext, TArgs> = {
  resolve: ResolverFn<TResult, TParent, TContext, TArgs>;
};
export type Resolver<TResult, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = ResolverFn<TResult, TParent, TContext, TArgs> | ResolverWithResolve<TResult, TParent, TContext, TArgs>;

export type ResolverFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => Promise<TResult> | TResult;

export type SubscriptionSubscribeFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => AsyncIterable<TResult> | Promise<AsyncIterable<TResult>>;

export type SubscriptionResolveFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

export interface SubscriptionSubscriberObject<TResult, TKey extends string, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<{ [key in TKey]: TResult }, TParent, TContext, TArgs>;
  resolve?: SubscriptionResolveFn<TResult, { [key in TKey]: TResult }, TContext, TArgs>;
}

export interface SubscriptionResolverObject<TResult, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<any, TParent, TContext, TArgs>;
  resolve: SubscriptionResolveFn<TResult, any, TContext, TArgs>;
}

export type SubscriptionObject<TResult, TKey extends string, TParent, TContext, TArgs> =
  | SubscriptionSubscriberObject<TResult, TKey, TParent, TContext, TArgs>
  | SubscriptionResolverObject<TResult, TParent, TContext, TArgs>;

export type SubscriptionResolver<TResult, TKey extends string, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> =
  | ((...args: any[]) => SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>)
  | SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>;

export type TypeResolveFn<TTypes, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (
  parent: TParent,
  context: TContext,
  info: GraphQLResolveInfo
) => Maybe<TTypes> | Promise<Maybe<TTypes>>;

export type IsTypeOfResolverFn<T = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (obj: T, context: TContext, info: GraphQLResolveInfo) => boolean | Promise<boolean>;

export type NextResolverFn<T> = () => Promise<T>;

export type DirectiveResolverFn<TResult = Record<PropertyKey, never>, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = (
  next: NextResolverFn<TResult>,
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;



/** Mapping of union types */
export type ResolversUnionTypes<_RefType extends Record<string, unknown>> = {
  SubmitResult:
    | ( AcceptedParent & { __typename: 'Accepted' } )
    | ( RefusedParent & { __typename: 'Refused' } )
  ;
  SubmitBatchResult:
    | ( Omit<SubmittedBatch, 'results'> & { results: ReadonlyArray<_RefType['SubmitResult']> } & { __typename: 'SubmittedBatch' } )
    | ( RefusedParent & { __typename: 'Refused' } )
  ;
  PreviewSplitResult:
    | ( SplitPreviewParent & { __typename: 'SplitPreview' } )
    | ( RefusedParent & { __typename: 'Refused' } )
  ;
  PreviewMergeResult:
    | ( MergePreviewParent & { __typename: 'MergePreview' } )
    | ( RefusedParent & { __typename: 'Refused' } )
  ;
};

/** Mapping of interface types */
export type ResolversInterfaceTypes<_RefType extends Record<string, unknown>> = {
  NetworkEvent: ( MerkleChainBlockParent & { __typename: 'MerkleChainBlock' } );
};

/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  Chain: ResolverTypeWrapper<ChainParent>;
  ChainConnection: ResolverTypeWrapper<Omit<ChainConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversTypes['ChainEdge']>, nodes: ReadonlyArray<ResolversTypes['Chain']> }>;
  ChainEdge: ResolverTypeWrapper<Omit<ChainEdge, 'node'> & { node: ResolversTypes['Chain'] }>;
  Account: ResolverTypeWrapper<AccountParent>;
  Balance: ResolverTypeWrapper<BalanceParent>;
  BalanceConnection: ResolverTypeWrapper<Omit<BalanceConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversTypes['BalanceEdge']>, nodes: ReadonlyArray<ResolversTypes['Balance']> }>;
  BalanceEdge: ResolverTypeWrapper<Omit<BalanceEdge, 'node'> & { node: ResolversTypes['Balance'] }>;
  PendingReserve: ResolverTypeWrapper<PendingReserve>;
  Delegation: ResolverTypeWrapper<Delegation>;
  Transaction: ResolverTypeWrapper<TransactionParent>;
  TransactionStatus: TransactionStatus;
  ExecutionOutcome: ExecutionOutcome;
  PayloadKind: PayloadKind;
  Leg: ResolverTypeWrapper<LegParent>;
  Movement: ResolverTypeWrapper<MovementParent>;
  Holder: ResolverTypeWrapper<Holder>;
  HolderKind: HolderKind;
  TransactionConnection: ResolverTypeWrapper<Omit<TransactionConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversTypes['TransactionEdge']>, nodes: ReadonlyArray<ResolversTypes['Transaction']> }>;
  TransactionEdge: ResolverTypeWrapper<Omit<TransactionEdge, 'node'> & { node: ResolversTypes['Transaction'] }>;
  Head: ResolverTypeWrapper<Head>;
  Block: ResolverTypeWrapper<BlockParent>;
  Network: ResolverTypeWrapper<NetworkParent>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  ClockKind: ClockKind;
  NetworkParameters: ResolverTypeWrapper<NetworkParametersParent>;
  PayloadGas: ResolverTypeWrapper<PayloadGas>;
  NetworkLimits: ResolverTypeWrapper<NetworkLimits>;
  Epoch: ResolverTypeWrapper<EpochParent>;
  Shard: ResolverTypeWrapper<ShardParent>;
  ValidatorSetConnection: ResolverTypeWrapper<Omit<ValidatorSetConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversTypes['ValidatorSetEdge']>, nodes: ReadonlyArray<ResolversTypes['ValidatorSet']> }>;
  ValidatorSetEdge: ResolverTypeWrapper<Omit<ValidatorSetEdge, 'node'> & { node: ResolversTypes['ValidatorSet'] }>;
  ValidatorSet: ResolverTypeWrapper<ValidatorSetParent>;
  Replica: ResolverTypeWrapper<ReplicaParent>;
  Finding: ResolverTypeWrapper<FindingParent>;
  FindingKind: FindingKind;
  Seat: ResolverTypeWrapper<Seat>;
  TimetableRound: ResolverTypeWrapper<Omit<TimetableRound, 'duties' | 'alone'> & { duties: ReadonlyArray<ResolversTypes['Duty']>, alone?: Maybe<ResolversTypes['Shard']> }>;
  Duty: ResolverTypeWrapper<Omit<Duty, 'validatorSet' | 'shards'> & { validatorSet: ResolversTypes['ValidatorSet'], shards: ReadonlyArray<ResolversTypes['Shard']> }>;
  InclusionEstimate: ResolverTypeWrapper<EstimateParent>;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  InclusionProof: ResolverTypeWrapper<InclusionProofParent>;
  AccountProof: ResolverTypeWrapper<AccountProofParent>;
  ProvenAccount: ResolverTypeWrapper<ProvenAccountParent>;
  ShardSaturation: ResolverTypeWrapper<ShardSaturation>;
  Float: ResolverTypeWrapper<Scalars['Float']['output']>;
  RoundSaturation: ResolverTypeWrapper<RoundSaturation>;
  RoundSaturationConnection: ResolverTypeWrapper<RoundSaturationConnection>;
  RoundSaturationEdge: ResolverTypeWrapper<RoundSaturationEdge>;
  SaturationParameters: ResolverTypeWrapper<SaturationParameters>;
  Amount: ResolverTypeWrapper<Scalars['Amount']['output']>;
  Bytes: ResolverTypeWrapper<Scalars['Bytes']['output']>;
  Hash: ResolverTypeWrapper<Scalars['Hash']['output']>;
  Address: ResolverTypeWrapper<Scalars['Address']['output']>;
  Round: ResolverTypeWrapper<Scalars['Round']['output']>;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  UInt53: ResolverTypeWrapper<Scalars['UInt53']['output']>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  SubmitResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['SubmitResult']>;
  SubmitBatchResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['SubmitBatchResult']>;
  SubmittedBatch: ResolverTypeWrapper<Omit<SubmittedBatch, 'results'> & { results: ReadonlyArray<ResolversTypes['SubmitResult']> }>;
  Accepted: ResolverTypeWrapper<AcceptedParent>;
  Refused: ResolverTypeWrapper<RefusedParent>;
  RefusalDetail: ResolverTypeWrapper<RefusalDetail>;
  RefusalCode: RefusalCode;
  Simulation: ResolverTypeWrapper<SimulationParent>;
  SimulatedLeg: ResolverTypeWrapper<SimulatedLegParent>;
  InclusionCase: InclusionCase;
  Subscription: ResolverTypeWrapper<Record<PropertyKey, never>>;
  NetworkEvent: ResolverTypeWrapper<ResolversInterfaceTypes<ResolversTypes>['NetworkEvent']>;
  MerkleChainBlock: ResolverTypeWrapper<MerkleChainBlockParent>;
  NotarisedHeader: ResolverTypeWrapper<NotarisedHeaderParent>;
  VoidHeader: ResolverTypeWrapper<VoidHeaderParent>;
  EpochChange: ResolverTypeWrapper<EpochChangeParent>;
  EpochChangeKind: EpochChangeKind;
  PreviewSplitResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['PreviewSplitResult']>;
  PreviewMergeResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['PreviewMergeResult']>;
  SplitPreview: ResolverTypeWrapper<SplitPreviewParent>;
  MergePreview: ResolverTypeWrapper<MergePreviewParent>;
  MergeRacer: ResolverTypeWrapper<MergeRacerParent>;
  TopologyTrigger: ResolverTypeWrapper<TopologyTrigger>;
  TopologyFigures: ResolverTypeWrapper<TopologyFiguresParent>;
  BeforeAfter: ResolverTypeWrapper<BeforeAfter>;
  SetRelation: ResolverTypeWrapper<SetRelationParent>;
  SetRelationKind: SetRelationKind;
  SeatSource: SeatSource;
  SetRelationConnection: ResolverTypeWrapper<Omit<SetRelationConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversTypes['SetRelationEdge']>, nodes: ReadonlyArray<ResolversTypes['SetRelation']> }>;
  SetRelationEdge: ResolverTypeWrapper<Omit<SetRelationEdge, 'node'> & { node: ResolversTypes['SetRelation'] }>;
  ValidatorConnection: ResolverTypeWrapper<Omit<ValidatorConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversTypes['ValidatorEdge']>, nodes: ReadonlyArray<ResolversTypes['Validator']> }>;
  ValidatorEdge: ResolverTypeWrapper<Omit<ValidatorEdge, 'node'> & { node: ResolversTypes['Validator'] }>;
  Validator: ResolverTypeWrapper<ValidatorParent>;
  ValidatorSeat: ResolverTypeWrapper<ValidatorSeatParent>;
  StakeDelegation: ResolverTypeWrapper<StakeDelegation>;
  Unbonding: ResolverTypeWrapper<Unbonding>;
  DevMutation: ResolverTypeWrapper<DevMutationParent>;
  Advanced: ResolverTypeWrapper<Advanced>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  Query: Record<PropertyKey, never>;
  ID: Scalars['ID']['output'];
  Int: Scalars['Int']['output'];
  String: Scalars['String']['output'];
  Chain: ChainParent;
  ChainConnection: Omit<ChainConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversParentTypes['ChainEdge']>, nodes: ReadonlyArray<ResolversParentTypes['Chain']> };
  ChainEdge: Omit<ChainEdge, 'node'> & { node: ResolversParentTypes['Chain'] };
  Account: AccountParent;
  Balance: BalanceParent;
  BalanceConnection: Omit<BalanceConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversParentTypes['BalanceEdge']>, nodes: ReadonlyArray<ResolversParentTypes['Balance']> };
  BalanceEdge: Omit<BalanceEdge, 'node'> & { node: ResolversParentTypes['Balance'] };
  PendingReserve: PendingReserve;
  Delegation: Delegation;
  Transaction: TransactionParent;
  Leg: LegParent;
  Movement: MovementParent;
  Holder: Holder;
  TransactionConnection: Omit<TransactionConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversParentTypes['TransactionEdge']>, nodes: ReadonlyArray<ResolversParentTypes['Transaction']> };
  TransactionEdge: Omit<TransactionEdge, 'node'> & { node: ResolversParentTypes['Transaction'] };
  Head: Head;
  Block: BlockParent;
  Network: NetworkParent;
  Boolean: Scalars['Boolean']['output'];
  NetworkParameters: NetworkParametersParent;
  PayloadGas: PayloadGas;
  NetworkLimits: NetworkLimits;
  Epoch: EpochParent;
  Shard: ShardParent;
  ValidatorSetConnection: Omit<ValidatorSetConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversParentTypes['ValidatorSetEdge']>, nodes: ReadonlyArray<ResolversParentTypes['ValidatorSet']> };
  ValidatorSetEdge: Omit<ValidatorSetEdge, 'node'> & { node: ResolversParentTypes['ValidatorSet'] };
  ValidatorSet: ValidatorSetParent;
  Replica: ReplicaParent;
  Finding: FindingParent;
  Seat: Seat;
  TimetableRound: Omit<TimetableRound, 'duties' | 'alone'> & { duties: ReadonlyArray<ResolversParentTypes['Duty']>, alone?: Maybe<ResolversParentTypes['Shard']> };
  Duty: Omit<Duty, 'validatorSet' | 'shards'> & { validatorSet: ResolversParentTypes['ValidatorSet'], shards: ReadonlyArray<ResolversParentTypes['Shard']> };
  InclusionEstimate: EstimateParent;
  PageInfo: PageInfo;
  InclusionProof: InclusionProofParent;
  AccountProof: AccountProofParent;
  ProvenAccount: ProvenAccountParent;
  ShardSaturation: ShardSaturation;
  Float: Scalars['Float']['output'];
  RoundSaturation: RoundSaturation;
  RoundSaturationConnection: RoundSaturationConnection;
  RoundSaturationEdge: RoundSaturationEdge;
  SaturationParameters: SaturationParameters;
  Amount: Scalars['Amount']['output'];
  Bytes: Scalars['Bytes']['output'];
  Hash: Scalars['Hash']['output'];
  Address: Scalars['Address']['output'];
  Round: Scalars['Round']['output'];
  DateTime: Scalars['DateTime']['output'];
  UInt53: Scalars['UInt53']['output'];
  Mutation: Record<PropertyKey, never>;
  SubmitResult: ResolversUnionTypes<ResolversParentTypes>['SubmitResult'];
  SubmitBatchResult: ResolversUnionTypes<ResolversParentTypes>['SubmitBatchResult'];
  SubmittedBatch: Omit<SubmittedBatch, 'results'> & { results: ReadonlyArray<ResolversParentTypes['SubmitResult']> };
  Accepted: AcceptedParent;
  Refused: RefusedParent;
  RefusalDetail: RefusalDetail;
  Simulation: SimulationParent;
  SimulatedLeg: SimulatedLegParent;
  Subscription: Record<PropertyKey, never>;
  NetworkEvent: ResolversInterfaceTypes<ResolversParentTypes>['NetworkEvent'];
  MerkleChainBlock: MerkleChainBlockParent;
  NotarisedHeader: NotarisedHeaderParent;
  VoidHeader: VoidHeaderParent;
  EpochChange: EpochChangeParent;
  PreviewSplitResult: ResolversUnionTypes<ResolversParentTypes>['PreviewSplitResult'];
  PreviewMergeResult: ResolversUnionTypes<ResolversParentTypes>['PreviewMergeResult'];
  SplitPreview: SplitPreviewParent;
  MergePreview: MergePreviewParent;
  MergeRacer: MergeRacerParent;
  TopologyTrigger: TopologyTrigger;
  TopologyFigures: TopologyFiguresParent;
  BeforeAfter: BeforeAfter;
  SetRelation: SetRelationParent;
  SetRelationConnection: Omit<SetRelationConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversParentTypes['SetRelationEdge']>, nodes: ReadonlyArray<ResolversParentTypes['SetRelation']> };
  SetRelationEdge: Omit<SetRelationEdge, 'node'> & { node: ResolversParentTypes['SetRelation'] };
  ValidatorConnection: Omit<ValidatorConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversParentTypes['ValidatorEdge']>, nodes: ReadonlyArray<ResolversParentTypes['Validator']> };
  ValidatorEdge: Omit<ValidatorEdge, 'node'> & { node: ResolversParentTypes['Validator'] };
  Validator: ValidatorParent;
  ValidatorSeat: ValidatorSeatParent;
  StakeDelegation: StakeDelegation;
  Unbonding: Unbonding;
  DevMutation: DevMutationParent;
  Advanced: Advanced;
};

export type QueryResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  chain?: Resolver<Maybe<ResolversTypes['Chain']>, ParentType, ContextType, RequireFields<QueryChainArgs, 'id'>>;
  chains?: Resolver<ResolversTypes['ChainConnection'], ParentType, ContextType, Partial<QueryChainsArgs>>;
  account?: Resolver<ResolversTypes['Account'], ParentType, ContextType, RequireFields<QueryAccountArgs, 'address'>>;
  transaction?: Resolver<Maybe<ResolversTypes['Transaction']>, ParentType, ContextType, RequireFields<QueryTransactionArgs, 'id'>>;
  block?: Resolver<Maybe<ResolversTypes['Block']>, ParentType, ContextType, RequireFields<QueryBlockArgs, 'chain' | 'round'>>;
  network?: Resolver<ResolversTypes['Network'], ParentType, ContextType>;
  shard?: Resolver<Maybe<ResolversTypes['Shard']>, ParentType, ContextType, RequireFields<QueryShardArgs, 'id'>>;
  shards?: Resolver<ReadonlyArray<ResolversTypes['Shard']>, ParentType, ContextType>;
  validatorSet?: Resolver<Maybe<ResolversTypes['ValidatorSet']>, ParentType, ContextType, RequireFields<QueryValidatorSetArgs, 'id'>>;
  validatorSets?: Resolver<ResolversTypes['ValidatorSetConnection'], ParentType, ContextType, Partial<QueryValidatorSetsArgs>>;
  epoch?: Resolver<Maybe<ResolversTypes['Epoch']>, ParentType, ContextType, Partial<QueryEpochArgs>>;
  timetable?: Resolver<ReadonlyArray<ResolversTypes['TimetableRound']>, ParentType, ContextType, Partial<QueryTimetableArgs>>;
  estimateInclusion?: Resolver<ResolversTypes['InclusionEstimate'], ParentType, ContextType, RequireFields<QueryEstimateInclusionArgs, 'chains'>>;
  proof?: Resolver<Maybe<ResolversTypes['InclusionProof']>, ParentType, ContextType, RequireFields<QueryProofArgs, 'transaction'>>;
  accountProof?: Resolver<Maybe<ResolversTypes['AccountProof']>, ParentType, ContextType, RequireFields<QueryAccountProofArgs, 'chain' | 'address'>>;
  epochProofs?: Resolver<ReadonlyArray<ResolversTypes['Bytes']>, ParentType, ContextType, RequireFields<QueryEpochProofsArgs, 'after'>>;
  simulate?: Resolver<ResolversTypes['Simulation'], ParentType, ContextType, RequireFields<QuerySimulateArgs, 'transaction'>>;
  previewSplit?: Resolver<ResolversTypes['PreviewSplitResult'], ParentType, ContextType, RequireFields<QueryPreviewSplitArgs, 'shard'>>;
  previewMerge?: Resolver<ResolversTypes['PreviewMergeResult'], ParentType, ContextType, RequireFields<QueryPreviewMergeArgs, 'shard'>>;
  validatorQueue?: Resolver<ResolversTypes['ValidatorConnection'], ParentType, ContextType, Partial<QueryValidatorQueueArgs>>;
  validator?: Resolver<Maybe<ResolversTypes['Validator']>, ParentType, ContextType, RequireFields<QueryValidatorArgs, 'address'>>;
  validators?: Resolver<ResolversTypes['ValidatorConnection'], ParentType, ContextType, Partial<QueryValidatorsArgs>>;
};

export type ChainResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['Chain'] = ResolversParentTypes['Chain']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  shard?: Resolver<ResolversTypes['Shard'], ParentType, ContextType>;
  symbol?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  decimals?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  supply?: Resolver<ResolversTypes['Amount'], ParentType, ContextType>;
  creator?: Resolver<Maybe<ResolversTypes['Address']>, ParentType, ContextType>;
  reserveDefault?: Resolver<ResolversTypes['Amount'], ParentType, ContextType>;
  gasPriceMin?: Resolver<ResolversTypes['Amount'], ParentType, ContextType>;
  bornRound?: Resolver<ResolversTypes['Round'], ParentType, ContextType>;
  unattributedFees?: Resolver<ResolversTypes['Amount'], ParentType, ContextType>;
  balance?: Resolver<ResolversTypes['Balance'], ParentType, ContextType, RequireFields<ChainBalanceArgs, 'address'>>;
  block?: Resolver<Maybe<ResolversTypes['Block']>, ParentType, ContextType, RequireFields<ChainBlockArgs, 'round'>>;
  staked?: Resolver<ResolversTypes['Amount'], ParentType, ContextType>;
};

export type ChainConnectionResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['ChainConnection'] = ResolversParentTypes['ChainConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['ChainEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Chain']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type ChainEdgeResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['ChainEdge'] = ResolversParentTypes['ChainEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Chain'], ParentType, ContextType>;
};

export type AccountResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['Account'] = ResolversParentTypes['Account']> = {
  address?: Resolver<ResolversTypes['Address'], ParentType, ContextType>;
  balances?: Resolver<ResolversTypes['BalanceConnection'], ParentType, ContextType, Partial<AccountBalancesArgs>>;
  balance?: Resolver<Maybe<ResolversTypes['Balance']>, ParentType, ContextType, RequireFields<AccountBalanceArgs, 'chain'>>;
  transactions?: Resolver<ResolversTypes['TransactionConnection'], ParentType, ContextType, Partial<AccountTransactionsArgs>>;
  delegations?: Resolver<ReadonlyArray<ResolversTypes['StakeDelegation']>, ParentType, ContextType>;
  unbondings?: Resolver<ReadonlyArray<ResolversTypes['Unbonding']>, ParentType, ContextType>;
};

export type BalanceResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['Balance'] = ResolversParentTypes['Balance']> = {
  chain?: Resolver<ResolversTypes['Chain'], ParentType, ContextType>;
  address?: Resolver<ResolversTypes['Address'], ParentType, ContextType>;
  amount?: Resolver<ResolversTypes['Amount'], ParentType, ContextType>;
  nonce?: Resolver<ResolversTypes['UInt53'], ParentType, ContextType>;
  nextNonce?: Resolver<ResolversTypes['UInt53'], ParentType, ContextType>;
  authorisationNonce?: Resolver<ResolversTypes['UInt53'], ParentType, ContextType>;
  reserve?: Resolver<ResolversTypes['Amount'], ParentType, ContextType>;
  pendingReserves?: Resolver<ReadonlyArray<ResolversTypes['PendingReserve']>, ParentType, ContextType>;
  delegate?: Resolver<Maybe<ResolversTypes['Delegation']>, ParentType, ContextType>;
  spendable?: Resolver<ResolversTypes['Amount'], ParentType, ContextType>;
  inflightFees?: Resolver<ResolversTypes['Amount'], ParentType, ContextType>;
};

export type BalanceConnectionResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['BalanceConnection'] = ResolversParentTypes['BalanceConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['BalanceEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Balance']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type BalanceEdgeResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['BalanceEdge'] = ResolversParentTypes['BalanceEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Balance'], ParentType, ContextType>;
};

export type PendingReserveResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['PendingReserve'] = ResolversParentTypes['PendingReserve']> = {
  fromRound?: Resolver<ResolversTypes['Round'], ParentType, ContextType>;
  reserve?: Resolver<Maybe<ResolversTypes['Amount']>, ParentType, ContextType>;
};

export type DelegationResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['Delegation'] = ResolversParentTypes['Delegation']> = {
  address?: Resolver<ResolversTypes['Address'], ParentType, ContextType>;
  allowance?: Resolver<ResolversTypes['Amount'], ParentType, ContextType>;
  lastRound?: Resolver<ResolversTypes['Round'], ParentType, ContextType>;
};

export type TransactionResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['Transaction'] = ResolversParentTypes['Transaction']> = {
  id?: Resolver<ResolversTypes['Hash'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['TransactionStatus'], ParentType, ContextType>;
  code?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  reason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  outcome?: Resolver<Maybe<ResolversTypes['ExecutionOutcome']>, ParentType, ContextType>;
  failedChain?: Resolver<Maybe<ResolversTypes['Chain']>, ParentType, ContextType>;
  refusal?: Resolver<Maybe<ResolversTypes['Refused']>, ParentType, ContextType>;
  payload?: Resolver<Maybe<ResolversTypes['PayloadKind']>, ParentType, ContextType>;
  validUntil?: Resolver<Maybe<ResolversTypes['Round']>, ParentType, ContextType>;
  legs?: Resolver<ReadonlyArray<ResolversTypes['Leg']>, ParentType, ContextType>;
  estimate?: Resolver<Maybe<ResolversTypes['InclusionEstimate']>, ParentType, ContextType>;
  cursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type LegResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['Leg'] = ResolversParentTypes['Leg']> = {
  chain?: Resolver<ResolversTypes['Chain'], ParentType, ContextType>;
  round?: Resolver<Maybe<ResolversTypes['Round']>, ParentType, ContextType>;
  block?: Resolver<Maybe<ResolversTypes['Block']>, ParentType, ContextType>;
  payer?: Resolver<Maybe<ResolversTypes['Address']>, ParentType, ContextType>;
  fee?: Resolver<ResolversTypes['Amount'], ParentType, ContextType>;
  value?: Resolver<ResolversTypes['Amount'], ParentType, ContextType>;
  movements?: Resolver<ReadonlyArray<ResolversTypes['Movement']>, ParentType, ContextType>;
};

export type MovementResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['Movement'] = ResolversParentTypes['Movement']> = {
  chain?: Resolver<ResolversTypes['Chain'], ParentType, ContextType>;
  from?: Resolver<ResolversTypes['Holder'], ParentType, ContextType>;
  to?: Resolver<ResolversTypes['Holder'], ParentType, ContextType>;
  amount?: Resolver<ResolversTypes['Amount'], ParentType, ContextType>;
};

export type HolderResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['Holder'] = ResolversParentTypes['Holder']> = {
  kind?: Resolver<ResolversTypes['HolderKind'], ParentType, ContextType>;
  address?: Resolver<Maybe<ResolversTypes['Address']>, ParentType, ContextType>;
  validator?: Resolver<Maybe<ResolversTypes['Address']>, ParentType, ContextType>;
};

export type TransactionConnectionResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['TransactionConnection'] = ResolversParentTypes['TransactionConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['TransactionEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Transaction']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type TransactionEdgeResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['TransactionEdge'] = ResolversParentTypes['TransactionEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Transaction'], ParentType, ContextType>;
};

export type HeadResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['Head'] = ResolversParentTypes['Head']> = {
  round?: Resolver<ResolversTypes['Round'], ParentType, ContextType>;
  hash?: Resolver<ResolversTypes['Hash'], ParentType, ContextType>;
};

export type BlockResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['Block'] = ResolversParentTypes['Block']> = {
  chain?: Resolver<ResolversTypes['Chain'], ParentType, ContextType>;
  round?: Resolver<ResolversTypes['Round'], ParentType, ContextType>;
  time?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  hash?: Resolver<ResolversTypes['Hash'], ParentType, ContextType>;
  parent?: Resolver<ResolversTypes['Hash'], ParentType, ContextType>;
  transactionsRoot?: Resolver<ResolversTypes['Hash'], ParentType, ContextType>;
  stateRoot?: Resolver<ResolversTypes['Hash'], ParentType, ContextType>;
  gas?: Resolver<ResolversTypes['UInt53'], ParentType, ContextType>;
  jointHeaderHash?: Resolver<ResolversTypes['Hash'], ParentType, ContextType>;
  extends?: Resolver<ResolversTypes['Head'], ParentType, ContextType>;
  validatorSet?: Resolver<ResolversTypes['ValidatorSet'], ParentType, ContextType>;
  view?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  signers?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  signerSeats?: Resolver<ReadonlyArray<ResolversTypes['Int']>, ParentType, ContextType>;
  transactionCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  transactions?: Resolver<ResolversTypes['TransactionConnection'], ParentType, ContextType, Partial<BlockTransactionsArgs>>;
  cursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type NetworkResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['Network'] = ResolversParentTypes['Network']> = {
  id?: Resolver<ResolversTypes['Hash'], ParentType, ContextType>;
  genesisHash?: Resolver<ResolversTypes['Hash'], ParentType, ContextType>;
  genesis?: Resolver<ResolversTypes['Bytes'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  development?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  clock?: Resolver<ResolversTypes['ClockKind'], ParentType, ContextType>;
  time?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  round?: Resolver<ResolversTypes['Round'], ParentType, ContextType>;
  epoch?: Resolver<ResolversTypes['Epoch'], ParentType, ContextType>;
  roundMs?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  k?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  merkleChainBlock?: Resolver<ResolversTypes['UInt53'], ParentType, ContextType>;
  subscribers?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  parameters?: Resolver<ResolversTypes['NetworkParameters'], ParentType, ContextType>;
  limits?: Resolver<ResolversTypes['NetworkLimits'], ParentType, ContextType>;
};

export type NetworkParametersResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['NetworkParameters'] = ResolversParentTypes['NetworkParameters']> = {
  rootChain?: Resolver<ResolversTypes['Chain'], ParentType, ContextType>;
  seats?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  quorum?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  cycleRounds?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  gas?: Resolver<ReadonlyArray<ResolversTypes['PayloadGas']>, ParentType, ContextType>;
  gasPerAuthorisation?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  saturation?: Resolver<ResolversTypes['SaturationParameters'], ParentType, ContextType>;
  minimumBond?: Resolver<ResolversTypes['Amount'], ParentType, ContextType>;
  unbondingRounds?: Resolver<ResolversTypes['UInt53'], ParentType, ContextType>;
  delegations?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  unbondings?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type PayloadGasResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['PayloadGas'] = ResolversParentTypes['PayloadGas']> = {
  payload?: Resolver<ResolversTypes['PayloadKind'], ParentType, ContextType>;
  gas?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type NetworkLimitsResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['NetworkLimits'] = ResolversParentTypes['NetworkLimits']> = {
  transactionBytes?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  batchBytes?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  batchTransactions?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  chainBlockBytes?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  shardBlockBytes?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  shardBlockTransactions?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  mempoolTransactions?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  mempoolBytes?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  mempoolChainTransactions?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  mempoolChainBytes?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  mempoolSenderTransactions?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  legs?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  authorisations?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  validUntilRounds?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  gasLimit?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  requestBytes?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  urlBytes?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  headerBytes?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  requestMs?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  requestOperations?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  variables?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  variablesDepth?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  pageEntries?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  queryDepth?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  queryAliases?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  queryTokens?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  querySelections?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  queryOperations?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  queryFragments?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  queryDirectives?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  queryCost?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  subscribers?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  subscribersPerClient?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type EpochResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['Epoch'] = ResolversParentTypes['Epoch']> = {
  number?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  activationRound?: Resolver<ResolversTypes['Round'], ParentType, ContextType>;
  activationTime?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  begun?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  roundMs?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  seed?: Resolver<ResolversTypes['Hash'], ParentType, ContextType>;
  shards?: Resolver<ReadonlyArray<ResolversTypes['Shard']>, ParentType, ContextType>;
  validatorSets?: Resolver<ResolversTypes['ValidatorSetConnection'], ParentType, ContextType, Partial<EpochValidatorSetsArgs>>;
};

export type ShardResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['Shard'] = ResolversParentTypes['Shard']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  chains?: Resolver<ResolversTypes['ChainConnection'], ParentType, ContextType, Partial<ShardChainsArgs>>;
  headRound?: Resolver<ResolversTypes['Round'], ParentType, ContextType>;
  headHash?: Resolver<ResolversTypes['Hash'], ParentType, ContextType>;
  executedRound?: Resolver<ResolversTypes['Round'], ParentType, ContextType>;
  finalRound?: Resolver<ResolversTypes['Round'], ParentType, ContextType>;
  nextRound?: Resolver<ResolversTypes['Round'], ParentType, ContextType>;
  waiting?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  nextTick?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  subscribers?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  validatorSets?: Resolver<ResolversTypes['ValidatorSetConnection'], ParentType, ContextType, Partial<ShardValidatorSetsArgs>>;
  saturation?: Resolver<ResolversTypes['ShardSaturation'], ParentType, ContextType>;
  saturations?: Resolver<ResolversTypes['RoundSaturationConnection'], ParentType, ContextType, Partial<ShardSaturationsArgs>>;
  maintainer?: Resolver<Maybe<ResolversTypes['ValidatorSet']>, ParentType, ContextType>;
};

export type ValidatorSetConnectionResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['ValidatorSetConnection'] = ResolversParentTypes['ValidatorSetConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['ValidatorSetEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['ValidatorSet']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type ValidatorSetEdgeResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['ValidatorSetEdge'] = ResolversParentTypes['ValidatorSetEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['ValidatorSet'], ParentType, ContextType>;
};

export type ValidatorSetResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['ValidatorSet'] = ResolversParentTypes['ValidatorSet']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  shards?: Resolver<ReadonlyArray<ResolversTypes['Shard']>, ParentType, ContextType>;
  replicas?: Resolver<ReadonlyArray<ResolversTypes['Replica']>, ParentType, ContextType>;
  findings?: Resolver<ReadonlyArray<ResolversTypes['Finding']>, ParentType, ContextType>;
  seats?: Resolver<ReadonlyArray<ResolversTypes['Seat']>, ParentType, ContextType>;
  quorum?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  maintains?: Resolver<Maybe<ResolversTypes['Shard']>, ParentType, ContextType>;
  watches?: Resolver<ReadonlyArray<ResolversTypes['Shard']>, ParentType, ContextType>;
  cap?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  stake?: Resolver<ResolversTypes['Amount'], ParentType, ContextType>;
};

export type ReplicaResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['Replica'] = ResolversParentTypes['Replica']> = {
  shard?: Resolver<ResolversTypes['Shard'], ParentType, ContextType>;
  headRound?: Resolver<ResolversTypes['Round'], ParentType, ContextType>;
  headHash?: Resolver<ResolversTypes['Hash'], ParentType, ContextType>;
  executedRound?: Resolver<ResolversTypes['Round'], ParentType, ContextType>;
  behindRounds?: Resolver<ResolversTypes['UInt53'], ParentType, ContextType>;
};

export type FindingResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['Finding'] = ResolversParentTypes['Finding']> = {
  shard?: Resolver<ResolversTypes['Shard'], ParentType, ContextType>;
  round?: Resolver<ResolversTypes['Round'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['FindingKind'], ParentType, ContextType>;
  reason?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type SeatResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['Seat'] = ResolversParentTypes['Seat']> = {
  index?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  publicKey?: Resolver<ResolversTypes['Bytes'], ParentType, ContextType>;
  proofOfPossession?: Resolver<ResolversTypes['Bytes'], ParentType, ContextType>;
};

export type TimetableRoundResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['TimetableRound'] = ResolversParentTypes['TimetableRound']> = {
  round?: Resolver<ResolversTypes['Round'], ParentType, ContextType>;
  time?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  duties?: Resolver<ReadonlyArray<ResolversTypes['Duty']>, ParentType, ContextType>;
  alone?: Resolver<Maybe<ResolversTypes['Shard']>, ParentType, ContextType>;
};

export type DutyResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['Duty'] = ResolversParentTypes['Duty']> = {
  validatorSet?: Resolver<ResolversTypes['ValidatorSet'], ParentType, ContextType>;
  shards?: Resolver<ReadonlyArray<ResolversTypes['Shard']>, ParentType, ContextType>;
};

export type InclusionEstimateResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['InclusionEstimate'] = ResolversParentTypes['InclusionEstimate']> = {
  round?: Resolver<ResolversTypes['Round'], ParentType, ContextType>;
  time?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  validatorSet?: Resolver<ResolversTypes['ValidatorSet'], ParentType, ContextType>;
};

export type PageInfoResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type InclusionProofResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['InclusionProof'] = ResolversParentTypes['InclusionProof']> = {
  bytes?: Resolver<ResolversTypes['Bytes'], ParentType, ContextType>;
  transactionId?: Resolver<ResolversTypes['Hash'], ParentType, ContextType>;
  chain?: Resolver<ResolversTypes['Chain'], ParentType, ContextType>;
  round?: Resolver<ResolversTypes['Round'], ParentType, ContextType>;
  position?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  epoch?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  headerHash?: Resolver<ResolversTypes['Hash'], ParentType, ContextType>;
  childRound?: Resolver<ResolversTypes['Round'], ParentType, ContextType>;
};

export type AccountProofResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['AccountProof'] = ResolversParentTypes['AccountProof']> = {
  bytes?: Resolver<ResolversTypes['Bytes'], ParentType, ContextType>;
  chain?: Resolver<ResolversTypes['Chain'], ParentType, ContextType>;
  address?: Resolver<ResolversTypes['Address'], ParentType, ContextType>;
  present?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  account?: Resolver<Maybe<ResolversTypes['ProvenAccount']>, ParentType, ContextType>;
  round?: Resolver<ResolversTypes['Round'], ParentType, ContextType>;
  stateRound?: Resolver<ResolversTypes['Round'], ParentType, ContextType>;
  stateRoot?: Resolver<ResolversTypes['Hash'], ParentType, ContextType>;
  epoch?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  headerHash?: Resolver<ResolversTypes['Hash'], ParentType, ContextType>;
};

export type ProvenAccountResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['ProvenAccount'] = ResolversParentTypes['ProvenAccount']> = {
  amount?: Resolver<ResolversTypes['Amount'], ParentType, ContextType>;
  nonce?: Resolver<ResolversTypes['UInt53'], ParentType, ContextType>;
  authorisationNonce?: Resolver<ResolversTypes['UInt53'], ParentType, ContextType>;
  ownReserve?: Resolver<Maybe<ResolversTypes['Amount']>, ParentType, ContextType>;
  pendingReserves?: Resolver<ReadonlyArray<ResolversTypes['PendingReserve']>, ParentType, ContextType>;
  delegate?: Resolver<Maybe<ResolversTypes['Delegation']>, ParentType, ContextType>;
};

export type ShardSaturationResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['ShardSaturation'] = ResolversParentTypes['ShardSaturation']> = {
  round?: Resolver<ResolversTypes['Round'], ParentType, ContextType>;
  fillPermille?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  ratePermille?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  tps?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  allTimeHighTps?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  busyRounds?: Resolver<ResolversTypes['UInt53'], ParentType, ContextType>;
  idleRounds?: Resolver<ResolversTypes['UInt53'], ParentType, ContextType>;
};

export type RoundSaturationResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['RoundSaturation'] = ResolversParentTypes['RoundSaturation']> = {
  round?: Resolver<ResolversTypes['Round'], ParentType, ContextType>;
  transactions?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  bytes?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  fillPermille?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  ratePermille?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type RoundSaturationConnectionResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['RoundSaturationConnection'] = ResolversParentTypes['RoundSaturationConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['RoundSaturationEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['RoundSaturation']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type RoundSaturationEdgeResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['RoundSaturationEdge'] = ResolversParentTypes['RoundSaturationEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['RoundSaturation'], ParentType, ContextType>;
};

export type SaturationParametersResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['SaturationParameters'] = ResolversParentTypes['SaturationParameters']> = {
  windowRounds?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  streakRounds?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  splitPermille?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  mergePermille?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  benchmarkTps?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export interface AmountScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['Amount'], any> {
  name: 'Amount';
}

export interface BytesScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['Bytes'], any> {
  name: 'Bytes';
}

export interface HashScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['Hash'], any> {
  name: 'Hash';
}

export interface AddressScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['Address'], any> {
  name: 'Address';
}

export interface RoundScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['Round'], any> {
  name: 'Round';
}

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export interface UInt53ScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['UInt53'], any> {
  name: 'UInt53';
}

export type MutationResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  submitTransaction?: Resolver<ResolversTypes['SubmitResult'], ParentType, ContextType, RequireFields<MutationSubmitTransactionArgs, 'transaction'>>;
  submitTransactions?: Resolver<ReadonlyArray<ResolversTypes['SubmitResult']>, ParentType, ContextType, RequireFields<MutationSubmitTransactionsArgs, 'transactions'>>;
  submitBatch?: Resolver<ResolversTypes['SubmitBatchResult'], ParentType, ContextType, RequireFields<MutationSubmitBatchArgs, 'batch'>>;
  dev?: Resolver<ResolversTypes['DevMutation'], ParentType, ContextType>;
};

export type SubmitResultResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['SubmitResult'] = ResolversParentTypes['SubmitResult']> = {
  __resolveType: TypeResolveFn<'Accepted' | 'Refused', ParentType, ContextType>;
};

export type SubmitBatchResultResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['SubmitBatchResult'] = ResolversParentTypes['SubmitBatchResult']> = {
  __resolveType: TypeResolveFn<'SubmittedBatch' | 'Refused', ParentType, ContextType>;
};

export type SubmittedBatchResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['SubmittedBatch'] = ResolversParentTypes['SubmittedBatch']> = {
  results?: Resolver<ReadonlyArray<ResolversTypes['SubmitResult']>, ParentType, ContextType>;
  accepted?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  refused?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type AcceptedResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['Accepted'] = ResolversParentTypes['Accepted']> = {
  id?: Resolver<ResolversTypes['Hash'], ParentType, ContextType>;
  chains?: Resolver<ReadonlyArray<ResolversTypes['ID']>, ParentType, ContextType>;
  estimate?: Resolver<ResolversTypes['InclusionEstimate'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type RefusedResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['Refused'] = ResolversParentTypes['Refused']> = {
  code?: Resolver<ResolversTypes['RefusalCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  retryable?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  details?: Resolver<ReadonlyArray<ResolversTypes['RefusalDetail']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type RefusalDetailResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['RefusalDetail'] = ResolversParentTypes['RefusalDetail']> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  value?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type SimulationResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['Simulation'] = ResolversParentTypes['Simulation']> = {
  round?: Resolver<ResolversTypes['Round'], ParentType, ContextType>;
  includable?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  includableRound?: Resolver<Maybe<ResolversTypes['Round']>, ParentType, ContextType>;
  refusal?: Resolver<Maybe<ResolversTypes['Refused']>, ParentType, ContextType>;
  rule?: Resolver<Maybe<ResolversTypes['InclusionCase']>, ParentType, ContextType>;
  possiblyEmptying?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  legs?: Resolver<ReadonlyArray<ResolversTypes['SimulatedLeg']>, ParentType, ContextType>;
  code?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  outcome?: Resolver<Maybe<ResolversTypes['ExecutionOutcome']>, ParentType, ContextType>;
  failedChain?: Resolver<Maybe<ResolversTypes['Chain']>, ParentType, ContextType>;
  reason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  heldBy?: Resolver<Maybe<ResolversTypes['Hash']>, ParentType, ContextType>;
  successRound?: Resolver<Maybe<ResolversTypes['Round']>, ParentType, ContextType>;
  partner?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  successTime?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  payer?: Resolver<Maybe<ResolversTypes['Balance']>, ParentType, ContextType>;
};

export type SimulatedLegResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['SimulatedLeg'] = ResolversParentTypes['SimulatedLeg']> = {
  chain?: Resolver<ResolversTypes['Chain'], ParentType, ContextType>;
  rule?: Resolver<Maybe<ResolversTypes['InclusionCase']>, ParentType, ContextType>;
  possiblyEmptying?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type SubscriptionResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['Subscription'] = ResolversParentTypes['Subscription']> = {
  transaction?: SubscriptionResolver<ResolversTypes['Transaction'], "transaction", ParentType, ContextType, RequireFields<SubscriptionTransactionArgs, 'id'>>;
  blocks?: SubscriptionResolver<ResolversTypes['Block'], "blocks", ParentType, ContextType, Partial<SubscriptionBlocksArgs>>;
  network?: SubscriptionResolver<ResolversTypes['NetworkEvent'], "network", ParentType, ContextType, Partial<SubscriptionNetworkArgs>>;
};

export type NetworkEventResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['NetworkEvent'] = ResolversParentTypes['NetworkEvent']> = {
  __resolveType: TypeResolveFn<'MerkleChainBlock', ParentType, ContextType>;
};

export type MerkleChainBlockResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['MerkleChainBlock'] = ResolversParentTypes['MerkleChainBlock']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  round?: Resolver<ResolversTypes['Round'], ParentType, ContextType>;
  number?: Resolver<ResolversTypes['UInt53'], ParentType, ContextType>;
  parent?: Resolver<ResolversTypes['Hash'], ParentType, ContextType>;
  notarised?: Resolver<ReadonlyArray<ResolversTypes['NotarisedHeader']>, ParentType, ContextType>;
  voided?: Resolver<ReadonlyArray<ResolversTypes['VoidHeader']>, ParentType, ContextType>;
  createdChains?: Resolver<ReadonlyArray<ResolversTypes['Chain']>, ParentType, ContextType>;
  epochChange?: Resolver<Maybe<ResolversTypes['EpochChange']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type NotarisedHeaderResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['NotarisedHeader'] = ResolversParentTypes['NotarisedHeader']> = {
  shard?: Resolver<ResolversTypes['Shard'], ParentType, ContextType>;
  round?: Resolver<ResolversTypes['Round'], ParentType, ContextType>;
  headerHash?: Resolver<ResolversTypes['Hash'], ParentType, ContextType>;
  fillPermille?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  ratePermille?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type VoidHeaderResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['VoidHeader'] = ResolversParentTypes['VoidHeader']> = {
  shard?: Resolver<ResolversTypes['Shard'], ParentType, ContextType>;
  round?: Resolver<ResolversTypes['Round'], ParentType, ContextType>;
  headerHash?: Resolver<ResolversTypes['Hash'], ParentType, ContextType>;
  late?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type EpochChangeResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['EpochChange'] = ResolversParentTypes['EpochChange']> = {
  kind?: Resolver<ResolversTypes['EpochChangeKind'], ParentType, ContextType>;
  epoch?: Resolver<ResolversTypes['Epoch'], ParentType, ContextType>;
};

export type PreviewSplitResultResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['PreviewSplitResult'] = ResolversParentTypes['PreviewSplitResult']> = {
  __resolveType: TypeResolveFn<'SplitPreview' | 'Refused', ParentType, ContextType>;
};

export type PreviewMergeResultResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['PreviewMergeResult'] = ResolversParentTypes['PreviewMergeResult']> = {
  __resolveType: TypeResolveFn<'MergePreview' | 'Refused', ParentType, ContextType>;
};

export type SplitPreviewResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['SplitPreview'] = ResolversParentTypes['SplitPreview']> = {
  shard?: Resolver<ResolversTypes['Shard'], ParentType, ContextType>;
  newShard?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  newSets?: Resolver<ReadonlyArray<ResolversTypes['ID']>, ParentType, ContextType>;
  staying?: Resolver<ResolversTypes['ChainConnection'], ParentType, ContextType, Partial<SplitPreviewStayingArgs>>;
  leaving?: Resolver<ResolversTypes['ChainConnection'], ParentType, ContextType, Partial<SplitPreviewLeavingArgs>>;
  trigger?: Resolver<ResolversTypes['TopologyTrigger'], ParentType, ContextType>;
  figures?: Resolver<ResolversTypes['TopologyFigures'], ParentType, ContextType>;
  setRelations?: Resolver<ResolversTypes['SetRelationConnection'], ParentType, ContextType, Partial<SplitPreviewSetRelationsArgs>>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type MergePreviewResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['MergePreview'] = ResolversParentTypes['MergePreview']> = {
  heir?: Resolver<ResolversTypes['Shard'], ParentType, ContextType>;
  endedShard?: Resolver<ResolversTypes['Shard'], ParentType, ContextType>;
  chains?: Resolver<ResolversTypes['ChainConnection'], ParentType, ContextType, Partial<MergePreviewChainsArgs>>;
  partnerByRule?: Resolver<Maybe<ResolversTypes['Shard']>, ParentType, ContextType>;
  winner?: Resolver<ResolversTypes['ValidatorSet'], ParentType, ContextType>;
  race?: Resolver<ReadonlyArray<ResolversTypes['MergeRacer']>, ParentType, ContextType>;
  trigger?: Resolver<ResolversTypes['TopologyTrigger'], ParentType, ContextType>;
  figures?: Resolver<ResolversTypes['TopologyFigures'], ParentType, ContextType>;
  setRelations?: Resolver<ResolversTypes['SetRelationConnection'], ParentType, ContextType, Partial<MergePreviewSetRelationsArgs>>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type MergeRacerResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['MergeRacer'] = ResolversParentTypes['MergeRacer']> = {
  validatorSet?: Resolver<ResolversTypes['ValidatorSet'], ParentType, ContextType>;
  syncs?: Resolver<ReadonlyArray<ResolversTypes['ID']>, ParentType, ContextType>;
};

export type TopologyTriggerResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['TopologyTrigger'] = ResolversParentTypes['TopologyTrigger']> = {
  holds?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  rounds?: Resolver<ResolversTypes['UInt53'], ParentType, ContextType>;
  roundsNeeded?: Resolver<ResolversTypes['UInt53'], ParentType, ContextType>;
};

export type TopologyFiguresResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['TopologyFigures'] = ResolversParentTypes['TopologyFigures']> = {
  trades?: Resolver<ResolversTypes['UInt53'], ParentType, ContextType>;
  crossShardTrades?: Resolver<ResolversTypes['BeforeAfter'], ParentType, ContextType>;
  crossShardPermille?: Resolver<Maybe<ResolversTypes['BeforeAfter']>, ParentType, ContextType>;
  validatorsNeeded?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  validatorsMissing?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  worstInclusionRounds?: Resolver<ResolversTypes['BeforeAfter'], ParentType, ContextType>;
  worstInclusionMs?: Resolver<ResolversTypes['BeforeAfter'], ParentType, ContextType>;
};

export type BeforeAfterResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['BeforeAfter'] = ResolversParentTypes['BeforeAfter']> = {
  before?: Resolver<ResolversTypes['UInt53'], ParentType, ContextType>;
  after?: Resolver<ResolversTypes['UInt53'], ParentType, ContextType>;
};

export type SetRelationResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['SetRelation'] = ResolversParentTypes['SetRelation']> = {
  set?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['SetRelationKind'], ParentType, ContextType>;
  keeps?: Resolver<ReadonlyArray<ResolversTypes['ID']>, ParentType, ContextType>;
  prunes?: Resolver<ReadonlyArray<ResolversTypes['ID']>, ParentType, ContextType>;
  syncs?: Resolver<ReadonlyArray<ResolversTypes['ID']>, ParentType, ContextType>;
  maintains?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  watches?: Resolver<ReadonlyArray<ResolversTypes['ID']>, ParentType, ContextType>;
  spawns?: Resolver<ReadonlyArray<ResolversTypes['ID']>, ParentType, ContextType>;
  standsInFor?: Resolver<ReadonlyArray<ResolversTypes['ID']>, ParentType, ContextType>;
  spawnedBy?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  seatsFrom?: Resolver<Maybe<ResolversTypes['SeatSource']>, ParentType, ContextType>;
  standIn?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  redundantWith?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  warm?: Resolver<ReadonlyArray<ResolversTypes['ID']>, ParentType, ContextType>;
};

export type SetRelationConnectionResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['SetRelationConnection'] = ResolversParentTypes['SetRelationConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['SetRelationEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['SetRelation']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type SetRelationEdgeResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['SetRelationEdge'] = ResolversParentTypes['SetRelationEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['SetRelation'], ParentType, ContextType>;
};

export type ValidatorConnectionResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['ValidatorConnection'] = ResolversParentTypes['ValidatorConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['ValidatorEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Validator']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type ValidatorEdgeResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['ValidatorEdge'] = ResolversParentTypes['ValidatorEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Validator'], ParentType, ContextType>;
};

export type ValidatorResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['Validator'] = ResolversParentTypes['Validator']> = {
  address?: Resolver<ResolversTypes['Address'], ParentType, ContextType>;
  publicKey?: Resolver<ResolversTypes['Bytes'], ParentType, ContextType>;
  proofOfPossession?: Resolver<ResolversTypes['Bytes'], ParentType, ContextType>;
  commission?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  ownStake?: Resolver<ResolversTypes['Amount'], ParentType, ContextType>;
  delegatedStake?: Resolver<ResolversTypes['Amount'], ParentType, ContextType>;
  totalStake?: Resolver<ResolversTypes['Amount'], ParentType, ContextType>;
  unbonding?: Resolver<ResolversTypes['Amount'], ParentType, ContextType>;
  unbondings?: Resolver<ReadonlyArray<ResolversTypes['Unbonding']>, ParentType, ContextType>;
  seats?: Resolver<ReadonlyArray<ResolversTypes['ValidatorSeat']>, ParentType, ContextType>;
};

export type ValidatorSeatResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['ValidatorSeat'] = ResolversParentTypes['ValidatorSeat']> = {
  validatorSet?: Resolver<ResolversTypes['ValidatorSet'], ParentType, ContextType>;
  index?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type StakeDelegationResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['StakeDelegation'] = ResolversParentTypes['StakeDelegation']> = {
  validator?: Resolver<ResolversTypes['Address'], ParentType, ContextType>;
  amount?: Resolver<ResolversTypes['Amount'], ParentType, ContextType>;
};

export type UnbondingResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['Unbonding'] = ResolversParentTypes['Unbonding']> = {
  validator?: Resolver<ResolversTypes['Address'], ParentType, ContextType>;
  amount?: Resolver<ResolversTypes['Amount'], ParentType, ContextType>;
  releaseRound?: Resolver<ResolversTypes['Round'], ParentType, ContextType>;
};

export type DevMutationResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['DevMutation'] = ResolversParentTypes['DevMutation']> = {
  advance?: Resolver<ResolversTypes['Advanced'], ParentType, ContextType, RequireFields<DevMutationAdvanceArgs, 'rounds'>>;
  faucet?: Resolver<ResolversTypes['SubmitResult'], ParentType, ContextType, RequireFields<DevMutationFaucetArgs, 'address' | 'chain' | 'amount'>>;
};

export type AdvancedResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['Advanced'] = ResolversParentTypes['Advanced']> = {
  round?: Resolver<ResolversTypes['Round'], ParentType, ContextType>;
  time?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type Resolvers<ContextType = GatewayContext> = {
  Query?: QueryResolvers<ContextType>;
  Chain?: ChainResolvers<ContextType>;
  ChainConnection?: ChainConnectionResolvers<ContextType>;
  ChainEdge?: ChainEdgeResolvers<ContextType>;
  Account?: AccountResolvers<ContextType>;
  Balance?: BalanceResolvers<ContextType>;
  BalanceConnection?: BalanceConnectionResolvers<ContextType>;
  BalanceEdge?: BalanceEdgeResolvers<ContextType>;
  PendingReserve?: PendingReserveResolvers<ContextType>;
  Delegation?: DelegationResolvers<ContextType>;
  Transaction?: TransactionResolvers<ContextType>;
  Leg?: LegResolvers<ContextType>;
  Movement?: MovementResolvers<ContextType>;
  Holder?: HolderResolvers<ContextType>;
  TransactionConnection?: TransactionConnectionResolvers<ContextType>;
  TransactionEdge?: TransactionEdgeResolvers<ContextType>;
  Head?: HeadResolvers<ContextType>;
  Block?: BlockResolvers<ContextType>;
  Network?: NetworkResolvers<ContextType>;
  NetworkParameters?: NetworkParametersResolvers<ContextType>;
  PayloadGas?: PayloadGasResolvers<ContextType>;
  NetworkLimits?: NetworkLimitsResolvers<ContextType>;
  Epoch?: EpochResolvers<ContextType>;
  Shard?: ShardResolvers<ContextType>;
  ValidatorSetConnection?: ValidatorSetConnectionResolvers<ContextType>;
  ValidatorSetEdge?: ValidatorSetEdgeResolvers<ContextType>;
  ValidatorSet?: ValidatorSetResolvers<ContextType>;
  Replica?: ReplicaResolvers<ContextType>;
  Finding?: FindingResolvers<ContextType>;
  Seat?: SeatResolvers<ContextType>;
  TimetableRound?: TimetableRoundResolvers<ContextType>;
  Duty?: DutyResolvers<ContextType>;
  InclusionEstimate?: InclusionEstimateResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  InclusionProof?: InclusionProofResolvers<ContextType>;
  AccountProof?: AccountProofResolvers<ContextType>;
  ProvenAccount?: ProvenAccountResolvers<ContextType>;
  ShardSaturation?: ShardSaturationResolvers<ContextType>;
  RoundSaturation?: RoundSaturationResolvers<ContextType>;
  RoundSaturationConnection?: RoundSaturationConnectionResolvers<ContextType>;
  RoundSaturationEdge?: RoundSaturationEdgeResolvers<ContextType>;
  SaturationParameters?: SaturationParametersResolvers<ContextType>;
  Amount?: GraphQLScalarType;
  Bytes?: GraphQLScalarType;
  Hash?: GraphQLScalarType;
  Address?: GraphQLScalarType;
  Round?: GraphQLScalarType;
  DateTime?: GraphQLScalarType;
  UInt53?: GraphQLScalarType;
  Mutation?: MutationResolvers<ContextType>;
  SubmitResult?: SubmitResultResolvers<ContextType>;
  SubmitBatchResult?: SubmitBatchResultResolvers<ContextType>;
  SubmittedBatch?: SubmittedBatchResolvers<ContextType>;
  Accepted?: AcceptedResolvers<ContextType>;
  Refused?: RefusedResolvers<ContextType>;
  RefusalDetail?: RefusalDetailResolvers<ContextType>;
  Simulation?: SimulationResolvers<ContextType>;
  SimulatedLeg?: SimulatedLegResolvers<ContextType>;
  Subscription?: SubscriptionResolvers<ContextType>;
  NetworkEvent?: NetworkEventResolvers<ContextType>;
  MerkleChainBlock?: MerkleChainBlockResolvers<ContextType>;
  NotarisedHeader?: NotarisedHeaderResolvers<ContextType>;
  VoidHeader?: VoidHeaderResolvers<ContextType>;
  EpochChange?: EpochChangeResolvers<ContextType>;
  PreviewSplitResult?: PreviewSplitResultResolvers<ContextType>;
  PreviewMergeResult?: PreviewMergeResultResolvers<ContextType>;
  SplitPreview?: SplitPreviewResolvers<ContextType>;
  MergePreview?: MergePreviewResolvers<ContextType>;
  MergeRacer?: MergeRacerResolvers<ContextType>;
  TopologyTrigger?: TopologyTriggerResolvers<ContextType>;
  TopologyFigures?: TopologyFiguresResolvers<ContextType>;
  BeforeAfter?: BeforeAfterResolvers<ContextType>;
  SetRelation?: SetRelationResolvers<ContextType>;
  SetRelationConnection?: SetRelationConnectionResolvers<ContextType>;
  SetRelationEdge?: SetRelationEdgeResolvers<ContextType>;
  ValidatorConnection?: ValidatorConnectionResolvers<ContextType>;
  ValidatorEdge?: ValidatorEdgeResolvers<ContextType>;
  Validator?: ValidatorResolvers<ContextType>;
  ValidatorSeat?: ValidatorSeatResolvers<ContextType>;
  StakeDelegation?: StakeDelegationResolvers<ContextType>;
  Unbonding?: UnbondingResolvers<ContextType>;
  DevMutation?: DevMutationResolvers<ContextType>;
  Advanced?: AdvancedResolvers<ContextType>;
};


