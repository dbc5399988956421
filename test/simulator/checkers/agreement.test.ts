import { describe, expect, it } from "vitest";
import { agreement } from "../../../src/simulator/checkers/agreement.ts";
import type { ObservedBlock } from "../../../src/simulator/checkers/observation.ts";
import { Draft, judged, type Mutable } from "./draft.ts";

type Blocks = readonly [Mutable<ObservedBlock>, Mutable<ObservedBlock>, Mutable<ObservedBlock>];

/** Three blocks, the second seen twice, changed as the test wants. */
function violations(change: (draft: Draft, blocks: Blocks) => void): readonly string[] {
  const draft = new Draft({ balances: { alice: 100_000n } });
  const [first, second] = [0, 1].map((nonce) => draft.sign({ payer: "alice", nonce }));
  const blocks: Blocks = [
    draft.block(1, [first as string]),
    draft.block(2, [second as string]),
    draft.block(5, [], { chains: [0] }),
  ];
  draft.commits.push({ ...blocks[1] });
  change(draft, blocks);
  return judged(agreement, draft);
}

describe("agreement", () => {
  it("R-4.7 a chain of certified blocks, seen more than once, is right", () => {
    expect(violations(() => {})).toEqual([]);
  });

  it("R-4.7 seen again with another quorum, of another view, it is the same block", () => {
    const again = (draft: Draft) => {
      Object.assign(draft.commits[3] as object, { signers: [3, 2, 1, 0], view: 1 });
    };
    expect(violations(again)).toEqual([]);
  });

  it("R-4.7 in which order blocks are seen makes no difference", () => {
    expect(violations(({ commits }) => commits.reverse())).toEqual([]);
  });

  it("R-4.7 two blocks of one parent are found", () => {
    const found = violations((draft, [, second]) => {
      draft.commits.push({ ...second, hash: "other", round: 6 });
    });
    expect(found).toContain(
      "R-4.7 block s0r2 of shard 0 and round 2 and block other of shard 0 and round 6 both extend s0r1",
    );
  });

  it("R-4.7 two blocks of one round are found", () => {
    const found = violations((draft, [, second]) => {
      draft.commits.push({ ...second, hash: "other", parent: { round: 1, hash: "unseen" } });
    });
    expect(found).toEqual([
      "R-4.7 block s0r2 of shard 0 and round 2 and block other of shard 0 and round 2 are of one round",
    ]);
  });

  it.each<[string, (blocks: Blocks) => void]>([
    ["another hash", ([, , third]) => Object.assign(third, { parent: { round: 2, hash: "x" } })],
    [
      "another round",
      ([, , third]) => Object.assign(third, { parent: { round: 3, hash: "s0r2" } }),
    ],
    ["not genesis", ([first]) => Object.assign(first, { parent: { round: 1, hash: "x" } })],
  ])("R-4.7 a parent that is not the block before is found: %s", (_, change) => {
    const found = violations((_, blocks) => change(blocks));
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/^R-4\.7 block s0r[15] .* extends .* after /);
  });

  it.each<[string, (again: Mutable<ObservedBlock>) => void]>([
    ["order", (again) => Object.assign(again, { order: [] })],
    ["a chain's header", (again) => Object.assign(again, { chains: [] })],
    [
      "a state root",
      (again) => {
        again.chains = again.chains.map((header) => ({ ...header, stateRoot: "x" }));
      },
    ],
    ["set", (again) => Object.assign(again, { set: 2 })],
  ])("R-4.7 holders that saw the same hash with other contents are found: %s", (_, change) => {
    const found = violations((draft) => change(draft.commits[3] as Mutable<ObservedBlock>));
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/^R-4\.7 block s0r2 of shard 0 and round 2 was seen as /);
  });

  it.each([
    ["too few", [0, 1]],
    ["one twice", [0, 1, 2, 2]],
    ["one beyond the last", [0, 1, 4]],
    ["one before the first", [0, 1, -1]],
    ["half a one", [0, 1, 1.5]],
  ])("R-3.2 a certificate without a quorum is found: %s", (_, signers) => {
    const spoil = (_: Draft, [first]: Blocks) => void Object.assign(first, { signers });
    expect(violations(spoil)).toEqual([
      `R-3.2 block s0r1 of shard 0 and round 1 has seats ${signers.join(" ")} of 4 in its certificate`,
    ]);
    const ofCartel = (draft: Draft, blocks: Blocks) => {
      spoil(draft, blocks);
      draft.world.cartels = [1];
    };
    expect(violations(ofCartel)).toEqual([]);
  });

  it.each([
    [7, 4, 5],
    [21, 14, 15],
  ])("R-3.2 of %d seats %d are too few, %d a quorum", (seats, few, quorum) => {
    const signed = (count: number) =>
      violations((draft) => {
        draft.genesis.seats = seats;
        for (const block of draft.commits) block.signers = [...Array(count).keys()];
      });
    expect(signed(few)).toHaveLength(4);
    expect(signed(quorum)).toEqual([]);
  });
});
