// epochs with other sets than the genesis record has, as a light client takes them over.
import { beforeAll, describe, expect, it } from "vitest";
import { type JointHeader, jointHeaderHash } from "../../../src/protocol/blocks/joint-header.ts";
import type { EpochRecord } from "../../../src/protocol/rounds/epoch.ts";
import { type Seat, seatListHash } from "../../../src/protocol/rounds/seat-lists.ts";
import { Timetable } from "../../../src/protocol/rounds/timetable.ts";
import {
  certify,
  FIRST,
  headerOf,
  net,
  openNetwork,
  proofOf,
  SECOND,
  seatsOf,
  trusting,
  ZERO,
} from "./epoch-makers.ts";
import { refusalOf, shown } from "./proof-world.ts";

beforeAll(openNetwork);

const NEW_SET = 7;

/** The first epoch, in which another set covers two of the shards. */
function withNewSet(): EpochRecord {
  const { shards, sets } = net.network.genesis.epoch;
  const [replaced, ...others] = sets.toReversed();
  const entries = [
    ...others
      .toReversed()
      .map(({ set, shards, seats }) => ({ set, shards, seatsHash: seatListHash(seats) })),
    { set: NEW_SET, shards: replaced?.shards ?? [], seatsHash: seatListHash(seatsOf(NEW_SET)) },
  ];
  return { ...FIRST, topology: { shards, sets: entries, nextShard: 3, nextSet: NEW_SET + 1 } };
}

/** Its sets, as far as the timetable asks. */
const setsOf = ({ topology }: EpochRecord) =>
  (topology?.sets ?? []).map(({ set, shards }) => ({ set, shards, seats: [] }));

describe("epochs with sets of their own", () => {
  it("R-3.7 can have other sets, whose seats are shown beside them and sign from then on", () => {
    const network = trusting();
    const record = withNewSet();
    const lists = [seatsOf(NEW_SET)];
    const before = headerOf(0, 99, { set: NEW_SET });
    const replaced = net.network.genesis.epoch.sets.at(-1) ?? expect.fail();
    const [shard = 0] = replaced.shards;
    const isHeard = (header: JointHeader): boolean =>
      network.certifies(certify(header), header, jointHeaderHash(header), shard);
    expect(isHeard(before)).toBe(false);
    expect(shown(network.follow(proofOf(record, 90, { lists })))).toEqual(record);
    expect(isHeard(headerOf(1, 100, { set: NEW_SET }))).toBe(true);
    expect(isHeard(headerOf(1, 100, { set: replaced.set }))).toBe(false);
    // In its own epoch the set that was replaced is heard as before.
    expect(isHeard(headerOf(0, 99, { set: replaced.set }))).toBe(true);
    expect(isHeard(headerOf(1, 100, { set: 1 }))).toBe(shard === 0);
  });

  it("R-3.7 are shown with all lists that the epoch before did not have, whoever knows some of them already", () => {
    const network = trusting();
    const record = withNewSet();
    const back = { ...SECOND, topology: null };
    const again = { ...SECOND, epoch: 3, activationRound: 300, topology: record.topology };
    const lists = [seatsOf(NEW_SET)];
    const { epochs } = net.network;
    const follow = (
      of: EpochRecord,
      before: EpochRecord | null,
      shownLists: readonly (readonly Seat[])[],
    ) => {
      const at = of.activationRound - 10;
      const sets = before?.topology === null || before === null ? {} : { sets: setsOf(before) };
      const duties = new Timetable({ ...epochs.at(0), ...before, ...sets });
      const set = duties.dutyOf(0, at).set;
      const childSet = duties.dutyOf(0, at + 1).set;
      return network.follow(proofOf(of, at, { header: { set }, childSet, lists: shownLists }));
    };
    expect(shown(follow(record, null, lists))).toEqual(record);
    expect(shown(follow(back, record, []))).toEqual(back);
    expect(refusalOf(follow(again, back, []))).toBe("EPOCH_PROOF_OTHER_SEATS");
    expect(shown(follow(again, back, lists))).toEqual(again);
  });

  it("R-3.7, R-4.1 need the lists that they name, no other, by holders who know their secrets", () => {
    const record = withNewSet();
    const [first, ...rest] = seatsOf(NEW_SET);
    const stolen = {
      ...(first ?? expect.fail()),
      proofOfPossession: rest[0]?.proofOfPossession ?? ZERO,
    };
    const follow = (lists: readonly (readonly Seat[])[], of = record): string =>
      refusalOf(trusting().follow(proofOf(of, 90, { lists })));
    expect(follow([])).toBe("EPOCH_PROOF_OTHER_SEATS");
    expect(follow([seatsOf(NEW_SET + 1)])).toBe("EPOCH_PROOF_OTHER_SEATS");
    expect(follow([seatsOf(NEW_SET), seatsOf(NEW_SET)])).toBe("EPOCH_PROOF_OTHER_SEATS");
    expect(follow([seatsOf(NEW_SET)], FIRST)).toBe("EPOCH_PROOF_OTHER_SEATS");
    const list = [stolen, ...rest];
    const sets = (record.topology?.sets ?? []).map((one) =>
      one.set === NEW_SET ? { ...one, seatsHash: seatListHash(list) } : one,
    );
    const topology = { ...(record.topology ?? expect.fail()), sets };
    expect(follow([list], { ...record, topology })).toBe("EPOCH_PROOF_OTHER_SEATS");
  });
});
