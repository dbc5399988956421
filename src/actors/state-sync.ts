// Takes the states of chains over from their shard, chunk by chunk, while that goes on: for a shard that is to have them, or,
// with all of a shard's chains, for a replica that has not followed it from the beginning. One request is under way at a time; what is
// stored says how to go on, so a crash at any point costs the answer that was on its way.
// A taker of some chains follows their changes until its owner has seen the roots that it waits for. One of all chains goes on to the
// shard's head, and then a `Replica` can be opened on the store.
import { equalBytes, utf8 } from "../protocol/encoding/bytes.ts";
import {
  bool,
  codec,
  decodeStored,
  optional,
  safeU64,
  struct,
  u32,
} from "../protocol/encoding/codec.ts";
import { type KnownHashes, STATE_CHUNK_BYTES_MAX } from "../protocol/merkle/state-chunk.ts";
import {
  type StatePlace,
  statePartsCodec,
  statePlaceType,
  stateQueryCodec,
} from "../protocol/merkle/state-parts.ts";
import type { Outbox } from "./actor.ts";
import { deleteChunked, getChunked, putChunked } from "./chunked.ts";
import { HeadImport } from "./head-import.ts";
import type { Network } from "./network.ts";
import { patienceMs } from "./patience.ts";
import type { PeerAnswer, PeerRequest } from "./peers.ts";
import type { Clock, Log, Store } from "./ports.ts";
import { REPLICA_HEAD_KEY } from "./replica-head.ts";
import { stateHeadCodec } from "./state-head.ts";
import { beginningOf, comparePlaces, SyncedStates } from "./synced-states.ts";
import { HEADERS_ASKED_MAX } from "./well-formed.ts";

export interface StateSyncPorts {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly network: Network;
  readonly outbox: Outbox;
}

export interface StateSyncTask {
  /** Whose chains; its object is asked. */
  readonly shard: number;
  /** Ascending; null for all of them. */
  readonly chains: readonly number[] | null;
  /** Of an answer, about; at most 1 MiB. */
  readonly bytesMax?: number;
}

export interface SyncProgress {
  /**
   * "following": it has all of some chains, and their changes as they come. "stuck": the shard has too many chains to hand its head over;
   * nothing is asked any more until the next life.
   */
  readonly phase: "states" | "following" | "head" | "done" | "stuck";
  /** Of what it has. */
  readonly round: number;
  /** Of the key space of all the chains, 0 to 1. */
  readonly fraction: number;
}

/** How far it is, on disk. */
interface SyncRecord {
  readonly round: number;
  readonly from: StatePlace | null;
  /** Whether there may be something behind `from`, of an earlier walk. */
  readonly isStale: boolean;
  readonly passed: number;
  readonly total: number;
}

const recordCodec = codec<SyncRecord>(
  "state sync",
  struct<SyncRecord>("SyncRecord", {
    round: safeU64,
    from: optional(statePlaceType),
    isStale: bool,
    passed: u32,
    total: u32,
  }),
  256,
);

/** One row a source: a shard can take chains of two. */
const keyOf = ({ shard }: StateSyncTask): Uint8Array => utf8(`state sync ${shard}`);
const HEAD_KEY = utf8("state sync head");
// A quarter of the most: a step of some ten ms at the source, and of some hundred here.
const BYTES_MAX = STATE_CHUNK_BYTES_MAX / 4;
/** Of one place or one head, before the walk begins again over what there is. */
const REFUSALS_MAX = 3;
/** So many in a row no longer come of one or two rounds that were missing. */
const HEADS_REFUSED_LOGGED = 8;

export class StateSync {
  readonly #ports: StateSyncPorts;
  readonly #task: StateSyncTask;
  readonly #states: SyncedStates;
  #record: SyncRecord;
  #import: HeadImport | null = null;
  #isDone: boolean;
  /** What is under way; `known`: what a state query told. */
  #asked: { readonly request: PeerRequest; readonly known: KnownHashes | null } | null = null;
  #dueMs = 0;
  #unanswered = 0;
  #refusals = 0;
  /** The shard's head is too far from the state: the changes since come first. */
  #isBehind = false;
  /** How often that was so in a row. */
  #headsRefused = 0;
  #isStuck = false;

  constructor(ports: StateSyncPorts, task: StateSyncTask) {
    this.#ports = ports;
    this.#task = task;
    const { store } = ports;
    const meta = store.table("meta");
    this.#states = new SyncedStates(store.table("pages"));
    const stored = meta.get(keyOf(task));
    this.#record =
      stored === undefined ? beginning(task, false) : decodeStored(recordCodec, stored);
    // Who takes some chains may have a replica of its own already.
    const isWhole = task.chains === null;
    const head = isWhole ? getChunked(meta, HEAD_KEY) : undefined;
    if (head !== undefined) this.#import = this.#importOf(head);
    this.#isDone = isWhole && meta.get(REPLICA_HEAD_KEY) !== undefined;
  }

  get progress(): SyncProgress {
    const { round, from } = this.#record;
    const fraction = this.#fraction();
    if (this.#isDone) return { phase: "done", round, fraction: 1 };
    if (this.#isStuck) return { phase: "stuck", round, fraction };
    if (from !== null) return { phase: "states", round, fraction };
    return { phase: this.#task.chains === null ? "head" : "following", round, fraction };
  }

  /** Of a chain, as of the progress' round, once it is past it. */
  root(chain: number): Uint8Array {
    return this.#states.root(chain);
  }

  nextTickMs(): number | null {
    return this.#isDone || this.#isStuck ? null : this.#dueMs;
  }

  tick(): void {
    const dueMs = this.nextTickMs();
    if (dueMs !== null && this.#ports.clock.now() >= dueMs) this.#ask();
  }

  /** What came back of a call of this task's; null if nothing did in time. */
  answered(request: PeerRequest, answer: PeerAnswer | null): void {
    const asked = this.#asked;
    if (asked === null || !isSame(asked.request, request)) return;
    this.#asked = null;
    if (answer === null) return;
    this.#unanswered = 0;
    this.#dueMs = this.#ports.clock.now();
    const fault = this.#take(asked.request.kind, asked.known, answer);
    if (fault !== null) {
      this.#refused(fault);
      return;
    }
    this.#refusals = 0;
    this.tick();
  }

  /** The owner has what it waits for: nothing is asked any more, and the next life knows nothing of the task. */
  end(): void {
    this.#ports.store.table("meta").delete(keyOf(this.#task));
    this.#isDone = true;
    this.#asked = null;
  }

  #ask(): void {
    const { network, clock, outbox } = this.#ports;
    const [request, known] = this.#next();
    this.#asked = { request, known };
    this.#dueMs = clock.now() + patienceMs(network, this.#unanswered);
    this.#unanswered += 1;
    outbox.call({ kind: "shard", shard: this.#task.shard }, request);
  }

  #next(): [PeerRequest, KnownHashes | null] {
    const { chains, bytesMax = BYTES_MAX } = this.#task;
    const { round, from, isStale } = this.#record;
    const next = this.#import?.nextRound ?? null;
    if (next !== null) return [{ kind: "blocks", afterRound: next - 1 }, null];
    const rounds = this.#import?.headerRounds(HEADERS_ASKED_MAX) ?? [];
    if (rounds.length > 0) return [{ kind: "stateHeaders", rounds }, null];
    if (from === null && chains === null && !this.#isBehind) {
      return [{ kind: "stateHead", round }, null];
    }
    const known = isStale && from !== null ? this.#states.known(from) : null;
    const query = stateQueryCodec.encode({ chains, round, from, known, bytesMax });
    return [{ kind: "state", query }, known];
  }

  #take(asked: PeerRequest["kind"], known: KnownHashes | null, answer: PeerAnswer): string | null {
    switch (answer.kind) {
      case "state":
        return this.#takeParts(known, answer.parts);
      case "stateHead":
        return answer.head === null ? this.#wait() : this.#takeHead(answer.head);
      case "blocks":
        return this.#takeBlocks(answer.certifiedBlocks);
      case "stateHeaders":
        return this.#takeHeaders(answer.headers);
      case "refused":
        if (this.#record.from !== null || this.#isBehind) return answer.why;
        return this.#goOnFirst(answer.why);
      case "tooManyChains":
        if (asked !== "stateHead") return "An answer to another question";
        return this.#stop(`${answer.chains} chains are too many for one answer`);
      default:
        return `An answer of kind ${answer.kind}`;
    }
  }

  #takeParts(known: KnownHashes | null, bytes: Uint8Array): string | null {
    const { chains } = this.#task;
    const decoded = statePartsCodec.decode(bytes);
    if (!decoded.ok) return JSON.stringify(decoded.refusal);
    const parts = decoded.value;
    const before = this.#record;
    const taken = this.#states.take({ ...before, chains }, known, parts);
    if (typeof taken === "string") return taken;
    const { round, total } = parts;
    const { to, passed } = taken;
    const isBack = comparePlaces(beginningOf(parts), before.from) < 0;
    const isShort = comparePlaces(to, parts.to) < 0;
    const isStale = to !== null && (before.isStale || isBack || isShort);
    this.#write({ round, from: to, isStale, passed: Math.min(passed, total), total });
    this.#isBehind = false;
    // Nothing to do until something changes.
    if (to === null && chains !== null) this.#wait();
    return null;
  }

  #takeHead(bytes: Uint8Array): string | null {
    const decoded = stateHeadCodec.decode(bytes);
    if (!decoded.ok) return JSON.stringify(decoded.refusal);
    this.#headsRefused = 0;
    const { round, headRound, rounds } = decoded.value;
    const isAscending = rounds.every(
      (one, i) => i === 0 || (rounds[i - 1]?.round ?? 0) < one.round,
    );
    if (round !== this.#record.round) return `A head for the state of round ${round}`;
    if (round > headRound) return `A head of round ${headRound} before the state's, ${round}`;
    if (!isAscending || (rounds.at(-1)?.round ?? 0) !== headRound)
      return "A head without its blocks";
    putChunked(this.#ports.store.table("meta"), HEAD_KEY, bytes);
    this.#import = this.#importOf(bytes);
    return this.#finish();
  }

  #takeBlocks(blocks: readonly Uint8Array[]): string | null {
    for (const bytes of blocks) {
      const fault = this.#import?.take(bytes) ?? null;
      if (fault !== null) return fault;
    }
    return blocks.length === 0 ? this.#wait() : this.#finish();
  }

  #takeHeaders(headers: readonly Uint8Array[]): string | null {
    const before = this.#import?.headerRounds(HEADERS_ASKED_MAX)[0];
    for (const bytes of headers) {
      const fault = this.#import?.takeHeader(bytes) ?? null;
      if (fault !== null) return fault;
    }
    // The first one asked for comes with every answer that is any use.
    if (this.#import?.headerRounds(1)[0] === before) return `No header of round ${before}`;
    return this.#finish();
  }

  /** If all blocks and headers are there. */
  #finish(): string | null {
    if (this.#import === null || this.#import.nextRound !== null) return null;
    if (this.#import.headerRounds(1).length > 0) return null;
    const fault = this.#import.finish();
    if (fault !== null) return fault;
    deleteChunked(this.#ports.store.table("meta"), HEAD_KEY);
    this.end();
    return null;
  }

  /** There is no head for this state, but may be one for a later. */
  #goOnFirst(why: string): null {
    this.#isBehind = true;
    this.#headsRefused += 1;
    if (this.#headsRefused === HEADS_REFUSED_LOGGED) this.#log("state head refused", why);
    return this.#wait();
  }

  #stop(why: string): null {
    this.#isStuck = true;
    this.#log("state stuck", why);
    return null;
  }

  #log(event: string, why: string): void {
    const { shard } = this.#task;
    this.#ports.log.write(event, { shard, round: this.#record.round, why });
  }

  /** Asks again in half a round. */
  #wait(): null {
    const { network, clock } = this.#ports;
    this.#dueMs = clock.now() + patienceMs(network, 0);
    return null;
  }

  /** Nothing of it is stored. What was right before may be wrong if it comes again and again: the walk begins again. */
  #refused(why: string): void {
    this.#log("state refused", why);
    this.#refusals += 1;
    this.#wait();
    const isOfHead = this.#import !== null;
    if (isOfHead) this.#dropHead();
    if (!isOfHead && this.#refusals < REFUSALS_MAX) return;
    this.#refusals = 0;
    this.#isBehind = false;
    this.#write(beginning(this.#task, true));
  }

  #dropHead(): void {
    this.#import?.drop();
    this.#import = null;
    deleteChunked(this.#ports.store.table("meta"), HEAD_KEY);
  }

  #importOf(bytes: Uint8Array): HeadImport {
    const { store, network } = this.#ports;
    const { shard } = this.#task;
    const root = (chain: number) => this.#states.root(chain);
    return new HeadImport({ store, network, shard, root }, decodeStored(stateHeadCodec, bytes));
  }

  #fraction(): number {
    const { from, passed, total } = this.#record;
    if (from === null) return 1;
    if (total === 0) return 0;
    const place = from.place.slice(0, FRACTION_NIBBLES).padEnd(FRACTION_NIBBLES, "0");
    return (passed + Number.parseInt(place, 16) / 16 ** FRACTION_NIBBLES) / total;
  }

  #write(record: SyncRecord): void {
    this.#record = record;
    this.#ports.store.table("meta").put(keyOf(this.#task), recordCodec.encode(record));
  }
}

const FRACTION_NIBBLES = 8;

const beginning = ({ chains }: StateSyncTask, isStale: boolean): SyncRecord => ({
  round: 0,
  from: { chain: chains?.[0] ?? 0, place: "" },
  isStale,
  passed: 0,
  total: chains?.length ?? 0,
});

function isSame(a: PeerRequest, b: PeerRequest): boolean {
  if (a.kind === "state") return b.kind === "state" && equalBytes(a.query, b.query);
  if (a.kind === "stateHead") return b.kind === "stateHead" && a.round === b.round;
  if (a.kind === "stateHeaders") {
    return b.kind === "stateHeaders" && a.rounds.join() === b.rounds.join();
  }
  return a.kind === "blocks" && b.kind === "blocks" && a.afterRound === b.afterRound;
}
