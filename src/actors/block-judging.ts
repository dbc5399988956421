// Whether the seats of a voter can vote for a block: its header, each half on the head of the voter's own replica, every
// signature, and each half formed again.
import type { FormedShardBlock } from "../protocol/blocks/build-shard-block.ts";
import type { MerkleChainState } from "../protocol/blocks/merkle-chain-state.ts";
import { equalBytes } from "../protocol/encoding/bytes.ts";
import type { VerifiedTransaction } from "../protocol/ledger/unverified.ts";
import { KEY_PROOFS_MAX } from "../protocol/limits.ts";
import { countRegistrations } from "../protocol/staking/registration.ts";
import type { Outbox } from "./actor.ts";
import { BlockSignatures } from "./block-signatures.ts";
import type { Log } from "./ports.ts";
import type { ProposedBlock, ProposedHalf, SetBlocks } from "./set-blocks.ts";
import type { Side } from "./side.ts";

export interface BlockJudgingPorts {
  readonly log: Log;
  readonly outbox: Outbox;
  readonly blocks: SetBlocks;
}

export class BlockJudging {
  readonly #ports: BlockJudgingPorts;
  readonly #round: number;
  readonly #signatures: BlockSignatures;

  constructor(ports: BlockJudgingPorts, round: number) {
    this.#ports = ports;
    this.#round = round;
    this.#signatures = new BlockSignatures(ports.outbox);
  }

  /** null while that cannot be said: blocks, signatures or execution are asked for. `known`: transactions that are verified. */
  judge(
    view: number,
    proposed: ProposedBlock,
    known: () => readonly VerifiedTransaction[],
  ): boolean | null {
    const { blocks, log } = this.#ports;
    if (proposed.refused) return false;
    const refusal = blocks.headerRefusal(this.#round, view, proposed.block);
    if (refusal !== null) {
      log.write("block refused", { round: this.#round, refusal });
      return false;
    }
    const off = proposed.halves.filter((half) => !extendsHead(half));
    // Off a head that this replica knows, or on one that it may not have seen yet.
    if (off.some(({ side, half }) => half.head.round <= side.replica.head.round)) return false;
    for (const { side } of off) side.askBlocks();
    if (off.length > 0) return null;
    const part = this.#judgePart(proposed);
    if (part !== true) return part;
    if (proposed.halves.every(({ formed }) => formed !== null)) return true;
    if (!proposed.halves.every(({ side }) => this.canJudge(side))) return null;
    // Before any of them is checked: each costs more than a hundred signatures.
    if (countRegistrations(proposed.transactions) > KEY_PROOFS_MAX) {
      log.write("block refused", { round: this.#round, why: "too many keys are registered" });
      proposed.refused = true;
      return false;
    }
    if (!this.#signatures.areVerified(proposed, known())) return null;
    for (const half of proposed.halves) this.form(proposed, half);
    return !proposed.refused;
  }

  /** the third part, on the head of the voter's own replica of the MerkleChain; null while that is not there. */
  #judgePart(proposed: ProposedBlock): boolean | null {
    const { part: third } = proposed;
    if (third === null || third.next !== null) return true;
    const { side, part, body } = third;
    if (!side.replica.isExtendedBy(part)) {
      if (part.head.round <= side.headRound) return false;
      side.askBlocks();
      return null;
    }
    third.next = side.check(this.#round, part, body);
    proposed.refused ||= third.next === null;
    return !proposed.refused;
  }

  /** What follows from the half of a block whose signatures hold, also after a restart. */
  form(proposed: ProposedBlock, half: ProposedHalf): void {
    half.formed ??= this.#ports.blocks.check(this.#round, half, proposed.verified ?? []);
    proposed.refused ||= half.formed === null;
  }

  /** what makes the side's half of a certified block its replica's head; null if this voter cannot say. */
  halfToCommit(by: ProposedBlock, side: Side): FormedShardBlock | null {
    const half = by.halves.find((one) => one.side === side);
    if (half === undefined || !extendsHead(half)) return null;
    // After a restart what was checked before the vote is formed again.
    if (by.verified !== null && !by.refused && this.canJudge(side)) this.form(by, half);
    return half.formed;
  }

  /** the same of the MerkleChain's part. */
  partToCommit({ part: third }: ProposedBlock): MerkleChainState | null {
    if (third === null || !third.side.replica.isExtendedBy(third.part)) return null;
    // After a restart what was checked before the vote is checked again.
    third.next ??= third.side.check(this.#round, third.part, third.body);
    return third.next;
  }

  /** What came back of a check of a block's signatures. */
  verified(purpose: number, transactions: readonly VerifiedTransaction[]): void {
    const proposed = this.#signatures.answered(purpose, transactions);
    if (proposed?.refused !== true) return;
    this.#ports.log.write("block refused", { round: this.#round, why: "a bad signature" });
  }

  /** the state after round n-k is there, and round n is not history yet. */
  canJudge({ replica }: Side): boolean {
    if (replica.head.round >= this.#round) return false;
    if (replica.canJudge(this.#round)) return true;
    if (replica.canExecute) this.#ports.outbox.work();
    return false;
  }
}

/** whether the half is on its replica's head. */
const extendsHead = ({ side, half }: ProposedHalf): boolean =>
  equalBytes(half.head.hash, side.replica.head.hash);
