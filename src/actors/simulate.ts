// what would become of a transaction, without sending it: the rounds that would come if nothing else were sent, one after
// the other, judged by the same code as blocks and executed by the same code.
import type { RoundView } from "../protocol/blocks/assembler.ts";
import { BLOCK_PARTS } from "../protocol/blocks/block-order.ts";
import { isOwn } from "../protocol/blocks/reach.ts";
import { toHex } from "../protocol/encoding/bytes.ts";
import { bearingOn } from "../protocol/ledger/bearing-on.ts";
import { paysFee } from "../protocol/ledger/leg-facts.ts";
import { CODE_EXECUTED, type Receipt } from "../protocol/ledger/receipt.ts";
import type { Leg } from "../protocol/ledger/transaction.ts";
import { storedTransaction, type VerifiedTransaction } from "../protocol/ledger/unverified.ts";
import type { InclusionCase, Refusal } from "../protocol/refusal.ts";
import { accept, type Result, refuse } from "../protocol/result.ts";
import { type ChancesView, chancesOf } from "./chances.ts";
import { type ComingBlock, ComingRounds, isOnRoot, type Outcome } from "./coming-rounds.ts";
import type { Network } from "./network.ts";
import type { ActorRunner } from "./runner.ts";
import type { Shard } from "./shard.ts";
import { isDead, type Refused, WaitingAhead } from "./waiting-ahead.ts";

export interface Simulation {
  /** The round judged: the first that can still take it; the open one, if it is offered in that already. */
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
  /** The same of each leg on the shard's chains, as far as they were judged. */
  readonly legs: readonly SimulatedLeg[];
  /** 2 or 1 as, 0 if excluded, or if the partner has to say. */
  readonly code: number;
  /** A receipt's reason; null with code 0. */
  readonly reason: string | null;
  /** The chain of the leg for which it would revert; null if none. */
  readonly failedChain: number | null;
  /** The inflight transaction that holds the reserve: the first of the sender's in the window. */
  readonly heldBy: string | null;
  /** The first round from which it would be included and executed with code 2; null if none in sight. */
  readonly successRound: number | null;
  /**
   * the other shard that it touches; null if none. With one, all else is about this shard's legs: rounds are those in which
   * the two meet and these can be included. If these do not fail by themselves the other shard decides what becomes of it, and
   * that is not known here: code 0 and no `successRound`, though it is includable.
   */
  readonly partner: number | null;
}

export interface SimulatedLeg {
  readonly chain: number;
  readonly rule: InclusionCase | null;
  readonly possiblyEmptying: boolean;
}

/**
 * Asks a shard where it lives. What is committed is decided: the answer is about the state behind it, as far as the shard can
 * execute that by itself.
 */
export function askSimulation(
  runner: ActorRunner<Shard>,
  network: Network,
  bytes: Uint8Array,
): Simulation {
  while (runner.read((shard) => shard.replica.canExecute)) runner.step((shard) => shard.work());
  return runner.read((shard) => simulate(shard, storedTransaction(bytes, network.id)));
}

/**
 * Goes through the rounds that come if the transaction is sent now and nothing else is: the open one with what the shard has
 * offered to its set, then each with what has to come before the transaction, as soon as the round can take it, in the parts of a
 * block (R-5.3), and behind that the transaction. Ahead are its senders' lines up to its nonces, and of a trade in them the other
 * party's, too. Each is judged with its own verdict (R-6.3), in the windows and on the state that the rounds before leave.
 * `successRound` is about one that is kept back until then.
 *
 * What is told holds while no round fails (R-3.6): none closes without a block, none is never opened because one before it was
 * decided too late. Of what touches a partner, that does its part: includes it in the round in which this shard can, and executes
 * it. It does not count on what others have waiting: authorisations that name the sender, spending by its delegates, payments to
 * it, takes of the same offer; so much that blocks are full, or that senders take turns to be looked at. Nor on what a shard that
 * has just restarted had offered. And the mempool may not let in what a later round could include: it looks at the present balance.
 *
 * Reads only. Cost: one look at each transaction that is not executed yet or in the open block; those that the line depends on are
 * judged and executed, and so is each transaction ahead, once; up to 2k + 1 rounds pass for each of them and for the last, most
 * with one judgement. 60 ms for 1,000 ahead that take 3,000 rounds, in node. At most `AHEAD_MAX` or so are ahead: what stands
 * behind more, in lines of others, is told no round.
 */
export function simulate(shard: Shard, transaction: VerifiedTransaction): Simulation {
  const ahead = shard.room.aheadOf(transaction);
  const coming = new ComingRounds(shard.replica, shard.network);
  const offered = inRoundsUnderWay(shard, coming, [...ahead, transaction]);
  if (offered !== null) return offered;
  let first: Simulation | null = null;
  let includableRound: number | null = null;
  let successRound: number | null = null;
  for (const [block, tried] of trials(shard, coming, ahead, transaction)) {
    const one = told(block, transaction, tried);
    first ??= { ...one, heldBy: one.heldBy ?? ahead[0]?.idHex ?? null };
    includableRound ??= one.includableRound;
    successRound ??= one.successRound;
    const isTold = one.partner === null ? successRound !== null : includableRound !== null;
    if (isTold) break;
  }
  return { ...(first as Simulation), includableRound, successRound };
}

/**
 * What the line depends on of all that is committed without being executed, or under way. Answers if its last is in the block that
 * is under way.
 */
function inRoundsUnderWay(
  { replica, underWay }: Shard,
  coming: ComingRounds,
  line: readonly VerifiedTransaction[],
): Simulation | null {
  const committed = replica.unexecutedRounds();
  const current = underWay?.transactions ?? [];
  const placed = committed.flatMap((one) => one.placed.map(({ transaction }) => transaction));
  const bearing = new Set(bearingOn([...placed, ...current], line));
  for (const one of committed) {
    coming.committed(
      one.round,
      one.placed.filter(({ transaction }) => bearing.has(transaction)),
      one.placed.some(isOnRoot),
    );
  }
  if (underWay === null) return null;
  const block = coming.block(underWay.round);
  for (const part of BLOCK_PARTS) {
    for (const one of current) if (bearing.has(one) && block.partOf(one) === part) block.add(one);
  }
  const asked = line.at(-1) as VerifiedTransaction;
  const place = block.placed.findIndex(({ transaction }) => transaction.idHex === asked.idHex);
  const outcome = coming.include(block)[place];
  return outcome === undefined ? null : told(block, asked, accept(outcome));
}

/** The rounds that could take the transaction, and what each would say: the first one, then those behind all that is ahead. */
function* trials(
  shard: Shard,
  coming: ComingRounds,
  before: readonly VerifiedTransaction[],
  transaction: VerifiedTransaction,
): Generator<readonly [block: ComingBlock, tried: Result<Outcome>]> {
  const { network, replica } = shard;
  const ahead = new WaitingAhead(before, (chain) => network.shardOf(chain) === replica.shard);
  const first = shard.nextRound();
  for (let round: number | null = first; round !== null; ) {
    const { size } = ahead;
    const block = coming.block(round);
    const refused: Refused[] = [];
    let behind: Refusal | null = null;
    for (const part of BLOCK_PARTS) {
      refused.push(...ahead.fill(block, part));
      if (part !== block.partOf(transaction)) continue;
      // Here it would stand: what is not in by now comes too late for it.
      behind = ahead.behind(transaction);
      if (behind !== null && round === first) behind = block.check(transaction) ?? behind;
    }
    coming.include(block);
    let refusal = behind;
    if (behind === null || round === first) {
      const tried = behind === null ? coming.try(block, transaction) : refuse(behind);
      yield [block, tried];
      refusal = tried.ok ? null : tried.refusal;
    }
    if (refusal !== null && isDead(refusal, transaction)) return;
    if (behind === null && refusal !== null) {
      // A nonce that is missing does not come by itself.
      if (refusal.code === "NONCE_GAP") return;
      refused.push({ transaction, refusal });
    }
    round = ahead.size < size ? round + 1 : nextLook(shard, coming, refused, round);
    if (round !== null && round > transaction.transaction.validUntil) return;
  }
}

/** The next round after `round` in which one of them may be includable; null if none is. */
function nextLook(
  { replica, network: { k } }: Shard,
  coming: ComingRounds,
  refused: readonly Refused[],
  round: number,
): number | null {
  const change = coming.nextChange();
  if (change !== null) return change;
  const view: ChancesView = {
    k,
    has: (chain) => replica.has(chain),
    account: (chain, address) => coming.account(chain, address),
  };
  const chances = refused
    .flatMap(({ transaction, refusal }) => chancesOf(refusal, transaction, view))
    .filter((chance) => chance > round);
  return chances.length === 0 ? null : Math.min(...chances);
}

/** What one round says. */
function told(
  { round, view }: ComingBlock,
  transaction: VerifiedTransaction,
  tried: Result<Outcome>,
): Simulation {
  const { legs } = transaction.transaction;
  const away = legs.find(({ chain }) => !isOwn(view, chain));
  const about = {
    round,
    heldBy: heldBy(view, legs),
    partner: away === undefined ? null : view.shardOf(away.chain),
  };
  if (!tried.ok) {
    const { refusal } = tried;
    if (refusal.code !== "RESERVE_EXCEEDED") return { ...EXCLUDED, ...about, refusal };
    const { chain, rule } = refusal;
    const judged = [{ chain, rule, possiblyEmptying: false }];
    return { ...EXCLUDED, ...about, refusal, rule, legs: judged };
  }
  const { inclusion, receipt } = tried.value;
  const payer = inclusion.legs.find(({ leg }) => paysFee(leg));
  // What the partner's legs come to is the partner's to say, unless this shard's undo it all.
  const isOpen =
    about.partner !== null && !(receipt.failedChain !== null && isOwn(view, receipt.failedChain));
  return {
    ...EXCLUDED,
    ...about,
    includable: true,
    includableRound: round,
    rule: payer?.rule ?? null,
    possiblyEmptying: payer?.possiblyEmptying ?? false,
    legs: inclusion.legs.map(({ leg: { chain }, rule, possiblyEmptying }) => ({
      chain,
      rule,
      possiblyEmptying,
    })),
    ...(isOpen ? {} : outcomeOf(round, receipt)),
  };
}

const outcomeOf = (round: number, { code, reason, failedChain }: Receipt) => ({
  code,
  reason,
  failedChain,
  successRound: code === CODE_EXECUTED ? round : null,
});

/** The first that any of its senders has in the window. */
function heldBy(view: RoundView, legs: readonly Leg[]): string | null {
  for (const { chain, payment } of legs) {
    if (payment === null) continue;
    const first = view.window(chain).inflight.get(toHex(payment.payer))?.first;
    if (first != null) return first.transaction;
  }
  return null;
}

const EXCLUDED = {
  includable: false,
  includableRound: null,
  refusal: null,
  rule: null,
  possiblyEmptying: false,
  legs: [],
  code: 0,
  reason: null,
  failedChain: null,
  successRound: null,
};
