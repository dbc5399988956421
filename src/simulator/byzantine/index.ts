// Every behaviour by its name, and what of a world it takes.
import { accusing } from "./accusing.ts";
import type { Behaviour } from "./behaviour.ts";
import { censoring } from "./censoring.ts";
import { certifiedLies } from "./certified-lies.ts";
import { certifiedTwins } from "./certified-twins.ts";
import { colluding } from "./colluding.ts";
import { delaying } from "./delaying.ts";
import { equivocatingProposer } from "./equivocating-proposer.ts";
import { equivocatingVoter } from "./equivocating-voter.ts";
import { farViews } from "./far-views.ts";
import { garbage } from "./garbage.ts";
import { halfTrades } from "./half-trades.ts";
import { hidingLocks } from "./hiding-locks.ts";
import { impersonating } from "./impersonating.ts";
import { invalidMessages } from "./invalid-messages.ts";
import { invalidTransactions } from "./invalid-transactions.ts";
import { invalidVotes } from "./invalid-votes.ts";
import { loneHalves } from "./lone-halves.ts";
import { lyingAnswers } from "./lying-answers.ts";
import { lyingHub } from "./lying-hub.ts";
import { certifiedOffDuty, offDuty } from "./off-duty.ts";
import { oversizedBlocks } from "./oversized-blocks.ts";
import { replaying } from "./replaying.ts";
import { silent } from "./silent.ts";
import { splitting } from "./splitting.ts";
import { uncertified } from "./uncertified.ts";
import { usurping } from "./usurping.ts";
import { withholdingBlocks } from "./withholding-blocks.ts";
import { withholdingVotes } from "./withholding-votes.ts";
import { wrongHalves } from "./wrong-halves.ts";
import { wrongParts } from "./wrong-parts.ts";
import { wrongRoots } from "./wrong-roots.ts";

/** For f seats of a set at most: the others must get on without them. */
export const BEHAVIOURS = {
  accusing,
  censoring,
  colluding,
  delaying,
  equivocatingProposer,
  equivocatingVoter,
  farViews,
  garbage,
  halfTrades,
  hidingLocks,
  impersonating,
  invalidMessages,
  invalidTransactions,
  invalidVotes,
  loneHalves,
  lyingAnswers,
  offDuty,
  oversizedBlocks,
  replaying,
  silent,
  splitting,
  uncertified,
  usurping,
  withholdingBlocks,
  withholdingVotes,
  wrongHalves,
  wrongParts,
  wrongRoots,
} as const satisfies Record<string, Behaviour>;

/** For a quorum of a set. */
export const CARTEL_BEHAVIOURS = {
  certifiedLies,
  certifiedOffDuty,
  certifiedTwins,
} as const satisfies Record<string, Behaviour>;

/** For the set's own object: without it no round begins. */
export const HUB_BEHAVIOURS = { lyingHub } as const satisfies Record<string, Behaviour>;

/** What does nothing, or nothing of its own, where there is one shard. */
export const OF_SEVERAL_SHARDS: readonly string[] = [
  "certifiedOffDuty",
  "loneHalves",
  "offDuty",
  "wrongHalves",
];

export const ALL_BEHAVIOURS: Readonly<Record<string, Behaviour>> = {
  ...BEHAVIOURS,
  ...CARTEL_BEHAVIOURS,
  ...HUB_BEHAVIOURS,
};
