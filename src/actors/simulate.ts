// what would become of a transaction, without sending it: judged by the same code as a block, executed by the same code
// on the present state, and for each of the rounds in which that could change.
import { BlockAssembler, type Inclusion } from "../protocol/blocks/assembler.ts";
import type { PlacedTransaction } from "../protocol/blocks/build-shard-block.ts";
import { toHex } from "../protocol/encoding/bytes.ts";
import { executeRound } from "../protocol/ledger/execute-round.ts";
import { storedTransaction, type VerifiedTransaction } from "../protocol/ledger/unverified.ts";
import type { InclusionCase, Refusal } from "../protocol/refusal.ts";
import { cycleRounds } from "../protocol/rounds/timetable.ts";
import type { Network } from "./network.ts";
import type { Replica } from "./replica.ts";
import type { ActorRunner } from "./runner.ts";
import type { Shard } from "./shard.ts";
import { delegationEnd } from "./waiting-room.ts";

export interface Simulation {
  /** The round judged: the first that is not decided yet. */
  readonly round: number;
  readonly includable: boolean;
  /** The first round that could include it, if nothing else is sent; null if none in sight. */
  readonly includableRound: number | null;
  /** Why `round` cannot include it. */
  readonly refusal: Refusal | null;
  /** The case of that judged it; null if something else kept it out first. */
  readonly rule: InclusionCase | null;
  /** */
  readonly possiblyEmptying: boolean;
  /** 2 or 1 as, 0 if excluded. */
  readonly code: number;
  /** A receipt's reason; null if excluded. */
  readonly reason: string | null;
  /** The inflight transaction that holds the reserve: the first of the sender's in the window. */
  readonly heldBy: string | null;
  /** The first round from which it would be included and executed with code 2; null if none in sight. */
  readonly successRound: number | null;
}

/** Asks a shard where it lives. What is committed is decided: the answer is about the state behind it. */
export function askSimulation(
  runner: ActorRunner<Shard>,
  network: Network,
  bytes: Uint8Array,
): Simulation {
  while (runner.read((shard) => shard.replica.hasUnexecuted)) runner.step((shard) => shard.work());
  return runner.read((shard) => {
    const transaction = storedTransaction(bytes, network.id);
    const ahead = shard.room.aheadOf(transaction);
    return simulate(shard.replica, network, transaction, ahead, shard.nextRound());
  });
}

// A delegation without end: no round after it can be asked about.
const ROUND_MAX = 2 ** 52;

interface Trial {
  readonly refusal: Refusal | null;
  readonly rule: InclusionCase | null;
  readonly possiblyEmptying: boolean;
  readonly code: number;
  readonly reason: string | null;
}

/** `ahead`: the sender's waiting transactions with lower nonces, in order: they would go in before this one. */
export function simulate(
  replica: Replica,
  network: Network,
  transaction: VerifiedTransaction,
  ahead: readonly VerifiedTransaction[],
  round: number,
): Simulation {
  const line = [...ahead, transaction];
  const now = tryRound(replica, network, line, round);
  let includableRound: number | null = null;
  let successRound: number | null = null;
  for (const candidate of roundsOfChange(replica, network, transaction, round)) {
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

/** Windows slide for 2k rounds after the last block; then only the end of a delegation changes an answer. */
function roundsOfChange(
  replica: Replica,
  { k }: Network,
  transaction: VerifiedTransaction,
  round: number,
): number[] {
  const rounds = Array.from({ length: 2 * k + 1 }, (_, i) => round + i);
  const end = delegationEnd(replica, transaction);
  if (end !== null && end + k > round + 2 * k && end < ROUND_MAX) rounds.push(end + k);
  return rounds;
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
  let last: Inclusion | null = null;
  for (const transaction of line) {
    const added = assembler.add(transaction);
    if (!added.ok) {
      if (transaction !== line.at(-1)) continue;
      const { refusal } = added;
      const rule = refusal.code === "RESERVE_EXCEEDED" ? refusal.rule : null;
      return { refusal, rule, possiblyEmptying: false, code: 0, reason: null };
    }
    last = added.value;
    placed.push({
      transaction,
      possiblyEmptying: last.legs.map(({ possiblyEmptying }) => possiblyEmptying),
    });
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
  const leg = last?.legs[0];
  return {
    refusal: null,
    rule: leg?.rule ?? null,
    possiblyEmptying: leg?.possiblyEmptying ?? false,
    code: receipt?.code ?? 0,
    reason: receipt?.reason ?? null,
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
