// A shard whose mempool is full: who leaves, with which word, and who cannot make anybody leave.
import { describe, expect, it } from "vitest";
import { toHex } from "../../src/protocol/encoding/bytes.ts";
import type { Refusal } from "../../src/protocol/refusal.ts";
import { signedAuthorisation } from "../support/transactions.ts";
import { Bank, FEE, FUNDS, RESERVE, type Send } from "./bank.ts";
import { WriteFailure, WriteFault } from "./mortal-store.ts";

const LIMITS = {
  transactionsMax: 4,
  bytesMax: 10 ** 6,
  chainTransactionsMax: 4,
  chainBytesMax: 10 ** 6,
  senderMax: 4,
};

const openBank = (accounts = 6): Promise<Bank> => Bank.open({ accounts, mempoolLimits: LIMITS });

async function refusal(
  bank: Bank,
  from: number,
  nonce: number,
  send: Send,
): Promise<Refusal | null> {
  const [admission] = bank.admit(await bank.bytes(from, nonce, send));
  return admission?.kind === "refused" ? admission.refusal : null;
}

const full = { code: "MEMPOOL_FULL", chain: 0, limit: "chain transactions" } as const;

describe("a full mempool", () => {
  it("[R-2.7] drops the worst for one that pays more, which may come back until its validUntil", async () => {
    const bank = await openBank();
    const cheap = await bank.bytes(0, 0, { gasPrice: 2n });
    bank.admit(cheap);
    const rest = [1, 2, 3].map((from) => bank.send(from, 0, { gasPrice: 3n }));
    const ids = await Promise.all(rest);
    const [id] = bank.net.shard.read(({ room }) => [...room.pool.all()].map(({ idHex }) => idHex));
    const worst = Buffer.from(id as string, "hex");
    expect(await refusal(bank, 4, 0, { gasPrice: 2n })).toEqual({ ...full, gasPrice: 3n });
    const dear = await bank.send(4, 0, { gasPrice: 3n });
    expect(bank.view(worst)).toMatchObject({ status: "DROPPED", code: 0 });
    expect(JSON.parse(bank.view(worst)?.reason ?? "")).toEqual({
      code: "EVICTED",
      chain: 0,
      limit: "chain transactions",
      by: toHex(dear),
    });
    bank.net.crash("shard");
    expect([dear, ...ids].map((one) => bank.status(one))).toEqual(Array(4).fill("PENDING"));
    expect(bank.status(worst)).toBe("DROPPED");
    await bank.net.advance(1);
    expect(bank.admit(cheap)[0]?.kind).toBe("accepted");
    await bank.net.sleep(30);
    expect([worst, dear, ...ids].map((one) => bank.status(one))).toEqual(Array(5).fill("FINAL"));
  });

  it("[R-2.8, R-2.9] nobody leaves for what blocks cannot take: a gap, amounts before it, fees beyond the reserve", async () => {
    const bank = await openBank();
    for (const from of [0, 1, 2]) await bank.send(from, 0);
    await bank.send(3, 0, {
      payload: { kind: "transfer", to: bank.signer(1).address, amount: FUNDS - FEE },
    });
    const gasPrice = 5n;
    expect(await refusal(bank, 4, 1, { gasPrice })).toEqual(full);
    // The amount before it takes all that would pay for it.
    expect(await refusal(bank, 3, 1, { gasPrice })).toEqual(full);
    // A second one beside another has to fit the reserve; alone it has not.
    const dear = { gasPrice: RESERVE / 1_000n + 1n };
    expect(await refusal(bank, 0, 1, dear)).toEqual(full);
    expect(await refusal(bank, 0, 1, { gasPrice })).toBeNull();
    expect(await refusal(bank, 4, 0, dear)).toBeNull();
  });

  it("[R-6.4] a delegated sender, whose fees must fit the reserve, drives nobody out with higher ones", async () => {
    const bank = await openBank();
    const authorisation = await signedAuthorisation(bank.net.network.id, {
      owner: bank.signer(5),
      delegate: bank.signer(4),
      lastRound: 10_000,
    });
    await bank.send(4, 0, { payload: { kind: "delegate" }, authorisations: [authorisation] });
    await bank.net.advance(1);
    await bank.net.sleep(20);
    for (const from of [0, 1, 2, 3]) await bank.send(from, 0);
    expect(await refusal(bank, 5, 0, { gasPrice: RESERVE / 1_000n + 1n })).toEqual(full);
    expect(await refusal(bank, 5, 0, { gasPrice: RESERVE / 1_000n })).toBeNull();
  });

  it("[R-2.7] what a block left out goes first, whatever it pays, and does not bring another in", async () => {
    const bank = await openBank();
    const emptying = {
      kind: "transfer",
      to: bank.signer(1).address,
      amount: FUNDS - 60n * FEE,
    } as const;
    await bank.send(0, 0, { payload: emptying });
    // Its fee is above what the one before it leaves.
    const stuck = await bank.send(0, 1, { fee: 70n * FEE });
    await bank.net.advance(1);
    // The block that took the one before it left it out, and so does the next.
    expect(bank.view(stuck)?.reason).toContain("RESERVE_EXCEEDED");
    await bank.net.advance(1);
    bank.net.lose = ({ kind }) => kind === "validatorSet";
    for (const from of [1, 2, 3]) await bank.send(from, 0, { gasPrice: 2n, validUntil: 90 });
    expect(await refusal(bank, 0, 2, { fee: 9n * FEE })).toMatchObject({
      code: "INSUFFICIENT_FUNDS",
    });
    expect(await refusal(bank, 4, 0, {})).toBeNull();
    expect(bank.status(stuck)).toBe("DROPPED");
    expect(await refusal(bank, 5, 0, {})).toEqual({ ...full, gasPrice: 2n });
  });

  it("[R-2.7] an eviction whose write fails leaves everybody where they were", async () => {
    const fault = new WriteFault();
    const bank = await Bank.open({
      accounts: 6,
      mempoolLimits: LIMITS,
      wrapStore: (who, store) => (who === "shard" ? fault.wrap(store) : store),
    });
    const ids: Uint8Array[] = [];
    for (const from of [0, 1, 2, 3]) ids.push(await bank.send(from, 0));
    const better = await bank.bytes(4, 0, { gasPrice: 2n });
    const { writes } = fault;
    for (let failAt = 1; ; failAt++) {
      fault.failAt = failAt;
      try {
        bank.admit(better);
        break;
      } catch (error) {
        expect(error).toBeInstanceOf(WriteFailure);
        expect(ids.map((id) => bank.status(id))).toEqual(Array(4).fill("PENDING"));
      }
    }
    fault.failAt = null;
    expect(fault.writes - writes).toBeGreaterThan(4);
    bank.net.crash("shard");
    expect(ids.map((id) => bank.status(id))).toEqual(["PENDING", "PENDING", "PENDING", "DROPPED"]);
    await bank.net.advance(1);
    expect(bank.account(4).nonce).toBe(1);
  });

  it("[R-2.7] EXPIRED says the last reason for which a block left it out", async () => {
    const bank = await openBank();
    const gap = await bank.send(0, 2, { validUntil: 3 });
    await bank.net.advance(1);
    await bank.net.sleep(20);
    expect(bank.view(gap)).toMatchObject({ status: "EXPIRED", code: 0 });
    expect(JSON.parse(bank.view(gap)?.reason ?? "")).toMatchObject({ code: "NONCE_GAP", next: 0 });
  });
});
