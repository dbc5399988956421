// What a shard hands to those who follow it or take chains of it over: blocks, and the states of its chains, in
// answers of bounded size from the pages as they are now. It goes on executing between answers and remembers nothing of who asked.
import { totalOrder } from "../protocol/blocks/shard-block.ts";
import { sha256 } from "../protocol/crypto/sha256.ts";
import { toHex } from "../protocol/encoding/bytes.ts";
import { storedTransaction } from "../protocol/ledger/unverified.ts";
import { makeChunk, STATE_CHUNK_BYTES_MAX } from "../protocol/merkle/state-chunk.ts";
import {
  CHAINS_ASKED_MAX,
  CHANGES_MAX,
  type ChainChange,
  type StateParts,
  type StatePlace,
  type StateQuery,
  statePartsCodec,
  stateQueryCodec,
} from "../protocol/merkle/state-parts.ts";
import { FollowedBlocks } from "./followed-blocks.ts";
import type { Network } from "./network.ts";
import type {
  BlocksRequest,
  PeerAnswer,
  StateHeadersRequest,
  StateHeadRequest,
  StateRequest,
} from "./peers.ts";
import type { Replica } from "./replica.ts";
import type { ShardProgress } from "./shard-progress.ts";
import {
  firstHeadRound,
  type HeadRound,
  hasLegsBetween,
  STATE_HEAD_BYTES_MAX,
  type StateHead,
  stateHeadCodec,
  vouchingRound,
} from "./state-head.ts";

// An entry's chain, lengths and key, beside its value.
const CHANGE_FRAME_BYTES = 48;
// A chain's id, root and range, beside its pages.
const PART_FRAME_BYTES = 160;
/** No shard has more. */
const CHAIN_IDS_MAX = 1 << 20;

/** The shard, as far as its states' takers need it. */
export interface StateOwner {
  readonly network: Network;
  readonly replica: Replica;
  readonly progress: Pick<ShardProgress, "round" | "state">;
  /** The first round whose block is not decided yet, but for the one under way. */
  nextRound(): number;
}

type Refused = Extract<PeerAnswer, { kind: "refused" }>;
const refused = (why: string): Refused => ({ kind: "refused", why });

export class StateSource {
  readonly #shard: StateOwner;
  readonly #followed: FollowedBlocks;

  constructor(shard: StateOwner) {
    this.#shard = shard;
    this.#followed = new FollowedBlocks(shard.replica.blocks);
  }

  answer(
    request: BlocksRequest | StateRequest | StateHeadRequest | StateHeadersRequest,
  ): PeerAnswer {
    if (request.kind === "state") return this.#state(request);
    if (request.kind === "stateHead") return this.#head(request.round);
    if (request.kind === "stateHeaders") return this.#headers(request.rounds);
    return { kind: "blocks", certifiedBlocks: this.#followed.after(request.afterRound) };
  }

  #state({ query: bytes }: StateRequest): PeerAnswer {
    const decoded = stateQueryCodec.decode(bytes);
    if (!decoded.ok) return refused("Not a state query");
    const { replica } = this.#shard;
    const query = decoded.value;
    const stranger = query.chains?.find((chain) => !replica.has(chain));
    if (stranger !== undefined) return refused(`Chain ${stranger} is not one of this shard`);
    if (query.round > replica.executedRound) {
      return refused(`Round ${query.round} is not executed here`);
    }
    return { kind: "state", parts: statePartsCodec.encode(this.#parts(query)) };
  }

  #parts(query: StateQuery): StateParts {
    const { replica } = this.#shard;
    const chains = query.chains ?? replica.chainIds(0, CHAIN_IDS_MAX);
    const bytesMax = Math.min(query.bytesMax, STATE_CHUNK_BYTES_MAX);
    const { changes, from, bytes } = this.#changesBefore(query, chains, bytesMax);
    const touched = new Set(changes.map(({ chain }) => chain));
    const whole = [...touched].filter((chain) => from === null || chain < from.chain);
    const known = from === query.from ? query.known : null;
    const { parts, to } = this.#pages(chains, from, known, bytesMax - bytes);
    return {
      round: replica.executedRound,
      passed: to === null ? chains.length : chains.filter((chain) => chain < to.chain).length,
      total: chains.length,
      changes,
      roots: whole.map((chain) => ({ chain, root: replica.state.root(chain) })),
      parts,
      to,
    };
  }

  /** What changed before the asker's place since its round, up to `from`: its place, or where it has to begin again. */
  #changesBefore(
    { round, from }: StateQuery,
    chains: readonly number[],
    bytesMax: number,
  ): { changes: ChainChange[]; from: StatePlace | null; bytes: number } {
    const { replica } = this.#shard;
    const none = { changes: [], from, bytes: 0 };
    const start = startOf(chains);
    const isAtStart = from !== null && (start === null || comparePlaces(from, start) <= 0);
    if (round === replica.executedRound || isAtStart) return none;
    const changed = replica.state.changedAfter(round, CHANGES_MAX);
    if (changed === null) return { ...none, from: start };
    const asked = new Set(chains);
    const due = changed
      .filter(({ chain }) => asked.has(chain))
      .map(({ chain, key }) => ({ chain, key, place: toHex(sha256(key)) }))
      .filter((one) => from === null || comparePlaces(one, from) < 0)
      .sort(comparePlaces);
    const changes: ChainChange[] = [];
    let bytes = 0;
    for (const { chain, key, place } of due) {
      const value = replica.state.get(chain, key) ?? null;
      bytes += CHANGE_FRAME_BYTES + (value?.length ?? 0);
      if (bytes > bytesMax) return { changes, from: { chain, place }, bytes };
      changes.push({ chain, key, value });
    }
    return { changes, from, bytes };
  }

  #pages(
    chains: readonly number[],
    from: StatePlace | null,
    known: StateQuery["known"],
    bytesMax: number,
  ): Pick<StateParts, "parts" | "to"> {
    const parts: StateParts["parts"][number][] = [];
    if (from === null) return { parts, to: null };
    let bytes = 0;
    for (const chain of chains.filter((one) => one >= from.chain)) {
      const isFull = bytes > 0 && bytes + PART_FRAME_BYTES > bytesMax;
      if (isFull || parts.length === CHAINS_ASKED_MAX) return { parts, to: { chain, place: "" } };
      const isFirst = parts.length === 0 && chain === from.chain;
      const chunk = makeChunk(this.#shard.replica.state.pages(chain), {
        from: isFirst ? from.place : "",
        known: isFirst ? known : null,
        bytesMax: bytesMax - bytes,
      });
      parts.push({ chain, chunk });
      bytes += chunk.pages.reduce((sum, page) => sum + page.length, PART_FRAME_BYTES);
      if (chunk.to !== null) return { parts, to: { chain, place: chunk.to } };
    }
    return { parts, to: null };
  }

  /**
   * A replica with the state after `round` can judge blocks from `round` + k on. There is one, or there can be no earlier one any more;
   * the verdicts on the rounds since are still known; and a header carries the roots of that very state, by which the taker checks it.
   */
  #head(round: number): PeerAnswer {
    const { replica, network } = this.#shard;
    const { k } = network;
    const headRound = replica.head.round;
    if (round > replica.executedRound) return refused(`Round ${round} is not executed here`);
    if (this.#undecidedRound() <= round + k) return { kind: "stateHead", head: null };
    const rounds: HeadRound[] = [];
    const first = firstHeadRound({ round, headRound }, k);
    for (const one of replica.blocks.roundsAfter(first, 2 * k + 1)) {
      const emptying = this.#emptying(one);
      if (emptying === null) return refused(`What round ${one} included is not kept`);
      rounds.push({ round: one, emptying });
    }
    if ((rounds.at(-1)?.round ?? 0) !== headRound) return refused(`Round ${round} is too long ago`);
    if (round > 0 && vouchingRound({ round, headRound, rounds }, k) === null) {
      // A block that is still to come can carry those roots while no other state lies before its own.
      const isLost = hasLegsBetween(rounds, round, this.#undecidedRound() - k);
      if (isLost) return refused(`No header carries the roots after round ${round}`);
      return { kind: "stateHead", head: null };
    }
    const chains = replica.chainIds(0, CHAIN_IDS_MAX);
    const head: StateHead = {
      round,
      headRound,
      rounds,
      chains: chains.map((chain) => ({ chain, ...replica.chainProgress(chain) })),
    };
    const bytes = stateHeadCodec.encode(head);
    return bytes.length > STATE_HEAD_BYTES_MAX
      ? { kind: "tooManyChains", chains: chains.length }
      : { kind: "stateHead", head: bytes };
  }

  /** Without those that were pruned. */
  #headers(rounds: readonly number[]): PeerAnswer {
    const headers: Uint8Array[] = [];
    let bytes = 0;
    for (const round of rounds) {
      const header = this.#shard.replica.blocks.headerBytes(round);
      if (header === undefined) continue;
      bytes += header.length;
      if (bytes > STATE_HEAD_BYTES_MAX && headers.length > 0) break;
      headers.push(header);
    }
    return { kind: "stateHeaders", headers };
  }

  #undecidedRound(): number {
    const { round, state } = this.#shard.progress;
    return state === "open" || state === "accepted" ? round : this.#shard.nextRound();
  }

  /** of each leg in a round's block; null if that is forgotten. */
  #emptying(round: number): Uint8Array | null {
    const { replica, network } = this.#shard;
    const included = replica.inclusions(round);
    const block = replica.blocks
      .block(round)
      ?.block.shardBlocks.find(({ shard }) => shard === replica.shard);
    if (included === undefined || block === undefined) return null;
    const emptying = new Set<string>();
    for (const { chain, legs } of included.chains) {
      for (const leg of legs) if (leg.possiblyEmptying) emptying.add(`${leg.transaction}:${chain}`);
    }
    return Uint8Array.from(
      [...totalOrder(block)].flatMap((bytes) => {
        const { idHex, transaction } = storedTransaction(bytes, network.id);
        return transaction.legs.map(({ chain }) => Number(emptying.has(`${idHex}:${chain}`)));
      }),
    );
  }
}

/** The first place of all the chains; null if there are none. */
const startOf = (chains: readonly number[]): StatePlace | null =>
  chains[0] === undefined ? null : { chain: chains[0], place: "" };

const comparePlaces = (a: StatePlace, b: StatePlace): number =>
  a.chain - b.chain || (a.place < b.place ? -1 : Number(a.place > b.place));
