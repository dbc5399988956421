// Which voters of a world are faulty, and how: up to f seats of some sets, now and then a quorum of one.
import { faultsMax, quorum } from "../../protocol/consensus/quorum.ts";
import type { Random } from "../random.ts";
import type { FaultyVoter, WorldOptions } from "../world-options.ts";
import { setsOf } from "../world-shards.ts";
import { BEHAVIOURS, CARTEL_BEHAVIOURS, HUB_BEHAVIOURS, OF_SEVERAL_SHARDS } from "./index.ts";

const HONEST = 0.15;
const CARTEL = 0.08;
/** Of several sets each has faulty voters besides the first that does, up to so many. */
const ANOTHER_SET = 0.4;
const SETS_MAX = 3;
// Where there are several shards: of all behaviours one that is about that.
const ABOUT_SHARDS = 0.3;

type Drawn = Pick<WorldOptions, "byzantine" | "cartel">;
type Drawing = Pick<WorldOptions, "shards" | "seats" | "voters">;

export function drawFaultyVoters(random: Random, options: Drawing): Drawn {
  // One set is drawn as the only one would be.
  const placed = (faulty: readonly Faulty[]): readonly FaultyVoter[] => {
    const [set = 1] = random.shuffle(setsOf(options)).map((one) => one.set);
    return faulty.map((one) => ({ set, ...one }));
  };
  if (random.chance(CARTEL)) {
    return { byzantine: placed(drawCartel(random, options)), cartel: true };
  }
  if (random.chance(HONEST)) return { byzantine: [], cartel: false };
  const byzantine: FaultyVoter[] = [];
  const sets = new Set<number>();
  do {
    const drawn = placed(drawSet(random, options));
    const [{ set } = { set: 0 }] = drawn;
    if (!sets.has(set)) byzantine.push(...drawn);
    sets.add(set);
  } while (sets.size < SETS_MAX && options.shards > 1 && random.chance(ANOTHER_SET));
  return { byzantine, cartel: false };
}

type Faulty = Omit<FaultyVoter, "set">;

/** Up to f seats. */
function drawSet(random: Random, { shards, seats, voters }: Drawing): Faulty[] {
  let left = faultsMax(seats);
  const faulty: Faulty[] = [];
  const shared = drawBehaviour(random, shards);
  const isShared = random.chance(0.5);
  for (const voter of shuffledPlaces(random, voters)) {
    const held = voters[voter]?.length ?? 0;
    if (held > left) continue;
    left -= held;
    const isHub = voter === 0 && random.chance(0.3);
    const behaviour = isShared ? shared : drawBehaviour(random, shards);
    faulty.push({
      voter,
      behaviour: isHub ? (random.pick(Object.keys(HUB_BEHAVIOURS)) ?? behaviour) : behaviour,
    });
  }
  return faulty;
}

/** As many as it takes for a quorum. */
function drawCartel(random: Random, { shards, seats, voters }: Drawing): Faulty[] {
  const behaviour = random.pick(ofShards(Object.keys(CARTEL_BEHAVIOURS), shards)) ?? "";
  const cartel: Faulty[] = [];
  let held = 0;
  for (const voter of shuffledPlaces(random, voters)) {
    if (held >= quorum(seats)) break;
    held += voters[voter]?.length ?? 0;
    cartel.push({ voter, behaviour });
  }
  return cartel;
}

/** Those of one shard need no second one. */
const ofShards = (names: readonly string[], shards: number): readonly string[] =>
  shards > 1 ? names : names.filter((name) => !OF_SEVERAL_SHARDS.includes(name));

function drawBehaviour(random: Random, shards: number): string {
  const all = ofShards(Object.keys(BEHAVIOURS), shards);
  const about = all.filter((name) => OF_SEVERAL_SHARDS.includes(name));
  const isAbout = random.chance(ABOUT_SHARDS);
  return random.pick(isAbout && about.length > 0 ? about : all) ?? "";
}

const shuffledPlaces = (random: Random, voters: WorldOptions["voters"]): readonly number[] =>
  random.shuffle(voters.map((_, voter) => voter));
