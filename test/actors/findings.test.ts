// What a set finds wrong with blocks that others made and results that others signed: recorded once, durably, within bounds.
import { describe, expect, it } from "vitest";
import { FINDINGS_MAX, type Finding, Findings } from "../../src/actors/findings.ts";
import { setStatus } from "../../src/actors/statuses.ts";
import { chainHeaderHash } from "../../src/protocol/blocks/chain-header.ts";
import { joinHalves, jointHeaderHash } from "../../src/protocol/blocks/joint-header.ts";
import { certifiedBlockCodec, type ShardBlock } from "../../src/protocol/blocks/shard-block.ts";
import { resultVoteBytes, voteBytes } from "../../src/protocol/consensus/signed-bytes.ts";
import { merkleRoot } from "../../src/protocol/merkle/transaction-tree.ts";
import { accepted } from "../support/transactions.ts";
import { Bank } from "./bank.ts";
import { type LocalNetwork, setNamed } from "./local-network.ts";
import { ALARMS_MAX, expectWhole, send, sides } from "./trading.ts";

/** The certified block with another state root, by the same seats: as a cartel would certify it. */
function withOtherRoot(net: LocalNetwork, bytes: Uint8Array): Uint8Array {
  const { block, certificate } = accepted(certifiedBlockCodec.decode(bytes));
  const { id } = net.network;
  const [body] = block.shardBlocks as [ShardBlock];
  const { epoch, set, round } = block.header;
  const chainHeaders = body.chainHeaders.map((one) => ({
    ...one,
    stateRoot: new Uint8Array(32).fill(9),
  }));
  const hashes = chainHeaders.map((one) => chainHeaderHash(id, epoch, one));
  const halves = block.header.halves.map((half) =>
    half.shard === body.shard ? { ...half, chainsRoot: merkleRoot(hashes) } : half,
  );
  const header = { ...block.header, halves: joinHalves(id, epoch, halves) };
  const value = jointHeaderHash(header);
  const instance = { networkId: id, epoch, set, round };
  const { view, seats } = certificate;
  const message = voteBytes(instance, "commit", view, value);
  const signature = net.seats(setNamed(set)).sign(seats, message);
  return certifiedBlockCodec.encode({
    block: { header, shardBlocks: [{ ...body, chainHeaders }], merkleChain: null },
    certificate: { ...certificate, value, signature },
  });
}

const findingsOf = (net: LocalNetwork, set: number): readonly Finding[] =>
  net.setOf(set).read((actor) => setStatus(actor).findings);

describe("what a set finds wrong", () => {
  it("R-10.1 is a certified block of its shard that does not follow from the state: once, and after a crash, too", async () => {
    const bank = await Bank.open({ shards: 4, chains: 4, tags: true });
    const { net } = bank;
    let lies = 0;
    net.alter = (answer) => {
      if (answer.kind !== "blocks" || answer.certifiedBlocks.length === 0) return answer;
      lies += 1;
      return {
        ...answer,
        certifiedBlocks: answer.certifiedBlocks.map((one) => withOtherRoot(net, one)),
      };
    };
    await bank.send(0, 0);
    await net.sleep(80);
    expect(lies).toBeGreaterThan(3);
    const [head] = net.shard.read(({ replica }) => replica.blocks.roundsAfter(0, 1));
    const maker = net.shard.read(({ replica }) => replica.blocks.header(head ?? 0)?.header.set);
    const watchers = net.network.epoch.sets.filter(
      ({ set, shards }) => shards.includes(0) && set !== maker,
    );
    expect(watchers.length).toBe(2);
    for (const { set } of watchers) {
      const expected = [
        { shard: 0, round: head, kind: "block", reason: expect.stringContaining("the state") },
      ];
      expect(findingsOf(net, set)).toEqual(expected);
      expect(
        net.setOf(set).read(({ replicas }) => replicas.map((one) => one.head.round)),
      ).toContain(0);
      net.crash(setNamed(set));
      expect(findingsOf(net, set)).toEqual(expected);
    }
    // The true blocks are taken all the same.
    net.alter = (answer) => answer;
    await net.sleep(2_000);
    for (const [, lines] of bank.replicas()) expect(new Set(lines).size).toBe(1);
  });

  it.each([
    ["is another voter's signature under another result", true],
    ["is nothing that a voter did not sign", false],
  ])("R-5.4, R-10.1 %s", async (_, isSigned) => {
    const voters = [[0, 1], [2], [3]];
    const bank = await Bank.open({ shards: 2, chains: 2, voters, tags: true });
    const { net } = bank;
    const value = new Uint8Array(32).fill(3);
    let lies = 0;
    net.alter = (answer, to, request) => {
      if (to.kind !== "voter" || to.seat !== 3 || request.kind !== "resultVote") return answer;
      if (answer.kind !== "resultVote" || answer.vote === null) return answer;
      lies += 1;
      const place = { networkId: net.network.id, epoch: 0, set: 1, round: request.round };
      const { seats } = answer.vote;
      const signature = isSigned
        ? net.seats("voter 2").sign(seats, resultVoteBytes(place, value))
        : answer.vote.signature;
      return { kind: "resultVote", vote: { seats, value, signature } };
    };
    // The two sets take turns, and only one of them has several voters.
    for (let nonce = 0; nonce < 4; nonce++) {
      await send(bank, sides(bank, [0, 0], [1, 1], nonce));
      await net.sleep(ALARMS_MAX);
      await net.advance(1 + (nonce % 2));
    }
    expect(lies).toBeGreaterThan(0);
    const found = findingsOf(net, 1);
    const sorts = new Set(found.map(({ kind, reason }) => `${kind}: ${reason}`));
    expect([...sorts]).toEqual(isSigned ? ["result: Seats 3 of set 1 signed another result"] : []);
    expectWhole(bank);
  });

  it("R-10.1 is kept of each sort once for a shard and round, the newest so many", async () => {
    const { net } = await Bank.open({ tags: true });
    const store = net.store("set");
    const findings = new Findings(store);
    const add = (round: number, kind: Finding["kind"], reason = "x"): void =>
      store.transaction(() => findings.add({ shard: 0, round, kind, reason }));
    add(1, "block", "y".repeat(5_000));
    add(1, "block");
    add(1, "result");
    expect(findings.all.map(({ kind, reason }) => [kind, reason.length])).toEqual([
      ["result", 1],
      ["block", 512],
    ]);
    for (let round = 2; round < FINDINGS_MAX + 10; round++) add(round, "block");
    expect(findings.all.length).toBe(FINDINGS_MAX);
    expect(findings.all[0]?.round).toBe(FINDINGS_MAX + 9);
    expect(new Findings(store).all).toEqual(findings.all);
  });
});
