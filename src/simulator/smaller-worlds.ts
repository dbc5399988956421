// Ways to make a world smaller, for shrinking: what makes worlds short and simple first, so that the rest is tried on these.
import { type Reduction, smallerCounts } from "./shrink.ts";
import { NO_STAKES, STAKE_KINDS } from "./stake-options.ts";
import { isBearable, QUIET } from "./stored-world.ts";
import { NO_TRADES, TRADE_KINDS } from "./trade-options.ts";
import { FAULT_KINDS, LOAD_KINDS, NO_FAULTS, type WorldOptions } from "./world-options.ts";
import { setsOf } from "./world-shards.ts";

const SEATS = [4, 7];
const PER_ROUND_LEAST = 0.1;
/** An account and another to send to. */
const ACCOUNTS_LEAST = 2;

export const REDUCTIONS: readonly Reduction<WorldOptions>[] = [
  nobodyFaulty,
  oneFaultyLess,
  (options) => (isFaultless(options) ? [] : [{ ...options, faults: NO_FAULTS }]),
  oneFaultKindLess,
  fewerShards,
  (options) =>
    smallerCounts(options.faultRounds, 1).map((faultRounds) => ({ ...options, faultRounds })),
  (options) => (options.mempool === null ? [] : [{ ...options, mempool: null }]),
  fewerTrades,
  fewerStakes,
  simplerLoad,
  (options) => smallerCounts(options.chains, 1).map((chains) => ({ ...options, chains })),
  (options) =>
    smallerCounts(options.accounts, ACCOUNTS_LEAST).map((accounts) => ({ ...options, accounts })),
  plainerSets,
  fewerVoters,
  plainerSets,
  fewerSeats,
  usual("placement"),
  usual("realCrypto"),
  usual("delayMs"),
  usual("k"),
  usual("roundMs"),
  usual("epochRounds"),
  usual("leaseRounds"),
  usual("healedRounds"),
];

function isFaultless({ faults }: WorldOptions): boolean {
  return FAULT_KINDS.every((kind) => faults[kind] === 0);
}

function nobodyFaulty(options: WorldOptions): readonly WorldOptions[] {
  if (options.byzantine.length === 0) return [];
  return [{ ...options, byzantine: [], cartel: false }];
}

function oneFaultyLess(options: WorldOptions): readonly WorldOptions[] {
  const { byzantine } = options;
  return byzantine.map((gone) => ({
    ...options,
    byzantine: byzantine.filter((one) => one !== gone),
  }));
}

function oneFaultKindLess(options: WorldOptions): readonly WorldOptions[] {
  return FAULT_KINDS.filter((kind) => options.faults[kind] > 0).map((kind) => ({
    ...options,
    faults: { ...options.faults, [kind]: 0 },
  }));
}

function simplerLoad(options: WorldOptions): readonly WorldOptions[] {
  const { load } = options;
  const kinds = LOAD_KINDS.filter((kind) => load.mix[kind] > 0);
  const loads = [
    ...smallerCounts(load.clients, 1).map((clients) => ({ ...load, clients })),
    ...(load.perRound > PER_ROUND_LEAST
      ? [{ ...load, perRound: Math.max(PER_ROUND_LEAST, load.perRound / 2) }]
      : []),
    // Something has to be sent.
    ...(kinds.length < 2 ? [] : kinds).map((kind) => ({
      ...load,
      mix: { ...load.mix, [kind]: 0 },
    })),
  ];
  return loads.map((simpler) => ({ ...options, load: simpler }));
}

/** With their sets; faulty voters of those go, or move to the sets that are left. */
function fewerShards(options: WorldOptions): readonly WorldOptions[] {
  return smallerCounts(options.shards, 1).flatMap((shards) => {
    const { length: sets } = setsOf({ shards });
    const placement = options.placement.map((shard) => shard % shards);
    const moved = options.byzantine.map((one) => ({ ...one, set: ((one.set - 1) % sets) + 1 }));
    const stayed = options.byzantine.filter(({ set }) => set <= sets);
    const worlds = stayed.length === moved.length ? [stayed] : [stayed, moved];
    return worlds
      .map((byzantine) => {
        const plainSets = honestSets(options.plainSets, byzantine).filter((set) => set <= sets);
        return { ...options, shards, placement, byzantine, plainSets };
      })
      .filter(isBearable);
  });
}

function fewerTrades(options: WorldOptions): readonly WorldOptions[] {
  const { trades } = options;
  if (trades.perRound === 0) return [];
  const kinds = TRADE_KINDS.filter((kind) => trades.mix[kind] > 0);
  const simpler = [
    NO_TRADES,
    ...(trades.perRound > PER_ROUND_LEAST
      ? [{ ...trades, perRound: Math.max(PER_ROUND_LEAST, trades.perRound / 2) }]
      : []),
    ...(kinds.length < 2 ? [] : kinds).map((kind) => ({
      ...trades,
      mix: { ...trades.mix, [kind]: 0 },
    })),
  ];
  return simpler.map((one) => ({ ...options, trades: one }));
}

function fewerStakes(options: WorldOptions): readonly WorldOptions[] {
  const { stakes } = options;
  if (stakes.perRound === 0) return [];
  const kinds = STAKE_KINDS.filter((kind) => stakes.mix[kind] > 0);
  const simpler = [
    NO_STAKES,
    ...(stakes.perRound > PER_ROUND_LEAST
      ? [{ ...stakes, perRound: Math.max(PER_ROUND_LEAST, stakes.perRound / 2) }]
      : []),
    ...(kinds.length < 2 ? [] : kinds).map((kind) => ({
      ...stakes,
      mix: { ...stakes.mix, [kind]: 0 },
    })),
  ];
  return simpler.map((one) => ({ ...options, stakes: one }));
}

const honestSets = (
  sets: readonly number[],
  byzantine: WorldOptions["byzantine"],
): readonly number[] => sets.filter((set) => byzantine.every((one) => one.set !== set));

/** Every honest set has one voter; where all have that anyhow, none is said to be plain. */
function plainerSets(options: WorldOptions): readonly WorldOptions[] {
  const { plainSets, byzantine, voters } = options;
  const all = setsOf(options).map(({ set }) => set);
  const plainer = voters.length === 1 ? [] : honestSets(all, byzantine);
  return plainer.length === plainSets.length ? [] : [{ ...options, plainSets: plainer }];
}

/** Honest voters become one: all of them, or the last two. */
function fewerVoters(options: WorldOptions): readonly WorldOptions[] {
  const faulty = new Set(options.byzantine.map(({ voter }) => voter));
  const honest = options.voters.flatMap((_, voter) => (faulty.has(voter) ? [] : [voter]));
  if (honest.length < 2) return [];
  const merged = [honest, honest.slice(-2)].map((together) => {
    const [first] = together;
    return reseat(
      options,
      options.voters.map((seats, voter) => {
        if (voter === first) return together.flatMap((one) => options.voters[one] ?? []);
        return together.includes(voter) ? [] : seats;
      }),
    );
  });
  return honest.length === 2 ? merged.slice(0, 1) : merged;
}

/** One seat for each faulty voter, the others shared out among the honest ones; the other way round in a cartel. */
function fewerSeats(options: WorldOptions): readonly WorldOptions[] {
  const faulty = new Set(options.byzantine.map(({ voter }) => voter));
  const sharing = options.voters.flatMap((_, voter) =>
    faulty.has(voter) === options.cartel ? [voter] : [],
  );
  return SEATS.filter((seats) => seats < options.seats && seats >= options.voters.length).flatMap(
    (seats) => {
      const voters = options.voters.map((_, voter) => [voter]);
      for (let seat = voters.length; seat < seats; seat++) {
        const voter = sharing[(seat - voters.length) % sharing.length];
        if (voter === undefined) return [];
        voters[voter]?.push(seat);
      }
      return [{ ...options, seats, voters }].filter(isBearable);
    },
  );
}

/** With these voters but for those without seats; the faulty ones keep their behaviour. */
function reseat(options: WorldOptions, voters: WorldOptions["voters"]): WorldOptions {
  const places = new Map<number, number>();
  for (const [voter, seats] of voters.entries()) {
    if (seats.length > 0) places.set(voter, places.size);
  }
  return {
    ...options,
    voters: voters.filter((seats) => seats.length > 0),
    byzantine: options.byzantine.flatMap((one) => {
      const voter = places.get(one.voter);
      return voter === undefined ? [] : [{ ...one, voter }];
    }),
  };
}

/** What is as in a quiet world says nothing about the failure. */
function usual(name: keyof WorldOptions): Reduction<WorldOptions> {
  return (options) =>
    JSON.stringify(options[name]) === JSON.stringify(QUIET[name])
      ? []
      : [{ ...options, [name]: QUIET[name] }];
}
