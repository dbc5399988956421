// The durable record of a shard's rounds and of how far its headers are notarised.

import { utf8 } from "../protocol/encoding/bytes.ts";
import { codec, decodeStored, safeU64, struct, u8, u32 } from "../protocol/encoding/codec.ts";
import type { Store, Table } from "./ports.ts";

/** "accepted": certified and checked, but the partner shard has yet to say the same of its half. */
export type RoundState = "open" | "accepted" | "closed" | "committed";

export interface ShardProgress {
  /** The newest round that the shard opened, or that it refused unopened; 0 before the first. Earlier ones are decided. */
  readonly round: number;
  readonly state: RoundState;
  /** The newest own header that the MerkleChain has notarised; 0 before the first. */
  readonly notarisedRound: number;
  /** How many chains the MerkleChain's directory has, as it said last. */
  readonly directoryChains: number;
  /** All sets that cover the shard have its blocks up to this round. */
  readonly watchedRound: number;
  /** FINAL up to this round. */
  readonly finalRound: number;
  /** The next order of admission. */
  readonly nextArrival: number;
}

const states: readonly RoundState[] = ["open", "accepted", "closed", "committed"];
const stateType = u8.transform<RoundState>(
  "round state",
  (state) => states.indexOf(state),
  (number) => {
    const state = states[number];
    if (state === undefined) throw new TypeError(`Unknown round state ${number}`);
    return state;
  },
);

const progressCodec = codec<ShardProgress>(
  "shard progress",
  struct<ShardProgress>("ShardProgress", {
    round: safeU64,
    state: stateType,
    notarisedRound: safeU64,
    directoryChains: u32,
    watchedRound: safeU64,
    finalRound: safeU64,
    nextArrival: safeU64,
  }),
  64,
);

const KEY = utf8("shard progress");

export class StoredProgress {
  readonly #meta: Table;
  #value: ShardProgress;

  /** `directoryChains`: how many the genesis record has. */
  constructor(store: Store, directoryChains: number) {
    this.#meta = store.table("meta");
    const bytes = this.#meta.get(KEY);
    this.#value =
      bytes === undefined
        ? {
            round: 0,
            state: "closed",
            notarisedRound: 0,
            directoryChains,
            watchedRound: 0,
            finalRound: 0,
            nextArrival: 0,
          }
        : decodeStored(progressCodec, bytes);
  }

  get value(): ShardProgress {
    return this.#value;
  }

  update(changes: Partial<ShardProgress>): void {
    this.#value = { ...this.#value, ...changes };
    this.#meta.put(KEY, progressCodec.encode(this.#value));
  }

  /** Durably, before anybody is told so. One that is open, or was, has its own end. */
  closeUnopened(round: number): void {
    const { round: last, state } = this.#value;
    if (round > last && state !== "open" && state !== "accepted")
      this.update({ round, state: "closed" });
  }
}
