// Which link of a proof does not hold, in the order of the checks: the trusted record, form, network and epoch, what was
// asked for, the Merkle paths, commitment, and at last the signatures, which cost the most.
export type ProofRefusal = GenesisRefusal | FormProofRefusal | AskedProofRefusal | LinkRefusal;

export type GenesisRefusal =
  /** Bytes that are no genesis record, or one with a seat key that is no key. */
  | { readonly code: "GENESIS_MALFORMED"; readonly bytes: number }
  /** A record of another format, whose fields may mean something else. */
  | { readonly code: "GENESIS_UNSUPPORTED_VERSION"; readonly version: number }
  /** Another record than the one whose hash was expected. */
  | { readonly code: "GENESIS_OTHER_NETWORK"; readonly networkId: string }
  /** a seat whose holder has not proven to know its secret: signatures could be forged with it. */
  | { readonly code: "GENESIS_WITHOUT_POSSESSION" };

/** why an epoch does not follow from what is known. */
export type EpochProofRefusal =
  | { readonly code: "EPOCH_PROOF_MALFORMED"; readonly bytes: number }
  /** The block does not activate the epoch behind the newest known one, which is wanted. */
  | { readonly code: "EPOCH_PROOF_NOT_NEXT"; readonly epoch: number }
  | { readonly code: "EPOCH_PROOF_OTHER_NETWORK"; readonly networkId: string }
  /** Not the block that the header carries, or not in a round in which it could be. */
  | { readonly code: "EPOCH_PROOF_OTHER_BLOCK"; readonly round: number }
  /** Not the commit votes of a quorum of the set on T0's duty for exactly this header. */
  | { readonly code: "EPOCH_PROOF_NOT_CERTIFIED"; readonly round: number }
  /** No certified block of the MerkleChain extends it: it may be void. */
  | { readonly code: "EPOCH_PROOF_NOT_COMMITTED"; readonly round: number }
  /** Lists of seats that the epoch does not name, or not those that it does; or a holder that did not prove to know its secret. */
  | { readonly code: "EPOCH_PROOF_OTHER_SEATS"; readonly epoch: number };

export type FormProofRefusal =
  /** Too long, cut off, or not the one encoding of a proof. */
  | { readonly code: "PROOF_MALFORMED"; readonly bytes: number }
  | { readonly code: "PROOF_UNSUPPORTED_VERSION"; readonly version: number }
  /** A proof, but of something else. */
  | { readonly code: "PROOF_WRONG_KIND"; readonly kind: number }
  | { readonly code: "PROOF_OTHER_NETWORK"; readonly networkId: string }
  /** An epoch whose keys are not known yet, or one that its round does not lie in. */
  | { readonly code: "PROOF_OTHER_EPOCH"; readonly epoch: number };

/** The proof may hold, but not for what was asked. */
export type AskedProofRefusal =
  | { readonly code: "PROOF_OTHER_TRANSACTION"; readonly transaction: string }
  | { readonly code: "PROOF_OTHER_CHAIN"; readonly chain: number }
  | { readonly code: "PROOF_OTHER_ADDRESS"; readonly address: string }
  /** It shows an older state than is wanted. */
  | {
      readonly code: "PROOF_TOO_OLD";
      readonly stateRound: number;
      readonly stateRoundMin: number;
    };

export type LinkRefusal =
  /** A Merkle path that does not lead from what it is about to the root above it. */
  | { readonly code: "PROOF_PATH"; readonly link: "transaction" | "account" | "chain header" }
  /** The child header does not extend the header for the chain's shard. */
  | { readonly code: "PROOF_COMMITMENT" }
  /** Not the commit votes of a quorum of the header's set for exactly this header. */
  | { readonly code: "PROOF_CERTIFICATE"; readonly of: "child header" | "header" };
