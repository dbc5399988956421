// In how many blocks a transaction can come behind others that wait: one over two chains stands before each chain's own
// in a block, so a line in which the two kinds alternate takes a block for each change.
import { isSingle } from "../protocol/blocks/block-order.ts";
import type { VerifiedTransaction } from "../protocol/ledger/unverified.ts";
import { placesOf, senderName } from "../protocol/ledger/waiting.ts";

// More than a person has waiting over two chains: such a question costs the cube of it.
const WAITING_MAX = 64;

/**
 * The blocks, if nothing else were sent, up to the one with the transaction, which is the last in it; null if it never comes.
 * `ahead`: what waits before it, and what waits before that in its other lines.
 */
export function blocksBehind(
  ahead: readonly VerifiedTransaction[],
  transaction: VerifiedTransaction,
): readonly (readonly VerifiedTransaction[])[] | null {
  if (isSingle(transaction) && ahead.every(isSingle)) return [[...ahead, transaction]];
  if (ahead.length > WAITING_MAX) return null;
  const left = new Set([...ahead, transaction]);
  const blocks: VerifiedTransaction[][] = [];
  while (left.has(transaction)) {
    const block: VerifiedTransaction[] = [];
    const take = (one: VerifiedTransaction) => {
      left.delete(one);
      block.push(one);
    };
    for (const kind of [false, true]) {
      let next: VerifiedTransaction | undefined;
      do {
        next = [...left].find((one) => isSingle(one) === kind && isFirst(one, left));
        if (next !== undefined) take(next);
      } while (next !== undefined && next !== transaction);
      if (next === transaction) break;
    }
    if (block.length === 0) return null;
    blocks.push(block);
  }
  return blocks;
}

/** Whether nothing that is left comes before it in a line of its. */
const isFirst = (one: VerifiedTransaction, left: ReadonlySet<VerifiedTransaction>): boolean =>
  placesOf(one).every((place) =>
    [...left].every((other) =>
      placesOf(other).every(
        ({ chain, sender, nonce }) =>
          chain !== place.chain ||
          nonce >= place.nonce ||
          senderName(sender) !== senderName(place.sender),
      ),
    ),
  );
