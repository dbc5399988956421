// when chains can next commit together: once all of them are born, in the next round of their shard, or in the
// next in which one set sees both of their shards.
import type { ChainRecord } from "../protocol/ledger/chain-record.ts";
import type { GatewayContext } from "./context.ts";
import { presentRound } from "./network-facts.ts";
import type { EstimateParent } from "./parents.ts";

/**
 * `chains`: on one or two shards. `nextRounds`: by shard, its first round that is not decided yet, where that is known;
 * the others are asked. On a manual clock nothing begins before the clock has moved on.
 */
export async function estimateInclusion(
  { network, peers }: GatewayContext,
  chains: readonly ChainRecord[],
  nextRounds: ReadonlyMap<number, number> = new Map(),
): Promise<EstimateParent> {
  const [first = 0, ...others] = new Set(chains.map(({ shard }) => shard));
  const [second = first] = others;
  if (others.length > 1) throw new Error("No round has more than two shards together");
  const rounds = await Promise.all([
    ...[first, ...others].map(
      async (shard) => nextRounds.get(shard) ?? (await peers.shard(shard).status()).nextRound,
    ),
    ...(network.clock === "manual"
      ? [presentRound(network, peers).then((present) => present + 1)]
      : []),
  ]);
  const from = Math.max(...rounds, ...chains.map(({ bornRound }) => bornRound));
  const { epochs } = network;
  const round = epochs.nextMeeting(first, second, from);
  const { set } = epochs.dutyOf(first, round);
  return { round, time: new Date(epochs.roundStartMs(round)), set };
}
