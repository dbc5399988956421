import { describe, expect, it } from "vitest";
import { ActorHost } from "../../src/actors/actor-host.ts";
import { getChunked } from "../../src/actors/chunked.ts";
import { MerkleChain } from "../../src/actors/merkle-chain.ts";
import { StorageUnavailableError, type Store } from "../../src/actors/ports.ts";
import { PLATFORM_TIMERS, StoppedError } from "../../src/actors/runner.ts";
import { InvariantError } from "../../src/protocol/assert.ts";
import { utf8 } from "../../src/protocol/encoding/bytes.ts";
import { genesisCodec } from "../../src/protocol/rounds/epoch.ts";
import { nodeSqlite } from "../../src/storage/node-sqlite.ts";
import { createSqlStore } from "../../src/storage/sql-store.ts";
import { Bank } from "./bank.ts";

const memory = (): Store => createSqlStore(nodeSqlite(":memory:"));

/** A MerkleChain's host; what its ticks throw and when it wants to be woken are the test's. */
class World {
  readonly store: Store;
  fetches = 0;
  fetch: () => Promise<Uint8Array>;
  /** What the next tick throws. */
  failure: Error | null = null;
  wakeMs: number | null = null;
  readonly retries: number[] = [];
  readonly alarms: (number | null)[] = [];
  readonly failures: unknown[] = [];
  readonly host: ActorHost<MerkleChain>;

  constructor(genesis: Uint8Array, store = memory()) {
    this.store = store;
    this.fetch = async () => genesis;
    this.host = new ActorHost<MerkleChain>({
      store,
      timers: PLATFORM_TIMERS,
      fetchGenesis: () => {
        this.fetches += 1;
        return this.fetch();
      },
      surroundings: () => ({ clock: { now: () => 0 }, log: { write: () => undefined } }),
      create: (context) => {
        const actor = new MerkleChain(context);
        actor.nextTickMs = () => this.wakeMs;
        actor.tick = () => {
          if (this.failure !== null) throw this.failure;
        };
        return actor;
      },
      call: () => Promise.reject(new Error("nobody is there")),
      verify: async () => [],
      setAlarm: (atMs) => void this.alarms.push(atMs),
      retryAlarm: (delayMs) => void this.retries.push(delayMs),
      tickFailed: (error) => void this.failures.push(error),
    });
  }
}

const { network } = (await Bank.open()).net;
const { genesisBytes } = network;
const stored = (store: Store): Uint8Array | undefined =>
  getChunked(store.table("meta"), utf8("genesis"));

describe("the host of an actor", () => {
  it("fetches the genesis record once, however many ask, and keeps it for its next life", async () => {
    const world = new World(genesisBytes);
    const all = await Promise.all([world.host.opened(), world.host.opened(), world.host.opened()]);
    expect(new Set(all).size).toBe(1);
    expect([world.fetches, stored(world.store)]).toEqual([1, genesisBytes]);
    const next = new World(genesisBytes, world.store);
    expect((await next.host.opened()).network.id).toEqual(network.id);
    expect(next.fetches).toBe(0);
  });

  it("opens at a later call when the record could not be fetched, and an alarm comes again for it", async () => {
    const world = new World(genesisBytes);
    const { fetch } = world;
    world.fetch = () => Promise.reject(new Error("unreachable"));
    await expect(world.host.opened()).rejects.toThrow("unreachable");
    await world.host.alarm();
    expect([world.retries, world.failures.length]).toEqual([[1_000], 1]);
    world.fetch = fetch;
    await world.host.alarm();
    expect([world.retries, world.fetches]).toEqual([[1_000], 3]);
  });

  it("[R-4.1] refuses a record with a seat that does not prove its key, and keeps nothing of it", async () => {
    const { genesis } = network;
    const sets = genesis.epoch.sets.map((set) => {
      const [first, second, ...rest] = set.seats;
      if (first === undefined || second === undefined) throw new Error("no seats");
      const { proofOfPossession } = second;
      return { ...set, seats: [{ ...first, proofOfPossession }, second, ...rest] };
    });
    const world = new World(genesisCodec.encode({ ...genesis, epoch: { ...genesis.epoch, sets } }));
    await expect(world.host.opened()).rejects.toThrow("R-4.1");
    expect(stored(world.store)).toBeUndefined();
    await world.host.alarm();
    expect(world.retries).toEqual([]);
  });

  it("arms the alarm that a crash kept from being set", async () => {
    const world = new World(genesisBytes);
    world.wakeMs = 77;
    await world.host.opened();
    expect(world.alarms).toEqual([77]);
  });

  it("never throws from an alarm: it comes again after a failure of the platform", async () => {
    const world = new World(genesisBytes);
    world.failure = new StorageUnavailableError("disk full");
    await world.host.alarm();
    expect([world.retries, world.failures]).toEqual([[1_000], [world.failure]]);
    world.failure = null;
    await world.host.alarm();
    expect(world.retries).toEqual([1_000]);
  });

  it("waits for an operator after a broken invariant: no alarm, and every request is refused", async () => {
    const world = new World(genesisBytes);
    world.failure = new InvariantError("impossible", {});
    await world.host.alarm();
    world.failure = null;
    await world.host.alarm();
    expect(world.retries).toEqual([]);
    expect(world.failures[1]).toBeInstanceOf(StoppedError);
    const request = { kind: "blocks", afterRound: 0 } as const;
    await expect(world.host.receive(request)).rejects.toThrow(StoppedError);
  });
});
