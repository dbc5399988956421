// What the gateway knows of its network: the genesis record, asked for once and kept, the epochs under a lease of the MerkleChain
// and the clock. Requests share it: plain values only, and no promise of another request's call.

import type { GatewayLease, NetworkInfo } from "../actors/rpc.ts";
import type { Env } from "../env.ts";
import { toHex } from "../protocol/encoding/bytes.ts";
import { decodeStored } from "../protocol/encoding/codec.ts";
import { parseNetworkConfig } from "../protocol/genesis/network-config.ts";
import {
  type Epoch,
  type EpochRecord,
  type Genesis,
  genesisCodec,
  genesisHash,
} from "../protocol/rounds/epoch.ts";
import { Epochs } from "../protocol/rounds/epochs.ts";
import { LEASE_AHEAD_ROUNDS, TIMETABLE_ROUNDS_MAX } from "./limits.ts";
import type { Peers } from "./peers.ts";

interface SeatPlace {
  readonly set: number;
  readonly index: number;
}

/** By the public key in hex. */
type SeatPlaces = ReadonlyMap<string, readonly SeatPlace[]>;

function placesOf(sets: Epoch["sets"]): SeatPlaces {
  const places = new Map<string, SeatPlace[]>();
  for (const { set, seats } of sets) {
    for (const [index, { publicKey }] of seats.entries()) {
      const key = toHex(publicKey);
      const known = places.get(key);
      if (known === undefined) places.set(key, [{ set, index }]);
      else known.push({ set, index });
    }
  }
  return places;
}

/** Epochs one behind the other. */
interface Span {
  readonly records: readonly EpochRecord[];
  readonly epochs: Epochs;
}

export class NetworkFacts {
  readonly id: Uint8Array;
  readonly genesisBytes: Uint8Array;
  readonly genesis: Genesis;
  readonly clock: "live" | "manual";
  #newest: Span;
  /** Of those that were looked up. */
  #older: Span | null = null;
  #lastRound: number;
  #askedMs = Number.NEGATIVE_INFINITY;
  #seats: { readonly sets: Epoch["sets"]; readonly places: SeatPlaces } = {
    sets: [],
    places: new Map(),
  };

  constructor({ genesisBytes, epochs, lastRound }: NetworkInfo, env: Env) {
    this.id = genesisHash(genesisBytes);
    this.genesisBytes = genesisBytes;
    this.genesis = decodeStored(genesisCodec, genesisBytes);
    this.clock = parseNetworkConfig(env.NETWORK).clock;
    this.#newest = this.#spanOf(epochs);
    this.#lastRound = lastRound;
  }

  /** The newest ones: not those of long ago, which `epochsFrom` finds. */
  get epochs(): Epochs {
    return this.#newest.epochs;
  }

  /** Up to this round no other epoch begins than those that are known. */
  get lastRound(): number {
    return this.#lastRound;
  }

  /** Whether a request has to ask for a new lease before it goes on. */
  needsLease(): boolean {
    // Where the MerkleChain has the clock, nobody else knows how far it is.
    if (this.clock === "manual") return true;
    const nowMs = Date.now();
    const left = this.#lastRound - this.epochs.roundAt(nowMs);
    if (left >= LEASE_AHEAD_ROUNDS) return false;
    // One request asks ahead, so that the others need not wait.
    const isAsked = nowMs < this.#askedMs + this.epochs.atMs(nowMs).roundMs;
    if (left >= 0 && isAsked) return false;
    this.#askedMs = nowMs;
    return true;
  }

  /** Answers the MerkleChain's time. */
  async renew(peers: Peers): Promise<number> {
    const lease = await peers.merkleChain.lease();
    this.#take(lease);
    return lease.nowMs;
  }

  /**
   * Epochs that tell the round and a page of the timetable behind it rightly, however long ago that is: a page of epochs has more
   * rounds, since each has more than a lease.
   */
  async epochsFrom(round: number, peers: Peers): Promise<Epochs> {
    if (round >= firstRound(this.#newest)) return this.epochs;
    if (this.#older === null || !covers(this.#older, round)) {
      this.#older = this.#spanOf(await peers.merkleChain.epochsFrom({ round }));
    }
    return this.#older.epochs;
  }

  /** The same of a round that has been: a stream can be open for longer than a lease. */
  async epochsOfPast(round: number, peers: Peers): Promise<Epochs> {
    if (round > this.#lastRound) await this.renew(peers);
    return this.epochsFrom(round, peers);
  }

  /** null for a number that no epoch has yet. */
  async epochNumbered(number: number, peers: Peers): Promise<Epoch | null> {
    const { records } = this.#newest;
    if (number < this.genesis.epoch.epoch || number > this.epochs.latest.epoch) return null;
    const isOlder = number < (records[0] as EpochRecord).epoch;
    const [oldest] = isOlder ? await peers.merkleChain.epochsFrom({ number }) : [];
    const record = oldest ?? records.find(({ epoch }) => epoch === number);
    return record === undefined ? null : this.epochOf(record);
  }

  /** The whole of an epoch: what its record does not change is as at genesis. */
  epochOf(record: EpochRecord): Epoch {
    return { ...this.genesis.epoch, ...record };
  }

  /** where a validator with this key, in hex, sits in the newest epoch. */
  seatsOf(publicKeyHex: string): readonly SeatPlace[] {
    const { sets } = this.epochs.latest;
    // Made once an epoch: the largest network has 9,646 seats.
    if (this.#seats.sets !== sets) this.#seats = { sets, places: placesOf(sets) };
    return this.#seats.places.get(publicKeyHex) ?? [];
  }

  /** Answers may overtake each other on their way: an older one changes nothing. */
  #take({ epochs, lastRound }: GatewayLease): void {
    const newest = epochs.at(-1)?.epoch ?? 0;
    if (newest > this.epochs.latest.epoch) this.#newest = this.#spanOf(epochs);
    this.#lastRound = Math.max(this.#lastRound, lastRound);
  }

  #spanOf(records: readonly EpochRecord[]): Span {
    const epochs = new Epochs(this.genesis.epoch, records[0]);
    for (const record of records) epochs.follow(record);
    return { records, epochs };
  }
}

const firstRound = ({ records }: Span): number => records[0]?.activationRound ?? 0;

/** What the last of them has is not known: how long it goes on. */
const covers = (span: Span, round: number): boolean =>
  firstRound(span) <= round &&
  round + TIMETABLE_ROUNDS_MAX <= (span.records.at(-1)?.activationRound ?? 0);

/**
 * The network's time in ms since 1970. A manual clock stands where the MerkleChain's object has it.
 */
export async function nowMs(network: NetworkFacts, peers: Peers): Promise<number> {
  return network.clock === "live" ? Date.now() : network.renew(peers);
}

/** The round of that time. */
export async function presentRound(network: NetworkFacts, peers: Peers): Promise<number> {
  const timeMs = await nowMs(network, peers);
  return network.epochs.roundAt(timeMs);
}
