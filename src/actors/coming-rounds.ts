// Rounds after the head as they would come: each block judged in the windows, and executed on the state, that the blocks
// before it leave. In memory alone: neither the replica nor its store hears of it.
import { invariant } from "../protocol/assert.ts";
import { BlockAssembler, type Inclusion, type RoundView } from "../protocol/blocks/assembler.ts";
import { type BlockPart, partOf } from "../protocol/blocks/block-order.ts";
import type { PlacedTransaction } from "../protocol/blocks/build-shard-block.ts";
import { isCross, isOwn } from "../protocol/blocks/reach.ts";
import { decodeStored } from "../protocol/encoding/codec.ts";
import { type Account, accountCodec, EMPTY_ACCOUNT } from "../protocol/ledger/account.ts";
import { ROOT_CHAIN } from "../protocol/ledger/chain-id.ts";
import type { ReadEntry } from "../protocol/ledger/chain-state.ts";
import type { Receipt } from "../protocol/ledger/receipt.ts";
import type { VerifiedTransaction } from "../protocol/ledger/unverified.ts";
import { accountKey, offersKey } from "../protocol/merkle/state-key.ts";
import type { Refusal } from "../protocol/refusal.ts";
import type { RoundInclusions } from "../protocol/reserve/window.ts";
import { accept, type Result } from "../protocol/result.ts";
import { executePlaced } from "./execute-placed.ts";
import type { Network } from "./network.ts";
import { withPartner } from "./own-side.ts";
import type { Replica } from "./replica.ts";
import { entryName } from "./replica-state.ts";

export const isOnRoot = ({ transaction }: Pick<PlacedTransaction, "transaction">): boolean =>
  transaction.transaction.legs.some(({ chain }) => chain === ROOT_CHAIN);

/** A transaction of a block to come, as it was judged and as it was executed. */
export interface Outcome {
  readonly inclusion: Inclusion;
  readonly receipt: Receipt;
}

interface Placed extends PlacedTransaction {
  readonly inclusion: Inclusion;
}

/** Entries by name; null for one that is removed. */
type Entries = Map<string, Uint8Array | null>;

interface Executed {
  readonly receipts: readonly Receipt[];
  /** What they leave. */
  readonly entries: Entries;
}

export class ComingBlock {
  readonly view: RoundView;
  readonly placed: Placed[] = [];
  readonly #assembler: BlockAssembler;

  constructor(view: RoundView) {
    this.view = view;
    this.#assembler = new BlockAssembler(view);
  }

  get round(): number {
    return this.view.round;
  }

  partOf(transaction: VerifiedTransaction): BlockPart {
    return partOf(this.view, transaction);
  }

  /** Puts the transaction next; else says why the block cannot hold it. Its parts are filled in their order. */
  add(transaction: VerifiedTransaction): Refusal | null {
    const added = this.#assembler.add(transaction);
    if (!added.ok) return added.refusal;
    const inclusion = added.value;
    // Those of the partner's legs are its own to judge.
    const emptying = new Map(inclusion.legs.map((one) => [one.leg, one.possiblyEmptying]));
    const possiblyEmptying = transaction.transaction.legs.map((leg) => emptying.get(leg) ?? false);
    this.placed.push({ transaction, possiblyEmptying, inclusion });
    return null;
  }

  /** Why the block cannot hold the transaction next; null if it can. */
  check(transaction: VerifiedTransaction): Refusal | null {
    const checked = this.#assembler.check(transaction);
    return checked.ok ? null : checked.refusal;
  }

  inclusions(): RoundInclusions {
    return this.#assembler.inclusions();
  }
}

/**
 * Rounds ascend; those left out are empty. What the replica has committed and cannot execute yet comes first. A block costs what
 * forming and executing it costs, and the legs in its window, however many came before; memory, the entries that all of them change.
 */
export class ComingRounds {
  readonly #replica: Replica;
  readonly #network: Network;
  /** Of the block made last; the head's before the first. */
  #round: number;
  /** Of the newest block that holds anything, committed or to come. */
  #changedRound: number;
  /** Of rounds to come that a window still reaches, ascending. */
  #inclusions: RoundInclusions[] = [];
  /** What rounds changed of which a judgement may still want the state before, ascending. */
  #changes: { readonly round: number; readonly entries: Entries }[] = [];
  /** What the rounds before those changed. */
  readonly #settled: Entries = new Map();

  constructor(replica: Replica, network: Network) {
    this.#replica = replica;
    this.#network = network;
    this.#round = replica.head.round;
    this.#changedRound = replica.head.round;
  }

  /**
   * Executes the next committed round: windows have it, the replica's state does not. `touchesRoot`: whether T0 is in it, also by
   * transactions that are left out here.
   */
  committed(round: number, placed: readonly PlacedTransaction[], touchesRoot: boolean): void {
    if (placed.length === 0 && !touchesRoot) return;
    this.#changes.push({ round, entries: this.#execute(round, placed, touchesRoot).entries });
  }

  /** An empty block of the round, after all that were included. */
  block(round: number): ComingBlock {
    invariant(round > this.#round, "R-6.9 Rounds to come ascend", { round });
    this.#round = round;
    const { k } = this.#network;
    this.#inclusions = this.#inclusions.filter((included) => included.round > round - k);
    for (const { entries } of this.#changes.filter((change) => change.round <= round - k)) {
      for (const [name, value] of entries) this.#settled.set(name, value);
    }
    this.#changes = this.#changes.filter((change) => change.round > round - k);
    return new ComingBlock({
      ...this.#replica.roundView(round, this.#inclusions),
      account: (chain, address) => this.#accountAfter(chain, address, round - k),
      usedOffers: (chain, maker) => this.#after(chain, offersKey(maker), round - k),
    });
  }

  /** Executes the block, and has the blocks of later rounds look back on it. In its order, what became of what it holds. */
  include(block: ComingBlock): readonly Outcome[] {
    const { round, placed } = block;
    if (placed.length === 0) return [];
    const { receipts, entries } = this.#execute(round, placed, placed.some(isOnRoot));
    this.#changes.push({ round, entries });
    this.#inclusions.push(block.inclusions());
    this.#changedRound = round;
    return receipts.map((receipt, i) => ({
      inclusion: (placed[i] as Placed).inclusion,
      receipt,
    }));
  }

  /** What would become of one more transaction at the end of the block that was included last: no later block hears of it. */
  try(block: ComingBlock, transaction: VerifiedTransaction): Result<Outcome> {
    const refusal = block.add(transaction);
    if (refusal !== null) return { ok: false, refusal };
    const placed = block.placed.slice(-1) as [Placed];
    const { receipts } = this.#execute(block.round, placed, false);
    return accept({ inclusion: placed[0].inclusion, receipt: receipts[0] as Receipt });
  }

  /** After all blocks. */
  account(chain: number, address: Uint8Array): Account {
    return this.#accountAfter(chain, address, this.#round);
  }

  /**
   * The next round in which a judgement can turn out differently though nothing comes: for 2k rounds after the last block windows
   * slide, its state comes to count, and the reserves that it set come into force. null: nothing moves.
   */
  nextChange(): number | null {
    const { k } = this.#network;
    return this.#round < this.#changedRound + 2 * k ? this.#round + 1 : null;
  }

  /** On the state behind all blocks, that of the same round too. What touches the partner stands first, as in a block. */
  #execute(round: number, placed: readonly PlacedTransaction[], paysUnbonded: boolean): Executed {
    const { places } = this.#replica;
    const entries: Entries = new Map();
    const receipts: Receipt[] = [];
    const chain = (id: number) => this.#replica.chain(id);
    const read: ReadEntry = (id, key) => {
      const name = entryName(id, key);
      const value = entries.has(name) ? entries.get(name) : this.#changeOf(name, round);
      return value === undefined ? this.#replica.state.get(id, key) : (value ?? undefined);
    };
    const run = (
      transactions: readonly PlacedTransaction[],
      chains: { chain: typeof chain; read: ReadEntry; paysUnbonded: boolean },
    ): void => {
      const execution = { round, transactions, ...chains };
      const result = executePlaced(this.#replica, this.#network, execution);
      receipts.push(...result.receipts);
      for (const { chain: id, key, value } of result.writes) {
        if (isOwn(places, id)) entries.set(entryName(id, key), value);
      }
    };
    const cross = placed.filter(({ transaction }) => isCross(places, transaction));
    for (const one of cross) {
      const partnered = withPartner({ chain, read }, one.transaction, (id) => isOwn(places, id));
      run([one], { ...partnered, paysUnbonded: false });
    }
    const others = placed.filter((one) => !cross.includes(one));
    const pays = paysUnbonded && isOwn(places, ROOT_CHAIN);
    if (others.length > 0 || pays) run(others, { chain, read, paysUnbonded: pays });
    return { receipts, entries };
  }

  #accountAfter(chain: number, address: Uint8Array, round: number): Account {
    const value = this.#after(chain, accountKey(address), round);
    return value === null ? EMPTY_ACCOUNT : decodeStored(accountCodec, value);
  }

  /** An entry in the state after `round`, at most k rounds before the block made last; null if it is not there. */
  #after(chain: number, key: Uint8Array, round: number): Uint8Array | null {
    const value = this.#changeOf(entryName(chain, key), round);
    return value === undefined ? this.#replica.state.getAfter(chain, key, round) : value;
  }

  /** What the blocks up to `round` left of an entry; undefined for one that they did not touch. */
  #changeOf(name: string, round: number): Uint8Array | null | undefined {
    const change = this.#changes.findLast((one) => one.round <= round && one.entries.has(name));
    return (change?.entries ?? this.#settled).get(name);
  }
}
