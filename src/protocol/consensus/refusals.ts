// What consensus refuses, in the order in which it is checked. Only messages of others are refused;
// a message that is right but late, repeated or of no use changes nothing and is no refusal.
export type ConsensusRefusal =
  /** A certificate of another epoch, set or round than the instance. */
  | {
      readonly code: "CONSENSUS_WRONG_INSTANCE";
      readonly epoch: number;
      readonly set: number;
      readonly round: number;
    }
  /** A bitmap of the wrong length, with unused bits set, or without any seat. */
  | { readonly code: "CONSENSUS_BAD_SEATS"; readonly seats: number; readonly bytes: number }
  /** Fewer seats than a certificate or a justification needs. */
  | { readonly code: "CONSENSUS_NO_QUORUM"; readonly found: number; readonly required: number }
  /** Proposed by another seat than the view's proposer. */
  | {
      readonly code: "CONSENSUS_WRONG_PROPOSER";
      readonly view: number;
      readonly found: number;
      readonly required: number;
    }
  /** A view change to view 0, or with a lock that is no prepare certificate of an earlier view. */
  | { readonly code: "CONSENSUS_BAD_LOCK"; readonly newView: number }
  /**
   * A justification in view 0, of another view, with needless parts, or that binds to another value
   * (R-4.1).
   */
  | { readonly code: "CONSENSUS_NOT_JUSTIFIED"; readonly view: number }
  /** Evidence whose two messages do not contradict each other. */
  | { readonly code: "CONSENSUS_NO_CONTRADICTION" }
  /** A signature that the seats named did not make over the message. */
  | { readonly code: "CONSENSUS_BAD_SIGNATURE"; readonly part: ConsensusPart };

export type ConsensusPart = "vote" | "certificate" | "viewChange" | "proposal";
