// The certified headers that a shard did not commit, for the MerkleChain's record: above all those whose certificate came
// only after the shard had closed the round, by which the network finds its rounds too short.
import { jointHeaderCodec, jointHeaderHash } from "../protocol/blocks/joint-header.ts";
import type { CertifiedHeader } from "../protocol/blocks/merkle-chain-body.ts";
import { certificateCodec } from "../protocol/consensus/messages.ts";
import type { Network } from "./network.ts";
import type { ReportedVoid } from "./peers.ts";

// Rounds of which it is remembered how they ended; what is later than that counts for nothing.
const ROUNDS_KEPT = 16;
// They are a statistic: of more than this between two reports the oldest are left out.
const WAITING_MAX = 16;

export class VoidHeaders {
  readonly #network: Network;
  /** Closed by the clock though there was something for them. */
  readonly #overdue: number[] = [];
  /** Rounds that have theirs. */
  readonly #found: number[] = [];
  #waiting: readonly ReportedVoid[] = [];

  constructor(network: Network) {
    this.#network = network;
  }

  /** Not reported yet. */
  get waiting(): readonly ReportedVoid[] {
    return this.#waiting;
  }

  /** The shard has closed the round by the clock. */
  overdue(round: number): void {
    keep(this.#overdue, round);
  }

  /**
   * A header that the shard does not commit, of the set on duty. `isChecked`: its certificate holds; else that costs a pairing here. Whether
   * it does, and is the first of its round.
   */
  found({ header, certificate }: CertifiedHeader, isChecked: boolean): boolean {
    const { round } = header;
    if (this.#found.includes(round)) return false;
    // Of the others nobody counts how many there were.
    if (!isChecked && !this.#overdue.includes(round)) return false;
    const holds =
      isChecked || this.#network.certifies(certificate, header, jointHeaderHash(header));
    if (!holds) return false;
    keep(this.#found, round);
    const reported = {
      header: jointHeaderCodec.encode(header),
      certificate: certificateCodec.encode(certificate),
      isLate: this.#overdue.includes(round),
    };
    this.#waiting = [...this.#waiting, reported].slice(-WAITING_MAX);
    return true;
  }

  /** The MerkleChain has these. */
  reported(voided: readonly ReportedVoid[]): void {
    this.#waiting = this.#waiting.filter((one) => !voided.includes(one));
  }
}

function keep(rounds: number[], round: number): void {
  rounds.push(round);
  if (rounds.length > ROUNDS_KEPT) rounds.shift();
}
