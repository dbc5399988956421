import { describe, expect, test } from "vitest";
import {
  accusedSeats,
  contradictingProposals,
  contradictingVotes,
} from "../../../src/protocol/consensus/equivocation.ts";
import { bindingLock } from "../../../src/protocol/consensus/justification.ts";
import type { ConsensusMessage, Proposal } from "../../../src/protocol/consensus/messages.ts";
import { noSeats, seatList } from "../../../src/protocol/consensus/seats.ts";
import {
  verifyCertificate,
  verifyEquivocation,
  verifyMessage,
} from "../../../src/protocol/consensus/verify-message.ts";
import { certificateOf, proposalOf, SEATS, viewChangeOf, voteOf } from "./samples.ts";
import { contextOf, INSTANCE, testValue } from "./setup.ts";

const context = contextOf(SEATS);
const x = testValue(1, 1);
const y = testValue(1, 2);
const vote = voteOf("prepare", 1, x, [0, 2]);
const decided = certificateOf("commit", 1, x, [0, 1, 3]);
const lock = certificateOf("prepare", 1, x, [0, 1, 2]);
const older = certificateOf("prepare", 0, y, [0, 1, 2]);
const locked = [viewChangeOf(2, [0], older), viewChangeOf(2, [1], lock), viewChangeOf(2, [2])];
const free = [viewChangeOf(2, [0, 1]), viewChangeOf(2, [3])];

const asVote = (changes: object): ConsensusMessage => ({
  kind: "vote",
  vote: { ...vote, ...changes },
});
const asCertificate = (changes: object): ConsensusMessage => ({
  kind: "certificate",
  certificate: { ...decided, ...changes },
});
const asProposal = (proposal: Proposal): ConsensusMessage => ({ kind: "proposal", proposal });
const asChange = (...of: Parameters<typeof viewChangeOf>): ConsensusMessage => ({
  kind: "viewChange",
  viewChange: viewChangeOf(...of),
});

describe("R-4.1 what is verified", () => {
  test.each<[string, ConsensusMessage]>([
    ["a vote of co-hosted seats", asVote({})],
    ["a commit certificate", asCertificate({})],
    ["a view change", asChange(1, [3])],
    ["a view change with a lock", asChange(2, [3], lock)],
    ["the proposal of view 0", asProposal(proposalOf(0, x))],
    ["a free proposal", asProposal(proposalOf(2, y, free))],
    ["a proposal of the newest lock", asProposal(proposalOf(2, x, locked))],
  ])("R-4.1 %s is accepted", (_, message) => {
    expect(verifyMessage(context, message)).toEqual({ ok: true, value: message });
  });

  const forged = { ...lock, signature: decided.signature };
  const small = certificateOf("prepare", 1, x, [0, 1]);
  test.each<[string, string, ConsensusMessage]>([
    ["CONSENSUS_WRONG_INSTANCE", "another epoch", asCertificate({ epoch: 4 })],
    ["CONSENSUS_WRONG_INSTANCE", "another set", asCertificate({ set: 4 })],
    ["CONSENSUS_WRONG_INSTANCE", "another round", asCertificate({ round: 4 })],
    ["CONSENSUS_BAD_SEATS", "a vote of nobody", asVote({ seats: noSeats(SEATS) })],
    ["CONSENSUS_BAD_SEATS", "an unused bit", asVote({ seats: Uint8Array.of(0b10101) })],
    ["CONSENSUS_BAD_SEATS", "a longer bitmap", asVote({ seats: Uint8Array.of(5, 0) })],
    ["CONSENSUS_NO_QUORUM", "two of four", asCertificate({ seats: Uint8Array.of(3) })],
    ["CONSENSUS_NO_QUORUM", "a lock without a quorum", asChange(2, [3], small)],
    ["CONSENSUS_NO_QUORUM", "too few changes", asProposal(proposalOf(2, x, free.slice(1)))],
    [
      "CONSENSUS_NO_QUORUM",
      "seats counted twice",
      asProposal(proposalOf(2, x, [...free.slice(0, 1), viewChangeOf(2, [1])])),
    ],
    ["CONSENSUS_WRONG_PROPOSER", "not its turn", asProposal({ ...proposalOf(0, x), seat: 1 })],
    ["CONSENSUS_BAD_LOCK", "a change to view 0", asChange(0, [3])],
    ["CONSENSUS_BAD_LOCK", "a lock of the new view", asChange(1, [3], lock)],
    ["CONSENSUS_BAD_LOCK", "a commit certificate as lock", asChange(2, [3], decided)],
    ["CONSENSUS_NOT_JUSTIFIED", "needless parts", asProposal(proposalOf(0, x, free))],
    ["CONSENSUS_NOT_JUSTIFIED", "another view", asProposal(proposalOf(3, x, free))],
    ["CONSENSUS_NOT_JUSTIFIED", "against the newest lock", asProposal(proposalOf(2, y, locked))],
    ["CONSENSUS_NOT_JUSTIFIED", "many parts", asProposal(proposalOf(2, x, Array(5).fill(free[0])))],
    ["CONSENSUS_BAD_SIGNATURE", "another value", asVote({ value: y })],
    ["CONSENSUS_BAD_SIGNATURE", "another view", asVote({ view: 2 })],
    ["CONSENSUS_BAD_SIGNATURE", "another phase", asVote({ phase: "commit" })],
    ["CONSENSUS_BAD_SIGNATURE", "other seats", asVote({ seats: Uint8Array.of(7) })],
    ["CONSENSUS_BAD_SIGNATURE", "another phase", asCertificate({ phase: "prepare" })],
    ["CONSENSUS_BAD_SIGNATURE", "another value", asProposal({ ...proposalOf(0, x), value: y })],
    ["CONSENSUS_BAD_SIGNATURE", "a forged lock", asChange(2, [3], forged)],
    [
      "CONSENSUS_BAD_SIGNATURE",
      "a forged lock in a part",
      asProposal(proposalOf(2, x, [...locked.slice(0, 2), viewChangeOf(2, [2], forged)])),
    ],
    [
      "CONSENSUS_BAD_SIGNATURE",
      "a hidden lock",
      { kind: "viewChange", viewChange: { ...viewChangeOf(2, [3], lock), lock: null } },
    ],
  ])("R-4.1 %s: %s", (code, _, message) => {
    expect(verifyMessage(context, message)).toMatchObject({ ok: false, refusal: { code } });
  });

  test("R-4.1 the newest lock binds, wherever it is listed", () => {
    expect(bindingLock(locked)).toBe(lock);
    expect(bindingLock(locked.toReversed())).toBe(lock);
    expect(bindingLock(free)).toBeNull();
  });

  test("R-7.1 a certificate is verified with the keys of the set alone", () => {
    expect(verifyCertificate(context, decided).ok).toBe(true);
    expect(verifyCertificate({ ...context, set: 6 }, decided).ok).toBe(false);
  });
});

describe("R-10.2 evidence of equivocation", () => {
  test("R-10.2 two votes accuse only who signed both", () => {
    const evidence = contradictingVotes(INSTANCE, vote, voteOf("prepare", 1, y, [2, 3]));
    expect(verifyEquivocation(context, evidence).ok).toBe(true);
    expect(seatList(accusedSeats(evidence, SEATS))).toEqual([2]);
  });

  test("R-10.2 two proposals accuse their seat, without their justifications", () => {
    const [first, second] = [proposalOf(2, x, free), proposalOf(2, y, free)];
    const evidence = contradictingProposals(INSTANCE, first, second);
    expect(verifyEquivocation(context, evidence).ok).toBe(true);
    expect(seatList(accusedSeats(evidence, SEATS))).toEqual([2]);
  });

  const against = (second: typeof vote) => contradictingVotes(INSTANCE, vote, second);
  test.each([
    ["CONSENSUS_NO_CONTRADICTION", "the same vote", against(vote)],
    ["CONSENSUS_NO_CONTRADICTION", "phases differ", against(voteOf("commit", 1, y, [0, 2]))],
    ["CONSENSUS_NO_CONTRADICTION", "views differ", against(voteOf("prepare", 2, y, [0, 2]))],
    ["CONSENSUS_NO_CONTRADICTION", "no seat in both", against(voteOf("prepare", 1, y, [1, 3]))],
    ["CONSENSUS_BAD_SIGNATURE", "a forged vote", against({ ...vote, value: y })],
    ["CONSENSUS_WRONG_INSTANCE", "another round", { ...against(vote), round: 1 }],
    [
      "CONSENSUS_NO_CONTRADICTION",
      "no such seat",
      contradictingProposals(
        INSTANCE,
        { ...proposalOf(0, x), seat: 4 },
        { ...proposalOf(0, y), seat: 4 },
      ),
    ],
    [
      "CONSENSUS_NO_CONTRADICTION",
      "two proposers",
      contradictingProposals(INSTANCE, proposalOf(0, x), { ...proposalOf(0, y), seat: 1 }),
    ],
  ])("R-10.2 %s: %s", (code, _, evidence) => {
    expect(verifyEquivocation(context, evidence)).toMatchObject({ ok: false, refusal: { code } });
  });
});
