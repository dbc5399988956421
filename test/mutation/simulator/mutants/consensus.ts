// Bugs of consensus: what seats vote for, what they remember of it, and whose word a shard takes.
import type { Mutant } from "../mutant.ts";

export const CONSENSUS: readonly Mutant[] = [
  {
    name: "quorum-minus-one",
    breaks: "R-3.2 two quorums can be without an honest seat in common",
    file: "src/protocol/consensus/quorum.ts",
    line: "export const quorum = (seats: number): number => Math.floor((2 * seats) / 3) + 1;",
    replacement: "export const quorum = (seats: number): number => Math.floor((2 * seats) / 3);",
  },
  {
    name: "view-change-without-the-lock",
    breaks: "R-4.3 a later view does not hear what an earlier one may have decided",
    file: "src/protocol/consensus/views.ts",
    line: "const { lock } = draft.record;",
    replacement: "const lock = null;",
  },
  {
    name: "oldest-lock-binds",
    breaks: "R-4.1 of several locks the newest one's value must be proposed",
    file: "src/protocol/consensus/justification.ts",
    line: "if (lock !== null && (newest === null || lock.view > newest.view)) newest = lock;",
    replacement:
      "if (lock !== null && (newest === null || lock.view < newest.view)) newest = lock;",
  },
  {
    name: "prepare-vote-forgotten-in-a-restart",
    breaks: "R-4.3 a seat votes a second time in a view",
    file: "src/protocol/consensus/engine.ts",
    line: 'if (prepareVote !== null) return { value: prepareVote.value, verdict: "valid", proposal };',
    replacement: "if (prepareVote !== null) return null;",
  },
  {
    name: "repeated-votes-counted",
    breaks: "R-4.1 one seat's vote makes a quorum when it comes often enough",
    file: "src/protocol/consensus/tally.ts",
    line: "if (overlapping.length > 0) {",
    replacement: "if (overlapping.length > 1) {",
  },
  {
    name: "votes-not-stored",
    breaks: "R-4.3 a seat votes again after a restart: its record is stored with the decision only",
    file: "src/actors/consensus-instance.ts",
    line: "if (this.#record !== before) {",
    replacement: "if (this.#record !== before && this.#record.decided !== null) {",
  },
  {
    name: "lock-not-stored",
    breaks: "R-4.3 after a restart a seat leaves the view as if it had locked nothing",
    file: "src/actors/instance.ts",
    line: "record: consensusRecordCodec.encode(record),",
    replacement: "record: consensusRecordCodec.encode({ ...record, lock: null }),",
  },
  {
    name: "ended-rounds-forgotten",
    breaks: "R-4.3 after a restart a set opens a round again whose record is gone",
    file: "src/actors/instance.ts",
    line: "if (round > this.endedRound()) this.#meta.put(ENDED_KEY, u64Key(round));",
    replacement: "",
  },
  {
    name: "lock-ignored-in-proposals",
    breaks: "R-4.1 a proposal against the newest lock of its view changes is followed",
    file: "src/protocol/consensus/verify-message.ts",
    line: "if (lock !== null && !equalBytes(lock.value, value)) return refused;",
    replacement: "",
  },
  {
    name: "certificate-of-too-few",
    breaks: "R-3.2 a shard takes a certificate of less than a quorum",
    file: "src/protocol/consensus/epoch-keys.ts",
    line: "if (countSeats(seats) < quorum(record.seats.length)) return false;",
    replacement: "if (countSeats(seats) < quorum(record.seats.length) - 1) return false;",
  },
  {
    name: "prepare-certificate-decides",
    breaks: "R-4.1 a shard takes a lock for a decision",
    file: "src/protocol/consensus/epoch-keys.ts",
    line: 'if (phase !== "commit" || !equalBytes(value, hash)) return false;',
    replacement: "if (!equalBytes(value, hash)) return false;",
  },
  {
    name: "certificate-of-another-block",
    breaks: "R-4.1 a shard takes a block with the certificate of another",
    file: "src/protocol/consensus/epoch-keys.ts",
    line: 'if (phase !== "commit" || !equalBytes(value, hash)) return false;',
    replacement: 'if (phase !== "commit") return false;',
  },
  {
    name: "refused-blocks-voted-for",
    breaks: "R-4.4 a seat votes for what its replica found invalid",
    file: "src/actors/consensus-instance.ts",
    line: "return !proposed.refused;",
    replacement: "return true;",
  },
  {
    name: "signatures-of-others-unchecked",
    breaks: "R-4.4 a seat votes for a block whose signatures nobody checked",
    file: "src/actors/consensus-instance.ts",
    line: "if (!this.#canJudge() || !this.#signatures.areVerified(proposed, this.#known())) return null;",
    replacement:
      "if (!this.#canJudge()) return null; else proposed.verified ??= proposed.transactions as never;",
  },
  {
    name: "candidates-unchecked",
    breaks: "R-4.4 a set proposes what a faulty gateway let in",
    file: "src/actors/validator-set.ts",
    line: "instance.candidates = transactions;",
    replacement:
      "instance.candidates = this.#blocks.decode(instance.open?.candidates ?? []) as never;",
  },
  {
    name: "late-answer-commits",
    breaks: "R-4.7 the shard's word about another round commits a set's block",
    file: "src/actors/validator-set.ts",
    line: 'if (answer.kind === "committed" && answer.round === instance.round) {',
    replacement: 'if (answer.kind === "committed") {',
  },
  {
    name: "head-followed-again",
    breaks: "R-4.7 a block that comes a second time is applied a second time",
    file: "src/actors/catch-up.ts",
    line: "if (round <= replica.head.round) return true;",
    replacement: "if (round < replica.head.round) return true;",
  },
  {
    name: "block-off-the-head",
    breaks: "R-4.7 a half need not name the head that it extends",
    file: "src/protocol/blocks/build-shard-block.ts",
    line: "equalBytes(ours.head.hash, theirs.head.hash) &&",
    replacement: "",
  },
];
