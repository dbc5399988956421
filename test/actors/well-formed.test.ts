import { describe, expect, it } from "vitest";
import type { PeerRequest } from "../../src/actors/peers.ts";
import { HEADERS_ASKED_MAX, isWellFormed } from "../../src/actors/well-formed.ts";
import { SHARD_BLOCK_BYTES_MAX, SHARD_BLOCK_TRANSACTIONS_MAX } from "../../src/protocol/limits.ts";
import { STATE_QUERY_BYTES_MAX, stateQueryCodec } from "../../src/protocol/merkle/state-parts.ts";
import { Bank } from "./bank.ts";

const hash = new Uint8Array(32);
const bytes = new Uint8Array(3);
const GOOD = {
  open: { shard: 0, epoch: 0, round: 1, headRound: 0, headHash: hash, candidates: [bytes] },
  commit: { set: 1, certifiedBlock: bytes, partnerBlock: null },
  blocks: { afterRound: 0 },
  suspects: { round: 1, ids: [hash] },
  consensus: { set: 1, round: 1, message: bytes, block: null },
  proposedBlock: { set: 1, round: 1, value: hash },
  openPart: { epoch: 0, round: 1, headRound: 0, headHash: hash, body: bytes },
  opening: { set: 1, of: 0, round: 1 },
  follow: { of: 0, round: 1 },
  notarised: { round: 1, chains: 1 },
  decision: { round: 1 },
  nothing: { set: 1, round: 1 },
  accepted: { shard: 0, round: 1, certifiedBlock: bytes },
  progress: { shard: 0, executedRound: 1, finalRound: 1 },
  exchange: { readSet: bytes },
  result: { round: 1 },
  resultVote: { set: 1, round: 1 },
  state: { query: bytes },
  stateHead: { round: 1 },
  stateHeaders: { rounds: [1, 2] },
} as const;
const BAD: readonly unknown[] = [undefined, null, -1, 0.5, Number.NaN, 2 ** 53, "1", {}, [1], 1n];

const requestOf = (kind: string, fields: object): PeerRequest =>
  ({ kind, ...fields }) as unknown as PeerRequest;

describe("requests from anybody", () => {
  it.each(Object.entries(GOOD))("%s: each field has its kind", (kind, fields) => {
    expect(isWellFormed(requestOf(kind, fields))).toBe(true);
    for (const name of Object.keys(fields)) {
      for (const wrong of BAD) {
        if ((name === "block" || name === "partnerBlock") && wrong === null) continue;
        if (name === "rounds" && Array.isArray(wrong)) continue;
        expect([name, wrong, isWellFormed(requestOf(kind, { ...fields, [name]: wrong }))]).toEqual([
          name,
          wrong,
          false,
        ]);
      }
    }
  });

  it("what is no request at all is none that is well-formed", () => {
    for (const nothing of [undefined, null, 5, "open", {}, []]) {
      expect(isWellFormed(nothing as unknown as PeerRequest)).toBe(false);
    }
  });

  it("[R-3.10] an opening has at most the candidates of one block, by number and by bytes", () => {
    const opening = (candidates: readonly Uint8Array[]): boolean =>
      isWellFormed(requestOf("open", { ...GOOD.open, candidates }));
    const many = (count: number): Uint8Array[] => Array.from({ length: count }, () => bytes);
    expect(opening(many(SHARD_BLOCK_TRANSACTIONS_MAX))).toBe(true);
    expect(opening(many(SHARD_BLOCK_TRANSACTIONS_MAX + 1))).toBe(false);
    expect(opening([new Uint8Array(SHARD_BLOCK_BYTES_MAX)])).toBe(true);
    expect(opening([new Uint8Array(SHARD_BLOCK_BYTES_MAX), new Uint8Array(1)])).toBe(false);
  });

  it("[R-3.10] questions about a state have bounds", () => {
    const rounds = (count: number): PeerRequest =>
      requestOf("stateHeaders", { rounds: Array.from({ length: count }, (_, round) => round) });
    expect(isWellFormed(rounds(HEADERS_ASKED_MAX))).toBe(true);
    expect(isWellFormed(rounds(HEADERS_ASKED_MAX + 1))).toBe(false);
    expect(isWellFormed(requestOf("stateHeaders", { rounds: [-1] }))).toBe(false);
    const query = (length: number): PeerRequest =>
      requestOf("state", { query: new Uint8Array(length) });
    expect(isWellFormed(query(STATE_QUERY_BYTES_MAX))).toBe(true);
    expect(isWellFormed(query(STATE_QUERY_BYTES_MAX + 1))).toBe(false);
  });

  it("a shard refuses what is malformed instead of failing over it", async () => {
    const { net } = await Bank.open();
    for (const round of [Number.NaN, -1, "x"]) {
      const request = requestOf("decision", { round });
      expect(net.deliver(net.peer("shard"), request).kind).toBe("refused");
      const blocks = requestOf("blocks", { afterRound: round });
      expect(net.deliver(net.peer("shard"), blocks).kind).toBe("refused");
    }
    const stranger = { chains: [7], round: 0, from: null, known: null, bytesMax: 1 };
    const early = { ...stranger, chains: [0], round: 9 };
    const queries = [bytes, ...[stranger, early].map((one) => stateQueryCodec.encode(one))];
    const whys = queries.map((query) => {
      const answer = net.deliver(net.peer("shard"), { kind: "state", query });
      return answer.kind === "refused" ? answer.why : "";
    });
    expect(whys).toEqual([
      "Not a state query",
      "Chain 7 is not one of this shard",
      "Round 9 is not executed here",
    ]);
  });
});
