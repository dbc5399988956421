// what would become of a transaction, without sending it: judged by the same code as a block, executed by the same code
// on the present state, and for each of the rounds in which that could change.
import { BlockAssembler, type Inclusion } from "../protocol/blocks/assembler.ts";
import { isSingle } from "../protocol/blocks/block-order.ts";
import type { PlacedTransaction } from "../protocol/blocks/build-shard-block.ts";
import { toHex } from "../protocol/encoding/bytes.ts";
import { executeRound } from "../protocol/ledger/execute-round.ts";
import { paysFee } from "../protocol/ledger/leg-facts.ts";
import { storedTransaction, type VerifiedTransaction } from "../protocol/ledger/unverified.ts";
import type { InclusionCase, Refusal } from "../protocol/refusal.ts";
import { cycleRounds } from "../protocol/rounds/timetable.ts";
import { blocksBehind } from "./blocks-behind.ts";
import type { Network } from "./network.ts";
import type { Replica } from "./replica.ts";
import type { ActorRunner } from "./runner.ts";
import type { Shard } from "./shard.ts";
import { delegationEnds } from "./waiting-room.ts";

export interface Simulation {
  /** The round judged: the first that is not decided yet. */
  readonly round: number;
  readonly includable: boolean;
  /** The first round that could include it, if nothing else is sent; null if none in sight. */
  readonly includableRound: number | null;
  /** Why `round` cannot include it. */
  readonly refusal: Refusal | null;
  /** The case of that judged it, of the first leg that pays; null if something else kept it out first. */
  readonly rule: InclusionCase | null;
  /** of the same leg. */
  readonly possiblyEmptying: boolean;
  /** The same of each leg, as far as they were judged. */
  readonly legs: readonly SimulatedLeg[];
  /** 2 or 1 as, 0 if excluded. */
  readonly code: number;
  /** A receipt's reason; null if excluded. */
  readonly reason: string | null;
  /** The chain of the leg for which it would revert; null if none. */
  readonly failedChain: number | null;
  /** The inflight transaction that holds the reserve: the first of the sender's in the window. */
  readonly heldBy: string | null;
  /** The first round from which it would be included and executed with code 2; null if none in sight. */
  readonly successRound: number | null;
}

export interface SimulatedLeg {
  readonly chain: number;
  readonly rule: InclusionCase | null;
  readonly possiblyEmptying: boolean;
}

/** Asks a shard where it lives. What is committed is decided: the answer is about the state behind it. */
export function askSimulation(
  runner: ActorRunner<Shard>,
  network: Network,
  bytes: Uint8Array,
): Simulation {
  while (runner.read((shard) => shard.replica.canExecute)) runner.step((shard) => shard.work());
  return runner.read((shard) => {
    const transaction = storedTransaction(bytes, network.id);
    const ahead = shard.room.aheadOf(transaction);
    return simulate(shard.replica, network, transaction, ahead, shard.nextRound());
  });
}

// A delegation without end: no round after it can be asked about.
const ROUND_MAX = 2 ** 52;

type Trial = Pick<
  Simulation,
  "refusal" | "rule" | "possiblyEmptying" | "legs" | "code" | "reason" | "failedChain"
>;

/** `ahead`: what waits before it, in the order of each line: it would go in before this one (see `blocksBehind`). */
export function simulate(
  replica: Replica,
  network: Network,
  transaction: VerifiedTransaction,
  ahead: readonly VerifiedTransaction[],
  round: number,
): Simulation {
  const blocks = blocksBehind(ahead, transaction) ?? [ahead.filter((one) => !isSingle(one))];
  const line = blocks.flat();
  const isLast = line.at(-1) === transaction;
  const soonest = isLast ? round + blocks.length - 1 : Number.POSITIVE_INFINITY;
  const first = soonest === round ? line : [...firstBehind(blocks, transaction), transaction];
  const now = tryRound(replica, network, first, round);
  let includableRound: number | null = null;
  let successRound: number | null = null;
  for (const candidate of roundsOfChange(replica, network, transaction, round)) {
    if (candidate > round && candidate < soonest) continue;
    const trial = candidate === round ? now : tryRound(replica, network, line, candidate);
    if (trial.code > 0) includableRound ??= candidate;
    if (trial.code === 2) successRound ??= candidate;
  }
  return {
    round,
    includable: now.code > 0,
    includableRound,
    ...now,
    heldBy: heldBy(replica, transaction, round) ?? ahead[0]?.idHex ?? null,
    successRound,
  };
}

/** What the next block holds before a transaction that comes in a later one. */
const firstBehind = (
  [first = []]: readonly (readonly VerifiedTransaction[])[],
  transaction: VerifiedTransaction,
): readonly VerifiedTransaction[] =>
  isSingle(transaction) ? first : first.filter((one) => !isSingle(one));

/** Windows slide for 2k rounds after the last block; then only the end of a delegation changes an answer. */
function roundsOfChange(
  replica: Replica,
  { k }: Network,
  transaction: VerifiedTransaction,
  round: number,
): number[] {
  const rounds = Array.from({ length: 2 * k + 1 }, (_, i) => round + i);
  for (const end of delegationEnds(replica, transaction)) {
    if (end + k > round + 2 * k && end < ROUND_MAX) rounds.push(end + k);
  }
  return rounds.sort((a, b) => a - b);
}

/** Judges and executes the line as one block; the trial is about its last. */
function tryRound(
  replica: Replica,
  { k, epoch }: Network,
  line: readonly VerifiedTransaction[],
  round: number,
): Trial {
  const assembler = new BlockAssembler(replica.roundView(round));
  const placed: PlacedTransaction[] = [];
  let inclusion: Inclusion | null = null;
  for (const transaction of line) {
    const added = assembler.add(transaction);
    if (!added.ok) {
      if (transaction !== line.at(-1)) continue;
      const { refusal } = added;
      const rule = refusal.code === "RESERVE_EXCEEDED" ? refusal.rule : null;
      const legs =
        refusal.code === "RESERVE_EXCEEDED"
          ? [{ chain: refusal.chain, rule, possiblyEmptying: false }]
          : [];
      const out = { code: 0, reason: null, failedChain: null };
      return { refusal, rule, possiblyEmptying: false, legs, ...out };
    }
    const possiblyEmptying = added.value.legs.map((leg) => leg.possiblyEmptying);
    placed.push({ transaction, possiblyEmptying });
    inclusion = added.value;
  }
  const { receipts } = executeRound({
    round,
    k,
    transactions: placed,
    chain: (chain) => replica.chain(chain),
    read: (chain, key) => replica.state.get(chain, key),
    placement: { shard: replica.shard, bornRound: round + k + cycleRounds(epoch) },
  });
  const receipt = receipts.at(-1);
  const legs = (inclusion?.legs ?? []).map(({ leg, rule, possiblyEmptying }) => ({
    chain: leg.chain,
    rule,
    possiblyEmptying,
  }));
  const payer = inclusion?.legs.findIndex(({ leg }) => paysFee(leg)) ?? -1;
  return {
    refusal: null,
    rule: legs[payer]?.rule ?? null,
    possiblyEmptying: legs[payer]?.possiblyEmptying ?? false,
    legs,
    code: receipt?.code ?? 0,
    reason: receipt?.reason ?? null,
    failedChain: receipt?.failedChain ?? null,
  };
}

function heldBy(replica: Replica, transaction: VerifiedTransaction, round: number): string | null {
  for (const { chain, payment } of transaction.transaction.legs) {
    if (payment === null) continue;
    const first =
      replica.windows(round)(chain).inflight.get(toHex(payment.payer))?.first ?? undefined;
    if (first !== undefined) return first.transaction;
  }
  return null;
}
