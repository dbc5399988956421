// The committed blocks of a run through the plain ledger, once for all checkers that ask.
import { historyOf, homesOf, shardsOf } from "./history.ts";
import type { Observation, ObservedBlock, ObservedTransaction, Violation } from "./observation.ts";
import type { Outcome } from "./plain-execution.ts";
import { PlainLedger } from "./plain-ledger.ts";
import { registersKey } from "./plain-stakes.ts";

export interface Executed extends Outcome {
  readonly shard: number;
  readonly round: number;
}

export interface Replay {
  readonly ledger: PlainLedger;
  /** By id. */
  readonly outcomes: ReadonlyMap<string, Executed>;
  /** What was included against the rules, and fees that nobody could pay. */
  readonly violations: readonly Violation[];
  /** after each round. */
  readonly supply: readonly Violation[];
}

const ROOT = 0;
const KEYS_A_BLOCK = 8;

const replays = new WeakMap<Observation, Replay>();

export function replayOf(observation: Observation): Replay {
  const known = replays.get(observation);
  if (known !== undefined) return known;
  const made = replay(observation);
  replays.set(observation, made);
  return made;
}

function replay(observation: Observation): Replay {
  const { genesis, transactions, created } = observation;
  const placed = new Map(created.map(({ transaction, shard }) => [transaction, shard]));
  const ledger = new PlainLedger(genesis, (transaction) => placed.get(transaction) ?? 0);
  const outcomes = new Map<string, Executed>();
  const violations: Violation[] = [];
  const supply: Violation[] = [...supplyOf(ledger, 0)];
  const blocks = [...historyOf(observation).shards.values()]
    .flat()
    .sort((a, b) => a.round - b.round || a.shard - b.shard);
  const execute = ({ shard, round }: ObservedBlock, id: string): void => {
    // What nobody signed, and what stands there twice, is for `exactlyOnce` to say.
    const transaction = transactions.get(id);
    if (transaction === undefined || outcomes.has(id)) return;
    const outcome = take(ledger, transaction, round, violations);
    if (outcome !== null) outcomes.set(id, { ...outcome, shard, round });
  };
  const homes = homesOf(observation);
  const isShared = (id: string): boolean =>
    shardsOf(homes, transactions.get(id) ?? { legs: [] }).length > 1;
  for (const [round, made] of Map.groupBy(blocks, (block) => block.round)) {
    // what touches two shards reads what both had before the round; it is in the blocks of both, and executed once.
    for (const block of made) for (const id of block.order) if (isShared(id)) execute(block, id);
    for (const block of made) for (const id of block.order) execute(block, id);
    const included = made.flatMap(({ order }) => order.flatMap((id) => transactions.get(id) ?? []));
    if (included.some(({ legs }) => legs.some(({ chain }) => chain === ROOT)))
      ledger.payUnbonded(round);
    const keys = included.filter(registersKey).length;
    if (keys > KEYS_A_BLOCK)
      violations.push(`R-11.1 a block of round ${round} registers ${keys} keys`);
    supply.push(...supplyOf(ledger, round));
  }
  return { ledger, outcomes, violations, supply };
}

function take(
  ledger: PlainLedger,
  transaction: ObservedTransaction,
  round: number,
  violations: Violation[],
): Outcome | null {
  const { id, legs } = transaction;
  const verdict = ledger.judge(transaction, round);
  if (verdict !== null) {
    const [rule, ...words] = verdict.split(" ");
    violations.push(
      `${rule} transaction ${id} is in a block of round ${round}: ${words.join(" ")}`,
    );
  }
  if (legs.some(({ chain }) => !ledger.chains.has(chain))) return null;
  const outcome = ledger.include(transaction, round);
  for (const unpaid of outcome.unpaid) {
    violations.push(`R-6.6 transaction ${id} of round ${round} cannot pay: ${unpaid}`);
  }
  return outcome;
}

function supplyOf({ chains, stakes }: PlainLedger, round: number): readonly Violation[] {
  return [...chains.values()].flatMap(({ total, record: { chain, supply } }) => {
    const held = chain === ROOT ? total + stakes.total : total;
    return held === supply
      ? []
      : [`R-2.6 after round ${round} ${held} are held on chain ${chain} of ${supply} issued`];
  });
}
