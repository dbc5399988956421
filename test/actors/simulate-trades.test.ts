// R-6.9 over two chains: what is told of trades and of what stands before and behind them, and what then comes.
import { describe, expect, it } from "vitest";
import { askSimulation, type Simulation } from "../../src/actors/simulate.ts";
import { toHex } from "../../src/protocol/encoding/bytes.ts";
import { transactionCodec } from "../../src/protocol/ledger/transaction.ts";
import { decodeTransaction } from "../../src/protocol/ledger/unverified.ts";
import { Random } from "../../src/simulator/random.ts";
import type { TestSigner } from "../support/signer.ts";
import { type MakerSide, type Side, signedTrade } from "../support/trades.ts";
import { accepted } from "../support/transactions.ts";
import { Bank, type BankOptions, FUNDS, RESERVE } from "./bank.ts";

/** An account's place on a chain. */
type Place = readonly [account: number, chain: number, nonce: number];
type Sides = readonly [Side<TestSigner> | MakerSide<TestSigner>, Side<TestSigner>];

/** Gas of a trade's leg, and prices for a fee that any window has room for and for one above the reserve. */
const GAS = 1_500n;
const LARGE_PRICE = RESERVE / GAS + 1n;

const side = (
  bank: Bank,
  [account, chain, nonce]: Place,
  more: Partial<Side<TestSigner>> = {},
) => ({
  payer: bank.signer(account),
  chain,
  amount: 7n,
  nonce,
  ...more,
});

async function between(bank: Bank, sides: Sides, validUntil = bank.net.round + 400) {
  return transactionCodec.encode(await signedTrade(bank.net.network.id, sides, { validUntil }));
}

const trade = (bank: Bank, a: Place, b: Place, more: Partial<Side<TestSigner>> = {}) =>
  between(bank, [side(bank, a, more), side(bank, b)]);

/** Open to all, of account 0 on chain 0. */
const offer = (bank: Bank): MakerSide<TestSigner> => ({
  payer: bank.signer(0),
  chain: 0,
  amount: 7n,
  offer: 3n,
  openTaker: true,
  offerValidUntil: 900,
});

const decoded = (bank: Bank, bytes: Uint8Array) =>
  accepted(decodeTransaction(bytes, bank.net.network.id));

/** Hands it to every shard that it touches. */
function send(bank: Bank, bytes: Uint8Array): Uint8Array {
  const { id, transaction } = decoded(bank, bytes);
  const { network } = bank.net;
  for (const shard of network.shardsOf(transaction.legs.map(({ chain }) => chain))) {
    const [admission] = bank.admitTo(shard, bytes);
    if (admission?.kind !== "accepted")
      throw new Error(JSON.stringify(admission, (_, value) => `${value}`));
  }
  return id;
}

function ask(bank: Bank, bytes: Uint8Array, shard?: number): Simulation {
  const { network } = bank.net;
  const [leg] = decoded(bank, bytes).transaction.legs;
  const asked = shard ?? bank.shardOf(leg?.chain ?? 0);
  return askSimulation(bank.net.shardOf(asked), network, bytes);
}

/** Asks, sends, and waits for its block; the round of that, null for none. */
async function askAndSend(bank: Bank, bytes: Uint8Array) {
  const simulation = ask(bank, bytes);
  const id = send(bank, bytes);
  const { chain } = decoded(bank, bytes).transaction.legs[0] as { chain: number };
  await bank.net.tick();
  for (let i = 0; i < 40 && bank.view(id, chain)?.code == null; i++) await bank.net.advance(1);
  const view = bank.view(id, chain);
  return { simulation, round: view?.legs[0]?.round ?? null, code: view?.code ?? null };
}

describe("what a trade is told of rounds to come", () => {
  const open = (options: BankOptions = {}) =>
    Bank.open({ tags: true, chains: 3, accounts: 4, ...options });

  it("R-5.3 R-6.9 behind another trade of the same round it waits for that one's other party", async () => {
    const bank = await open();
    await bank.send(2, 0, { chain: 2 });
    send(bank, await trade(bank, [0, 1, 0], [2, 2, 1]));
    // Round 1 has the third account's own, round 2 both trades.
    const told = await askAndSend(bank, await trade(bank, [0, 1, 1], [1, 2, 0]));
    expect(told).toMatchObject({
      simulation: { round: 1, includable: false, includableRound: 2, successRound: 2 },
      round: 2,
      code: 2,
    });
  });

  it("R-5.3 R-6.9 what is the chain's own behind a trade is in the same block", async () => {
    const bank = await open();
    send(bank, await trade(bank, [0, 1, 0], [1, 2, 0]));
    const told = await askAndSend(bank, await bank.bytes(0, 1, { chain: 1 }));
    expect(told).toMatchObject({ simulation: { includableRound: 1 }, round: 1, code: 2 });
  });

  it("R-5.3 R-6.9 a chain that had nothing more to offer has its turn again in the same block", async () => {
    const bank = await open();
    // Chain 1 has the first turn, takes the second trade in its third, and so lets the third one come on chain 0.
    send(bank, await trade(bank, [2, 1, 0], [3, 2, 0]));
    send(bank, await trade(bank, [0, 0, 0], [1, 1, 0]));
    send(bank, await trade(bank, [2, 0, 0], [1, 1, 1]));
    const told = await askAndSend(bank, await trade(bank, [2, 0, 1], [0, 1, 0]));
    expect(told).toMatchObject({ simulation: { includableRound: 1 }, round: 1, code: 2 });
  });

  it("R-6.4 R-6.9 the line that moves last decides", async () => {
    const bank = await open();
    for (const nonce of [0, 1]) {
      send(bank, await bank.bytes(1, nonce, { chain: 2, fee: RESERVE + 10n ** 6n }));
    }
    // One in k rounds: 1 and 4, and then the trade is within the reserve of what the second leaves.
    const told = await askAndSend(bank, await trade(bank, [0, 1, 0], [1, 2, 2]));
    expect(told).toMatchObject({
      simulation: {
        round: 1,
        includable: false,
        refusal: { code: "NONCE_GAP", chain: 2 },
        includableRound: 5,
      },
      round: 5,
    });
  });

  it("R-2.9 R-6.9 what its taker has waiting takes the offer first, and uses it up", async () => {
    const bank = await open();
    send(bank, await between(bank, [offer(bank), side(bank, [1, 2, 0])]));
    expect(ask(bank, await between(bank, [offer(bank), side(bank, [1, 2, 1])]))).toMatchObject({
      refusal: { code: "OFFER_IN_FLIGHT" },
      includableRound: null,
    });
  });

  it("R-5.3 R-6.9 where a chain's own and trades alternate each trade takes a round more", async () => {
    const bank = await open();
    send(bank, await bank.bytes(0, 0, { chain: 1 }));
    send(bank, await trade(bank, [0, 1, 1], [1, 2, 0]));
    send(bank, await bank.bytes(0, 2, { chain: 1 }));
    const told = await askAndSend(bank, await trade(bank, [0, 1, 3], [2, 2, 0]));
    expect(told).toMatchObject({ simulation: { includableRound: 3 }, round: 3, code: 2 });
  });

  it("R-2.9 R-6.9 two trades that wait for each other have no round", async () => {
    const bank = await open();
    const both = [await trade(bank, [0, 1, 0], [1, 2, 1]), await trade(bank, [0, 1, 1], [1, 2, 0])];
    for (const bytes of both) send(bank, bytes);
    for (const bytes of [...both, await bank.bytes(0, 2, { chain: 1 })]) {
      expect(ask(bank, bytes)).toMatchObject({
        refusal: { code: "NONCE_GAP" },
        includableRound: null,
      });
    }
  });

  it("R-6.9 a line of trades through many accounts is followed", async () => {
    const bank = await open({ accounts: 12, chains: 3 });
    // Each waits for the next account's trade, and the last of all for a single transaction.
    for (let i = 1; i < 11; i++) {
      const more = { gasPrice: 1n };
      send(bank, await trade(bank, [i, 1, 1], [i + 1, 2, i === 10 ? 1 : 0], more).catch(never));
      if (i === 10) send(bank, await bank.bytes(11, 0, { chain: 2 }));
      send(bank, await trade(bank, [i, 1, 0], [0, 2, i - 1]));
    }
    const told = await askAndSend(bank, await trade(bank, [1, 1, 2], [0, 2, 10]));
    expect(told.simulation.includableRound).toBe(told.round);
    expect(told.round).not.toBeNull();
  });
});

const never = (error: unknown): never => {
  throw error;
};

/** Sends transfers and trades between four accounts on two chains, some of them too dear for more than one in k rounds. */
async function stir(bank: Bank, random: Random, nonces: Map<string, number>): Promise<void> {
  const next = (account: number, chain: number): Place => {
    const nonce = nonces.get(`${account} ${chain}`) ?? 0;
    nonces.set(`${account} ${chain}`, nonce + 1);
    return [account, chain, nonce];
  };
  const [a, b] = random.shuffle([0, 1, 2, 3]) as [number, number];
  const isLarge = random.chance(0.2);
  if (random.chance(0.5)) {
    const [, chain, nonce] = next(a, random.pick([0, 1]));
    const fee = isLarge ? RESERVE + 10n ** 6n : 1_000n;
    const payload = { kind: "transfer", to: bank.signer(4).address, amount: 1n } as const;
    send(
      bank,
      await bank.bytes(a, nonce, { chain, fee, payload, validUntil: bank.net.round + 400 }),
    );
    return;
  }
  const gasPrice = isLarge ? LARGE_PRICE : 1n;
  send(bank, await trade(bank, next(a, 0), next(b, 1), { gasPrice }));
}

const SEEDS = process.env.DEEP === undefined ? 10 : 300;
const QUESTIONS = 8;

describe("any history of trades", () => {
  it.each([
    [1, "a shard"],
    [2, "a pair of shards"],
  ])("R-6.9 R-3.6 on %i shards all is in the round that was told by %s", async (shards) => {
    let [later, agreed, asked] = [0, 0, 0];
    for (let seed = 1; seed <= SEEDS / shards; seed++) {
      const random = new Random(seed);
      const options = { tags: true, chains: 2, accounts: 5, shards, k: random.between(1, 4) };
      const bank = await Bank.open(options);
      const nonces = new Map<string, number>();
      for (let i = 0; i < QUESTIONS; i++) {
        await bank.net.advance(random.between(1, 3));
        for (let n = random.between(0, 4); n > 0; n--) await stir(bank, random, nonces);
        if (random.chance(0.5)) await bank.net.tick();
        const [a, b] = random.shuffle([0, 1, 2, 3]) as [number, number];
        const nonce = (account: number, chain: number) => nonces.get(`${account} ${chain}`) ?? 0;
        const isSingle = random.chance(0.3);
        const bytes = isSingle
          ? await bank.bytes(a, nonce(a, 0), { validUntil: bank.net.round + 400 })
          : await trade(bank, [a, 0, nonce(a, 0)], [b, 1, nonce(b, 1)]);
        nonces.set(`${a} 0`, nonce(a, 0) + 1);
        if (!isSingle) nonces.set(`${b} 1`, nonce(b, 1) + 1);
        const { simulation, round, code } = await askAndSend(bank, bytes);
        const what = `seed ${seed}, question ${i}: ${JSON.stringify(simulation, (_, v) => (typeof v === "bigint" ? `${v}` : v))}`;
        later += (simulation.includableRound ?? 0) > simulation.round ? 1 : 0;
        asked += 1;
        if (shards === 1) {
          expect([round, code === 2], what).toEqual([
            simulation.includableRound,
            simulation.successRound === round,
          ]);
        } else {
          // What the other shard has before its leg is not known here, nor whether it takes what is offered.
          agreed += round === simulation.includableRound ? 1 : 0;
        }
      }
    }
    // The histories are about something.
    expect(later).toBeGreaterThan(0);
    if (shards > 1) expect(agreed).toBeGreaterThan(asked / 2);
  });
});

describe("what a shard is told of what touches another, too", () => {
  const open = (options: BankOptions = {}) =>
    Bank.open({ tags: true, shards: 4, chains: 4, accounts: 4, ...options });

  it("R-3.6 R-6.9 its round is that in which they meet, and what becomes of it is not known", async () => {
    const bank = await open();
    const { epochs } = bank.net.network;
    for (const other of [1, 2, 3]) {
      const bytes = await trade(bank, [0, 0, other - 1], [1, other, 0]);
      const { simulation, round } = await askAndSend(bank, bytes);
      const meeting = epochs.nextMeeting(0, other, simulation.round);
      expect(simulation).toMatchObject({
        includable: meeting === simulation.round,
        includableRound: meeting,
        partner: other,
        code: 0,
        reason: null,
        successRound: null,
      });
      if (meeting > simulation.round) {
        expect(simulation.refusal).toMatchObject({ code: "WAITS_FOR_PAIR", round: meeting });
      }
      expect(round).toBe(meeting);
    }
  });

  it("R-6.7 R-6.9 a leg that fails by itself is told by its own shard only", async () => {
    const bank = await open({ shards: 2, chains: 2 });
    const bytes = await trade(bank, [0, 0, 0], [1, 1, 0], { amount: 2n * FUNDS });
    expect(ask(bank, bytes)).toMatchObject({
      includable: true,
      legs: [{ chain: 0, rule: "first-emptying", possiblyEmptying: true }],
      code: 1,
      reason: "insufficientBalance",
      failedChain: 0,
      partner: 1,
    });
    expect(ask(bank, bytes, 1)).toMatchObject({
      includable: true,
      legs: [{ chain: 1 }],
      code: 0,
      failedChain: null,
      partner: 0,
    });
  });

  it("R-5.3 R-6.9 behind a trade of the shard it takes a round more, its own sender's next none", async () => {
    const bank = await open({ shards: 2, chains: 4 });
    send(bank, await trade(bank, [0, 0, 0], [1, 2, 0]));
    const cross = await trade(bank, [0, 0, 1], [1, 1, 0]);
    const single = await bank.bytes(0, 2);
    expect(ask(bank, cross)).toMatchObject({ includable: false, includableRound: 2 });
    // The other shard has nothing else for round 1, and keeps it open until the clock closes it (R-3.8).
    const { round } = await askAndSend(bank, cross);
    expect(round).toBeGreaterThanOrEqual(2);
    const told = await askAndSend(bank, single);
    expect(told.round).toBe(told.simulation.includableRound);
  });

  it("R-5.4 R-6.9 answers while a committed round waits for its result, and runs through it in memory", async () => {
    const bank = await open({ shards: 2, chains: 2 });
    const { net } = bank;
    send(bank, await trade(bank, [0, 0, 0], [1, 1, 0], { amount: FUNDS - 2n * RESERVE }));
    net.lose = (_, { kind }) => kind === "exchange" || kind === "result";
    await net.advance(1);
    const waiting = net
      .shardOf(0)
      .read(({ replica }) => [replica.hasUnexecuted, replica.canExecute]);
    expect(waiting).toEqual([true, false]);
    // What the trade takes is gone already: the leg's payer has 2 reserves left, less the fee.
    const spend = (amount: bigint) =>
      bank.bytes(0, 1, {
        payload: { kind: "transfer", to: bank.signer(2).address, amount },
      });
    expect(ask(bank, await spend(RESERVE / 2n))).toMatchObject({ includableRound: 2, code: 2 });
    expect(ask(bank, await spend(3n * RESERVE))).toMatchObject({
      code: 1,
      reason: "insufficientBalance",
    });
    const [before] = [bank.replicas().get(0)];
    expect(bank.replicas().get(0)).toEqual(before);
    net.lose = () => false;
    expect(await net.sleep(3_000)).toBe(true);
    expect(net.shardOf(0).read(({ replica }) => replica.hasUnexecuted)).toBe(false);
  });

  it("R-4.5 R-6.9 a half that the partner has not confirmed is under way", async () => {
    const bank = await open({ shards: 2, chains: 2 });
    const { net } = bank;
    const bytes = await trade(bank, [0, 0, 0], [1, 1, 0]);
    const id = toHex(send(bank, bytes));
    net.lose = (_, { kind }) => kind === "accepted";
    await net.advance(1);
    expect(net.shardOf(0).read(({ progress }) => progress.state)).toBe("accepted");
    expect(ask(bank, bytes)).toMatchObject({ round: 1, includable: true, includableRound: 1 });
    expect(ask(bank, await bank.bytes(0, 1))).toMatchObject({ includableRound: 2, heldBy: id });
  });
});
