import { describe, expect, it } from "vitest";
import type { HostedSeats } from "../../src/actors/hosted-seats.ts";
import type { OpenRequest } from "../../src/actors/peers.ts";
import { toHex } from "../../src/protocol/encoding/bytes.ts";
import { isEquivocation, SignatureRecord } from "../../src/simulator/signature-record.ts";
import { Bank } from "./bank.ts";

const openRequests = (bank: Bank): OpenRequest[] =>
  bank.net.sent.flatMap(([, one]) => (one.kind === "open" ? [one] : []));

async function bankWithRecord(): Promise<readonly [Bank, SignatureRecord]> {
  const record = new SignatureRecord();
  const wrapSeats = (seats: HostedSeats): HostedSeats => record.wrap(seats);
  return [await Bank.open({ wrapSeats }), record];
}

describe("votes across crashes", () => {
  it("[R-4.3] a set never votes again in a round that it has ended, also after a crash", async () => {
    const [bank, record] = await bankWithRecord();
    const { net } = bank;
    await bank.send(0, 0, { validUntil: 2 });
    net.lose = (_, { kind }) => kind === "commit";
    await net.advance(1);
    const [open] = openRequests(bank);
    if (open === undefined) throw new Error("not opened");
    // The round closes, the transaction expires; the set learns it from the shard's answer.
    await net.advance(2);
    net.lose = () => false;
    await net.sleep(40);
    expect(record.votes.size).toBeGreaterThan(0);
    // The request comes again, late, with other candidates, to a set that has forgotten everything.
    net.crash("set");
    const late = { ...open, candidates: [await bank.bytes(1, 0, { validUntil: 50 })] };
    const answer = net.set.step((set) => set.receive(late));
    await net.settled();
    expect(answer.kind).toBe("over");
    expect(record.equivocations()).toEqual([]);
    expect(net.nextTickMs()).toBeNull();
  });

  it("[R-4.3] an interrupted instance goes on with the same block, whatever the shard would send now", async () => {
    const [bank, record] = await bankWithRecord();
    const { net } = bank;
    const id = await bank.send(0, 0);
    net.lose = (_, { kind }) => kind === "commit";
    await net.advance(1);
    await bank.send(1, 0);
    net.crash("set");
    net.crash("shard");
    net.nowMs += 300;
    await net.tick();
    net.lose = () => false;
    net.nowMs += 600;
    await net.tick();
    expect(bank.status(id)).toBe("EXECUTED");
    expect(net.shard.read(({ replica }) => replica.head.round)).toBe(1);
    expect(record.equivocations()).toEqual([]);
    await net.sleep(40);
    expect(bank.heads().set).toBe(bank.heads().shard);
  });

  it("[R-3.8, R-4.4] a round to come, past, of another epoch or shard opens nothing", async () => {
    const [bank, record] = await bankWithRecord();
    const { net } = bank;
    await bank.send(0, 0);
    await net.sleep(20);
    const [open] = openRequests(bank);
    if (open === undefined) throw new Error("not opened");
    const signed = record.votes.size;
    const next = { ...open, headHash: net.shard.read(({ replica }) => replica.head.hash) };
    for (const past of [open, { ...next, round: 4 }]) {
      const answer = net.set.step((set) => set.receive(past));
      expect(answer).toEqual({ kind: "over", round: past.round });
    }
    const refused = [
      { ...next, round: net.round + 2 },
      { ...next, round: net.round, epoch: 1 },
      { ...next, round: net.round, shard: 1 },
    ];
    for (const request of refused) {
      expect(net.set.step((set) => set.receive(request)).kind).toBe("notOnDuty");
    }
    await net.settled();
    expect(record.votes.size).toBe(signed);
    expect(net.nextTickMs()).toBeNull();
  });
});

it("[R-4.3] the record of signatures finds two values", () => {
  const [a, b] = [new Uint8Array(32), new Uint8Array(32).fill(1)];
  expect(isEquivocation(new Set([toHex(a), toHex(b)]))).toBe(true);
  expect(isEquivocation(new Set([toHex(a)]))).toBe(false);
});
