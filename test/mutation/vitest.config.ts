// The tests of one target of scripts/mutation.mjs. Stryker runs them once for each mutant.
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import base from "../../vitest.config.ts";

/** Random histories come last: nearly every mutant is caught by a test of milliseconds. */
class PropertiesLast extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isProperty = ({ moduleId }: TestSpecification) => moduleId.includes("propert");
    return files.toSorted((a, b) => Number(isProperty(a)) - Number(isProperty(b)));
  }
}

export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: (process.env.MUTATION_TESTS ?? "").split(" "),
    sequence: { sequencer: PropertiesLast },
  },
});
