import { expect, it } from "vitest";
import { check } from "../../../src/simulator/checkers/index.ts";
import type { Observation } from "../../../src/simulator/checkers/observation.ts";

it("says so when a checker cannot cope with what it saw", () => {
  const [violation] = check({} as Observation);
  expect(violation).toMatch(/^The checker of agreement failed: /);
});
