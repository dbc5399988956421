// The GraphQL over HTTP specification, by the audits of its reference implementation, against the
// real endpoint.
import { serverAudits } from "graphql-http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connect } from "../../src/client/index.ts";
import { createTestNetwork, type TestNetwork } from "../../src/testing/index.ts";

let network: TestNetwork;
beforeAll(async () => {
  network = await createTestNetwork({ accounts: 0 });
});
afterAll(() => network?.dispose());

const audits = serverAudits({ url: () => network.url });
/** How many audits of each kind this version of the library has. */
const EXPECTED = { MUST: 13, SHOULD: 23, MAY: 25 };
const kindOf = (name: string): string => name.slice(0, name.indexOf(" "));

describe("GraphQL over HTTP", () => {
  it(`has ${EXPECTED.MUST} MUST, ${EXPECTED.SHOULD} SHOULD and ${EXPECTED.MAY} MAY`, () => {
    const counts: Record<string, number> = {};
    for (const { name } of audits) counts[kindOf(name)] = (counts[kindOf(name)] ?? 0) + 1;
    expect(counts).toEqual(EXPECTED);
    expect(new Set(audits.map(({ id }) => id)).size).toBe(audits.length);
  });

  it.each(audits.map((audit) => [audit.id, audit.name, audit] as const))(
    "%s: %s",
    async (_id, _name, audit) => {
      const result = await audit.fn();
      expect(result.status === "ok" ? "ok" : result.reason).toBe("ok");
    },
  );
});

describe("a Worker with everything switched", () => {
  it("answers persisted documents only, and nothing about its schema", async () => {
    await using strict = await createTestNetwork({ accounts: 0, vars: { INTROSPECTION: "off" } });
    const asked = await strict.request("{ __schema { types { name } } }");
    expect(asked.errors?.[0]?.extensions?.code).toBe("INTROSPECTION_DISABLED");
    const typo = await strict.request("{ netwrk { id } }");
    expect(typo.errors?.[0]?.message).toBe('Cannot query field "netwrk" on type "Query".');
    await using only = await createTestNetwork({ accounts: 0, vars: { PERSISTED_ONLY: "on" } });
    const own = await only.request("{ network { name } }");
    expect(own.errors?.[0]?.extensions?.code).toBe("PERSISTED_DOCUMENTS_ONLY");
    // What the client library asks is persisted by every build.
    const client = await connect(only.url);
    expect((await client.chain("T0"))?.id).toBe("T0");
  });
});
