import { describe, expect, it } from "vitest";
import { epochs } from "../../../src/simulator/checkers/epochs.ts";
import { Draft, judged, ROUND_MS } from "./draft.ts";

const SECOND = {
  epoch: 1,
  activationRound: 20,
  activationMs: 20 * ROUND_MS,
  roundMs: ROUND_MS,
  decidedMs: 5 * ROUND_MS,
};

/** A world that went from epoch 0 to 1 in round 20. */
function draft(): Draft {
  const made = new Draft();
  made.epochs.push({ ...SECOND });
  made.knownEpochs.set(0, 1);
  made.world.healedMs = 1;
  return made;
}

describe("the checker of epochs", () => {
  it("R-3.7 takes what is done in the epoch that has the round", () => {
    const good = draft();
    good.opened.push({ shard: 0, epoch: 0, round: 19 }, { shard: 0, epoch: 1, round: 20 });
    expect(judged(epochs, good)).toEqual([]);
  });

  it("R-3.7 finds a round that was opened, voted in or committed in another epoch", () => {
    const bad = draft();
    bad.opened.push({ shard: 0, epoch: 0, round: 20 }, { shard: 0, epoch: 1, round: 19 });
    bad.block(21, []);
    const vote = { epoch: 0, set: 1, round: 20, view: 0, value: "aa", signers: [1] };
    bad.ballots = { commitVotes: [vote], faultySeats: new Map() };
    expect(judged(epochs, bad)).toEqual([
      "R-3.7 shard 0 opened round 20 in epoch 0, it is of 1",
      "R-3.7 shard 0 opened round 19 in epoch 1, it is of 0",
      "R-3.7 shard 0 commits round 21 in epoch 0, it is of 1",
      "R-3.7 seats of set 1 voted in round 20 in epoch 0, it is of 1",
    ]);
  });

  it("R-3.7, R-3.8 finds an epoch that leaves one out, begins at another time or changes its rounds too much", () => {
    const change = (more: Partial<typeof SECOND>): readonly string[] => {
      const changed = draft();
      Object.assign(changed.epochs[0] ?? {}, more);
      changed.knownEpochs.set(0, changed.epochs[0]?.epoch ?? 0);
      return judged(epochs, changed);
    };
    expect(change({ roundMs: 2 * ROUND_MS })).toEqual([]);
    expect(change({ epoch: 2 })).toEqual(["R-3.7 epoch 2 follows 0 as number 1"]);
    expect(change({ activationMs: 1 })).toEqual([
      `R-3.1 epoch 1 begins at 1 ms, its round at ${20 * ROUND_MS} ms`,
    ]);
    const length = (ms: number): string => `R-3.8 rounds of ${ROUND_MS} ms become ${ms} ms`;
    expect(change({ roundMs: 4 * ROUND_MS })).toEqual([length(4 * ROUND_MS)]);
    expect(change({ roundMs: ROUND_MS / 2 })).toEqual([length(ROUND_MS / 2)]);
  });

  it("R-3.7 finds a shard that does not know the newest epoch, once nothing is disturbed", () => {
    const behind = draft();
    behind.knownEpochs.set(0, 0);
    expect(judged(epochs, behind)).toEqual(["R-3.7 shard 0 knows epoch 0 at the end, not 1"]);
    behind.world.healedMs = null;
    expect(judged(epochs, behind)).toEqual([]);
  });
});
