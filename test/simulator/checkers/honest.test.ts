import { expect, it } from "vitest";
import { honest } from "../../../src/simulator/checkers/honest.ts";
import { Draft, judged } from "./draft.ts";

it("R-4.3 an honest seat that signed two values is found", () => {
  const draft = new Draft();
  expect(judged(honest, draft)).toEqual([]);
  draft.equivocations.push(
    "R-4.3 two values were signed by seat 2 of set 1, round 7, view 0, commit",
  );
  expect(judged(honest, draft)).toEqual([
    "R-4.3 two values were signed by seat 2 of set 1, round 7, view 0, commit",
  ]);
});

it("R-4.4 an invalid block that was certified is found, unless nobody honest was needed for that", () => {
  const draft = new Draft();
  draft.invalid.push({ shard: 0, round: 7, why: "no empty transaction list" });
  expect(judged(honest, draft)).toEqual([
    "R-4.4 an invalid block was certified: shard 0, round 7: no empty transaction list",
  ]);
  draft.world.cartels = [1];
  expect(judged(honest, draft)).toEqual([]);
});

it("R-6.6 an actor that stopped is found", () => {
  const draft = new Draft();
  draft.stopped.push("shard 0: Invariant broken: a fee that nobody can pay");
  expect(judged(honest, draft)).toEqual([
    "R-6.6 an actor stopped: shard 0: Invariant broken: a fee that nobody can pay",
  ]);
});
