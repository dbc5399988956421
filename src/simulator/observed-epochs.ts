// The epochs of a run as it goes on, for whoever notes down rounds.
import type { EpochChange } from "../protocol/rounds/epoch-change.ts";
import type { Observation, ObservedEpoch } from "./checkers/observation.ts";
import { BEGINNING_MS } from "./local-clock.ts";

export class ObservedEpochs {
  readonly activatedOnes: ObservedEpoch[] = [];
  /** How many the MerkleChain announced, activated and let lapse; and how many of them changed the length of rounds. */
  readonly changes: Record<string, number> = {
    announced: 0,
    activated: 0,
    lapsed: 0,
    otherPace: 0,
  };
  readonly opened: Observation["opened"][number][] = [];
  readonly #genesisRoundMs: number;

  constructor(genesisRoundMs: number) {
    this.#genesisRoundMs = genesisRoundMs;
  }

  /** A block of the MerkleChain says so. `decidedMs`: when it was committed; null where nobody saw that. */
  changed({ kind, epoch: record }: EpochChange, decidedMs: number | null): void {
    this.changes[kind] = (this.changes[kind] ?? 0) + 1;
    if (kind !== "activated") return;
    const { epoch, activationRound, activationTimeMs, roundMs } = record;
    const before = this.activatedOnes.at(-1)?.roundMs ?? this.#genesisRoundMs;
    if (roundMs !== before) this.changes.otherPace = (this.changes.otherPace ?? 0) + 1;
    const activationMs = activationTimeMs - BEGINNING_MS;
    this.activatedOnes.push({ epoch, activationRound, activationMs, roundMs, decidedMs });
  }

  /** A shard has a round open, in the epoch that it takes it to be of. */
  isOpen(shard: number, epoch: number, round: number): void {
    const known = this.opened.findLast((one) => one.shard === shard);
    if (known?.round !== round) this.opened.push({ shard, epoch, round });
  }

  /** The round of a moment of the run. */
  roundAt(nowMs: number): number {
    const epoch = this.activatedOnes.findLast(({ activationMs }) => activationMs <= nowMs);
    if (epoch === undefined) return Math.floor(nowMs / this.#genesisRoundMs);
    return epoch.activationRound + Math.floor((nowMs - epoch.activationMs) / epoch.roundMs);
  }
}
