// questions about a chain go to its shard. A shard that does not have the chain says so; then the directory is
// read anew and the question asked once more, and nobody outside sees that it was old.
import type { OnChain, ShardRpc } from "../actors/rpc.ts";
import { formatChainId } from "../protocol/ledger/chain-id.ts";
import type { ChainRecord } from "../protocol/ledger/chain-record.ts";
import type { GatewayContext } from "./context.ts";
import { gatewayError } from "./errors.ts";
import type { StreamQuery, StreamSocket } from "./peers.ts";

/** Throws UNAVAILABLE where the directory's shard does not have the chain (yet). */
export function askChain<T>(
  context: GatewayContext,
  record: ChainRecord,
  ask: (shard: ShardRpc) => Promise<OnChain<T>>,
): Promise<T> {
  return routed(context, record, async (shard) => {
    const answer = await ask(context.peers.shard(shard));
    return answer.kind === "here" ? [answer.value] : null;
  });
}

/** A stream of events of the chain, from its shard. Throws as `askChain`. */
export function streamOf(
  context: GatewayContext,
  record: ChainRecord,
  query: StreamQuery,
): Promise<StreamSocket> {
  const named = { ...query, chain: `${record.chain}` };
  return routed(context, record, async (shard) => {
    const socket = await context.peers.stream(shard, named);
    return socket === null ? null : [socket];
  });
}

/** `attempt`: the answer in a list of one; null if the chain is not on that shard. */
async function routed<T>(
  { directory, peers }: GatewayContext,
  { chain, shard }: ChainRecord,
  attempt: (shard: number) => Promise<readonly [T] | null>,
): Promise<T> {
  const first = await attempt(shard);
  if (first !== null) return first[0];
  await directory.reload(peers);
  const now = directory.known(chain)?.shard ?? shard;
  const second = now === shard ? null : await attempt(now);
  if (second !== null) return second[0];
  const message = `Cannot reach chain ${formatChainId(chain)}: shard ${now} does not have it yet; try again later`;
  throw gatewayError("UNAVAILABLE", message, 503);
}

/** Asks every shard about something that may be on any of them, in parallel: as many calls as there are shards. */
export function askShards<T>(
  { network, peers }: GatewayContext,
  ask: (shard: ShardRpc, id: number) => Promise<T>,
): Promise<T[]> {
  const { shards } = network.epochs.latest;
  return Promise.all(shards.map(({ shard }) => ask(peers.shard(shard), shard)));
}
