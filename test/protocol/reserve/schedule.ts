// Random histories of a few accounts around their reserves: all amounts lie on a coarse lattice
// with a unit of jitter, so that the <= of and the < of are met at equality again and
// again.
import fc from "fast-check";

/**
 * Accounts are places in a list, amounts plain numbers: nothing of the ledger is needed to read a
 * schedule.
 */
export interface ScheduledAuthorisation {
  readonly owner: number;
  readonly delegate: number;
  /** On top of the owner's authorisation nonce after round n-k. */
  readonly ahead: number;
  readonly allowance: number;
  /** The last round is so many rounds after the block's. */
  readonly life: number;
}

export type Effect =
  | { readonly kind: "transfer"; readonly to: number; readonly amount: number }
  | {
      readonly kind: "spendFrom";
      readonly owner: number;
      readonly to: number;
      readonly amount: number;
    }
  | { readonly kind: "delegate" }
  | { readonly kind: "revoke" }
  | { readonly kind: "setReserve"; readonly reserve: number | null };

export interface Action {
  readonly from: number;
  readonly effect: Effect;
  /** Gas above the least, in steps of 500; the price is 1 a unit, or nothing. */
  readonly extraGas: number;
  readonly free: boolean;
  readonly authorisations: readonly ScheduledAuthorisation[];
}

export interface Step {
  /** Empty rounds before this one. */
  readonly gap: number;
  readonly actions: readonly Action[];
}

export interface ScheduledAccount {
  readonly balance: number;
  readonly reserve: number | null;
  /** Of the state before the first round. */
  readonly delegation: {
    readonly delegate: number;
    readonly allowance: number;
    readonly lastRound: number;
  } | null;
}

export interface Schedule {
  readonly k: number;
  readonly reserveDefault: number;
  readonly accounts: readonly ScheduledAccount[];
  readonly steps: readonly Step[];
}

/** What gives an action its numbers. */
export interface Sequences {
  /** The nonce of the account's next transaction in the block at work. */
  nextNonce(account: number): number;
  /** The account's authorisation nonce after round n-k. */
  authorisationNonce(account: number): number;
}

/** An action with the numbers that its round gives it. */
export interface Candidate {
  readonly from: number;
  readonly effect: Effect;
  readonly gasLimit: number;
  readonly price: 0 | 1;
  readonly nonce: number;
  readonly authorisations: readonly {
    readonly owner: number;
    readonly delegate: number;
    readonly nonce: number;
    readonly allowance: number;
    readonly lastRound: number;
  }[];
}

const ACCOUNTS = 4;
const GAS = { transfer: 1_000, setReserve: 1_000, revoke: 1_000, delegate: 0, spendFrom: 1_500 };

const leastGas = ({ effect, authorisations }: Action): number =>
  GAS[effect.kind] + 1_000 * authorisations.length;

export function candidateOf(action: Action, sequences: Sequences, round: number): Candidate {
  const { from, effect, free, extraGas, authorisations } = action;
  return {
    from,
    effect,
    gasLimit: leastGas(action) + 500 * extraGas,
    price: free ? 0 : 1,
    nonce: sequences.nextNonce(from),
    authorisations: authorisations.map(({ owner, delegate, ahead, allowance, life }) => ({
      owner,
      delegate,
      nonce: Math.max(0, sequences.authorisationNonce(owner) + ahead),
      allowance,
      lastRound: Math.max(0, round + life),
    })),
  };
}

const account = fc.nat(ACCOUNTS - 1);
/** Sends most: a busy account meets its own window. */
const sender = fc.oneof(
  { weight: 3, arbitrary: fc.constant(0) },
  { weight: 2, arbitrary: account },
);
const jitter = fc.constantFrom(0, 0, 0, 0, 1, -1);

const amountUpTo = (steps: number): fc.Arbitrary<number> =>
  fc.tuple(fc.nat(steps), jitter).map(([n, unit]) => Math.max(0, n * 500 + unit));

const reserve = fc.option(amountUpTo(8), { freq: 4 });

const authorisation = fc
  .record({
    owner: sender,
    // Mostly to the neighbour, who then mostly is the one that spends.
    step: fc.constantFrom(1, 1, 1, 2, 3),
    ahead: fc.constantFrom(0, 0, 0, 0, 0, 1, -1),
    allowance: amountUpTo(20),
    life: fc.integer({ min: -2, max: 8 }),
  })
  .map(({ owner, step, ...rest }) => ({ owner, delegate: (owner + step) % ACCOUNTS, ...rest }));

const effect: fc.Arbitrary<Effect> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant("transfer" as const),
      to: account,
      amount: amountUpTo(14),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("spendFrom" as const),
      owner: sender,
      to: account,
      amount: amountUpTo(8),
    }),
  },
  { weight: 2, arbitrary: fc.constant({ kind: "delegate" as const }) },
  { weight: 2, arbitrary: fc.constant({ kind: "revoke" as const }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("setReserve" as const), reserve }) },
);

const authorisations = fc.oneof(
  { weight: 4, arbitrary: fc.constant([]) },
  { weight: 1, arbitrary: fc.array(authorisation, { minLength: 1, maxLength: 2 }) },
);

const action: fc.Arbitrary<Action> = fc
  .record({
    from: sender,
    effect,
    extraGas: fc.constantFrom(0, 0, 0, 1, 2, 3),
    // A free transaction stands in the window without a fee.
    free: fc.constantFrom(false, false, false, false, true),
    authorisations,
    spare: authorisation,
    byNeighbour: fc.constantFrom(true, true, true, false),
  })
  .map(({ spare, byNeighbour, ...rest }) => {
    const { effect, authorisations } = rest;
    if (effect.kind === "delegate" && authorisations.length === 0) {
      return { ...rest, authorisations: [spare] };
    }
    if (effect.kind !== "spendFrom" || !byNeighbour) return rest;
    return { ...rest, from: (effect.owner + 1) % ACCOUNTS };
  });

const accounts = fc
  .array(
    fc.record({
      balance: amountUpTo(24),
      reserve,
      delegation: fc.option(
        fc.record({ allowance: amountUpTo(20), lastRound: fc.integer({ min: 1, max: 12 }) }),
      ),
    }),
    { minLength: ACCOUNTS, maxLength: ACCOUNTS },
  )
  .map((list) =>
    list.map(({ delegation, ...rest }, index) => ({
      ...rest,
      delegation: delegation === null ? null : { delegate: (index + 1) % ACCOUNTS, ...delegation },
    })),
  );

// Without bias: the lattice is made of edges as it is, and zeros everywhere would leave most out.
export const schedules: fc.Arbitrary<Schedule> = fc.noBias(
  fc.record({
    k: fc.integer({ min: 1, max: 4 }),
    reserveDefault: amountUpTo(8),
    accounts,
    steps: fc.array(
      fc.record({
        gap: fc.constantFrom(0, 0, 0, 0, 0, 1, 1, 2, 3, 4),
        actions: fc.array(action, { maxLength: 4, size: "max" }),
      }),
      { minLength: 3, maxLength: 10, size: "max" },
    ),
  }),
);
