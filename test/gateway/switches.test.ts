// What an operator can switch: introspection, and which documents are answered. And that every
// document of documents/ can be run.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { getIntrospectionQuery } from "graphql";
import { describe, expect, it } from "vitest";
import { GatewayWorld } from "./gateway-world.ts";

const folder = new URL("../../documents/", import.meta.url);
const documents = readdirSync(folder).map((name) => {
  const text = readFileSync(new URL(name, folder), "utf8");
  return { name, text, hash: createHash("sha256").update(text).digest("hex") };
});
const NETWORK = documents.find(({ name }) => name === "network.graphql");

const send = async (world: GatewayWorld, params: object) => {
  const headers = { "Content-Type": "application/json" };
  const response = await world.request({ method: "POST", headers, body: JSON.stringify(params) });
  // biome-ignore lint/suspicious/noExplicitAny: tests look at whatever comes.
  return { status: response.status, body: (await response.json()) as any };
};

describe("introspection", () => {
  it("is on where nothing is said, with suggestions", async () => {
    const world = await GatewayWorld.create();
    await world.data(getIntrospectionQuery());
    const { body } = await world.ask("{ netwrk { id } }");
    expect(body.errors[0].message).toContain('Did you mean "network"?');
  });

  it.each([
    ["__schema", getIntrospectionQuery()],
    ["__schema", "{ a: __schema { types { name } } }"],
    ["__type", '{ ...A } fragment A on Query { __type(name: "Query") { name } }'],
  ])("that is off refuses %s with its code", async (field, query) => {
    const world = await GatewayWorld.create({}, { INTROSPECTION: "off" });
    const { status, body } = await world.ask(query);
    expect([status, body.data]).toEqual([400, undefined]);
    expect(body.errors[0]).toMatchObject({
      message: `Cannot ask for ${field}: introspection is switched off`,
      extensions: { code: "INTROSPECTION_DISABLED" },
    });
  });

  it("that is off leaves __typename, and suggests no names", async () => {
    const world = await GatewayWorld.create({}, { INTROSPECTION: "off" });
    expect(await world.data("{ __typename network { __typename } }")).toEqual({
      __typename: "Query",
      network: { __typename: "Network" },
    });
    for (const query of [
      "{ netwrk { id } }",
      "{ network { limit } }",
      '{ chain(i: "T0") { id } }',
      "{ ...on Sharde { id } }",
      "query ($a: Adress!) { account(address: $a) { address } }",
      "{ network { id @inclde(if: true) } }",
      "{ network { limits } }",
    ]) {
      const { body } = await world.ask(query);
      expect(body.errors[0].extensions.code).toBe("GRAPHQL_VALIDATION_FAILED");
      expect(JSON.stringify(body)).not.toContain("Did you mean");
    }
  });

  it("that is neither on nor off is the operator's mistake, with the value", async () => {
    const world = await GatewayWorld.create({}, { INTROSPECTION: "no" });
    const { status, body } = await world.ask("{ __typename }");
    expect([status, body.errors[0].extensions.code]).toEqual([500, "MISCONFIGURED"]);
    expect(body.errors[0].message).toBe('Invalid INTROSPECTION: "no" is not "on" or "off"');
  });
});

describe("persisted documents", () => {
  const { text = "", hash = "" } = NETWORK ?? {};
  const automatic = (sha256Hash: unknown) => ({
    extensions: { persistedQuery: { version: 1, sha256Hash } },
  });

  it("are valid and within the limits, each of them", async () => {
    const world = await GatewayWorld.create();
    expect(documents.length).toBeGreaterThan(0);
    for (const document of documents) {
      const { body } = await send(world, { documentId: `sha256:${document.hash}` });
      // Those with variables miss them; a document that is not valid says so first.
      expect([document.name, body.errors?.[0].extensions.code ?? "OK"]).toEqual([
        document.name,
        document.text.includes("$") ? "BAD_USER_INPUT" : "OK",
      ]);
    }
  });

  it("are run by documentId, by POST and by GET, and as automatic persisted queries", async () => {
    const world = await GatewayWorld.create();
    const expected = { data: await world.data(text) };
    const id = `sha256:${hash}`;
    expect((await send(world, { documentId: id })).body).toEqual(expected);
    expect((await send(world, { documentId: id, operationName: "Network" })).body).toEqual(
      expected,
    );
    expect((await send(world, automatic(hash))).body).toEqual(expected);
    const url = (field: string) => `http://gateway/graphql?${field}`;
    const extensions = encodeURIComponent(JSON.stringify(automatic(hash).extensions));
    for (const field of [`documentId=${id}`, `extensions=${extensions}`]) {
      const response = await world.request({ method: "GET" }, url(field));
      expect(await response.json()).toEqual(expected);
    }
  });

  it("that are none are refused with the code that makes clients send the text", async () => {
    const world = await GatewayWorld.create();
    const unknown = "0".repeat(64);
    for (const params of [{ documentId: `sha256:${unknown}` }, automatic(unknown)]) {
      const { status, body } = await send(world, params);
      expect([status, body.errors.length]).toEqual([400, 1]);
      expect(body.errors[0].extensions.code).toBe("PERSISTED_QUERY_NOT_FOUND");
      expect(body.errors[0].message).toContain(unknown);
    }
    const retried = await send(world, { ...automatic(unknown), query: "{ __typename }" });
    expect(retried.body).toEqual({ data: { __typename: "Query" } });
  });

  it.each([
    [{ documentId: 7 }, "PERSISTED_QUERY_NOT_FOUND"],
    [{ documentId: ["__proto__"] }, "PERSISTED_QUERY_NOT_FOUND"],
    [{ documentId: { toString: 1 } }, "PERSISTED_QUERY_NOT_FOUND"],
    [automatic({ toString: 1 }), "PERSISTED_QUERY_NOT_FOUND"],
    [{ documentId: "__proto__" }, "PERSISTED_QUERY_NOT_FOUND"],
    [{ extensions: { persistedQuery: null } }, "BAD_REQUEST"],
    [{ documentId: `sha256:${hash}`, query: "{ __typename }" }, "BAD_REQUEST"],
  ])("refuse %j with %s", async (params, code) => {
    const world = await GatewayWorld.create();
    const { status, body } = await send(world, params);
    expect([status, body.errors[0].extensions.code]).toEqual([400, code]);
  });

  it("are all that is answered with PERSISTED_ONLY", async () => {
    const world = await GatewayWorld.create({}, { PERSISTED_ONLY: "on" });
    expect((await send(world, { documentId: `sha256:${hash}` })).status).toBe(200);
    expect((await send(world, { ...automatic(hash), query: text })).status).toBe(200);
    for (const params of [
      { query: "{ __typename }" },
      { query: text },
      { ...automatic(hash), query: "{ __typename }" },
      { ...automatic("0".repeat(64)), query: "{ __typename }" },
      {},
    ]) {
      const { status, body } = await send(world, params);
      expect([status, body.errors[0].extensions.code]).toEqual([400, "PERSISTED_DOCUMENTS_ONLY"]);
    }
    const response = await world.request({ method: "GET" }, "http://gateway/graphql?query={x}");
    expect(response.status).toBe(400);
  });
});
