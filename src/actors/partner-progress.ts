// How far the partners of a shard are with the rounds that they shared: a transaction's status is the least of its legs' (R-2.7). Each
// shard tells its partner when it has executed such a round and when the round is final; what is lost is asked for, ever less often.
import { concatBytes, utf8 } from "../protocol/encoding/bytes.ts";
import { codec, decodeStored, safeU64, struct } from "../protocol/encoding/codec.ts";
import type { Outbox } from "./actor.ts";
import { afterPrefix, readU32Key, u32Key } from "./keys.ts";
import type { Network } from "./network.ts";
import { patienceMs } from "./patience.ts";
import type { ProgressRequest } from "./peers.ts";
import type { Clock, Store, Table } from "./ports.ts";

interface Partner {
  /** The newest round with transactions of both. */
  readonly sharedRound: number;
  /** What the partner said last of itself. */
  readonly executedRound: number;
  readonly finalRound: number;
}

const partnerCodec = codec<Partner>(
  "progress of a partner",
  struct<Partner>("Partner", { sharedRound: safeU64, executedRound: safeU64, finalRound: safeU64 }),
  32,
);

const NONE: Partner = { sharedRound: 0, executedRound: 0, finalRound: 0 };
const PREFIX = utf8("partner ");
// A shard has no more partners than there are others.
const PARTNERS_MAX = 1_000;

export interface PartnerProgressPorts {
  readonly store: Store;
  readonly clock: Clock;
  readonly network: Network;
  readonly outbox: Outbox;
}

interface Told {
  atMs: number;
  times: number;
  /** What this shard had said of itself. */
  what: string;
}

export class PartnerProgress {
  readonly #ports: PartnerProgressPorts;
  readonly #meta: Table;
  readonly #shard: number;
  readonly #partners = new Map<number, Partner>();
  readonly #told = new Map<number, Told>();
  /** Grows with everything that is heard. */
  version = 0;

  constructor(ports: PartnerProgressPorts, shard: number) {
    this.#ports = ports;
    this.#shard = shard;
    this.#meta = ports.store.table("meta");
    const to = afterPrefix(PREFIX);
    const range = { from: PREFIX, ...(to === undefined ? {} : { to }), limit: PARTNERS_MAX };
    for (const [key, bytes] of this.#meta.range(range)) {
      this.#partners.set(readU32Key(key, PREFIX.length), decodeStored(partnerCodec, bytes));
    }
  }

  /** This shard has executed a round that it shared. */
  shared(partner: number, round: number): void {
    this.#put(partner, { ...this.of(partner), sharedRound: round });
  }

  of(partner: number): Partner {
    return this.#partners.get(partner) ?? NONE;
  }

  /** Up to this round every status here is that of all legs: all partners are as far. */
  settledRound(): number {
    const behind = [...this.#partners.values()].filter((one) => one.finalRound < one.sharedRound);
    return Math.min(Number.MAX_SAFE_INTEGER, ...behind.map(({ finalRound }) => finalRound));
  }

  /** A partner says how far it is; answers how far this shard is. */
  heard({ shard, executedRound, finalRound }: ProgressRequest): void {
    const known = this.of(shard);
    if (executedRound <= known.executedRound && finalRound <= known.finalRound) return;
    this.version += 1;
    this.#put(shard, {
      ...known,
      executedRound: Math.max(known.executedRound, executedRound),
      finalRound: Math.max(known.finalRound, finalRound),
    });
  }

  /** Tells those partners that wait for it, or that have to say something themselves. Call it at every tick and after news. */
  drive(own: { readonly executedRound: number; readonly finalRound: number }): void {
    const now = this.#ports.clock.now();
    for (const [partner, { sharedRound }] of this.#partners) {
      if (!this.#isOpen(partner) && !this.#hasNews(partner, own)) continue;
      if (own.executedRound < sharedRound) continue;
      const told = this.#told.get(partner);
      const what = whatOf(own, sharedRound);
      if (told?.what === what && now < this.#dueMs(told)) continue;
      const times = told?.what === what ? told.times + 1 : 1;
      this.#told.set(partner, { atMs: now, times, what });
      const { executedRound, finalRound } = own;
      const request = { kind: "progress", shard: this.#shard, executedRound, finalRound } as const;
      this.#ports.outbox.call({ kind: "shard", shard: partner }, request);
    }
  }

  /** When to ask again; null with nobody to wait for. */
  nextMs(): number | null {
    let next: number | null = null;
    for (const [partner, told] of this.#told) {
      if (!this.#isOpen(partner)) continue;
      const due = this.#dueMs(told);
      if (next === null || due < next) next = due;
    }
    return next;
  }

  /** Whether the partner has yet to say that the newest shared round is final there. */
  #isOpen(partner: number): boolean {
    const { sharedRound, finalRound } = this.of(partner);
    return finalRound < sharedRound;
  }

  /** Whether this shard is further than it has told: the partner may wait for that. */
  #hasNews(
    partner: number,
    own: { readonly executedRound: number; readonly finalRound: number },
  ): boolean {
    const told = this.#told.get(partner);
    return told !== undefined && told.what !== whatOf(own, this.of(partner).sharedRound);
  }

  #dueMs({ atMs, times }: Told): number {
    return atMs + patienceMs(this.#ports.network, times);
  }

  #put(partner: number, value: Partner): void {
    this.#partners.set(partner, value);
    this.#meta.put(concatBytes(PREFIX, u32Key(partner)), partnerCodec.encode(value));
  }
}

/** What of a shard's progress its partner has to know. */
const whatOf = (
  { executedRound, finalRound }: { readonly executedRound: number; readonly finalRound: number },
  sharedRound: number,
): string => `${executedRound >= sharedRound} ${finalRound >= sharedRound} ${sharedRound}`;
