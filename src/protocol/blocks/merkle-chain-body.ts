// The MerkleChain's part of a joint block with all that a voter needs to check it by itself: what the block says of headers and
// chains follows from these bytes and from the state that the blocks before it left.
import { type Certificate, certificateType } from "../consensus/messages.ts";
import { sha256 } from "../crypto/sha256.ts";
import { equalBytes, toHex } from "../encoding/bytes.ts";
import { codec, list, struct } from "../encoding/codec.ts";
import { ROOT_CHAIN } from "../ledger/chain-id.ts";
import { chainRecordCodec } from "../ledger/chain-record.ts";
import { MERKLE_CHAIN_BLOCK_ENTRIES_MAX, MERKLE_CHAIN_BODY_BYTES_MAX } from "../limits.ts";
import type { BlockRefusal } from "../refusal.ts";
import { accept, type Result, refuse } from "../result.ts";
import type { Epoch, EpochRecord, Genesis } from "../rounds/epoch.ts";
import {
  type Closing,
  changeIn,
  type EpochChange,
  type EpochState,
  epochChangeType,
  stillOpen,
} from "../rounds/epoch-change.ts";
import { counted, PACE_START } from "../rounds/pace.ts";
import { splitIn } from "../topology/planned-split.ts";
import { saturationType } from "../topology/saturation.ts";
import { type CreatedChain, createdChainType, verifyCreatedChain } from "./created-chain.ts";
import { headsInEpoch } from "./heads-in-epoch.ts";
import { type Head, type JointHeader, jointHeaderHash, jointHeaderType } from "./joint-header.ts";
import {
  type MerkleChainBlock,
  merkleChainBlockHash,
  merkleChainBlockType,
  type NotarisedHeader,
  type ReportedHeader,
} from "./merkle-chain-block.ts";
import {
  headBehind,
  type MerkleChainState,
  type ShardHead,
  saturationContext,
} from "./merkle-chain-state.ts";

export interface CertifiedHeader {
  readonly header: JointHeader;
  readonly certificate: Certificate;
}

export interface MerkleChainBody {
  readonly block: MerkleChainBlock;
  /** Those that the block notarises or records as void, or under which a chain is proven; each once. */
  readonly headers: readonly CertifiedHeader[];
  /** In the order of the block's chains. */
  readonly createdChains: readonly CreatedChain[];
}

export const certifiedHeaderType = struct<CertifiedHeader>("CertifiedHeader", {
  header: jointHeaderType,
  certificate: certificateType,
});

export const merkleChainBodyType = struct<MerkleChainBody>("MerkleChainBody", {
  block: merkleChainBlockType,
  headers: list(certifiedHeaderType, 3 * MERKLE_CHAIN_BLOCK_ENTRIES_MAX),
  createdChains: list(createdChainType, MERKLE_CHAIN_BLOCK_ENTRIES_MAX),
});

export const merkleChainBodyCodec = codec<MerkleChainBody>(
  "MerkleChain body",
  merkleChainBodyType,
  MERKLE_CHAIN_BODY_BYTES_MAX,
);

export const merkleChainBodyHash = (body: MerkleChainBody): Uint8Array =>
  sha256(merkleChainBodyCodec.encode(body));

/** What judging a body asks of the network. */
export interface MerkleChainJudge {
  readonly networkId: Uint8Array;
  readonly genesis: Genesis;
  /** The whole of an epoch that is activated by the log, or epoch 0. */
  epochOf(record: EpochRecord): Epoch;
  /**
   * Whether those who end with the epoch before can close, and those who take over have what they need, as far as this voter sees. Without
   * that nobody may announce it: a closing record is not signed, and what a shard commits behind one would be lost.
   */
  isReadyFor(record: EpochRecord): boolean;
  /** */
  certifies(certificate: Certificate, header: JointHeader, hash: Uint8Array): boolean;
}

/** The state behind the body's block in a joint block of `round`; refuses INVALID_BLOCK. Costs a pairing check a header. */
export function judgeMerkleChainBody(
  judge: MerkleChainJudge,
  state: MerkleChainState,
  round: number,
  body: MerkleChainBody,
): Result<MerkleChainState, BlockRefusal> {
  const { block, headers, createdChains } = body;
  const { networkId } = judge;
  const invalid = (check: string): Result<never, BlockRefusal> =>
    refuse({ code: "INVALID_BLOCK", check });
  if (block.number !== state.number + 1) return invalid("the MerkleChain's blocks are counted");
  if (block.round !== round) return invalid("the MerkleChain's block is of this round");
  if (!equalBytes(block.parent, state.blockHash))
    return invalid("the MerkleChain's block names the one before");
  const present = judge.epochOf(state.epoch);
  const { notarised: headersOf, voided, closings } = block;
  const closed = { ...state, closings: [...state.closings, ...closings] };
  const open = stillOpen(present, closed).length;
  const change = changeIn(networkId, judge.genesis.epoch, state, round, open);
  const isSaid = isChange(block.epochChange, change);
  if (!isSaid && !(change === null && isPlanned(judge, state, round, block.epochChange)))
    return invalid("the MerkleChain's block says of epochs what follows from the log");
  const entries = headersOf.length + voided.length + block.createdChains.length + closings.length;
  // Behind one that activates an epoch the next shows that it is committed, by being there.
  if (entries === 0 && block.epochChange === null && !state.isUnproven)
    return invalid("the MerkleChain's block says something");
  const byHash = new Map<string, JointHeader>();
  const listed = new Set(
    [...block.notarised, ...block.voided].map(({ headerHash }) => toHex(headerHash)),
  );
  const provers = new Set(createdChains.map((one) => one.round));
  for (const { header, certificate } of headers) {
    const hash = jointHeaderHash(header);
    // Each costs a pairing: there are none but those that are needed.
    if (!listed.has(toHex(hash)) && !provers.has(header.round))
      return invalid("each header is notarised or void, or proves a chain");
    if (byHash.has(toHex(hash))) return invalid("each header stands once");
    if (header.round > round) return invalid("no header is of a round to come");
    if (!judge.certifies(certificate, header, hash))
      return invalid("each header has its certificate");
    byHash.set(toHex(hash), header);
  }
  const notarised = notarise(judge.genesis.epoch, state, byHash, block.notarised);
  if (typeof notarised === "string") return invalid(notarised);
  const recorded = recordVoid(notarised, byHash, block);
  if (typeof recorded === "string") return invalid(recorded);
  if (createdChains.length !== block.createdChains.length)
    return invalid("each created chain has its proof");
  const unproven = block.createdChains.some((record, i) => {
    if (record.chain !== state.chains + i) return true;
    const proven = provenRecord(networkId, byHash, createdChains[i]);
    return proven === null || !equalBytes(proven, chainRecordCodec.encode(record));
  });
  if (unproven) return invalid("each created chain is next, and proven");
  const created = withCreatedChains(present, recorded, block);
  if (!areFinal(stillOpen(present, state), created, closings))
    return invalid("a closing record has the notarised head of a shard that ends");
  const chains = state.chains + block.createdChains.length;
  const activates = block.epochChange?.kind === "activated";
  const heads = activates
    ? headsInEpoch(present, block.epochChange.epoch, created, chains)
    : created;
  return accept({
    number: block.number,
    blockHash: merkleChainBlockHash(networkId, block),
    heads,
    chains,
    ...epochStateBehind(state, block),
  });
}

function isChange(said: EpochChange | null, due: EpochChange | null): boolean {
  if (said === null || due === null) return said === due;
  return equalBytes(epochChangeType.serialize(said), epochChangeType.serialize(due));
}

/** whether it announces the split that is due, to shards and sets that are ready to take it over. */
function isPlanned(
  { networkId, genesis, epochOf, isReadyFor }: MerkleChainJudge,
  state: MerkleChainState,
  round: number,
  said: EpochChange | null,
): boolean {
  if (said?.kind !== "announced" || !isReadyFor(said.epoch)) return false;
  const split = splitIn(networkId, genesis, epochOf(state.epoch), state, round);
  return split !== null && isChange(said, split.change);
}

/** each once, ascending, with the head that the shard has behind this block. */
function areFinal(
  open: readonly number[],
  heads: MerkleChainState["heads"],
  closings: readonly Closing[],
): boolean {
  return closings.every(({ shard, head }, i) => {
    const known = heads.find((one) => one.shard === shard)?.head;
    const isNext = shard > (closings[i - 1]?.shard ?? -1);
    if (known === undefined || !isNext || !open.includes(shard)) return false;
    return known.round === head.round && equalBytes(known.hash, head.hash);
  });
}

/** rounds of an epoch before the newest do not count any more. */
function epochStateBehind(
  { epoch, announced, closings: before, pace: paceBefore }: EpochState,
  { notarised, voided, closings, epochChange }: MerkleChainBlock,
): EpochState {
  if (epochChange?.kind === "activated") {
    const { epoch: record } = epochChange;
    return { epoch: record, announced: null, closings: [], isUnproven: true, pace: PACE_START };
  }
  let pace = paceBefore;
  const isOfEpoch = ({ round }: ReportedHeader): boolean => round >= epoch.activationRound;
  const committed = notarised.filter(isOfEpoch);
  for (const _ of committed) pace = counted(pace, false);
  for (const { isLate } of voided.filter(isOfEpoch)) if (isLate) pace = counted(pace, true);
  if (committed.length > 0) pace = { ...pace, trafficRounds: pace.trafficRounds + 1 };
  const isUnproven = false;
  if (epochChange === null)
    return { epoch, announced, closings: [...before, ...closings], isUnproven, pace };
  const next = epochChange.kind === "announced" ? epochChange.epoch : null;
  return { epoch, announced: next, closings: [], isUnproven, pace };
}

/** a void header stands once, and is neither notarised by this block nor the head before it. */
function recordVoid(
  heads: MerkleChainState["heads"],
  byHash: ReadonlyMap<string, JointHeader>,
  { notarised, voided }: MerkleChainBlock,
): MerkleChainState["heads"] | string {
  const next = [...heads];
  let before = 0;
  for (const { shard, round, headerHash } of voided) {
    const header = byHash.get(toHex(headerHash));
    const place = next.findIndex((one) => one.shard === shard);
    const known = next[place];
    if (place < before) return "void headers ascend by shard";
    before = place;
    const hasHalf = header?.halves.some((half) => half.shard === shard) === true;
    if (known === undefined || header?.round !== round || !hasHalf)
      return "a void header has a half of its shard";
    if (round <= known.voidedRound) return "void headers of a shard ascend by round";
    const isNotarised = [known.head, ...notarised.filter((one) => one.shard === shard)].some(
      (one) => equalBytes("hash" in one ? one.hash : one.headerHash, headerHash),
    );
    if (isNotarised) return "a void header is not notarised";
    next[place] = { ...known, voidedRound: round };
  }
  return next;
}

/** R-2.10: chains made after genesis live on T0's shard. */
function withCreatedChains(
  { shards }: Epoch,
  heads: MerkleChainState["heads"],
  { createdChains }: MerkleChainBlock,
): MerkleChainState["heads"] {
  if (createdChains.length === 0) return heads;
  const root = shards.find(({ chains }) => chains.includes(ROOT_CHAIN))?.shard;
  return heads.map((one) =>
    one.shard === root ? { ...one, chainCount: one.chainCount + createdChains.length } : one,
  );
}

/** in parent order, one child each. The heads behind it, or what does not hold. */
function notarise(
  genesis: Epoch,
  state: MerkleChainState,
  byHash: ReadonlyMap<string, JointHeader>,
  notarised: readonly NotarisedHeader[],
): MerkleChainState["heads"] | string {
  const next = [...state.heads];
  let before = 0;
  for (const { shard, round, headerHash, saturation: said } of notarised) {
    const header = byHash.get(toHex(headerHash));
    const half = header?.halves.find((one) => one.shard === shard);
    const place = next.findIndex((one) => one.shard === shard);
    const known: ShardHead | undefined = next[place];
    if (place < before) return "notarised headers ascend by shard";
    before = place;
    if (state.closings.some((one) => one.shard === shard))
      return "a shard that has closed has no more headers";
    if (header?.round !== round || half === undefined || known === undefined)
      return "a notarised header has a half of its shard";
    if (half.head.round !== known.head.round || !equalBytes(half.head.hash, known.head.hash))
      return "a notarised header extends its shard's notarised head";
    const head: Head = { round, hash: headerHash };
    const behind = headBehind(saturationContext(genesis, state, known), known, head, half);
    const isSaid = equalBytes(
      saturationType.serialize(said),
      saturationType.serialize(behind.saturation),
    );
    if (!isSaid) return "the saturation follows from the log";
    next[place] = behind.next;
  }
  return next;
}

/** The registry's bytes, if one of the headers proves them. */
function provenRecord(
  networkId: Uint8Array,
  byHash: ReadonlyMap<string, JointHeader>,
  created: CreatedChain | undefined,
): Uint8Array | null {
  if (created === undefined) return null;
  const isProven = [...byHash.values()].some(
    (header) =>
      header.round === created.round && verifyCreatedChain(networkId, header, created) !== null,
  );
  return isProven ? created.record : null;
}
