import { describe, expect, it } from "vitest";
import { DocumentCache } from "../../src/gateway/document-cache.ts";

describe("DocumentCache", () => {
  it("keeps the newest 500, and no long text", () => {
    const cache = new DocumentCache<number>();
    for (let i = 0; i <= 500; i++) cache.set(`query ${i}`, i);
    expect([cache.get("query 0"), cache.get("query 1"), cache.get("query 500")]).toEqual([
      undefined,
      1,
      500,
    ]);
    cache.set("x".repeat(10_000), 1);
    cache.set("x".repeat(10_001), 1);
    expect(cache.get("x".repeat(10_000))).toBe(1);
    expect(cache.get("x".repeat(10_001))).toBeUndefined();
  });
});
