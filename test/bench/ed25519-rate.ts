// How many Ed25519 signatures workerd imports a key for and verifies in a second, natively: what every signature check here costs at
// least. Measured in a Worker of its own, in the same run as what it is compared with.
import { convertV4MiniflareOptions, Miniflare } from "miniflare";

const SIGNATURES = 4_000;
const AT_ONCE = 64;

const WORKER = `
export default {
  async fetch() {
    const count = ${SIGNATURES};
    const pair = await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"]);
    const publicKey = await crypto.subtle.exportKey("raw", pair.publicKey);
    const message = new Uint8Array(90);
    const signature = await crypto.subtle.sign("Ed25519", pair.privateKey, message);
    const one = async () => {
      const key = await crypto.subtle.importKey("raw", publicKey, "Ed25519", false, ["verify"]);
      return crypto.subtle.verify("Ed25519", key, signature, message);
    };
    let valid = 0;
    for (let done = 0; done < count; done += ${AT_ONCE}) {
      const verdicts = await Promise.all(Array.from({ length: ${AT_ONCE} }, one));
      valid += verdicts.filter(Boolean).length;
    }
    return Response.json({ valid });
  },
};`;

/** Import and verify per second. */
export async function ed25519Rate(): Promise<number> {
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      modules: true,
      script: WORKER,
      compatibilityDate: "2026-10-20",
      cf: false,
    }),
  );
  try {
    const url = await miniflare.ready;
    // The clock of a Worker stands still while it computes: the time is taken here. The first run compiles.
    await measure(url);
    const rates = [await measure(url), await measure(url), await measure(url)];
    return rates.sort((a, b) => a - b)[1] as number;
  } finally {
    await miniflare.dispose();
  }
}

async function measure(url: URL): Promise<number> {
  const start = performance.now();
  const { valid } = (await (await fetch(url)).json()) as { valid: number };
  return valid / ((performance.now() - start) / 1_000);
}
