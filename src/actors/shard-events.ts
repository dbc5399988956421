// The events that a shard's subscribers see, made from its log by cursor: nothing is kept for a subscriber but where it is.
import { fromHex } from "../protocol/encoding/bytes.ts";
import type { StreamEvent } from "./rpc.ts";
import type { Shard } from "./shard.ts";
import { type BlockView, ShardQueries, type TransactionView } from "./shard-queries.ts";

// Rounds searched, and about how many events found, in one go.
const ROUNDS_A_SEARCH = 16;
const EVENTS_A_SEARCH = 32;
/** No status follows these. */
const LAST_STATUSES: readonly string[] = ["FINAL", "REJECTED", "EXPIRED"];
// Behind every chain of its round.
const CHAIN_MAX = 0xffff_ffff;

export interface FoundEvents {
  readonly events: readonly StreamEvent<TransactionView | BlockView>[];
  /** How far the log was searched: moves also when nothing was found, so that no block is searched twice for a subscriber. */
  readonly position: string | null;
  /** No further event can come. */
  readonly ended: boolean;
}

/** One look at the shard for any number of subscribers: what it reads for one serves the others. */
export class ShardEvents {
  readonly #shard: Shard;
  readonly #queries: ShardQueries;

  constructor(shard: Shard) {
    this.#shard = shard;
    this.#queries = new ShardQueries(shard, shard.network);
  }

  /** `parameters`: of the subscription, see `rpc.ts`. `position`: the cursor of the last event seen, or where a search ended. */
  find(parameters: Readonly<Record<string, string>>, position: string | null): FoundEvents {
    switch (parameters.stream) {
      case "transaction":
        return this.#statuses(parameters.id ?? "", position);
      case "blocks":
        return this.#blocks(parameters.chain, position);
      default:
        return { events: [], position, ended: true };
    }
  }

  #statuses(idHex: string, after: string | null): FoundEvents {
    if (!/^[0-9a-f]{64}$/.test(idHex)) return { events: [], position: after, ended: true };
    const views = this.#queries.statusesAfter(fromHex(idHex), after);
    const last = views.at(-1)?.status ?? after;
    return {
      events: views.map((view) => ({ cursor: view.status, view })),
      position: last,
      ended: last !== null && LAST_STATUSES.includes(last),
    };
  }

  #blocks(chainText: string | undefined, position: string | null): FoundEvents {
    const chain = chainText === undefined ? null : Number(chainText);
    const [from = 0, seenChain = CHAIN_MAX] = (position ?? "0").split(":").map(Number);
    const events: StreamEvent<BlockView>[] = [];
    let reached = position;
    // The position's own round may hold chains behind the last one seen.
    const first = seenChain < CHAIN_MAX ? from - 1 : from;
    for (const round of this.#shard.replica.blocks.roundsAfter(first, ROUNDS_A_SEARCH)) {
      for (const view of this.#queries.blocks(round)) {
        const seen = round === from && view.chain <= seenChain;
        if (seen || (chain !== null && view.chain !== chain)) continue;
        events.push({ cursor: `${round}:${view.chain}`, view });
      }
      reached = `${round}:${CHAIN_MAX}`;
      if (events.length >= EVENTS_A_SEARCH) break;
    }
    return { events, position: reached, ended: false };
  }
}

/** Where a subscriber without a cursor begins: a transaction's from its first status, blocks with the next one. */
export function streamStart(
  shard: Shard,
  parameters: Readonly<Record<string, string>>,
): string | null {
  return parameters.stream === "blocks" ? `${shard.replica.head.round}:${CHAIN_MAX}` : null;
}
