// every committed block is of the set on duty for its shard in its round, and the halves of its joint header are of the
// shards on duty, each once, and carry each other's payload; a shard that commits in that round commits the same.
import { historyOf } from "./history.ts";
import type {
  Checker,
  Observation,
  ObservedBlock,
  ObservedHalf,
  Violation,
} from "./observation.ts";
import { type Duty, dutyOf } from "./timetable.ts";

export const halves: Checker = (observation) => {
  const { commits } = observation;
  const violations: Violation[] = [];
  const seen = new Set<string>();
  for (const block of commits) {
    const key = `${block.shard} ${block.hash}`;
    if (seen.has(key)) continue;
    seen.add(key);
    const duty = dutyOf(observation, block.shard, block.round);
    if (duty === null || duty.set !== block.set) {
      violations.push(
        `R-3.4 ${name(block)} is by set ${block.set}, on duty is set ${duty?.set ?? "none"}`,
      );
    }
    if (block.halves === null) continue;
    violations.push(...shape(block, block.halves, duty), ...links(block, block.halves));
    violations.push(...elsewhere(observation, block, block.halves));
  }
  return violations;
};

const name = ({ shard, round }: ObservedBlock): string =>
  `the block of shard ${shard} and round ${round}`;

function shape(block: ObservedBlock, of: readonly ObservedHalf[], duty: Duty | null): Violation[] {
  const shards = of.map(({ shard }) => shard);
  const isSound =
    shards.includes(block.shard) &&
    shards.every((shard, i) => i === 0 || shard > (shards[i - 1] as number)) &&
    shards.every((shard) => duty?.shards.includes(shard) ?? false);
  return isSound
    ? []
    : [
        `R-3.5 ${name(block)} has halves of ${shards.join(", ")}, on duty are ${duty?.shards.join(", ")}`,
      ];
}

/** equal lists of what is over both: each with the other's payload. */
function links(block: ObservedBlock, of: readonly ObservedHalf[]): Violation[] {
  return of.flatMap((half) => {
    const other = of.find((one) => one !== half);
    const violations: Violation[] = [];
    const wanted = other === undefined ? null : other.payload;
    const isKnown = other === undefined || other.payload !== null;
    if (isKnown && half.partner !== wanted) {
      violations.push(
        `R-3.5 in ${name(block)} the half of ${half.shard} carries ${half.partner}, the payload of the other is ${wanted}`,
      );
    }
    if (other !== undefined && half.crossRoot !== other.crossRoot) {
      violations.push(`R-4.4 in ${name(block)} the halves have unequal lists of what is over both`);
    }
    return violations;
  });
}

/** One instance decides one joint header: whoever commits of it in that round commits that. */
function elsewhere(
  observation: Observation,
  block: ObservedBlock,
  of: readonly ObservedHalf[],
): Violation[] {
  const { cartels } = observation.world;
  if (cartels.includes(block.set)) return [];
  const { shards } = historyOf(observation);
  return of.flatMap(({ shard }) => {
    if (shard === block.shard) return [];
    const twin = shards.get(shard)?.find(({ round }) => round === block.round);
    return twin === undefined || twin.hash === block.hash
      ? []
      : [`R-3.5 ${name(block)} is ${block.hash}, shard ${shard} committed ${twin.hash} in it`];
  });
}
