// What actors say to each other: a handful of idempotent requests with round numbers, each with its answer. A request may be
// lost, late or repeated; an answer may be lost after the request was carried out.

import type { CreatedChain } from "../protocol/blocks/created-chain.ts";
import type { ResultVote } from "../protocol/consensus/result-certificate.ts";

export type PeerId =
  | { readonly kind: "merkleChain" }
  | { readonly kind: "shard"; readonly shard: number }
  /** A set's own object: the only voter of the set that shards call. */
  | { readonly kind: "validatorSet"; readonly set: number }
  /** A validator elsewhere, by its lowest seat. */
  | { readonly kind: "voter"; readonly set: number; readonly seat: number };

/** Who has blocks that a set follows: a shard by its number, or the MerkleChain. */
export type PartyName = number | "merkleChain";

/**
 * Shard to the set on duty: the round is open, these are its candidates. Starts the set's consensus. The set's object
 * hands it on to the other voters. Where there are any it is hearsay: it decides nothing about the rounds before. A link from any
 * other voter must not carry it: a false one keeps a set from its round.
 */
export interface OpenRequest {
  readonly kind: "open";
  readonly shard: number;
  readonly epoch: number;
  readonly round: number;
  readonly headRound: number;
  readonly headHash: Uint8Array;
  /** In the order in which the shard would have them; may be empty when only roots are to be carried. */
  readonly candidates: readonly Uint8Array[];
}

/**
 * MerkleChain to the set on T0's duty: the round is open, this is what its part would be (R-7.1). Comes before the round begins, since
 * the set waits for the shards alone. Handed on and trusted like `open`.
 */
export interface OpenPartRequest {
  readonly kind: "openPart";
  readonly epoch: number;
  readonly round: number;
  readonly headRound: number;
  readonly headHash: Uint8Array;
  /** An encoded `MerkleChainBody`. */
  readonly body: Uint8Array;
}

/** Set to shard, or to the MerkleChain: a certified block with its own body. Repeated until the shard has decided. */
export interface CommitRequest {
  readonly kind: "commit";
  readonly set: number;
  readonly certifiedBlock: Uint8Array;
  /** The same block with the partner's body, where both halves share transactions: the shard hands it on. */
  readonly partnerBlock: Uint8Array | null;
}

/** Shard to its partner: it has accepted its half, and asks what became of the other one. Repeated until that is decided. */
export interface AcceptedRequest {
  readonly kind: "accepted";
  readonly shard: number;
  readonly round: number;
  /** The certified block with the partner's body. */
  readonly certifiedBlock: Uint8Array;
}

/**
 * Shard to the sets that cover it, MerkleChain to those of T0's shard: it has committed blocks up to this round, which they are to
 * follow (R-7.1, R-10.1). May be lost. The set's object hands it on to the other voters.
 */
export interface FollowRequest {
  readonly kind: "follow";
  readonly of: PartyName;
  readonly round: number;
}

/** Set to shard, or to the MerkleChain: blocks after a round, for a replica that is behind. */
export interface BlocksRequest {
  readonly kind: "blocks";
  readonly afterRound: number;
}

/** Set to shard: candidates of the round whose signatures do not hold, as the set found. May be lost: it finds them again. */
export interface SuspectsRequest {
  readonly kind: "suspects";
  readonly round: number;
  readonly ids: readonly Uint8Array[];
}

/**
 * Voter to voter of a set: what the consensus engine says, signed. With a proposal its block comes along, where the sender
 * has it; any other can be asked for.
 */
export interface ConsensusRequest {
  readonly kind: "consensus";
  readonly set: number;
  readonly round: number;
  /** An encoded consensus message. */
  readonly message: Uint8Array;
  /** An encoded joint block. */
  readonly block: Uint8Array | null;
}

/** Voter to voter: the block of this value, the hash of its joint header. */
export interface ProposedBlockRequest {
  readonly kind: "proposedBlock";
  readonly set: number;
  readonly round: number;
  readonly value: Uint8Array;
}

/** Voter to the set's object: what the shard, or the MerkleChain, opened the round with. */
export interface OpeningRequest {
  readonly kind: "opening";
  readonly set: number;
  readonly of: PartyName;
  readonly round: number;
}

/** Voter to shard, or to the MerkleChain: what became of the round. */
export interface DecisionRequest {
  readonly kind: "decision";
  readonly round: number;
}

/**
 * The object of the set on duty to a shard, or to the MerkleChain: no block of this round that it knows of holds anything of the shard's. The shard closes the
 * round at once rather than by its clock, and has the next one free. Answered like `decision`. May be lost. A link from any other
 * voter must not carry it: a false one costs the shard its round, and its partner a block that both are in.
 */
export interface NothingRequest {
  readonly kind: "nothing";
  readonly set: number;
  readonly round: number;
}

/** Shard to a partner with which it shared a round: how far it is itself. The answer says the same of the partner. */
export interface ProgressRequest {
  readonly kind: "progress";
  readonly shard: number;
  readonly executedRound: number;
  readonly finalRound: number;
}

/** Shard to its partner: which of these, offered in a round with it in vain, have left there? May be lost: it is asked again. */
export interface LeftRequest {
  readonly kind: "left";
  readonly ids: readonly Uint8Array[];
}

export interface LeftThere {
  readonly id: Uint8Array;
  readonly status: "REJECTED" | "DROPPED";
  /** The refusal as JSON. */
  readonly reason: string;
}

/**
 * Shard to its partner, which leads in the round: what of this shard the round's cross-shard transactions read. Repeated until
 * the result comes back.
 */
export interface ExchangeRequest {
  readonly kind: "exchange";
  /** An encoded `ReadSet`. */
  readonly readSet: Uint8Array;
}

/** Anybody who executes to the pair's set, to its shard, or between shards: what a round's cross-shard transactions came to. */
export interface ResultRequest {
  readonly kind: "result";
  readonly round: number;
}

/** Voter to voter of a set: its vote for the result of a round. */
export interface ResultVoteRequest {
  readonly kind: "resultVote";
  readonly set: number;
  readonly round: number;
}

export interface ReportedHeader {
  readonly header: Uint8Array;
  readonly certificate: Uint8Array;
}

export interface ReportedVoid extends ReportedHeader {
  /** the shard had opened the round with candidates, and closed it by the clock before the certificate came. */
  readonly isLate: boolean;
}

/**
 * Shard to MerkleChain: headers that it committed, in parent order, each with its certificate. They are notarised with the
 * MerkleChain's next block; repeated until they are. That they are committed is the shard's word: no other link must carry it.
 */
export interface NotariseRequest {
  readonly kind: "notarise";
  readonly shard: number;
  readonly headers: readonly ReportedHeader[];
  /** Certified headers that it did not commit; each said once. */
  readonly voided: readonly ReportedVoid[];
  readonly createdChains: readonly CreatedChain[];
}

/**
 * MerkleChain to a shard: a block that notarised headers of it is committed. May be lost: the shard asks again. The word is not signed,
 * so a link from anybody else must not carry it.
 */
export interface NotarisedRequest {
  readonly kind: "notarised";
  /** The shard's headers up to this round are. */
  readonly round: number;
  /** How many chains the directory has. */
  readonly chains: number;
}

/** Shard or voter to MerkleChain: how far may I act, and what epochs are there behind the newest that I know? */
export interface LeaseRequest {
  readonly kind: "lease";
  readonly epoch: number;
}

/** MerkleChain to a shard: epochs that are activated. Repeated until the shard knows them. */
export interface EpochsRequest {
  readonly kind: "epochs";
  /** Encoded `EpochProof`s, one behind the other. */
  readonly proofs: readonly Uint8Array[];
}

/** Who takes chains over, to their shard: what comes next of their states? Answered as far as the shard has executed. */
export interface StateRequest {
  readonly kind: "state";
  /** An encoded `StateQuery`. */
  readonly query: Uint8Array;
}

/** The same, once it has the whole state of the shard as of `round`: with what does a replica go on from there? */
export interface StateHeadRequest {
  readonly kind: "stateHead";
  readonly round: number;
}

/** The same, for what certifies the roots of chains that none of the newest blocks touches. */
export interface StateHeadersRequest {
  readonly kind: "stateHeaders";
  readonly rounds: readonly number[];
}

export type PeerRequest =
  | OpenRequest
  | OpenPartRequest
  | CommitRequest
  | FollowRequest
  | BlocksRequest
  | SuspectsRequest
  | ConsensusRequest
  | ProposedBlockRequest
  | OpeningRequest
  | DecisionRequest
  | NothingRequest
  | AcceptedRequest
  | ProgressRequest
  | LeftRequest
  | ExchangeRequest
  | ResultRequest
  | ResultVoteRequest
  | NotariseRequest
  | NotarisedRequest
  | LeaseRequest
  | EpochsRequest
  | StateRequest
  | StateHeadRequest
  | StateHeadersRequest;

export type PeerAnswer =
  /** To `open` and `openPart`: taken up. */
  | { readonly kind: "opened"; readonly round: number }
  /** To `open` and `openPart`: not this set's round, not yet, or past. */
  | { readonly kind: "notOnDuty"; readonly round: number; readonly why: string }
  /** To `open` and `openPart`: the set is past the round or has begun it without the shard, whose half is in no block of it any more. */
  | { readonly kind: "over"; readonly round: number }
  /** To `commit`: the block is the shard's history. */
  | { readonly kind: "committed"; readonly round: number }
  /** To `commit`: the shard has closed the round; the block is void. */
  | { readonly kind: "closed"; readonly round: number; readonly why: string }
  /** To `commit`: accepted, and the partner will have said the same in a moment, or not; ask again soon. */
  | { readonly kind: "accepted"; readonly round: number }
  /** To `commit`, `decision` and `nothing`: the shard cannot say yet; ask again. */
  | { readonly kind: "undecided"; readonly round: number }
  /** To `follow`: the voter's replica is at this round. */
  | { readonly kind: "following"; readonly round: number }
  | { readonly kind: "blocks"; readonly certifiedBlocks: readonly Uint8Array[] }
  /** To `suspects`: the shard looks for itself. To `notarised`. */
  | { readonly kind: "noted" }
  /** To `consensus`: taken or of no use, repeated or late. */
  | { readonly kind: "heard" }
  /** To `proposedBlock`: an encoded joint block; null if the voter does not have it. */
  | { readonly kind: "proposedBlock"; readonly block: Uint8Array | null }
  /** To `opening`: null if the voter does not know it. */
  | { readonly kind: "opening"; readonly open: OpenRequest | OpenPartRequest | null }
  /** To `decision` and `nothing`: the hash of the round's committed header; null if the shard has closed the round. */
  | { readonly kind: "decided"; readonly round: number; readonly hash: Uint8Array | null }
  /** To `accepted`: what the partner made of its half; undecided: ask again. */
  | {
      readonly kind: "partner";
      readonly round: number;
      readonly verdict: "accepted" | "closed" | "undecided";
    }
  /** To `progress`: the same of the partner. */
  | ProgressRequest
  /** To `left`: those of them that have. */
  | { readonly kind: "left"; readonly left: readonly LeftThere[] }
  /** To `exchange`: the encoded `CrossResult`; null while the leader cannot say. */
  | { readonly kind: "exchanged"; readonly result: Uint8Array | null }
  /** To `result`: an encoded `CrossResult` with its encoded certificate; null each while there is none. */
  | {
      readonly kind: "result";
      readonly result: Uint8Array | null;
      readonly certificate: Uint8Array | null;
    }
  /** To `resultVote`: null while the voter has not executed the round, or any more. */
  | { readonly kind: "resultVote"; readonly vote: ResultVote | null }
  /** To `notarise`: how far the shard's headers are notarised, as in `notarised`, and up to which round the next block will have them. */
  | {
      readonly kind: "reported";
      readonly round: number;
      readonly chains: number;
      readonly reportedRound: number;
    }
  /**
   * To `lease`: up to this round no other epochs begin than those up to `epoch`. `proofs`: encoded `EpochProof`s of those that the
   * asker does not know, the first of them where they are many.
   */
  | {
      readonly kind: "leased";
      readonly epoch: number;
      readonly lastRound: number;
      readonly proofs: readonly Uint8Array[];
    }
  /** To `epochs`: the newest that the shard knows. */
  | { readonly kind: "epoch"; readonly epoch: number }
  /** To `state`: encoded `StateParts`. */
  | { readonly kind: "state"; readonly parts: Uint8Array }
  /** To `stateHead`: an encoded `StateHead`; null: ask again soon. Refused: ask for the state of a later round first. */
  | { readonly kind: "stateHead"; readonly head: Uint8Array | null }
  /** To `stateHead`: its answer would be too long with so many chains; asking again is no use. */
  | { readonly kind: "tooManyChains"; readonly chains: number }
  /** To `stateHeaders`: encoded `CommittedHeader`s of the first of those rounds, as many as an answer takes. */
  | { readonly kind: "stateHeaders"; readonly headers: readonly Uint8Array[] }
  /** The request makes no sense to this actor. */
  | { readonly kind: "refused"; readonly why: string };
