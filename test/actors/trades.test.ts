// Trades between two chains of a shard through the actors: mempool, rounds, views, proofs, restarts.
import { describe, expect, it } from "vitest";
import { ProofQueries } from "../../src/actors/proof-queries.ts";
import { ShardQueries } from "../../src/actors/shard-queries.ts";
import { askSimulation, type Simulation } from "../../src/actors/simulate.ts";
import { toHex } from "../../src/protocol/encoding/bytes.ts";
import { transactionCodec } from "../../src/protocol/ledger/transaction.ts";
import { TrustedNetwork } from "../../src/protocol/proofs/trusted-network.ts";
import { verifyInclusion } from "../../src/protocol/proofs/verify-inclusion.ts";
import type { TestSigner } from "../support/signer.ts";
import { type MakerSide, type Side, signedTrade, type Terms } from "../support/trades.ts";
import { accepted } from "../support/transactions.ts";
import { Bank, FUNDS } from "./bank.ts";

const FEE = 1_500n;

const openBank = (options = {}): Promise<Bank> => Bank.open({ chains: 3, accounts: 4, ...options });

type Sides = readonly [Side<TestSigner> | MakerSide<TestSigner>, Side<TestSigner>];

async function tradeBytes(bank: Bank, sides: Sides, terms: Terms = {}): Promise<Uint8Array> {
  const validUntil = terms.validUntil ?? bank.net.round + 50;
  const trade = await signedTrade(bank.net.network.id, sides, { ...terms, validUntil });
  return transactionCodec.encode(trade);
}

async function trade(bank: Bank, sides: Sides, terms: Terms = {}): Promise<Uint8Array> {
  const [admission] = bank.admit(await tradeBytes(bank, sides, terms));
  if (admission?.kind !== "accepted") throw new Error(JSON.stringify(admission?.refusal.code));
  return admission.id;
}

async function refused(bank: Bank, sides: Sides, terms: Terms = {}) {
  const [admission] = bank.admit(await tradeBytes(bank, sides, terms));
  return admission?.kind === "refused" ? admission.refusal : null;
}

/** Account 0 gives on T1, account 1 on T2. */
const bilateral = (bank: Bank, nonces = [0, 0], gasPrices = [1n, 1n]): Sides => [
  {
    payer: bank.signer(0),
    chain: 1,
    amount: 70n,
    nonce: nonces[0] ?? 0,
    gasPrice: gasPrices[0] ?? 1n,
  },
  {
    payer: bank.signer(1),
    chain: 2,
    amount: 90n,
    nonce: nonces[1] ?? 0,
    gasPrice: gasPrices[1] ?? 1n,
  },
];

const take = (bank: Bank, by: number, changes: Partial<Side<TestSigner>> = {}): Sides => [
  {
    payer: bank.signer(0),
    chain: 1,
    amount: 70n,
    offer: 5n,
    openTaker: true,
    offerValidUntil: 1_000,
  },
  { payer: bank.signer(by), chain: 2, amount: 90n, ...changes },
];

const queriesOf = (bank: Bank): ShardQueries => {
  let found: ShardQueries | undefined;
  bank.net.shard.read((shard) => {
    found = new ShardQueries(shard, bank.net.network);
  });
  return found as ShardQueries;
};
const queries = <T>(bank: Bank, ask: (queries: ShardQueries) => T): T => ask(queriesOf(bank));

describe("a trade", () => {
  it("[R-2.5, R-2.7] passes through each status, and its legs say what each side gave", async () => {
    const bank = await openBank();
    const id = await trade(bank, bilateral(bank));
    expect(bank.view(id)).toMatchObject({
      status: "PENDING",
      payload: "trade",
      legs: [
        { chain: 1, payer: bank.signer(0).address, fee: FEE, value: 70n, movements: [] },
        { chain: 2, payer: bank.signer(1).address, fee: FEE, value: 90n, movements: [] },
      ],
    });
    await bank.net.advance(1);
    expect(bank.view(id)).toMatchObject({ status: "EXECUTED", code: 2, failedChain: null });
    expect(
      bank.view(id)?.legs.map(({ movements }) => movements.map(({ amount }) => amount)),
    ).toEqual([
      [FEE, 70n],
      [FEE, 90n],
    ]);
    const held = (place: number) =>
      [1, 2].map((chain) => bank.account(place, chain).balance - FUNDS);
    expect([held(0), held(1)]).toEqual([
      [-70n - FEE, 90n],
      [70n, -90n - FEE],
    ]);
    await bank.net.advance(5);
    expect(bank.status(id)).toBe("FINAL");
    const { shard, set } = bank.heads();
    expect(shard).toBe(set);
  });

  it("[R-5.3] stands in the blocks of both chains, and in both accounts' histories once", async () => {
    const bank = await openBank();
    const single = await bank.send(2, 0, { chain: 2 });
    const id = await trade(bank, bilateral(bank));
    await bank.net.advance(1);
    const transactions = (chain: number) =>
      queries(bank, (one) => one.block(chain, 1))?.transactions.map(toHex);
    expect(transactions(1)).toEqual([toHex(id)]);
    expect(transactions(2)).toEqual([id, single].map(toHex));
    for (const place of [0, 1]) {
      const { address } = bank.signer(place);
      const history = queries(bank, (one) => one.history(address, { reverse: false, limit: 10 }));
      expect(history.filter(({ view }) => toHex(view.id) === toHex(id)).length).toBe(1);
    }
  });

  it("[R-7.2] is proven in the block of either chain", async () => {
    const bank = await openBank();
    await bank.send(2, 0, { chain: 1 });
    const id = await trade(bank, bilateral(bank));
    await bank.net.advance(6);
    const client = TrustedNetwork.open(bank.net.network.genesisBytes);
    if (!client.ok) throw new Error(client.refusal.code);
    const shown = [null, 1, 2].map((chain) => {
      const proof = bank.net.shard.read((shard) => ProofQueries.of(shard).inclusion(id, chain));
      if (proof.kind === "none") return proof.why;
      const verified = verifyInclusion(client.value, proof.bytes);
      if (!verified.ok) return verified.refusal.code;
      const { chain: on, round, position } = verified.value;
      return [on, round, position];
    });
    expect(shown).toEqual([
      [1, 1, 0],
      [1, 1, 0],
      [2, 1, 0],
    ]);
    const elsewhere = bank.net.shard.read((shard) => ProofQueries.of(shard).inclusion(id, 0));
    expect(elsewhere).toEqual({ kind: "none", why: "UNKNOWN" });
  });

  it("[R-5.6, R-6.7] reverts for the side that lacks funds, and says which", async () => {
    const bank = await openBank();
    const [first, second] = bilateral(bank) as [Side<TestSigner>, Side<TestSigner>];
    const id = await trade(bank, [first, { ...second, amount: 2n * FUNDS }]);
    await bank.net.advance(1);
    expect(bank.view(id)).toMatchObject({ code: 1, reason: "insufficientBalance", failedChain: 2 });
    expect(bank.account(0, 1)).toMatchObject({ balance: FUNDS - FEE, nonce: 1 });
  });

  it("[R-4.4] with a maker's signature that does not hold is in no block", async () => {
    const bank = await openBank();
    const bytes = await tradeBytes(bank, take(bank, 1));
    const { payload, ...rest } = accepted(transactionCodec.decode(bytes));
    if (payload.kind !== "trade" || payload.offer === null) throw new Error("No offer");
    const offer = { ...payload.offer, validUntil: payload.offer.validUntil - 1 };
    const [admission] = bank.admit(
      transactionCodec.encode({ ...rest, payload: { ...payload, offer } }),
    );
    if (admission?.kind !== "accepted") throw new Error("The shard trusts its gateway");
    await bank.net.advance(4);
    expect(bank.view(admission.id)).toMatchObject({ status: "REJECTED", code: 0 });
    expect(bank.account(0, 1).balance).toBe(FUNDS);
  });
});

describe("places in line", () => {
  it("[R-2.9] waits for what is before it in either line, and holds up what is behind", async () => {
    const bank = await openBank();
    const pair = await trade(bank, bilateral(bank, [1, 1]));
    const behind = await bank.send(1, 2, { chain: 2 });
    const first = await bank.send(0, 0, { chain: 1 });
    await bank.net.advance(1);
    expect([first, pair, behind].map((id) => bank.status(id))).toEqual([
      "EXECUTED",
      "PENDING",
      "PENDING",
    ]);
    const second = await bank.send(1, 0, { chain: 2 });
    await bank.net.advance(1);
    expect([second, pair, behind].map((id) => bank.status(id))).toEqual([
      "EXECUTED",
      "PENDING",
      "PENDING",
    ]);
    await bank.net.advance(1);
    expect([pair, behind].map((id) => bank.view(id)?.legs[0]?.round)).toEqual([3, 3]);
  });

  it("[R-2.9] both nonces count for what comes next on their chains", async () => {
    const bank = await openBank();
    await trade(bank, bilateral(bank));
    const next = (place: number, chain: number) =>
      queries(bank, (one) => one.balance(chain, bank.signer(place).address))?.nextNonce;
    expect([next(0, 1), next(1, 2), next(0, 2), next(1, 1)]).toEqual([1, 1, 0, 0]);
    await bank.net.advance(1);
    expect([next(0, 1), next(1, 2), next(0, 2), next(1, 1)]).toEqual([1, 1, 0, 0]);
  });

  it("[R-2.7] two trades in a row over the same lines go into one block", async () => {
    const bank = await openBank();
    const later = await trade(bank, bilateral(bank, [1, 1]));
    const first = await trade(bank, bilateral(bank, [0, 0]));
    await bank.net.advance(1);
    expect([first, later].map((id) => bank.status(id))).toEqual(["EXECUTED", "EXECUTED"]);
  });

  it("[R-2.7] is replaced only by one that takes both places and pays a tenth more on both", async () => {
    const bank = await openBank();
    const held = await trade(bank, bilateral(bank, [0, 0], [10n, 10n]));
    const single = await bank.bytes(0, 0, { chain: 1, gasPrice: 1_000n });
    const [answer] = bank.admit(single);
    expect(answer).toEqual({
      kind: "refused",
      refusal: { code: "NONCE_TAKEN", chain: 1, nonce: 0, by: toHex(held) },
    });
    expect(await refused(bank, bilateral(bank, [0, 0], [11n, 10n]))).toEqual({
      code: "NONCE_TAKEN",
      chain: 2,
      nonce: 0,
      by: toHex(held),
      gasPrice: 11n,
    });
    const next = await trade(bank, bilateral(bank, [0, 0], [11n, 11n]));
    expect(bank.view(held)).toMatchObject({ status: "DROPPED" });
    await bank.net.advance(1);
    expect([bank.status(next), bank.status(held)]).toEqual(["EXECUTED", "DROPPED"]);
  });

  it("[R-2.7] a restart brings both places back", async () => {
    const bank = await openBank();
    const pair = await trade(bank, bilateral(bank, [1, 0]));
    bank.net.crash("shard");
    const next = queries(bank, (one) => one.balance(2, bank.signer(1).address))?.nextNonce;
    expect([bank.status(pair), next]).toEqual(["PENDING", 1]);
    await bank.send(0, 0, { chain: 1 });
    await bank.net.advance(2);
    expect(bank.status(pair)).toBe("EXECUTED");
    expect(bank.net.shard.read(({ room }) => room.pool.size)).toBe(0);
  });

  it("[R-2.7] expires on both lines", async () => {
    const bank = await openBank();
    const pair = await trade(bank, bilateral(bank, [1, 0]), { validUntil: 3 });
    const behind = await bank.send(1, 1, { chain: 2 });
    await bank.net.advance(5);
    expect([bank.status(pair), bank.status(behind)]).toEqual(["EXPIRED", "PENDING"]);
    const filler = await bank.send(1, 0, { chain: 2 });
    await bank.net.advance(1);
    expect([filler, behind].map((id) => bank.status(id))).toEqual(["EXECUTED", "EXECUTED"]);
  });
});

describe("an offer", () => {
  it("[R-2.4, R-2.9] is taken by the first that a block holds; the others are REJECTED", async () => {
    const bank = await openBank();
    const ids = [
      await trade(bank, take(bank, 1, { gasPrice: 2n })),
      await trade(bank, take(bank, 2, { gasPrice: 3n })),
    ];
    await bank.net.advance(1);
    expect(ids.map((id) => bank.status(id))).toEqual(["PENDING", "EXECUTED"]);
    expect(bank.view(ids[0] as Uint8Array)?.reason).toContain("OFFER_IN_FLIGHT");
    await bank.net.advance(3);
    expect(bank.view(ids[0] as Uint8Array)).toMatchObject({ status: "REJECTED", code: 0 });
    expect(bank.view(ids[0] as Uint8Array)?.reason).toContain("OFFER_USED");
    expect(bank.account(0, 1).balance).toBe(FUNDS - 70n);
    expect(bank.account(2, 2).balance).toBe(FUNDS - 90n - 2n * 3n * FEE);
    expect(await refused(bank, take(bank, 3))).toMatchObject({ code: "OFFER_USED", chain: 1 });
    expect(await bank.net.sleep(60)).toBe(true);
  });

  it("[R-2.9] is refused at once to who cannot pay for it", async () => {
    const bank = await openBank();
    expect(await refused(bank, take(bank, 1, { amount: FUNDS }))).toEqual({
      code: "TAKER_LACKS_FUNDS",
      chain: 2,
      balance: FUNDS,
      cost: FUNDS + 2n * FEE,
    });
  });

  it("[R-2.9] that is cancelled is refused, also after a restart", async () => {
    const bank = await openBank();
    await bank.send(0, 0, {
      chain: 1,
      payload: { kind: "cancelOffer", offer: 5n, validUntil: 1_000 },
    });
    await bank.net.advance(1);
    bank.net.crash("shard");
    expect(await refused(bank, take(bank, 1))).toEqual({
      code: "OFFER_USED",
      chain: 1,
      offer: 5n,
      until: 1_000,
    });
  });
});

describe("simulate", () => {
  const ask = async (bank: Bank, sides: Sides): Promise<Simulation> => {
    const { network, shard } = bank.net;
    return askSimulation(shard, network, await tradeBytes(bank, sides));
  };

  it("[R-6.9] says which leg and rule", async () => {
    const bank = await openBank();
    expect(await ask(bank, bilateral(bank))).toMatchObject({
      includable: true,
      code: 2,
      legs: [
        { chain: 1, rule: "first-emptying", possiblyEmptying: true },
        { chain: 2, rule: "first-emptying", possiblyEmptying: true },
      ],
    });
    const [first, second] = bilateral(bank) as [Side<TestSigner>, Side<TestSigner>];
    const poor: Sides = [first, { ...second, amount: 2n * FUNDS }];
    expect(await ask(bank, poor)).toMatchObject({
      code: 1,
      reason: "insufficientBalance",
      failedChain: 2,
      successRound: null,
    });
  });

  it("[R-5.3, R-6.9] a trade behind a single-chain transaction takes a round more", async () => {
    const bank = await openBank();
    await bank.send(0, 0, { chain: 1 });
    expect(await ask(bank, bilateral(bank, [1, 0]))).toMatchObject({
      round: 1,
      includable: false,
      includableRound: 2,
      refusal: { code: "NONCE_GAP", chain: 1 },
      successRound: 2,
    });
  });

  it("[R-2.9, R-6.9] a take of an offer that is in flight has no round", async () => {
    const bank = await openBank();
    await trade(bank, take(bank, 1));
    await bank.net.advance(1);
    expect(await ask(bank, take(bank, 2))).toMatchObject({
      includable: false,
      includableRound: null,
      refusal: { code: "OFFER_IN_FLIGHT", chain: 1 },
    });
  });
});
