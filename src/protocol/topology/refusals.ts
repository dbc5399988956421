// What the rules of section 12 refuse, in the order of the checks.
export type TopologyRefusal =
  | { readonly code: "UNKNOWN_SHARD"; readonly shard: number }
  /** a shard of one chain cannot be reduced; the state of a chain is never split. */
  | { readonly code: "CHAINS_TOO_FEW"; readonly shard: number; readonly chains: number }
  /** a split takes more validators than there are. */
  | {
      readonly code: "VALIDATORS_MISSING";
      readonly validators: number;
      readonly required: number;
      readonly missing: number;
    }
  /** a shard does not merge with itself. */
  | { readonly code: "SAME_SHARD"; readonly shard: number }
  /** every other shard is above `permilleMax`, or there is none. */
  | { readonly code: "NO_PARTNER"; readonly shard: number; readonly permilleMax: number }
  | { readonly code: "UNKNOWN_SET"; readonly set: number }
  /** only sets that cover the shard may merge it. */
  | { readonly code: "SET_NOT_OF_SHARD"; readonly set: number; readonly shard: number }
  /** reports count in `firstRound` and up to `lastRound`. */
  | {
      readonly code: "RACE_NOT_OPEN";
      readonly round: number;
      readonly firstRound: number;
      readonly lastRound: number;
    }
  | { readonly code: "UNKNOWN_SEAT"; readonly set: number; readonly seat: number }
  /** each seat counts once. */
  | {
      readonly code: "SIGNERS_TOO_FEW";
      readonly set: number;
      readonly signers: number;
      readonly required: number;
    };

/** `C`: the codes that the caller can meet. */
export type TopologyRefusalOf<C extends TopologyRefusal["code"]> = Extract<
  TopologyRefusal,
  { readonly code: C }
>;
