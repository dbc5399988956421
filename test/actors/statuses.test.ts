import { describe, expect, it } from "vitest";
import { signedAuthorisation } from "../support/transactions.ts";
import { Bank, FUNDS } from "./bank.ts";
import { handOver, withheldBlock } from "./forge.ts";

describe("statuses without a block", () => {
  it("[R-2.7] nothing expires while the open round may still include it: EXPIRED never becomes COMMITTED", async () => {
    const bank = await Bank.open();
    const id = await bank.send(0, 0, { validUntil: 1 });
    const block = await withheldBlock(bank);
    // One round later the clock is past validUntil, the round still open.
    bank.net.nowMs += 500;
    await bank.net.tick();
    expect(bank.status(id)).toBe("PENDING");
    expect(bank.net.nextTickMs()).toBeGreaterThan(bank.net.nowMs);
    expect(handOver(bank.net, block).kind).toBe("committed");
    bank.net.lose = () => false;
    await bank.net.sleep(30);
    expect(bank.status(id)).toBe("FINAL");
  });

  it("[R-2.3, R-2.7] a committed one is known before it is executed: accepted again, and taken in no second time", async () => {
    const bank = await Bank.open();
    const bytes = await bank.bytes(0, 0);
    const [first] = bank.admit(bytes);
    const block = await withheldBlock(bank);
    expect(handOver(bank.net, block).kind).toBe("committed");
    expect(bank.net.shard.read(({ replica }) => replica.hasUnexecuted)).toBe(true);
    expect(bank.admit(bytes)).toEqual([first]);
    expect(await bank.refused(0, 0, { validUntil: 50 })).toBe("NONCE_TOO_LOW");
    expect(bank.net.shard.read(({ room }) => room.pool.size)).toBe(0);
  });

  it("[R-2.7] it expires as soon as that round is closed", async () => {
    const bank = await Bank.open();
    const id = await bank.send(0, 0, { validUntil: 1 });
    const block = await withheldBlock(bank);
    expect(await bank.net.sleep(60)).toBe(false);
    expect(bank.view(id)).toMatchObject({ status: "EXPIRED", code: 0 });
    expect(handOver(bank.net, block).kind).toBe("closed");
    expect(bank.status(id)).toBe("EXPIRED");
    bank.net.lose = () => false;
    expect(await bank.net.sleep(60)).toBe(true);
    expect(await bank.refused(0, 0, { validUntil: 1 })).toBe("VALID_UNTIL_PAST");
    expect(bank.status(id)).toBe("EXPIRED");
  });

  it("[R-2.7, R-2.9] a stuck transaction gives its nonce up to another and is DROPPED, a gap does not", async () => {
    const bank = await Bank.open();
    const { net } = bank;
    const almostAll = {
      kind: "transfer",
      to: bank.signer(1).address,
      amount: FUNDS - 2_000n,
    } as const;
    await bank.send(0, 0, { payload: almostAll });
    const stuck = await bank.send(0, 1, { fee: 50_000n });
    const gap = await bank.send(1, 2);
    await net.advance(1);
    expect(bank.view(stuck)?.reason).toContain("RESERVE_EXCEEDED");
    expect(await bank.refused(0, 3, { fee: 2_000n })).toBe("INSUFFICIENT_FUNDS");
    expect(await bank.refused(1, 2, { validUntil: 50 })).toBe("NONCE_TAKEN");
    const instead = await bank.send(0, 1);
    expect(bank.view(stuck)).toMatchObject({ status: "DROPPED", code: 0 });
    await net.advance(1);
    expect([bank.status(instead), bank.status(gap)]).toEqual(["EXECUTED", "PENDING"]);
    await net.sleep(20);
    expect([bank.status(instead), bank.status(gap)]).toEqual(["FINAL", "EXPIRED"]);
    expect(net.nextTickMs()).toBeNull();
  });

  it("[R-2.7] a DROPPED transaction may come back", async () => {
    const bank = await Bank.open({ accounts: 2 });
    const { net } = bank;
    const almostAll = {
      kind: "transfer",
      to: bank.signer(1).address,
      amount: FUNDS - 2_000n,
    } as const;
    await bank.send(0, 0, { payload: almostAll });
    const send = { fee: 1_500n, validUntil: 90 } as const;
    const bytes = await bank.bytes(0, 1, send);
    const [first] = bank.admit(bytes);
    await net.advance(1);
    const back = {
      payload: { kind: "transfer", to: bank.signer(0).address, amount: 10n ** 6n },
    } as const;
    const other = await bank.send(0, 1, { validUntil: 5, fee: 1_000n });
    expect(bank.admit(bytes)[0]?.kind).toBe("refused");
    net.lose = () => true;
    await net.advance(8);
    expect(bank.status(other)).toBe("EXPIRED");
    net.lose = () => false;
    await bank.send(1, 0, back);
    await net.advance(6);
    expect(bank.admit(bytes)[0]).toEqual(first);
    await net.sleep(40);
    expect(first?.kind === "accepted" && bank.status(first.id)).toBe("FINAL");
  });

  it("[R-2.7, R-6.2] what a revocation has overtaken is REJECTED, and comes back in no copy", async () => {
    const bank = await Bank.open();
    const { net } = bank;
    const authorisation = await signedAuthorisation(net.network.id, {
      owner: bank.signer(1),
      delegate: bank.signer(2),
      lastRound: 90,
    });
    const bytes = await bank.bytes(0, 1, {
      payload: { kind: "delegate" },
      authorisations: [authorisation],
    });
    const [admission] = bank.admit(bytes);
    const id = admission?.kind === "accepted" ? admission.id : new Uint8Array();
    await bank.send(1, 0, { payload: { kind: "revoke" } });
    await net.advance(8);
    await bank.send(0, 0);
    await net.advance(8);
    expect(bank.view(id)).toMatchObject({ status: "REJECTED", code: 0 });
    const refusal = { code: "AUTHORISATION_OVERTAKEN", authorisation: 0, next: 1 };
    expect(bank.admit(bytes)).toEqual([{ kind: "refused", refusal }]);
    expect(bank.status(id)).toBe("REJECTED");
  });

  it("[R-2.7] a waiting nonce that a foreign block uses is REJECTED", async () => {
    const bank = await Bank.open();
    const { net } = bank;
    const used = await bank.send(0, 0);
    await net.advance(1);
    expect(bank.status(used)).toBe("EXECUTED");
    expect(await bank.refused(0, 0, { validUntil: 50 })).toBe("NONCE_TOO_LOW");
    expect(await bank.refused(0, 1_002)).toBe("NONCE_TOO_FAR");
    expect(await bank.refused(0, 1, { validUntil: 0 })).toBe("VALID_UNTIL_PAST");
    expect(await bank.refused(0, 1, { validUntil: 20_000 })).toBe("VALID_UNTIL_TOO_FAR");
    expect(await bank.refused(0, 1, { chain: 1 })).toBe("UNKNOWN_CHAIN");
    expect(await bank.refused(0, 1, { gasPrice: 0n })).toBe("GAS_PRICE_TOO_LOW");
    expect(await bank.refused(0, 1, { fee: FUNDS * 2n })).not.toBe("");
  });
});
