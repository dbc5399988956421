// one instance of consensus decides one value, and what shards commit is one that was decided. Seen from the commit votes of
// honest seats: where these, with the faulty ones', are a quorum, anybody who collects them has a certificate.
import { push } from "./history.ts";
import type { Checker, Observation, Violation } from "./observation.ts";

type Ballots = NonNullable<Observation["ballots"]>;

export const decisions: Checker = (observation) => {
  const { ballots } = observation;
  if (ballots === null) return [];
  const decidable = decidableOf(observation, ballots);
  return [...doubles(decidable), ...undecided(observation, decidable)];
};

interface Decision {
  readonly view: number;
  readonly value: string;
}

/** By instance, "set 1, round 7": what can have been decided in it, by the first view in which it can. */
type Decidable = ReadonlyMap<string, readonly Decision[]>;

const nameOf = (set: number, round: number): string => `set ${set}, round ${round}`;

function decidableOf({ genesis: { seats }, world }: Observation, ballots: Ballots): Decidable {
  const decidable = new Map<string, Decision[]>();
  for (const { set, round, view, value, signers } of ballots.commitVotes) {
    if (world.cartels.includes(set)) continue;
    const faulty = ballots.faultySeats.get(set) ?? [];
    const most = new Set([...signers, ...faulty]).size;
    // The least number that is more than two thirds.
    if (3 * most > 2 * seats) push(decidable, nameOf(set, round), { view, value });
  }
  return decidable;
}

const doubles = (decidable: Decidable): Violation[] =>
  [...decidable].flatMap(([instance, [first, ...others]]) =>
    others
      .filter(({ value }) => value !== first?.value)
      .map(
        ({ view, value }) =>
          `R-4.1 ${instance}: ${first?.value} can be decided in view ${first?.view}, and ${value} in view ${view}`,
      ),
  );

function undecided({ commits, world }: Observation, decidable: Decidable): Violation[] {
  return commits.flatMap(({ shard, set, round, hash }) => {
    if (world.cartels.includes(set)) return [];
    const known = decidable.get(nameOf(set, round)) ?? [];
    return known.some(({ value }) => value === hash)
      ? []
      : [
          `R-4.1 shard ${shard} committed ${hash} in round ${round}, which set ${set} cannot have decided`,
        ];
  });
}
