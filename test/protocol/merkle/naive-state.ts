// An independent reading of for the tests: the root by recursion over a sorted list, nothing
// shared with the tree.
import { createHash } from "node:crypto";
import type { PageStore } from "../../../src/protocol/merkle/state-page-cache.ts";

type Content = ReadonlyMap<string, Uint8Array>;
const digest = (...parts: readonly Uint8Array[]): Buffer => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
};

/** The root of a map from keys in hex to values. */
export function naiveRoot(content: Content): string {
  const leaves = [...content].map(([key, value]) => {
    const path = digest(Buffer.from(key, "hex"));
    const bits = [...path].map((byte) => byte.toString(2).padStart(8, "0")).join("");
    return { bits, hash: digest(Uint8Array.of(0), path, digest(value)) };
  });
  leaves.sort((a, b) => (a.bits < b.bits ? -1 : 1));
  const root = (under: typeof leaves, level: number): Buffer => {
    const [first, second] = under;
    if (first === undefined) return Buffer.alloc(32);
    if (second === undefined) return first.hash;
    const left = under.filter(({ bits }) => bits[level] === "0");
    const right = under.filter(({ bits }) => bits[level] === "1");
    return digest(Uint8Array.of(1), root(left, level + 1), root(right, level + 1));
  };
  return root(leaves, 0).toString("hex");
}

/** The paths of a map's keys, in order. */
export const naivePaths = (content: Content): string[] =>
  [...content.keys()].map((key) => digest(Buffer.from(key, "hex")).toString("hex")).sort();

/** Pages in memory, counting what a row costs. */
export class MemoryPages implements PageStore {
  pages = new Map<string, Uint8Array>();
  reads: string[] = [];
  writes: string[] = [];

  get(prefix: string): Uint8Array | undefined {
    this.reads.push(prefix);
    return this.pages.get(prefix);
  }
  put(prefix: string, page: Uint8Array): void {
    this.writes.push(prefix);
    this.pages.set(prefix, page);
  }
  delete(prefix: string): void {
    this.writes.push(prefix);
    this.pages.delete(prefix);
  }
  /** All pages in hex, in order of their prefixes. */
  dump(): string[] {
    return [...this.pages].map(([at, page]) => `${at}:${Buffer.from(page).toString("hex")}`).sort();
  }
}

/** The n-th of endlessly many accounts: a key of 21 bytes, a value of 50. */
export const account = (n: number, version = 0): { key: Uint8Array; value: Uint8Array } => ({
  key: Uint8Array.of(0, ...digest(Buffer.from(`account ${n}`)).subarray(0, 20)),
  value: new Uint8Array(50).fill(n * 7 + version),
});

/** Accounts whose paths agree in their first 12 bits: pages with one child only lie above them. */
export function crowdedAccounts(count: number): { key: Uint8Array; value: Uint8Array }[] {
  const found: { key: Uint8Array; value: Uint8Array }[] = [];
  for (let n = 0; found.length < count; n++) {
    const each = account(n);
    const path = digest(each.key);
    if (path[0] === 0xab && (path[1] as number) >> 4 === 0xc) found.push(each);
  }
  return found;
}

export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
