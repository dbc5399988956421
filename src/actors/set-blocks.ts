// The blocks of a validator set: formed from its shards' candidates, and checked on this voter's own replicas (R-4.4).
import { invariant } from "../protocol/assert.ts";
import {
  buildHalves,
  checkShardBlock,
  type FormedShardBlock,
} from "../protocol/blocks/build-shard-block.ts";
import { checkJointHeader } from "../protocol/blocks/check-joint-header.ts";
import {
  type Half,
  JOINT_HEADER_VERSION,
  type JointHeader,
  joinHalves,
  jointHeaderHash,
  type MerkleChainPart,
} from "../protocol/blocks/joint-header.ts";
import type { MerkleChainBody } from "../protocol/blocks/merkle-chain-body.ts";
import type { MerkleChainState } from "../protocol/blocks/merkle-chain-state.ts";
import {
  type JointBlock,
  jointBlockCodec,
  type ShardBlock,
  totalOrder,
} from "../protocol/blocks/shard-block.ts";
import { equalBytes } from "../protocol/encoding/bytes.ts";
import {
  decodeTransaction,
  storedTransaction,
  type UnverifiedTransaction,
  type VerifiedTransaction,
} from "../protocol/ledger/unverified.ts";
import {
  KEY_PROOFS_MAX,
  MERKLE_CHAIN_BODY_BYTES_MAX,
  MIB,
  SHARD_BLOCK_BYTES_MAX,
  SHARD_BLOCK_TRANSACTIONS_MAX,
} from "../protocol/limits.ts";
import { registrationOf } from "../protocol/staking/registration.ts";
import { certifiedBody } from "./certified-body.ts";
import { KnownTransactions } from "./known-transactions.ts";
import type { Lease } from "./lease.ts";
import { isLapse, type MerkleChainSide } from "./merkle-chain-side.ts";
import type { Network } from "./network.ts";
import type { Log } from "./ports.ts";
import type { Side } from "./side.ts";

export interface SetBlocksPorts {
  readonly network: Network;
  readonly log: Log;
  /** All that the set covers. */
  readonly sides: readonly Side[];
  /** null for a set that is never on T0's duty. */
  readonly merkleChain: MerkleChainSide | null;
  readonly set: number;
  readonly lease: Lease;
}

/** A block's half, with the voter's own replica of its shard. */
export interface ProposedHalf {
  readonly side: Side;
  readonly half: Half;
  readonly shardBlock: ShardBlock;
  /** Its transactions are those of the block from here .. */
  readonly from: number;
  /** .. to before here. */
  readonly to: number;
  /** null until the replica has checked the half; a half that failed never gets one. */
  formed: FormedShardBlock | null;
}

/** a block's third part. */
export interface ProposedPart {
  readonly side: MerkleChainSide;
  readonly part: MerkleChainPart;
  readonly body: MerkleChainBody;
  /** The state behind it; null until the replica has checked the part, and for one that failed. */
  next: MerkleChainState | null;
}

/** A block whose bodies are those that its header commits to, and what this voter thinks of it. */
export interface ProposedBlock {
  readonly block: JointBlock;
  /** In the order of the header. */
  readonly halves: readonly ProposedHalf[];
  /** The MerkleChain's; null for a block without. */
  readonly part: ProposedPart | null;
  /** Of all halves, in total order. */
  readonly transactions: readonly UnverifiedTransaction[];
  /** The same once this voter has checked every signature; null before. */
  verified: readonly VerifiedTransaction[] | null;
  refused: boolean;
}

/** What a side has to offer for a block: candidates whose signatures hold. */
export interface Offer {
  readonly side: Side;
  readonly candidates: readonly VerifiedTransaction[];
}

/** What a half may take: beyond it nobody can have formed the block, and it is not decoded. */
const HALF_BYTES_MAX = SHARD_BLOCK_BYTES_MAX + MIB / 2;

export class SetBlocks {
  readonly #ports: SetBlocksPorts;

  constructor(ports: SetBlocksPorts) {
    this.#ports = ports;
  }

  /** The candidates that can be read; a gateway hands on no others. Of keys to register no more than a block holds. */
  decode(candidates: readonly Uint8Array[]): UnverifiedTransaction[] {
    const read = candidates.flatMap((bytes) => {
      const decoded = decodeTransaction(bytes, this.#ports.network.id);
      return decoded.ok ? [decoded.value] : [];
    });
    let keyProofs = 0;
    return read.filter(({ transaction }) => {
      if (registrationOf(transaction) === null) return true;
      keyProofs += 1;
      return keyProofs <= KEY_PROOFS_MAX;
    });
  }

  /**
   * A fresh block over what can be in it, with a half for each side that has work and the MerkleChain's part, if it opened the
   * round; null if there is nothing. Forming it judges each candidate on this voter's replicas, and the part as it is, so that it
   * needs no other check here.
   */
  form(
    round: number,
    view: number,
    offers: readonly Offer[],
    body: MerkleChainBody | null,
  ): ProposedBlock | null {
    const { network, set } = this.#ports;
    const { id: networkId } = network;
    const epoch = network.epochAt(round);
    const ordered = offers.toSorted((a, b) => a.side.shard - b.side.shard);
    const built = buildHalves(
      ordered.map(({ side, candidates }) => ({ view: side.replica.view(round), candidates })),
    );
    const formed = ordered
      .map(({ side }, i) => ({ side, formed: built[i] as FormedShardBlock }))
      .filter(({ formed: { shardBlock } }) => shardBlock.chainHeaders.length > 0);
    const part = this.#formPart(round, body);
    if (formed.length === 0 && part === null) return null;
    const header: JointHeader = {
      version: JOINT_HEADER_VERSION,
      networkId,
      epoch,
      set,
      round,
      view,
      halves: joinHalves(
        networkId,
        epoch,
        formed.map((one) => one.formed.half),
      ),
      merkleChain: part?.part ?? null,
    };
    const transactions: VerifiedTransaction[] = [];
    const halves = formed.map(({ side, formed: one }, i): ProposedHalf => {
      const from = transactions.length;
      for (const { transaction } of one.placed) transactions.push(transaction);
      const half = header.halves[i] as Half;
      const { shardBlock } = one;
      return { side, half, shardBlock, from, to: transactions.length, formed: { ...one, half } };
    });
    const shardBlocks = halves.map(({ shardBlock }) => shardBlock);
    const block = { header, shardBlocks, merkleChain: part?.body ?? null };
    return { block, halves, part, transactions, verified: transactions, refused: false };
  }

  /** null for what this voter's seats would not vote for. */
  #formPart(round: number, body: MerkleChainBody | null): ProposedPart | null {
    const { merkleChain: side } = this.#ports;
    if (side === null || body === null) return null;
    const part = side.replica.partOf(body);
    const next = side.check(round, part, body);
    return next === null ? null : { side, part, body, next };
  }

  /** A block of others by its bytes; null for bytes that are not the whole block of this value. */
  read(
    bytes: Uint8Array,
    value: Uint8Array,
    known: readonly VerifiedTransaction[],
  ): ProposedBlock | null {
    const bytesMax = this.#ports.sides.length * HALF_BYTES_MAX + MERKLE_CHAIN_BODY_BYTES_MAX;
    if (bytes.length > bytesMax) return null;
    const decoded = jointBlockCodec.decode(bytes);
    if (!decoded.ok || !equalBytes(jointHeaderHash(decoded.value.header), value)) return null;
    return this.#proposed(decoded.value, new KnownTransactions(known));
  }

  /** A block that this voter's votes are about, from its own store: it checked the signatures before it voted. */
  restored(block: JointBlock, voted: boolean): ProposedBlock | null {
    if (!voted) return this.#proposed(block, KnownTransactions.none);
    const { network } = this.#ports;
    const transactions = block.shardBlocks
      .flatMap((shardBlock) => [...totalOrder(shardBlock)])
      .map((bytes) => storedTransaction(bytes, network.id));
    const proposed = this.#proposed(block, new KnownTransactions(transactions));
    return proposed === null ? null : { ...proposed, verified: transactions };
  }

  /**
   * whether shards can have a lease that reaches the round, as far as this voter knows. Where none has, none can have opened the
   * round, nor say what became of it: it is not asked, unless it did open it.
   */
  canShardsAct(round: number): boolean {
    const { lease, merkleChain } = this.#ports;
    if (!lease.covers(round)) return false;
    if (merkleChain === null) return true;
    const { epoch, isUnproven } = merkleChain.replica.state;
    return !isUnproven || round < epoch.activationRound;
  }

  /** Why the header cannot be one of this round, whatever stands below it; null if it can. */
  headerRefusal(
    round: number,
    viewMax: number,
    { header, merkleChain: body }: JointBlock,
  ): string | null {
    const { network, sides, set, lease } = this.#ports;
    if (!lease.covers(round) && (header.halves.length > 0 || !isLapse(body)))
      return "R-3.7 the lease ends before the round";
    const [first] = sides;
    invariant(first !== undefined, "A set without a shard", { set });
    const duty = sides
      .map(({ shard }) => network.dutyOf(shard, round))
      .find((one) => one.set === set);
    const shards = duty?.shards ?? [];
    const isOnRootDuty = shards.includes(network.rootShard);
    const expected = {
      networkId: network.id,
      epoch: network.epochAt(round),
      set,
      round,
      viewMax,
      shards,
      isOnRootDuty,
    };
    const refusal = checkJointHeader(header, expected);
    return refusal === null ? null : JSON.stringify(refusal);
  }

  /**
   * What follows from the half on this replica's head, which it must extend; null, with the reason in the log, if the replica
   * would have formed another.
   */
  check(
    round: number,
    { side, half, shardBlock, from, to }: ProposedHalf,
    verified: readonly VerifiedTransaction[],
  ): FormedShardBlock | null {
    const { log, set } = this.#ports;
    const own = verified.slice(from, to);
    const formed = checkShardBlock(side.replica.view(round), shardBlock, half, own);
    if (formed.ok) return formed.value;
    log.write("block refused", { set, round, shard: side.shard, refusal: formed.refusal });
    return null;
  }

  #proposed(block: JointBlock, known: KnownTransactions): ProposedBlock | null {
    const { network, sides } = this.#ports;
    const { header, shardBlocks } = block;
    const part = this.#part(block);
    if (part === undefined) return null;
    if (shardBlocks.length !== header.halves.length || shardBlocks.length > sides.length) {
      return null;
    }
    // Counted before they are decoded: decoded transactions take more than ten times the memory.
    if (shardBlocks.some((one) => transactionCount(one) > SHARD_BLOCK_TRANSACTIONS_MAX)) {
      return null;
    }
    const transactions: UnverifiedTransaction[] = [];
    const halves: ProposedHalf[] = [];
    for (const [place, { shard }] of header.halves.entries()) {
      const side = sides.find((one) => one.shard === shard);
      if (side === undefined || shardBlocks[place]?.shard !== shard) return null;
      const body = certifiedBody(network, block, shard, known);
      if (body === null) return null;
      const from = transactions.length;
      for (const transaction of body.transactions) transactions.push(transaction);
      const { half, shardBlock } = body;
      halves.push({ side, half, shardBlock, from, to: transactions.length, formed: null });
    }
    return { block, halves, part, transactions, verified: null, refused: false };
  }

  /** The block's third part; undefined if its body is not the one that the header commits to. */
  #part({ header, merkleChain: body }: JointBlock): ProposedPart | null | undefined {
    const { merkleChain: side } = this.#ports;
    const { merkleChain: part } = header;
    if (part === null && body === null) return null;
    if (part === null || body === null || side === null) return undefined;
    return side.replica.isBodyOf(part, body) ? { side, part, body, next: null } : undefined;
  }
}

const transactionCount = ({
  crossShard,
  twoChain,
  singleChain,
}: JointBlock["shardBlocks"][number]): number =>
  singleChain.reduce(
    (sum, { transactions }) => sum + transactions.length,
    crossShard.length + twoChain.length,
  );
