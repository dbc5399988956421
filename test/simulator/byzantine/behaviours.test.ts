// Worlds with one behaviour and nothing else wrong: it really acts, honest actors say no where they can tell, and the set goes on.
import { describe, expect, it } from "vitest";
import {
  ALL_BEHAVIOURS,
  type BEHAVIOURS,
  CARTEL_BEHAVIOURS,
  HUB_BEHAVIOURS,
} from "../../../src/simulator/byzantine/index.ts";
import { dutyOf } from "../../../src/simulator/checkers/timetable.ts";
import { QUIET } from "../../../src/simulator/stored-world.ts";
import { type Outcome, runWorld } from "../../../src/simulator/world.ts";
import type { WorldOptions } from "../../../src/simulator/world-options.ts";

const BUSY: WorldOptions = {
  ...QUIET,
  seed: 5,
  voters: [[0], [1], [2], [3]],
  chains: 2,
  accounts: 6,
  faultRounds: 60,
  load: { clients: 2, perRound: 3, mix: { ...QUIET.load.mix, transfer: 3, burst: 2, nonceGap: 1 } },
};

interface Expected {
  /** At least so often. */
  readonly deeds: number;
  /** Each somewhere in what happened: what honest actors say to it. */
  readonly says: readonly RegExp[];
  /** 1 by default. */
  readonly shards?: number;
}

const refuses = (why: string): RegExp => new RegExp(`refuses a faulty voter\\s+${why}`);

const EXPECTED: Readonly<Record<keyof typeof BEHAVIOURS, Expected>> = {
  accusing: { deeds: 50, says: [/request.*: suspects/] },
  censoring: { deeds: 3, says: [] },
  colluding: { deeds: 20, says: [/block refused/] },
  delaying: { deeds: 50, says: [/held back/] },
  equivocatingProposer: { deeds: 10, says: [/equivocation/] },
  equivocatingVoter: { deeds: 100, says: [/equivocation/] },
  farViews: { deeds: 100, says: [] },
  garbage: {
    deeds: 300,
    says: [refuses("Malformed request"), refuses("MALFORMED_BYTES"), refuses("BYTES_TOO_LONG")],
  },
  // What nobody can read is missing: it is asked for.
  halfTrades: { deeds: 3, says: [/request.*: proposedBlock/] },
  hidingLocks: { deeds: 50, says: [] },
  impersonating: { deeds: 100, says: [refuses("CONSENSUS_BAD_SIGNATURE")] },
  invalidMessages: {
    deeds: 100,
    says: [
      refuses("CONSENSUS_BAD_LOCK"),
      refuses("CONSENSUS_BAD_SIGNATURE"),
      refuses("CONSENSUS_NO_QUORUM"),
      refuses("CONSENSUS_NOT_JUSTIFIED"),
      refuses("CONSENSUS_WRONG_INSTANCE"),
      refuses("CONSENSUS_WRONG_PROPOSER"),
    ],
  },
  invalidTransactions: {
    deeds: 3,
    says: [/block refused.*(NONCE|VALID_UNTIL|RESERVE_EXCEEDED|a bad signature)/],
  },
  invalidVotes: {
    deeds: 100,
    says: [refuses("CONSENSUS_BAD_SIGNATURE"), refuses("No other voter of the set speaks")],
  },
  loneHalves: { deeds: 5, says: [], shards: 2 },
  lyingAnswers: { deeds: 10, says: [/request.*: proposedBlock/] },
  offDuty: { deeds: 20, says: [refuses("Another set is on duty")], shards: 2 },
  oversizedBlocks: { deeds: 1, says: [/request.*: proposedBlock/] },
  replaying: {
    deeds: 300,
    says: [refuses("CONSENSUS_BAD_SIGNATURE"), refuses("This link does not carry it")],
  },
  silent: { deeds: 20, says: [] },
  splitting: { deeds: 10, says: [] },
  uncertified: {
    deeds: 50,
    says: [refuses("The certificate does not hold"), refuses("The body is not the certified one")],
  },
  usurping: {
    deeds: 20,
    says: [refuses("CONSENSUS_WRONG_PROPOSER"), refuses("CONSENSUS_BAD_SIGNATURE")],
  },
  withholdingBlocks: { deeds: 10, says: [/request.*: proposedBlock/] },
  withholdingVotes: { deeds: 50, says: [] },
  wrongHalves: {
    deeds: 3,
    says: [/block refused.*each half carries the other's payload root/],
    shards: 2,
  },
  wrongParts: { deeds: 3, says: [/part refused.*INVALID_BLOCK/] },
  wrongRoots: { deeds: 3, says: [/block refused.*INVALID_BLOCK/] },
};

interface Seen {
  readonly outcome: Outcome;
  readonly lines: string;
}

async function run(options: WorldOptions): Promise<Seen> {
  const lines: string[] = [];
  const outcome = await runWorld(options, (line) => lines.push(line));
  return { outcome, lines: lines.join("\n") };
}

const faulty = (behaviour: string, ...voters: readonly number[]): WorldOptions["byzantine"] =>
  voters.map((voter) => ({ set: 1, voter, behaviour }));

/** How many rounds with candidates came to nothing, and in how many the shard committed. */
const closed = (lines: string): number => lines.match(/ round closed /g)?.length ?? 0;

function expectHarmless({ outcome }: Seen): void {
  expect(outcome.violations).toEqual([]);
  expect(outcome.transactions.FINAL).toBeGreaterThan(30);
}

describe("a faulty voter", () => {
  it.each(Object.entries(EXPECTED))(
    "R-3.2, R-4.1 %s: acts, is refused, and the other three of four go on",
    async (behaviour, { deeds, says, shards = 1 }) => {
      let lines = "";
      // What it says is drawn: of all its sorts of lies one world may miss some.
      for (
        let more = 0;
        more < 4 && (more === 0 || says.some((what) => !what.test(lines)));
        more++
      ) {
        const seed = BUSY.seed + more;
        const seen = await run({ ...BUSY, seed, shards, byzantine: faulty(behaviour, 2) });
        expectHarmless(seen);
        expect(seen.outcome.behaviours[behaviour]).toBeGreaterThanOrEqual(deeds);
        lines += seen.lines;
      }
      for (const what of says) expect(lines).toMatch(what);
    },
  );

  it("R-4.1 two of seven seats, in league, cannot make the others vote for what they propose", async () => {
    const voters = [[0, 1], [2], [3, 4], [5], [6]];
    const seen = await run({ ...BUSY, seats: 7, voters, byzantine: faulty("colluding", 1, 3) });
    expectHarmless(seen);
    expect(seen.lines).toMatch(refuses("No other voter of the set speaks"));
  });

  it("R-3.8 who keeps the others' openings from them stops the set until it is replaced", async () => {
    const [name] = Object.keys(HUB_BEHAVIOURS);
    const seen = await run({ ...BUSY, byzantine: faulty(name ?? "", 0) });
    expect(seen.outcome.violations).toEqual([]);
    expect(seen.outcome.behaviours[name ?? ""]).toBeGreaterThan(50);
    const alone = await run(BUSY);
    expect(closed(seen.lines)).toBeGreaterThan(closed(alone.lines));
  });

  it("R-3.8, R-4.4 a set's object that lies stops its own set and hardly another", async () => {
    const world = { ...BUSY, seed: 6, shards: 3, chains: 3 };
    const seen = await run({ ...world, byzantine: faulty("lyingHub", 0) });
    expectHarmless(seen);
    const lost = { lying: 0, others: 0 };
    const sets = [
      { set: 1, shards: [0, 1] },
      { set: 2, shards: [1, 2] },
      { set: 3, shards: [0, 2] },
    ];
    const genesis = { shards: [0, 1, 2], sets, roundMs: 500 };
    for (const [, shard, round] of seen.lines.matchAll(
      /round closed {2}\{"shard":(\d),"round":(\d+),"why":"(?:not certified|nothing of it)/g,
    )) {
      const duty = dutyOf({ genesis, epochs: [] }, Number(shard), Number(round));
      lost[duty?.set === 1 ? "lying" : "others"] += 1;
    }
    expect(lost.lying).toBeGreaterThan(5);
    // A shard that waited for the liar to the end of its round can come too late to the next set.
    expect(lost.others).toBeLessThan(lost.lying / 4);
  });

  it("R-3.2 more than f silent seats stop a set: the checkers say so", async () => {
    const { outcome } = await run({ ...BUSY, seed: 7, byzantine: faulty("silent", 1, 2) });
    expect(outcome.violations.join("\n")).toContain("R-3.9");
  });

  it("is the same in the same world, and what it does hangs on the seed", async () => {
    const options = { ...BUSY, faultRounds: 25, byzantine: faulty("garbage", 1) };
    const [once, again] = [await runWorld(options), await runWorld(options)];
    expect(again).toEqual(once);
    const other = await runWorld({ ...options, seed: 6 });
    expect(other.eventHash).not.toBe(once.eventHash);
  });

  it("has a behaviour that there is", async () => {
    await expect(run({ ...BUSY, byzantine: faulty("kind", 1) })).rejects.toThrow(
      'Cannot make a faulty voter: no behaviour "kind", only ',
    );
    expect(Object.keys(ALL_BEHAVIOURS)).toEqual(
      expect.arrayContaining(Object.keys(CARTEL_BEHAVIOURS)),
    );
  });
});

describe("a cartel", () => {
  it.each([
    ["one voter with all seats", [[0, 1, 2, 3]], [0]],
    ["a quorum in one voter", [[0], [1, 2, 3]], [1]],
    ["a quorum of three voters", [[0], [1], [2], [3]], [0, 2, 3]],
  ] as const)("R-4.5 %s: what it certifies does not pass the shard", async (_, voters, members) => {
    const seen = await run({
      ...BUSY,
      voters,
      cartel: true,
      byzantine: faulty("certifiedLies", ...members),
    });
    expect(seen.outcome.violations).toEqual([]);
    expect(seen.outcome.behaviours.certifiedLies).toBeGreaterThan(10);
    expect(seen.lines).toMatch(/round closed .*(INVALID_BLOCK|NONCE|VALID_UNTIL|signature)/);
    expect(seen.lines).toMatch(refuses("The body is not the certified one"));
    // To the MerkleChain only shards report.
    expect(seen.lines).toMatch(/merkle chain {2}refuses a faulty voter {2}This link does not/);
  });

  it("R-3.4, R-4.5 what it certifies of another set's round passes no shard", async () => {
    const byzantine = faulty("certifiedOffDuty", 0);
    const voters = [[0, 1, 2, 3]];
    const seen = await run({ ...BUSY, shards: 2, voters, cartel: true, byzantine });
    expect(seen.outcome.violations).toEqual([]);
    expect(seen.outcome.behaviours.certifiedOffDuty).toBeGreaterThan(10);
    expect(seen.lines).toMatch(refuses("Another set is on duty"));
  });

  it.each([
    ["one voter with all seats", [[0, 1, 2, 3]], [0]],
    ["a quorum of three voters", [[0], [1], [2], [3]], [0, 2, 3]],
  ] as const)(
    "R-4.7 %s: of two blocks of a round the shard takes one, and all follow",
    async (_, voters, members) => {
      const seen = await run({
        ...BUSY,
        voters,
        cartel: true,
        byzantine: faulty("certifiedTwins", ...members),
      });
      expect(seen.outcome.violations).toEqual([]);
      expect(seen.outcome.behaviours.certifiedTwins).toBeGreaterThan(10);
      expect(seen.lines).toMatch(/block void .*the round is decided/);
    },
  );
});
