// The checkers of what several shards have between them: duty, halves, following, and who is awake.
import { describe, expect, it } from "vitest";
import { Timetable } from "../../../src/protocol/rounds/timetable.ts";
import { following } from "../../../src/simulator/checkers/following.ts";
import { halves } from "../../../src/simulator/checkers/halves.ts";
import type { ObservedHalf } from "../../../src/simulator/checkers/observation.ts";
import { cycleOf, dutiesIn } from "../../../src/simulator/checkers/timetable.ts";
import { waking } from "../../../src/simulator/checkers/waking.ts";
import { setsOf, shardsOf } from "../../../src/simulator/world-shards.ts";
import { block, type Change, finds, type Row, twoShards } from "./block-stories.ts";
import { type Draft, inRound, judged } from "./draft.ts";

const networkOf = (shards: number) => ({ shards: shardsOf({ shards }), sets: setsOf({ shards }) });

describe("the plain timetable", () => {
  it("R-3.4 is the source's for four shards: AB+CD, BC+AD, AC+BD", () => {
    const rounds = [0, 1, 2].map((round) =>
      dutiesIn(networkOf(4), round)
        .map(({ set }) => set)
        .sort(),
    );
    // 1 AB, 2 BC, 3 AC, 4 AD, 5 BD, 6 CD: in the order in which the circle turns.
    expect(rounds).toContainEqual([1, 6]);
    expect(rounds).toContainEqual([2, 4]);
    expect(rounds).toContainEqual([3, 5]);
  });

  it("R-3.3 has the two sets of two shards take turns, set 1 in even rounds", () => {
    const sets = [0, 1, 2, 3].map((round) => dutiesIn(networkOf(2), round).map(({ set }) => set));
    expect(sets).toEqual([[1], [2], [1], [2]]);
  });

  it.each([1, 2, 3, 4, 5, 6, 7])("R-3.4 is that of the network, of %i shards", (shards) => {
    const network = networkOf(shards);
    const epoch = {
      activationRound: 0,
      shards: network.shards.map((shard) => ({ shard, chains: [] })),
      sets: network.sets.map((one) => ({ ...one, seats: [] })),
    };
    const timetable = new Timetable(epoch as never);
    for (let round = 0; round < 4 * cycleOf(shards) + 3; round++) {
      const own = dutiesIn(network, round);
      const theirs = timetable.dutiesIn(round);
      const byShard = (duties: typeof own) =>
        [...duties].sort((a, b) => (a.shards[0] ?? 0) - (b.shards[0] ?? 0));
      expect(byShard(own)).toEqual(byShard(theirs));
    }
  });
});

const half = (shard: number, more: Partial<ObservedHalf> = {}): ObservedHalf => ({
  shard,
  parent: { round: 0, hash: "genesis" },
  crossRoot: "cross",
  chainsRoot: `chains of ${shard}`,
  payload: `payload of ${shard}`,
  partner: `payload of ${1 - shard}`,
  ...more,
});

/** Both shards' blocks of round 1 are of one joint header. */
const joint =
  (change: Change = () => {}): Change =>
  (draft) => {
    for (const place of [0, 1]) {
      Object.assign(block(draft, place), { hash: "j1", halves: [half(0), half(1)] });
    }
    change(draft);
  };

describe("halves", () => {
  it("R-3.5 finds right halves right, and what nobody saw no fault", () => {
    expect(judged(halves, twoShards())).toEqual([]);
    expect(judged(halves, twoShards(joint()))).toEqual([]);
  });

  const both = (...of: ObservedHalf[]): Change =>
    joint((draft) => Object.assign(block(draft, 0), { halves: of }));
  const first = "the block of shard 0 and round 1";
  const rows: readonly Row[] = [
    [
      "R-3.4 a set that is not on duty",
      joint((draft) => Object.assign(block(draft, 0), { set: 2 })),
      `R-3.4 ${first} is by set 2, on duty is set 1`,
    ],
    [
      "R-3.5 a half twice",
      both(half(0), half(0)),
      `R-3.5 ${first} has halves of 0, 0, on duty are 0, 1`,
    ],
    [
      "R-3.5 halves the wrong way round",
      both(half(1), half(0)),
      `R-3.5 ${first} has halves of 1, 0, on duty are 0, 1`,
    ],
    [
      "R-3.5 a half of another shard",
      both(half(0), half(2)),
      `R-3.5 ${first} has halves of 0, 2, on duty are 0, 1`,
    ],
    [
      "R-3.5 another payload than the other half's",
      both(half(0, { partner: "x" }), half(1)),
      `R-3.5 in ${first} the half of 0 carries x, the payload of the other is payload of 1`,
    ],
    [
      "R-3.5 a payload of nobody",
      both(half(0)),
      `R-3.5 in ${first} the half of 0 carries payload of 1, the payload of the other is null`,
    ],
    [
      "R-4.4 unequal lists",
      both(half(0, { crossRoot: "x" }), half(1)),
      `R-4.4 in ${first} the halves have unequal lists of what is over both`,
    ],
    [
      "R-3.5 another joint header of the same round",
      joint((draft) => Object.assign(block(draft, 1), { hash: "j2" })),
      `R-3.5 ${first} is j1, shard 1 committed j2 in it`,
    ],
  ];
  it.each(rows)("%s is found", (...row) => finds(halves, twoShards)(row));

  it("R-4.5 of a cartel each shard may take another block", () => {
    const twins = joint((draft) => {
      Object.assign(block(draft, 1), { hash: "j2" });
      draft.world.cartels = [1];
    });
    expect(judged(halves, twoShards(twins))).toEqual([]);
  });
});

describe("following", () => {
  const reached = (replica: string, round: number, atMs: number) => ({
    replica,
    shard: 0,
    round,
    atMs,
  });
  /** Shard 0 has its block of round 1 in that round, a voter of a set in round 4. */
  const followed = (voterMs: number, isFaultFree = true): Draft =>
    twoShards((draft) => {
      draft.world.isFaultFree = isFaultFree;
      draft.heads.push(reached("shard 0", 1, inRound(1)), reached("set 2", 1, voterMs));
    });

  it("R-10.1 within k rounds is soon enough, later is found", () => {
    expect(judged(following, followed(inRound(4)))).toEqual([]);
    expect(judged(following, followed(inRound(5)))).toEqual([
      "R-10.1 set 2 has the block of shard 0 and round 1 in round 5, due by 4",
    ]);
    expect(judged(following, followed(inRound(5), false))).toEqual([]);
  });

  it("R-10.1 a later block is reached by way of those before, and one that is missing is found", () => {
    const draft = followed(inRound(3));
    draft.heads.push(reached("shard 0", 2, inRound(2)));
    expect(judged(following, draft)).toEqual([
      "R-10.1 set 2 has the block of shard 0 and round 2 never, due by 5",
    ]);
    draft.heads.push(reached("set 2", 2, inRound(4)));
    expect(judged(following, draft)).toEqual([]);
  });
});

describe("waking", () => {
  const awake = (shards: readonly number[], ...rounds: readonly number[]): Draft =>
    twoShards((draft) => {
      draft.world.isFaultFree = true;
      draft.accepted("t1", inRound(1));
      draft.awake.push({ actor: "set 1", shards, rounds });
    });

  it("R-3.9 around a block and while something waits everybody of the shard may be awake", () => {
    expect(judged(waking, awake([0, 1], 0, 1, 2, 4, 9))).toEqual([]);
    expect(judged(waking, awake([0], 30))).toEqual([
      "R-3.9 set 1 is awake in round 30, shards 0 have no work",
    ]);
  });

  it("R-3.9 who works for other shards may not", () => {
    expect(judged(waking, awake([2, 3], 1))).toEqual([
      "R-3.9 set 1 is awake in round 1, shards 2 and 3 have no work",
    ]);
    const faulty = awake([2, 3], 1);
    faulty.world.isFaultFree = false;
    expect(judged(waking, faulty)).toEqual([]);
  });
});
