// a shard's history is one chain of blocks from genesis, the same for everybody who ever saw it, and each block is certified by
// a quorum.
import { historyOf } from "./history.ts";
import type { Checker, Observation, ObservedBlock, Violation } from "./observation.ts";

export const agreement: Checker = (observation) => [
  ...forks(observation),
  ...gaps(observation),
  ...differences(observation),
  ...certificates(observation),
];

const name = ({ shard, round, hash }: ObservedBlock): string =>
  `block ${hash} of shard ${shard} and round ${round}`;

function forks({ commits }: Observation): Violation[] {
  const violations: Violation[] = [];
  const byParent = new Map<string, ObservedBlock>();
  const byRound = new Map<string, ObservedBlock>();
  for (const block of commits) {
    const parent = `${block.shard} ${block.parent.hash}`;
    const round = `${block.shard} ${block.round}`;
    const sibling = byParent.get(parent);
    const twin = byRound.get(round);
    if (sibling !== undefined && sibling.hash !== block.hash) {
      violations.push(`R-4.7 ${name(sibling)} and ${name(block)} both extend ${block.parent.hash}`);
    }
    if (twin !== undefined && twin.hash !== block.hash) {
      violations.push(`R-4.7 ${name(twin)} and ${name(block)} are of one round`);
    }
    if (sibling === undefined) byParent.set(parent, block);
    if (twin === undefined) byRound.set(round, block);
  }
  return violations;
}

function gaps(observation: Observation): Violation[] {
  const violations: Violation[] = [];
  for (const blocks of historyOf(observation).shards.values()) {
    for (const [i, block] of blocks.entries()) {
      const { parent } = block;
      const before = blocks[i - 1];
      const extendsHead =
        before === undefined
          ? parent.round === 0
          : parent.round === before.round && parent.hash === before.hash;
      if (extendsHead) continue;
      const head = before === undefined ? "the genesis" : name(before);
      violations.push(
        `R-4.7 ${name(block)} extends ${parent.hash} of round ${parent.round}, after ${head}`,
      );
    }
  }
  return violations;
}

/** Without certificate and view: a block can be certified more than once, by other seats or in a later view. */
const content = ({ shard, round, set, parent, chains, order }: ObservedBlock): string =>
  JSON.stringify([
    shard,
    round,
    set,
    parent.round,
    parent.hash,
    order,
    chains.map((header) => [
      header.chain,
      header.hash,
      header.parent,
      header.stateRoot,
      header.transactions,
    ]),
  ]);

function differences({ commits }: Observation): Violation[] {
  const violations: Violation[] = [];
  const known = new Map<string, ObservedBlock>();
  for (const block of commits) {
    const key = `${block.shard} ${block.hash}`;
    const first = known.get(key) ?? block;
    known.set(key, first);
    if (first === block || content(first) === content(block)) continue;
    violations.push(`R-4.7 ${name(block)} was seen as ${content(first)} and as ${content(block)}`);
  }
  return violations;
}

function certificates({ commits, genesis: { seats }, world }: Observation): Violation[] {
  return commits.flatMap((block) => {
    if (world.cartels.includes(block.set)) return [];
    const signers = new Set(block.signers);
    const isSound =
      signers.size === block.signers.length &&
      block.signers.every((seat) => Number.isInteger(seat) && seat >= 0 && seat < seats);
    // floor(2n/3) + 1 is the least number that is more than two thirds.
    return isSound && 3 * signers.size > 2 * seats
      ? []
      : [
          `R-3.2 ${name(block)} has seats ${block.signers.join(" ")} of ${seats} in its certificate`,
        ];
  });
}
