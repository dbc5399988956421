// Which voters of a world are faulty, and how: up to f seats of some sets, now and then a quorum of one.
import { faultsMax, quorum } from "../../protocol/consensus/quorum.ts";
import type { Random } from "../random.ts";
import type { FaultyVoter, WorldOptions } from "../world-options.ts";
import { setsOf } from "../world-shards.ts";
import { BEHAVIOURS, CARTEL_BEHAVIOURS, HUB_BEHAVIOURS } from "./index.ts";

const HONEST = 0.15;
const CARTEL = 0.08;
/** Of several sets each has faulty voters besides the first that does, up to so many. */
const ANOTHER_SET = 0.4;
const SETS_MAX = 3;

type Drawn = Pick<WorldOptions, "byzantine" | "cartel">;
type Drawing = Pick<WorldOptions, "shards" | "seats" | "voters">;

export function drawFaultyVoters(random: Random, options: Drawing): Drawn {
  const { seats, voters } = options;
  // One set is drawn as the only one would be.
  const placed = (faulty: readonly Faulty[]): readonly FaultyVoter[] => {
    const [set = 1] = random.shuffle(setsOf(options)).map((one) => one.set);
    return faulty.map((one) => ({ set, ...one }));
  };
  if (random.chance(CARTEL)) {
    return { byzantine: placed(drawCartel(random, seats, voters)), cartel: true };
  }
  if (random.chance(HONEST)) return { byzantine: [], cartel: false };
  const byzantine: FaultyVoter[] = [];
  const sets = new Set<number>();
  do {
    const drawn = placed(drawSet(random, seats, voters));
    const [{ set } = { set: 0 }] = drawn;
    if (!sets.has(set)) byzantine.push(...drawn);
    sets.add(set);
  } while (sets.size < SETS_MAX && options.shards > 1 && random.chance(ANOTHER_SET));
  return { byzantine, cartel: false };
}

type Faulty = Omit<FaultyVoter, "set">;

/** Up to f seats. */
function drawSet(random: Random, seats: number, voters: WorldOptions["voters"]): Faulty[] {
  let left = faultsMax(seats);
  const faulty: Faulty[] = [];
  const shared = drawBehaviour(random);
  const isShared = random.chance(0.5);
  for (const voter of shuffledPlaces(random, voters)) {
    const held = voters[voter]?.length ?? 0;
    if (held > left) continue;
    left -= held;
    const isHub = voter === 0 && random.chance(0.3);
    const behaviour = isShared ? shared : drawBehaviour(random);
    faulty.push({
      voter,
      behaviour: isHub ? (random.pick(Object.keys(HUB_BEHAVIOURS)) ?? behaviour) : behaviour,
    });
  }
  return faulty;
}

/** As many as it takes for a quorum. */
function drawCartel(random: Random, seats: number, voters: WorldOptions["voters"]): Faulty[] {
  const behaviour = random.pick(Object.keys(CARTEL_BEHAVIOURS)) ?? "";
  const cartel: Faulty[] = [];
  let held = 0;
  for (const voter of shuffledPlaces(random, voters)) {
    if (held >= quorum(seats)) break;
    held += voters[voter]?.length ?? 0;
    cartel.push({ voter, behaviour });
  }
  return cartel;
}

const drawBehaviour = (random: Random): string => random.pick(Object.keys(BEHAVIOURS)) ?? "";

const shuffledPlaces = (random: Random, voters: WorldOptions["voters"]): readonly number[] =>
  random.shuffle(voters.map((_, voter) => voter));
