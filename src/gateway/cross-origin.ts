// Anybody's page may ask: the ledger is public, and there are no cookies that a foreign page could
// borrow.
const HEADERS = {
  "Access-Control-Allow-Origin": "*",
  "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
  "Access-Control-Allow-Headers": "Content-Type, Accept",
  "Access-Control-Max-Age": "86400",
} as const;

/** The answer to a browser that asks whether it may ask. */
export const preflight = (): Response => new Response(null, { status: 204, headers: HEADERS });

export function allowAllOrigins(response: Response): Response {
  response.headers.set("Access-Control-Allow-Origin", HEADERS["Access-Control-Allow-Origin"]);
  return response;
}
