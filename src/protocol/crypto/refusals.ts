// What the cryptography refuses in bytes and texts from outside. Callers turn them into their own.
export type CryptoRefusal =
  /**
   * A text that is no address. FORM: not bech32m (a mistyped letter, mixed case, the
   * checksum of the older bech32); PREFIX: well formed, but of another ledger; LENGTH: not 20
   * bytes.
   */
  | { readonly code: "INVALID_ADDRESS"; readonly reason: "FORM" | "PREFIX" | "LENGTH" }
  /** A seat's public key that is no canonical point of the subgroup, or the identity. */
  | { readonly code: "INVALID_SEAT_KEY"; readonly seat: number };
