// What users of a world stake. Drawn from a stream of its own: worlds without stakes are those that their seeds drew before.
import type { Random } from "./random.ts";

export const STAKE_KINDS = [
  /** Registers with a new key, or with one that somebody has. */
  "register",
  "bond",
  "unbond",
  "delegateStake",
  "undelegateStake",
  /** All that the account has, or more. */
  "overstake",
  "forgedKey",
] as const;
export type StakeKind = (typeof STAKE_KINDS)[number];

export interface StakeOptions {
  /** Sent in a round on average, by all clients together; 0 for none. */
  readonly perRound: number;
  /** Base units. */
  readonly minimumBond: number;
  readonly unbondingRounds: number;
  readonly mix: Readonly<Record<StakeKind, number>>;
}

const none = (): Record<StakeKind, number> =>
  Object.fromEntries(STAKE_KINDS.map((kind) => [kind, 0])) as Record<StakeKind, number>;

export const NO_STAKES: StakeOptions = {
  perRound: 0,
  minimumBond: 1_000,
  unbondingRounds: 8,
  mix: none(),
};

/** The share of worlds with stakes. */
const STAKING = 0.4;

export function drawStakes(random: Random, realCrypto: boolean): StakeOptions {
  if (!random.chance(STAKING)) return NO_STAKES;
  const mix = none();
  for (const kind of STAKE_KINDS) mix[kind] = random.chance(0.7) ? random.between(1, 10) : 0;
  mix.delegateStake = Math.max(mix.delegateStake, 3);
  mix.undelegateStake = Math.max(mix.undelegateStake, 3);
  // Nobody bonds more, or less, who has not registered.
  if (mix.bond + mix.unbond > 0) mix.register = Math.max(mix.register, 3);
  return {
    perRound: realCrypto ? 0.2 : random.pick([0.5, 1, 2, 4]),
    minimumBond: random.pick([0, 1, 1_000]),
    // Few enough for stakes to come back within the world.
    unbondingRounds: random.between(1, 8),
    mix,
  };
}
