// A set's replica that is behind its shard: asks for blocks, and takes each over after the checks that a vote for it
// would have needed. Signatures were checked by the quorum that certified it.
import type { FormedShardBlock } from "../protocol/blocks/build-shard-block.ts";
import { jointHeaderHash } from "../protocol/blocks/joint-header.ts";
import { type CertifiedBlock, certifiedBlockCodec } from "../protocol/blocks/shard-block.ts";
import type { VerifiedTransaction } from "../protocol/ledger/unverified.ts";
import { certifiedBody } from "./certified-body.ts";
import type { Findings } from "./findings.ts";
import { judgeCertified } from "./judge-certified.ts";
import { KnownTransactions } from "./known-transactions.ts";
import type { Network } from "./network.ts";
import type { BlocksRequest, PeerAnswer } from "./peers.ts";
import type { Log } from "./ports.ts";
import type { Replica } from "./replica.ts";
import { reasonJson } from "./shard-log.ts";

export interface CatchUpPorts {
  readonly network: Network;
  readonly log: Log;
  readonly findings: Findings;
  readonly replica: Replica;
  /** Executes what can be; whether there was anything. */
  readonly execute: () => boolean;
  /** Makes a checked block the replica's head. */
  readonly extend: (
    certified: CertifiedBlock,
    formed: FormedShardBlock,
    encoded: Uint8Array,
  ) => void;
}

export class CatchUp {
  readonly #ports: CatchUpPorts;
  #askedMs = 0;
  #isAsking = false;
  /** Requests since the shard answered one. */
  #unanswered = 0;

  constructor(ports: CatchUpPorts) {
    this.#ports = ports;
  }

  /** When the shard was asked last; 0 if it never was. */
  get askedMs(): number {
    return this.#askedMs;
  }

  get unanswered(): number {
    return this.#unanswered;
  }

  /** What to ask the shard; null if it was asked less than `patienceMs` ago, and has not answered. */
  ask(nowMs: number, patienceMs: number): BlocksRequest | null {
    if (this.#isAsking && nowMs < this.#askedMs + patienceMs) return null;
    this.#isAsking = true;
    this.#askedMs = nowMs;
    this.#unanswered += 1;
    return { kind: "blocks", afterRound: this.#ports.replica.head.round };
  }

  /** Whether the replica got further. */
  answered(answer: PeerAnswer | null): boolean {
    this.#isAsking = false;
    if (answer?.kind !== "blocks") return false;
    const { replica } = this.#ports;
    const before = replica.head.round;
    answer.certifiedBlocks.every((one) => this.#follow(one));
    // Only progress earns another question at once: useless answers are no better than none.
    const moved = replica.head.round > before;
    if (moved) this.#unanswered = 0;
    return moved;
  }

  /** Whether the next one may follow. */
  #follow(bytes: Uint8Array): boolean {
    const { network, log, findings, replica, execute, extend } = this.#ports;
    const decoded = certifiedBlockCodec.decode(bytes);
    if (!decoded.ok) return false;
    const { block, certificate } = decoded.value;
    const { header } = block;
    const { round } = header;
    if (round <= replica.head.round) return true;
    if (!network.certifies(certificate, header, jointHeaderHash(header))) return false;
    const body = certifiedBody(network, block, replica.shard, KnownTransactions.none);
    if (body === null) return false;
    while (!replica.canJudge(round)) if (!execute()) return false;
    const verified = body.transactions as readonly VerifiedTransaction[];
    const formed = judgeCertified(network, replica, decoded.value, body, verified);
    if (!formed.ok) {
      log.write("committed block refused", { round, refusal: formed.refusal });
      const { shard } = replica;
      findings.add({ shard, round, kind: "block", reason: reasonJson(formed.refusal) });
      return false;
    }
    extend(decoded.value, formed.value, bytes);
    return true;
  }
}
