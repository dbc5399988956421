// The epochs of a network, one behind the other: which of them has a round, and what follows from that: when the round begins,
// and who is at work in it. What is not known yet is taken to go on as it is; whoever acts on that needs a lease.
import { invariant } from "../assert.ts";
import { toHex } from "../encoding/bytes.ts";
import { ROOT_CHAIN } from "../ledger/chain-id.ts";
import {
  type Epoch,
  type EpochRecord,
  openableRound,
  roundAt,
  roundStartMs,
  type SetEntry,
  type ValidatorSetRecord,
} from "./epoch.ts";
import { type Seat, SeatLists, seatListCodec, seatListHash } from "./seat-lists.ts";
import { type Duty, Timetable } from "./timetable.ts";

/** The record of the epoch that has the round, for a round before those in memory; undefined for one of epoch 0. */
export type OlderEpochs = (round: number) => EpochRecord | undefined;

const OLDER_KEPT = 4;

export class Epochs {
  readonly #genesis: Epoch;
  readonly #older: OlderEpochs;
  /** Ascending, without a gap; the last is the newest that is known. */
  readonly #recent: Epoch[];
  /** What was looked up last of those before. */
  readonly #lookedUp: Epoch[] = [];
  readonly #timetables = new WeakMap<Epoch, Timetable>();
  /** By chain: its shard. */
  readonly #places = new WeakMap<Epoch, ReadonlyMap<number, number>>();
  readonly #seats: SeatLists;
  /** The sets of records, each made once: what was parsed of one holds in other epochs. */
  readonly #sets = new Map<string, ValidatorSetRecord>();

  /** `newest`: the newest known record, where `older` has those before it. `seats`: the lists that records name, without those of genesis. */
  constructor(
    genesis: Epoch,
    newest?: EpochRecord,
    older: OlderEpochs = () => undefined,
    seats: SeatLists = new SeatLists(),
  ) {
    this.#genesis = genesis;
    this.#older = older;
    this.#seats = seats;
    this.#recent = [newest === undefined ? genesis : this.#epochOf(newest)];
  }

  /** The lists of seats that are known. Those of the genesis record are among them as soon as another epoch has sets of its own. */
  get seats(): SeatLists {
    this.#knowGenesis();
    return this.#seats;
  }

  /** The newest that is known: its activation may be to come. */
  get latest(): Epoch {
    return this.#recent.at(-1) as Epoch;
  }

  /** Takes the next one over; a known one changes nothing. */
  follow(record: EpochRecord): void {
    const { latest } = this;
    if (record.epoch <= latest.epoch) return;
    const isNext =
      record.epoch === latest.epoch + 1 && record.activationRound > latest.activationRound;
    invariant(isNext, "R-3.7 An epoch that does not follow", { epoch: record.epoch });
    this.#recent.push(this.#epochOf(record));
    // What is long over need not stay, where it can be looked up.
    if (this.#recent.length > OLDER_KEPT && this.#older(record.activationRound - 1) !== undefined)
      this.#recent.shift();
  }

  /** The newest and, behind it, the one that this record would make; nobody else knows of it. */
  ahead(record: EpochRecord, seats: readonly (readonly Seat[])[]): Epochs {
    const lists = new SeatLists({ get: (hash) => encoded(this.seats.get(hash)), put: () => {} });
    for (const list of seats) lists.add(list);
    return new Epochs(this.latest, record, () => undefined, lists);
  }

  /** Forgets those behind this one; undefined: all but epoch 0. */
  rewind(newest: EpochRecord | undefined): void {
    this.#seats.forget();
    this.#sets.clear();
    const epoch = newest?.epoch ?? this.#genesis.epoch;
    while (this.latest.epoch > epoch && this.#recent.length > 1) this.#recent.pop();
    if (this.latest.epoch > epoch)
      this.#recent[0] = newest === undefined ? this.#genesis : this.#epochOf(newest);
  }

  /** The epoch of a round. */
  at(round: number): Epoch {
    const found = this.#recent.findLast(({ activationRound }) => activationRound <= round);
    if (found !== undefined) return found;
    if (round < (this.#recent[0] as Epoch).activationRound) return this.#lookUp(round);
    return this.#genesis;
  }

  /** The epoch of a moment. */
  atMs(nowMs: number): Epoch {
    const found = this.#recent.findLast(({ activationTimeMs }) => activationTimeMs <= nowMs);
    if (found !== undefined) return found;
    let epoch = this.#recent[0] as Epoch;
    while (epoch.activationTimeMs > nowMs && epoch.epoch > this.#genesis.epoch)
      epoch = this.at(epoch.activationRound - 1);
    return epoch;
  }

  timetableOf(epoch: Epoch): Timetable {
    const known = this.#timetables.get(epoch);
    if (known !== undefined) return known;
    const timetable = new Timetable(epoch);
    this.#timetables.set(epoch, timetable);
    return timetable;
  }

  /** who is at work for the shard in the round. */
  dutyOf(shard: number, round: number): Duty {
    return this.timetableOf(this.at(round)).dutyOf(shard, round);
  }

  /** everybody at work in the round. Costs O(shards). */
  dutiesIn(round: number): readonly Duty[] {
    return this.timetableOf(this.at(round)).dutiesIn(round);
  }

  /** The shard that has the chain in the round. Chains that the epoch does not list live on T0's (R-2.10). */
  shardOf(chain: number, round: number): number {
    const epoch = this.at(round);
    const known = this.#places.get(epoch);
    if (known !== undefined) return known.get(chain) ?? (known.get(ROOT_CHAIN) as number);
    const places = new Map(
      epoch.shards.flatMap(({ shard, chains }) => chains.map((one) => [one, shard] as const)),
    );
    invariant(places.has(ROOT_CHAIN), "R-7.1 An epoch without T0", { epoch: epoch.epoch });
    this.#places.set(epoch, places);
    return this.shardOf(chain, round);
  }

  /** the first round, not before `from`, in which one set sees both shards, by the epochs that are known. For rounds to come. */
  nextMeeting(a: number, b: number, from: number): number {
    const epoch = this.at(from);
    const round = this.timetableOf(epoch).nextMeeting(a, b, from);
    const next = this.#recent.find(
      ({ activationRound }) => activationRound > epoch.activationRound,
    );
    if (next === undefined || round < next.activationRound) return round;
    return this.nextMeeting(a, b, next.activationRound);
  }

  /** the round that `nowMs` lies in; the first one before the network's time has come. */
  roundAt(nowMs: number): number {
    return roundAt(this.atMs(nowMs), nowMs);
  }

  /** the first round that a shard can open at `nowMs` or later: the present one, but for its end. */
  openableRound(nowMs: number): number {
    return openableRound(this.atMs(nowMs), nowMs);
  }

  /** When a round begins, in milliseconds since 1970. */
  roundStartMs(round: number): number {
    return roundStartMs(this.at(round), round);
  }

  /** When a shard closes the round if it has not decided it: one roundMs after its end. */
  roundCloseMs(round: number): number {
    return this.roundStartMs(round + 1) + this.at(round).roundMs;
  }

  #epochOf(record: EpochRecord): Epoch {
    const { topology } = record;
    if (topology === null) return { ...this.#genesis, ...record };
    const sets = topology.sets.map((entry) => this.#setOf(entry));
    return { ...this.#genesis, ...record, shards: topology.shards, sets };
  }

  #setOf({ set, shards, seatsHash }: SetEntry): ValidatorSetRecord {
    this.#knowGenesis();
    const known = this.#sets.get(keyOf(set, shards, seatsHash));
    if (known !== undefined) return known;
    const seats = this.#seats.get(seatsHash);
    invariant(seats !== undefined, "R-3.7 A set whose seats nobody showed", { set });
    const record = { set, shards, seats };
    this.#sets.set(keyOf(set, shards, seatsHash), record);
    return record;
  }

  /** The hashes of its sets cost something, and without other sets nobody needs them. */
  #knowGenesis(): void {
    if (this.#sets.size > 0) return;
    for (const record of this.#genesis.sets) {
      const { set, shards, seats } = record;
      this.#seats.know(seats);
      this.#sets.set(keyOf(set, shards, seatListHash(seats)), record);
    }
  }

  #lookUp(round: number): Epoch {
    const record = this.#older(round);
    if (record === undefined) return this.#genesis;
    const known = this.#lookedUp.find(({ epoch }) => epoch === record.epoch);
    if (known !== undefined) return known;
    const epoch = this.#epochOf(record);
    this.#lookedUp.push(epoch);
    if (this.#lookedUp.length > OLDER_KEPT) this.#lookedUp.shift();
    return epoch;
  }
}

const encoded = (seats: readonly Seat[] | undefined): Uint8Array | undefined =>
  seats === undefined ? undefined : seatListCodec.encode(seats);

const keyOf = (set: number, shards: readonly number[], seatsHash: Uint8Array): string =>
  `${set} ${shards.join()} ${toHex(seatsHash)}`;
