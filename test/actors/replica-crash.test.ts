// A replica that dies at any write of a step finds, when it opens again, what stood before the step
//
import { describe, expect, it } from "vitest";
import { type Store, TABLES } from "../../src/actors/ports.ts";
import { certifiedBlockCodec } from "../../src/protocol/blocks/shard-block.ts";
import { toHex } from "../../src/protocol/encoding/bytes.ts";
import type { Payload } from "../../src/protocol/ledger/payload.ts";
import { nodeSqlite } from "../../src/storage/node-sqlite.ts";
import { createSqlStore, type SqlDriver } from "../../src/storage/sql-store.ts";
import { testNetwork } from "../support/genesis.ts";
import { LedgerWorld, openReplica, recheck } from "../support/ledger-world.ts";
import { replicaFacts } from "../support/replica-facts.ts";
import { paperAccount, type TestAccount } from "../support/signer.ts";

const [alice, bob] = ["Alice", "Bob"].map(paperAccount) as [TestAccount, TestAccount];

const give = (amount: number): Payload => ({
  kind: "transfer",
  to: bob.address,
  amount: BigInt(amount),
});
const TOKEN: Payload = {
  kind: "createToken",
  symbol: "GOLD",
  name: "Gold",
  decimals: 0,
  supply: 99n,
  reserveDefault: 0n,
  gasPriceMin: 0n,
};

class Power {
  /** Writes until it fails; null: it does not. */
  writesLeft: number | null = null;

  over(driver: SqlDriver): SqlDriver {
    return {
      all: (statement, ...parameters) => driver.all(statement, ...parameters),
      transaction: (body) => driver.transaction(body),
      run: (statement, ...parameters) => {
        if (this.writesLeft !== null && this.writesLeft-- <= 0) throw new Error("Power failure");
        driver.run(statement, ...parameters);
      },
    };
  }
}

const dump = (store: Store): string[] =>
  TABLES.flatMap((name) =>
    store
      .table(name)
      .range({ limit: 10_000 })
      .map(([key, value]) => `${name} ${toHex(key)} ${toHex(value)}`),
  );

interface Run {
  readonly power: Power;
  readonly world: LedgerWorld;
  failures: number;
}

function open(): Run {
  const power = new Power();
  const store = createSqlStore(power.over(nodeSqlite(":memory:")));
  const network = testNetwork({
    k: 2,
    chains: 2,
    reserveDefault: 10n,
    allocations: [0, 1].map((chain) => ({ account: alice, balance: 10n ** 9n, chain })),
  });
  return { power, world: new LedgerWorld(network, store), failures: 0 };
}

/**
 * Does the step, after it has failed at its first write, its second, ... and was undone each time.
 */
function doAtLast(run: Run, round: number, step: () => void): void {
  const { power, world } = run;
  const before = dump(world.store);
  const facts = replicaFacts(world.replica, round);
  for (let writes = 0; ; writes++) {
    power.writesLeft = writes;
    try {
      step();
      return;
    } catch (error) {
      if ((error as Error).message !== "Power failure") throw error;
    } finally {
      power.writesLeft = null;
    }
    run.failures += 1;
    expect(dump(world.store)).toEqual(before);
    world.restart();
    expect(replicaFacts(world.replica, round)).toEqual(facts);
  }
}

function history(run: Run, guarded: boolean): void {
  const { world } = run;
  const step = (round: number, body: () => void): void =>
    guarded ? doAtLast(run, round, body) : body();
  for (let round = 1; round <= 6; round++) {
    const transactions = [0, 1].map((chain) =>
      world.paper({
        payer: alice,
        nonce: round - 1,
        chain,
        gasPrice: 0n,
        payload: round === 3 && chain === 0 ? TOKEN : give(round),
      }),
    );
    step(round, () => void world.round(round, transactions));
    step(round + 1, () => void world.executeNext());
  }
}

describe("a crash in the middle of a step", () => {
  it("R-5.5 leaves nothing of it, and the replica comes to the same end", () => {
    const [crashing, steady] = [open(), open()];
    history(crashing, true);
    history(steady, false);
    expect(crashing.failures).toBeGreaterThan(50);
    expect(crashing.world.replica.chainIds(0, 10)).toEqual([0, 1, 2]);
    expect(dump(crashing.world.store)).toEqual(dump(steady.world.store));
    expect(replicaFacts(crashing.world.replica, 7)).toEqual(replicaFacts(steady.world.replica, 7));
  });

  it("R-5.5 also when the step itself throws after all its writes", () => {
    const { world } = open();
    const { world: twin } = open();
    twin.round(1, []);
    const bytes = twin.blocks.get(1) as Uint8Array;
    const before = dump(world.store);
    expect(() =>
      world.store.transaction(() => {
        world.replica.commit(...recheck(world.replica, bytes));
        throw new Error("Late");
      }),
    ).toThrow("Late");
    expect(dump(world.store)).toEqual(before);
    world.restart();
    expect(world.replica.head.round).toBe(0);
    world.commit(bytes);
    expect(world.replica.head.round).toBe(1);
    expect(certifiedBlockCodec.decode(bytes).ok).toBe(true);
  });

  it("R-5.5 while the replica is created from the genesis record", () => {
    const power = new Power();
    const store = createSqlStore(power.over(nodeSqlite(":memory:")));
    const network = testNetwork({ allocations: [{ account: alice, balance: 5n }] });
    const empty = dump(store);
    for (let writes = 0; ; writes++) {
      power.writesLeft = writes;
      try {
        openReplica(store, network);
        break;
      } catch {
        expect(dump(store)).toEqual(empty);
      }
    }
    const world = new LedgerWorld(network, store);
    expect(world.account(alice).balance).toBe(5n);
    expect(replicaFacts(world.replica, 1)).toEqual(
      replicaFacts(new LedgerWorld(network).replica, 1),
    );
  });
});
