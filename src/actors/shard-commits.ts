// What a shard makes of certified blocks: it checks the certificate and its own half, and makes the half its head; with
// cross-shard transactions in it only when the partner has accepted the other half. What fails closes its round.
import type { FormedShardBlock } from "../protocol/blocks/build-shard-block.ts";
import { jointHeaderHash } from "../protocol/blocks/joint-header.ts";
import { type CertifiedBlock, certifiedBlockCodec } from "../protocol/blocks/shard-block.ts";
import { equalBytes } from "../protocol/encoding/bytes.ts";
import type { UnverifiedTransaction, VerifiedTransaction } from "../protocol/ledger/unverified.ts";
import { AcceptedHalf } from "./accepted-half.ts";
import type { Outbox } from "./actor.ts";
import type { BlockTransactions } from "./block-transactions.ts";
import { certifiedBody } from "./certified-body.ts";
import { judgeCertified } from "./judge-certified.ts";
import type { Lease } from "./lease.ts";
import type { Network } from "./network.ts";
import type { AcceptedRequest, CommitRequest, PeerAnswer } from "./peers.ts";
import type { Clock, Store } from "./ports.ts";
import type { Replica } from "./replica.ts";
import { type RoundDecision, roundDecision } from "./round-decision.ts";
import { reasonJson } from "./shard-log.ts";
import type { StoredProgress } from "./shard-progress.ts";
import type { WaitingRoom } from "./waiting-room.ts";

export interface ShardCommitsPorts {
  readonly store: Store;
  readonly clock: Clock;
  readonly network: Network;
  readonly outbox: Outbox;
  readonly replica: Replica;
  readonly room: WaitingRoom;
  readonly progress: StoredProgress;
  readonly transactions: BlockTransactions;
  readonly lease: Lease;
  /** The round comes to nothing. */
  readonly close: (round: number, why: string) => void;
  /** It is certified, and the shard does not commit it. `isChecked`: the certificate holds, as was looked at. */
  readonly voided: (certified: CertifiedBlock, isChecked: boolean) => void;
  /** The round is decided but for the partner's word: nobody has to be told of its opening any more. */
  readonly accepted: () => void;
  /** The block is the shard's head. */
  readonly committed: (round: number, set: number, formed: FormedShardBlock) => void;
}

export class ShardCommits {
  readonly #ports: ShardCommitsPorts;
  readonly #shard: number;
  /** What waits for the partner's word. */
  #accepted: AcceptedHalf | null;

  constructor(ports: ShardCommitsPorts) {
    this.#ports = ports;
    this.#shard = ports.replica.shard;
    this.#accepted = AcceptedHalf.restore(ports.store, this.#shard);
  }

  /** What the half holds that waits for the partner's word, in its order; null without one. In the life after a crash the first costs as much as checking it did. */
  accepted(): VerifiedTransaction[] | null {
    const { network, replica } = this.#ports;
    const formed = this.#accepted?.form(network, replica);
    return formed?.placed.map(({ transaction }) => transaction) ?? null;
  }

  /** When to ask the partner again; null with nothing accepted and undecided. */
  nextMs(): number | null {
    return this.#accepted?.dueMs(this.#ports.network) ?? null;
  }

  /** Call it at every tick. */
  drive(): void {
    const now = this.#ports.clock.now();
    const accepted = this.#accepted;
    if (accepted === null || now < accepted.dueMs(this.#ports.network)) return;
    this.#ports.outbox.call({ kind: "shard", shard: accepted.partner }, accepted.ask(now));
  }

  /** What a voter asks: what became of the round. */
  decision(round: number): PeerAnswer {
    const decision = this.#decided(round);
    return decision === null
      ? { kind: "undecided", round }
      : { kind: "decided", round, ...decision };
  }

  /** `hasPartner`: the partner has said that it accepted its half. */
  commit(
    { set, certifiedBlock, partnerBlock }: Omit<CommitRequest, "kind">,
    hasPartner = false,
  ): PeerAnswer {
    const { network, replica, progress } = this.#ports;
    const decoded = certifiedBlockCodec.decode(certifiedBlock);
    if (!decoded.ok) return { kind: "refused", why: decoded.refusal.code };
    const certified = decoded.value;
    const { header, merkleChain } = certified.block;
    if (merkleChain !== null) return { kind: "refused", why: "The MerkleChain's part is not ours" };
    const { round } = header;
    if (round < network.genesis.epoch.activationRound)
      return { kind: "refused", why: "A round before the network" };
    const hash = jointHeaderHash(header);
    const decision = this.#decided(round);
    if (decision !== null) {
      const isOnDuty = network.dutyOf(this.#shard, round).set === header.set;
      if (decision.hash === null && isOnDuty) this.#ports.voided(certified, false);
      return decision.hash !== null && equalBytes(decision.hash, hash)
        ? { kind: "committed", round }
        : { kind: "closed", round, why: "the round is decided" };
    }
    if (round > progress.value.round) {
      return { kind: "refused", why: "The shard has not opened this round" };
    }
    if (header.set !== set || network.dutyOf(this.#shard, round).set !== set) {
      return { kind: "refused", why: "Another set is on duty" };
    }
    if (!network.certifies(certified.certificate, header, hash)) {
      return { kind: "refused", why: "The certificate does not hold" };
    }
    const accepted = this.#accepted;
    if (accepted !== null) {
      if (!equalBytes(accepted.hash, hash)) {
        return { kind: "closed", round, why: "another block is accepted" };
      }
      return hasPartner ? this.#commitAccepted(accepted) : { kind: "accepted", round };
    }
    if (!replica.canJudge(round)) return { kind: "undecided", round };
    return this.#decide(certified, certifiedBlock, hasPartner ? "accepted" : partnerBlock);
  }

  /** The partner has accepted its half of a block, hands over this shard's, and asks what became of it. */
  partnerAccepted({ round, certifiedBlock }: AcceptedRequest): PeerAnswer {
    const accepted = this.#accepted;
    // The very bytes that were checked when this shard accepted them: mostly both accept before either hears of the other.
    if (accepted?.round === round && equalBytes(accepted.encoded, certifiedBlock)) {
      this.#commitAccepted(accepted);
      return { kind: "partner", round, verdict: "accepted" };
    }
    const decoded = certifiedBlockCodec.decode(certifiedBlock);
    if (!decoded.ok) return { kind: "refused", why: decoded.refusal.code };
    const { set, round: of } = decoded.value.block.header;
    if (of !== round) return { kind: "refused", why: "A block of another round" };
    const answer = this.commit({ set, certifiedBlock, partnerBlock: null }, true);
    if (answer.kind === "committed") return { kind: "partner", round, verdict: "accepted" };
    const verdict = answer.kind === "closed" ? "closed" : "undecided";
    return { kind: "partner", round, verdict };
  }

  partnerAnswered({ round }: AcceptedRequest, answer: PeerAnswer | null): void {
    const accepted = this.#accepted;
    if (accepted?.round !== round || answer?.kind !== "partner" || answer.round !== round) return;
    if (answer.verdict === "accepted") this.#commitAccepted(accepted);
    if (answer.verdict !== "closed") return;
    this.#forgetAccepted(accepted);
    this.#ports.close(round, "the partner closed it");
    this.#ports.voided(accepted.certified, true);
  }

  /** a round that was over before anybody opened it never will be. A set may have heard of it from a faulty voter. */
  #decided(round: number): RoundDecision | null {
    const { clock, lease, network, progress, replica } = this.#ports;
    const isOver = clock.now() >= network.epochs.roundCloseMs(round);
    // Beyond the lease its time may be to come.
    if (isOver) lease.need(round);
    if (isOver && lease.covers(round)) progress.closeUnopened(round);
    return roundDecision(replica, progress.value, round);
  }

  /** `partner`: the block with the partner's body, null without; "accepted" once the partner has accepted it. */
  #decide(
    certified: CertifiedBlock,
    encoded: Uint8Array,
    partner: Uint8Array | null | "accepted",
  ): PeerAnswer {
    const { network, replica, transactions: known, outbox } = this.#ports;
    const { round } = certified.block.header;
    const body = certifiedBody(network, certified.block, this.#shard, known.offered);
    if (body === null) return { kind: "refused", why: "The body is not the certified one" };
    const resolved = known.resolve(round, body.transactions, (one) => this.#waiting(one));
    if (resolved.kind === "invalid") return this.#refuse(certified, "a signature does not hold");
    if (resolved.kind === "unverified") {
      if (resolved.ask.length > 0) outbox.verify(round, resolved.ask);
      return { kind: "undecided", round };
    }
    const { transactions } = resolved;
    const formed = judgeCertified(network, replica, certified, body, transactions);
    if (!formed.ok) return this.#refuse(certified, reasonJson(formed.refusal));
    if (body.shardBlock.crossShard.length > 0 && partner !== "accepted") {
      return this.#accept({ certified, formed: formed.value }, encoded, partner);
    }
    this.#becomeHead(certified, formed.value, encoded);
    return { kind: "committed", round };
  }

  /** With cross-shard transactions the half commits when the partner has accepted its own. */
  #accept(
    checked: { readonly certified: CertifiedBlock; readonly formed: FormedShardBlock },
    own: Uint8Array,
    partners: Uint8Array | null,
  ): PeerAnswer {
    const { round, halves } = checked.certified.block.header;
    const partner = halves.find(({ shard }) => shard !== this.#shard)?.shard;
    if (partners === null || partner === undefined) {
      return { kind: "refused", why: "The partner's half is missing" };
    }
    const { store, progress } = this.#ports;
    progress.update({ round, state: "accepted" });
    const row = { round, partner, own, partners };
    this.#accepted = AcceptedHalf.accept(store, this.#shard, row, checked);
    this.#ports.accepted();
    this.drive();
    return { kind: "accepted", round };
  }

  #commitAccepted(accepted: AcceptedHalf): PeerAnswer {
    const { round, certified, encoded } = accepted;
    const formed = accepted.form(this.#ports.network, this.#ports.replica);
    this.#forgetAccepted(accepted);
    this.#becomeHead(certified, formed, encoded);
    return { kind: "committed", round };
  }

  #forgetAccepted(accepted: AcceptedHalf): void {
    accepted.forget(this.#ports.store);
    this.#accepted = null;
  }

  #refuse(certified: CertifiedBlock, why: string): PeerAnswer {
    const { round } = certified.block.header;
    this.#ports.close(round, why);
    this.#ports.voided(certified, true);
    return { kind: "closed", round, why };
  }

  #waiting({ idHex, leaf }: UnverifiedTransaction): VerifiedTransaction | undefined {
    const waiting = this.#ports.room.transaction(idHex);
    return waiting !== undefined && equalBytes(waiting.leaf, leaf) ? waiting : undefined;
  }

  /** Past this point nothing can refuse. */
  #becomeHead(certified: CertifiedBlock, formed: FormedShardBlock, encoded: Uint8Array): void {
    const { round, set } = certified.block.header;
    this.#ports.replica.commit(certified, formed, encoded);
    this.#ports.progress.update({ round, state: "committed" });
    this.#ports.committed(round, set, formed);
  }
}
