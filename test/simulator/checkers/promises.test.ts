import { describe, expect, it } from "vitest";
import { promises } from "../../../src/simulator/checkers/promises.ts";
import { authorise, Draft, inRound, judged, ROUND_MS, retell, type Signing } from "./draft.ts";

type Change = (draft: Draft) => void;

describe("promises", () => {
  /** Alice and Bob send in round 1 and are told round 3. */
  function promised(included: number, change: Change = () => {}): Draft {
    const draft = new Draft({ balances: { alice: 90_000n, bob: 5_000n } });
    const first = draft.sign({ payer: "alice", nonce: 0, fee: 30_000n });
    draft.answers.push({ kind: "promise", id: first, atMs: inRound(0), round: 3 });
    draft.accepted(first, inRound(1));
    draft.world.isFaultFree = true;
    change(draft);
    draft.block(included, [first]);
    return draft;
  }

  it("R-3.6 a promise that is kept, and one that is not", () => {
    expect(judged(promises, promised(3))).toEqual([]);
    expect(judged(promises, promised(4))).toEqual([
      `R-3.6 transaction t1 was promised round 3 at ${inRound(0)} ms and is in round 4`,
    ]);
    const never = promised(4);
    never.commits.pop();
    expect(judged(promises, never)).toEqual([
      `R-3.6 transaction t1 was promised round 3 at ${inRound(0)} ms and is in round none`,
    ]);
  });

  it("R-3.6 a promise is for what is sent before its round, where nothing goes wrong", () => {
    const late = promised(4, (draft) => retell(draft, "t1", { atMs: inRound(3) }));
    expect(judged(promises, late)).toEqual([]);
    const unsent = promised(4, (draft) => draft.answers.pop());
    expect(judged(promises, unsent)).toEqual([]);
    const faulty = promised(4);
    faulty.world.isFaultFree = false;
    expect(judged(promises, faulty)).toEqual([]);
  });

  it("R-2.9 what is not signed is promised nothing, nor what its sender has behind it", () => {
    const forged = (nonce: number, unsigned: number, acceptedMs = inRound(0)): Draft => {
      const draft = new Draft({ balances: { alice: 90_000n } });
      const ids = [0, 1].map((one) => draft.sign({ payer: "alice", nonce: one, fee: 1_000n }));
      const [id = ""] = ids.slice(nonce);
      const [bad = ""] = ids.slice(unsigned);
      const signed = draft.transactions.get(bad) ?? expect.fail();
      draft.transactions.set(bad, { ...signed, isSigned: false });
      if (bad !== id) draft.accepted(bad, acceptedMs);
      draft.answers.push({ kind: "promise", id, atMs: inRound(0), round: 3 });
      draft.accepted(id, inRound(1));
      draft.world.isFaultFree = true;
      return draft;
    };
    expect(judged(promises, forged(0, 0))).toEqual([]);
    expect(judged(promises, forged(1, 0))).toEqual([]);
    expect(judged(promises, forged(0, 1))).toHaveLength(1);
    // Nor if somebody had heard by then that it is REJECTED.
    const heard = forged(1, 0, inRound(0) - 2);
    const told = { askedMs: inRound(0) - 1, atMs: inRound(0) - 1, code: 0, round: null };
    heard.answers.unshift({ kind: "status", id: "t1", status: "REJECTED", ...told });
    expect(judged(promises, heard)).toHaveLength(1);
  });

  it("R-3.6 a round that failed on the way holds up what was to come", () => {
    const failed = (round: number, atMs: number, change: Change = () => {}) =>
      judged(
        promises,
        promised(4, (draft) => {
          draft.failed.push({ shard: 0, round, atMs, cause: "clock" });
          change(draft);
        }),
      );
    // closed one round after its end, and not before.
    const inTime = (round: number): number => (round + 2) * ROUND_MS;
    expect(failed(2, inTime(2))).toEqual([]);
    expect(failed(3, inTime(3))).toEqual([]);
    expect(failed(2, inTime(2) - 1)).toHaveLength(1);
    expect(failed(4, inTime(4))).toHaveLength(1);
    // Another reason than the clock has its own time.
    const early = promised(4, (draft) => {
      draft.failed.push({ shard: 0, round: 2, atMs: inTime(1), cause: "other" });
    });
    expect(judged(promises, early)).toEqual([]);
    // Over when the promise was made.
    const asked = (draft: Draft): void => {
      draft.answers[0] = { kind: "promise", id: "t1", atMs: inTime(0) + 1, round: 3 };
    };
    expect(failed(0, inTime(0), asked)).toHaveLength(1);
    expect(failed(1, inTime(1), asked)).toEqual([]);
    const elsewhere = promised(4, (draft) => {
      draft.failed.push({ shard: 1, round: 2, atMs: inTime(2), cause: "clock" });
    });
    expect(judged(promises, elsewhere)).toHaveLength(1);
  });

  it("R-2.7 a dearer transaction may take the place of one that was promised a round", () => {
    const replaced = promised(4, (draft) => draft.status("t1", inRound(2), "DROPPED"));
    replaced.commits.pop();
    expect(judged(promises, replaced)).toEqual([]);
  });

  it("R-6.9 what the payer sent besides may take the room, and only that", () => {
    // Another nonce 0 in round 2, behind which a fee of 30,000 is above the reserve.
    const overtaken = promised(4, (draft) => {
      const other = draft.sign({ payer: "alice", nonce: 0 });
      draft.accepted(other, inRound(1));
      draft.block(2, [other]);
    });
    expect(judged(promises, overtaken)).toEqual([]);
    const harmless = promised(4, (draft) => {
      draft.accepted(draft.sign({ payer: "alice", nonce: 9 }), inRound(1));
    });
    expect(judged(promises, harmless)).toHaveLength(1);
    // Known when the promise was made: only what it was to replace, in a block that was being made then, may keep it out.
    const known = (inBlock: number, nonce: number) =>
      promised(4, (draft) => {
        const other = draft.sign({ payer: "alice", nonce });
        draft.accepted(other, inRound(0) - 1);
        draft.block(inBlock, [other]);
      });
    expect(judged(promises, known(2, 0))).toEqual([]);
    expect(judged(promises, known(3, 0))).toHaveLength(1);
    expect(judged(promises, known(2, 1))).toHaveLength(1);
    // Somebody else's.
    const stranger = promised(4, (draft) => {
      draft.accepted(draft.sign({ payer: "bob", nonce: 0 }), inRound(1));
      draft.genesis.balances = draft.genesis.balances.map((one) => ({ ...one, balance: 9n }));
    });
    expect(judged(promises, stranger)).toHaveLength(1);
  });

  it.each<[string, Partial<Signing>]>([
    ["an authorisation of the payer", { authorisations: [authorise("alice", "bob")] }],
    [
      "spending from the payer",
      { payload: { kind: "spendFrom", owner: "alice", to: "bob", amount: 1n } },
    ],
  ])("R-6.9 what others do with the account may take the room: %s", (_, more) => {
    const taken = promised(4, (draft) => {
      draft.accepted(draft.sign({ payer: "bob", nonce: 0, ...more }), inRound(1));
      draft.genesis.balances = draft.genesis.balances.map((one) => ({ ...one, balance: 9n }));
    });
    expect(judged(promises, taken)).toEqual([]);
    // What waited then is not foreseen either; but what was in a block by then is known.
    const waited = (inBlock: number, reserveDefault: bigint) =>
      promised(4, (draft) => {
        const other = draft.sign({ payer: "bob", nonce: 0, ...more });
        draft.accepted(other, inRound(0) - 1);
        draft.block(inBlock, [other]);
        const { genesis } = draft;
        const balance = reserveDefault === 0n ? 2_000n : 90_000n;
        genesis.balances = genesis.balances.map((one) => ({ ...one, balance }));
        genesis.chains = genesis.chains.map((one) => ({ ...one, reserveDefault }));
      });
    expect(judged(promises, waited(2, 0n))).toEqual([]);
    expect(judged(promises, waited(3, 0n))).toEqual([]);
    expect(judged(promises, waited(0, 0n))).toHaveLength(1);
    // Where there was room all the same it is no excuse.
    expect(judged(promises, waited(2, 40_000n))).toHaveLength(1);
  });

  /** Bob's transaction is accepted in round 1 and expires. */
  function expires(validUntil: number, change: Change = () => {}): Draft {
    const draft = new Draft({ balances: { bob: 5_000n } });
    const id = draft.sign({ payer: "bob", nonce: 0, validUntil });
    draft.world.isFaultFree = true;
    draft.accepted(id, inRound(1));
    draft.status(id, inRound(80), "EXPIRED");
    change(draft);
    return draft;
  }

  it("R-2.7 what could be included for rounds and expired is found", () => {
    expect(judged(promises, expires(4))).toEqual([]);
    expect(judged(promises, expires(5))).toEqual([
      "R-2.7 transaction t1 is EXPIRED and could be included in rounds 2 3 4 5",
    ]);
  });

  it("R-2.7 in a world with faults that counts once all is healed and has recovered", () => {
    const healed = (validUntil: number, healedMs: number | null) =>
      judged(
        promises,
        expires(validUntil, ({ world }) => Object.assign(world, { isFaultFree: false, healedMs })),
      );
    expect(healed(73, inRound(10))).toEqual([
      "R-2.7 transaction t1 is EXPIRED and could be included in rounds 70 71 72 73",
    ]);
    expect(healed(72, inRound(10))).toEqual([]);
    expect(healed(73, null)).toEqual([]);
  });

  it("R-2.7 what was dropped, or could never be included, may expire", () => {
    const dropped = expires(50, (draft) => {
      draft.status("t1", inRound(7), "DROPPED");
      draft.status("t1", inRound(81), "EXPIRED");
    });
    expect(judged(promises, dropped)).toEqual([]);
    const gap = expires(50, ({ transactions }) => {
      const one = transactions.get("t1");
      if (one !== undefined) one.legs = one.legs.map((leg) => ({ ...leg, nonce: 1 }));
    });
    expect(judged(promises, gap)).toEqual([]);
  });
});
