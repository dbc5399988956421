// The validators of T0 beside its state: by stake, the highest first, which the state cannot be read by, and how much
// Rune they stand for together, and how many can hold a seat. Follows from the state's writes, in the same transaction; a state that
// came from elsewhere has none, and the order is made from its entries.
import { concatBytes } from "../protocol/encoding/bytes.ts";
import { decodeStored, U128_MAX } from "../protocol/encoding/codec.ts";
import { ROOT_CHAIN } from "../protocol/ledger/chain-id.ts";
import { amountCodec, type EntryWrite } from "../protocol/ledger/chain-state.ts";
import { StateKind } from "../protocol/merkle/state-key.ts";
import type { PageStore } from "../protocol/merkle/state-page-cache.ts";
import { visitEntries } from "../protocol/merkle/state-walk.ts";
import { isCandidate, runeIn, totalStake, validatorCodec } from "../protocol/staking/validator.ts";
import { readU64Key, u64Key } from "./keys.ts";
import type { Store, Table } from "./ports.ts";

/** A place in the order: the stake, and among equals the address. */
export interface ValidatorPlace {
  readonly stake: bigint;
  readonly address: Uint8Array;
}

const STAKE_BYTES = 16;
const ROWS_A_TIME = 1_000;
const RANKED = 0;
const TOTAL_KEY = Uint8Array.of(1);
const CANDIDATES_KEY = Uint8Array.of(2);
const NOTHING = new Uint8Array();

export class ValidatorIndex {
  readonly #table: Table;

  constructor(store: Store) {
    this.#table = store.table("validators");
  }

  /** All Rune that is staked or on its way back, in base units. */
  get total(): bigint {
    const bytes = this.#table.get(TOTAL_KEY);
    return bytes === undefined ? 0n : decodeStored(amountCodec, bytes);
  }

  /** how many there are to fill seats, with those that hold one. */
  get candidates(): number {
    const bytes = this.#table.get(CANDIDATES_KEY);
    return bytes === undefined ? 0 : readU64Key(bytes);
  }

  /** Addresses by stake, the highest first, then by address; those behind `after`. */
  page(after: ValidatorPlace | null, limit: number): Uint8Array[] {
    const from = after === null ? Uint8Array.of(RANKED) : concatBytes(keyOf(after), NOTHING_ABOVE);
    const to = TOTAL_KEY;
    return this.#table.range({ from, to, limit }).map(([key]) => key.slice(1 + STAKE_BYTES));
  }

  /** Anew from the entries of T0, whose state came without this: reads each of its pages once. */
  rebuild(root: PageStore): void {
    for (;;) {
      const rows = this.#table.range({ limit: ROWS_A_TIME });
      if (rows.length === 0) break;
      for (const [key] of rows) this.#table.delete(key);
    }
    visitEntries(root, (entries) => {
      this.apply(
        entries.map(({ key, value }) => ({ chain: ROOT_CHAIN, key, value, before: null })),
      );
    });
  }

  apply(writes: readonly EntryWrite[]): void {
    let change = 0n;
    let joined = 0;
    for (const { chain, key, value, before } of writes) {
      if (chain !== ROOT_CHAIN || key[0] !== StateKind.validator) continue;
      const address = key.subarray(1);
      if (before !== null) this.#table.delete(keyOf({ address, stake: stakeIn(before) }));
      if (value !== null) this.#table.put(keyOf({ address, stake: stakeIn(value) }), NOTHING);
      change += runeIn(value) - runeIn(before);
      joined += candidatesIn(value) - candidatesIn(before);
    }
    if (joined !== 0) this.#table.put(CANDIDATES_KEY, u64Key(this.candidates + joined));
    if (change !== 0n) this.#table.put(TOTAL_KEY, amountCodec.encode(this.total + change));
  }
}

const stakeIn = (entry: Uint8Array): bigint => totalStake(decodeStored(validatorCodec, entry));

const candidatesIn = (entry: Uint8Array | null): number =>
  entry !== null && isCandidate(decodeStored(validatorCodec, entry)) ? 1 : 0;

/** What makes a key the next one behind itself. */
const NOTHING_ABOVE = Uint8Array.of(0);

/** The more stake the less the key. */
function keyOf({ stake, address }: ValidatorPlace): Uint8Array {
  const rank = new Uint8Array(STAKE_BYTES);
  const view = new DataView(rank.buffer);
  const inverted = U128_MAX - stake;
  view.setBigUint64(0, inverted >> 64n);
  view.setBigUint64(8, inverted & 0xffff_ffff_ffff_ffffn);
  return concatBytes(Uint8Array.of(RANKED), rank, address);
}
