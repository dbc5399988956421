import { describe, expect, test } from "vitest";
import {
  contradictingProposals,
  contradictingVotes,
  equivocationCodec,
} from "../../../src/protocol/consensus/equivocation.ts";
import {
  CERTIFICATE_BYTES_MAX,
  certificateCodec,
  consensusMessageCodec,
  PROPOSAL_BYTES_MAX,
  proposalCodec,
  VIEW_CHANGE_BYTES_MAX,
  VOTE_BYTES_MAX,
  viewChangeCodec,
  voteCodec,
} from "../../../src/protocol/consensus/messages.ts";
import { consensusRecordCodec, EMPTY_RECORD } from "../../../src/protocol/consensus/record.ts";
import { allSeats, SEATS_MAX } from "../../../src/protocol/consensus/seats.ts";
import {
  proposalBytes,
  viewChangeBytes,
  voteBytes,
} from "../../../src/protocol/consensus/signed-bytes.ts";
import { fromHex, toHex } from "../../../src/protocol/encoding/bytes.ts";
import golden from "./golden.json" with { type: "json" };
import { certificateOf, proposalOf, viewChangeOf, voteOf } from "./samples.ts";
import { INSTANCE, testValue } from "./setup.ts";

const x = testValue(1, 10);
const y = testValue(1, 11);
const vote = voteOf("prepare", 1, x, [0, 2]);
const lock = certificateOf("prepare", 1, x, [0, 1, 2]);
const decided = certificateOf("commit", 1, x, [0, 1, 3]);
const viewChange = viewChangeOf(2, [3], lock);
const proposal = proposalOf(2, x, [viewChangeOf(2, [0, 1]), viewChange]);
const commitVote = voteOf("commit", 1, x, [0, 2]);

const formats = {
  vote: [voteCodec, vote],
  certificate: [certificateCodec, decided],
  viewChange: [viewChangeCodec, viewChange],
  viewChangeUnlocked: [viewChangeCodec, viewChangeOf(2, [3])],
  proposal: [proposalCodec, proposal],
  proposalFirst: [proposalCodec, proposalOf(0, x)],
  messageProposal: [consensusMessageCodec, { kind: "proposal", proposal: proposalOf(0, x) }],
  messageVote: [consensusMessageCodec, { kind: "vote", vote }],
  messageViewChange: [consensusMessageCodec, { kind: "viewChange", viewChange }],
  messageCertificate: [consensusMessageCodec, { kind: "certificate", certificate: decided }],
  recordEmpty: [consensusRecordCodec, EMPTY_RECORD],
  recordFull: [
    consensusRecordCodec,
    { view: 2, viewChange, proposal, prepareVote: vote, lock, commitVote, decided },
  ],
  equivocationVotes: [
    equivocationCodec,
    contradictingVotes(INSTANCE, vote, voteOf("prepare", 1, y, [2])),
  ],
  equivocationProposals: [
    equivocationCodec,
    contradictingProposals(INSTANCE, proposalOf(0, x), proposalOf(0, y)),
  ],
} as const;

const signed = {
  signedPrepare: voteBytes(INSTANCE, "prepare", 1, x),
  signedCommit: voteBytes(INSTANCE, "commit", 1, x),
  signedProposal: proposalBytes(INSTANCE, 1, x),
  signedViewChange: viewChangeBytes(INSTANCE, 2, lock),
  signedViewChangeUnlocked: viewChangeBytes(INSTANCE, 2, null),
};

const expected = golden as Readonly<Record<string, string>>;

describe("R-2.3 consensus formats", () => {
  for (const [name, [format, value]] of Object.entries(formats)) {
    test(`R-2.3 ${name} has its golden bytes and no second form`, () => {
      const bytes = format.encode(value as never);
      expect(toHex(bytes)).toBe(expected[name]);
      expect(format.decode(bytes)).toEqual({ ok: true, value });
      expect(format.decode(Uint8Array.of(...bytes, 0))).toMatchObject({ ok: false });
      expect(format.decode(bytes.subarray(1))).toMatchObject({ ok: false });
    });
  }

  for (const [name, bytes] of Object.entries(signed)) {
    test(`R-2.3 ${name} has its golden bytes`, () => expect(toHex(bytes)).toBe(expected[name]));
  }

  test("R-2.3 the golden file has nothing else", () => {
    const names = [...Object.keys(formats), ...Object.keys(signed)];
    expect(Object.keys(expected).sort()).toEqual(names.sort());
  });

  test("R-2.3 an unknown phase is refused", () => {
    const bytes = fromHex(expected.vote as string);
    for (const phase of [0, 3, 255]) {
      bytes[0] = phase;
      expect(voteCodec.decode(bytes)).toMatchObject({ refusal: { code: "MALFORMED_BYTES" } });
    }
  });

  test("R-3.10 the longest of each format is as long as its limit", () => {
    const seats = allSeats(SEATS_MAX);
    const longest = { ...vote, seats };
    const certificate = { ...lock, seats };
    const change = { ...viewChange, seats, lock: certificate };
    const justification = Array(SEATS_MAX).fill(change);
    expect(voteCodec.encode(longest).length).toBe(VOTE_BYTES_MAX);
    expect(certificateCodec.encode(certificate).length).toBe(CERTIFICATE_BYTES_MAX);
    expect(viewChangeCodec.encode(change).length).toBe(VIEW_CHANGE_BYTES_MAX);
    const bytes = proposalCodec.encode({ ...proposal, justification });
    expect(bytes.length).toBe(PROPOSAL_BYTES_MAX);
    expect(proposalCodec.decode(bytes).ok).toBe(true);
    const more = proposalCodec.encode({ ...proposal, justification: [...justification, change] });
    expect(proposalCodec.decode(more)).toMatchObject({ refusal: { code: "BYTES_TOO_LONG" } });
  });

  test("R-4.1 voters with different certificates of one lock sign the same view change", () => {
    const other = certificateOf("prepare", 1, x, [1, 2, 3]);
    expect(viewChangeBytes(INSTANCE, 2, other)).toEqual(viewChangeBytes(INSTANCE, 2, lock));
  });
});
