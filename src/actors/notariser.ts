// Hands a shard's committed headers to the MerkleChain, with the proofs of chains that they created, and keeps how far
// they are notarised: what makes transactions FINAL.
import { jointHeaderCodec } from "../protocol/blocks/joint-header.ts";
import { certificateCodec } from "../protocol/consensus/messages.ts";
import { ROOT_CHAIN } from "../protocol/ledger/chain-id.ts";
import { RegistryProofs } from "./created-chains.ts";
import type { Network } from "./network.ts";
import type { CreatedChain, NotariseRequest, PeerAnswer } from "./peers.ts";
import type { Replica } from "./replica.ts";
import type { StoredProgress } from "./shard-progress.ts";

// What one call carries: the rest goes with the next.
const HEADERS_A_CALL = 32;
// A silent MerkleChain is asked after half a round, then ever less often, up to about a minute.
const RETRY_DOUBLINGS_MAX = 8;

export class Notariser {
  readonly #network: Network;
  readonly #replica: Replica;
  readonly #progress: StoredProgress;
  readonly #registry: RegistryProofs;
  /** When the MerkleChain was asked last without having gained since. */
  #askedMs: number | null = null;
  /** Answers without gain in a row. */
  #failures = 0;

  constructor(network: Network, replica: Replica, progress: StoredProgress) {
    this.#network = network;
    this.#replica = replica;
    this.#progress = progress;
    this.#registry = new RegistryProofs(replica, network);
    this.executed();
  }

  /** When to ask next; null with nothing to notarise. */
  nextMs(nowMs: number): number | null {
    if (!this.#hasWork()) return null;
    return this.#askedMs === null ? nowMs : this.#askedMs + this.#retryMs();
  }

  /** The state has changed: proofs of new tokens are taken while their root is the present one. */
  executed(): void {
    this.#registry.capture(this.#progress.value.directoryChains);
  }

  /** What to ask the MerkleChain; null with nothing to notarise, or while an answer is awaited. */
  ask(nowMs: number): NotariseRequest | null {
    if (this.#askedMs !== null && nowMs < this.#askedMs + this.#retryMs()) return null;
    const { notarisedRound } = this.#progress.value;
    const rounds = this.#replica.blocks.roundsAfter(notarisedRound, HEADERS_A_CALL);
    // More tokens than one call takes, or proofs lost with a restart: T0's newest header may prove them, notarised or not.
    const provers = this.#registry.waiting ? [this.#replica.headerRound(ROOT_CHAIN)] : [];
    const headers: NotariseRequest["headers"][number][] = [];
    const createdChains: CreatedChain[] = [];
    for (const round of [...provers.filter((one) => one <= notarisedRound), ...rounds]) {
      const committed = this.#replica.blocks.header(round);
      if (committed === undefined) continue;
      const { header, certificate } = committed;
      createdChains.push(...this.#registry.provenBy(committed));
      if (round <= notarisedRound) continue;
      headers.push({
        header: jointHeaderCodec.encode(header),
        certificate: certificateCodec.encode(certificate),
      });
    }
    if (headers.length === 0 && createdChains.length === 0) return null;
    this.#askedMs = nowMs;
    return { kind: "notarise", shard: this.#replica.shard, headers, createdChains };
  }

  /** Whether there is more to ask at once.: a notarised header of round h makes everything up to h-k FINAL. */
  answered(nowMs: number, answer: PeerAnswer | null): boolean {
    const { notarisedRound, finalRound, directoryChains } = this.#progress.value;
    const gained =
      answer?.kind === "notarised" &&
      (answer.round > notarisedRound || answer.chains > directoryChains);
    // Nothing gained: asked again, but not at once.
    this.#askedMs = gained ? null : nowMs;
    this.#failures = gained ? 0 : Math.min(this.#failures + 1, RETRY_DOUBLINGS_MAX);
    if (!gained) return false;
    this.#progress.update({
      notarisedRound: Math.max(notarisedRound, answer.round),
      directoryChains: Math.max(directoryChains, answer.chains),
      finalRound: Math.max(finalRound, answer.round - this.#network.k),
    });
    this.executed();
    return this.#hasWork();
  }

  /** Headers of which the MerkleChain does not know, or tokens once a header carries their root. */
  #hasWork(): boolean {
    if (this.#replica.head.round > this.#progress.value.notarisedRound) return true;
    return this.#registry.waiting && this.#replica.nextRootDue() === null;
  }

  #retryMs(): number {
    return (this.#network.epoch.roundMs / 2) * 2 ** this.#failures;
  }
}
