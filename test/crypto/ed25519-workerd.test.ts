import { build } from "esbuild";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import vectors from "../vectors/ed25519.json" with { type: "json" };

// Answers the verdict of each vector, and what a seed's key signs.
const WORKER = `
import { importSigningKey, signEd25519, verifyEd25519 } from "./src/crypto/ed25519.ts";
import { fromHex, toHex } from "./src/protocol/encoding/bytes.ts";

export default {
  async fetch(request) {
    const { vectors, seed } = await request.json();
    const verdicts = [];
    for (const { publicKey, message, signature } of vectors) {
      verdicts.push(await verifyEd25519(fromHex(publicKey), fromHex(message), fromHex(signature)));
    }
    const key = await importSigningKey(fromHex(seed));
    const signature = toHex(await signEd25519(key, new Uint8Array(0)));
    return Response.json({ verdicts, publicKey: toHex(key.publicKey), signature });
  },
};`;
const SEED = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";

describe("R-2.1 in workerd", () => {
  let miniflare: Miniflare;
  let answer: { verdicts: boolean[]; publicKey: string; signature: string };

  beforeAll(async () => {
    const resolveDir = new URL("../..", import.meta.url).pathname;
    const bundled = await build({
      stdin: { contents: WORKER, resolveDir, loader: "ts" },
      bundle: true,
      format: "esm",
      write: false,
    });
    const script = bundled.outputFiles[0]?.text ?? "";
    const options = { modules: true, script, compatibilityDate: "2026-10-20" } as const;
    miniflare = new Miniflare(convertV4MiniflareOptions(options));
    const body = JSON.stringify({ vectors, seed: SEED });
    const response = await miniflare.dispatchFetch("http://test/", { method: "POST", body });
    answer = (await response.json()) as typeof answer;
  });
  afterAll(() => miniflare?.dispose());

  it.each(vectors.map((vector, i) => [vector.name, vector.valid, i] as const))(
    "R-2.1 in workerd: %s",
    (_, valid, i) => {
      expect(answer.verdicts[i]).toBe(valid);
    },
  );

  it("R-2.1 in workerd: the key and the signature of RFC 8032, test 1", () => {
    const [first] = vectors;
    expect(answer.publicKey).toBe(first?.publicKey);
    expect(answer.signature).toBe(first?.signature);
  });
});
