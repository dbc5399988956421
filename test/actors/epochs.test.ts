// Epochs as actors live through them: leases, an epoch that begins, one that lapses, and actors that slept or were cut off.
import { describe, expect, it } from "vitest";
import { Network } from "../../src/actors/network.ts";
import type { PeerId, PeerRequest } from "../../src/actors/peers.ts";
import { StorageUnavailableError } from "../../src/actors/ports.ts";
import { summaryOf } from "../../src/protocol/blocks/merkle-chain-block.ts";
import { certifiedBlockCodec } from "../../src/protocol/blocks/shard-block.ts";
import { epochProofCodec } from "../../src/protocol/proofs/epoch-proof.ts";
import { TrustedNetwork } from "../../src/protocol/proofs/trusted-network.ts";
import { shown } from "../protocol/proofs/proof-world.ts";
import { accepted } from "../support/transactions.ts";
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
    while (bank.net.round <= announcedRound + 100) await bank.net.advance(1);
    expect(changes(bank).length).toBe(1);
    for (const who of onDuty) bank.net.down.delete(who);
    const ids = await transferOnEach(bank, nonces);
    const healed = bank.net.round;
    expect(await bank.net.sleep(20_000)).toBe(true);
    expect(ids.map((id, chain) => bank.status(id, chain))).toEqual(ids.map(() => "FINAL"));
    // However long nobody answered, no pause holds up what all wait for.
    const committed = ids.map((id, chain) => bank.view(id, chain)?.legs[0]?.round ?? 0);
    expect(Math.max(...committed)).toBeLessThan(healed + 10);
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

  it("R-7.2 a certified block that would have activated it, and is void, shows nothing to anybody", async () => {
    const bank = await open({ tags: false });
    const nonces = [0];
    const light = shown(TrustedNetwork.open(bank.net.network.genesisBytes, undefined));
    // The set certifies it, and the MerkleChain hears of that when it has closed the round.
    const held: (readonly [PeerId, PeerRequest])[] = [];
    bank.net.lose = (to, request) => {
      if (to.kind !== "merkleChain" || request.kind !== "commit") return false;
      const decoded = certifiedBlockCodec.decode(request.certifiedBlock);
      const block = decoded.ok ? decoded.value.block.merkleChain?.block : undefined;
      if (block?.epochChange?.kind === "activated") held.push([to, request]);
      return block?.epochChange?.kind === "activated" && changes(bank).length < 2;
    };
    for (let i = 0; i < 300 && changes(bank).length < 4; i++) {
      if (i < 60) await transferOnEach(bank, nonces);
      await bank.net.advance(1);
    }
    expect(await bank.net.sleep(5_000)).toBe(true);
    expect(
      changes(bank)
        .map(({ kind }) => kind)
        .slice(0, 4),
    ).toEqual(["announced", "lapsed", "announced", "activated"]);
    const proofs = bank.net.merkle.read((actor) => actor.epochProofs(0));
    const [real] = proofs.map((bytes) => accepted(epochProofCodec.decode(bytes)));
    const [[, first] = expect.fail()] = held;
    const voided =
      first.kind === "commit" ? certifiedBlockCodec.decode(first.certifiedBlock) : null;
    if (real === undefined || voided?.ok !== true) return expect.fail();
    const { block, certificate } = voided.value;
    const body = block.merkleChain ?? expect.fail();
    const forged = epochProofCodec.encode({
      block: summaryOf(body.block),
      certified: { header: block.header, certificate },
      child: real.child,
      seats: [],
    });
    expect(light.follow(forged)).toMatchObject({ refusal: { code: "EPOCH_PROOF_NOT_COMMITTED" } });
    const before = bank.net.shard.read((actor) => actor.network.epoch.epoch);
    bank.net.deliver({ kind: "shard", shard: 0 }, { kind: "epochs", proofs: [forged] });
    expect(bank.net.shard.read((actor) => actor.network.epoch.epoch)).toBe(before);
    for (const bytes of proofs) expect(light.follow(bytes).ok).toBe(true);
  });

  it("R-3.7 what a step heard that was taken back is forgotten with it, and can be heard again", async () => {
    const bank = await open();
    await trafficUntil(bank, 1, [0]);
    const { genesisBytes, scheme } = bank.net.network;
    const { epoch: record } = bank.net.merkle.read((actor) => actor.replica.state);
    bank.net.crash("shard", true);
    const store = bank.net.store("shard");
    const network = new Network(genesisBytes, scheme, store);
    const step = (ending: () => void) => () =>
      store.transaction(() => {
        network.follow(record, []);
        ending();
      });
    const failing = step(() => {
      throw new StorageUnavailableError("full");
    });
    expect(failing).toThrow("full");
    network.reload();
    expect(network.epoch.epoch).toBe(0);
    step(() => undefined)();
    network.reload();
    expect(network.epoch.epoch).toBe(1);
    expect(new Network(genesisBytes, scheme, store).epoch).toMatchObject(record);
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

describe("a shard whose clock its lease does not reach", () => {
  /** Cut off from the MerkleChain until it believes to be far beyond its lease. */
  async function cutOff(): Promise<Bank> {
    const bank = await open();
    await bank.send(0, 0);
    await bank.net.advance(3);
    await bank.net.sleep(2_000);
    bank.net.down.add("merkle");
    await bank.net.advance(40);
    return bank;
  }

  it("R-3.7, R-3.8 closes no round for good that may be to come", async () => {
    const bank = await cutOff();
    const round = bank.net.round - 3;
    const ask = () => bank.net.deliver({ kind: "shard", shard: 0 }, { kind: "decision", round });
    expect(ask()).toEqual({ kind: "undecided", round });
    bank.net.down.delete("merkle");
    await bank.net.sleep(50);
    expect(ask()).toEqual({ kind: "decided", round, hash: null });
  });

  it("R-2.7, R-3.7 refuses and drops nothing for being too late that may be in time", async () => {
    const bank = await cutOff();
    const certain = bank.net.shard.read(({ progress }) => progress.round) + LEASE;
    expect(await bank.refused(0, 1, { validUntil: bank.net.round - 2 })).toBe("");
    expect(await bank.refused(0, 1, { validUntil: 1 })).toBe("VALID_UNTIL_PAST");
    expect(certain).toBeLessThan(bank.net.round - 2);
    bank.net.down.delete("merkle");
    expect(await bank.net.sleep(500)).toBe(true);
    expect(bank.net.shard.read(({ room }) => room.pool.size)).toBe(0);
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

  it("R-3.8 certificates that do not hold, sent ahead of the true one, hide nothing and cost little", async () => {
    const bank = await open({ epochRounds: 1_000_000 });
    const held: (readonly [PeerId, Extract<PeerRequest, { kind: "commit" }>])[] = [];
    const isOpen = (): boolean => bank.net.shard.read(({ progress }) => progress.state === "open");
    bank.net.lose = (to, request) => {
      if (to.kind !== "shard" || request.kind !== "commit" || !isOpen()) return false;
      held.push([to, request]);
      return true;
    };
    await transferOnEach(bank, [0]);
    for (let i = 0; i < 10 && (held.length === 0 || isOpen()); i++) await bank.net.advance(1);
    const [to, commit] = held[0] ?? expect.fail();
    const certified = accepted(certifiedBlockCodec.decode(commit.certifiedBlock));
    const spoilt = (byte: number): PeerRequest => {
      const certificate = { ...certified.certificate, signature: new Uint8Array(48).fill(byte) };
      const certifiedBlock = certifiedBlockCodec.encode({ ...certified, certificate });
      return { ...commit, certifiedBlock };
    };
    bank.net.lose = () => false;
    for (const byte of [1, 2, 3]) bank.net.deliver(to, spoilt(byte));
    bank.net.deliver(to, commit);
    bank.net.deliver(to, commit);
    expect(await bank.net.sleep(2_000)).toBe(true);
    const blocks = bank.net.merkle.read((actor) => actor.blocksAfter(0, 1_000));
    const { round } = certified.block.header;
    const voided = blocks.flatMap((block) => block.voided.filter((one) => one.round === round));
    expect(voided.map(({ isLate }) => isLate)).toEqual([true]);
  });
});
