// what is told of rounds to come, and what then comes.
import { describe, expect, it } from "vitest";
import { askSimulation, type Simulation } from "../../src/actors/simulate.ts";
import type { Payload } from "../../src/protocol/ledger/payload.ts";
import { Random } from "../../src/simulator/random.ts";
import { signedAuthorisation } from "../support/transactions.ts";
import { Bank, type BankOptions, FUNDS, RESERVE, type Send } from "./bank.ts";

const M = 1_000_000n;
/** Above the reserve: includable only as a possibly emptying transaction. */
const LARGE = RESERVE + 2n * M;

/** What is told, and how it comes out: null where it is in no block. */
interface Told {
  readonly simulation: Simulation;
  readonly round: number | null;
  readonly code: number | null;
}

/** Account 0 asks. */
class Asker {
  readonly bank: Bank;
  readonly #k: number;

  private constructor(bank: Bank, k: number) {
    this.bank = bank;
    this.#k = k;
  }

  static async open(options: BankOptions = {}): Promise<Asker> {
    const { k = 3 } = options;
    return new Asker(await Bank.open({ tags: true, ...options, k }), k);
  }

  /** The next transaction of account 0. By default a transfer of 1. */
  next(fee: bigint, send: Send = {}): Promise<Uint8Array> {
    return this.bank.bytes(0, this.bank.nextNonce(0), { fee, ...send });
  }

  transfer(fee: bigint, amount: bigint): Promise<Uint8Array> {
    const payload: Payload = { kind: "transfer", to: this.bank.signer(1).address, amount };
    return this.next(fee, { payload });
  }

  /** Sends it, and answers its id. */
  async send(bytes: Promise<Uint8Array>): Promise<Uint8Array> {
    const [admission] = this.bank.admit(await bytes);
    if (admission?.kind !== "accepted") throw new Error("Refused");
    return admission.id;
  }

  /** Time goes on and nobody has noticed yet: what is sent now is in the round that is opened next. */
  elapse(rounds: number): void {
    const { net } = this.bank;
    net.nowMs += rounds * net.network.roundMs;
  }

  /** Opens the round. Its block is made, and the shard hears of it with the next `pass` only. */
  async hold(): Promise<void> {
    const { net } = this.bank;
    net.lose = (_, { kind }) => kind === "commit";
    await net.tick();
    net.lose = () => false;
  }

  /** To the next round. What was held is handed over with the first tick; only then another can open. */
  async pass(): Promise<void> {
    await this.bank.net.advance(1);
    await this.bank.net.tick();
  }

  ask(bytes: Uint8Array): Simulation {
    const { net } = this.bank;
    return askSimulation(net.shard, net.network, bytes);
  }

  /** Asks, and sends at once. */
  async askAndSend(bytes: Uint8Array): Promise<Told> {
    const simulation = this.ask(bytes);
    return { simulation, ...(await this.#sent(bytes, simulation.includableRound)) };
  }

  /** Asks, and sends only for the round from which it would succeed. */
  async askAndWait(bytes: Uint8Array): Promise<Told> {
    const { net } = this.bank;
    const simulation = this.ask(bytes);
    const { successRound } = simulation;
    if (successRound === null) return { simulation, round: null, code: null };
    if (net.round < successRound) await net.tick();
    while (net.round < successRound - 1) await this.pass();
    if (net.round < successRound) this.elapse(1);
    // What was held is handed over first; else nothing may be opened before it is sent.
    if (net.shard.read((shard) => shard.progress.state) === "open") await net.tick();
    return { simulation, ...(await this.#sent(bytes, successRound)) };
  }

  /** Waits for the round that was told, and long enough to see that none comes where none was. */
  async #sent(bytes: Uint8Array, told: number | null): Promise<Omit<Told, "simulation">> {
    const { net } = this.bank;
    const [admission] = this.bank.admit(bytes);
    // The mempool asks for more than blocks do, and nothing is promised to what it refuses.
    if (admission?.kind !== "accepted") return { round: told, code: null };
    await net.tick();
    const last = Math.max(told ?? 0, net.round) + 2 * this.#k + 2;
    while (net.round < last && this.bank.view(admission.id)?.code == null) await this.pass();
    const view = this.bank.view(admission.id);
    return { round: view?.legs[0]?.round ?? null, code: view?.code ?? null };
  }
}

describe("what a transaction is told of rounds to come", () => {
  it("R-6.9 R-3.6 what is in the open round's block was judged for that round, not for a later one", async () => {
    const asker = await Asker.open();
    await asker.send(asker.next(M));
    await asker.bank.net.advance(1);
    // Round 2: behind an emptying one, these cannot empty. In a window without that one the first of them could.
    asker.elapse(1);
    for (const fee of [4n * M, 4n * M]) await asker.send(asker.next(fee));
    await asker.hold();
    const told = await asker.askAndSend(await asker.next(4n * M));
    expect(told).toMatchObject({
      simulation: { round: 3, includable: false, includableRound: 5, successRound: 5 },
      round: 5,
      code: 2,
    });
  });

  it("R-6.9 R-3.6 what waits ahead goes in as soon as a round can take it, one window after the other", async () => {
    const asker = await Asker.open();
    asker.elapse(1);
    for (let n = 0; n < 3; n++) await asker.send(asker.next(LARGE));
    // One in k rounds.
    const told = await asker.askAndSend(await asker.next(LARGE));
    expect(told).toMatchObject({
      simulation: { round: 1, includable: false, includableRound: 10, successRound: 10 },
      round: 10,
      code: 2,
    });
  });

  it("R-6.9 R-5.1 once k rounds have passed what went ahead has been executed", async () => {
    const asker = await Asker.open();
    asker.elapse(1);
    await asker.send(asker.transfer(M, FUNDS - 6n * M));
    // It leaves 5 M: with the fee of 4 M that is a dip behind it, and no dip once that has left the window.
    const told = await asker.askAndWait(await asker.next(4n * M));
    expect(told).toMatchObject({
      simulation: { includable: true, includableRound: 1, code: 1, reason: "senderDip" },
      round: 4,
      code: 2,
    });
    expect(told.simulation.successRound).toBe(4);
    // And a fee that was there before it is there no more.
    const poor = await Asker.open();
    poor.elapse(1);
    await poor.send(poor.transfer(M, FUNDS - 6n * M));
    expect(poor.ask(await poor.next(6n * M))).toMatchObject({
      includableRound: null,
      successRound: null,
    });
  });

  it("R-6.9 R-6.8 a reserve that is set ahead comes into force on the way", async () => {
    const asker = await Asker.open();
    asker.elapse(1);
    const reserve = 30n * M;
    await asker.send(asker.next(M, { payload: { kind: "setReserve", reserve } }));
    await asker.send(asker.next(LARGE));
    // In force from round 4 on. Behind the one that empties in round 4 it has room in the window from 4 to 6.
    const told = await asker.askAndSend(await asker.next(LARGE));
    expect(told).toMatchObject({ simulation: { includableRound: 6 }, round: 6, code: 2 });
  });

  it("R-6.9 R-6.8 a delegated sender, who never empties, waits for its new reserve alone", async () => {
    const asker = await Asker.open();
    const { bank } = asker;
    const authorisation = { owner: bank.signer(0), delegate: bank.signer(2), lastRound: 1_000 };
    const authorisations = [await signedAuthorisation(bank.net.network.id, authorisation)];
    await asker.send(asker.next(2n * M, { payload: { kind: "delegate" }, authorisations }));
    await bank.net.advance(9);
    asker.elapse(1);
    await asker.send(asker.next(M, { payload: { kind: "setReserve", reserve: 30n * M } }));
    // In force from round 13 on: the window from 13 to 15 is the first with no smaller one.
    const told = await asker.askAndSend(await asker.next(LARGE));
    expect(told).toMatchObject({ simulation: { includableRound: 15 }, round: 15, code: 2 });
  });

  it("R-6.9 R-6.2 the delegation ends for what waits ahead first", async () => {
    const asker = await Asker.open();
    const { bank } = asker;
    const authorisation = { owner: bank.signer(0), delegate: bank.signer(2), lastRound: 20 };
    const authorisations = [await signedAuthorisation(bank.net.network.id, authorisation)];
    await asker.send(asker.next(M * 2n, { payload: { kind: "delegate" }, authorisations }));
    await bank.net.advance(10);
    await asker.send(asker.next(LARGE));
    const told = await asker.askAndSend(await asker.next(LARGE));
    expect(told).toMatchObject({ simulation: { includableRound: 26 }, round: 26, code: 2 });
  });

  it("R-6.9 R-2.7 what expires before its turn leaves a gap for ever", async () => {
    const asker = await Asker.open();
    asker.elapse(1);
    await asker.send(asker.next(M));
    await asker.send(asker.next(LARGE, { validUntil: 3 }));
    const told = await asker.askAndSend(await asker.next(M));
    expect(told).toMatchObject({ simulation: { includableRound: null }, round: null });
  });

  it("R-6.9 what is offered already is told the open round; what has its nonce, none", async () => {
    const asker = await Asker.open();
    asker.elapse(1);
    const [bytes, rival] = [await asker.next(M), await asker.next(2n * M)];
    const offered = { round: 1, includable: true, includableRound: 1, successRound: 1, code: 2 };
    await asker.send(Promise.resolve(bytes));
    expect(asker.ask(bytes)).toMatchObject(offered);
    await asker.hold();
    expect(asker.ask(bytes)).toMatchObject({ ...offered, rule: "first-emptying", heldBy: null });
    expect(asker.ask(rival)).toMatchObject({
      round: 2,
      includableRound: null,
      refusal: { code: "NONCE_TOO_LOW" },
    });
    await asker.pass();
    expect(asker.ask(bytes)).toMatchObject({ includableRound: null });
  });

  it("R-6.9 R-6.1 names who holds the reserve in the open round's block", async () => {
    const asker = await Asker.open();
    asker.elapse(1);
    const first = await asker.send(asker.next(M));
    await asker.hold();
    await asker.send(asker.next(M));
    const { heldBy } = asker.ask(await asker.next(LARGE));
    expect(heldBy).toBe(Buffer.from(first).toString("hex"));
  });

  it("R-6.9 a thousand ahead, one in k rounds, are gone through in time, and nothing is changed", async () => {
    const asker = await Asker.open({ k: 2 });
    const { bank } = asker;
    asker.elapse(1);
    const validUntil = 9_000;
    const batch: Uint8Array[] = [];
    for (let nonce = 0; nonce < 999; nonce++) {
      batch.push(await bank.bytes(0, nonce, { fee: LARGE, validUntil }));
    }
    bank.admit(...batch);
    const last = await bank.bytes(0, 999, { fee: LARGE, validUntil });
    const before = [bank.heads(), bank.net.shard.read(({ version }) => version)];
    const startedMs = performance.now();
    expect(asker.ask(last)).toMatchObject({ includableRound: 1_999, successRound: 1_999 });
    expect(performance.now() - startedMs).toBeLessThan(5_000);
    expect([bank.heads(), bank.net.shard.read(({ version }) => version)]).toEqual(before);
    const soon = await bank.bytes(0, 999, { fee: LARGE, validUntil: 1_998 });
    expect(asker.ask(soon)).toMatchObject({ includableRound: null });
  });
});

/** Sends some of what changes how account 0 is judged: its own, others' with its authorisation, others' payments. */
async function stir(asker: Asker, random: Random): Promise<void> {
  const { bank } = asker;
  const { round } = bank.net;
  const account = bank.account(0);
  const fee = BigInt(random.pick([1, 1, 2, 3, 4, 5, 9, 11])) * M;
  const left = BigInt(random.pick([0, 1, 5, 10, 11, 15, 30, 60])) * M;
  const emptying = account.balance > fee + left ? account.balance - fee - left : 1n;
  const to = bank.signer(1).address;
  const kind = random.weighted(
    ["small", "emptying", "reserve", "delegate", "revoke", "paid", "named", "spent"],
    { small: 6, emptying: 4, reserve: 2, delegate: 2, revoke: 1, paid: 2, named: 1, spent: 2 },
  );
  const authorisation = () =>
    signedAuthorisation(bank.net.network.id, {
      owner: bank.signer(0),
      delegate: bank.signer(2),
      nonce: account.authorisationNonce,
      allowance: 10n ** 9n,
      lastRound: round + random.between(0, 6),
    });
  const own = (send: Send) => bank.bytes(0, bank.nextNonce(0), { fee, ...send });
  const validUntil = round + random.pick([2, 4, 100, 100]);
  switch (kind) {
    case "small":
      bank.admit(await own({ validUntil }));
      return;
    case "emptying":
      bank.admit(await own({ payload: { kind: "transfer", to, amount: emptying } }));
      return;
    case "reserve": {
      const reserve = random.pick([null, 0n, 5n * M, 30n * M]);
      bank.admit(await own({ payload: { kind: "setReserve", reserve } }));
      return;
    }
    case "delegate": {
      const authorisations = [await authorisation()];
      bank.admit(await own({ payload: { kind: "delegate" }, authorisations }));
      return;
    }
    case "revoke":
      bank.admit(await own({ payload: { kind: "revoke" } }));
      return;
    case "paid": {
      const payload = { kind: "transfer", to: bank.signer(0).address, amount: 40n * M } as const;
      bank.admit(await bank.bytes(1, bank.nextNonce(1), { payload }));
      return;
    }
    case "named": {
      const authorisations = [await authorisation()];
      bank.admit(await bank.bytes(2, bank.nextNonce(2), { authorisations }));
      return;
    }
    case "spent": {
      const payload = { kind: "spendFrom", owner: bank.signer(0).address, to, amount: M } as const;
      bank.admit(await bank.bytes(2, bank.nextNonce(2), { payload }));
    }
  }
}

/** A random history of account 0, with questions about its next transaction on the way. */
async function history(seed: number): Promise<(Told & { readonly what: string })[]> {
  const random = new Random(seed);
  const k = random.between(1, 4);
  const asker = await Asker.open({ k });
  const { bank } = asker;
  const all: (Told & { readonly what: string })[] = [];
  for (let i = 0; i < QUESTIONS; i++) {
    await asker.pass();
    asker.elapse(random.pick([1, 1, 1, 2, 2 * k + 1]));
    // What others have waiting is not foreseen: all of that is in a block, or in the one that is being made.
    for (let n = random.between(0, 4); n > 0; n--) await stir(asker, random);
    if (random.chance(0.5)) await asker.hold();
    else await bank.net.tick();
    if (random.chance(0.7)) bank.admit(await asker.next(BigInt(random.between(1, 6)) * M));
    const fee = BigInt(random.pick([1, 2, 4, 6, 10, 12])) * M;
    const { balance } = bank.account(0);
    const amount = random.chance(0.4) && balance > fee ? balance - fee : 1n;
    const bytes = await asker.transfer(fee, amount);
    const waits = random.chance(0.3);
    const told = await (waits ? asker.askAndWait(bytes) : asker.askAndSend(bytes));
    const difference = differenceOf(told, waits);
    all.push({
      ...told,
      what: difference === "" ? "" : `seed ${seed}, question ${i}: ${difference}`,
    });
  }
  return all;
}

/** Empty if all came as it was told. */
function differenceOf({ simulation, round, code }: Told, waits: boolean): string {
  const { includableRound, successRound } = simulation;
  const told = waits ? successRound : includableRound;
  if (round !== told) return `told round ${told}, is in ${round}`;
  if (code === null) return "";
  if ((code === 2) !== (round === successRound)) {
    return `told to succeed from ${successRound}, has code ${code} in ${round}`;
  }
  const isNow = round === simulation.round && code !== simulation.code;
  return isNow ? `told code ${simulation.code}, has ${code}` : "";
}

const SEEDS = process.env.DEEP === undefined ? 15 : 1_000;
const QUESTIONS = 12;

describe("any history of a sender", () => {
  it("R-6.9 R-3.6 a transaction is in the round that was told, with the code that was told", async () => {
    const all: Told[] = [];
    for (let seed = 1; seed <= SEEDS; seed++) {
      const told = await history(seed);
      expect(told.map(({ what }) => what).filter((what) => what !== "")).toEqual([]);
      all.push(...told);
    }
    // The histories are about something: many wait for their round, some revert, some never come.
    const { length } = all;
    const later = all.filter(({ simulation: s }) => (s.includableRound ?? 0) > s.round);
    const reverted = all.filter(({ code }) => code === 1);
    const never = all.filter(({ simulation }) => simulation.includableRound === null);
    expect(later.length).toBeGreaterThan(length / 6);
    expect(reverted.length).toBeGreaterThan(length / 20);
    expect(never.length).toBeGreaterThan(length / 50);
  });
});
