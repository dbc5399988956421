// What a voter must remember through a crash: everything of which it may have told
// somebody. A voter restored from its record can only repeat what it said; it never signs two
// values for one (epoch, set, round, view, phase).
import type { BcsType, Codec } from "../encoding/codec.ts";
import { codec, optional, struct, u32 } from "../encoding/codec.ts";
import {
  CERTIFICATE_BYTES_MAX,
  type Certificate,
  certificateType,
  PROPOSAL_BYTES_MAX,
  type Proposal,
  proposalType,
  VIEW_CHANGE_BYTES_MAX,
  type ViewChange,
  VOTE_BYTES_MAX,
  type Vote,
  viewChangeType,
  voteType,
} from "./messages.ts";

/**
 * Writers: `view`, `viewChange` and the emptying of `proposal` and `prepareVote`: enterView
 * (views.ts) alone. `proposal`: proposeValue (views.ts). `prepareVote`, `lock`, `commitVote`:
 * castPrepare and castCommit (voting.ts). `decided`: decide (voting.ts), once.
 */
export interface ConsensusRecord {
  /** No vote below it leaves any more. */
  readonly view: number;
  /** Its own, to `view`; null in view 0. */
  readonly viewChange: ViewChange | null;
  /** Its own, in `view`. */
  readonly proposal: Proposal | null;
  /** Its own, in `view`. */
  readonly prepareVote: Vote | null;
  /** The newest prepare certificate that it saw for a value checked by its replica. */
  readonly lock: Certificate | null;
  /** Its own newest, in the view of the lock. */
  readonly commitVote: Vote | null;
  /** The commit certificate. Nothing but `decided` ever changes after it is set. */
  readonly decided: Certificate | null;
}

export const EMPTY_RECORD: ConsensusRecord = {
  view: 0,
  viewChange: null,
  proposal: null,
  prepareVote: null,
  lock: null,
  commitVote: null,
  decided: null,
};

const recordType: BcsType<ConsensusRecord> = struct<ConsensusRecord>("consensus record", {
  view: u32,
  viewChange: optional(viewChangeType),
  proposal: optional(proposalType),
  prepareVote: optional(voteType),
  lock: optional(certificateType),
  commitVote: optional(voteType),
  decided: optional(certificateType),
});

export const consensusRecordCodec: Codec<ConsensusRecord> = codec(
  "consensus record",
  recordType,
  4 +
    6 +
    VIEW_CHANGE_BYTES_MAX +
    PROPOSAL_BYTES_MAX +
    2 * VOTE_BYTES_MAX +
    2 * CERTIFICATE_BYTES_MAX,
);
