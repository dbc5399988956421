import { describe, expect, it } from "vitest";
import type { FormedShardBlock } from "../../../src/protocol/blocks/build-shard-block.ts";
import { restoreInclusions } from "../../../src/protocol/blocks/restore-inclusions.ts";
import { testNetwork } from "../../support/genesis.ts";
import { LedgerWorld } from "../../support/ledger-world.ts";
import { paperAccount, type TestAccount } from "../../support/signer.ts";

const [alice, bob, carol] = ["Alice", "Bob", "Carol"].map(paperAccount) as [
  TestAccount,
  TestAccount,
  TestAccount,
];
const K = 3;

function open(): LedgerWorld {
  const accounts = [alice, bob, carol];
  const allocations = accounts.flatMap((account) =>
    [0, 1].map((chain) => ({ account, balance: 1_000_000n, chain })),
  );
  return new LedgerWorld(testNetwork({ k: K, chains: 2, reserveDefault: 1_000n, allocations }));
}

describe("restoring what a round included", () => {
  it("R-6.1 gives what its assembler did, from the block and the verdicts of R-6.3", () => {
    const world = open();
    const give = (payer: TestAccount, chain: number, nonce: number, amount: bigint) =>
      world.paper({
        payer,
        chain,
        nonce,
        gasPrice: 0n,
        payload: { kind: "transfer", to: bob.address, amount },
      });
    const formed: FormedShardBlock = world.round(1, [
      give(alice, 1, 0, 999_500n),
      give(carol, 0, 0, 5n),
      give(alice, 0, 0, 7n),
      give(alice, 0, 1, 999_900n),
      give(bob, 1, 0, 9n),
    ]);
    const { placed, inclusions } = formed;
    const emptying = placed.flatMap(({ possiblyEmptying }) => possiblyEmptying);
    expect(emptying.length).toBe(5);
    expect(new Set(emptying)).toEqual(new Set([true, false]));
    const transactions = placed.map(({ transaction }) => transaction);
    const reach = { ...world.replica.places, partner: null, nextMeeting: () => 0, round: 1, k: K };
    expect(restoreInclusions(reach, transactions, emptying)).toEqual(inclusions);
    expect(world.replica.inclusions(1)).toEqual(inclusions);
    const turned = emptying.map((one) => !one);
    expect(restoreInclusions(reach, transactions, turned)).not.toEqual(inclusions);
  });
});
