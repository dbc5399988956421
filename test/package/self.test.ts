import { expect, it } from "vitest";
import * as byName from "yggdrasil/client";
import { createTestNetwork } from "yggdrasil/testing";
import * as bySource from "../../src/client/index.ts";
import { createTestNetwork as createFromSource } from "../../src/testing/index.ts";

it("inside this repository the package's name means the sources", () => {
  expect(byName.connect).toBe(bySource.connect);
  expect(createTestNetwork).toBe(createFromSource);
});
