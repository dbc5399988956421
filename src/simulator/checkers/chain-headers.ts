// each chain's headers are one hash-linked list in the order of rounds, and the state root in a header of round n is that
// after round n-k: one root for each chain and round, whoever tells it.
import { historyOf } from "./history.ts";
import type { Checker, Observation, Violation } from "./observation.ts";
import { between, lastUntil } from "./versions.ts";

export const chainHeaders: Checker = (observation) => [
  ...links(observation),
  ...homes(observation),
  ...roots(observation),
];

function links(observation: Observation): Violation[] {
  const violations: Violation[] = [];
  for (const [chain, headers] of historyOf(observation).chains) {
    for (const [i, { round, hash, parent }] of headers.entries()) {
      const before = headers[i - 1];
      if (before?.round === round) {
        violations.push(`R-3.5 chain ${chain} has two headers in round ${round}`);
      } else if (parent !== (before?.hash ?? null)) {
        violations.push(
          `R-5.2 the header ${hash} of chain ${chain} and round ${round} follows ${parent}, the one before is ${before?.hash ?? null} of round ${before?.round}`,
        );
      }
    }
  }
  return violations;
}

/** A chain's headers stand in its own shard's blocks, with transactions from its birth on. */
function homes(observation: Observation): Violation[] {
  const { genesis, created } = observation;
  const records = new Map([...genesis.chains, ...created].map((chain) => [chain.chain, chain]));
  const blocks = [...historyOf(observation).shards.values()].flat();
  return blocks.flatMap(({ shard, round, chains }) =>
    chains.flatMap(({ chain, transactions }) => {
      const record = records.get(chain);
      if (record?.shard !== shard) {
        return [`R-3.5 chain ${chain} of shard ${record?.shard} is in round ${round} of ${shard}`];
      }
      return transactions.length > 0 && round < record.bornRound
        ? [`R-2.10 chain ${chain}, born in round ${record.bornRound}, is in round ${round}`]
        : [];
    }),
  );
}

interface Root {
  readonly chain: number;
  /** The round after which it is the root: that of a block, or 0. */
  readonly round: number;
  readonly root: string;
  readonly source: string;
}

/** the newest block at or before a round counts; the state after it stays until the next. */
function everyRoot(observation: Observation): Root[] {
  const { genesis, replicas, executed } = observation;
  const { shards } = historyOf(observation);
  const told: Root[] = [];
  const tell = (
    shard: number,
    round: number,
    [chain, root]: readonly [number, string],
    source: string,
  ) => {
    const blocks = shards.get(shard) ?? [];
    const after = blocks[lastUntil(blocks, round)]?.round ?? 0;
    told.push({ chain, round: after, root, source });
  };
  for (const [shard, blocks] of shards) {
    for (const { round, chains } of blocks) {
      for (const { chain, stateRoot } of chains) {
        tell(shard, round - genesis.k, [chain, stateRoot], `the header of round ${round}`);
      }
    }
  }
  for (const { replica, shard, round, roots } of executed) {
    for (const root of roots) tell(shard, round, root, `${replica}, executing round ${round}`);
  }
  for (const { name, shard, executedRound, roots } of replicas) {
    for (const root of roots) tell(shard, executedRound, root, `${name} at the end`);
  }
  return told;
}

function roots(observation: Observation): Violation[] {
  const violations: Violation[] = [];
  const first = new Map<string, Root>();
  for (const told of everyRoot(observation)) {
    const { chain, round, root, source } = told;
    const key = `${chain} ${round}`;
    const known = first.get(key);
    if (known === undefined) first.set(key, told);
    else if (known.root !== root) {
      violations.push(
        `R-5.2 the root of chain ${chain} after round ${round} is ${known.root} by ${known.source}, ${root} by ${source}`,
      );
    }
  }
  return [...violations, ...staleRoots(observation, [...first.values()])];
}

/** A transaction uses a nonce, so no root comes again after one; but a take that fails changes nothing on its maker's chain. */
function staleRoots(observation: Observation, told: readonly Root[]): Violation[] {
  const violations: Violation[] = [];
  const latest = new Map<string, Root>();
  for (const one of [...told].sort((a, b) => a.round - b.round)) {
    const key = `${one.chain} ${one.root}`;
    const before = latest.get(key);
    const headers = historyOf(observation).chains.get(one.chain) ?? [];
    const changed = between(headers, (before?.round ?? one.round) + 1, one.round).find(
      ({ transactions }) => transactions.some((id) => usesNonce(observation, id, one.chain)),
    );
    if (before !== undefined && changed !== undefined) {
      violations.push(
        `R-5.2 chain ${one.chain} has root ${one.root} after round ${before.round} by ${before.source} and after round ${one.round} by ${one.source}, with transactions in round ${changed.round}`,
      );
    }
    latest.set(key, one);
  }
  return violations;
}

/** A maker's leg uses none and pays nothing: of a trade that came to nothing it leaves no trace. */
const usesNonce = ({ transactions }: Observation, id: string, chain: number): boolean =>
  transactions.get(id)?.legs.some((leg) => leg.chain === chain && leg.nonce !== null) !== false;
