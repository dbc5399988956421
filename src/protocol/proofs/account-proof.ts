// The bytes that show an account, or that there is none, after a round: its entry with the way to the state root that a
// certified header carries. No child header is needed: a header speaks of states k rounds before it, whose blocks were committed
// when a quorum recomputed the root, also if the header itself came to nothing.
import { CERTIFICATE_BYTES_MAX, type Certificate, certificateType } from "../consensus/messages.ts";
import { ADDRESS_BYTES } from "../crypto/address.ts";
import { byteString, codec, fixedBytes, optional, struct } from "../encoding/codec.ts";
import { ACCOUNT_BYTES_MAX } from "../ledger/account.ts";
import { STATE_PROOF_BYTES_MAX, type StateProof, stateProofType } from "../merkle/state-proof.ts";
import { HEADER_LINK_BYTES_MAX, type HeaderLink, headerLinkType } from "./header-link.ts";
import { type ProofPrefix, proofPrefixFields } from "./proof-codec.ts";

export interface AccountProof extends ProofPrefix {
  readonly address: Uint8Array;
  /** The account as the state holds it; null where it holds none. */
  readonly account: Uint8Array | null;
  readonly stateProof: StateProof;
  readonly link: HeaderLink;
  readonly certificate: Certificate;
}

export const ACCOUNT_PROOF_BYTES_MAX: number =
  2 +
  ADDRESS_BYTES +
  (1 + 2 + ACCOUNT_BYTES_MAX) +
  STATE_PROOF_BYTES_MAX +
  HEADER_LINK_BYTES_MAX +
  CERTIFICATE_BYTES_MAX;

export const accountProofCodec = codec<AccountProof>(
  "account proof",
  struct<AccountProof>("AccountProof", {
    ...proofPrefixFields,
    address: fixedBytes(ADDRESS_BYTES),
    account: optional(byteString),
    stateProof: stateProofType,
    link: headerLinkType,
    certificate: certificateType,
  }),
  ACCOUNT_PROOF_BYTES_MAX,
);
