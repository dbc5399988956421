// Which voters of a world are faulty, and how: up to f seats of a set, now and then a quorum.
import { faultsMax, quorum } from "../../protocol/consensus/quorum.ts";
import type { Random } from "../random.ts";
import type { FaultyVoter, WorldOptions } from "../world-options.ts";
import { BEHAVIOURS, CARTEL_BEHAVIOURS, HUB_BEHAVIOURS } from "./index.ts";

const HONEST = 0.15;
const CARTEL = 0.08;
/** The only set that there is so far. */
const SET = 1;

type Drawn = Pick<WorldOptions, "byzantine" | "cartel">;

export function drawFaultyVoters(
  random: Random,
  seats: number,
  voters: WorldOptions["voters"],
): Drawn {
  if (random.chance(CARTEL)) return { byzantine: drawCartel(random, seats, voters), cartel: true };
  if (random.chance(HONEST)) return { byzantine: [], cartel: false };
  let left = faultsMax(seats);
  const byzantine: FaultyVoter[] = [];
  const shared = drawBehaviour(random);
  const isShared = random.chance(0.5);
  for (const voter of shuffledPlaces(random, voters)) {
    const held = voters[voter]?.length ?? 0;
    if (held > left) continue;
    left -= held;
    const isHub = voter === 0 && random.chance(0.3);
    const behaviour = isShared ? shared : drawBehaviour(random);
    byzantine.push({
      set: SET,
      voter,
      behaviour: isHub ? (random.pick(Object.keys(HUB_BEHAVIOURS)) ?? behaviour) : behaviour,
    });
  }
  return { byzantine, cartel: false };
}

/** As many as it takes for a quorum. */
function drawCartel(
  random: Random,
  seats: number,
  voters: WorldOptions["voters"],
): readonly FaultyVoter[] {
  const behaviour = random.pick(Object.keys(CARTEL_BEHAVIOURS)) ?? "";
  const cartel: FaultyVoter[] = [];
  let held = 0;
  for (const voter of shuffledPlaces(random, voters)) {
    if (held >= quorum(seats)) break;
    held += voters[voter]?.length ?? 0;
    cartel.push({ set: SET, voter, behaviour });
  }
  return cartel;
}

const drawBehaviour = (random: Random): string => random.pick(Object.keys(BEHAVIOURS)) ?? "";

const shuffledPlaces = (random: Random, voters: WorldOptions["voters"]): readonly number[] =>
  random.shuffle(voters.map((_, voter) => voter));
