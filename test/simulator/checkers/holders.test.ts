// The checkers that compare holders of blocks: the shards of a transaction, the MerkleChain, the replicas.
import { describe, expect, it } from "vitest";
import { atomicity } from "../../../src/simulator/checkers/atomicity.ts";
import { chainHeaders } from "../../../src/simulator/checkers/chain-headers.ts";
import { exactlyOnce } from "../../../src/simulator/checkers/exactly-once.ts";
import { notarisation } from "../../../src/simulator/checkers/notarisation.ts";
import type { Checker } from "../../../src/simulator/checkers/observation.ts";
import { order } from "../../../src/simulator/checkers/order.ts";
import { replicas } from "../../../src/simulator/checkers/replicas.ts";
import {
  block,
  type Change,
  finds,
  oneShard,
  type Row,
  reheader,
  twoShards,
} from "./block-stories.ts";
import { judged } from "./draft.ts";

const ALL: readonly (readonly [string, Checker])[] = [
  ["chain headers", chainHeaders],
  ["order", order],
  ["exactly once", exactlyOnce],
  ["atomicity", atomicity],
  ["notarisation", notarisation],
  ["replicas", replicas],
];

it.each(ALL)("R-4.7 R-5.3 the checker of %s finds right blocks right", (_, checker) => {
  expect(judged(checker, oneShard())).toEqual([]);
  // Whoever saw which block first.
  expect(
    judged(
      checker,
      oneShard(({ commits }) => commits.reverse()),
    ),
  ).toEqual([]);
  expect(
    judged(
      checker,
      twoShards(({ commits }) => commits.reverse()),
    ),
  ).toEqual([]);
  expect(judged(checker, twoShards())).toEqual([]);
});

describe("atomicity", () => {
  const half: Change = (draft) => {
    block(draft, 1).order = ["t3"];
    reheader(draft, 1, 1, { transactions: ["t3"] });
  };
  const later: Change = (draft) => {
    half(draft);
    block(draft, 3).order = ["t1"];
    reheader(draft, 3, 1, { transactions: ["t1"] });
  };
  const rows: readonly Row[] = [
    [
      "R-5.6 half a transaction",
      half,
      "R-5.6 transaction t1 is on chain 0 in round 1 and not on chain 1",
    ],
    [
      "R-5.6 a half of a later round",
      later,
      "R-5.6 transaction t1 is on chain 0 in round 1, chain 1 in round 4",
    ],
    [
      "R-5.6 two codes",
      (draft) => draft.receipt("t1", 1, 1, []),
      "R-5.6 transaction t1 has codes 2 and 1",
    ],
  ];
  it.each(rows)("%s is found", (...row) => finds(atomicity, twoShards)(row));

  it("R-5.6 half a transaction of two chains in one shard is found", () => {
    const oneChain = oneShard((draft) => reheader(draft, 0, 1, { transactions: ["t2", "t4"] }));
    expect(judged(atomicity, oneChain)).toEqual([
      "R-5.6 transaction t1 is on chain 0 in round 1 and not on chain 1",
    ]);
  });

  it("R-4.5 a shard that has not come so far may still commit its half, until all is healed", () => {
    const behind: Change = (draft) => draft.commits.splice(1, 3);
    const unhealed =
      (change: Change): Change =>
      (draft) => {
        change(draft);
        draft.world.healedMs = null;
      };
    expect(judged(atomicity, twoShards(unhealed(behind)))).toEqual([]);
    expect(judged(atomicity, twoShards(behind))).toHaveLength(1);
    // It has come so far, and has it not.
    const at = twoShards(
      unhealed((draft) => {
        half(draft);
        draft.commits.splice(3, 1);
      }),
    );
    expect(judged(atomicity, at)).toHaveLength(1);
  });
});

describe("notarisation", () => {
  const rows: readonly Row[] = [
    [
      "R-7.1 a header that was not committed",
      ({ notarised }) => Object.assign(notarised[1] as object, { hash: "x" }),
      "R-7.1 header 2 of shard 0 to be notarised is x of round 2, committed is s0r2 of round 2",
    ],
    [
      "R-7.1 a header that is left out",
      ({ notarised }) => notarised.splice(1, 1),
      "R-7.1 header 2 of shard 0 to be notarised is s0r5 of round 5, committed is s0r2 of round 2",
    ],
    [
      "R-7.1 a header twice",
      ({ notarised }) =>
        notarised.push({ shard: 0, round: 5, hash: "s0r5", atMs: null, saturation: null }),
      "R-7.1 header 4 of shard 0 to be notarised is s0r5 of round 5, committed is undefined of round undefined",
    ],
    [
      "R-3.9 a header that nobody notarises in the end",
      ({ notarised }) => notarised.pop(),
      "R-3.9 2 of 3 blocks of shard 0 are notarised at the end, the next is of round 5",
    ],
    [
      "R-7.1 a set without the MerkleChain's last block",
      ({ logs }) => Object.assign(logs[1] as object, { number: 0, headRound: 2 }),
      "R-7.1 set 1 ends with block 0 of the MerkleChain in round 2, it has 1 in round 5",
    ],
    [
      "R-7.1 a set with another block than the MerkleChain's",
      ({ logs }) => Object.assign(logs[1] as object, { headHash: "x" }),
      "R-7.1 set 1 ends with block 1 of the MerkleChain in round 5, it has 1 in round 5",
    ],
  ];
  it.each(rows)("%s is found", (...row) => finds(notarisation, oneShard)(row));

  it("R-7.1 before all is healed the rest may still come", () => {
    const waits = oneShard((draft) => {
      draft.notarised.pop();
      draft.world.healedMs = null;
    });
    expect(judged(notarisation, waits)).toEqual([]);
  });
});

describe("replicas", () => {
  const second =
    (change: object): Change =>
    ({ replicas: [, replica] }) =>
      Object.assign(replica as object, change);
  const head =
    "head s0r5 of round 5, executed 5, root root of 0 after 2 of chain 0, root root of 1 after 1 of chain 1";
  const rows: readonly Row[] = [
    [
      "R-4.7 a replica with another head",
      second({ headHash: "x" }),
      "R-4.7 set 1 ends at round 5 with x, the last block of shard 0 is s0r5 of round 5",
    ],
    [
      "R-4.7 a replica that is behind",
      second({ headRound: 2, headHash: "s0r2" }),
      "R-4.7 set 1 ends at round 2 with s0r2, the last block of shard 0 is s0r5 of round 5",
    ],
    [
      "R-5.5 a replica that did not execute so far",
      second({ executedRound: 2 }),
      `R-5.5 shard 0 ends with ${head}, set 1 with ${head.replace("executed 5", "executed 2")}`,
    ],
    [
      "R-5.5 a replica with another state",
      second({
        roots: new Map([
          [0, "root of 0 after 2"],
          [1, "x"],
        ]),
      }),
      `R-5.5 shard 0 ends with ${head}, set 1 with ${head.replace("root of 1 after 1", "x")}`,
    ],
  ];
  it.each(rows)("%s is found", (...row) => finds(replicas, oneShard)(row));

  it("R-5.5 before all is healed a replica may be behind", () => {
    const behind = oneShard((draft) => {
      second({ executedRound: 2, headRound: 2, headHash: "s0r2" })(draft);
      draft.world.healedMs = null;
    });
    expect(judged(replicas, behind)).toEqual([]);
  });
});
