// Rounds of which a set heard though its shard never opened them: from a faulty object of the set, say.
import { describe, expect, it } from "vitest";
import type { PeerAnswer } from "../../src/actors/peers.ts";
import { Bank, type BankOptions } from "./bank.ts";
import type { LocalNetwork } from "./local-network.ts";

const FOUR: BankOptions = { seats: 4, voters: [[0], [1], [2], [3]], tags: true };

const decision = (net: LocalNetwork, round: number): PeerAnswer =>
  net.deliver(net.peer("shard"), { kind: "decision", round });

/** The shard opened nothing; all voters are told that it did. */
async function misled(bank: Bank): Promise<number> {
  const { net } = bank;
  const round = net.round;
  const candidates = [await bank.bytes(0, 0)];
  const headHash = net.network.id;
  const open = { kind: "open", shard: 0, epoch: 0, round, headRound: 0, headHash } as const;
  for (const voter of net.voters) net.deliver(net.peer(voter), { ...open, candidates });
  await net.settled();
  return round;
}

describe("a round that the shard never opened", () => {
  it("R-3.8 is closed for good once it is over, and undecided before", async () => {
    const { net } = await Bank.open();
    await net.advance(3);
    expect(decision(net, 2)).toEqual({ kind: "undecided", round: 2 });
    await net.advance(1);
    expect(decision(net, 2)).toEqual({ kind: "decided", round: 2, hash: null });
    expect(decision(net, 3)).toEqual({ kind: "undecided", round: 3 });
    // Told once, it holds through a crash and for a clock that goes back.
    net.crash("shard");
    net.nowMs -= 2 * net.network.roundMs;
    await net.tick();
    expect(decision(net, 2)).toEqual({ kind: "decided", round: 2, hash: null });
  });

  it("R-3.8 is not opened once somebody was told that it is closed, by a clock that went back", async () => {
    const bank = await Bank.open();
    const { net } = bank;
    await net.advance(4);
    expect(decision(net, 2)).toMatchObject({ hash: null });
    net.nowMs -= 2 * net.network.roundMs;
    await bank.send(0, 0);
    await net.tick();
    expect(net.sent.filter(([, { kind }]) => kind === "open")).toEqual([]);
    await net.sleep(100);
    expect(bank.heads().shard).toBe(bank.heads().set);
    expect(net.shard.read(({ replica }) => replica.head.round)).toBeGreaterThan(2);
  });

  it("R-4.3, R-3.9 binds no voter for longer: a block of it is void, and all sleep", async () => {
    const bank = await Bank.open(FOUR);
    const { net } = bank;
    await net.advance(1);
    const round = await misled(bank);
    expect(net.sent.some(([, { kind }]) => kind === "commit")).toBe(true);
    expect(await net.sleep(200)).toBe(true);
    expect(net.nextTickMs()).toBeNull();
    expect(decision(net, round)).toEqual({ kind: "decided", round, hash: null });
    const id = await bank.send(1, 0);
    expect(await net.sleep(200)).toBe(true);
    expect(bank.status(id)).toBe("FINAL");
  });
});
