import { describe, expect, it } from "vitest";
import { signerFromSeed } from "../../src/client/index.ts";
import { type Flight, inFlightMax, Lane, legFee } from "../../src/load/lane.ts";

const signer = await signerFromSeed("11".repeat(32));
const chain = { id: "T0", gasPrice: 1n, reserveDefault: 1_000_000n };
const FEE = legFee(chain);
const facts = (nonce: number, nextNonce = nonce) => ({
  nonce,
  nextNonce,
  amount: 1_000_000_000n,
  reserve: 1_000_000n,
});
const flight = (acceptedMs: number | null = null): Flight => ({
  legs: [],
  to: signer,
  amounts: [1n],
  signed: null,
  attempts: 0,
  isDoubtful: false,
  sentMs: null,
  acceptedMs,
  isSettled: false,
});
const laneAt = (nonce: number) => new Lane(chain, signer, facts(nonce));

describe("R-6.4 how many transactions of an account are under way", () => {
  it.each([
    ["all that a lane may, with ample means", 10n ** 9n, 10n ** 6n, 200],
    ["as many as the reserve pays for", 10n ** 9n, 5n * FEE, 5],
    ["as many as what is above the reserve pays for", 50n * FEE + 3n * FEE, 50n * FEE, 3],
    ["one, without a reserve", 2n * FEE, 0n, 1],
    ["none that would take the reserve", 50n * FEE, 50n * FEE, 0],
    ["none without a balance", 0n, 10n ** 6n, 0],
  ])("%s", (_, amount, reserve, expected) => {
    expect(inFlightMax({ nonce: 0, nextNonce: 0, amount, reserve }, FEE)).toBe(expected);
  });
});

describe("R-2.9 the nonces of a lane", () => {
  it("are in sequence, and go back to the next transaction, the least first", () => {
    const lane = laneAt(3);
    expect([1, 2, 3, 4].map(() => lane.take(flight()))).toEqual([3, 4, 5, 6]);
    lane.release(5, false);
    lane.release(4, false);
    expect(lane.hasGap).toBe(true);
    expect([lane.take(flight()), lane.take(flight()), lane.take(flight())]).toEqual([4, 5, 7]);
    expect(lane.hasGap).toBe(false);
  });

  it("are not used twice where another transaction has one", () => {
    const lane = laneAt(0);
    lane.take(flight());
    lane.release(0, true);
    expect(lane.take(flight())).toBe(1);
  });

  it("leave no gap behind when the last ones come back", () => {
    const lane = laneAt(0);
    for (let i = 0; i < 3; i++) lane.take(flight());
    for (const nonce of [2, 1, 0]) lane.release(nonce, false);
    expect([lane.hasGap, lane.inFlight, lane.take(flight())]).toEqual([false, 0, 0]);
  });

  it("tell what is included, once", () => {
    const lane = laneAt(0);
    const flights = [flight(1), flight(1), flight(1)];
    for (const one of flights) lane.take(one);
    expect(lane.update(facts(2, 3), 5)).toEqual({ included: flights.slice(0, 2), missing: [] });
    expect(lane.update(facts(2, 3), 6)).toEqual({ included: [], missing: [] });
    expect(lane.inFlight).toBe(1);
  });

  it("tell what was accepted before the question and is not there", () => {
    const lane = laneAt(0);
    const [first, second, late] = [flight(1), flight(2), flight(9)];
    for (const one of [first, second, late]) lane.take(one);
    expect(lane.update(facts(0, 1), 5).missing).toEqual([second]);
    // Accepted after the question was sent: its answer may be older.
    expect(lane.update(facts(0, 2), 5).missing).toEqual([]);
  });

  it("do not take for missing what waits behind one that is not accepted yet", () => {
    const lane = laneAt(0);
    for (const one of [flight(null), flight(1)]) lane.take(one);
    expect(lane.update(facts(0, 0), 5).missing).toEqual([]);
  });

  it("find the gap that a vanished transaction of somebody else leaves, and skip what others use", () => {
    const lane = laneAt(0);
    lane.take(flight());
    lane.release(0, true);
    lane.take(flight(1));
    lane.update(facts(0, 0), 5);
    expect([lane.hasGap, lane.take(flight())]).toEqual([true, 0]);
    lane.update(facts(4, 6), 6);
    expect(lane.take(flight())).toBe(6);
  });

  it("stop where the account has no means", () => {
    const lane = laneAt(0);
    expect(lane.canTake).toBe(true);
    lane.update({ nonce: 0, nextNonce: 0, amount: 0n, reserve: 0n }, 1);
    expect(lane.canTake).toBe(false);
  });
});
