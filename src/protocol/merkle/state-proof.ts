// Proofs that a state root holds an entry, or none under a key: the siblings on the key's
// way from the root down, and what the way ends in. One form only: the bitmap ends in the byte of
// the deepest sibling, which is never empty (what is alone there would have moved up), so the depth
// needs no field of its own.
import { sha256 } from "../crypto/sha256.ts";
import { equalBytes } from "../encoding/bytes.ts";
import type { BcsType, Codec } from "../encoding/codec.ts";
import { byteString, codec, hash32, list, struct, taggedUnion } from "../encoding/codec.ts";
import { HASH_BYTES, innerHash } from "./node-hash.ts";
import { bitAt, EMPTY_HASH, leafHash, PATH_BITS } from "./state-subtree.ts";

export type ProofTerminal =
  /** The way ends in a subtree without entries. */
  | { readonly kind: "empty" }
  /** The way ends in a subtree that holds this one entry, which may be another key's. */
  | { readonly kind: "leaf"; readonly path: Uint8Array; readonly valueHash: Uint8Array };

export interface StateProof {
  /** The sibling at each level from the root down; null for an empty one. */
  readonly siblings: readonly (Uint8Array | null)[];
  readonly terminal: ProofTerminal;
}

/** Whether the state under `root` holds `value` under `key`. */
export function verifyPresence(
  root: Uint8Array,
  key: Uint8Array,
  value: Uint8Array,
  proof: StateProof,
): boolean {
  const { terminal } = proof;
  if (terminal.kind !== "leaf") return false;
  const path = sha256(key);
  if (!equalBytes(terminal.path, path)) return false;
  if (!equalBytes(terminal.valueHash, sha256(value))) return false;
  return leadsTo(root, path, proof);
}

/** Whether the state under `root` holds nothing under `key`. */
export function verifyAbsence(root: Uint8Array, key: Uint8Array, proof: StateProof): boolean {
  const { terminal, siblings } = proof;
  const path = sha256(key);
  if (terminal.kind === "leaf") {
    if (terminal.path.length !== HASH_BYTES || equalBytes(terminal.path, path)) return false;
    // The other entry proves absence only where it stands in the key's place.
    for (let level = 0; level < siblings.length; level++) {
      if (level >= PATH_BITS || bitAt(terminal.path, level) !== bitAt(path, level)) return false;
    }
  }
  return leadsTo(root, path, proof);
}

/** Whether the proof's terminal, at the end of the way along `path`, hashes up to `root`. */
function leadsTo(root: Uint8Array, path: Uint8Array, { siblings, terminal }: StateProof): boolean {
  if (!isWellFormed(siblings)) return false;
  if (terminal.kind === "leaf" && terminal.valueHash.length !== HASH_BYTES) return false;
  let hash = terminal.kind === "leaf" ? leafHash(terminal.path, terminal.valueHash) : EMPTY_HASH;
  for (let level = siblings.length - 1; level >= 0; level--) {
    const sibling = siblings[level] ?? EMPTY_HASH;
    hash = bitAt(path, level) === 0 ? innerHash(hash, sibling) : innerHash(sibling, hash);
  }
  return equalBytes(hash, root);
}

function isWellFormed(siblings: StateProof["siblings"]): boolean {
  if (siblings.length > PATH_BITS || siblings.at(-1) === null) return false;
  return siblings.every(
    (hash) => hash === null || (hash.length === HASH_BYTES && !equalBytes(hash, EMPTY_HASH)),
  );
}

interface WireProof {
  readonly present: Uint8Array;
  readonly hashes: readonly Uint8Array[];
  readonly terminal: ProofTerminal;
}

const wireProof = struct<WireProof>("StateProof", {
  present: byteString,
  hashes: list(hash32),
  terminal: taggedUnion<ProofTerminal>("ProofTerminal", {
    empty: { tag: 0, fields: struct("empty", {}) },
    leaf: { tag: 1, fields: struct("leaf", { path: hash32, valueHash: hash32 }) },
  }),
});

function toWire({ siblings, terminal }: StateProof): WireProof {
  if (!isWellFormed(siblings)) throw new TypeError("Invalid state proof: siblings");
  const present = new Uint8Array(Math.ceil(siblings.length / 8));
  const hashes: Uint8Array[] = [];
  siblings.forEach((hash, level) => {
    if (hash === null) return;
    present[level >> 3] = (present[level >> 3] as number) | (0x80 >> (level & 7));
    hashes.push(hash);
  });
  return { present, hashes, terminal };
}

function fromWire({ present, hashes, terminal }: WireProof): StateProof {
  if (present.length > PATH_BITS / 8) throw new RangeError("Too many siblings");
  const siblings: (Uint8Array | null)[] = [];
  let used = 0;
  // Stops with the last hash: a bit set beyond it is lost, which the comparison below finds.
  for (let level = 0; used < hashes.length && level < present.length * 8; level++) {
    siblings.push(bitAt(present, level) === 1 ? (hashes[used++] as Uint8Array) : null);
  }
  if (used < hashes.length) throw new RangeError("More hashes than bits");
  const proof = { siblings, terminal };
  if (!equalBytes(toWire(proof).present, present)) throw new RangeError("A second form");
  return proof;
}

/** As a part of other formats. */
export const stateProofType: BcsType<StateProof> = wireProof.transform(
  "StateProof",
  toWire,
  fromWire,
);

/** 256 siblings with their bitmap, two lengths, and a leaf. */
export const STATE_PROOF_BYTES_MAX = PATH_BITS * HASH_BYTES + PATH_BITS / 8 + 3 + 1 + 64;

export const stateProofCodec: Codec<StateProof> = codec(
  "state proof",
  stateProofType,
  STATE_PROOF_BYTES_MAX,
);
