// Everything that the core can refuse, one code each with the fields that explain it. No prose here: the gateway words it.
export type Refusal =
  /** Bytes that are no value of the format, or a second form of one. */
  | { readonly code: "MALFORMED_BYTES"; readonly format: string; readonly bytes: number }
  /** Longer than the format allows. */
  | {
      readonly code: "BYTES_TOO_LONG";
      readonly format: string;
      readonly bytes: number;
      readonly bytesMax: number;
    };

export type RefusalCode = Refusal["code"];
