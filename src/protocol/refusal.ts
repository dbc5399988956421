// Everything that the core can refuse, one code each with exactly the fields that explain it, in the order of the checks:
// bytes, form, signatures, chain, inclusion, mempool. No prose here: the gateway words it.
export type Refusal =
  | DecodingRefusal
  | FormRefusal
  | SignatureRefusal
  | ChainRefusal
  | InclusionRefusal
  | MempoolRefusal
  | LeavingRefusal
  | BlockRefusal;

export type RefusalCode = Refusal["code"];

export type DecodingRefusal =
  /** Longer than the format allows. */
  | {
      readonly code: "BYTES_TOO_LONG";
      readonly format: string;
      readonly bytes: number;
      readonly bytesMax: number;
    }
  /** Bytes that are no value of the format, or a second form of one. */
  | { readonly code: "MALFORMED_BYTES"; readonly format: string; readonly bytes: number };

/** What the bytes of a transaction alone show. */
export type FormRefusal =
  | { readonly code: "UNSUPPORTED_VERSION"; readonly version: number }
  | { readonly code: "WRONG_NETWORK"; readonly networkId: string }
  /** The payload needs another number of legs. */
  | {
      readonly code: "WRONG_LEGS";
      readonly payload: string;
      readonly legs: number;
      readonly required: number;
    }
  /** one leg a chain. */
  | { readonly code: "SAME_CHAIN"; readonly chain: number }
  /** Legs ascend by chain: one order for one meaning. By the leg that stands too late. */
  | { readonly code: "LEGS_OUT_OF_ORDER"; readonly chain: number }
  | { readonly code: "MISSING_PAYER"; readonly chain: number }
  /** An offer number where the payload takes a nonce. */
  | { readonly code: "NOT_AN_OFFER"; readonly chain: number }
  | { readonly code: "NONCE_OUT_OF_RANGE"; readonly chain: number }
  | {
      readonly code: "WRONG_CHAIN";
      readonly payload: string;
      readonly chain: number;
      readonly required: number;
    }
  | { readonly code: "INVALID_TOKEN"; readonly field: "symbol" | "name" | "decimals" | "supply" }
  /** A trade with an offer has an offer number on exactly one leg, the maker's. */
  | { readonly code: "WRONG_OFFER_LEGS"; readonly offers: number }
  /** the taker's leg pays both fees. */
  | { readonly code: "PRICE_ON_OFFER"; readonly chain: number; readonly gasPrice: bigint }
  /** above 100%. */
  | { readonly code: "COMMISSION_TOO_HIGH"; readonly commission: number; readonly max: number }
  /** A validator's own stake is bonded, not delegated. */
  | { readonly code: "SELF_DELEGATION" }
  /** A party cannot trade with itself. */
  | { readonly code: "SELF_TRADE" }
  | { readonly code: "ZERO_AMOUNT"; readonly chain: number }
  /** the offer that is taken or cancelled ends before the transaction does. */
  | {
      readonly code: "OFFER_ENDS_FIRST";
      readonly validUntil: number;
      readonly offerValidUntil: number;
    }
  | {
      readonly code: "TOO_MANY_AUTHORISATIONS";
      readonly authorisations: number;
      readonly max: number;
    }
  | { readonly code: "MISSING_AUTHORISATION" }
  | {
      readonly code: "GAS_LIMIT_TOO_LOW";
      readonly chain: number;
      readonly gasLimit: number;
      readonly required: number;
    }
  | {
      readonly code: "GAS_LIMIT_TOO_HIGH";
      readonly chain: number;
      readonly gasLimit: number;
      readonly max: number;
    }
  /** Limit x price is above 2^128-1 (section 15). */
  | { readonly code: "FEE_OVERFLOW"; readonly chain: number }
  | { readonly code: "WRONG_SIGNERS"; readonly signatures: number; readonly required: number };

export type SignatureRefusal =
  /** By place in the transaction's list. */
  | { readonly code: "INVALID_SIGNATURE"; readonly signer: number }
  /** The signature of the maker on this chain, or its key is another account's. */
  | { readonly code: "INVALID_OFFER"; readonly chain: number }
  /** Its signature, its chain, its delegate or its nonce, by place in the list. */
  | { readonly code: "INVALID_AUTHORISATION"; readonly authorisation: number }
  /** the key is none, or its proof of possession does not hold for this network and payer. */
  | { readonly code: "INVALID_KEY_PROOF"; readonly publicKey: string }
  /** More proofs of possession than are checked in one batch. */
  | { readonly code: "TOO_MANY_KEY_PROOFS"; readonly max: number };

/** What the chain's record and the round say. */
export type ChainRefusal =
  | { readonly code: "UNKNOWN_CHAIN"; readonly chain: number }
  | { readonly code: "UNBORN_CHAIN"; readonly chain: number; readonly bornRound: number }
  | {
      readonly code: "GAS_PRICE_TOO_LOW";
      readonly chain: number;
      readonly gasPrice: bigint;
      readonly min: bigint;
    }
  | { readonly code: "VALID_UNTIL_PAST"; readonly validUntil: number; readonly round: number }
  | { readonly code: "VALID_UNTIL_TOO_FAR"; readonly validUntil: number; readonly max: number };

/** Which case of judged a transaction. */
export type InclusionCase = "first-emptying" | "after-emptying" | "within-reserve";

/** Code 0: why a transaction cannot be in a block of this round. */
export type InclusionRefusal =
  | {
      readonly code: "NONCE_TOO_LOW";
      readonly chain: number;
      readonly nonce: number;
      readonly next: number;
    }
  | {
      readonly code: "NONCE_GAP";
      readonly chain: number;
      readonly nonce: number;
      readonly next: number;
    }
  /** the authorisation was overtaken in the state after n-k. */
  | {
      readonly code: "AUTHORISATION_OVERTAKEN";
      readonly authorisation: number;
      readonly next: number;
    }
  /** its shards meet in that round, not in this one. By the leg on the other shard. */
  | { readonly code: "WAITS_FOR_PAIR"; readonly chain: number; readonly round: number }
  /** fees in the window above what the case allows. */
  | {
      readonly code: "RESERVE_EXCEEDED";
      readonly chain: number;
      readonly rule: InclusionCase;
      readonly fees: bigint;
      readonly allowed: bigint;
    }
  /** taken or cancelled in the state after n-k; remembered until that round. */
  | {
      readonly code: "OFFER_USED";
      readonly chain: number;
      readonly offer: bigint;
      readonly until: number;
    }
  /** another take of the offer is in the window or earlier in the block. */
  | {
      readonly code: "OFFER_IN_FLIGHT";
      readonly chain: number;
      readonly offer: bigint;
      readonly by: string;
    }
  /** The maker has as many used offer numbers alive as takes may add to; the first of them ends in that round. */
  | { readonly code: "OFFERS_FULL"; readonly chain: number; readonly until: number }
  /** the taker of an open offer must have what it gives and the fee. */
  | {
      readonly code: "TAKER_LACKS_FUNDS";
      readonly chain: number;
      readonly balance: bigint;
      readonly cost: bigint;
    }
  | {
      readonly code: "BLOCK_FULL";
      readonly limit:
        | "chain bytes"
        | "shard bytes"
        | "shard transactions"
        | "cross-shard reads"
        | "key proofs";
    };

export type MempoolRefusal =
  /** The sender's balance cannot pay the fee, also with all that is executed. */
  | {
      readonly code: "INSUFFICIENT_FUNDS";
      readonly chain: number;
      readonly balance: bigint;
      readonly fee: bigint;
    }
  /** Another transaction waits with this nonce; with no gas price, none makes this one a replacement. */
  | {
      readonly code: "NONCE_TAKEN";
      readonly chain: number;
      readonly nonce: number;
      readonly by: string;
      readonly gasPrice?: bigint;
    }
  | {
      readonly code: "NONCE_TOO_FAR";
      readonly chain: number;
      readonly nonce: number;
      readonly max: number;
    }
  /** With the gas price that would get in; without one, none would. */
  | {
      readonly code: "MEMPOOL_FULL";
      readonly chain: number;
      readonly limit: MempoolLimit;
      readonly gasPrice?: bigint;
    };

/** What a cap is about: the sender's, the chain's and the shard's. */
export type MempoolLimit =
  | "sender"
  | "chain transactions"
  | "chain bytes"
  | "transactions"
  | "bytes";

/** Why a transaction left the mempool that was in it. */
export type LeavingRefusal =
  /** Another with the same nonce took its place. */
  | {
      readonly code: "REPLACED";
      readonly chain: number;
      readonly nonce: number;
      readonly by: string;
    }
  /** The cap was reached, and another paid more or its chain had room to claim. */
  | {
      readonly code: "EVICTED";
      readonly chain: number;
      readonly limit: MempoolLimit;
      readonly by: string;
    }
  /** The validators found a signature, a payer's or an authorisation's, that does not hold. */
  | { readonly code: "SIGNATURES_REFUSED" };

/** Why an actor does not vote for, or does not commit, a block. */
export type BlockRefusal =
  | { readonly code: "INVALID_BLOCK"; readonly check: string }
  | { readonly code: "INVALID_CERTIFICATE"; readonly check: string }
  | { readonly code: "STALE_BLOCK"; readonly round: number; readonly headRound: number }
  | { readonly code: "ROUND_CLOSED"; readonly round: number };
