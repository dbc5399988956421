// how many proofs of possession anybody has to check at once.
import { describe, expect, it } from "vitest";
import { BlockAssembler } from "../../../src/protocol/blocks/assembler.ts";
import { KEY_PROOFS_MAX } from "../../../src/protocol/limits.ts";
import { testNetwork } from "../../support/genesis.ts";
import { LedgerWorld } from "../../support/ledger-world.ts";
import { paperAccount } from "../../support/signer.ts";
import { bond, paperRegistration } from "../../support/staking.ts";
import { codeOf } from "../../support/transactions.ts";

const accounts = Array.from({ length: KEY_PROOFS_MAX + 2 }, (_, i) => paperAccount(`key ${i}`));

describe("proofs of possession in a block", () => {
  it("R-11.1, R-3.10 a block holds so many, and others still find room", () => {
    const allocations = accounts.map((account) => ({ account, balance: 10_000n }));
    const world = new LedgerWorld(testNetwork({ allocations }));
    const assembler = new BlockAssembler(world.replica.view(1));
    const added = accounts
      .slice(0, KEY_PROOFS_MAX + 1)
      .map((payer, i) =>
        assembler.add(
          world.paper({ payer, nonce: 0, payload: bond(1_000n, paperRegistration(i)) }),
        ),
      );
    expect(added.slice(0, -1).map(codeOf)).toEqual(added.slice(1).map(() => ""));
    expect(added.at(-1)).toEqual({
      ok: false,
      refusal: { code: "BLOCK_FULL", limit: "key proofs" },
    });
    const [last] = accounts.slice(-1);
    if (last === undefined) throw new Error("Nobody");
    expect(
      codeOf(assembler.add(world.paper({ payer: last, nonce: 0, payload: bond(1_000n) }))),
    ).toBe("");
  });
});
