// The events that a shard's subscribers see, made from its log by cursor: nothing is kept for a subscriber but where it is.
import { fromHex } from "../protocol/encoding/bytes.ts";
import type { Network } from "./network.ts";
import type { StreamEvent } from "./rpc.ts";
import type { Shard } from "./shard.ts";
import { type BlockView, ShardQueries, type TransactionView } from "./shard-queries.ts";

const BLOCKS_A_SEND = 32;
/** No status follows these. */
const LAST_STATUSES: readonly string[] = ["FINAL", "REJECTED", "EXPIRED"];

export interface ShardEvents {
  readonly events: readonly StreamEvent<TransactionView | BlockView>[];
  /** No further event can come. */
  readonly ended: boolean;
}

/** `parameters`: of the subscription, see `rpc.ts`. `after`: the cursor of the last event seen. */
export function shardEvents(
  shard: Shard,
  network: Network,
  parameters: Readonly<Record<string, string>>,
  after: string | null,
): ShardEvents {
  const queries = new ShardQueries(shard, network);
  switch (parameters.stream) {
    case "transaction":
      return transactionEvents(queries, parameters.id ?? "", after);
    case "blocks":
      return { events: blockEvents(shard, queries, parameters.chain, after), ended: false };
    default:
      return { events: [], ended: true };
  }
}

function transactionEvents(
  queries: ShardQueries,
  idHex: string,
  after: string | null,
): ShardEvents {
  if (!/^[0-9a-f]{64}$/.test(idHex)) return { events: [], ended: true };
  const views = queries.statusesAfter(fromHex(idHex), after);
  const last = views.at(-1)?.status ?? after;
  return {
    events: views.map((view) => ({ cursor: view.status, view })),
    ended: last !== null && LAST_STATUSES.includes(last),
  };
}

function blockEvents(
  shard: Shard,
  queries: ShardQueries,
  chainText: string | undefined,
  after: string | null,
): StreamEvent<BlockView>[] {
  const chain = chainText === undefined ? null : Number(chainText);
  // A new subscriber begins with the next block; a returning one behind the last that it saw.
  const [round = 0, seenChain = Number.POSITIVE_INFINITY] =
    after === null ? [shard.replica.head.round] : after.split(":").map(Number);
  const rest = queries.blocksAfter(chain, round - 1, 1).filter((view) => view.round === round);
  return [...rest, ...queries.blocksAfter(chain, round, BLOCKS_A_SEND)]
    .filter((view) => view.round > round || view.chain > seenChain)
    .map((view) => ({ cursor: `${view.round}:${view.chain}`, view }));
}
