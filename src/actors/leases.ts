// The leases that the MerkleChain gives: none reaches a round that an announced epoch is to begin with, unless its holder knows that it
// is activated, nor one that an epoch could be announced for by the block under way.
import { utf8 } from "../protocol/encoding/bytes.ts";
import { readU64Key, u64Key } from "./keys.ts";
import type { MerkleChainReplica } from "./merkle-chain-replica.ts";
import type { Network } from "./network.ts";
import type { Clock, Store, Table } from "./ports.ts";

export interface LeasesPorts {
  readonly store: Store;
  readonly clock: Clock;
  readonly network: Network;
  readonly replica: MerkleChainReplica;
  /** The round of the MerkleChain's block under way; null without one. */
  readonly openRound: () => number | null;
}

const KEY = utf8("leased until");

export class Leases {
  readonly #ports: LeasesPorts;
  readonly #meta: Table;
  /** The last round that any lease reaches. Durable before the lease leaves. */
  #until: number;

  constructor(ports: LeasesPorts) {
    this.#ports = ports;
    this.#meta = ports.store.table("meta");
    const stored = this.#meta.get(KEY);
    this.#until = stored === undefined ? 0 : readU64Key(stored);
  }

  /** The last round of a lease that is given now, to who knows the epochs up to this one. */
  grant(knownEpoch: number): number {
    const { clock, network, replica, openRound } = this.#ports;
    const { leaseRounds } = network.epoch;
    const { announced, epoch, isUnproven } = replica.state;
    // Sets on T0's duty know by the log what cannot be shown yet. They make the block that shows it.
    const unproven = isUnproven && knownEpoch < epoch.epoch ? epoch : announced;
    const announcedRound = unproven?.activationRound ?? Number.POSITIVE_INFINITY;
    const now = network.epochs.roundAt(clock.now());
    const from = Math.min(now, openRound() ?? Number.POSITIVE_INFINITY);
    const last = Math.min(from + leaseRounds, announcedRound - 1);
    if (last > this.#until) {
      this.#until = last;
      this.#meta.put(KEY, u64Key(last));
    }
    return last;
  }

  /** The first round whose block may announce an epoch: it begins beyond all leases. */
  get firstAnnouncing(): number {
    return this.#until - this.#ports.network.epoch.leaseRounds;
  }
}
