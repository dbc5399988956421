// How full each shard was, round by round: what the MerkleChain notarised, kept to be asked for.
import type { MerkleChainBlock } from "../protocol/blocks/merkle-chain-block.ts";
import type { CertifiedHeader } from "../protocol/blocks/merkle-chain-body.ts";
import { type MerkleChainState, saturationContext } from "../protocol/blocks/merkle-chain-state.ts";
import { codec, decodeStored, struct } from "../protocol/encoding/codec.ts";
import {
  type BlockLoad,
  blockLoadType,
  countSettled,
  meanRate,
  type Saturation,
  saturationOf,
  saturationType,
} from "../protocol/topology/saturation.ts";
import { readU64Key, shardRoundKey } from "./keys.ts";
import type { Network } from "./network.ts";
import type { Table } from "./ports.ts";

/** One round of a shard, with what its block held. */
export interface RoundSaturation extends Saturation {
  readonly round: number;
  readonly load: BlockLoad;
}

/** A shard as the log has it up to `round`. Rates are in thousandths of a transaction a second. */
export interface ShardSaturation extends Saturation {
  readonly round: number;
  readonly rate: number;
  readonly allTimeHigh: number;
  /** Rounds in a row that count towards a split. */
  readonly busyStreak: number;
  /** Towards a merge. */
  readonly idleStreak: number;
}

/** Of the rounds between both, exclusive; null for no bound. */
export interface SaturationQuery {
  readonly after: number | null;
  readonly before: number | null;
  /** From the newest on. */
  readonly reverse: boolean;
  readonly limit: number;
}

interface Row {
  readonly saturation: Saturation;
  readonly load: BlockLoad;
}

const rowCodec = codec<Row>(
  "saturation",
  struct<Row>("RoundSaturation", { saturation: saturationType, load: blockLoadType }),
  32,
);

const ROWS_A_CALL = 1_000;
const ROUND_MAX = Number.MAX_SAFE_INTEGER;

export class SaturationHistory {
  readonly #network: Network;
  readonly #table: Table;

  constructor(network: Network, table: Table) {
    this.#network = network;
    this.#table = table;
  }

  /** What a committed block notarised. `headers`: those that show it. */
  add({ notarised }: MerkleChainBlock, headers: readonly CertifiedHeader[]): void {
    for (const { shard, round, saturation } of notarised) {
      for (const { header } of headers) {
        const half = header.halves.find((one) => one.shard === shard);
        if (header.round !== round || half === undefined) continue;
        const row = rowCodec.encode({ saturation, load: half.load });
        this.#table.put(shardRoundKey(shard, round), row);
      }
    }
  }

  /** Rounds with a notarised header, in the order asked for; all between are empty. */
  rounds(shard: number, { after, before, reverse, limit }: SaturationQuery): RoundSaturation[] {
    const from = shardRoundKey(shard, (after ?? -1) + 1);
    const to = shardRoundKey(shard, before ?? ROUND_MAX);
    return this.#table
      .range({ from, to, reverse, limit: Math.min(limit, ROWS_A_CALL) })
      .map(([key, bytes]) => {
        const { saturation, load } = decodeStored(rowCodec, bytes);
        return { round: readU64Key(key, 4), ...saturation, load };
      });
  }

  /** null for a shard that the network does not have. `presentRound`: by the clock. */
  newest(
    state: Pick<MerkleChainState, "epoch" | "heads">,
    shard: number,
    presentRound: number,
  ): ShardSaturation | null {
    const known = state.heads.find((one) => one.shard === shard);
    if (known === undefined) return null;
    const context = saturationContext(this.#network.genesis.epoch, state, known);
    const settled = countSettled(context, known.saturation, presentRound);
    const { round, allTimeHigh, busyStreak, idleStreak } = settled;
    const rate = meanRate(context, settled);
    return {
      round,
      ...saturationOf(context, settled),
      rate,
      allTimeHigh,
      busyStreak,
      idleStreak,
    };
  }
}
