// how many keys a block of somebody else's may register before this voter checks any of their proofs.
import { describe, expect, it } from "vitest";
import { Outbox } from "../../src/actors/actor.ts";
import { BlockJudging } from "../../src/actors/block-judging.ts";
import type { ProposedBlock, SetBlocks } from "../../src/actors/set-blocks.ts";
import { KEY_PROOFS_MAX } from "../../src/protocol/limits.ts";
import { testNetwork } from "../support/genesis.ts";
import { LedgerWorld } from "../support/ledger-world.ts";
import { paperAccount, type TestAccount } from "../support/signer.ts";
import { bond, paperRegistration } from "../support/staking.ts";

const ROUND = 4;
const alice: TestAccount = paperAccount("Alice");

/** What a voter on the world's replica does with a block that registers so many keys. */
function judge(registrations: number) {
  const allocations = [{ account: alice, balance: 1_000_000n, chain: 0 }];
  const world = new LedgerWorld(testNetwork({ allocations }));
  const { replica } = world;
  const transactions = Array.from({ length: registrations }, (_, nonce) =>
    world.paper({ payer: alice, nonce, payload: bond(1n, paperRegistration(nonce)) }),
  );
  const { head } = replica;
  const proposed = {
    halves: [{ side: { replica }, half: { head }, formed: null }],
    part: null,
    transactions,
    verified: null,
    refused: false,
  } as unknown as ProposedBlock;
  const written: string[] = [];
  const outbox = new Outbox();
  const judging = new BlockJudging(
    {
      log: { write: (what) => written.push(what) },
      outbox,
      blocks: { headerRefusal: () => null } as unknown as SetBlocks,
    },
    ROUND,
  );
  return { verdict: judging.judge(0, proposed, () => []), written, effects: outbox.take() };
}

describe("a block that registers keys", () => {
  it("R-11.1 is checked with as many as a block may hold", () => {
    const { verdict, effects } = judge(KEY_PROOFS_MAX);
    expect(verdict).toBe(null);
    expect(effects).toMatchObject([{ kind: "verify" }]);
  });

  it("R-11.1 is refused with one more, before a proof of any is looked at", () => {
    const { verdict, written, effects } = judge(KEY_PROOFS_MAX + 1);
    expect(verdict).toBe(false);
    expect(written).toEqual(["block refused"]);
    expect(effects).toEqual([]);
  });
});
