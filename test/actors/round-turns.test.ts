// Whose turn it is in a set's one consensus instance: openings of shards and of the MerkleChain, which comes ahead of its round.
import { describe, expect, it } from "vitest";
import { Outbox } from "../../src/actors/actor.ts";
import type { ConsensusInstance } from "../../src/actors/consensus-instance.ts";
import { Lease } from "../../src/actors/lease.ts";
import { OtherVoters } from "../../src/actors/other-voters.ts";
import type { Party } from "../../src/actors/party.ts";
import type { OpenPartRequest, OpenRequest, PeerRequest } from "../../src/actors/peers.ts";
import { type Opening, RoundTurns } from "../../src/actors/round-turns.ts";
import { Bank } from "./bank.ts";

const hash = new Uint8Array(32);
const open = (round: number, shard = 0): OpenRequest => ({
  kind: "open",
  shard,
  epoch: 0,
  round,
  headRound: 0,
  headHash: hash,
  candidates: [],
});
const openPart = (round: number): OpenPartRequest => ({
  kind: "openPart",
  epoch: 0,
  round,
  headRound: 0,
  headHash: hash,
  body: new Uint8Array(1),
});

/** A party that answers nothing by itself. */
class Quiet {
  headRound = 0;
  dutyShard = 0;
  readonly called: PeerRequest[] = [];
  passes = 0;
  call(request: PeerRequest): void {
    this.called.push(request);
  }
  passed(): void {
    this.passes += 1;
  }
  commit(): boolean {
    return false;
  }
}

interface Running {
  readonly round: number;
  readonly isBound: boolean;
}

/** The only set of one shard, whose seats are all here, in round 10. */
async function world() {
  const { net } = await Bank.open({ tags: true });
  await net.advance(10);
  const { network } = net;
  const [shard, merkleChain] = [new Quiet(), new Quiet()];
  const begun: [round: number, openings: readonly Opening["kind"][]][] = [];
  const abandoned: number[] = [];
  let running: Running | null = null;
  const instance = () => {
    if (running === null) return null;
    const parties = { settlementOf: () => undefined, unsettled: [], isSettled: false };
    return {
      ...running,
      runs: false,
      parties,
    } as unknown as ConsensusInstance;
  };
  const clock = { now: () => net.nowMs };
  const log = { write: () => undefined };
  const store = net.store("set");
  const turns = new RoundTurns({
    clock,
    network,
    lease: new Lease({ store, clock, log, network, outbox: new Outbox() }),
    others: new OtherVoters([], new Outbox()),
    set: 1,
    partyOf: ({ kind }) => (kind === "open" ? shard : merkleChain) as unknown as Party,
    running: instance,
    endedRound: () => 0,
    begin: (round, openings) => {
      begun.push([round, openings.map(({ kind }) => kind)]);
      running = { round, isBound: false };
    },
    join: () => undefined,
    abandon: ({ round }) => {
      abandoned.push(round);
      running = null;
    },
  });
  const run = (one: Running | null): void => {
    running = one;
  };
  return { turns, shard, merkleChain, begun, abandoned, run };
}

describe("the turns of a set", () => {
  it("R-7.1 the MerkleChain's opening ahead ends no round of a shard, and has its turn behind it", async () => {
    const { turns, begun, abandoned, run } = await world();
    run({ round: 10, isBound: false });
    expect(turns.open(openPart(11)).kind).toBe("opened");
    expect(abandoned).toEqual([]);
    expect(turns.isNextWaiting).toBe(true);
    run(null);
    turns.ended();
    expect(begun).toEqual([[11, ["openPart"]]]);
    expect(turns.isNextWaiting).toBe(false);
  });

  it("R-4.3 a shard's opening ends a round in which nobody signed anything; one that is bound it waits for", async () => {
    const { turns, begun, abandoned, run } = await world();
    run({ round: 10, isBound: false });
    expect(turns.open(open(11)).kind).toBe("opened");
    expect([abandoned, begun]).toEqual([[10], [[11, ["open"]]]]);
    run({ round: 10, isBound: true });
    expect(turns.open(open(11)).kind).toBe("opened");
    expect(abandoned).toEqual([10]);
    expect(turns.isNextWaiting).toBe(true);
  });

  it("R-3.5, R-7.1 what waits for one round begins together, without a party that has decided it meanwhile", async () => {
    for (const isPast of [false, true]) {
      const { turns, shard, begun, run } = await world();
      run({ round: 10, isBound: true });
      for (const one of [openPart(11), open(11), open(11)]) turns.open(one);
      if (isPast) shard.headRound = 11;
      run(null);
      turns.ended();
      expect(begun).toEqual([[11, isPast ? ["openPart"] : ["openPart", "open"]]]);
    }
  });

  it("R-7.1 a part whose turn does not come is told so, whatever came before or behind it", async () => {
    const { turns, shard, merkleChain, run } = await world();
    run({ round: 9, isBound: true });
    turns.open(openPart(11));
    turns.open(open(10));
    const nothing = { kind: "nothing", set: 1, round: 11 };
    expect(merkleChain.called).toEqual([nothing]);
    // Behind a shard's round it is not even taken.
    expect(turns.open(openPart(11))).toMatchObject({ kind: "notOnDuty", round: 11 });
    turns.open(open(11));
    expect(shard.passes).toBe(1);
    expect(merkleChain.called).toEqual([nothing]);
  });
});
