// A shard's part in executing what touches its partner, too: one exchange a round. The shard that does not lead hands over what
// of it is read and gets the result back; both log the result whole before they go on from it, so that after a crash of either it is
// there or the same is computed again. Whoever hears nothing of its partner for a round takes the result from the pair's set, whose
// certificate stands for the exchange. The certificate is fetched in the end in any case: sets that see one side only live by it.

import { jointHeaderHash } from "../protocol/blocks/joint-header.ts";
import {
  type ResultCertificate,
  resultCertificateCodec,
} from "../protocol/consensus/result-certificate.ts";
import { equalBytes, utf8 } from "../protocol/encoding/bytes.ts";
import { codec, decodeStored, list, safeU64, struct } from "../protocol/encoding/codec.ts";
import {
  type CrossResult,
  crossResultCodec,
  leaderOf,
  type ReadSet,
  readSetCodec,
  resultHash,
} from "../protocol/ledger/cross-result.ts";
import type { Outbox } from "./actor.ts";
import { executeForBoth, readSetOf } from "./cross-reads.ts";
import { CrossResults } from "./cross-results.ts";
import type { Network } from "./network.ts";
import { promptMs } from "./patience.ts";
import type { ExchangeRequest, PeerAnswer, PeerId, PeerRequest } from "./peers.ts";
import type { Clock, Log, Store, Table } from "./ports.ts";
import type { Replica } from "./replica.ts";
import type { CrossRound } from "./unexecuted-rounds.ts";

export interface CrossExchangePorts {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly network: Network;
  readonly outbox: Outbox;
}

interface Uncertified {
  readonly rounds: readonly number[];
}
const uncertifiedCodec = codec<Uncertified>(
  "rounds without a result certificate",
  struct<Uncertified>("Uncertified", { rounds: list(safeU64) }),
  1024 * 1024,
);
const UNCERTIFIED_KEY = utf8("uncertified results");

/** Before these many questions the set alone is asked: the partner has nothing that the set does not have sooner. */
const SET_ALONE_TRIES = 8;

interface Patience {
  readonly round: number;
  /** Since when the round waits for its execution. */
  readonly sinceMs: number;
  askedMs: number;
  asked: number;
}

export class CrossExchange {
  readonly #ports: CrossExchangePorts;
  readonly #replica: Replica;
  readonly #results: CrossResults;
  readonly #meta: Table;
  /** Of the partner, for the round that is next here or will be. */
  #reads: ReadSet | null = null;
  #waiting: Patience | null = null;
  /** Executed rounds whose certificate is not here yet, ascending. */
  #uncertified: readonly number[];
  #certificateAskedMs = Number.NEGATIVE_INFINITY;
  #certificateAsked = 0;

  constructor(ports: CrossExchangePorts, replica: Replica) {
    this.#ports = ports;
    this.#replica = replica;
    this.#results = new CrossResults(ports.store);
    this.#meta = ports.store.table("meta");
    const stored = this.#meta.get(UNCERTIFIED_KEY);
    this.#uncertified = stored === undefined ? [] : decodeStored(uncertifiedCodec, stored).rounds;
  }

  /** What the replica needs to execute its next round; null if that has nothing of the kind, or if it is not here yet. */
  result(): CrossResult | null {
    const cross = this.#replica.crossRound;
    if (cross === null) return null;
    const known = this.#results.result(cross.round);
    return known !== undefined && equalBytes(known.headerHash, cross.headerHash) ? known : null;
  }

  /** The replica has executed the round. */
  executed(round: number, wasCross: boolean): void {
    if (!wasCross) return;
    this.#waiting = null;
    this.#reads = null;
    if (this.#results.get(round)?.certificate == null) {
      this.#writeUncertified([...this.#uncertified, round]);
      this.#certificateAsked = 0;
      this.#certificateAskedMs = this.#ports.clock.now();
    }
  }

  /** Asks whoever is due to be asked. Call it at every tick, and when a round has become the next. */
  drive(): void {
    const now = this.#ports.clock.now();
    const cross = this.#replica.crossRound;
    if (cross !== null && this.result() === null) this.#seek(cross, now);
    const [first] = this.#uncertified;
    if (first !== undefined && now >= this.#certificateDueMs()) this.#askCertificate(first, now);
  }

  /** When `drive` has something to do; null with nothing to wait for. */
  nextMs(): number | null {
    const times: number[] = [];
    const waiting = this.#waiting;
    if (waiting !== null && this.#replica.crossRound !== null) times.push(this.#dueMs(waiting));
    if (this.#uncertified.length > 0) times.push(this.#certificateDueMs());
    return times.length === 0 ? null : Math.min(...times);
  }

  /** The partner's side of a round in which this shard leads. */
  receive({ readSet }: ExchangeRequest): PeerAnswer {
    const decoded = readSetCodec.decode(readSet);
    if (!decoded.ok) return { kind: "refused", why: decoded.refusal.code };
    const reads = decoded.value;
    const { round, headerHash } = reads;
    const logged = this.#results.get(round);
    if (logged !== undefined) {
      const of = this.#results.result(round)?.headerHash;
      if (of !== undefined && equalBytes(of, headerHash))
        return { kind: "exchanged", result: logged.result };
      return { kind: "refused", why: "Another block was committed in the round" };
    }
    if (round <= this.#replica.executedRound) {
      return { kind: "refused", why: "The round had no cross-shard transactions here" };
    }
    // Before the round is next here the partner's side of it is kept, and the partner asks again.
    if (this.#reads === null || this.#reads.round <= round) this.#reads = reads;
    return { kind: "exchanged", result: this.#lead() };
  }

  /** for sets that see one side only, and for a partner. */
  resultFor(round: number): PeerAnswer {
    const row = this.#results.get(round);
    return {
      kind: "result",
      result: row?.result ?? null,
      certificate: row?.certificate ?? null,
    };
  }

  /** Whether a result has come for which the replica waited. */
  answered(to: PeerId, request: PeerRequest, answer: PeerAnswer | null): boolean {
    if (request.kind === "exchange" && answer?.kind === "exchanged") return this.#exchanged(answer);
    if (request.kind === "result" && answer?.kind === "result") {
      return this.#certified(request.round, answer);
    }
    if (answer?.kind === "refused") {
      this.#ports.log.write("exchange refused", { to: to.kind, why: answer.why });
    }
    return false;
  }

  #seek(cross: CrossRound, now: number): void {
    if (this.#waiting?.round !== cross.round) {
      this.#waiting = {
        round: cross.round,
        sinceMs: now,
        askedMs: Number.NEGATIVE_INFINITY,
        asked: 0,
      };
    }
    if (this.#lead() !== null) {
      this.#ports.outbox.work();
      return;
    }
    const waiting = this.#waiting;
    if (now < this.#dueMs(waiting)) return;
    const leads =
      leaderOf(cross.round, [this.#replica.shard, cross.partner]) === this.#replica.shard;
    const isSilent = now >= waiting.sinceMs + this.#ports.network.roundMs;
    waiting.askedMs = now;
    waiting.asked += 1;
    if (!leads) {
      const readSet = readSetCodec.encode(readSetOf(this.#replica, cross));
      this.#call({ kind: "shard", shard: cross.partner }, { kind: "exchange", readSet });
    }
    // nothing from the partner for a round: the set's certificate stands for it.
    if (isSilent) this.#askSet(cross.set, cross.round, waiting.asked, cross.partner);
  }

  /** Executes for both, if it is this shard's turn and both sides are here; logs the result. Answers its bytes. */
  #lead(): Uint8Array | null {
    const cross = this.#replica.crossRound;
    const reads = this.#reads;
    if (cross === null || reads === null || reads.round !== cross.round) return null;
    const { shard } = this.#replica;
    if (leaderOf(cross.round, [shard, cross.partner]) !== shard) return null;
    if (reads.shard !== cross.partner || !equalBytes(reads.headerHash, cross.headerHash)) {
      this.#ports.log.write("exchange refused", { round: cross.round, why: "Of another block" });
      this.#reads = null;
      return null;
    }
    const result = executeForBoth(this.#replica, cross, reads, this.#ports.network.k);
    const encoded = crossResultCodec.encode(result);
    this.#results.put(cross.round, { result: encoded, certificate: null }, result);
    this.#ports.outbox.work();
    return encoded;
  }

  #exchanged({ result: bytes }: Extract<PeerAnswer, { kind: "exchanged" }>): boolean {
    const cross = this.#replica.crossRound;
    if (bytes === null || cross === null || this.result() !== null) return false;
    const result = this.#read(bytes, cross);
    if (result === null) return false;
    this.#results.put(cross.round, { result: bytes, certificate: null }, result);
    return true;
  }

  /** A result with its certificate: of a round that waits, or of one that was executed without. */
  #certified(
    round: number,
    { result: bytes, certificate: certificateBytes }: Extract<PeerAnswer, { kind: "result" }>,
  ): boolean {
    if (bytes === null || certificateBytes === null) return false;
    const certificate = resultCertificateCodec.decode(certificateBytes);
    const logged = this.#results.get(round);
    const isLogged = logged !== undefined && equalBytes(logged.result, bytes);
    const result = isLogged ? this.#results.result(round) : decodedResult(bytes);
    if (result === undefined || !certificate.ok || result.round !== round) return false;
    const committed = this.#replica.blocks.header(round)?.header;
    if (committed === undefined) return false;
    if (!equalBytes(jointHeaderHash(committed), result.headerHash)) return false;
    if (!this.#holds(certificate.value, result, committed.set)) return false;
    if (logged !== undefined && !isLogged) {
      // the signers answer for it. What this shard has executed stays.
      this.#ports.log.write("another result is certified", { round, set: committed.set });
      return false;
    }
    this.#results.put(round, { result: bytes, certificate: certificateBytes }, result);
    if (this.#uncertified.includes(round)) {
      this.#writeUncertified(this.#uncertified.filter((one) => one !== round));
      this.#certificateAsked = 0;
      this.#certificateAskedMs = Number.NEGATIVE_INFINITY;
      this.drive();
    }
    return logged === undefined;
  }

  #holds(certificate: ResultCertificate, result: CrossResult, set: number): boolean {
    const { round } = result;
    const expected = { set, round, value: resultHash(result) };
    return this.#ports.network.certifiesResult(certificate, expected);
  }

  /** null for a result of anything but this round of this block. */
  #read(bytes: Uint8Array, { round, headerHash, transactions }: CrossRound): CrossResult | null {
    const decoded = crossResultCodec.decode(bytes);
    const isOf =
      decoded.ok &&
      decoded.value.round === round &&
      equalBytes(decoded.value.headerHash, headerHash) &&
      decoded.value.receipts.length === transactions.length &&
      decoded.value.receipts.every(({ id }, i) => {
        const expected = transactions[i]?.transaction.id;
        return expected !== undefined && equalBytes(id, expected);
      });
    if (isOf) return decoded.value;
    this.#ports.log.write("exchange refused", { round, why: "The result is of something else" });
    return null;
  }

  #askCertificate(round: number, now: number): void {
    this.#certificateAskedMs = now;
    this.#certificateAsked += 1;
    const header = this.#replica.blocks.header(round)?.header;
    const partner = header?.halves.find(({ shard }) => shard !== this.#replica.shard)?.shard;
    if (header === undefined || partner === undefined) return;
    this.#askSet(header.set, round, this.#certificateAsked, partner);
  }

  /** The set, and every other time the partner, which may have it from a set that has forgotten it. */
  #askSet(set: number, round: number, times: number, partner: number): void {
    const to: PeerId =
      times > SET_ALONE_TRIES && times % 2 === 0
        ? { kind: "shard", shard: partner }
        : { kind: "validatorSet", set };
    this.#call(to, { kind: "result", round });
  }

  #call(to: PeerId, request: PeerRequest): void {
    this.#ports.outbox.call(to, request);
  }

  #dueMs({ askedMs, asked, sinceMs, round }: Patience): number {
    const { network } = this.#ports;
    const { roundMs } = network.epoch;
    if (asked === 0) return this.#leads(round) ? sinceMs + roundMs : sinceMs;
    return askedMs + promptMs(network, asked);
  }

  #leads(round: number): boolean {
    const { shard, crossRound } = this.#replica;
    return crossRound !== null && leaderOf(round, [shard, crossRound.partner]) === shard;
  }

  /** The set executes as the shards do, a moment later: `#certificateAskedMs` is the execution's time before the first question. */
  #certificateDueMs(): number {
    return this.#certificateAskedMs + promptMs(this.#ports.network, this.#certificateAsked);
  }

  #writeUncertified(rounds: readonly number[]): void {
    this.#uncertified = rounds;
    this.#meta.put(UNCERTIFIED_KEY, uncertifiedCodec.encode({ rounds }));
  }
}

function decodedResult(bytes: Uint8Array): CrossResult | undefined {
  const decoded = crossResultCodec.decode(bytes);
  return decoded.ok ? decoded.value : undefined;
}
