// The blocks that one consensus instance has at hand, by value: only those that its record, its candidate or its certificate is
// about, which are three at most, however many a faulty voter proposes.
import type { JointBlock } from "../protocol/blocks/shard-block.ts";
import type { ConsensusRecord } from "../protocol/consensus/record.ts";
import { toHex } from "../protocol/encoding/bytes.ts";
import type { VerifiedTransaction } from "../protocol/ledger/unverified.ts";
import type { ProposedBlock } from "./set-blocks.ts";

type Value = Uint8Array;

export class ProposedBlocks {
  readonly #byValue = new Map<string, ProposedBlock>();

  get size(): number {
    return this.#byValue.size;
  }

  get(value: Value): ProposedBlock | undefined {
    return this.#byValue.get(toHex(value));
  }

  set(value: Value, proposed: ProposedBlock): void {
    this.#byValue.set(toHex(value), proposed);
  }

  /** All transactions that were verified for one of the blocks. */
  verified(): VerifiedTransaction[] {
    return [...this.#byValue.values()].flatMap(({ verified }) => verified ?? []);
  }

  keepOnly(values: readonly Value[]): void {
    const kept = new Set(values.map(toHex));
    for (const value of this.#byValue.keys()) if (!kept.has(value)) this.#byValue.delete(value);
  }

  /** Those of the values that are here, each once: what is stored with the record. */
  among(values: readonly Value[]): JointBlock[] {
    const distinct = [...new Set(values.map(toHex))];
    return distinct.flatMap((value) => this.#byValue.get(value)?.block ?? []);
  }
}

/** What the record says something about. */
export function recordedValues(record: ConsensusRecord): Value[] {
  const { proposal, prepareVote, commitVote, decided } = record;
  return [decided, commitVote, prepareVote, proposal].flatMap((one) => one?.value ?? []);
}
