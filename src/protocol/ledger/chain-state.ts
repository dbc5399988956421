// A write-back view of the chains that one round's execution touches: reads go to the port once, writes stay here until
// the round is done, and a transaction's own writes can be dropped.
import { toHex } from "../encoding/bytes.ts";
import { codec, decodeStored, u128 } from "../encoding/codec.ts";
import { accountKey, StateKind, unattributedFeesKey } from "../merkle/state-key.ts";
import { runeIn } from "../staking/validator.ts";
import { type Account, accountCodec, EMPTY_ACCOUNT, isEmptyAccount } from "./account.ts";

/** Reads an entry of a chain's authenticated map as of the state before the round. */
export type ReadEntry = (chain: number, key: Uint8Array) => Uint8Array | undefined;

export interface EntryWrite {
  readonly chain: number;
  readonly key: Uint8Array;
  /** null removes the entry. */
  readonly value: Uint8Array | null;
  /** What the entry held before the round; null if absent. */
  readonly before: Uint8Array | null;
}

interface Slot {
  readonly chain: number;
  readonly key: Uint8Array;
  readonly before: Uint8Array | null;
  /** Account entries live decoded until the end of the round, others as bytes. */
  account: Account | null;
  balanceBefore: bigint;
  value: Uint8Array | null;
  written: boolean;
}

export const amountCodec = codec<bigint>("amount", u128, 16);

export class ChainState {
  readonly #read: ReadEntry;
  readonly #slots = new Map<string, Slot>();
  /** The slot that an address array was last asked for: a transaction asks for its two accounts a dozen times. */
  readonly #byAddress = new Map<Uint8Array, Slot>();
  /** By chain: the fees that the round's transactions paid so far. */
  readonly #fees = new Map<number, bigint>();
  /** Slots as they were before the running transaction's effects, restored by `revert`. */
  #undo = new Map<Slot, Pick<Slot, "account" | "value" | "written">>();

  constructor(read: ReadEntry) {
    this.#read = read;
  }

  /** What the round's cross-shard transactions left: everything else comes behind it. */
  carry(chain: number, key: Uint8Array, value: Uint8Array | null): void {
    if (key[0] === StateKind.unattributedFees) {
      const before = amountOf(this.#read(chain, key) ?? null);
      this.collectFee(chain, amountOf(value) - before);
      return;
    }
    const slot = this.#slot(chain, key);
    slot.value = value;
    slot.written = true;
    if (key[0] !== StateKind.account) return;
    slot.balanceBefore = balanceOf(slot.before);
    slot.account = value === null ? EMPTY_ACCOUNT : decodeStored(accountCodec, value);
  }

  account(chain: number, address: Uint8Array): Account {
    return this.#accountSlot(chain, address).account ?? EMPTY_ACCOUNT;
  }

  setAccount(chain: number, address: Uint8Array, account: Account): void {
    const slot = this.#accountSlot(chain, address);
    this.#remember(slot);
    slot.account = account;
    slot.written = true;
  }

  /** what a payer has lost and nobody has been given yet. No revert takes it back. */
  collectFee(chain: number, amount: bigint): void {
    this.#fees.set(chain, (this.#fees.get(chain) ?? 0n) + amount);
  }

  get(chain: number, key: Uint8Array): Uint8Array | null {
    return this.#slot(chain, key).value;
  }

  set(chain: number, key: Uint8Array, value: Uint8Array | null): void {
    const slot = this.#slot(chain, key);
    this.#remember(slot);
    slot.value = value;
    slot.written = true;
  }

  /** Everything from here on can be dropped by `revert`. */
  checkpoint(): void {
    this.#undo = new Map();
  }

  revert(): void {
    for (const [slot, before] of this.#undo) Object.assign(slot, before);
    this.#undo = new Map();
  }

  /** The entries that differ from before the round. */
  writes(): EntryWrite[] {
    const writes: EntryWrite[] = [];
    for (const slot of this.#slots.values()) {
      if (!slot.written) continue;
      const { chain, key, before, account } = slot;
      const kept =
        account === null || isEmptyAccount(account) ? null : accountCodec.encode(account);
      writes.push({ chain, key, value: account === null ? slot.value : kept, before });
    }
    for (const [chain, collected] of this.#fees) {
      if (collected === 0n) continue;
      const key = unattributedFeesKey();
      const before = this.#read(chain, key) ?? null;
      const value = amountCodec.encode(amountOf(before) + collected);
      writes.push({ chain, key, value, before });
    }
    return writes;
  }

  /** By chain: how much more its accounts, its fee entry and, on T0, its validators hold than before the round. */
  supplyChanges(): Map<number, bigint> {
    const changes = new Map(this.#fees);
    for (const slot of this.#slots.values()) {
      changes.set(slot.chain, (changes.get(slot.chain) ?? 0n) + changeOf(slot));
    }
    return changes;
  }

  #remember(slot: Slot): void {
    if (this.#undo.has(slot)) return;
    this.#undo.set(slot, { account: slot.account, value: slot.value, written: slot.written });
  }

  #accountSlot(chain: number, address: Uint8Array): Slot {
    const known = this.#byAddress.get(address);
    if (known?.chain === chain) return known;
    const slot = this.#slot(chain, accountKey(address));
    this.#byAddress.set(address, slot);
    if (slot.account === null) {
      slot.account = slot.value === null ? EMPTY_ACCOUNT : decodeStored(accountCodec, slot.value);
      slot.balanceBefore = slot.account.balance;
    }
    return slot;
  }

  #slot(chain: number, key: Uint8Array): Slot {
    const name = `${chain}:${toHex(key)}`;
    const known = this.#slots.get(name);
    if (known !== undefined) return known;
    const before = this.#read(chain, key) ?? null;
    const slot: Slot = {
      chain,
      key,
      before,
      account: null,
      balanceBefore: 0n,
      value: before,
      written: false,
    };
    this.#slots.set(name, slot);
    return slot;
  }
}

/** How much more of its chain's token the entry stands for than before the round. */
function changeOf({ key, account, balanceBefore, value, before, written }: Slot): bigint {
  if (account !== null) return account.balance - balanceBefore;
  if (!written || key[0] !== StateKind.validator) return 0n;
  return runeIn(value) - runeIn(before);
}

const balanceOf = (value: Uint8Array | null): bigint =>
  value === null ? 0n : decodeStored(accountCodec, value).balance;

/** Of the entry of unattributed fees; null for none. */
export const amountOf = (value: Uint8Array | null): bigint =>
  value === null ? 0n : decodeStored(amountCodec, value);
