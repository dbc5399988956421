// Reports a shard's committed headers to the MerkleChain, with the proofs of chains that they created, and keeps how far
// they are notarised: what makes transactions FINAL.
import type { CreatedChain } from "../protocol/blocks/created-chain.ts";
import { jointHeaderCodec } from "../protocol/blocks/joint-header.ts";
import { certificateCodec } from "../protocol/consensus/messages.ts";
import { ROOT_CHAIN } from "../protocol/ledger/chain-id.ts";
import { RegistryProofs } from "./created-chains.ts";
import type { Network } from "./network.ts";
import type { NotariseRequest, PeerAnswer } from "./peers.ts";
import type { Replica } from "./replica.ts";
import type { StoredProgress } from "./shard-progress.ts";
import type { VoidHeaders } from "./void-headers.ts";

// What one call carries: the rest goes with the next.
const HEADERS_A_CALL = 32;
// A silent MerkleChain is asked after half a round, then ever less often, up to a minute.
const RETRY_DOUBLINGS_MAX = 16;
const RETRY_MS_MAX = 60_000;
// What is reported waits for the MerkleChain's next block, which it tells the shard of: asked for only if that takes longer, in rounds.
const REPORTED_PATIENCE_ROUNDS = 4;

type Notarised = Pick<Extract<PeerAnswer, { kind: "reported" }>, "round" | "chains">;

export class Notariser {
  readonly #network: Network;
  readonly #replica: Replica;
  readonly #progress: StoredProgress;
  readonly #registry: RegistryProofs;
  readonly #voided: VoidHeaders;
  /** When the MerkleChain was asked last without having gained since. */
  #askedMs: number | null = null;
  /** Answers without gain in a row. */
  #failures = 0;
  /** The MerkleChain has the headers up to this round, notarised or to come. */
  #reportedRound = 0;
  /** All was reported when it answered last. */
  #waitsForBlock = false;

  constructor(network: Network, replica: Replica, progress: StoredProgress, voided: VoidHeaders) {
    this.#network = network;
    this.#replica = replica;
    this.#progress = progress;
    this.#registry = new RegistryProofs(replica, network);
    this.#voided = voided;
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

  /** The shard has committed a block, or found a void one: it is reported at once, however long those before it wait for theirs. */
  hasNews(): void {
    if (this.#waitsForBlock) this.#askedMs = null;
  }

  /** What to report to the MerkleChain; null with nothing to notarise, or while an answer is awaited. */
  ask(nowMs: number): NotariseRequest | null {
    if (this.#askedMs !== null && nowMs < this.#askedMs + this.#retryMs()) return null;
    const { notarisedRound } = this.#progress.value;
    // Asked in vain, it may have forgotten what it was told.
    const from =
      this.#askedMs === null ? Math.max(notarisedRound, this.#reportedRound) : notarisedRound;
    const rounds = this.#replica.blocks.roundsAfter(from, HEADERS_A_CALL);
    // More tokens than one call takes, or proofs lost with a restart: T0's newest header may prove them, notarised or not.
    const provers = this.#registry.waiting ? [this.#replica.headerRound(ROOT_CHAIN)] : [];
    const headers: NotariseRequest["headers"][number][] = [];
    const createdChains: CreatedChain[] = [];
    for (const round of [...provers.filter((one) => one <= from), ...rounds]) {
      const committed = this.#replica.blocks.header(round);
      if (committed === undefined) continue;
      const { header, certificate } = committed;
      createdChains.push(...this.#registry.provenBy(committed));
      if (round <= from) continue;
      headers.push({
        header: jointHeaderCodec.encode(header),
        certificate: certificateCodec.encode(certificate),
      });
    }
    const voided = this.#voided.waiting;
    if (headers.length + createdChains.length + voided.length === 0) return null;
    this.#askedMs = nowMs;
    this.#waitsForBlock = false;
    return { kind: "notarise", shard: this.#replica.shard, headers, voided, createdChains };
  }

  /** Whether there is more to report at once. */
  answered(nowMs: number, { voided }: NotariseRequest, answer: PeerAnswer | null): boolean {
    if (answer?.kind === "reported") this.#voided.reported(voided);
    const before = this.#reportedRound;
    const gained = answer?.kind === "reported" && this.notarised(answer);
    if (answer?.kind === "reported") this.#reportedRound = answer.reportedRound;
    const isNews = gained || this.#reportedRound > before;
    this.#failures = isNews ? 0 : Math.min(this.#failures + 1, RETRY_DOUBLINGS_MAX);
    // Nothing gained, or all reported: asked again, but not at once.
    const isMore = isNews && !this.#isReported && this.#hasWork();
    this.#askedMs = isMore ? null : nowMs;
    this.#waitsForBlock = this.#isReported;
    return isMore;
  }

  /** a notarised header of round h makes everything up to h-k FINAL. Whether anything is new. */
  notarised({ round, chains }: Notarised): boolean {
    const { notarisedRound, finalRound, directoryChains } = this.#progress.value;
    if (round <= notarisedRound && chains <= directoryChains) return false;
    this.#progress.update({
      notarisedRound: Math.max(notarisedRound, round),
      directoryChains: Math.max(directoryChains, chains),
      finalRound: Math.max(finalRound, round - this.#network.k),
    });
    this.#failures = 0;
    this.executed();
    return true;
  }

  /** Headers of which the MerkleChain does not know, or tokens once a header carries their root. */
  #hasWork(): boolean {
    if (this.#replica.head.round > this.#progress.value.notarisedRound) return true;
    if (this.#voided.waiting.length > 0) return true;
    return this.#registry.waiting && this.#replica.nextRootDue() === null;
  }

  /** Whether the MerkleChain has every header, notarised or to come. */
  get #isReported(): boolean {
    return this.#reportedRound >= this.#replica.head.round;
  }

  #retryMs(): number {
    const { roundMs } = this.#network.epoch;
    const firstMs = this.#isReported ? REPORTED_PATIENCE_ROUNDS * roundMs : roundMs / 2;
    return Math.min(firstMs * 2 ** this.#failures, RETRY_MS_MAX);
  }
}
