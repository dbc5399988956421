// A network path that loses requests, loses answers, repeats requests, late ones too, and answers
// with errors of a server in between; the same for the same seed.
import type { Fetch } from "../../src/client/index.ts";

export type Fault = "lost request" | "lost answer" | "repeated" | "late copy" | "bad gateway";

export interface FaultyPath {
  readonly fetch: Fetch;
  /** How often each fault happened. */
  readonly counts: Readonly<Record<Fault, number>>;
  /** Waits for copies that are still under way. */
  settle(): Promise<void>;
}

const FAULTS: readonly Fault[] = [
  "lost request",
  "lost answer",
  "repeated",
  "late copy",
  "bad gateway",
];

/** Each request has a fault with the given probability; the faults take turns. */
export function faultyPath(seed: number, probability: number, late = 300): FaultyPath {
  const counts = Object.fromEntries(FAULTS.map((fault) => [fault, 0])) as Record<Fault, number>;
  const copies: Promise<unknown>[] = [];
  let state = seed;
  let faults = 0;
  const random = (): number => {
    // mulberry32
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const copy = (url: string, { signal: _, ...init }: RequestInit) =>
    fetch(url, init).then((response) => response.arrayBuffer());
  return {
    counts,
    settle: async () => void (await Promise.allSettled(copies)),
    async fetch(url, init) {
      const fault = random() < probability ? FAULTS[faults++ % FAULTS.length] : null;
      if (fault == null) return fetch(url, init);
      counts[fault] += 1;
      switch (fault) {
        case "lost request":
          throw new TypeError("connection reset");
        case "lost answer":
          await copy(url, init);
          throw new TypeError("connection reset");
        case "repeated":
          copies.push(copy(url, init));
          return fetch(url, init);
        case "late copy":
          copies.push(new Promise((r) => setTimeout(r, late)).then(() => copy(url, init)));
          throw new TypeError("connection reset");
        case "bad gateway":
          return new Response("<h1>502</h1>", { status: 502 });
      }
    },
  };
}
