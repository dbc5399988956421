// How long a trade between two shards waits for its round: what the gateway promised when it was accepted, and what came of it.
// The real gateway and actors in one process on a clock of their own, trades between all pairs of shards, at every place of the cycle.
import { parseArgs } from "node:util";
import { formatAddress } from "../../src/protocol/crypto/address.ts";
import { transactionCodec } from "../../src/protocol/ledger/transaction.ts";
import type { LocalNetwork } from "../actors/local-network.ts";
import { GatewayWorld } from "../gateway/gateway-world.ts";
import { makeSigner, type TestSigner } from "../support/signer.ts";
import { signedTrade } from "../support/trades.ts";

const FUNDS = 10n ** 21n;
const GAS_PRICE = 10n ** 12n;
/** When in a round they are sent, in rounds: no shard opens it any more. */
const SENT_AT = 0.95;
const SUBMIT =
  "mutation ($list: [Bytes!]!) { submitTransactions(transactions: $list) { __typename " +
  "... on Accepted { id estimate { round } } ... on Refused { code message } } }";
const ROUND =
  "query ($id: Hash!, $chain: ID) { transaction(id: $id, chain: $chain) { legs { round } } }";

interface Sent {
  readonly id: string;
  readonly chain: number;
  readonly acceptedRound: number;
  readonly promisedRound: number;
}

export async function latency(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      shards: { type: "string", default: "4,7" },
      rounds: { type: "string", default: "42" },
    },
  });
  console.log(
    "| shards | trades | promised, rounds: min, mean, max | actual: min, mean, max | by the rule: mean, max | kept |\n|---|---|---|---|---|---|",
  );
  for (const shards of values.shards.split(",").map(Number)) {
    const waits = await measure(shards, Number(values.rounds));
    const kept = waits.filter(({ promised, actual }) => promised === actual).length;
    // m rounds a cycle, one of them the pair's; what is accepted in a round begins with the next.
    const cycle = shards % 2 === 0 ? shards - 1 : shards;
    const summary = (all: readonly number[]): string => {
      const mean = all.reduce((sum, one) => sum + one, 0) / all.length;
      return `${Math.min(...all)}, ${mean.toFixed(2)}, ${Math.max(...all)}`;
    };
    console.log(
      `| ${[
        shards,
        waits.length,
        summary(waits.map(({ promised }) => promised)),
        summary(waits.map(({ actual }) => actual)),
        `${((cycle + 1) / 2).toFixed(2)}, ${cycle}`,
        `${((100 * kept) / waits.length).toFixed(1)}%`,
      ].join(" | ")} |`,
    );
  }
}

async function measure(
  shards: number,
  rounds: number,
): Promise<{ readonly promised: number; readonly actual: number }[]> {
  const pairs = Array.from({ length: shards }, (_, a) => a).flatMap((a) =>
    Array.from({ length: shards - a - 1 }, (_, i) => [a, a + 1 + i] as const),
  );
  // A party for each pair and place in the cycle: nobody waits behind a trade of its own.
  const signers: TestSigner[] = [];
  for (let i = 0; i < 2 * pairs.length; i++) signers.push(await makeSigner(`trader ${i}`));
  const allocations = signers.flatMap(({ address }) =>
    Array.from({ length: shards }, (_, chain) => ({
      chain: `T${chain}`,
      address: formatAddress(address),
      balance: `${FUNDS}`,
    })),
  );
  const chains = Array.from({ length: shards }, () => ({}));
  const world = await GatewayWorld.create({ shards, chains, allocations }, {}, { tags: true });
  const sent: Sent[] = [];
  for (let i = 0; i < rounds; i++) {
    await alarmsUntil(world.local, world.local.round, SENT_AT);
    const acceptedRound = world.local.round;
    for (const [place, pair] of pairs.entries()) {
      const [a, b] = [signers[2 * place], signers[2 * place + 1]] as [TestSigner, TestSigner];
      sent.push({ acceptedRound, ...(await trade(world, pair, [a, b], i)) });
    }
    await alarmsUntil(world.local, acceptedRound + 1, 0);
  }
  await alarmsUntil(world.local, world.local.round + 3 * shards, 0);
  const waits: { promised: number; actual: number }[] = [];
  for (const { id, chain, acceptedRound, promisedRound } of sent) {
    const { transaction } = await world.data(ROUND, { id, chain: `T${chain}` });
    const { round } = transaction.legs[0];
    if (round === null) throw new Error(`${id} is in no block`);
    waits.push({ promised: promisedRound - acceptedRound, actual: round - acceptedRound });
  }
  return waits;
}

/** Time passes as on the platform, by everybody's alarms, until so far into the round. */
async function alarmsUntil(local: LocalNetwork, round: number, part: number): Promise<void> {
  const { epochs } = local.network;
  const endMs = epochs.roundStartMs(round) + part * epochs.at(round).roundMs;
  for (;;) {
    await local.settled();
    const [who] = local.everybody
      .filter((one) => (local.alarms.get(one) ?? Number.POSITIVE_INFINITY) < endMs)
      .sort((a, b) => (local.alarms.get(a) ?? 0) - (local.alarms.get(b) ?? 0));
    if (who === undefined) break;
    local.nowMs = Math.max(local.nowMs, local.alarms.get(who) ?? 0);
    local.alarms.set(who, null);
    local.runner(who).alarm();
  }
  local.nowMs = Math.max(local.nowMs, endMs);
}

async function trade(
  world: GatewayWorld,
  [from, to]: readonly [number, number],
  [a, b]: readonly [TestSigner, TestSigner],
  nonce: number,
): Promise<Omit<Sent, "acceptedRound">> {
  const gasPrice = GAS_PRICE;
  const signed = await signedTrade(world.local.network.id, [
    { payer: a, chain: from, amount: 5n, nonce, gasPrice },
    { payer: b, chain: to, amount: 7n, nonce, gasPrice },
  ]);
  const list = [Buffer.from(transactionCodec.encode(signed)).toString("base64")];
  const [answer] = (await world.data(SUBMIT, { list })).submitTransactions;
  if (answer.__typename !== "Accepted") throw new Error(`Refused: ${JSON.stringify(answer)}`);
  return { id: answer.id, chain: from, promisedRound: answer.estimate.round };
}
