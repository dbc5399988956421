// The checkers that read blocks alone: headers, order, exactly once.
import { describe, expect, it } from "vitest";
import { chainHeaders } from "../../../src/simulator/checkers/chain-headers.ts";
import { exactlyOnce } from "../../../src/simulator/checkers/exactly-once.ts";
import { order } from "../../../src/simulator/checkers/order.ts";
import {
  block,
  type Change,
  finds,
  leg,
  oneShard,
  type Row,
  reheader,
  twoShards,
} from "./block-stories.ts";
import { Draft, judged } from "./draft.ts";

describe("chain headers", () => {
  const root = (chain: number, round: number) => `root of ${chain} after ${round}`;
  const rows: readonly Row[] = [
    [
      "R-5.2 a header with another parent",
      (draft) => reheader(draft, 1, 0, { parent: "x" }),
      "R-5.2 the header c0r2 of chain 0 and round 2 follows x, the one before is c0r1 of round 1",
    ],
    [
      "R-5.2 a first header with a parent",
      (draft) => reheader(draft, 0, 1, { parent: "x" }),
      "R-5.2 the header c1r1 of chain 1 and round 1 follows x, the one before is null of round undefined",
    ],
    [
      "R-3.5 two headers of a chain in a block",
      (draft) => {
        block(draft, 1).chains = [...block(draft, 1).chains, ...block(draft, 1).chains];
      },
      "R-3.5 chain 0 has two headers in round 2",
    ],
    [
      "R-2.10 a chain before its birth",
      ({ genesis }) => {
        genesis.chains = genesis.chains.map((chain) => ({ ...chain, bornRound: 2 }));
      },
      "R-2.10 chain 0, born in round 2, is in round 1",
    ],
    [
      "R-3.5 a chain in another shard",
      ({ genesis }) => {
        genesis.chains = genesis.chains.map((chain) => ({ ...chain, shard: chain.chain }));
      },
      "R-3.5 chain 1 of shard 1 is in round 1 of 0",
    ],
    [
      "R-5.2 two roots after one round, by two headers",
      (draft) => reheader(draft, 1, 0, { stateRoot: "x" }),
      `R-5.2 the root of chain 0 after round 0 is ${root(0, 0)} by the header of round 1, x by the header of round 2`,
    ],
    [
      "R-5.2 a header that carries the root of a round too early",
      (draft) => {
        reheader(draft, 2, 0, { stateRoot: root(0, 1) });
        draft.executed.push({
          replica: "set 1",
          shard: 0,
          round: 1,
          roots: new Map([[0, root(0, 1)]]),
        });
      },
      `R-5.2 chain 0 has root ${root(0, 1)} after round 1 by set 1, executing round 1 and after round 2 by the header of round 5, with transactions in round 2`,
    ],
    [
      "R-5.2 a header that carries the root of a round too late",
      (draft) => {
        for (const place of [0, 1]) reheader(draft, place, 0, { stateRoot: root(0, 2) });
      },
      `R-5.2 chain 0 has root ${root(0, 2)} after round 0 by the header of round 1 and after round 2 by the header of round 5, with transactions in round 1`,
    ],
    [
      "R-5.5 a replica that executed to another root",
      ({ executed }) => {
        const told = { replica: "set 1", shard: 0, round: 2 };
        executed.push({ ...told, roots: new Map([[1, "x"]]) });
      },
      `R-5.2 the root of chain 1 after round 2 is ${root(1, 1)} by the header of round 5, x by set 1, executing round 2`,
    ],
    [
      "R-5.5 a replica that ends at another root",
      ({ replicas: [, second] }) => second?.roots instanceof Map && second.roots.set(0, "x"),
      `R-5.2 the root of chain 0 after round 5 is ${root(0, 2)} by shard 0 at the end, x by set 1 at the end`,
    ],
  ];
  it.each(rows)("%s is found", (...row) => finds(chainHeaders, oneShard)(row));

  it("R-5.1 executing a round again, and rounds between blocks, give the roots that there are", () => {
    const again = oneShard(({ executed }) => {
      for (const round of [1, 1, 2, 3, 4]) {
        const roots = new Map([[0, root(0, Math.min(round, 2))]]);
        executed.push({ replica: "set 1", shard: 0, round, roots });
      }
    });
    expect(judged(chainHeaders, again)).toEqual([]);
  });

  it("R-2.10 a chain is there from the round of its birth on", () => {
    const born = oneShard(({ genesis }) => {
      genesis.chains = genesis.chains.map((chain) => ({ ...chain, bornRound: 1 }));
    });
    expect(judged(chainHeaders, born)).toEqual([]);
  });

  it("R-2.10 an unborn chain may carry its first root", () => {
    const early = oneShard(({ genesis, commits }) => {
      commits.splice(0, 2);
      genesis.chains = genesis.chains.map((chain) => ({ ...chain, bornRound: 6 }));
    });
    expect(judged(chainHeaders, early).filter((one) => one.startsWith("R-2.10"))).toEqual([]);
  });
});

describe("order", () => {
  const rows: readonly Row[] = [
    [
      "R-5.3 one chain's before two chains'",
      (draft) => {
        block(draft, 0).order = ["t1", "t3", "t2", "t4"];
        reheader(draft, 0, 0, { transactions: ["t1", "t3", "t2"] });
      },
      "R-5.3 round 1 of shard 0 holds in this order what is of two chains, chain 0, two chains, chain 1",
    ],
    [
      "R-5.3 one chain's before all of two chains",
      (draft) => {
        block(draft, 0).order = ["t3", "t1", "t2", "t4"];
        reheader(draft, 0, 0, { transactions: ["t3", "t1", "t2"] });
      },
      "R-5.3 round 1 of shard 0 holds in this order what is of chain 0, two chains, chain 1",
    ],
    [
      "R-5.3 a chain's block in another order",
      (draft) => reheader(draft, 0, 0, { transactions: ["t2", "t1", "t3"] }),
      "R-5.3 chain 0 in round 1 of shard 0 has t2 t1 t3, the shard t1 t2 t3",
    ],
    [
      "R-5.3 what no chain has",
      (draft) => reheader(draft, 1, 0, { transactions: [] }),
      "R-5.3 transaction t5 is in the order of round 2 of shard 0 and on no chain",
    ],
    [
      "R-5.3 what the order leaves out",
      (draft) => Object.assign(block(draft, 1), { order: [] }),
      "R-5.3 chain 0 in round 2 of shard 0 has t5, the shard ",
    ],
    [
      "R-2.8 a transaction on a chain that it does not touch",
      (draft) => reheader(draft, 0, 1, { transactions: ["t1", "t2", "t3", "t4"] }),
      "R-2.8 transaction t3 is in round 1 of shard 0 on chain 1, where it has no leg",
    ],
    [
      "R-3.10 too many transactions",
      (draft) => Object.assign(block(draft, 1), { order: Array(2_501).fill("t5") }),
      "R-3.10 round 2 of shard 0 has 2501 transactions",
    ],
  ];
  it.each(rows)("%s is found", (...row) => finds(order, oneShard)(row));

  it("R-5.3 what is of two shards behind a shard's own is found", () => {
    const late: Change = (draft) => {
      block(draft, 0).order = ["t2", "t1"];
      reheader(draft, 0, 0, { transactions: ["t2", "t1"] });
    };
    expect(judged(order, twoShards(late))).toEqual([
      "R-5.3 round 1 of shard 0 holds in this order what is of chain 0, two shards",
    ]);
  });

  it("R-5.3 two shards', then two chains', then each chain's own", () => {
    const draft = new Draft({ shards: 2, chains: 3, balances: { alice: 9n } });
    const legs = (...chains: readonly number[]) =>
      draft.signLegs(chains.map((chain) => leg(chain, "alice", 0)));
    // Chains 0 and 2 are of shard 0.
    const [shards, chains, own, other] = [legs(0, 1), legs(2, 0), legs(0), legs(2)];
    draft.block(1, [shards, chains, own, other]);
    expect(judged(order, draft)).toEqual([]);
    draft.block(2, [chains, shards, own]);
    draft.block(3, [shards, own, chains]);
    expect(judged(order, draft).map((one) => one.replace(/.* of (?=two|chain)/, ""))).toEqual([
      "two chains, two shards, chain 0",
      "two shards, chain 0, two chains",
    ]);
  });

  it("R-3.10 2,500 transactions are not too many", () => {
    const full = oneShard((draft) =>
      Object.assign(block(draft, 1), { order: Array(2_500).fill("t5") }),
    );
    expect(judged(order, full).filter((one) => one.startsWith("R-3.10"))).toEqual([]);
  });
});

describe("exactly once", () => {
  const rows: readonly Row[] = [
    [
      "R-2.3 a transaction from nowhere",
      ({ transactions }) => transactions.delete("t5"),
      "R-2.3 transaction t5 in round 2 of chain 0 came from nowhere",
    ],
    [
      "R-2.3 a transaction that somebody else signed",
      ({ transactions }) => Object.assign(transactions.get("t5") as object, { isSigned: false }),
      "R-2.3 transaction t5 in round 2 of chain 0 was not signed by whom it names",
    ],
    [
      "R-2.3 a transaction after its validUntil",
      ({ transactions }) => Object.assign(transactions.get("t5") as object, { validUntil: 1 }),
      "R-2.3 transaction t5 in round 2 of chain 0 was valid until round 1",
    ],
    [
      "R-2.9 an id in two blocks of a chain",
      (draft) => reheader(draft, 2, 0, { transactions: ["t5"] }),
      "R-2.9 transaction t5 is on chain 0 2 times, in rounds 2 5",
    ],
    [
      "R-2.9 an id twice in one block",
      (draft) => reheader(draft, 1, 0, { transactions: ["t5", "t5"] }),
      "R-2.9 transaction t5 is on chain 0 2 times, in rounds 2 2",
    ],
    [
      "R-2.9 an id that is executed twice",
      (draft) => Object.assign(block(draft, 2), { order: ["t5"] }),
      "R-2.9 shard 0 executes transaction t5 in round 2 and in round 5",
    ],
    [
      "R-2.9 a nonce that two use",
      ({ transactions }) =>
        Object.assign(transactions.get("t5") as object, { legs: [leg(0, "alice", 1)] }),
      "R-2.9 nonce 1 of alice on chain 0 is used by t3 and, in round 2, by t5",
    ],
    [
      "R-2.9 a nonce that is left out",
      ({ transactions }) =>
        Object.assign(transactions.get("t5") as object, { legs: [leg(0, "bob", 2)] }),
      "R-2.9 transaction t5 in round 2 has nonce 2, bob on chain 0 is at 1",
    ],
  ];
  it.each(rows)("%s is found", (...row) => finds(exactlyOnce, oneShard)(row));

  it("R-2.3 the last round of validUntil is not after it", () => {
    const last = oneShard(({ transactions }) =>
      Object.assign(transactions.get("t5") as object, { validUntil: 2 }),
    );
    expect(judged(exactlyOnce, last)).toEqual([]);
  });
});
