// The random histories of section 6 once more, now through blocks, SQLite, restarts and execution
// at any lag, then replayed from their bytes by another replica.
import { setImmediate } from "node:timers/promises";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Network } from "../../src/actors/network.ts";
import { toHex } from "../../src/protocol/encoding/bytes.ts";
import { ACCOUNTS, transactionOf } from "../protocol/reserve/memory-world.ts";
import { Oracle } from "../protocol/reserve/oracle.ts";
import { candidateOf, type Schedule, type Step, schedules } from "../protocol/reserve/schedule.ts";
import { testNetwork } from "../support/genesis.ts";
import { LedgerWorld } from "../support/ledger-world.ts";
import { replicaFacts } from "../support/replica-facts.ts";
import type { TestAccount } from "../support/signer.ts";

const deep = process.env.DEEP !== undefined;
const RUNS = deep ? 2_000 : 200;
const CHUNK = 20;
const SEED = Number(process.env.SEED ?? 20_261_122);

/** What happens around each block: drawn beside the schedule. */
interface Weather {
  /** How many executions are done at once after a commit, beyond those that consensus needs. */
  readonly eager: readonly boolean[];
  readonly restarts: readonly boolean[];
}

const weather: fc.Arbitrary<Weather> = fc.record({
  eager: fc.array(fc.boolean(), { minLength: 10, maxLength: 10 }),
  restarts: fc.array(fc.boolean(), { minLength: 10, maxLength: 10 }),
});

const networkOf = ({ k, reserveDefault, accounts }: Schedule): Network =>
  testNetwork({
    k,
    reserveDefault: BigInt(reserveDefault),
    allocations: accounts.map(({ balance, reserve }, index) => ({
      account: ACCOUNTS[index] as TestAccount,
      balance: BigInt(balance),
      ...(reserve === null ? {} : { reserve: BigInt(reserve) }),
    })),
  });

function runStep(world: LedgerWorld, oracle: Oracle, { actions }: Step, round: number): void {
  oracle.begin(round);
  const included: boolean[] = [];
  const transactions = actions.map((action) => {
    const candidate = candidateOf(action, oracle, round);
    included.push(oracle.offer(candidate));
    return transactionOf(candidate, world.network.id);
  });
  const { placed } = world.round(round, transactions);
  // A free transaction repeated word for word is one transaction; the oracle keeps no ids.
  expect(placed.map(({ transaction }) => transaction.idHex)).toEqual(
    transactions.filter((_, at) => included[at]).map(({ idHex }) => idHex),
  );
}

function run(schedule: Schedule, { eager, restarts }: Weather): void {
  const world = new LedgerWorld(networkOf(schedule));
  const oracle = new Oracle(schedule);
  const codes: number[] = [];
  let round = 0;
  for (const [at, step] of schedule.steps.entries()) {
    round += 1 + step.gap;
    runStep(world, oracle, step, round);
    codes.push(...oracle.execute());
    if (eager[at] === true) world.executeAll();
    if (restarts[at] === true) {
      const facts = replicaFacts(world.replica, round + 1);
      world.restart();
      expect(replicaFacts(world.replica, round + 1)).toEqual(facts);
    }
  }
  world.executeAll();
  const receipts = [...world.receipts.values()];
  expect(receipts.map(({ code }) => code)).toEqual(codes);
  expect(ACCOUNTS.map((account) => Number(world.account(account).balance))).toEqual(
    oracle.balances,
  );
  replay(world, round);
}

/** from bytes alone, all executed at once, each header's root met on the way. */
function replay(world: LedgerWorld, lastRound: number): void {
  const other = new LedgerWorld(world.network);
  const { k } = world.network;
  const roots: [round: number, root: string][] = [[0, toHex(other.replica.state.root(0))]];
  for (const [round, bytes] of world.blocks) {
    other.commit(bytes);
    const [header] = other.replica.blocks.block(round)?.block.shardBlocks[0]?.chainHeaders ?? [];
    if (header !== undefined) {
      const due = roots.findLast(([after]) => after <= Math.max(0, round - k));
      expect(toHex(header.stateRoot)).toBe(due?.[1]);
    }
    other.executeAll();
    roots.push([round, toHex(other.replica.state.root(0))]);
  }
  expect([...other.receipts]).toEqual([...world.receipts]);
  expect(replicaFacts(other.replica, lastRound + 1)).toEqual(
    replicaFacts(world.replica, lastRound + 1),
  );
}

describe("random histories on a replica", () => {
  it(
    "R-5.5 R-5.2 R-6.6 lag, restarts and another replica change no root, no receipt, no window",
    async () => {
      const undelegated = schedules.map((schedule) => ({
        ...schedule,
        accounts: schedule.accounts.map((account) => ({ ...account, delegation: null })),
      }));
      for (let done = 0; done < RUNS; done += CHUNK) {
        fc.assert(fc.property(undelegated, weather, run), { numRuns: CHUNK, seed: SEED + done });
        if (deep && done % 200 === 0) console.log(`replica histories: ${done} of ${RUNS}`);
        await setImmediate();
      }
    },
    60 * 60_000,
  );
});
