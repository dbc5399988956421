// Forged joint blocks of two halves, each alone: no honest seat votes for it, and the next view commits both shards' halves.
import { describe, expect, it } from "vitest";
import { buildShardBlock } from "../../../src/protocol/blocks/build-shard-block.ts";
import {
  JOINT_HEADER_VERSION,
  joinHalves,
  jointHeaderHash,
} from "../../../src/protocol/blocks/joint-header.ts";
import type { JointBlock } from "../../../src/protocol/blocks/shard-block.ts";
import { toHex } from "../../../src/protocol/encoding/bytes.ts";
import type { VerifiedTransaction } from "../../../src/protocol/ledger/unverified.ts";
import type { Means } from "../../../src/simulator/byzantine/behaviour.ts";
import { Memory } from "../../../src/simulator/byzantine/memory.ts";
import { WRONG_HALVES, withoutOther } from "../../../src/simulator/byzantine/wrong-halves.ts";
import { Random } from "../../../src/simulator/random.ts";
import { SignatureRecord } from "../../../src/simulator/signature-record.ts";
import { Bank } from "../../actors/bank.ts";
import { FaultyVoter } from "../../actors/faulty-voter.ts";

/** To honest voters it is as if the block were missing. */
const UNREADABLE = null;
const PAYLOADS = /each half carries the other's payload root/;

const WHY: Readonly<Record<string, RegExp | null>> = {
  unequalPayloads: PAYLOADS,
  unequalCrossRoots: UNREADABLE,
  payloadsSwapped: PAYLOADS,
  halvesSwapped: /halves ascend by shard/,
  bodiesSwapped: UNREADABLE,
  halfDropped: PAYLOADS,
  bodyDropped: UNREADABLE,
  bothPartnersForgotten: PAYLOADS,
  // It is off a head that they know: refused without a word.
  staleHead: UNREADABLE,
  ofAnotherPair: UNREADABLE,
};

/** Two shards, whose even rounds are those of set 1, which has four voters. */
async function open(record: SignatureRecord): Promise<Bank> {
  const bank = await Bank.open({
    seats: 4,
    voters: [[0], [1], [2], [3]],
    shards: 2,
    chains: 2,
    tags: true,
    wrapSeats: (seats, voter) => (voter === "voter 3" ? seats : record.wrap(seats)),
  });
  for (const chain of [0, 1]) await bank.send(0, 0, { chain, validUntil: 5_000 });
  await bank.net.sleep(100);
  return bank;
}

async function goodBlock(bank: Bank, round: number): Promise<JointBlock> {
  const { net } = bank;
  const formed = await Promise.all(
    [0, 1].map(async (shard) => {
      const one = await bank.transaction(0, 1, { chain: shard, validUntil: 5_000 });
      const transactions = [one as VerifiedTransaction];
      return net
        .shardOf(shard)
        .read(({ replica }) => buildShardBlock(replica.view(round), transactions).formed);
    }),
  );
  const { id } = net.network;
  const halves = joinHalves(
    id,
    0,
    formed.map(({ half }) => half),
  );
  const header = { networkId: id, epoch: 0, set: 1, round, view: 0, halves, merkleChain: null };
  return {
    header: { version: JOINT_HEADER_VERSION, ...header },
    shardBlocks: formed.map(({ shardBlock }) => shardBlock),
    merkleChain: null,
  };
}

function means(bank: Bank, good: JointBlock): Means {
  const memory = new Memory();
  const open = { kind: "open", shard: 1, epoch: 0, round: 1, candidates: [] } as const;
  const { id, epoch } = bank.net.network;
  memory.note({ ...open, headRound: 0, headHash: id }, null);
  const { round, hash } = good.header.halves[1]?.head ?? { round: 0, hash: id };
  memory.note({ ...open, headRound: round, headHash: hash }, null);
  // As in a network with a third shard.
  const network = { epoch: { ...epoch, shards: [...epoch.shards, { shard: 2, chains: [] }] } };
  const rest = { random: new Random(7), remark: () => undefined };
  return { memory, network, shards: [0, 1], ...rest } as unknown as Means;
}

describe("forged halves", () => {
  it("are all in the table", () => {
    expect(Object.keys(WHY).sort()).toEqual(Object.keys(WRONG_HALVES).sort());
  });

  it.each(Object.keys(WRONG_HALVES))(
    "R-3.5, R-4.4 %s: no honest seat votes for it, and both shards go on",
    async (name) => {
      const record = new SignatureRecord();
      const bank = await open(record);
      const { net } = bank;
      const faulty = new FaultyVoter(net, "voter 3");
      let round = await faulty.beforeTurn();
      while (round % 2 === 1) {
        await net.advance(1);
        round = await faulty.beforeTurn();
      }
      const ids = await Promise.all([0, 1].map((chain) => bank.send(1, 0, { chain })));
      const good = await goodBlock(bank, round);
      const forged = WRONG_HALVES[name]?.({ ...good, shard: 1 }, means(bank, good));
      if (forged === null || forged === undefined) throw new Error(`No ${name} of the good block`);
      await net.advance(1);
      faulty.propose(round, forged);
      await net.settled();
      const value = toHex(jointHeaderHash(forged.header));
      expect([...record.votes.values()].some((values) => values.has(value))).toBe(false);
      const refused = net.log.filter(({ event }) => event === "block refused");
      const why = WHY[name] ?? null;
      if (why === null) expect(refused).toEqual([]);
      else expect(JSON.stringify(refused)).toMatch(why);
      expect(await net.sleep(600)).toBe(true);
      for (const [chain, id] of ids.entries()) expect(bank.status(id, chain)).toBe("FINAL");
      expect(record.equivocations()).toEqual([]);
    },
  );

  it("R-3.5 one half alone is a block, too", async () => {
    const bank = await open(new SignatureRecord());
    const good = await goodBlock(bank, bank.net.round + 2);
    const alone = withoutOther({ ...good, shard: 1 });
    expect(alone?.header.halves).toEqual([{ ...good.header.halves[1], partnerPayloadRoot: null }]);
    expect(alone?.shardBlocks).toEqual([good.shardBlocks[1]]);
  });
});
