// the plain ledger's account of the committed blocks against what the shards say: nothing was included against the rules,
// and codes, fees, balances, nonces and created chains are those that the blocks give.
import { executedRound, push } from "./history.ts";
import type {
  Checker,
  Observation,
  ObservedAccount,
  ObservedReceipt,
  Violation,
} from "./observation.ts";
import { type Executed, type Replay, replayOf } from "./replay.ts";

export const ledger: Checker = (observation) => {
  const replay = replayOf(observation);
  return [
    ...replay.violations,
    ...receipts(observation, replay),
    ...accounts(observation, replay),
    ...fees(observation, replay),
    ...created(observation, replay),
  ];
};

const text = (fees: ReadonlyMap<number, bigint>): string =>
  [...fees]
    .filter(([, fee]) => fee > 0n)
    .sort(([a], [b]) => a - b)
    .map(([chain, fee]) => `${fee} on chain ${chain}`)
    .join(" and ") || "none";

function receipts(observation: Observation, { outcomes }: Replay): readonly Violation[] {
  const byId = new Map<string, ObservedReceipt[]>();
  for (const receipt of observation.receipts) push(byId, receipt.id, receipt);
  const violations: Violation[] = [];
  for (const [id, list] of byId) {
    const outcome = outcomes.get(id);
    if (outcome === undefined) {
      violations.push(`R-6.7 transaction ${id} has a receipt and is in no block`);
    } else {
      violations.push(...compare(observation, outcome, list));
    }
  }
  for (const [id, { shard, round }] of outcomes) {
    const until = executedRound(observation, shard);
    if (round > until || byId.has(id)) continue;
    violations.push(
      `R-6.7 transaction ${id} of round ${round} has no receipt, executed is ${until}`,
    );
  }
  return violations;
}

/** The receipts of one transaction: one from each shard that it touches. */
function compare(
  { genesis, created, transactions }: Observation,
  { round, code, fees }: Executed,
  list: readonly ObservedReceipt[],
): readonly Violation[] {
  const id = list[0]?.id ?? "";
  const shardOf = new Map(
    [...genesis.chains, ...created].map(({ chain, shard }) => [chain, shard]),
  );
  const legs = transactions.get(id)?.legs ?? [];
  const shards = new Set(legs.map(({ chain }) => shardOf.get(chain))).size;
  const violations: Violation[] = [];
  if (list.length > shards) violations.push(`R-6.7 transaction ${id} has ${list.length} receipts`);
  for (const receipt of list) {
    if (receipt.round !== round) {
      violations.push(
        `R-6.7 the receipt of transaction ${id} names round ${receipt.round}, its block ${round}`,
      );
    }
    if (receipt.code !== code) {
      violations.push(
        `R-6.7 transaction ${id} of round ${round} has code ${receipt.code} (${receipt.reason}), it must be ${code}`,
      );
    }
  }
  const charged = new Map(list.flatMap((receipt) => [...receipt.fees]));
  if (text(charged) !== text(fees)) {
    violations.push(
      `R-2.4 transaction ${id} of round ${round} was charged ${text(charged)}, its fees are ${text(fees)}`,
    );
  }
  return violations;
}

function accounts(observation: Observation, { ledger }: Replay): readonly Violation[] {
  const violations: Violation[] = [];
  const byChain = new Map<number, Map<string, ObservedAccount>>();
  for (const account of observation.accounts) {
    const { chain, address } = account;
    const known = byChain.get(chain) ?? new Map<string, ObservedAccount>();
    if (known.has(address)) violations.push(`R-5.7 ${address} on chain ${chain} is there twice`);
    if (!ledger.chains.has(chain))
      violations.push(`R-2.10 ${address} is on chain ${chain}, which is none`);
    byChain.set(chain, known.set(address, account));
  }
  for (const [chain, plain] of ledger.chains) {
    const round = executedRound(observation, plain.record.shard);
    const known = byChain.get(chain) ?? new Map<string, ObservedAccount>();
    for (const address of new Set([...plain.addresses, ...known.keys()])) {
      const { balance, nonce } = plain.account(address, round);
      const account = known.get(address) ?? { balance: 0n, nonce: 0 };
      if (account.balance === balance && account.nonce === nonce) continue;
      violations.push(
        `R-6.7 ${address} on chain ${chain} has balance ${account.balance} and nonce ${account.nonce}, the blocks give ${balance} and ${nonce}`,
      );
    }
  }
  return violations;
}

function fees(observation: Observation, { ledger }: Replay): readonly Violation[] {
  const chains = new Set([...ledger.chains.keys(), ...observation.unattributed.keys()]);
  return [...chains].flatMap((chain) => {
    const plain = ledger.chains.get(chain);
    const taken = plain?.unattributed.at(executedRound(observation, plain.record.shard)) ?? 0n;
    const said = observation.unattributed.get(chain) ?? 0n;
    return said === taken
      ? []
      : [`R-2.4 ${said} of fees wait on chain ${chain}, the blocks give ${taken}`];
  });
}

/** where a chain is placed, the saturation of the shards decides, which is not seen here. */
function created(observation: Observation, { ledger, outcomes }: Replay): readonly Violation[] {
  const describe = (chain: Observation["created"][number]): string =>
    `${chain.chain} of transaction ${chain.transaction}, supply ${chain.supply}, reserve ${chain.reserveDefault}, least price ${chain.gasPriceMin}, born in round ${chain.bornRound}`;
  const expected = ledger.created.filter(({ transaction }) => {
    const { shard = 0, round = 0 } = outcomes.get(transaction) ?? {};
    return round <= executedRound(observation, shard);
  });
  const [said, given] = [observation.created.map(describe), expected.map(describe)];
  return [
    ...said
      .filter((one) => !given.includes(one))
      .map((one) => `R-2.10 a chain was created that the blocks do not give: ${one}`),
    ...given
      .filter((one) => !said.includes(one))
      .map((one) => `R-2.10 a chain was not created that the blocks give: ${one}`),
  ];
}
