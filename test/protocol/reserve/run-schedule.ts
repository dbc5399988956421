// Runs one schedule in the ledger and in the oracle side by side and throws at the first difference
// or broken promise.
import { toHex } from "../../../src/protocol/encoding/bytes.ts";
import { legFee } from "../../../src/protocol/ledger/leg-facts.ts";
import type { Holder, Receipt } from "../../../src/protocol/ledger/receipt.ts";
import type { Leg } from "../../../src/protocol/ledger/transaction.ts";
import type { VerifiedTransaction } from "../../../src/protocol/ledger/unverified.ts";
import { ACCOUNTS, MemoryWorld, type Mutant, transactionOf } from "./memory-world.ts";
import { Oracle } from "./oracle.ts";
import { candidateOf, type Schedule } from "./schedule.ts";

/** How often something happened, by what it is: shows that the schedules reach what they should. */
export type Tally = Map<string, number>;

interface Promised {
  readonly transaction: VerifiedTransaction;
  readonly from: number;
  /** What consensus counts on for this fee at least. */
  readonly estimate: bigint;
}

interface Options {
  readonly mutant?: Mutant;
  readonly tally?: Tally;
  /**
   * Whether the oracle must agree; without it only the promises of are looked at.
   */
  readonly oracle?: boolean;
}

export function runSchedule(schedule: Schedule, options: Options = {}): void {
  const { mutant = {}, tally = new Map() } = options;
  const oracle = options.oracle === false ? null : new Oracle(schedule);
  const world = new MemoryWorld(schedule, mutant);
  const supply = schedule.accounts.reduce((sum, { balance }) => sum + BigInt(balance), 0n);
  const balances = schedule.accounts.map(({ balance }) => BigInt(balance));
  const count = (what: string): void => void tally.set(what, (tally.get(what) ?? 0) + 1);
  let round = 0;
  for (const { gap, actions } of schedule.steps) {
    round += 1 + gap;
    oracle?.begin(round);
    world.begin(round);
    const promised: Promised[] = [];
    for (const action of actions) {
      const candidate = candidateOf(action, oracle ?? world, round);
      const transaction = transactionOf(candidate);
      const theirs = oracle?.offer(candidate);
      const ours = world.offer(transaction);
      const agreed = theirs === undefined || theirs === (ours !== null);
      check(agreed, "R-6.4 The oracle judges otherwise", { round, candidate });
      count(ours === null ? "left out" : ours.rule);
      if (ours === null) continue;
      if (ours.fees === ours.allowed) count("at equality");
      const fee = legFee(transaction.transaction, transaction.transaction.legs[0] as Leg);
      promised.push({ transaction, from: action.from, estimate: ours.allowed - (ours.fees - fee) });
    }
    const receipts = world.execute();
    checkExecution(receipts, promised, balances, { round });
    for (const { reason } of receipts) count(reason);
    if (oracle !== null) checkAgainstOracle(world, oracle, receipts, { round });
    const held = balances.reduce((sum, balance) => sum + balance, world.fees());
    check(held === supply, "R-2.6 The supply changed", { round, held, supply });
  }
}

function checkAgainstOracle(
  world: MemoryWorld,
  oracle: Oracle,
  receipts: readonly Receipt[],
  where: object,
): void {
  const codes = oracle.execute();
  check(
    String(receipts.map(({ code }) => code)) === String(codes),
    "R-6.5 The oracle has other codes",
    {
      ...where,
      ours: receipts.map(({ reason }) => reason),
      codes,
    },
  );
  for (const [index, balance] of oracle.balances.entries()) {
    check(world.balance(index) === BigInt(balance), "The oracle has other balances", {
      ...where,
      index,
      ours: world.balance(index),
      balance,
    });
  }
}

/** Follows the receipts' movements: each fee is payable from what consensus counted on. */
function checkExecution(
  receipts: readonly Receipt[],
  promised: readonly Promised[],
  balances: bigint[],
  where: object,
): void {
  for (const [place, { transaction, from, estimate }] of promised.entries()) {
    const before = balances[from] ?? 0n;
    check(estimate <= before, "R-6.6 Consensus counted on more than there is", {
      ...where,
      place,
      estimate,
      before,
    });
    const receipt = receipts[place];
    check(
      toHex(receipt?.id ?? new Uint8Array()) === transaction.idHex,
      "Receipts are out of order",
      {
        place,
      },
    );
    for (const { from: source, to: target, amount } of receipt?.movements ?? []) {
      add(balances, source, -amount);
      add(balances, target, amount);
    }
    check(!balances.some((balance) => balance < 0n), "A balance is negative", where);
  }
}

function add(balances: bigint[], holder: Holder, amount: bigint): void {
  if (holder.kind !== "account") return;
  const index = ACCOUNTS.findIndex(({ addressHex }) => addressHex === toHex(holder.address));
  balances[index] = (balances[index] ?? 0n) + amount;
}

function check(condition: boolean, message: string, evidence: object): asserts condition {
  if (condition) return;
  const text = JSON.stringify(evidence, (_, value) =>
    typeof value === "bigint" ? String(value) : value,
  );
  throw new Error(`${message}: ${text}`);
}
