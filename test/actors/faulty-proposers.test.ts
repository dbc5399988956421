import { describe, expect, it } from "vitest";
import type { PeerAnswer, PeerRequest } from "../../src/actors/peers.ts";
import { chainHeaderHash } from "../../src/protocol/blocks/chain-header.ts";
import {
  JOINT_HEADER_VERSION,
  type JointHeader,
  jointHeaderHash,
} from "../../src/protocol/blocks/joint-header.ts";
import type { JointBlock, ShardBlock } from "../../src/protocol/blocks/shard-block.ts";
import { consensusMessageCodec, type Phase } from "../../src/protocol/consensus/messages.ts";
import { seatSet } from "../../src/protocol/consensus/seats.ts";
import { voteBytes } from "../../src/protocol/consensus/signed-bytes.ts";
import { toHex } from "../../src/protocol/encoding/bytes.ts";
import {
  decodeTransaction,
  type UnverifiedTransaction,
} from "../../src/protocol/ledger/unverified.ts";
import { merkleRoot } from "../../src/protocol/merkle/transaction-tree.ts";
import { SignatureRecord } from "../../src/simulator/signature-record.ts";
import { accepted, transactionWithBadSignature } from "./bad-transactions.ts";
import { Bank } from "./bank.ts";
import { FaultyVoter } from "./faulty-voter.ts";
import { formOnHead } from "./forge.ts";
import type { LocalNetwork } from "./local-network.ts";

/** Voter 3 is faulty; the others' signatures are recorded. */
async function world() {
  const record = new SignatureRecord();
  const bank = await Bank.open({
    seats: 4,
    voters: [[0], [1], [2], [3]],
    tags: true,
    wrapSeats: (seats, voter) => (voter === "voter 3" ? seats : record.wrap(seats)),
  });
  return {
    bank,
    net: bank.net,
    record,
    faulty: new FaultyVoter(bank.net, "voter 3"),
  };
}

function blockOn(
  net: LocalNetwork,
  round: number,
  transactions: readonly UnverifiedTransaction[],
  change: Partial<JointHeader> = {},
): JointBlock {
  const { half, shardBlock } = formOnHead(net, round, transactions);
  const header: JointHeader = {
    version: JOINT_HEADER_VERSION,
    networkId: net.network.id,
    epoch: 0,
    set: 1,
    round,
    view: 0,
    halves: [half],
    merkleChain: null,
    ...change,
  };
  return { header, shardBlocks: [shardBlock], merkleChain: null };
}

/** The same block with another body, and a header that commits to it. */
function rebuilt({ header, shardBlocks }: JointBlock, change: Partial<ShardBlock>): JointBlock {
  const [body] = shardBlocks;
  const [half] = header.halves;
  if (body === undefined || half === undefined) throw new Error("no half");
  const changed = { ...body, ...change };
  const hashes = changed.chainHeaders.map((one) => chainHeaderHash(header.networkId, 0, one));
  return {
    header: { ...header, halves: [{ ...half, chainsRoot: merkleRoot(hashes) }] },
    shardBlocks: [changed],
    merkleChain: null,
  };
}

/** A transaction that nobody signed. */
async function unsigned(bank: Bank): Promise<UnverifiedTransaction> {
  const bytes = transactionWithBadSignature(await bank.bytes(0, 0));
  return accepted(decodeTransaction(bytes, bank.net.network.id));
}

/** Up to just before a round in which the faulty voter proposes first, with transactions waiting for it. */
async function waiting({ bank, net, faulty }: Awaited<ReturnType<typeof world>>) {
  const round = await faulty.beforeTurn();
  const ids = [
    await bank.send(1, 0, { validUntil: 2_000 }),
    await bank.send(2, 0, { validUntil: 2_000 }),
  ];
  return { round, ids, commitView: () => viewOf(net, round) };
}

const viewOf = (net: LocalNetwork, round: number): number | undefined =>
  net.shard.read(({ replica }) => replica.blocks.header(round)?.certificate.view);

/** Whether an honest seat signed anything for the block. */
const isVotedFor = ({ votes }: SignatureRecord, block: JointBlock): boolean =>
  [...votes.values()].some((values) => values.has(toHex(jointHeaderHash(block.header))));

const bad: Readonly<Record<string, (bank: Bank, round: number) => Promise<JointBlock>>> = {
  "R-4.4 with a signature that does not hold": async (bank, round) =>
    blockOn(bank.net, round, [await unsigned(bank)]),
  "R-4.4 with a state root that is wrong": async (bank, round) => {
    const block = blockOn(bank.net, round, [await bank.transaction(0, 0)]);
    const chainHeaders = block.shardBlocks[0]?.chainHeaders ?? [];
    return rebuilt(block, {
      chainHeaders: chainHeaders.map((one) => ({ ...one, stateRoot: new Uint8Array(32).fill(3) })),
    });
  },
  "R-4.7 that extends a head that there is not": async (bank, round) => {
    const block = blockOn(bank.net, round, [await bank.transaction(0, 0)]);
    const halves = block.header.halves.map((half) => ({
      ...half,
      head: { round: round - 1, hash: new Uint8Array(32).fill(9) },
    }));
    return { ...block, header: { ...block.header, halves } };
  },
  "R-4.2 of another round": async (bank, round) =>
    blockOn(bank.net, round, [await bank.transaction(0, 0)], { round: round + 1 }),
  "R-4.2 of a view to come": async (bank, round) =>
    blockOn(bank.net, round, [await bank.transaction(0, 0)], { view: 1 }),
  "R-4.4 with a nonce that is not next": async (bank, round) => {
    const block = blockOn(bank.net, round, [await bank.transaction(0, 0)]);
    const gap = await bank.transaction(2, 1);
    const other = blockOn(bank.net, round, [await bank.transaction(2, 0)]);
    const [header] = block.shardBlocks[0]?.chainHeaders ?? [];
    if (header === undefined) throw new Error("no header");
    const chainHeaders = [{ ...header, transactionsRoot: merkleRoot([gap.leaf]) }];
    return rebuilt(other, { chainHeaders, singleChain: [{ chain: 0, transactions: [gap.bytes] }] });
  },
};

/** In the end all waiting transactions are FINAL, and no honest actor did anything wrong. */
async function expectHealthy(
  { bank, net, record }: Awaited<ReturnType<typeof world>>,
  ids: readonly Uint8Array[],
): Promise<void> {
  expect(await net.sleep(300)).toBe(true);
  expect(ids.map((id) => bank.status(id))).toEqual(ids.map(() => "FINAL"));
  expect(net.log.filter(({ event }) => /stopped|step failed/.test(event))).toEqual([]);
  expect(record.equivocations()).toEqual([]);
}

describe("the proposal of a voter elsewhere", () => {
  it("R-4.4 is voted for if each voter's own replica finds it good, signatures checked by each once", async () => {
    const w = await world();
    const { bank, net, record, faulty } = w;
    const { round, ids, commitView } = await waiting(w);
    // One that no shard offered: its signatures are unknown to everybody.
    const block = blockOn(net, round, [
      await bank.transaction(0, 0),
      await bank.transaction(1, 0, { validUntil: 2_000 }),
    ]);
    await net.advance(1);
    faulty.propose(round, block);
    await net.settled();
    expect(isVotedFor(record, block)).toBe(true);
    // A quorum of three with the proposer silent needs nobody else.
    await expectHealthy(w, ids);
    expect(commitView()).toBe(0);
    expect(bank.account(0).nonce).toBe(1);
  });

  it.each(Object.keys(bad))("%s: no honest seat votes, and the next view commits", async (name) => {
    const w = await world();
    const { bank, record, faulty, net } = w;
    const { round, ids, commitView } = await waiting(w);
    const block = await bad[name]?.(bank, round);
    if (block === undefined) throw new Error("no block");
    await net.advance(1);
    faulty.propose(round, block);
    await net.settled();
    // Its own votes change nothing.
    for (const voter of faulty.honest) {
      const value = jointHeaderHash(block.header);
      faulty.say(voter, round, faulty.vote(round, "prepare", value));
      faulty.say(voter, round, faulty.vote(round, "commit", value));
    }
    await expectHealthy(w, ids);
    expect(isVotedFor(record, block)).toBe(false);
    expect(commitView()).toBe(1);
  });

  it("R-4.4 whose body is not the one of its header is not judged by that body, but asked for", async () => {
    const w = await world();
    const { bank, record, faulty, net } = w;
    const { round, ids, commitView } = await waiting(w);
    const block = blockOn(net, round, [await bank.transaction(0, 0)]);
    const other = blockOn(net, round, [await bank.transaction(2, 0)]);
    const mixed = { ...other, header: block.header };
    await net.advance(1);
    faulty.propose(round, block, ["voter 1"]);
    faulty.propose(round, block, ["set"], mixed);
    faulty.say("voter 2", round, faulty.proposal(round, jointHeaderHash(block.header)));
    await net.settled();
    expect(net.sent.some(([, { kind }]) => kind === "proposedBlock")).toBe(true);
    expect(isVotedFor(record, block)).toBe(true);
    await expectHealthy(w, ids);
    expect(commitView()).toBe(0);
  });

  it("R-4.1, R-4.3, R-10.2 of two values: neither has a quorum, the two are evidence, the next view commits", async () => {
    const w = await world();
    const { bank, record, faulty, net } = w;
    const { round, ids, commitView } = await waiting(w);
    const blocks = [
      blockOn(net, round, [await bank.transaction(0, 0)]),
      blockOn(net, round, [await bank.transaction(2, 0)]),
    ] as const;
    await net.advance(1);
    faulty.propose(round, blocks[0], ["set", "voter 1"]);
    faulty.propose(round, blocks[1], ["voter 2"]);
    await net.settled();
    expect(blocks.map((block) => isVotedFor(record, block))).toEqual([true, true]);
    // It votes for one of them with some and the other with others, and lets one voter see both.
    for (const [i, voter] of faulty.honest.entries()) {
      const value = jointHeaderHash(blocks[i === 2 ? 1 : 0].header);
      faulty.say(voter, round, faulty.vote(round, "commit", value));
    }
    faulty.propose(round, blocks[1], ["set"]);
    expect(net.log.some(({ event }) => event === "equivocation")).toBe(true);
    await expectHealthy(w, ids);
    expect(commitView()).toBe(1);
  });

  it("R-4.4 is judged again after a crash, with answers to the life before coming late", async () => {
    const w = await world();
    const { bank, faulty, net } = w;
    const { round, ids } = await waiting(w);
    const block = blockOn(net, round, [await bank.transaction(0, 0)]);
    await net.advance(1);
    faulty.propose(round, block);
    // The checks of its signatures are under way.
    for (const voter of faulty.honest) net.crash(voter);
    await net.settled();
    await expectHealthy(w, ids);
  });
});

describe("a voter that says too much", () => {
  it("R-3.10 cannot fill the memory or the store of another", async () => {
    const w = await world();
    const { bank, faulty, net } = w;
    const { round, ids } = await waiting(w);
    const held = () => net.voter("voter 1").read((voter) => voter.held);
    const rows = (): number => net.store("voter 1").table("instances").range({ limit: 99 }).length;
    const blocks: JointBlock[] = [];
    for (let amount = 1n; amount <= 20n; amount++) {
      const payload = { kind: "transfer", to: bank.signer(1).address, amount } as const;
      blocks.push(blockOn(net, round, [await bank.transaction(0, 0, { payload })]));
    }
    const flood = (at: number): void => {
      for (const [i, block] of blocks.entries()) {
        const value = jointHeaderHash(block.header);
        const messages = [
          faulty.proposal(at, value),
          faulty.vote(at, "prepare", value, i),
          faulty.vote(at, "commit", value, i),
          faulty.viewChange(at, i + 1),
        ];
        for (const message of messages) faulty.say("voter 1", at, message, block);
      }
    };
    // Before the round opens, before its engine runs, and while it runs.
    net.lose = ({ kind }) => kind === "voter";
    flood(round);
    await net.advance(1);
    flood(round);
    flood(round + 1);
    expect(held()).toEqual({ messages: 4, blocks: 0 });
    net.lose = () => false;
    const [open] = net.sent.flatMap(([, one]) => (one.kind === "open" ? [one] : []));
    if (open === undefined) throw new Error("not opened");
    net.voter("voter 1").step((voter) => {
      voter.receive(open);
      flood(round);
    });
    flood(round);
    await net.settled();
    flood(round);
    await net.settled();
    expect(held().blocks).toBeLessThanOrEqual(3);
    // Of three other voters each sort of message once, and a certificate.
    expect(held().messages).toBeLessThanOrEqual(3 * 4 + 1);
    expect(rows()).toBeLessThanOrEqual(1);
    await expectHealthy(w, ids);
    expect(held()).toEqual({ messages: 0, blocks: 0 });
  });

  it("R-4.1 cannot put a certificate of a later view in the place of the one that decides", async () => {
    const { net } = await world();
    net.nowMs += net.network.roundMs;
    const { scheme } = net.network;
    const value = new Uint8Array(32).fill(4);
    const say = (phase: Phase, view: number): PeerAnswer => {
      const bytes = voteBytes(
        { networkId: net.network.id, epoch: 0, set: 1, round: 1 },
        phase,
        view,
        value,
      );
      const signature = scheme.aggregate(
        net.voters.map((voter) => net.seats(voter).sign(net.seats(voter).seats, bytes)),
      );
      const seats = seatSet(4, [0, 1, 2, 3]);
      const certificate = { epoch: 0, set: 1, round: 1, view, phase, value, seats, signature };
      const message = consensusMessageCodec.encode({ kind: "certificate", certificate });
      return net.deliver(net.peer("voter 1"), {
        kind: "consensus",
        set: 1,
        round: 1,
        message,
        block: null,
      });
    };
    const held = () => net.voter("voter 1").read((voter) => voter.held.messages);
    expect([say("prepare", 3).kind, held()]).toEqual(["refused", 0]);
    expect([say("commit", 0).kind, held()]).toEqual(["heard", 1]);
  });

  it("R-4.1 what cannot be read, is of another set or round, or signed by others is refused and changes nothing", async () => {
    const w = await world();
    const { faulty, net } = w;
    const { round, ids } = await waiting(w);
    await net.advance(1);
    const value = new Uint8Array(32);
    const voter = net.peer("voter 1");
    const good = {
      kind: "consensus",
      set: 1,
      round,
      message: consensusMessageCodec.encode(faulty.vote(round, "prepare", value)),
      block: null,
    } as const;
    const vote = faulty.vote(round, "commit", value);
    if (vote.kind !== "vote") throw new Error("no vote");
    const withVote = (change: object): object => {
      const changed = { kind: "vote", vote: { ...vote.vote, ...change } } as const;
      return { ...good, message: consensusMessageCodec.encode(changed) };
    };
    const wrong: readonly object[] = [
      { ...good, set: 2 },
      { ...good, round: round + 3 },
      { ...good, round: Number.NaN },
      { ...good, round: -1 },
      { ...good, message: new Uint8Array(7) },
      { ...good, message: "vote" },
      { ...good, message: new Uint8Array(1_000_000) },
      { ...good, block: 5 },
      withVote({ seats: new Uint8Array([1]) }),
      withVote({ seats: new Uint8Array([0]) }),
      withVote({ seats: new Uint8Array([12]) }),
      withVote({ seats: new Uint8Array([255, 255]) }),
      withVote({ signature: new Uint8Array(48) }),
      withVote({ view: 3 }),
      { kind: "proposedBlock", set: 1, round, value: new Uint8Array(31) },
      { kind: "opening", set: 1, round: 0.5 },
      { kind: "open", round },
      { kind: "nothing" },
    ];
    for (const request of wrong) {
      const { kind } = net.deliver(voter, request as PeerRequest);
      expect([kind, request]).toEqual(["refused", request]);
    }
    expect(net.deliver(voter, good)).toEqual({ kind: "heard" });
    await expectHealthy(w, ids);
  });
});
