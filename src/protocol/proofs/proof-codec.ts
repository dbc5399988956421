// What both kinds of proof begin with: a version and the kind, one byte each, so that no proof is taken for another.
import { type Codec, u8 } from "../encoding/codec.ts";
import { accept, type Result, refuse } from "../result.ts";
import type { FormProofRefusal } from "./refusals.ts";

export const PROOF_VERSION = 1;

/** Numbered for ever. */
export const ProofKind = { inclusion: 1, account: 2 } as const;
export type ProofKind = (typeof ProofKind)[keyof typeof ProofKind];

export interface ProofPrefix {
  readonly version: number;
  readonly kind: number;
}

export const proofPrefixFields = { version: u8, kind: u8 };

/** a list with so many entries has paths of at most so many hashes. */
const PATH_HASHES_MAX = 32;
export const PATH_BYTES_MAX: number = 1 + 32 * PATH_HASHES_MAX;

/** The one reading of bytes as a proof of this kind. */
export function decodeProof<T extends ProofPrefix>(
  format: Codec<T>,
  kind: ProofKind,
  bytes: Uint8Array,
): Result<T, FormProofRefusal> {
  const [version, found] = bytes;
  if (version !== undefined && version !== PROOF_VERSION) {
    return refuse({ code: "PROOF_UNSUPPORTED_VERSION", version });
  }
  if (found !== undefined && found !== kind)
    return refuse({ code: "PROOF_WRONG_KIND", kind: found });
  const decoded = format.decode(bytes);
  return decoded.ok
    ? accept(decoded.value)
    : refuse({ code: "PROOF_MALFORMED", bytes: bytes.length });
}
