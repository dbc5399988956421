import { describe, expect, it } from "vitest";
import { sha256 } from "../../../src/protocol/crypto/sha256.ts";
import { innerHash } from "../../../src/protocol/merkle/node-hash.ts";
import {
  STATE_PROOF_BYTES_MAX,
  type StateProof,
  stateProofCodec,
  verifyAbsence,
  verifyPresence,
} from "../../../src/protocol/merkle/state-proof.ts";
import { bitAt, leafHash } from "../../../src/protocol/merkle/state-subtree.ts";
import { StateTree } from "../../../src/protocol/merkle/state-tree.ts";
import { account, hex, MemoryPages } from "./naive-state.ts";

const COUNT = 600;
const tree = new StateTree(new MemoryPages());
const root = tree.update(Array.from({ length: COUNT }, (_, n) => account(n)));
const keys = [3, 250, COUNT + 1, COUNT + 2, COUNT + 3, COUNT + 5];

const verdict = (bytes: Uint8Array, n: number, under: Uint8Array = root): string => {
  const decoded = stateProofCodec.decode(bytes);
  if (!decoded.ok) return decoded.refusal.code;
  const { key, value } = account(n);
  if (verifyPresence(under, key, value, decoded.value)) return "present";
  return verifyAbsence(under, key, decoded.value) ? "absent" : "nothing";
};

describe("state proof", () => {
  it("R-7.2 golden bytes, and a proof reads back as it was", () => {
    const two = new StateTree(new MemoryPages());
    two.update([account(0), account(1)]);
    const bytes = stateProofCodec.encode(two.prove(account(1).key));
    expect(hex(bytes.subarray(0, 4))).toBe("01800140");
    expect(hex(sha256(bytes))).toMatchInlineSnapshot(
      `"2d2a12b363c568c1b79bce4f161a665d4eb3c2dae038c0e69d08ba7ee3ff873c"`,
    );
    for (const n of keys) {
      const proof = tree.prove(account(n).key);
      const decoded = stateProofCodec.decode(stateProofCodec.encode(proof));
      expect(decoded.ok && decoded.value).toEqual(proof);
    }
  });

  it("R-7.2 any byte of a proof changed, lost or added leaves it proving nothing", () => {
    const endings = new Set<string>();
    for (const n of keys) {
      const proof = tree.prove(account(n).key);
      endings.add(`${n < COUNT} ${proof.terminal.kind}`);
      const bytes = stateProofCodec.encode(proof);
      const sound = n < COUNT ? "present" : "absent";
      expect(verdict(bytes, n)).toBe(sound);
      for (let at = 0; at < bytes.length; at++) {
        for (let flip = 1; flip < 256; flip = flip * 2 + 1) {
          const bent = bytes.slice();
          bent[at] = (bent[at] as number) ^ flip;
          expect(["MALFORMED_BYTES", "nothing"]).toContain(verdict(bent, n));
        }
        expect(verdict(bytes.slice(0, at), n)).toBe("MALFORMED_BYTES");
      }
      expect(verdict(Uint8Array.of(...bytes, 0), n)).toBe("MALFORMED_BYTES");
    }
    // The table above meets every kind of ending.
    expect([...endings].sort()).toEqual(["false empty", "false leaf", "true leaf"]);
  });

  it("R-7.2 a proof for another key or another root proves nothing", () => {
    const later = tree.update([account(9, 1)]);
    tree.update([account(9)]);
    for (const n of keys) {
      const bytes = stateProofCodec.encode(tree.prove(account(n).key));
      expect(verdict(bytes, n, later)).toBe("nothing");
      for (let other = 0; other < COUNT; other += 11) {
        if (other !== n) expect(verdict(bytes, other)).toBe("nothing");
      }
    }
  });

  it("R-7.2 refuses what no tree gives: 257 siblings, an empty last, one of zeros", () => {
    const { key, value } = account(3);
    const proof = tree.prove(key);
    const sibling = new Uint8Array(32).fill(1);
    const wrong: StateProof[] = [
      { ...proof, siblings: new Array(257).fill(sibling) },
      { ...proof, siblings: [...proof.siblings, null] },
      { ...proof, siblings: [...proof.siblings, new Uint8Array(32)] },
      { ...proof, siblings: [...proof.siblings, new Uint8Array(31)] },
    ];
    for (const each of wrong) {
      expect(verifyPresence(root, key, value, each)).toBe(false);
      expect(() => stateProofCodec.encode(each)).toThrow(TypeError);
    }
    const longest = stateProofCodec.encode({ ...proof, siblings: new Array(256).fill(sibling) });
    expect(longest.length).toBe(STATE_PROOF_BYTES_MAX);
    expect(stateProofCodec.decode(longest).ok).toBe(true);
  });

  it("R-7.2 an entry out of its place, as no tree has it, proves nothing of the place", () => {
    const sideOf = (n: number) => bitAt(sha256(account(n).key), 0);
    const entry = COUNT + 1;
    const other = keys.find((n) => sideOf(n) !== sideOf(entry)) as number;
    const path = sha256(account(entry).key);
    const valueHash = sha256(account(entry).value);
    const sibling = new Uint8Array(32).fill(1);
    const misplaced = leafHash(path, valueHash);
    const bent =
      sideOf(other) === 0 ? innerHash(misplaced, sibling) : innerHash(sibling, misplaced);
    const proof: StateProof = { siblings: [sibling], terminal: { kind: "leaf", path, valueHash } };
    expect(verifyAbsence(bent, account(other).key, proof)).toBe(false);
    expect(verifyPresence(bent, account(entry).key, account(entry).value, proof)).toBe(false);
  });

  it("R-7.2 an empty state proves every key absent", () => {
    const empty = new StateTree(new MemoryPages());
    const proof = empty.prove(account(1).key);
    expect(proof).toEqual({ siblings: [], terminal: { kind: "empty" } });
    expect(verifyAbsence(new Uint8Array(32), account(1).key, proof)).toBe(true);
    expect(verifyAbsence(root, account(1).key, proof)).toBe(false);
  });
});
