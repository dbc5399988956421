// What a shard offers for a block besides what it has chosen. It chooses what touches another shard first, in the order of, and
// cannot know whether that one has it, too; what had to stand back for it would wait as long as the other is never heard of.
import { BlockAssembler, type RoundView } from "../blocks/assembler.ts";
import { isCross } from "../blocks/reach.ts";
import { SHARD_BLOCK_BYTES_MAX, SHARD_BLOCK_TRANSACTIONS_MAX } from "../limits.ts";
import type { Refusal } from "../refusal.ts";
import type { Selection } from "./selection.ts";
import type { VerifiedTransaction } from "./unverified.ts";
import type { Waiting } from "./waiting.ts";

/** There was no room for it, or its other shard is not in this round: what is chosen besides changes neither. */
const NEVER_SPARE: ReadonlySet<Refusal["code"]> = new Set(["BLOCK_FULL", "WAITS_FOR_PAIR"]);

/**
 * Those refused, with what waits behind them, that the block could hold if nothing chosen came in that touches another shard; no more
 * than what the caps of a block leave beside the chosen, and none for which there was no room. Who forms the block judges each again, in
 * the order of. Cost: that of the selection, once more.
 */
export function sparesOf(
  view: RoundView,
  { chosen, refused }: Selection,
  load: (waiting: Waiting) => VerifiedTransaction,
): VerifiedTransaction[] {
  if (!chosen.some((one) => isCross(view, one))) return [];
  // A set goes on over what it gets on the way, and gets nothing twice.
  const queue = new Set(
    [...refused].flatMap(([waiting, { code }]) => (NEVER_SPARE.has(code) ? [] : [waiting])),
  );
  if (queue.size === 0) return [];
  const assembler = new BlockAssembler(view);
  for (const one of chosen) if (!isCross(view, one)) assembler.add(one);
  let bytes = SHARD_BLOCK_BYTES_MAX - chosen.reduce((sum, one) => sum + one.bytes.length, 0);
  const max = SHARD_BLOCK_TRANSACTIONS_MAX - chosen.length;
  const spares: VerifiedTransaction[] = [];
  for (const waiting of queue) {
    if (spares.length === max) break;
    if (waiting.bytes > bytes) continue;
    const transaction = load(waiting);
    const checked = assembler.check(transaction);
    if (!checked.ok) continue;
    spares.push(transaction);
    bytes -= waiting.bytes;
    // Of those that touch another shard each may be the one that comes.
    if (isCross(view, transaction)) continue;
    assembler.record(transaction, checked.value);
    for (const { line, nonce } of waiting.places) {
      const next = line.at(nonce + 1);
      if (next !== undefined) queue.add(next.waiting);
    }
  }
  return spares;
}
