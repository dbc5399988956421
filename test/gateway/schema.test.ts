// The schema that is committed, printed and served is one; development fields exist on development
// networks only.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  buildSchema,
  type GraphQLEnumType,
  type GraphQLSchema,
  isObjectType,
  lexicographicSortSchema,
  printSchema,
} from "graphql";
import { describe, expect, it } from "vitest";
import { HOLDERS, INCLUSION_CASES, OUTCOMES, PAYLOADS } from "../../src/gateway/enums.ts";
import { REFUSAL_WORDINGS } from "../../src/gateway/refusal-message.ts";
import { gatewaySchema } from "../../src/gateway/schema.ts";
import { PAYLOAD_TAGS } from "../../src/protocol/ledger/payload.ts";
import { REASONS } from "../../src/protocol/ledger/receipt.ts";

const file = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const development = gatewaySchema(true);
const production = gatewaySchema(false);

const valuesOf = (name: string): string[] =>
  (development.getType(name) as GraphQLEnumType).getValues().map((value) => value.name);

describe("schema", () => {
  it("is what schema/*.graphql gives, in types, module and printed form", () => {
    execFileSync(process.execPath, [file("scripts/codegen.mjs"), "--check"], { stdio: "pipe" });
  });

  it("is served as it is printed", () => {
    const golden = readFileSync(file("test/golden/schema.graphql"), "utf8");
    const sorted = (schema: GraphQLSchema) => printSchema(lexicographicSortSchema(schema));
    expect(sorted(development)).toBe(sorted(buildSchema(golden)));
  });

  it("has the development operations on development networks only", () => {
    expect(development.getMutationType()?.getFields().dev).toBeDefined();
    expect(production.getMutationType()?.getFields().dev).toBeUndefined();
    expect(production.getType("DevMutation")).toBeUndefined();
    expect(printSchema(production)).not.toContain("faucet(");
  });

  it("describes every type, field, argument and value", () => {
    const silent: string[] = [];
    const look = (name: string, description: string | null | undefined) => {
      if (!description) silent.push(name);
    };
    for (const type of Object.values(development.getTypeMap())) {
      if (type.name.startsWith("__")) continue;
      look(type.name, type.description);
      if (!isObjectType(type)) continue;
      for (const field of Object.values(type.getFields())) {
        look(`${type.name}.${field.name}`, field.description);
        for (const argument of field.args) {
          look(`${type.name}.${field.name}(${argument.name})`, argument.description);
        }
      }
    }
    expect(silent).toEqual([]);
  });

  it.each([
    ["RefusalCode", Object.keys(REFUSAL_WORDINGS)],
    ["ExecutionOutcome", Object.values(OUTCOMES)],
    ["PayloadKind", Object.values(PAYLOADS)],
    ["HolderKind", Object.values(HOLDERS)],
    ["InclusionCase", Object.values(INCLUSION_CASES)],
  ])("%s has exactly the core's values, in its order", (name, expected) => {
    expect(valuesOf(name)).toEqual(expected);
  });

  it("words every reason of a receipt and every payload of the core", () => {
    expect(Object.keys(OUTCOMES)).toEqual(Object.keys(REASONS));
    for (const kind of Object.keys(PAYLOADS)) expect(PAYLOAD_TAGS).toHaveProperty(kind);
  });
});
