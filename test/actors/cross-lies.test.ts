// What a partner, or somebody in the name of the pair's set, could say wrongly of a trade between two shards: it moves nobody, and the
// right word, when it comes, is taken.
import { beforeEach, describe, expect, it } from "vitest";
import type { AcceptedRequest, PeerAnswer } from "../../src/actors/peers.ts";
import { buildShardBlock } from "../../src/protocol/blocks/build-shard-block.ts";
import { type Half, joinHalves, jointHeaderHash } from "../../src/protocol/blocks/joint-header.ts";
import {
  type CertifiedBlock,
  certifiedBlockCodec,
  type ShardBlock,
} from "../../src/protocol/blocks/shard-block.ts";
import type { Certificate } from "../../src/protocol/consensus/messages.ts";
import {
  type ResultCertificate,
  resultCertificateCodec,
} from "../../src/protocol/consensus/result-certificate.ts";
import { seatSet } from "../../src/protocol/consensus/seats.ts";
import { resultVoteBytes, voteBytes } from "../../src/protocol/consensus/signed-bytes.ts";
import { toHex } from "../../src/protocol/encoding/bytes.ts";
import { type CrossResult, crossResultCodec } from "../../src/protocol/ledger/cross-result.ts";
import { transactionCodec } from "../../src/protocol/ledger/transaction.ts";
import {
  decodeTransaction,
  type VerifiedTransaction,
} from "../../src/protocol/ledger/unverified.ts";
import { signedTrade } from "../support/trades.ts";
import { accepted } from "../support/transactions.ts";
import { Bank } from "./bank.ts";
import { setNamed } from "./local-network.ts";

const ALARMS_MAX = 3_000;
const SEATS = 21;
/** One too few of 21. */
const TOO_FEW = seatSet(
  SEATS,
  Array.from({ length: 14 }, (_, seat) => seat),
);

let bank: Bank;
let id: Uint8Array;

beforeEach(async () => {
  bank = await Bank.open({ shards: 4, chains: 4, accounts: 3, seats: SEATS, tags: true });
  const trade = await signedTrade(
    bank.net.network.id,
    [
      { payer: bank.signer(0), chain: 0, amount: 5n, nonce: 0 },
      { payer: bank.signer(1), chain: 1, amount: 7n, nonce: 0 },
    ],
    { validUntil: bank.net.round + 2_000 },
  );
  const bytes = transactionCodec.encode(trade);
  for (const shard of [0, 1]) expect(bank.admitTo(shard, bytes)[0]?.kind).toBe("accepted");
  id = accepted(decodeTransaction(bytes, bank.net.network.id)).id;
});

const statuses = (): string[] => [0, 1].map((chain) => bank.status(id, chain));

async function expectFinal(): Promise<void> {
  expect(await bank.net.sleep(ALARMS_MAX)).toBe(true);
  expect(statuses()).toEqual(["FINAL", "FINAL"]);
  expect([0, 1].map((chain) => bank.view(id, chain)?.code)).toEqual([2, 2]);
  for (const [, lines] of bank.replicas()) expect(new Set(lines).size).toBe(1);
}

/** By the seats of a set: the tags are real, whatever they are about. */
function signedResult(certificate: ResultCertificate): ResultCertificate {
  const { epoch, set, round, seats, value } = certificate;
  const instance = { networkId: bank.net.network.id, epoch, set, round };
  const message = resultVoteBytes(instance, value);
  return { ...certificate, signature: bank.net.seats(setNamed(set)).sign(seats, message) };
}

function signedBlock({ block }: CertifiedBlock, certificate: Certificate): CertifiedBlock {
  const { epoch, set, round, view, value, seats } = certificate;
  const instance = { networkId: bank.net.network.id, epoch, set, round };
  const message = voteBytes(instance, "commit", view, value);
  const signature = bank.net.seats(setNamed(set)).sign(seats, message);
  return { block, certificate: { ...certificate, signature } };
}

describe("the result of a trade between two shards", () => {
  it.each<readonly [string, (result: CrossResult) => CrossResult]>([
    ["of another round", (result) => ({ ...result, round: result.round + 1 })],
    ["of another block", (result) => ({ ...result, headerHash: new Uint8Array(32) })],
    ["without its receipts", (result) => ({ ...result, receipts: [] })],
    [
      "of another transaction",
      (result) => ({
        ...result,
        receipts: result.receipts.map((receipt) => ({
          ...receipt,
          id: new Uint8Array(32).fill(9),
        })),
      }),
    ],
  ])(
    "R-5.4 %s is not taken from the partner, and the set's certificate stands for it",
    async (_, lie) => {
      let lies = 0;
      bank.net.alter = (answer) => {
        if (answer.kind !== "exchanged" || answer.result === null) return answer;
        lies += 1;
        return { kind: "exchanged", result: changed(answer.result, lie) };
      };
      await expectFinal();
      expect(lies).toBeGreaterThan(0);
    },
  );

  it.each<readonly [string, (certificate: ResultCertificate) => ResultCertificate]>([
    ["of another set", (one) => signedResult({ ...one, set: 2 })],
    ["of another round", (one) => signedResult({ ...one, round: one.round + 1 })],
    ["of another epoch", (one) => signedResult({ ...one, epoch: one.epoch + 1 })],
    ["of another result", (one) => signedResult({ ...one, value: new Uint8Array(32).fill(3) })],
    ["with 14 of 21 signatures", (one) => signedResult({ ...one, seats: TOO_FEW })],
    [
      "with 14 signatures that says 21",
      (one) => ({ ...signedResult({ ...one, seats: TOO_FEW }), seats: one.seats }),
    ],
  ])(
    "R-3.2, R-5.4 is not believed by a certificate %s, until the right one comes",
    async (_, lie) => {
      // Nothing but the certificate can bring the result.
      bank.net.lose = (_to, { kind }) => kind === "exchange";
      let lies = 0;
      const alter = (answer: PeerAnswer): PeerAnswer => {
        if (answer.kind !== "result" || answer.certificate === null) return answer;
        lies += 1;
        const right = accepted(resultCertificateCodec.decode(answer.certificate));
        return { ...answer, certificate: resultCertificateCodec.encode(lie(right)) };
      };
      bank.net.alter = alter;
      await bank.net.sleep(400);
      expect(lies).toBeGreaterThan(0);
      expect(statuses()).toEqual(["COMMITTED", "COMMITTED"]);
      bank.net.alter = (answer) => answer;
      await expectFinal();
    },
  );
});

describe("a half that the partner is said to have accepted", () => {
  /** What shard 0 tells shard 1, which has opened the round and heard nothing of the block. */
  async function handedOver(): Promise<AcceptedRequest> {
    bank.net.lose = (to, { kind }) =>
      kind === "accepted" || (kind === "commit" && to.kind === "shard" && to.shard === 1);
    for (let i = 0; i < 200; i++) {
      const found = bank.net.sent.find(
        ([to, { kind }]) => kind === "accepted" && to.kind === "shard" && to.shard === 1,
      );
      if (found !== undefined) return found[1] as AcceptedRequest;
      await bank.net.sleep(1);
    }
    throw new Error("Shard 0 accepted nothing");
  }
  const hear = (request: AcceptedRequest): PeerAnswer =>
    bank.net.shardOf(1).step((shard) => shard.receive(request));

  it.each<readonly [string, (certificate: Certificate) => Partial<Certificate>]>([
    ["of another set", () => ({ set: 2 })],
    ["of another round", ({ round }) => ({ round: round + 1 })],
    ["of another epoch", ({ epoch }) => ({ epoch: epoch + 1 })],
    ["of another block", () => ({ value: new Uint8Array(32).fill(3) })],
    ["with 14 of 21 signatures", () => ({ seats: TOO_FEW })],
  ])("R-3.2, R-4.5 is refused with a certificate %s", async (_, lie) => {
    const request = await handedOver();
    const right = accepted(certifiedBlockCodec.decode(request.certifiedBlock));
    expect(right.certificate.value).toEqual(jointHeaderHash(right.block.header));
    const certificate = { ...right.certificate, ...lie(right.certificate) };
    const certifiedBlock = certifiedBlockCodec.encode(signedBlock(right, certificate));
    expect(hear({ ...request, certifiedBlock })).toMatchObject({
      kind: "partner",
      verdict: "undecided",
    });
    expect(bank.status(id, 1)).toBe("PENDING");
    bank.net.lose = () => false;
    await expectFinal();
  });

  it("R-4.5 is refused for another round than its block's", async () => {
    const request = await handedOver();
    expect(hear({ ...request, round: request.round + 1 })).toMatchObject({ kind: "refused" });
    expect(bank.status(id, 1)).toBe("PENDING");
    bank.net.lose = () => false;
    await expectFinal();
  });
});

describe("a cartel that has its set", () => {
  /** As many as certify a block of 21 seats. */
  const CARTEL = seatSet(
    SEATS,
    Array.from({ length: 15 }, (_, seat) => seat),
  );

  it("R-3.5, R-4.5 certifies halves that differ: one with the trade, one without; they are void on both shards", async () => {
    const { net } = bank;
    const own = await bank.send(2, 0, { chain: 1 });
    net.lose = (_, { kind }) => kind === "commit";
    const commits = () =>
      net.sent.flatMap(([to, request]) =>
        to.kind === "shard" && to.shard === 0 && request.kind === "commit" ? [request] : [],
      );
    const crossOf = (block: CertifiedBlock): number =>
      block.block.shardBlocks.reduce((sum, { crossShard }) => sum + crossShard.length, 0);
    const honest = () =>
      commits()
        .map(({ certifiedBlock }) => accepted(certifiedBlockCodec.decode(certifiedBlock)))
        .find((one) => crossOf(one) > 0);
    for (let i = 0; i < 400 && honest() === undefined; i++) await net.sleep(1);
    const { block, certificate } = honest() as CertifiedBlock;
    const { header, shardBlocks } = block;
    const { epoch, round, set } = header;
    const without = net.shardOf(1).read(({ replica, room }) => {
      const transfer = room.transaction(toHex(own)) as VerifiedTransaction;
      return buildShardBlock(replica.view(round), [transfer]).formed;
    });
    const [first] = header.halves as [Half, Half];
    const halves = joinHalves(net.network.id, epoch, [first, without.half]);
    const forged = { ...header, halves };
    const value = jointHeaderHash(forged);
    const certified = (bodies: readonly ShardBlock[]): Uint8Array => {
      const one = {
        block: { header: forged, shardBlocks: bodies, merkleChain: null },
        certificate,
      };
      return certifiedBlockCodec.encode(signedBlock(one, { ...certificate, value, seats: CARTEL }));
    };
    const parts = [certified(shardBlocks), certified([without.shardBlock])] as const;
    for (const [shard, other] of [
      [0, 1],
      [1, 0],
    ] as const) {
      const request = {
        kind: "commit",
        set,
        certifiedBlock: parts[shard],
        partnerBlock: parts[other],
      } as const;
      const say = () => net.shardOf(shard).step((actor) => actor.receive(request));
      say();
      await net.settled();
      expect(say()).toMatchObject({ kind: "closed", round });
    }
    const closed = net.log.filter(
      ({ event, fields }) => event === "round closed" && fields.round === round,
    );
    const why = expect.stringContaining("both halves list the same cross-shard transactions");
    expect(closed.map(({ fields }) => [fields.shard, fields.why])).toEqual([
      [0, why],
      [1, why],
    ]);
    expect(bank.status(own, 1)).toBe("PENDING");
    expect(statuses()).toEqual(["PENDING", "PENDING"]);
    net.lose = () => false;
    await expectFinal();
    expect(bank.view(id, 0)?.legs[0]?.round).toBeGreaterThan(round);
    expect(bank.status(own, 1)).toBe("FINAL");
  });
});

function changed(bytes: Uint8Array, lie: (result: CrossResult) => CrossResult): Uint8Array {
  return crossResultCodec.encode(lie(accepted(crossResultCodec.decode(bytes))));
}
