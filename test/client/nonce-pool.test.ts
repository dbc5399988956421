import { describe, expect, it } from "vitest";
import { signTransaction } from "../../src/client/build-transaction.ts";
import { type SignedTransaction, signerFromSeed, transfer } from "../../src/client/index.ts";
import { NoncePool } from "../../src/client/nonce-pool.ts";

const signer = await signerFromSeed("11".repeat(32));
const accepted = (nonce: number): Promise<SignedTransaction> =>
  signTransaction({
    networkId: new Uint8Array(32),
    chain: "T0",
    signer,
    nonce,
    gasPrice: 1n,
    validUntil: 1,
    payload: transfer(signer.address, 0n),
  });
const nothing = new Set<number>();

describe("R-2.9 nonces of one account", () => {
  it("are given out once, those that came back first, the least of them first", () => {
    const pool = new NoncePool();
    expect(() => pool.take()).toThrow("before the network was asked");
    pool.update(3, 5, nothing);
    expect([pool.take(), pool.take(), pool.take(), pool.take()]).toEqual([5, 6, 7, 8]);
    pool.giveBack(7);
    pool.giveBack(5);
    expect(pool.hasGap()).toBe(true);
    expect([pool.take(), pool.take(), pool.take()]).toEqual([5, 7, 9]);
    expect(pool.hasGap()).toBe(false);
  });

  it("that came back from the end leave no gap", () => {
    const pool = new NoncePool();
    pool.update(0, 0, nothing);
    for (let i = 0; i < 4; i++) pool.take();
    pool.giveBack(2);
    expect(pool.hasGap()).toBe(true);
    pool.giveBack(3);
    expect([pool.hasGap(), pool.take()]).toEqual([false, 2]);
  });

  it("jump to where the network is, when another program has used the key", () => {
    const pool = new NoncePool();
    pool.update(0, 0, nothing);
    pool.take();
    pool.take();
    pool.giveBack(0);
    pool.update(4, 6, nothing);
    expect([pool.hasGap(), pool.take()]).toEqual([false, 6]);
  });

  it("of accepted transactions that the network lost are sent again, the unknown ones reused", async () => {
    const pool = new NoncePool();
    pool.update(0, 0, nothing);
    for (let i = 0; i < 5; i++) pool.take();
    const kept = await Promise.all([accepted(0), accepted(2), accepted(3)]);
    for (const one of kept) pool.keep(one);
    // 0 is executed, 1 is unknown, 2 and 3 are lost, 4 is under way.
    expect(pool.update(1, 1, new Set([4])).map(({ nonce }) => nonce)).toEqual([2, 3]);
    expect([pool.take(), pool.take()]).toEqual([1, 5]);
    pool.update(4, 6, nothing);
    expect(pool.update(4, 6, nothing)).toEqual([]);
  });
});
