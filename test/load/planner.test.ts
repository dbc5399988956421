import { describe, expect, it } from "vitest";
import { signerFromSeed } from "../../src/client/index.ts";
import { type Flight, Lane } from "../../src/load/lane.ts";
import { Planner } from "../../src/load/planner.ts";
import { Zipf } from "../../src/load/zipf.ts";
import { Random } from "../../src/simulator/random.ts";

const CHAINS = 6;
const signers = await Promise.all(
  Array.from({ length: 20 }, (_, i) => signerFromSeed(new Uint8Array(32).fill(i + 1))),
);
const FACTS = { nonce: 0, nextNonce: 0, amount: 10n ** 24n, reserve: 10n ** 19n };

function plannerOf(trades: number, seed = 1): Planner {
  const lanes = Array.from({ length: CHAINS }, (_, chain) =>
    signers.map(
      (signer) =>
        new Lane({ id: `T${chain}`, gasPrice: 1n, reserveDefault: 10n ** 19n }, signer, FACTS),
    ),
  );
  return new Planner({ lanes, zipf: new Zipf(CHAINS, 1.1), trades, random: new Random(seed) });
}

function planAll(planner: Planner, count: number, isBehind = (_: { id: string }) => false) {
  const flights: Flight[] = [];
  const heldBack: string[] = [];
  for (let i = 0; i < count; i++) {
    const planned = planner.plan(isBehind);
    if (typeof planned === "string") heldBack.push(planned);
    else flights.push(planned);
  }
  return { flights, heldBack };
}

const words = ({ legs, to, amounts }: Flight): string =>
  [
    ...legs.map(({ lane, nonce }) => `${lane.chain.id} ${lane.signer.address} ${nonce}`),
    to?.address,
    ...amounts,
  ].join(" ");

describe("the plan of a load", () => {
  it("is the same for the same seed, and another for another", () => {
    const [a, b, c] = [1, 1, 2].map((seed) =>
      planAll(plannerOf(0.3, seed), 500).flights.map(words),
    );
    expect(a).toEqual(b);
    expect(a).not.toEqual(c);
  });

  it("R-2.9 uses every nonce of an account on a chain once, without a gap", () => {
    const used = new Map<string, number[]>();
    for (const { legs } of planAll(plannerOf(0.3), 3_000).flights) {
      for (const { lane, nonce } of legs) {
        const key = `${lane.chain.id} ${lane.signer.address}`;
        used.set(key, [...(used.get(key) ?? []), nonce]);
      }
    }
    for (const nonces of used.values()) expect(nonces).toEqual(nonces.map((_, i) => i));
  });

  it("has the share of trades, each between two accounts and two chains, and chains by the law", () => {
    const { flights } = planAll(plannerOf(0.3), 3_000);
    const trades = flights.filter(({ legs }) => legs.length === 2);
    expect(trades.length / flights.length).toBeCloseTo(0.3, 1);
    for (const { legs } of trades) {
      expect(new Set(legs.map(({ lane }) => lane.chain.id)).size).toBe(2);
      expect(new Set(legs.map(({ lane }) => lane.signer.address)).size).toBe(2);
    }
    const law = new Zipf(CHAINS, 1.1);
    for (const place of [0, 1, 5]) {
      const drawn = flights.filter(({ legs }) => legs[0]?.lane.chain.id === `T${place}`).length;
      expect(drawn / flights.length).toBeCloseTo(law.share(place), 1);
    }
    for (const { legs, to } of flights.filter((one) => one.legs.length === 1)) {
      expect(to?.address).not.toBe(legs[0]?.lane.signer.address);
    }
  });

  it("R-5.3 lets no account trade and transfer", () => {
    const { flights } = planAll(plannerOf(0.3), 2_000);
    const senders = (legs: number): Set<string | undefined> =>
      new Set(
        flights
          .filter((one) => one.legs.length === legs)
          .flatMap((one) => one.legs.map(({ lane }) => lane.signer.address)),
      );
    expect([...senders(1)].filter((address) => senders(2).has(address))).toEqual([]);
  });

  it("sends nothing to a chain whose shard is behind, and as before to the others", () => {
    const { flights, heldBack } = planAll(plannerOf(0.3), 1_000, ({ id }) => id === "T0");
    expect(flights.flatMap(({ legs }) => legs).some(({ lane }) => lane.chain.id === "T0")).toBe(
      false,
    );
    expect(new Set(heldBack)).toEqual(new Set(["SHARD_BEHIND"]));
    expect(flights.length).toBeGreaterThan(200);
  });

  it("R-6.4 sends nothing once every account has enough under way, and keeps no nonce then", () => {
    const planner = plannerOf(0, 1);
    const { flights, heldBack } = planAll(planner, 30_000);
    expect(flights.length).toBeLessThanOrEqual(CHAINS * signers.length * 200);
    expect(new Set(heldBack)).toEqual(new Set(["ACCOUNTS_BUSY"]));
  });

  it("fills a gap by a transfer of nothing to oneself", () => {
    const planner = plannerOf(0);
    const { flights } = planAll(planner, 2);
    const { lane, nonce } = (flights[0] as Flight).legs[0] as Flight["legs"][number];
    lane.take(flights[1] as Flight);
    lane.release(nonce, false);
    const filler = planner.fill(lane);
    expect(filler.legs).toEqual([{ lane, nonce }]);
    expect([filler.to?.address, filler.amounts]).toEqual([lane.signer.address, [0n]]);
  });
});
