// The MerkleChain's log as its object has it, and as every voter on T0's duty does (R-7.1): the head, and the state that the next block
// is judged by. The log itself grows with the object alone.
import {
  type Head,
  type JointHeader,
  jointHeaderHash,
  type MerkleChainPart,
} from "../protocol/blocks/joint-header.ts";
import { merkleChainBlockHash } from "../protocol/blocks/merkle-chain-block.ts";
import {
  type CertifiedHeader,
  certifiedHeaderType,
  judgeMerkleChainBody,
  type MerkleChainBody,
  merkleChainBodyHash,
} from "../protocol/blocks/merkle-chain-body.ts";
import {
  genesisState,
  type MerkleChainState,
  merkleChainStateCodec,
} from "../protocol/blocks/merkle-chain-state.ts";
import type { CertifiedBlock } from "../protocol/blocks/shard-block.ts";
import { type Certificate, certificateCodec } from "../protocol/consensus/messages.ts";
import { equalBytes, utf8 } from "../protocol/encoding/bytes.ts";
import { codec, decodeStored } from "../protocol/encoding/codec.ts";
import { MIB } from "../protocol/limits.ts";
import type { BlockRefusal } from "../protocol/refusal.ts";
import { type Result, refuse } from "../protocol/result.ts";
import type { Epoch, EpochRecord } from "../protocol/rounds/epoch.ts";
import { changeIn, type EpochChange, stillOpen } from "../protocol/rounds/epoch-change.ts";
import { type SplitChange, splitIn } from "../protocol/topology/planned-split.ts";
import type { Network } from "./network.ts";
import type { Store, Table } from "./ports.ts";

const STATE_KEY = utf8("merkle chain state");
const HEAD_KEY = utf8("merkle chain head");

const headCodec = codec<CertifiedHeader>("MerkleChain head", certifiedHeaderType, MIB);

export class MerkleChainReplica {
  readonly #network: Network;
  readonly #meta: Table;
  #state: MerkleChainState;
  /** null before the first block. */
  #newest: CertifiedHeader | null = null;
  #head: Head;

  constructor(store: Store, network: Network) {
    this.#network = network;
    this.#meta = store.table("meta");
    const state = this.#meta.get(STATE_KEY);
    const newest = this.#meta.get(HEAD_KEY);
    this.#head = { round: 0, hash: network.id };
    if (state === undefined || newest === undefined) {
      this.#state = genesisState(network.id, network.genesis);
      return;
    }
    this.#state = decodeStored(merkleChainStateCodec, state);
    this.#newest = decodeStored(headCodec, newest);
    this.#head = headOf(this.#newest.header);
  }

  /** its last committed part, by the joint header around it. */
  get head(): Head {
    return this.#head;
  }

  get state(): MerkleChainState {
    return this.#state;
  }

  /** what a block of the round has to say of epochs; null for nothing. */
  changeIn(round: number): EpochChange | null {
    const { id, genesis } = this.#network;
    return changeIn(id, genesis.epoch, this.#state, round, this.#stillOpen);
  }

  /** the split that a block of the round may announce; null for none. */
  splitIn(round: number): SplitChange | null {
    const { id, genesis } = this.#network;
    return splitIn(id, genesis, this.#epochOf(this.#state.epoch), this.#state, round);
  }

  /** The first round whose block is needed for an epoch, whatever else it says; null while none is. */
  get changeRound(): number | null {
    const { announced, epoch, isUnproven } = this.#state;
    if (isUnproven) return 0;
    // Until all that end with the epoch have closed only a lapse is needed, in its time.
    if (announced !== null) return this.#stillOpen === 0 ? 0 : announced.activationRound;
    return this.changeIn(epoch.activationRound) === null ? null : epoch.activationRound;
  }

  /** What of the body stands in the joint header, on this head. */
  partOf(body: MerkleChainBody): MerkleChainPart {
    return {
      head: this.#head,
      headCertificate: this.#newest?.certificate ?? null,
      blockHash: merkleChainBlockHash(this.#network.id, body.block),
      bodyHash: merkleChainBodyHash(body),
    };
  }

  /** Whether the body is the part's, each byte of it. */
  isBodyOf({ blockHash, bodyHash }: MerkleChainPart, body: MerkleChainBody): boolean {
    return (
      equalBytes(merkleChainBodyHash(body), bodyHash) &&
      equalBytes(merkleChainBlockHash(this.#network.id, body.block), blockHash)
    );
  }

  /** Whether the part names this head. */
  isExtendedBy({ head }: MerkleChainPart): boolean {
    return equalBytes(head.hash, this.#head.hash);
  }

  /**
   * the state behind the part of a joint block of `round`; refuses INVALID_BLOCK. Costs a pairing check a header, unless the
   * certificates need no look: who asks has checked them, or a quorum of those that certified the part.
   */
  judge(
    round: number,
    part: MerkleChainPart,
    body: MerkleChainBody,
    areChecked = false,
  ): Result<MerkleChainState, BlockRefusal> {
    const { head, headCertificate } = part;
    if (!this.isExtendedBy(part) || head.round !== this.#head.round || round <= head.round)
      return refuse({ code: "INVALID_BLOCK", check: "the part extends the MerkleChain's head" });
    if (!this.#certifiesHead(headCertificate))
      return refuse({ code: "INVALID_BLOCK", check: "the MerkleChain's head is certified" });
    const network = this.#network;
    const judge = {
      networkId: network.id,
      genesis: network.genesis,
      epochOf: (record: EpochRecord) => this.#epochOf(record),
      // No shard can close for an epoch yet, and none take another's chains over.
      isReadyFor: () => false,
      certifies: (certificate: Certificate, header: JointHeader, hash: Uint8Array) =>
        areChecked || network.certifies(certificate, header, hash),
    };
    return judgeMerkleChainBody(judge, this.#state, round, body);
  }

  /** R-7.1, R-4.1: whether a quorum of the set on T0's duty stands for the header. Costs one pairing check. */
  isCertified({ block: { header }, certificate }: CertifiedBlock): boolean {
    const { genesis, rootShard } = this.#network;
    const { set, round } = header;
    if (round < genesis.epoch.activationRound) return false;
    if (this.#network.dutyOf(rootShard, round).set !== set) return false;
    return this.#network.certifies(certificate, header, jointHeaderHash(header));
  }

  /** Makes a checked part the head. Durable with the step.: an epoch that it activates is known from here on. */
  commit({ block: { header }, certificate }: CertifiedBlock, next: MerkleChainState): void {
    // The lists that an announced split names follow from the log as it is now; its activation needs them.
    if (next.announced !== null && this.#state.announced === null)
      for (const list of this.splitIn(header.round)?.seats ?? [])
        this.#network.epochs.seats.add(list);
    this.#state = next;
    this.#network.follow(next.epoch, []);
    this.#newest = { header, certificate };
    this.#head = headOf(header);
    this.#meta.put(STATE_KEY, merkleChainStateCodec.encode(next));
    this.#meta.put(HEAD_KEY, headCodec.encode(this.#newest));
  }

  #epochOf({ activationRound }: EpochRecord): Epoch {
    return this.#network.epochs.at(activationRound);
  }

  get #stillOpen(): number {
    return stillOpen(this.#epochOf(this.#state.epoch), this.#state).length;
  }

  /** whose votes a certificate counts differs from voter to voter; any quorum's is one of the head. */
  #certifiesHead(certificate: Certificate | null): boolean {
    const newest = this.#newest;
    if (newest === null || certificate === null) return newest === null && certificate === null;
    const own = certificateCodec.encode(newest.certificate);
    if (equalBytes(certificateCodec.encode(certificate), own)) return true;
    return this.#network.certifies(certificate, newest.header, this.#head.hash);
  }
}

const headOf = (header: JointHeader): Head => ({
  round: header.round,
  hash: jointHeaderHash(header),
});
