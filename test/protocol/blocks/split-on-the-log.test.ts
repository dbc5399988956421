// on the MerkleChain's log: which split its blocks may announce, what has to close before it is activated, and what is behind it.
import { describe, expect, it } from "vitest";
import {
  type Half,
  JOINT_HEADER_VERSION,
  type JointHeader,
  jointHeaderHash,
} from "../../../src/protocol/blocks/joint-header.ts";
import type { MerkleChainBlock } from "../../../src/protocol/blocks/merkle-chain-block.ts";
import {
  judgeMerkleChainBody,
  type MerkleChainBody,
} from "../../../src/protocol/blocks/merkle-chain-body.ts";
import {
  genesisState,
  headBehind,
  type MerkleChainState,
  merkleChainStateCodec,
  saturationContext,
} from "../../../src/protocol/blocks/merkle-chain-state.ts";
import { equalBytes, toHex } from "../../../src/protocol/encoding/bytes.ts";
import { decodeStored } from "../../../src/protocol/encoding/codec.ts";
import { makeGenesis } from "../../../src/protocol/genesis/make-genesis.ts";
import { parseNetworkConfig } from "../../../src/protocol/genesis/network-config.ts";
import { merkleRoot } from "../../../src/protocol/merkle/transaction-tree.ts";
import { genesisCodec, genesisHash } from "../../../src/protocol/rounds/epoch.ts";
import { type EpochChange, nextSeed } from "../../../src/protocol/rounds/epoch-change.ts";
import { Epochs } from "../../../src/protocol/rounds/epochs.ts";
import { seatListHash } from "../../../src/protocol/rounds/seat-lists.ts";
import { splitIn } from "../../../src/protocol/topology/planned-split.ts";

const SEATS = 4;
const CHAINS = 4;
const ROUND = 12;
const STREAK_ROUNDS = 5;

interface WorldOptions {
  readonly standbyValidators?: number;
  readonly shards?: number;
  /** The one that is full. */
  readonly full?: number;
  readonly isReady?: boolean;
}

function open({
  standbyValidators = SEATS,
  shards = 1,
  full = 0,
  isReady = true,
}: WorldOptions = {}) {
  const saturation = { windowRounds: 1, streakRounds: STREAK_ROUNDS, benchmarkTps: 1 };
  const config = { development: true, shards, seats: SEATS, chains: Array(CHAINS).fill({}) };
  const bytes = makeGenesis({
    config: parseNetworkConfig(JSON.stringify({ ...config, saturation, standbyValidators })),
    deploymentSecret: new Uint8Array(32).fill(1),
    nowMs: 1_700_000_000_000,
    faucetPublicKey: new Uint8Array(32).fill(2),
  });
  const genesis = decodeStored(genesisCodec, bytes);
  const networkId = genesisHash(bytes);
  const epochs = new Epochs(genesis.epoch);
  const present = genesis.epoch;
  const judge = (body: MerkleChainBody, on: MerkleChainState) => {
    const result = judgeMerkleChainBody(
      {
        networkId,
        genesis,
        epochOf: () => present,
        isReadyFor: () => isReady,
        certifies: () => true,
      },
      on,
      body.block.round,
      body,
    );
    if (result.ok) return result.value;
    return result.refusal.code === "INVALID_BLOCK" ? result.refusal.check : result.refusal.code;
  };
  const splitOf = (on: MerkleChainState, round = ROUND) =>
    splitIn(networkId, genesis, present, on, round);
  return { genesis, networkId, epochs, judge, splitOf, state: fullFor(STREAK_ROUNDS + 1) };

  /** The one shard was full for so many rounds, in which T0 traded with T3, and T1 with T2. */
  function fullFor(rounds: number): MerkleChainState {
    const state = genesisState(networkId, genesis);
    const others = state.heads.filter((one) => one.shard !== full);
    let shard = state.heads.find((one) => one.shard === full) ?? expect.fail();
    for (let round = 1; round <= rounds; round++) {
      const context = saturationContext(genesis.epoch, state, shard);
      const head = { round, hash: new Uint8Array(32).fill(round) };
      shard = headBehind(context, shard, head, fullHalf()).next;
    }
    const heads = [shard, ...others].sort((a, b) => a.shard - b.shard);
    return { ...state, heads };
  }
}

function fullHalf(): Half {
  return {
    shard: 0,
    head: { round: 0, hash: new Uint8Array(32) },
    headCertificate: null,
    crossRoot: merkleRoot([]),
    chainsRoot: new Uint8Array(32),
    chainCount: 1,
    partnerPayloadRoot: null,
    load: { transactions: 2_500, bytes: 4 * 1024 * 1024 },
    trades: [
      { first: 0, second: 3, count: 9 },
      { first: 1, second: 2, count: 8 },
    ],
    merkleChainRead: null,
  };
}

function bodyOn(
  state: MerkleChainState,
  round: number,
  block: Partial<MerkleChainBlock>,
  headers: MerkleChainBody["headers"] = [],
): MerkleChainBody {
  return {
    block: {
      number: state.number + 1,
      round,
      parent: state.blockHash,
      notarised: [],
      voided: [],
      createdChains: [],
      closings: [],
      epochChange: null,
      ...block,
    },
    headers,
    createdChains: [],
  };
}

const OTHER = "the MerkleChain's block says of epochs what follows from the log";
const NOTHING = "the MerkleChain's block says something";

const accepted = (state: MerkleChainState | string): MerkleChainState =>
  typeof state === "string" ? expect.fail(state) : state;

/** With the due split announced in a block of the round. */
function announced(world: ReturnType<typeof open>) {
  const split = world.splitOf(world.state) ?? expect.fail("No split is due");
  const body = bodyOn(world.state, ROUND, { epochChange: split.change });
  const state = accepted(world.judge(body, world.state));
  const record = state.announced ?? expect.fail();
  const [{ head } = expect.fail()] = state.heads;
  const activated: EpochChange = { kind: "activated", epoch: record };
  return { split, state, record, head, activated, closings: [{ shard: 0, head }] };
}

describe("a split on the MerkleChain's log", () => {
  it("R-12.2 divides the chains in halves that trade within, and seats both sets with all validators", () => {
    const world = open();
    const { split, record } = announced(world);
    const { topology, seats } = split;
    expect(topology.shards).toEqual([
      { shard: 0, chains: [0, 3] },
      { shard: 1, chains: [1, 2] },
    ]);
    expect(topology.sets.map(({ set, shards }) => ({ set, shards }))).toEqual([
      { set: 1, shards: [0, 1] },
      { set: 2, shards: [0, 1] },
    ]);
    expect(topology).toMatchObject({ nextShard: 2, nextSet: 3 });
    expect(seats.map(seatListHash).map(toHex).toSorted()).toEqual(
      topology.sets.map(({ seatsHash }) => toHex(seatsHash)).toSorted(),
    );
    const keys = seats.flat().map(({ publicKey }) => toHex(publicKey));
    expect(new Set(keys).size).toBe(2 * SEATS);
    expect(record).toMatchObject({ epoch: 1, topology });
    expect(record.activationRound).toBe(ROUND + world.genesis.epoch.leaseRounds + 1);
    expect(equalBytes(record.seed, nextSeed(world.networkId, world.networkId))).toBe(true);
  });

  it("R-12.2 can be put off, and nothing else can be announced in its place", () => {
    const world = open();
    const { state } = world;
    const split = world.splitOf(state) ?? expect.fail();
    expect(world.judge(bodyOn(state, ROUND, {}), state)).toBe(NOTHING);
    const record = split.change.epoch;
    const saying = (epoch: typeof record, kind: EpochChange["kind"] = "announced") =>
      world.judge(bodyOn(state, ROUND, { epochChange: { kind, epoch } }), state);
    const shards = split.topology.shards.toReversed();
    expect(saying({ ...record, topology: { ...split.topology, shards } })).toBe(OTHER);
    expect(saying({ ...record, topology: null })).toBe(OTHER);
    expect(saying({ ...record, roundMs: 2 * record.roundMs })).toBe(OTHER);
    expect(saying(record, "activated")).toBe(OTHER);
    expect(typeof saying(record)).toBe("object");
  });

  it("R-12.2, R-11.3 is due behind the streak alone, and with the validators that it takes", () => {
    const world = open();
    const [shard = expect.fail()] = world.state.heads;
    const saturation = { ...shard.saturation, busyStreak: STREAK_ROUNDS };
    const early = { ...world.state, heads: [{ ...shard, saturation }] };
    expect(world.splitOf(early)).toBe(null);
    const { change } = world.splitOf(world.state) ?? expect.fail();
    expect(world.judge(bodyOn(early, ROUND, { epochChange: change }), early)).toBe(OTHER);
    const few = open({ standbyValidators: SEATS - 1 });
    expect(few.splitOf(few.state)).toBe(null);
  });

  it("R-12.1 is not due any more when the shard has had nothing since", () => {
    const world = open();
    const last = STREAK_ROUNDS + 1;
    expect(world.splitOf(world.state, last + 10)).not.toBe(null);
    expect(world.splitOf(world.state, last + 11)).toBe(null);
  });

  it("R-12.2 is announced by nobody before those who take it over are ready, as each voter sees it", () => {
    const world = open({ isReady: false });
    const { change } = world.splitOf(world.state, ROUND) ?? expect.fail();
    expect(world.judge(bodyOn(world.state, ROUND, { epochChange: change }), world.state)).toBe(
      OTHER,
    );
  });

  it("R-3.7, R-2.10 of another shard leaves T0's as it is, with the chains that were made since", () => {
    const world = open({ shards: 2, full: 1 });
    const created = { ...world.state, chains: CHAINS + 1 };
    const { change, topology } = world.splitOf(created) ?? expect.fail();
    expect(topology.shards[0]).toEqual({ shard: 0, chains: [0, 2, 4] });
    const halves = topology.shards.slice(1).map(({ shard, chains }) => [shard, chains.length]);
    expect(halves).toEqual([
      [1, 1],
      [2, 1],
    ]);
    const { announced: record } = accepted(
      world.judge(bodyOn(created, ROUND, { epochChange: change }), created),
    );
    const [root = expect.fail(), split = expect.fail()] = created.heads;
    // One more is made before it is activated.
    const state = { ...created, announced: record, chains: CHAINS + 2 };
    const closings = [{ shard: 1, head: split.head }];
    const epochChange: EpochChange = { kind: "activated", epoch: record ?? expect.fail() };
    const behind = world.judge(bodyOn(state, ROUND + 1, { closings, epochChange }), state);
    const { heads } = accepted(behind);
    expect(heads[0]).toEqual({ ...root, chainCount: 4 });
    const high = Math.floor(split.saturation.allTimeHigh / 2);
    for (const [i, shard] of [1, 2].entries()) {
      expect(heads[i + 1]).toMatchObject({ shard, head: split.head, chainCount: 1 });
      expect(heads[i + 1]?.saturation.allTimeHigh).toBe(high);
    }
  });

  it("R-3.7 is activated only with the closing record of the shard that ends, in its block or before", () => {
    const world = open();
    const { state, activated, closings } = announced(world);
    const judge = (block: Partial<MerkleChainBlock>, on = state, round = ROUND + 1) =>
      world.judge(bodyOn(on, round, block), on);
    expect(judge({ epochChange: activated })).toBe(OTHER);
    // With the record it has to be.
    expect(judge({ closings })).toBe(OTHER);
    const both = accepted(judge({ closings, epochChange: activated }));
    expect(both).toMatchObject({ epoch: { epoch: 1 }, announced: null, closings: [] });
    expect(decodeStored(merkleChainStateCodec, merkleChainStateCodec.encode(both))).toEqual(both);
  });

  it("R-3.7 lapses without it, and a record belongs to one announcement", () => {
    const world = open();
    const { state, record, activated, closings } = announced(world);
    const at = (round: number, block: Partial<MerkleChainBlock>) =>
      world.judge(bodyOn(state, round, block), state);
    const late = record.activationRound;
    expect(at(late, { closings, epochChange: activated })).toBe(OTHER);
    expect(at(late - 1, { epochChange: { kind: "lapsed", epoch: record } })).toBe(OTHER);
    const lapsed = accepted(at(late, { epochChange: { kind: "lapsed", epoch: record } }));
    expect(lapsed).toMatchObject({ epoch: { epoch: 0 }, announced: null, closings: [] });
    // It can be announced anew as long as the shard is full.
    expect(world.splitOf(lapsed, ROUND + 2)).not.toBe(null);
    expect(world.splitOf(lapsed, late + 1)).toBe(null);
  });

  it("R-3.7 a closing record has the notarised head of a shard that ends, once", () => {
    const world = open();
    const { state, activated, head, closings } = announced(world);
    const FINAL = "a closing record has the notarised head of a shard that ends";
    const saying = (records: MerkleChainBlock["closings"], on = state) =>
      world.judge(bodyOn(on, ROUND + 1, { closings: records, epochChange: activated }), on);
    const other = { round: head.round, hash: new Uint8Array(32).fill(0xee) };
    expect(saying([{ shard: 0, head: other }])).toBe(FINAL);
    expect(saying([{ shard: 0, head: { ...head, round: head.round + 1 } }])).toBe(FINAL);
    expect(saying([...closings, ...closings])).toBe(FINAL);
    expect(saying([...closings, { shard: 1, head }])).toBe(FINAL);
    // Nothing is announced.
    const idle = { ...world.state, isUnproven: true };
    expect(world.judge(bodyOn(idle, ROUND, { closings }), idle)).toBe(FINAL);
  });

  it("R-3.7 a shard that has closed has no more headers in its epoch", () => {
    const world = open();
    const { state, head, closings } = announced(world);
    const header: JointHeader = {
      version: JOINT_HEADER_VERSION,
      networkId: world.networkId,
      epoch: 0,
      set: 1,
      round: head.round + 1,
      view: 0,
      halves: [{ ...fullHalf(), head }],
      merkleChain: null,
    };
    const hash = jointHeaderHash(header);
    const notarised = [
      {
        shard: 0,
        round: header.round,
        headerHash: hash,
        saturation: { fillPermille: 1_000, ratePermille: 1_000 },
      },
    ];
    const certificate = {
      epoch: 0,
      set: 1,
      round: header.round,
      view: 0,
      phase: "commit" as const,
      value: hash,
      seats: new Uint8Array([0b1111]),
      signature: new Uint8Array(48),
    };
    const headers = [{ header, certificate }];
    const body = (on: MerkleChainState) => bodyOn(on, ROUND + 1, { notarised }, headers);
    expect(typeof world.judge(body(state), state)).toBe("object");
    const closed = { ...state, closings };
    expect(world.judge(body(closed), { ...closed, announced: null })).toBe(
      "a shard that has closed has no more headers",
    );
  });

  it("R-3.7, R-12.1 heirs begin at the final head, with half of the all-time high and their own trades", () => {
    const world = open();
    const { state, head, activated, closings, record } = announced(world);
    const [before = expect.fail()] = state.heads;
    const body = bodyOn(state, ROUND + 1, { closings, epochChange: activated });
    const { heads } = accepted(world.judge(body, state));
    const high = before.saturation.allTimeHigh / 2;
    expect(heads.map(({ shard, head: at, chainCount }) => ({ shard, at, chainCount }))).toEqual([
      { shard: 0, at: head, chainCount: 2 },
      { shard: 1, at: head, chainCount: 2 },
    ]);
    for (const { saturation } of heads) {
      const round = record.activationRound - 1;
      expect(saturation).toMatchObject({ round, allTimeHigh: high, busyStreak: 0, window: [] });
    }
    expect(heads.map(({ trades }) => trades.map(({ first, second }) => [first, second]))).toEqual([
      [[0, 3]],
      [[1, 2]],
    ]);
  });
});
