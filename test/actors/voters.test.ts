import { describe, expect, it } from "vitest";
import type { PeerAnswer } from "../../src/actors/peers.ts";
import { consensusMessageCodec } from "../../src/protocol/consensus/messages.ts";
import { Bank, type BankOptions } from "./bank.ts";
import { FaultyVoter, proposerOf } from "./faulty-voter.ts";
import type { LocalNetwork } from "./local-network.ts";

const FOUR: BankOptions = { seats: 4, voters: [[0], [1], [2], [3]], tags: true };
const SEVEN: BankOptions = { seats: 7, voters: [[0, 3], [1], [2, 6], [4, 5]], tags: true };

const stopped = (net: LocalNetwork): unknown[] =>
  net.log.filter(({ event }) => event === "actor stopped" || event === "step failed");

/** Everybody is where the shard is, and sleeps. */
async function expectOneHistory(bank: Bank): Promise<void> {
  expect(await bank.net.sleep(600)).toBe(true);
  expect(new Set(bank.voterHeads())).toEqual(new Set([bank.heads().shard]));
  expect(bank.net.nextTickMs()).toBeNull();
  expect(stopped(bank.net)).toEqual([]);
}

const headRound = ({ net }: Bank): number => net.shard.read(({ replica }) => replica.head.round);

describe("a set of several voters", () => {
  it.each([
    ["R-4.1 four voters of a seat each", FOUR],
    ["R-4.1 seven seats in four voters", SEVEN],
    ["R-4.1 four voters who sign with BLS", { ...FOUR, tags: false }],
  ])("%s commit what one voter would, in the round that opened", async (_, options) => {
    const bank = await Bank.open(options);
    const ids: Uint8Array[] = [];
    for (let nonce = 0; nonce < 4; nonce++) {
      ids.push(await bank.send(0, nonce), await bank.send(2, nonce));
      await bank.net.advance(1);
      expect(headRound(bank)).toBe(bank.net.round);
    }
    await expectOneHistory(bank);
    expect(ids.map((id) => bank.status(id))).toEqual(ids.map(() => "FINAL"));
  });

  it.each([
    ["R-3.2, R-4.1 four seats with one down", FOUR, "voter 2"],
    ["R-3.2, R-4.1 seven seats with two down", SEVEN, "voter 3"],
  ] as const)(
    "%s go on: a silent proposer costs a view; and who was away catches up",
    async (_, options, away) => {
      const bank = await Bank.open(options);
      const { net } = bank;
      const faulty = new FaultyVoter(net, away);
      for (let nonce = 0; nonce < 5; nonce++) {
        const round = await faulty.beforeTurn();
        const id = await bank.send(0, nonce);
        await net.advance(1);
        expect(await net.sleep(200)).toBe(true);
        expect([bank.status(id), roundOf(bank, id)]).toEqual(["FINAL", round]);
        const header = net.shard.read(({ replica }) => replica.blocks.header(round));
        expect(header?.certificate.view).toBe(1);
      }
      expect(new Set(bank.voterHeads()).size).toBe(2);
      net.crash(away);
      net.down.clear();
      await bank.send(0, 5);
      await expectOneHistory(bank);
    },
  );

  it.each([
    ["R-3.2, R-4.3 of four seats with two down", FOUR, ["voter 1", "voter 2"]],
    ["R-3.2, R-4.3 of seven seats with three down", SEVEN, ["voter 1", "voter 2"]],
  ] as const)("%s commits nothing, and goes on when they come back", async (_, options, away) => {
    const bank = await Bank.open(options);
    const { net } = bank;
    await bank.send(0, 0);
    await net.sleep(100);
    const before = bank.heads().shard;
    for (const who of away) net.down.add(who);
    const id = await bank.send(0, 1, { validUntil: net.round + 5_000 });
    await net.sleep(300);
    expect([bank.status(id), bank.heads().shard]).toEqual(["PENDING", before]);
    for (const who of away) net.crash(who);
    net.down.clear();
    await expectOneHistory(bank);
    expect(bank.status(id)).toBe("FINAL");
  });

  it("R-3.9 voters who cannot decide sleep once the shard has closed the round, with nothing left", async () => {
    const bank = await Bank.open(FOUR);
    const { net } = bank;
    net.down.add("voter 1").add("voter 2");
    const id = await bank.send(0, 0, { validUntil: 3 });
    expect(await net.sleep(300)).toBe(true);
    expect(bank.status(id)).toBe("EXPIRED");
    for (const voter of net.voters) {
      expect(net.store(voter).table("instances").range({ limit: 1 })).toEqual([]);
    }
  });

  it("R-4.3, R-4.4 a proposer bound by a lock whose block it lacks asks for it", async () => {
    const bank = await Bank.open(FOUR);
    const { net } = bank;
    // A round in which voter 3 proposes second: it hears neither the first proposal nor any commit vote of view 0.
    const isTurn = (round: number): boolean =>
      proposerOf(net, round, 0) !== 3 && proposerOf(net, round, 1) === 3;
    while (!isTurn(net.round + 1)) await net.advance(1);
    net.lose = (to, request) => {
      if (request.kind !== "consensus") return false;
      const decoded = consensusMessageCodec.decode(request.message);
      if (!decoded.ok) throw new Error("malformed");
      const message = decoded.value;
      if (message.kind === "proposal" && message.proposal.view === 0) return isVoter(to, 3);
      return message.kind === "vote" && message.vote.view === 0 && message.vote.phase === "commit";
    };
    const id = await bank.send(0, 0);
    await net.advance(1);
    expect(await net.sleep(300)).toBe(true);
    const asked = net.sent.filter(([, { kind }]) => kind === "proposedBlock");
    expect(asked.length).toBeGreaterThan(0);
    expect(bank.status(id)).toBe("FINAL");
    const view = net.shard.read(({ replica }) => {
      const round = roundOf(bank, id);
      return replica.blocks.header(round)?.certificate.view;
    });
    // Not a block of its own: that of view 0.
    expect(view).toBe(1);
    await expectOneHistory(bank);
  });

  it.each([
    ["R-4.3 all voters crash, each with a lock", "prepare"],
    ["R-4.3 all voters crash, each with a certificate", "commit"],
  ] as const)("%s: the same block commits, from what they had stored", async (_, phase) => {
    const bank = await Bank.open(FOUR);
    const { net } = bank;
    net.lose = (to, request) => {
      if (request.kind !== "consensus") return to.kind === "shard";
      const decoded = consensusMessageCodec.decode(request.message);
      const isCommit =
        decoded.ok && decoded.value.kind === "vote" && decoded.value.vote.phase === "commit";
      return phase === "prepare" && isCommit;
    };
    const id = await bank.send(0, 0);
    await net.advance(1);
    const { round } = net;
    for (const voter of net.voters) net.crash(voter);
    net.lose = () => false;
    expect(await net.sleep(300)).toBe(true);
    expect([bank.status(id), roundOf(bank, id)]).toEqual(["FINAL", round]);
    const header = net.shard.read(({ replica }) => replica.blocks.header(round)?.header);
    expect(header?.view).toBe(0);
    await expectOneHistory(bank);
  });

  it("R-3.8, R-4.1 who never hears what the shard opens asks the set's object for it", async () => {
    const bank = await Bank.open(FOUR);
    const { net } = bank;
    net.down.add("voter 1");
    // Without it there is no quorum.
    net.lose = (to, { kind }) => kind === "open" && isVoter(to, 3);
    const id = await bank.send(0, 0);
    await net.sleep(100);
    expect(
      net.sent.some(([to, { kind }]) => kind === "opening" && to.kind === "validatorSet"),
    ).toBe(true);
    expect(bank.status(id)).toBe("FINAL");
    net.lose = () => false;
    net.crash("voter 1");
    net.down.clear();
    await bank.send(0, 1);
    await expectOneHistory(bank);
  });

  it("R-4.4 who was let start on a head long gone asks the shard before it judges a block on the next", async () => {
    const bank = await Bank.open(FOUR);
    const { net } = bank;
    net.down.add("voter 2");
    await bank.send(0, 0);
    await net.sleep(200);
    net.crash("voter 2");
    net.down.clear();
    // Its vote is needed, and it is not the proposer.
    net.down.add("voter 1");
    const isTurn = (round: number): boolean => [0, 3].includes(proposerOf(net, round, 0));
    while (!isTurn(net.round + 1)) await net.advance(1);
    const round = net.round + 1;
    const stale = { shard: 0, epoch: 0, round, headRound: 0, headHash: net.network.id };
    const id = await bank.send(0, 1);
    net.nowMs = net.network.epochs.roundStartMs(round);
    net.deliver(net.peer("voter 2"), { kind: "open", ...stale, candidates: [] });
    await net.tick();
    expect([bank.status(id), roundOf(bank, id)]).toEqual(["EXECUTED", round]);
    const header = net.shard.read(({ replica }) => replica.blocks.header(round));
    expect(header?.certificate.view).toBe(0);
    expect(stopped(net)).toEqual([]);
  });

  it("R-4.3 what the set's object says of a later round ends no instance: the shard does", async () => {
    const bank = await Bank.open(FOUR);
    const { net } = bank;
    await bank.send(0, 0);
    net.lose = ({ kind }, request) => kind === "shard" && request.kind !== "blocks";
    await net.advance(1);
    const [open] = net.sent.flatMap(([, one]) => (one.kind === "open" ? [one] : []));
    if (open === undefined) throw new Error("not opened");
    const round = (): number[] =>
      net.voters.map((voter) => net.store(voter).table("instances").range({ limit: 9 }).length);
    expect(round()).toEqual([1, 1, 1, 1]);
    for (let i = 0; i < 3; i++) {
      const forged = { ...open, round: open.round + 1, headHash: new Uint8Array(32) };
      net.deliver(net.peer("voter 2"), forged);
      await net.settled();
    }
    expect(round()).toEqual([1, 1, 1, 1]);
    net.lose = () => false;
    await expectOneHistory(bank);
    expect(headRound(bank)).toBeGreaterThan(0);
  });

  it("R-4.1, R-4.4 a block that comes after its proposal is voted for at once", async () => {
    const bank = await Bank.open(FOUR);
    const { net } = bank;
    net.down.add("voter 1");
    while (proposerOf(net, net.round + 1, 0) !== 0) await net.advance(1);
    // Whoever was quicker brought the set's proposal without its block, and the question for that is lost.
    net.lose = (to, request) =>
      isVoter(to, 2) && request.kind === "consensus" && request.block !== null;
    const round = net.round + 1;
    const id = await bank.send(0, 0);
    const ask = net.lose;
    net.lose = (to, request, from) =>
      ask(to, request, from) || (from === "voter 2" && request.kind === "proposedBlock");
    await net.advance(1);
    const [proposal] = net.sent.flatMap(([to, one]) =>
      isVoter(to, 2) && one.kind === "consensus" && one.block !== null ? [one] : [],
    );
    if (proposal === undefined) throw new Error("not proposed");
    net.deliver(net.peer("voter 2"), { ...proposal, block: null });
    await net.settled();
    expect(bank.status(id)).toBe("PENDING");
    net.deliver(net.peer("voter 2"), proposal);
    await net.settled();
    // Nobody's clock has moved.
    expect([bank.status(id), roundOf(bank, id)]).toEqual(["EXECUTED", round]);
  });

  it("R-10.1 a voter that waits for blocks asks again in time, whatever it hears meanwhile", async () => {
    const bank = await Bank.open({ ...FOUR, roundMs: 10_000 });
    const { net } = bank;
    net.down.add("voter 2");
    await bank.send(0, 0);
    await net.sleep(200);
    net.crash("voter 2");
    net.down.clear();
    net.lose = (_, { kind }, from) => from === "voter 2" && kind === "blocks";
    await bank.send(0, 1);
    await net.advance(1);
    const asked = (): number => net.sent.filter(([, { kind }]) => kind === "blocks").length;
    const before = asked();
    expect(before).toBe(1);
    const faulty = new FaultyVoter(net, "voter 3");
    for (let i = 0; i < 110; i++) {
      net.nowMs += 100;
      faulty.say("voter 2", net.round, faulty.vote(net.round, "prepare", net.network.id, i));
      if ((net.alarms.get("voter 2") ?? Infinity) <= net.nowMs) net.voter("voter 2").alarm();
      await net.settled();
    }
    expect(asked()).toBeGreaterThan(before);
  });

  it("however often a later round is announced, the shard is asked at its own pace", async () => {
    const bank = await Bank.open(FOUR);
    const { net } = bank;
    await bank.send(0, 0);
    net.lose = ({ kind }, request) => kind === "shard" && request.kind !== "blocks";
    await net.advance(1);
    const [open] = net.sent.flatMap(([, one]) => (one.kind === "open" ? [one] : []));
    if (open === undefined) throw new Error("not opened");
    net.sent = [];
    for (let i = 0; i < 20; i++) {
      net.deliver(net.peer("voter 2"), { ...open, round: open.round + 1 });
      await net.settled();
    }
    expect(net.sent.filter(([, { kind }]) => kind === "decision").length).toBeLessThanOrEqual(1);
    net.lose = () => false;
    await expectOneHistory(bank);
  });

  it.each([
    ["nothing", undefined],
    ["a number", 5],
    ["half an opening", { kind: "open", round: 1 }],
  ])("an answer with %s for an opening costs a voter nothing that it knows", async (_, open) => {
    const bank = await Bank.open(FOUR);
    const { net } = bank;
    const voter = net.voter("voter 1");
    const vote = new FaultyVoter(net, "voter 3").vote(1, "prepare", net.network.id);
    net.nowMs += net.network.roundMs;
    new FaultyVoter(net, "voter 3").say("voter 1", 1, vote);
    const asked = { kind: "opening", set: 1, of: 0, round: 1 } as const;
    const answer = { kind: "opening", open } as unknown as PeerAnswer;
    voter.step((actor) => actor.answered(net.peer("set"), asked, answer));
    expect(voter.read(({ held }) => held.messages)).toBe(1);
  });

  it("R-4.5 the certified block reaches the shard through any voter that has it", async () => {
    const bank = await Bank.open(FOUR);
    const { net } = bank;
    const handed = new Set<string>();
    net.lose = (_, { kind }, from) => {
      if (kind === "commit") handed.add(from);
      // Only one voter's link to the shard works.
      return kind === "commit" && from !== "voter 2";
    };
    const id = await bank.send(0, 0);
    const round = net.round + 1;
    await net.sleep(200);
    expect([bank.status(id), roundOf(bank, id)]).toEqual(["FINAL", round]);
    expect(handed.has("voter 2")).toBe(true);
    net.lose = () => false;
    await expectOneHistory(bank);
  });
});

const roundOf = (bank: Bank, id: Uint8Array): number => bank.view(id)?.legs[0]?.round ?? 0;

const isVoter = (to: { readonly kind: string; readonly seat?: number }, seat: number): boolean =>
  to.kind === "voter" && to.seat === seat;
