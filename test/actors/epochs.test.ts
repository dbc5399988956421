// Epochs as actors live through them: leases, an epoch that begins, one that lapses, and actors that slept or were cut off.
import { describe, expect, it } from "vitest";
import type { PeerId, PeerRequest } from "../../src/actors/peers.ts";
import { Bank, type BankOptions } from "./bank.ts";
import { setNamed, shardNamed } from "./local-network.ts";

const LEASE = 4;
const open = (options: BankOptions = {}): Promise<Bank> =>
  Bank.open({ leaseRounds: LEASE, epochRounds: 10, tags: true, accounts: 3, ...options });

/** A transfer each round until so many epochs are known, with the next nonces of the chain's first account. */
async function trafficUntil(bank: Bank, epoch: number, nonces: number[]): Promise<void> {
  for (let i = 0; bank.net.network.epoch.epoch < epoch; i++) {
    if (i > 300) throw new Error(`No epoch ${epoch}`);
    await transferOnEach(bank, nonces);
    await bank.net.advance(1);
  }
}

async function transferOnEach(bank: Bank, nonces: number[]): Promise<Uint8Array[]> {
  const ids: Uint8Array[] = [];
  for (const chain of nonces.keys()) {
    const nonce = nonces[chain] ?? 0;
    nonces[chain] = nonce + 1;
    ids.push(await bank.send(0, nonce, { chain, validUntil: bank.net.round + 200 }));
  }
  return ids;
}

const opens = (bank: Bank): Extract<PeerRequest, { kind: "open" }>[] =>
  bank.net.sent.flatMap(([, request]) => (request.kind === "open" ? [request] : []));

const changes = (bank: Bank) =>
  bank.net.merkle
    .read((actor) => actor.blocksAfter(0, 10_000))
    .flatMap(({ round, epochChange }) =>
      epochChange === null ? [] : [{ round, kind: epochChange.kind, record: epochChange.epoch }],
    );

describe("an epoch behind another", () => {
  it.each([1, 2, 3])(
    "R-3.7 begins in its round, with %i shards, while all go on",
    async (shards) => {
      const bank = await open({ shards, chains: shards });
      const nonces = Array.from({ length: shards }, () => 0);
      await trafficUntil(bank, 2, nonces);
      const { activationRound } = bank.net.network.epoch;
      while (bank.net.round < activationRound + 3) {
        await transferOnEach(bank, nonces);
        await bank.net.advance(1);
      }
      const last = await transferOnEach(bank, nonces);
      expect(await bank.net.sleep(5_000)).toBe(true);
      expect(last.map((id, chain) => bank.status(id, chain))).toEqual(last.map(() => "FINAL"));
      const said = changes(bank);
      expect(said.slice(0, 4).map(({ kind }) => kind)).toEqual([
        "announced",
        "activated",
        "announced",
        "activated",
      ]);
      for (const { epoch, round } of opens(bank)) {
        const own = said.filter(
          ({ kind, record }) => kind === "activated" && record.activationRound <= round,
        );
        expect(epoch).toBe(own.length);
      }
      // No round is lost to the change.
      const rounds = new Set(opens(bank).map(({ round }) => round));
      const around = [-2, -1, 0, 1, 2].map((i) => (said[1]?.record.activationRound ?? 0) + i);
      expect(around.filter((round) => !rounds.has(round))).toEqual([]);
    },
  );

  it("R-3.9 an idle network makes none, and those who slept wake into the newest", async () => {
    const bank = await open({ shards: 3, chains: 3 });
    const nonces = [0];
    await trafficUntil(bank, 1, nonces);
    expect(await bank.net.sleep(5_000)).toBe(true);
    const { epoch } = bank.net.network.epoch;
    bank.net.nowMs += 5_000 * bank.net.network.roundMs;
    expect(bank.net.nextTickMs()).toBe(null);
    // Shards 1 and 2 and their sets have done nothing at all yet.
    const id = await bank.send(0, 0, { chain: 1, validUntil: bank.net.round + 50 });
    expect(await bank.net.sleep(5_000)).toBe(true);
    expect(bank.status(id, 1)).toBe("FINAL");
    expect(bank.net.network.epoch.epoch).toBe(epoch);
    const first = opens(bank).find(({ shard }) => shard === 1);
    expect(first?.epoch).toBe(epoch);
  });

  it("R-3.7 a shard that was cut off opens nothing beyond its lease, and goes on in the new epoch", async () => {
    const bank = await open({ shards: 2, chains: 2 });
    const nonces = [0];
    await transferOnEach(bank, nonces);
    await bank.net.advance(3);
    bank.net.down.add(shardNamed(1));
    await trafficUntil(bank, 1, nonces);
    while (bank.net.round < bank.net.network.epoch.activationRound + 2) await bank.net.advance(1);
    bank.net.down.delete(shardNamed(1));
    bank.net.down.add("merkle");
    const before = opens(bank).length;
    const id = await bank.send(0, 0, { chain: 1, validUntil: bank.net.round + 200 });
    await bank.net.advance(5);
    expect(
      opens(bank)
        .slice(before)
        .filter(({ shard }) => shard === 1),
    ).toEqual([]);
    bank.net.down.delete("merkle");
    expect(await bank.net.sleep(8_000)).toBe(true);
    expect(bank.status(id, 1)).toBe("FINAL");
    const first = opens(bank).find(({ shard }) => shard === 1);
    expect(first?.epoch).toBeGreaterThan(0);
  });

  it("R-3.7 lapses where nobody could certify it in time: until that is said nobody acts, then all go on as before", async () => {
    const bank = await open({ shards: 3, chains: 3 });
    const nonces = [0, 0, 0];
    while (changes(bank).length === 0) {
      await transferOnEach(bank, nonces);
      await bank.net.advance(1);
    }
    const [announced] = changes(bank);
    const announcedRound = announced?.record.activationRound ?? 0;
    // The sets on T0's duty are gone until the announced round is over.
    const onDuty = [1, 2, 3].map(setNamed);
    for (const who of onDuty) bank.net.down.add(who);
    while (bank.net.round <= announcedRound + 3) await bank.net.advance(1);
    expect(changes(bank).length).toBe(1);
    for (const who of onDuty) bank.net.down.delete(who);
    const ids = await transferOnEach(bank, nonces);
    expect(await bank.net.sleep(20_000)).toBe(true);
    expect(ids.map((id, chain) => bank.status(id, chain))).toEqual(ids.map(() => "FINAL"));
    const [, second, third] = changes(bank);
    expect(second?.kind).toBe("lapsed");
    expect(second?.record).toEqual(announced?.record);
    // It is due still: the same number, anew.
    expect(third).toMatchObject({ kind: "announced", record: { epoch: 1 } });
    const meanwhile = opens(bank).filter(
      ({ round }) => round >= announcedRound && round <= (second?.round ?? 0),
    );
    expect(meanwhile).toEqual([]);
  });

  it("R-3.7 an epoch that is known survives a crash of everybody", async () => {
    const bank = await open({ shards: 2, chains: 2 });
    const nonces = [0, 0];
    await trafficUntil(bank, 2, nonces);
    const { epoch, activationRound } = bank.net.network.epoch;
    while (bank.net.round < activationRound) await bank.net.advance(1);
    for (const who of bank.net.everybody) bank.net.crash(who);
    expect(bank.net.network.epoch.epoch).toBe(epoch);
    const ids = await transferOnEach(bank, nonces);
    expect(await bank.net.sleep(5_000)).toBe(true);
    expect(ids.map((id, chain) => bank.status(id, chain))).toEqual(["FINAL", "FINAL"]);
    for (const shard of [0, 1])
      expect(bank.net.shardOf(shard).read((actor) => actor.network.epoch.epoch)).toBe(
        bank.net.network.epoch.epoch,
      );
  });
});

describe("rounds that are too short for the network", () => {
  it("R-3.8 certificates that come after the shard has closed the round are recorded, and double the next epoch's rounds", async () => {
    const bank = await open({ epochRounds: 1_000_000 });
    const { roundMs } = bank.net.network;
    // What the set certifies reaches the shard when it has closed the round.
    const held: (readonly [PeerId, PeerRequest])[] = [];
    const isOpen = (): boolean => bank.net.shard.read(({ progress }) => progress.state === "open");
    bank.net.lose = (to, request) => {
      const isHeld = to.kind === "shard" && request.kind === "commit" && isOpen();
      if (isHeld) held.push([to, request]);
      return isHeld;
    };
    const nonces = [0];
    for (let i = 0; i < 400 && bank.net.network.epoch.epoch === 0; i++) {
      if (i % 5 === 0) await transferOnEach(bank, nonces);
      await bank.net.advance(1);
      if (!isOpen()) for (const [to, request] of held.splice(0)) bank.net.deliver(to, request);
    }
    const blocks = bank.net.merkle.read((actor) => actor.blocksAfter(0, 10_000));
    const late = blocks.flatMap(({ voided }) => voided.filter(({ isLate }) => isLate));
    expect(late.length).toBeGreaterThan(25);
    expect(bank.net.network.epoch).toMatchObject({ epoch: 1, roundMs: 2 * roundMs });
  });
});
