// The MerkleChain's part of joint blocks: what a voter makes of it, and what the MerkleChain does with what is certified.
import { describe, expect, it } from "vitest";
import type { NothingRequest, PeerAnswer } from "../../src/actors/peers.ts";
import {
  JOINT_HEADER_VERSION,
  type JointHeader,
  jointHeaderHash,
} from "../../src/protocol/blocks/joint-header.ts";
import type { MerkleChainBody } from "../../src/protocol/blocks/merkle-chain-body.ts";
import type { CertifiedBlock, JointBlock } from "../../src/protocol/blocks/shard-block.ts";
import { hasSeat, seatSet } from "../../src/protocol/consensus/seats.ts";
import { toHex } from "../../src/protocol/encoding/bytes.ts";
import { SignatureRecord } from "../../src/simulator/signature-record.ts";
import { Bank } from "./bank.ts";
import { FaultyVoter, proposerOf } from "./faulty-voter.ts";
import { commitRequest, signedCertificate } from "./forge.ts";
import type { LocalNetwork } from "./local-network.ts";
import { bodyOf, heldOpening, openings } from "./parts.ts";

/** A block with the MerkleChain's part alone, as the set on duty would make it. */
function partAlone(
  net: LocalNetwork,
  round: number,
  body: MerkleChainBody,
  change: Partial<JointHeader> = {},
): JointBlock {
  const { id, epoch } = net.network;
  const merkleChain = net.set.read((set) => set.merkleChain?.replica.partOf(body) ?? null);
  const header: JointHeader = {
    version: JOINT_HEADER_VERSION,
    networkId: id,
    epoch: epoch.epoch,
    set: 1,
    round,
    view: 0,
    halves: [],
    merkleChain,
    ...change,
  };
  return { header, shardBlocks: [], merkleChain: body };
}

const certify = (net: LocalNetwork, block: JointBlock, members?: readonly number[]) => {
  const change = members === undefined ? {} : { seats: seatSet(4, members) };
  return { block, certificate: signedCertificate(net, block.header, change) };
};

const rounds = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i);

describe("the MerkleChain", () => {
  async function opened() {
    const bank = await Bank.open();
    const id = await bank.send(0, 0);
    const opening = await heldOpening(bank);
    const { net } = bank;
    const hand = (certified: CertifiedBlock, set = 1): PeerAnswer =>
      net.merkle.step((merkle) => merkle.receive(commitRequest(certified, set)));
    const number = () => net.merkle.read(({ tip }) => tip.number);
    return { bank, net, id, opening, body: bodyOf(opening), hand, number };
  }

  async function expectFinal(bank: Bank, id: Uint8Array): Promise<void> {
    bank.net.lose = () => false;
    expect(await bank.net.sleep(200)).toBe(true);
    expect(bank.status(id)).toBe("FINAL");
    expect(bank.net.log.filter(({ event }) => /stopped|step failed/.test(event))).toEqual([]);
  }

  it("R-7.1, R-4.5 commits the block that it opened the round with, once, also after a crash", async () => {
    for (const crashes of [false, true]) {
      const { bank, net, id, opening, body, hand, number } = await opened();
      const certified = certify(net, partAlone(net, opening.round, body));
      if (crashes) net.crash("merkle");
      expect(hand(certified)).toEqual({ kind: "committed", round: opening.round });
      expect(hand(certified)).toEqual({ kind: "committed", round: opening.round });
      expect(number()).toBe(1);
      const hash = jointHeaderHash(certified.block.header);
      const decided = { kind: "decided", round: opening.round, hash };
      const ask = { kind: "decision", round: opening.round } as const;
      expect(net.merkle.step((merkle) => merkle.receive(ask))).toEqual(decided);
      await expectFinal(bank, id);
    }
  });

  it("R-7.1, R-4.5 closes the round for any other block, though certified, and notarises in a later one", async () => {
    const { bank, net, id, opening, body, hand, number } = await opened();
    // The same block, shown by other bytes: even that is not what it opened the round with.
    const other = { ...body, headers: [...body.headers, ...body.headers] };
    const answer = hand(certify(net, partAlone(net, opening.round, other)));
    expect(answer).toMatchObject({ kind: "closed", round: opening.round });
    const good = certify(net, partAlone(net, opening.round, body));
    expect(hand(good)).toMatchObject({ kind: "closed", round: opening.round });
    expect(number()).toBe(0);
    await expectFinal(bank, id);
  });

  it("R-7.1, R-4.1 refuses what no quorum of the set on duty certified, and goes on", async () => {
    const { bank, net, id, opening, body, hand, number } = await opened();
    const { round } = opening;
    const good = partAlone(net, round, body);
    const refused = {
      "two seats of four": certify(net, good, [0, 1]),
      "a certificate of another round": {
        block: good,
        certificate: certify(net, partAlone(net, round + 1, body)).certificate,
      },
      "another epoch": certify(net, partAlone(net, round, body, { epoch: 1 })),
      "a round to come": certify(net, partAlone(net, round + 1, body)),
      "no part": certify(net, partAlone(net, round, body, { merkleChain: null })),
      "another body": {
        ...certify(net, good),
        block: { ...good, merkleChain: { ...body, block: { ...body.block, number: 2 } } },
      },
      "no body": { ...certify(net, good), block: { ...good, merkleChain: null } },
    };
    for (const [name, one] of Object.entries(refused)) expect(hand(one).kind, name).toBe("refused");
    expect(hand(certify(net, good), 2).kind).toBe("refused");
    expect(number()).toBe(0);
    expect(hand(certify(net, good))).toEqual({ kind: "committed", round });
    await expectFinal(bank, id);
  });

  it("R-7.1 takes no other bytes beside a block than those that were certified, also after a crash", async () => {
    const { bank, net, id, opening, body, hand } = await opened();
    const [first] = body.headers;
    if (first === undefined) throw new Error("no header");
    const signature = first.certificate.signature.map((byte) => byte ^ 1);
    const spoilt = { ...first, certificate: { ...first.certificate, signature } };
    const certified = certify(net, partAlone(net, opening.round, body));
    for (const headers of [[spoilt], []]) {
      const other = { ...certified.block, merkleChain: { ...body, headers } };
      expect(hand({ ...certified, block: other }).kind).toBe("refused");
      net.crash("merkle");
    }
    expect(hand(certified)).toEqual({ kind: "committed", round: opening.round });
    await expectFinal(bank, id);
    const heads = [
      net.set.read((set) => set.merkleChain?.replica.head.round),
      net.merkle.read(({ tip }) => tip.round),
    ];
    expect(heads[0]).toBe(heads[1]);
  });

  it("R-3.10, R-7.1 keeps 64 reports of a shard while no set can be reached, and has all of them in the end", async () => {
    const bank = await Bank.open({ tags: true });
    const { net } = bank;
    net.lose = (_, { kind }) => kind === "openPart";
    net.loseAnswer = (_, { kind }) => kind === "openPart";
    for (let nonce = 0; nonce < 80; nonce++) {
      await bank.send(0, nonce, { validUntil: 5_000 });
      await net.advance(1);
    }
    const heads = openings(net).map((opening) => bodyOf(opening).block.notarised);
    expect(heads.at(-1)?.length).toBe(64);
    expect(heads.at(-1)?.map(({ round }) => round)).toEqual(rounds(1, 64));
    net.lose = () => false;
    net.loseAnswer = () => false;
    expect(await net.sleep(400)).toBe(true);
    const blocks = net.merkle.read((merkle) => merkle.blocksAfter(0, 99));
    const notarised = blocks.flatMap((block) => block.notarised.map(({ round }) => round));
    // The last three carry roots alone.
    expect(notarised).toEqual(rounds(1, 83));
  });

  it("R-7.1 is told at once that a block has no part of it, or that its turn will not come", async () => {
    const { bank, net, id, opening, number } = await opened();
    const nothing = { kind: "nothing", set: 1, round: opening.round } as const;
    const receive = (request: NothingRequest): PeerAnswer =>
      net.merkle.step((merkle) => merkle.receive(request));
    expect(receive({ ...nothing, set: 2 }).kind).toBe("undecided");
    expect(receive({ ...nothing, round: opening.round + 1 }).kind).toBe("undecided");
    const decided = { kind: "decided", round: opening.round, hash: null };
    expect(receive(nothing)).toEqual(decided);
    expect(receive(nothing)).toEqual(decided);
    expect(number()).toBe(0);
    await expectFinal(bank, id);
  });

  it("R-3.8, R-7.1 closes a round that has begun unopened as soon as somebody asks about it", async () => {
    const bank = await Bank.open();
    const { net } = bank;
    await net.advance(3);
    const ask = (round: number): PeerAnswer =>
      net.merkle.step((merkle) => merkle.receive({ kind: "decision", round }));
    expect(ask(4)).toEqual({ kind: "undecided", round: 4 });
    expect(ask(3)).toEqual({ kind: "decided", round: 3, hash: null });
    const id = await bank.send(0, 0);
    await expectFinal(bank, id);
    expect(net.merkle.read(({ tip }) => tip.round)).toBeGreaterThan(3);
  });

  it("R-3.8 opens earlier after a round that its set had begun without it", async () => {
    const bank = await Bank.open();
    const { net } = bank;
    const { roundMs, activationTimeMs } = net.network.epoch;
    const id = await bank.send(0, 0);
    await net.advance(1);
    // The shard has something for every round, and the MerkleChain's first word of each is lost: it comes again half a round later.
    const leads = new Map<number, number>();
    net.lose = (_, request) => {
      if (request.kind !== "openPart" || leads.has(request.round)) return false;
      leads.set(request.round, activationTimeMs + request.round * roundMs - net.nowMs);
      return true;
    };
    for (let nonce = 0; nonce < 6; nonce++) {
      await bank.send(1, nonce, { validUntil: 2_000 });
      const endMs = net.nowMs + roundMs;
      for (let i = 0; i < 30 && net.nowMs < endMs; i++) await net.sleep(1);
    }
    const [first, ...later] = leads.values();
    expect(first).toBe(roundMs / 10);
    expect(Math.max(...later)).toBeGreaterThan(roundMs / 10);
    expect(Math.max(...later)).toBeLessThanOrEqual(roundMs / 2);
    await expectFinal(bank, id);
  });
});

/** Just before a round that this voter proposes first for, while others do in the round before and in the next view. */
async function beforeItsTurn(net: LocalNetwork, faulty: FaultyVoter): Promise<void> {
  const proposes = (round: number, view: number): boolean =>
    hasSeat(faulty.seats, proposerOf(net, round, view));
  const isTurn = (round: number): boolean =>
    proposes(round, 0) && !proposes(round, 1) && !proposes(round - 1, 0);
  while (!isTurn(net.round + 2)) await net.advance(1);
}

describe("a voter of a set on T0's duty", () => {
  it.each([
    "what the MerkleChain opened the round with",
    "a header that nobody certified",
    "another body than its header's",
    "another head",
  ])("R-7.1, R-4.4 is asked to vote for a part with %s", async (name) => {
    const record = new SignatureRecord();
    const bank = await Bank.open({
      seats: 4,
      voters: [[0], [1], [2], [3]],
      tags: true,
      wrapSeats: (seats, voter) => (voter === "voter 3" ? seats : record.wrap(seats)),
    });
    const { net } = bank;
    const faulty = new FaultyVoter(net, "voter 3");
    await beforeItsTurn(net, faulty);
    const id = await bank.send(0, 0, { validUntil: 5_000 });
    net.sent = [];
    await net.advance(1);
    for (let i = 0; i < 30 && openings(net).length === 0; i++) await net.sleep(1);
    const [opening] = openings(net);
    if (opening === undefined) throw new Error("Nothing was opened");
    const { round } = opening;
    const good = bodyOf(opening);
    const right = partAlone(net, round, good);
    const part = right.header.merkleChain;
    if (part === null) throw new Error("no part");
    const headerHash = new Uint8Array(32).fill(1);
    const notarised = good.block.notarised.map((one) => ({ ...one, headerHash }));
    const forged = { ...good, block: { ...good.block, notarised } };
    const head = { round: 0, hash: new Uint8Array(32).fill(2) };
    const blocks: Record<string, JointBlock> = {
      "what the MerkleChain opened the round with": right,
      "a header that nobody certified": partAlone(net, round, forged),
      "another body than its header's": { ...right, merkleChain: forged },
      "another head": partAlone(net, round, good, { merkleChain: { ...part, head } }),
    };
    const block = blocks[name] as JointBlock;
    net.nowMs = net.network.epochs.roundStartMs(round);
    await net.settled();
    const message = faulty.proposal(round, jointHeaderHash(block.header));
    for (const voter of faulty.honest)
      expect(faulty.say(voter, round, message, block)).toEqual({ kind: "heard" });
    expect(await net.sleep(400)).toBe(true);
    const value = toHex(jointHeaderHash(block.header));
    const isVoted = [...record.votes.values()].some((values) => values.has(value));
    expect(isVoted).toBe(name === "what the MerkleChain opened the round with");
    const log = net.log.map(({ event }) => event);
    expect(log.includes("part refused")).toBe(name === "a header that nobody certified");
    expect(bank.status(id)).toBe("FINAL");
    expect(record.equivocations()).toEqual([]);
    expect(log.filter((event) => /stopped|step failed/.test(event))).toEqual([]);
  });
});
