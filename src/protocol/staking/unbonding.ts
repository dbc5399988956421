// Stake on its way back (R-11.1). Every unbonding takes the same time, so that those of all accounts form one queue in T0's state:
// first in, first out. Each round that touches T0 pays back, after its transactions, what is due at the queue's head; nobody has to
// ask for it, no alarm is set for it, and a round reads no more entries than it pays.
import { invariant } from "../assert.ts";
import { codec, decodeStored, fixedBytes, safeU64, struct } from "../encoding/codec.ts";
import { ROOT_CHAIN } from "../ledger/chain-id.ts";
import type { ChainState } from "../ledger/chain-state.ts";
import { UNBONDED_A_ROUND_MAX, UNBONDINGS_MAX } from "../limits.ts";
import { unbondingKey, unbondingQueueKey } from "../merkle/state-key.ts";
import { setStakes, stakesOf, type Unbonding } from "./stakes.ts";
import { stakingRules } from "./staking-rules.ts";
import { setValidator, validatorOf } from "./validator.ts";

interface Queue {
  /** The number of the first place that is not paid back yet. */
  readonly first: number;
  /** The number that the next one gets. */
  readonly next: number;
}

/** One place: whose first unbonding is due when. The amount stands in the account's own entry. */
interface Queued {
  readonly staker: Uint8Array;
  readonly releaseRound: number;
}

export const unbondingQueueCodec = codec<Queue>(
  "unbonding queue",
  struct<Queue>("UnbondingQueue", { first: safeU64, next: safeU64 }),
  16,
);

export const queuedUnbondingCodec = codec<Queued>(
  "queued unbonding",
  struct<Queued>("QueuedUnbonding", { staker: fixedBytes(20), releaseRound: safeU64 }),
  28,
);

const EMPTY_QUEUE: Queue = { first: 0, next: 0 };

/** Whether the account may have one more amount on its way back. */
export const canUnbond = (state: ChainState, staker: Uint8Array): boolean =>
  stakesOf(state, staker).unbondings.length < UNBONDINGS_MAX;

/** The amount, which is the staker's with the validator no more, goes into the queue. The caller has asked `canUnbond`. */
export function startUnbonding(
  { state, round }: { readonly state: ChainState; readonly round: number },
  staker: Uint8Array,
  { validator, amount }: Omit<Unbonding, "releaseRound">,
): void {
  const releaseRound = round + stakingRules(state).unbondingRounds;
  const stakes = stakesOf(state, staker);
  const unbondings = [...stakes.unbondings, { validator, amount, releaseRound }];
  setStakes(state, staker, { ...stakes, unbondings });
  const { first, next } = queueOf(state);
  const queued = queuedUnbondingCodec.encode({ staker, releaseRound });
  state.set(ROOT_CHAIN, unbondingKey(next), queued);
  setQueue(state, { first, next: next + 1 });
}

/** Pays back what is due in `round`, as far as one round does; in rounds that touch T0, behind all transactions. */
export function payUnbonded(state: ChainState, round: number): void {
  const { first, next } = queueOf(state);
  const end = Math.min(next, first + UNBONDED_A_ROUND_MAX);
  let place = first;
  for (; place < end; place++) {
    const bytes = state.get(ROOT_CHAIN, unbondingKey(place));
    invariant(bytes !== null, "R-11.1 A place of the unbonding queue is missing", { place });
    const { staker, releaseRound } = decodeStored(queuedUnbondingCodec, bytes);
    if (releaseRound > round) break;
    payFirst(state, staker);
    state.set(ROOT_CHAIN, unbondingKey(place), null);
  }
  if (place > first) setQueue(state, { first: place, next });
}

/** The queue has an account's unbondings in the order of its list. */
function payFirst(state: ChainState, staker: Uint8Array): void {
  const stakes = stakesOf(state, staker);
  const [due, ...unbondings] = stakes.unbondings;
  invariant(due !== undefined, "R-11.1 The queue has an unbonding that its account has not");
  const validator = validatorOf(state, due.validator);
  invariant(
    validator !== null && validator.unbonding >= due.amount,
    "R-11.1 A validator has less on its way back than its stakers",
  );
  setStakes(state, staker, { ...stakes, unbondings });
  setValidator(state, due.validator, { ...validator, unbonding: validator.unbonding - due.amount });
  const account = state.account(ROOT_CHAIN, staker);
  state.setAccount(ROOT_CHAIN, staker, { ...account, balance: account.balance + due.amount });
}

function queueOf(state: ChainState): Queue {
  const bytes = state.get(ROOT_CHAIN, unbondingQueueKey());
  return bytes === null ? EMPTY_QUEUE : decodeStored(unbondingQueueCodec, bytes);
}

/** With nothing in it there is no entry, and numbers begin anew. */
function setQueue(state: ChainState, queue: Queue): void {
  const value = queue.first === queue.next ? null : unbondingQueueCodec.encode(queue);
  state.set(ROOT_CHAIN, unbondingQueueKey(), value);
}
