// Which pages may ask from a browser: by default anybody's, since the ledger is public and there
// are no cookies that a foreign page could borrow. An operator can name the origins instead
// (ALLOWED_ORIGINS). Other programs are not concerned: they do not say where they come from.
import type { Env } from "../env.ts";

const ANY = "*";
const ALLOW_ORIGIN = "Access-Control-Allow-Origin";
const PREFLIGHT_HEADERS = {
  "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
  "Access-Control-Allow-Headers": "Content-Type, Accept",
  "Access-Control-Max-Age": "86400",
} as const;
const ORIGIN = /^https?:\/\/[^/\s]+$/;

/** The answer to a browser that asks whether it may ask. */
export function preflight(request: Request, env: Env): Response {
  return forOrigin(new Response(null, { status: 204, headers: PREFLIGHT_HEADERS }), request, env);
}

/** Says in the answer whether the page that asked may read it. */
export function forOrigin(response: Response, request: Request, env: Env): Response {
  const { headers } = response;
  const allowed = allowedOrigins(env.ALLOWED_ORIGINS);
  const origin = request.headers.get("Origin") ?? "";
  if (allowed === ANY) headers.set(ALLOW_ORIGIN, ANY);
  else {
    // The answer differs by origin: caches must not mix them up.
    headers.append("Vary", "Origin");
    if (allowed.includes(origin)) headers.set(ALLOW_ORIGIN, origin);
  }
  headers.set("Access-Control-Expose-Headers", "Retry-After");
  return response;
}

/** "*", or origins with spaces between. */
function allowedOrigins(setting: string | undefined): typeof ANY | readonly string[] {
  const words = wordsOf(setting);
  return words.includes(ANY) ? ANY : words;
}

/** A word of the setting that is neither an origin nor "*"; undefined if there is none. */
export const wrongOrigin = (setting: string | undefined): string | undefined =>
  wordsOf(setting).find((word) => word !== ANY && !ORIGIN.test(word));

const wordsOf = (setting: string | undefined): string[] =>
  (setting ?? ANY).split(/\s+/).filter((word) => word !== "");
