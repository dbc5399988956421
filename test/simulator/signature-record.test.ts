import { expect, it } from "vitest";
import { seatSet } from "../../src/protocol/consensus/seats.ts";
import { proposalBytes, voteBytes } from "../../src/protocol/consensus/signed-bytes.ts";
import { toHex } from "../../src/protocol/encoding/bytes.ts";
import { SignatureRecord } from "../../src/simulator/signature-record.ts";

const instance = { networkId: new Uint8Array(32).fill(5), epoch: 3, set: 258, round: 2 ** 33 + 7 };
const [a, b] = [1, 2].map((byte) => new Uint8Array(32).fill(byte)) as [Uint8Array, Uint8Array];

it("R-4.1 who voted in the last phase is known by place and value", () => {
  const record = new SignatureRecord();
  const signer = (...members: number[]) => {
    const seats = seatSet(7, members);
    const { sign } = record.wrap({ seats, sign: () => new Uint8Array() });
    return (message: Uint8Array) => sign(seats, message);
  };
  const [first, second] = [signer(0, 6), signer(3)];
  first(proposalBytes(instance, 0, a));
  first(voteBytes(instance, "prepare", 0, a));
  first(voteBytes(instance, "commit", 0, a));
  second(voteBytes(instance, "commit", 0, a));
  second(voteBytes(instance, "commit", 300, b));
  second(voteBytes({ ...instance, round: 9 }, "commit", 0, b));
  const { epoch, set, round } = instance;
  expect(record.commitVotes()).toEqual([
    { epoch, set, round, view: 0, value: toHex(a), signers: [0, 6, 3] },
    { epoch, set, round, view: 300, value: toHex(b), signers: [3] },
    { epoch, set, round: 9, view: 0, value: toHex(b), signers: [3] },
  ]);
  expect(record.equivocations()).toEqual([]);
});

it("R-4.3 what a step signed counts once the step is durable, and not if it is taken back", () => {
  const record = new SignatureRecord();
  const seats = seatSet(7, [2]);
  const step = record.wrapStep({ seats, sign: () => new Uint8Array() });
  step.seats.sign(seats, voteBytes(instance, "commit", 0, a));
  step.takeBack();
  step.seats.sign(seats, voteBytes(instance, "commit", 0, b));
  step.keep();
  step.keep();
  const { epoch, set, round } = instance;
  const counted = { epoch, set, round, view: 0, value: toHex(b), signers: [2] };
  expect(record.commitVotes()).toEqual([counted]);
  expect(record.equivocations()).toEqual([]);
  step.seats.sign(seats, voteBytes(instance, "commit", 0, a));
  expect(record.equivocations()).toEqual([]);
  step.keep();
  expect(record.equivocations()).toHaveLength(1);
});
