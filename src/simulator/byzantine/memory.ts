// What a faulty voter remembers of all that it sent and was sent, to use it against others. Bounded: the newest of each sort.
import type {
  ConsensusRequest,
  OpenRequest,
  PartyName,
  PeerId,
  PeerRequest,
} from "../../actors/peers.ts";
import { isWellFormed } from "../../actors/well-formed.ts";
import type { Head } from "../../protocol/blocks/joint-header.ts";
import { type JointBlock, jointBlockCodec, totalOrder } from "../../protocol/blocks/shard-block.ts";
import type {
  Certificate,
  ConsensusMessage,
  ViewChange,
} from "../../protocol/consensus/messages.ts";
import { seatList } from "../../protocol/consensus/seats.ts";
import { toHex } from "../../protocol/encoding/bytes.ts";
import { messageOf } from "./speech.ts";

const REQUESTS_MAX = 200;
const LOCKS_MAX = 20;
const VALUES_MAX = 12;
const TRANSACTIONS_MAX = 60;
const HEADS_MAX = 4;

export interface Said {
  readonly round: number;
  readonly message: ConsensusMessage;
  readonly request: ConsensusRequest;
}

export class Memory {
  /** The newest round that a shard of the set opened for it. */
  round = 0;
  /** What each shard opened last. */
  readonly #openings = new Map<number, OpenRequest>();
  /** By shard: the heads that its openings named, the newest last. */
  readonly #heads = new Map<number, Head[]>();
  /** Everything of consensus, also what it said itself. */
  readonly said: Said[] = [];
  /** What it sent to others than voters. */
  readonly handed: { readonly to: PeerId; readonly request: PeerRequest }[] = [];
  /** Transactions of openings and blocks, also of long ago. */
  readonly transactions: Uint8Array[] = [];
  /** Values of the newest round with their blocks, where it has those. */
  readonly values = new Map<string, { value: Uint8Array; block: JointBlock | null }>();
  readonly #locks: Certificate[] = [];

  note(request: PeerRequest, to: PeerId | null): void {
    if (!isWellFormed(request)) return;
    if (request.kind === "open") this.#noteOpening(request);
    const message = messageOf(request);
    if (message !== undefined) this.#noteSaid(request as ConsensusRequest, message);
    else if (to !== null && to.kind !== "voter") keep(this.handed, { to, request }, REQUESTS_MAX);
  }

  get openings(): readonly OpenRequest[] {
    return [...this.#openings.values()];
  }

  openingOf(of: PartyName): OpenRequest | null {
    return of === "merkleChain" ? null : (this.#openings.get(of) ?? null);
  }

  /** A head that the shard had before the one that it has now. */
  staleHead(shard: number): Head | null {
    return this.#heads.get(shard)?.at(-2) ?? null;
  }

  /** View changes to a view of the newest round, of as many seats as are known. */
  departures(view: number): ViewChange[] {
    const seats = new Set<number>();
    const changes: ViewChange[] = [];
    for (const { round, message } of this.said) {
      if (round !== this.round || message.kind !== "viewChange") continue;
      const { viewChange } = message;
      const fresh = seatList(viewChange.seats).some((seat) => !seats.has(seat));
      if (viewChange.newView !== view || !fresh) continue;
      for (const seat of seatList(viewChange.seats)) seats.add(seat);
      changes.push(viewChange);
    }
    return changes;
  }

  /** The newest view of the newest round that anybody spoke of and that is not absurd. */
  view(): number {
    let newest = 0;
    for (const { round, message } of this.said) {
      if (round !== this.round) continue;
      const view = viewOf(message);
      if (view <= newest + 8) newest = Math.max(newest, view);
    }
    return newest;
  }

  /** Prepare certificates that it saw, also of rounds before. */
  get locks(): readonly Certificate[] {
    return this.#locks;
  }

  #noteOpening(request: OpenRequest): void {
    this.#reach(request.round);
    const { shard, headRound, headHash } = request;
    this.#openings.set(shard, request);
    const heads = this.#heads.get(shard) ?? [];
    if (heads.at(-1)?.round !== headRound) {
      keep(heads, { round: headRound, hash: headHash }, HEADS_MAX);
    }
    this.#heads.set(shard, heads);
    for (const bytes of request.candidates) keep(this.transactions, bytes, TRANSACTIONS_MAX);
  }

  #noteSaid(request: ConsensusRequest, message: ConsensusMessage): void {
    const { round } = request;
    keep(this.said, { round, message, request }, REQUESTS_MAX);
    if (message.kind === "viewChange" && message.viewChange.lock !== null) {
      keep(this.#locks, message.viewChange.lock, LOCKS_MAX);
    }
    if (message.kind !== "proposal") return;
    this.#reach(round);
    if (round === this.round) this.#noteValue(message.proposal.value, request.block);
  }

  #noteValue(value: Uint8Array, bytes: Uint8Array | null): void {
    const decoded = bytes === null ? null : jointBlockCodec.decode(bytes);
    const block = decoded?.ok === true ? decoded.value : null;
    if (this.values.size >= VALUES_MAX && !this.values.has(toHex(value))) return;
    if (block === null && this.values.has(toHex(value))) return;
    this.values.set(toHex(value), { value, block });
    for (const shardBlock of block?.shardBlocks ?? []) {
      for (const body of totalOrder(shardBlock)) keep(this.transactions, body, TRANSACTIONS_MAX);
    }
  }

  #reach(round: number): void {
    if (round <= this.round) return;
    this.round = round;
    this.values.clear();
  }
}

export function viewOf(message: ConsensusMessage): number {
  switch (message.kind) {
    case "proposal":
      return message.proposal.view;
    case "vote":
      return message.vote.view;
    case "viewChange":
      return message.viewChange.newView;
    case "certificate":
      return message.certificate.view;
  }
}

function keep<T>(list: T[], item: T, max: number): void {
  list.push(item);
  if (list.length > max) list.shift();
}
