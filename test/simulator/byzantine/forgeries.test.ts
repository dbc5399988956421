// Each forgery alone: no honest seat votes for it, and a shard takes it from nobody, whatever is certified.
import { describe, expect, it } from "vitest";
import { jointHeaderHash } from "../../../src/protocol/blocks/joint-header.ts";
import { toHex } from "../../../src/protocol/encoding/bytes.ts";
import { SignatureRecord } from "../../../src/simulator/signature-record.ts";
import { Bank } from "../../actors/bank.ts";
import { FaultyVoter } from "../../actors/faulty-voter.ts";
import { handOver, signedCertificate } from "../../actors/forge.ts";
import { ACCOUNTS, ALL_FORGERIES, CHAINS, forged, goodBlock, history } from "./forged-world.ts";

const CHAIN_HEADERS = /chain headers follow/;
const HALF = /the half extends the head/;
/** Nobody can read it: to honest voters it is as if the block were missing. */
const UNREADABLE = null;

/** What an honest voter's log says. */
const WHY: Readonly<Record<string, RegExp | null>> = {
  underOneChain: UNREADABLE,
  underTwoChains: UNREADABLE,
  underTwoShards: UNREADABLE,
  asIfOverTwoShards: UNREADABLE,
  badSignature: /a bad signature/,
  duplicate: /NONCE_TOO_LOW/,
  again: /NONCE_TOO_LOW/,
  wrongOrder: /NONCE_GAP/,
  gap: /NONCE_GAP/,
  wrongChainOrder: UNREADABLE,
  wrongChain: /transactions stand under their chain/,
  expired: /VALID_UNTIL_PAST/,
  tooFar: /VALID_UNTIL_TOO_FAR/,
  nonceGap: /NONCE_GAP/,
  unknownChain: /transactions stand under their chain/,
  unpayable: /RESERVE_EXCEEDED/,
  cheap: /GAS_PRICE_TOO_LOW/,
  stateRoot: CHAIN_HEADERS,
  transactionsRoot: UNREADABLE,
  chainParent: CHAIN_HEADERS,
  chainRound: CHAIN_HEADERS,
  gas: CHAIN_HEADERS,
  transactionCount: CHAIN_HEADERS,
  missingChain: UNREADABLE,
  chainTwice: CHAIN_HEADERS,
  headHash: UNREADABLE,
  headRound: HALF,
  headCertificate: HALF,
  noHeadCertificate: HALF,
  chainsRoot: UNREADABLE,
  crossRoot: UNREADABLE,
  chainCount: UNREADABLE,
  load: HALF,
  trades: HALF,
  partnerPayloadRoot: /each half carries the other's payload root/,
  merkleChainRead: HALF,
  shard: UNREADABLE,
  version: /the version is known/,
  network: /the network is this one/,
  epoch: UNREADABLE,
  set: /the set is on duty/,
  round: /the round is this one/,
  view: /the view has begun/,
  noHalf: UNREADABLE,
  halfTwice: UNREADABLE,
  merkleChain: UNREADABLE,
  tooMany: UNREADABLE,
  manyChains: UNREADABLE,
};

const names = Object.keys(ALL_FORGERIES);

describe("forged blocks", () => {
  it("are all in the table", () => {
    expect(Object.keys(WHY).sort()).toEqual([...names].sort());
  });

  it.each(names)(
    "R-4.4 %s: no honest seat votes for it, and the next view commits",
    async (name) => {
      const record = new SignatureRecord();
      const bank = await Bank.open({
        seats: 4,
        voters: [[0], [1], [2], [3]],
        accounts: ACCOUNTS,
        chains: CHAINS,
        tags: true,
        wrapSeats: (seats, voter) => (voter === "voter 3" ? seats : record.wrap(seats)),
      });
      const { net } = bank;
      const faulty = new FaultyVoter(net, "voter 3");
      await history(bank);
      const round = await faulty.beforeTurn();
      const id = await bank.send(1, 0, { validUntil: 5_000 });
      const good = await goodBlock(bank, round);
      const block = await forged(bank, good, name);
      await net.advance(1);
      const value = toHex(jointHeaderHash(block.header));
      // A body alone can be forged as well: then the header is the good one, and nobody has its block.
      faulty.propose(round, block);
      await net.settled();
      const isVoted = [...record.votes.values()].some((values) => values.has(value));
      expect(isVoted).toBe(false);
      const refused = net.log.filter(({ event }) => event === "block refused");
      const why = WHY[name] ?? null;
      if (why === null) expect(refused).toEqual([]);
      else expect(JSON.stringify(refused, printable)).toMatch(why);
      expect(await net.sleep(300)).toBe(true);
      expect(bank.status(id)).toBe("FINAL");
      expect(net.log.filter(({ event }) => /stopped|step failed/.test(event))).toEqual([]);
      expect(record.equivocations()).toEqual([]);
    },
  );
});

describe("forged blocks that a whole set has certified", () => {
  // A part that is void voids no half.
  const ofHalves = names.filter((name) => name !== "merkleChain");
  it.each(ofHalves)("R-4.5 %s: the shard commits no such block", async (name) => {
    const bank = await Bank.open({ accounts: ACCOUNTS, chains: CHAINS, tags: false });
    const { net } = bank;
    await history(bank);
    const round = net.round + 1;
    const good = await goodBlock(bank, round);
    const block = await forged(bank, good, name);
    const id = await bank.send(1, 0, { validUntil: 5_000 });
    net.lose = ({ kind }, request) => kind === "validatorSet" || request.kind === "commit";
    await net.advance(1);
    const before = bank.heads().shard;
    const certificate = signedCertificate(net, block.header);
    let answer = handOver(net, { block, certificate });
    await net.settled();
    if (answer.kind === "undecided") answer = handOver(net, { block, certificate });
    expect(["closed", "refused"]).toContain(answer.kind);
    expect(bank.heads().shard).toBe(before);
    net.lose = () => false;
    expect(await net.sleep(300)).toBe(true);
    expect(bank.status(id)).toBe("FINAL");
    expect(bank.heads().set).toBe(bank.heads().shard);
    expect(net.log.filter(({ event }) => /stopped|step failed/.test(event))).toEqual([]);
  });
});

function printable(_: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}
