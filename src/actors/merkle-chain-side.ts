// The MerkleChain as a voter on T0's duty has it (R-7.1): its own replica of the log's state, which follows block by block.
import type { MerkleChainPart } from "../protocol/blocks/joint-header.ts";
import {
  type MerkleChainBody,
  merkleChainBodyCodec,
} from "../protocol/blocks/merkle-chain-body.ts";
import type { MerkleChainState } from "../protocol/blocks/merkle-chain-state.ts";
import { certifiedBlockCodec } from "../protocol/blocks/shard-block.ts";
import type { CertifiedParts } from "./certified-parts.ts";
import type { ConsensusInstance } from "./consensus-instance.ts";
import { MerkleChainReplica } from "./merkle-chain-replica.ts";
import { Party, type PartyPorts } from "./party.ts";
import type { OpenPartRequest } from "./peers.ts";
import type { Log, Store } from "./ports.ts";

/** whether the MerkleChain's block says that the announced epoch lapsed. */
export const isLapse = (body: MerkleChainBody | null): boolean =>
  body?.block.epochChange?.kind === "lapsed";

export interface MerkleChainSidePorts extends PartyPorts {
  readonly store: Store;
  readonly log: Log;
}

export class MerkleChainSide extends Party {
  readonly replica: MerkleChainReplica;
  readonly #ports: MerkleChainSidePorts;
  readonly #set: number;

  constructor(ports: MerkleChainSidePorts, set: number) {
    super(ports, { kind: "merkleChain" });
    this.#ports = ports;
    this.#set = set;
    this.replica = new MerkleChainReplica(ports.store, ports.network);
  }

  override get headRound(): number {
    return this.replica.head.round;
  }

  override get dutyShard(): number {
    return this.#ports.network.rootShard;
  }

  /** What the MerkleChain opened the round with; null for what nobody can read. */
  bodyOf({ body }: OpenPartRequest): MerkleChainBody | null {
    const decoded = merkleChainBodyCodec.decode(body);
    return decoded.ok ? decoded.value : null;
  }

  override isLapse(opening: OpenPartRequest): boolean {
    return isLapse(this.bodyOf(opening));
  }

  /** the state behind the part; null, with the reason in the log, for one that no seat of this voter votes for. */
  check(
    round: number,
    part: MerkleChainPart,
    body: MerkleChainBody,
    areChecked = false,
  ): MerkleChainState | null {
    const judged = this.replica.judge(round, part, body, areChecked);
    if (judged.ok) return judged.value;
    this.#ports.log.write("part refused", { set: this.#set, round, refusal: judged.refusal });
    return null;
  }

  override partIn(parts: CertifiedParts): Uint8Array | null {
    return parts.encodedFor("merkleChain");
  }

  override handOver(parts: CertifiedParts): void {
    const certifiedBlock = this.partIn(parts);
    if (certifiedBlock === null) return;
    this.call({ kind: "commit", set: this.#set, certifiedBlock, partnerBlock: null });
  }

  override commit(instance: ConsensusInstance, value: Uint8Array): boolean {
    const committed = instance.partToCommit(value);
    if (committed === null) return false;
    this.replica.commit(committed.certified, committed.next);
    return true;
  }

  protected override follow(bytes: Uint8Array): boolean {
    const decoded = certifiedBlockCodec.decode(bytes);
    if (!decoded.ok) return false;
    const { header, merkleChain: body } = decoded.value.block;
    const { round, merkleChain: part } = header;
    if (round <= this.headRound) return true;
    this.#ports.lease.heardOf(header.epoch);
    if (part === null || body === null || !this.replica.isBodyOf(part, body)) return false;
    if (!this.replica.isCertified(decoded.value)) return false;
    // The certificates of the headers were checked by the quorum that certified the part.
    const next = this.check(round, part, body, true);
    if (next === null) return false;
    this.replica.commit(decoded.value, next);
    return true;
  }
}
