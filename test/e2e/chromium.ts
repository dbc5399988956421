// A real Chromium for tests. Where there is none, CI fails, and elsewhere the test says so and is
// left out: `apt-get install chromium`, or name one in CHROMIUM.
import { accessSync, constants } from "node:fs";

const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

function isThere(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Null without one. Throws in CI, where a test that is left out would be a lie. */
export function chromiumPath(): string | null {
  const { CHROMIUM, CI } = process.env;
  const path = CHROMIUM || PLACES.find(isThere) || null;
  if (path !== null) return path;
  const message = "Cannot find Chromium: install it (apt-get install chromium) or set CHROMIUM";
  if (CI !== undefined && CI !== "") throw new Error(message);
  console.warn(`${message}; the tests in a browser are left out`);
  return null;
}
