import { expect, it } from "vitest";
import { check } from "../../../src/simulator/checkers/index.ts";
import type { Observation } from "../../../src/simulator/checkers/observation.ts";
import { Draft } from "./draft.ts";

it("says so when a checker cannot cope with what it saw", () => {
  const found = check({} as Observation);
  expect(found).toHaveLength(22);
  for (const one of found) expect(one).toMatch(/^The checker of [a-z-]+ failed: /);
});

it("finds nothing in a world where nothing happened, and each thing once", () => {
  const draft = new Draft({ balances: { alice: 7n } });
  draft.holds(0, { alice: [7n] });
  expect(check(draft)).toEqual([]);
  draft.stopped.push("shard 0: damaged", "shard 0: damaged");
  expect(check(draft)).toEqual(["R-6.6 an actor stopped: shard 0: damaged"]);
});
