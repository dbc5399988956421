// Whether a state that came from elsewhere is the one whose roots certified headers carry. Of the chains in the head's
// blocks nothing is believed otherwise: the header of one of these blocks vouches for the whole state.
import { type ChainHeader, NO_PARENT } from "../protocol/blocks/chain-header.ts";
import { equalBytes } from "../protocol/encoding/bytes.ts";
import type { CommittedHeader } from "./block-store.ts";
import { type StateHead, vouchingRound } from "./state-head.ts";

export interface HeadRoots {
  readonly head: StateHead;
  readonly k: number;
  /** Of the head's blocks, ascending, certified. */
  readonly headers: readonly CommittedHeader[];
  /** Of the state that is there. */
  readonly root: (chain: number) => Uint8Array;
  /** Of a chain before its first header: the genesis record's, or of nothing. */
  readonly firstRoot: (chain: number) => Uint8Array;
}

/**
 * What is wrong with the roots of the chains in those blocks, or with any if there are no rounds behind the state. Null if nothing is.
 * The block that vouches carries every root that no header before it does. So the newest header of a chain up to that block
 * tells its root; of a chain with none there the next one does, since nothing has touched the chain in between, but if that one is
 * its very first: then it may carry what came behind the state.
 */
export function rootsFault({ head, k, headers, root, firstRoot }: HeadRoots): string | null {
  const { round } = head;
  if (round === 0) {
    const other = head.chains.find(({ chain }) => !equalBytes(root(chain), firstRoot(chain)));
    return other === undefined ? null : `chain ${other.chain} has another root than at genesis`;
  }
  const vouching = vouchingRound(head, k);
  if (vouching === null) return `R-5.2 no header carries the roots after round ${round}`;
  const telling = new Map<number, ChainHeader>();
  for (const { header, chainHeaders } of headers) {
    for (const one of chainHeaders) {
      if (header.round <= vouching || !telling.has(one.chain)) telling.set(one.chain, one);
    }
  }
  for (const [chain, { round: told, parent, stateRoot }] of telling) {
    const isLaterFirst = told > vouching && equalBytes(parent, NO_PARENT);
    const expected = isLaterFirst ? firstRoot(chain) : stateRoot;
    if (!equalBytes(root(chain), expected)) {
      return `R-5.2 chain ${chain} has another root in the header of round ${told}`;
    }
  }
  return null;
}
