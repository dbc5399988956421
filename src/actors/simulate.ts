// what would become of a transaction, without sending it: the rounds that would come if nothing else were sent, one after
// the other, judged by the same code as blocks and executed by the same code.
import type { RoundView } from "../protocol/blocks/assembler.ts";
import { toHex } from "../protocol/encoding/bytes.ts";
import { bearingOn } from "../protocol/ledger/bearing-on.ts";
import { CODE_EXECUTED } from "../protocol/ledger/receipt.ts";
import { storedTransaction, type VerifiedTransaction } from "../protocol/ledger/unverified.ts";
import { placeOf } from "../protocol/ledger/waiting.ts";
import type { InclusionCase, Refusal } from "../protocol/refusal.ts";
import { accept, type Result } from "../protocol/result.ts";
import { type ComingBlock, ComingRounds, type Outcome } from "./coming-rounds.ts";
import type { Network } from "./network.ts";
import type { ActorRunner } from "./runner.ts";
import type { Shard } from "./shard.ts";

export interface Simulation {
  /** The round judged: the first that can still take it; the open one, if it is offered in that already. */
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
  return runner.read((shard) => simulate(shard, storedTransaction(bytes, network.id)));
}

/**
 * Goes through the rounds that come if the transaction is sent now and nothing else is: the open one with what the shard has
 * offered to its set, then each with what the sender has waiting ahead, in the order of nonces, as soon as the round can take it,
 * and behind that the transaction. Each is judged with its own verdict, in the windows and on the state that the rounds
 * before leave. `successRound` is about one that is kept back until then.
 *
 * What is told holds while no round fails: none closes without a block, none is never opened because one before it was
 * decided too late. It does not count on what others have waiting: authorisations that name the sender, spending by its
 * delegates, payments to it; so much that blocks are full, or that senders take turns to be looked at. Nor on what a shard that
 * has just restarted had offered. And the mempool may not let in what a later round could include: it looks at the present balance.
 *
 * Reads only. Cost: one look at each transaction of the open block; those that the line depends on are judged and executed, and
 * so is each transaction ahead, once; up to 2k + 1 rounds pass for each of them and for the last, most with one judgement. 60 ms
 * for 1,000 ahead that take 3,000 rounds, in node.
 */
export function simulate(shard: Shard, transaction: VerifiedTransaction): Simulation {
  const coming = new ComingRounds(shard.replica, shard.network);
  const ahead = shard.room.aheadOf(transaction);
  const offered = inOpenRound(shard, coming, [...ahead, transaction]);
  if (offered !== null) return offered;
  let first: Simulation | null = null;
  let includableRound: number | null = null;
  let successRound: number | null = null;
  for (const [block, tried] of trials(coming, ahead, transaction, shard.nextRound())) {
    const one = told(block, transaction, tried);
    first ??= { ...one, heldBy: one.heldBy ?? ahead[0]?.idHex ?? null };
    includableRound ??= one.includableRound;
    successRound ??= one.successRound;
    if (successRound !== null) break;
  }
  return { ...(first as Simulation), includableRound, successRound };
}

/** Has the open round hold what the line depends on of all that the shard has offered. Answers if its last is among that. */
function inOpenRound(
  { progress, transactions }: Shard,
  coming: ComingRounds,
  line: readonly VerifiedTransaction[],
): Simulation | null {
  if (progress.state !== "open") return null;
  const block = coming.block(progress.round);
  for (const one of bearingOn(transactions.offered.all, line)) block.add(one);
  const asked = line.at(-1) as VerifiedTransaction;
  const place = block.placed.findIndex(({ transaction }) => transaction.idHex === asked.idHex);
  const outcome = coming.include(block)[place];
  return outcome === undefined ? null : told(block, asked, accept(outcome));
}

/** The rounds that could take the transaction, and what each would say: the first one, then those behind all that is ahead. */
function* trials(
  coming: ComingRounds,
  ahead: readonly VerifiedTransaction[],
  transaction: VerifiedTransaction,
  first: number,
): Generator<readonly [block: ComingBlock, tried: Result<Outcome>]> {
  let next = 0;
  for (let round: number | null = first; round !== null; ) {
    const block = coming.block(round);
    let refusal: Refusal | null = null;
    for (let one = ahead[next]; one !== undefined; one = ahead[++next]) {
      refusal = block.add(one);
      if (refusal !== null && !isDead(refusal)) break;
    }
    coming.include(block);
    if (next === ahead.length || round === first) {
      const tried = coming.try(block, transaction);
      yield [block, tried];
      if (next === ahead.length) refusal = tried.ok ? null : tried.refusal;
    }
    if (refusal !== null && isForEver(refusal)) return;
    round = coming.nextChange() ?? delegationOver(coming, transaction, block.view);
  }
}

/** As in `WaitingRoom.select`, and what `expire` takes: it leaves the mempool, and what is behind it has its turn. */
const isDead = ({ code }: Refusal): boolean =>
  code === "NONCE_TOO_LOW" || code === "AUTHORISATION_OVERTAKEN" || code === "VALID_UNTIL_PAST";

/** Whether no later round will judge otherwise: a nonce that is missing does not come by itself. */
const isForEver = (refusal: Refusal): boolean => isDead(refusal) || refusal.code === "NONCE_GAP";

// A delegation without end: no round after it can be asked about.
const ROUND_MAX = 2 ** 52;

/** the first round after `round` for which the sender's delegation has ended; null if it has none, or one without end. */
function delegationOver(
  coming: ComingRounds,
  transaction: VerifiedTransaction,
  { round, k }: RoundView,
): number | null {
  const { chain, sender } = placeOf(transaction);
  const { delegation } = coming.account(chain, sender);
  if (delegation === null || delegation.lastRound >= ROUND_MAX) return null;
  const over = delegation.lastRound + k;
  return over > round ? over : null;
}

/** What one round says. */
function told(
  { round, view }: ComingBlock,
  transaction: VerifiedTransaction,
  tried: Result<Outcome>,
): Simulation {
  const { chain, sender } = placeOf(transaction);
  const heldBy = view.window(chain).inflight.get(toHex(sender))?.first?.transaction ?? null;
  if (!tried.ok) {
    const { refusal } = tried;
    const rule = refusal.code === "RESERVE_EXCEEDED" ? refusal.rule : null;
    return { ...EXCLUDED, round, refusal, rule, heldBy };
  }
  const { inclusion, receipt } = tried.value;
  const [leg] = inclusion.legs;
  return {
    round,
    includable: true,
    includableRound: round,
    refusal: null,
    rule: leg?.rule ?? null,
    possiblyEmptying: leg?.possiblyEmptying ?? false,
    code: receipt.code,
    reason: receipt.reason,
    heldBy,
    successRound: receipt.code === CODE_EXECUTED ? round : null,
  };
}

const EXCLUDED = {
  includable: false,
  includableRound: null,
  possiblyEmptying: false,
  code: 0,
  reason: null,
  successRound: null,
};
