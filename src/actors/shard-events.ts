// The events that a shard's subscribers see, made from its log by cursor: nothing is kept for a subscriber but where it is.
import { fromHex } from "../protocol/encoding/bytes.ts";
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
  parameters: Readonly<Record<string, string>>,
  after: string | null,
): ShardEvents {
  const queries = new ShardQueries(shard, shard.network);
  switch (parameters.stream) {
    case "transaction":
      return transactionEvents(queries, parameters.id ?? "", after);
    case "blocks":
      return { events: blockEvents(queries, parameters.chain, after), ended: false };
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

/** Where a subscriber without a cursor begins: a transaction's from its first status, blocks with the next one. */
export function streamStart(
  shard: Shard,
  parameters: Readonly<Record<string, string>>,
): string | null {
  return parameters.stream === "blocks" ? `${shard.replica.head.round}:${CHAIN_MAX}` : null;
}

// Behind every chain of its round.
const CHAIN_MAX = 0xffff_ffff;

function blockEvents(
  queries: ShardQueries,
  chainText: string | undefined,
  after: string | null,
): StreamEvent<BlockView>[] {
  const chain = chainText === undefined ? null : Number(chainText);
  const [round = 0, seenChain = CHAIN_MAX] = (after ?? "0").split(":").map(Number);
  const rest = queries.blocksAfter(chain, round - 1, 1).filter((view) => view.round === round);
  return [...rest, ...queries.blocksAfter(chain, round, BLOCKS_A_SEND)]
    .filter((view) => view.round > round || view.chain > seenChain)
    .map((view) => ({ cursor: `${view.round}:${view.chain}`, view }));
}
