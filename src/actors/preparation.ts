// What the halves of a round need before a voter can propose or judge them: the heads that they extend, the states that they are judged
// by, and candidates whose signatures this voter has checked itself.
import { equalBytes } from "../protocol/encoding/bytes.ts";
import type { VerifiedTransaction } from "../protocol/ledger/unverified.ts";
import type { Outbox } from "./actor.ts";
import type { ConsensusInstance } from "./consensus-instance.ts";
import type { Opened } from "./instance-parties.ts";
import type { Party } from "./party.ts";
import type { SetBlocks } from "./set-blocks.ts";
import { Side } from "./side.ts";
import { nameSuspects } from "./suspects.ts";

export interface PreparationPorts {
  readonly outbox: Outbox;
  readonly blocks: SetBlocks;
  /** All that the set covers. */
  readonly sides: readonly Side[];
}

export class Preparation {
  readonly #ports: PreparationPorts;

  constructor(ports: PreparationPorts) {
    this.#ports = ports;
  }

  /** Asks for what the side still needs. */
  prepare(instance: ConsensusInstance, side: Side): void {
    const opened = instance.parties.openedBy(side);
    if (opened === undefined || opened.candidates !== null) return;
    const { replica } = side;
    if (this.needsBlocks(instance, side)) side.askBlocks();
    else if (replica.head.round >= instance.round) return;
    else if (replica.canJudge(instance.round)) this.#verify(instance, side, opened);
    else if (replica.canExecute) this.#ports.outbox.work();
  }

  /** the MerkleChain's head, if the replica of it is behind. */
  preparePart({ parties, merkleChain, isPartReady }: ConsensusInstance): void {
    if (parties.part !== null && !isPartReady) merkleChain?.announced(parties.part.headRound);
  }

  /** What came back of a check; whether it was one of candidates. */
  verified(
    instance: ConsensusInstance,
    purpose: number,
    transactions: readonly VerifiedTransaction[],
  ): boolean {
    const { blocks, sides } = this.#ports;
    const side = sides.find((one) => this.#purposeOf(instance, one) === purpose);
    const opened = side === undefined ? undefined : instance.parties.openedBy(side);
    if (side === undefined || opened === undefined) return false;
    if (opened.candidates !== null) return true;
    nameSuspects(side, blocks, opened, transactions);
    opened.verifying = false;
    opened.candidates = transactions;
    return true;
  }

  /** Whether the replica has to follow its party first: to the head that the round extends, or to its block. */
  needsBlocks({ parties, runs }: ConsensusInstance, party: Party): boolean {
    const isCommitted = parties.settlementOf(party)?.isCommitted === true;
    if (!(party instanceof Side)) return isCommitted;
    const request = parties.openedBy(party)?.request ?? null;
    if (isCommitted || request === null || runs) return isCommitted;
    return !equalBytes(party.replica.head.hash, request.headHash);
  }

  /** Every signature, whatever the gateway said. */
  #verify(instance: ConsensusInstance, side: Side, opened: Opened): void {
    if (opened.verifying || opened.request === null) return;
    const decoded = this.#ports.blocks.decode(opened.request.candidates);
    if (decoded.length === 0) {
      opened.candidates = [];
      return;
    }
    opened.verifying = true;
    this.#ports.outbox.verify(this.#purposeOf(instance, side), decoded);
  }

  /** Of a check of candidates; those of blocks are below 0. */
  #purposeOf({ round }: ConsensusInstance, side: Side): number {
    return 2 * round + this.#ports.sides.indexOf(side);
  }
}
