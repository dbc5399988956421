import { describe, expect, it } from "vitest";
import { GatewayWorld } from "./gateway-world.ts";

const URL = "http://gateway/graphql";
const OURS = "https://app.example";

describe("pages of other origins", () => {
  const allowed = async (setting: string | undefined, origin: string) => {
    const variables = setting === undefined ? {} : { ALLOWED_ORIGINS: setting };
    const world = await GatewayWorld.create({}, variables);
    const headers = { Origin: origin, "Content-Type": "application/json" };
    const body = JSON.stringify({ query: "{ network { k } }" });
    const answers = [
      await world.request({ method: "OPTIONS", headers }, URL),
      await world.request({ method: "POST", headers, body }, URL),
      // One of an error, too: else a page could not say what is wrong.
      await world.request({ method: "POST", headers, body: "{" }, URL),
    ];
    const told = answers.map((answer) => answer.headers.get("Access-Control-Allow-Origin"));
    expect(new Set(told).size).toBe(1);
    return { origin: told[0], vary: answers[1]?.headers.get("Vary") ?? null };
  };

  it("may ask if the operator says nothing", async () => {
    expect(await allowed(undefined, OURS)).toEqual({ origin: "*", vary: null });
  });

  it.each([
    [`${OURS} https://other.example`, OURS, OURS],
    [OURS, "https://app.example.evil", null],
    [OURS, "http://app.example", null],
    [OURS, "null", null],
    ["", OURS, null],
  ])("with ALLOWED_ORIGINS %j, %s is told %s", async (setting, origin, told) => {
    const answer = await allowed(setting, origin);
    expect(answer.origin).toBe(told);
    expect(answer.vary).toContain("Origin");
  });

  it("a setting that is no origin is refused by its name", async () => {
    const world = await GatewayWorld.create({}, { ALLOWED_ORIGINS: `${OURS} app.example/` });
    const answer = await world.request({ method: "POST", body: "{}" }, URL);
    expect(await answer.text()).toContain('Invalid ALLOWED_ORIGINS: \\"app.example/\\"');
  });
});
