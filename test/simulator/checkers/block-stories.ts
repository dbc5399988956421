// Two right histories for the checkers that read blocks, and how a test changes them.
import { expect } from "vitest";
import type {
  Checker,
  ObservedBlock,
  ObservedChainBlock,
} from "../../../src/simulator/checkers/observation.ts";
import { Draft, judged, type Mutable } from "./draft.ts";

export type Change = (draft: Draft) => void;

export const block = (draft: Draft, place: number): Mutable<ObservedBlock> =>
  draft.commits[place] as Mutable<ObservedBlock>;

/** Changes a chain's header of the block in that place. */
export function reheader(
  draft: Draft,
  place: number,
  chain: number,
  change: Partial<ObservedChainBlock>,
): void {
  const one = block(draft, place);
  one.chains = one.chains.map((header) =>
    header.chain === chain ? { ...header, ...change } : header,
  );
}

/** A leg of 1,000 gas. */
export const leg = (chain: number, payer: string, nonce: number) => ({
  chain,
  payer,
  nonce,
  gasLimit: 1_000,
  gasPrice: 1n,
});

/** Two chains in one shard: t1 and t2 on both, t3 and t4 on one, t5 alone, then headers that carry the last roots. */
export function oneShard(change: Change = () => {}): Draft {
  const draft = new Draft({ chains: 2, balances: { alice: 90_000n, bob: 90_000n } });
  const both = draft.signLegs([leg(0, "alice", 0), leg(1, "bob", 0)]);
  const again = draft.signLegs([leg(1, "alice", 0), leg(0, "bob", 0)]);
  const third = draft.sign({ payer: "alice", nonce: 1 });
  const fourth = draft.sign({ payer: "alice", nonce: 1, chain: 1 });
  const fifth = draft.sign({ payer: "bob", nonce: 1 });
  draft.block(1, [both, again, third, fourth]);
  draft.block(2, [fifth]);
  draft.block(5, [], { chains: [0, 1] });
  draft.settle();
  draft.world.healedMs = 0;
  change(draft);
  return draft;
}

/** A chain in each of two shards: t1 is of both, t2 and t3 of one. */
export function twoShards(change: Change = () => {}): Draft {
  const draft = new Draft({ shards: 2, balances: { alice: 90_000n, bob: 90_000n } });
  const both = draft.signLegs([leg(0, "alice", 0), leg(1, "bob", 0)]);
  const own = draft.sign({ payer: "alice", nonce: 1 });
  const other = draft.sign({ payer: "bob", nonce: 1, chain: 1 });
  draft.block(1, [both, own], { shard: 0 });
  draft.block(1, [both, other], { shard: 1 });
  draft.block(4, [], { shard: 0, chains: [0] });
  draft.block(4, [], { shard: 1, chains: [1] });
  draft.settle();
  for (const id of [both, own, other]) draft.receipt(id, 1, 2, []);
  draft.world.healedMs = 0;
  change(draft);
  return draft;
}

/** What is changed, how, and what a checker must then find. */
export type Row = readonly [string, Change, string];
export const finds = (checker: Checker, of: (change: Change) => Draft) => (row: Row) => {
  expect(judged(checker, of(row[1]))).toContain(row[2]);
};
