// read once more, as plainly as it can be: who is a validator with what, who has delegated what, and what is on its way back.
import type { ObservedGenesis, ObservedPayload, ObservedTransaction } from "./observation.ts";
import { Versions } from "./versions.ts";

export interface PlainValidator {
  readonly key: string;
  readonly commission: number;
  readonly own: bigint;
}

export interface PlainUnbonding {
  readonly staker: string;
  readonly validator: string;
  readonly amount: bigint;
  readonly releaseRound: number;
}

/** Everything that is staked, at one moment. */
export interface PlainStake {
  readonly validators: ReadonlyMap<string, PlainValidator>;
  /** By "staker validator". */
  readonly delegated: ReadonlyMap<string, bigint>;
  /** In the order in which it is paid back. */
  readonly unbondings: readonly PlainUnbonding[];
}

type StakingPayload = Extract<
  ObservedPayload,
  { readonly kind: "bond" | "unbond" | "delegateStake" | "undelegateStake" }
>;

const VALIDATORS_OF_ONE = 64;
const UNBONDINGS_OF_ONE = 32;
const PAID_A_ROUND = 100;

export const isStaking = (payload: ObservedPayload | undefined): payload is StakingPayload =>
  ["bond", "unbond", "delegateStake", "undelegateStake"].includes(payload?.kind ?? "");

/** a bond that names a key is checked with a pairing, of which a block has few. */
export const registersKey = ({ payload }: ObservedTransaction): boolean =>
  payload.kind === "bond" && payload.key !== null;

/** What it locks of its payer's balance. */
export const lockedBy = (payload: StakingPayload): bigint =>
  payload.kind === "bond" || payload.kind === "delegateStake" ? payload.amount : 0n;

const sumOf = (amounts: Iterable<bigint>): bigint =>
  [...amounts].reduce((sum, amount) => sum + amount, 0n);

export class PlainStakes {
  readonly #rules: ObservedGenesis["staking"];
  readonly #versions: Versions<PlainStake>;

  constructor({ staking, validators }: ObservedGenesis) {
    this.#rules = staking;
    this.#versions = new Versions<PlainStake>({
      validators: new Map(
        validators.map(({ address, key, commission, bond }) => [
          address,
          { key, commission, own: bond },
        ]),
      ),
      delegated: new Map(),
      unbondings: [],
    });
  }

  at(round?: number): PlainStake {
    return this.#versions.at(round);
  }

  get total(): bigint {
    return totalOf(this.at());
  }

  /** Whether it can be done; then it is done. That the payer has what it locks is for others to say. */
  apply(payer: string, payload: StakingPayload, round: number): boolean {
    const next = this.#after(payer, payload, round);
    if (next !== null) this.#versions.set(round, withoutLeft(next));
    return next !== null;
  }

  /** Behind all transactions of a round that has one on T0. By account: what it is paid. */
  pay(round: number): readonly PlainUnbonding[] {
    const { unbondings, ...rest } = this.at();
    const waits = unbondings.findIndex(({ releaseRound }) => releaseRound > round);
    const due = Math.min(waits === -1 ? unbondings.length : waits, PAID_A_ROUND);
    if (due === 0) return [];
    this.#versions.set(round, withoutLeft({ ...rest, unbondings: unbondings.slice(due) }));
    return unbondings.slice(0, due);
  }

  #after(payer: string, payload: StakingPayload, round: number): PlainStake | null {
    const now = this.at();
    const { validators, delegated } = now;
    const own = validators.get(payer);
    const { amount } = payload;
    const least = this.#rules.minimumBond;
    if (payload.kind === "bond") {
      const { key, commission } = payload;
      if (own === undefined && key === null) return null;
      const isTaken = [...validators.values()].some((one) => one.key === key);
      if (own === undefined && isTaken) return null;
      if (own !== undefined && key !== null && (key !== own.key || commission !== own.commission))
        return null;
      const bonded = { key: key ?? "", commission, own: 0n, ...own };
      if (bonded.own + amount < least) return null;
      const changed = { ...bonded, own: bonded.own + amount };
      return { ...now, validators: new Map([...validators, [payer, changed]]) };
    }
    if (payload.kind === "unbond") {
      if (own === undefined || amount > own.own) return null;
      const left = own.own - amount;
      if (left > 0n && left < least) return null;
      const changed = new Map([...validators, [payer, { ...own, own: left }]]);
      return this.#unbonding({ ...now, validators: changed }, payer, payer, amount, round);
    }
    const { validator } = payload;
    const to = validators.get(validator);
    const name = `${payer} ${validator}`;
    const before = delegated.get(name) ?? 0n;
    if (to === undefined) return null;
    if (payload.kind === "delegateStake") {
      const others = [...delegated.keys()].filter((one) => one.startsWith(`${payer} `)).length;
      if (to.own === 0n || (before === 0n && others >= VALIDATORS_OF_ONE)) return null;
      return { ...now, delegated: new Map([...delegated, [name, before + amount]]) };
    }
    if (amount > before) return null;
    const changed = new Map([...delegated, [name, before - amount]]);
    return this.#unbonding({ ...now, delegated: changed }, payer, validator, amount, round);
  }

  #unbonding(
    now: PlainStake,
    staker: string,
    validator: string,
    amount: bigint,
    round: number,
  ): PlainStake | null {
    const own = now.unbondings.filter((one) => one.staker === staker);
    if (own.length >= UNBONDINGS_OF_ONE) return null;
    const releaseRound = round + this.#rules.unbondingRounds;
    return { ...now, unbondings: [...now.unbondings, { staker, validator, amount, releaseRound }] };
  }
}

export const totalOf = ({ validators, delegated, unbondings }: PlainStake): bigint =>
  sumOf([...validators.values()].map(({ own }) => own)) +
  sumOf(delegated.values()) +
  sumOf(unbondings.map(({ amount }) => amount));

/** What others have with the validator, and what is on its way back from it. */
export const withValidator = (
  { delegated, unbondings }: PlainStake,
  validator: string,
): { readonly delegated: bigint; readonly unbonding: bigint } => ({
  delegated: sumOf(
    [...delegated].filter(([name]) => name.endsWith(` ${validator}`)).map(([, amount]) => amount),
  ),
  unbonding: sumOf(
    unbondings.filter((one) => one.validator === validator).map(({ amount }) => amount),
  ),
});

/** A validator with nothing at all is none any more, and its key is free. */
function withoutLeft(stake: PlainStake): PlainStake {
  const delegated = new Map([...stake.delegated].filter(([, amount]) => amount > 0n));
  const validators = new Map(
    [...stake.validators].filter(([address, { own }]) => {
      const others = withValidator(stake, address);
      return own + others.delegated + others.unbonding > 0n;
    }),
  );
  return { ...stake, validators, delegated };
}
