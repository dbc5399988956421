// The gateway over the three actors in one process: real requests in, real responses out, and
// between them stubs that copy what they carry, as RPC does. Real workerd has its own tests in
// test/integration.

import { ProofQueries } from "../../src/actors/proof-queries.ts";
import type { StreamEvent } from "../../src/actors/rpc.ts";
import { ShardEvents } from "../../src/actors/shard-events.ts";
import { ShardQueries } from "../../src/actors/shard-queries.ts";
import { askSimulation } from "../../src/actors/simulate.ts";
import type { Env } from "../../src/env.ts";
import { createGateway } from "../../src/gateway/gateway.ts";
import { toHex } from "../../src/protocol/encoding/bytes.ts";
import { toStreamJson } from "../../src/protocol/encoding/stream-json.ts";
import {
  type NetworkConfig,
  parseNetworkConfig,
} from "../../src/protocol/genesis/network-config.ts";
import { LocalNetwork, SECRET } from "../actors/local-network.ts";

export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look at whatever comes.
  readonly body: any;
}

type Methods = Record<string, (...args: never[]) => unknown>;

const CONFIG = {
  name: "test",
  development: true,
  clock: "manual",
  seats: 4,
  chains: [
    { symbol: "RUNE", name: "Rune" },
    { symbol: "BTC", name: "Bitcoin" },
  ],
};

export class GatewayWorld {
  readonly local: LocalNetwork;
  readonly env: Env;
  readonly config: NetworkConfig;
  /** Calls that crossed to an object, in order: "shard-0.admit". */
  readonly calls: string[] = [];
  /** Errors that the next calls of a method meet. */
  readonly failures = new Map<string, Error[]>();
  /** Methods that do not answer. */
  readonly silent = new Set<string>();
  readonly #gateway = createGateway();

  private constructor(
    local: LocalNetwork,
    config: NetworkConfig,
    variables: Readonly<Record<string, string>>,
  ) {
    this.local = local;
    this.config = config;
    const namespace = (methods: Methods) => ({
      getByName: (name: string) => this.#stub(name, methods),
    });
    this.env = {
      SHARD: namespace(this.#shard()),
      VALIDATOR_SET: namespace(this.#actor("set")),
      MERKLE_CHAIN: namespace(this.#merkleChain()),
      DEPLOYMENT_SECRET: toHex(SECRET),
      ...variables,
    } as unknown as Env;
  }

  static async create(
    options: Record<string, unknown> = {},
    variables: Readonly<Record<string, string>> = {},
  ): Promise<GatewayWorld> {
    const json = JSON.stringify({ ...CONFIG, ...options });
    const config = parseNetworkConfig(json);
    return new GatewayWorld(await LocalNetwork.create(config), config, {
      ...variables,
      NETWORK: json,
    });
  }

  request(init: RequestInit, url = "http://gateway/graphql"): Promise<Response> {
    return this.#gateway.fetch(new Request(url, init), this.env, {});
  }

  post(query: string, variables: object = {}, headers: Record<string, string> = {}) {
    const body = JSON.stringify({ query, variables });
    return this.request({
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        "Content-Length": `${Buffer.byteLength(body)}`,
        ...headers,
      },
      body,
    });
  }

  async ask(query: string, variables: object = {}): Promise<Answer> {
    const response = await this.post(query, variables);
    return { status: response.status, body: await response.json() };
  }

  // biome-ignore lint/suspicious/noExplicitAny: tests look at whatever comes.
  async data(query: string, variables: object = {}): Promise<any> {
    const { body } = await this.ask(query, variables);
    if (body.errors !== undefined) throw new Error(JSON.stringify(body.errors));
    return body.data;
  }

  #stub(name: string, methods: Methods): object {
    const copied = Object.entries(methods).map(([method, run]) => [
      method,
      async (...args: never[]) => {
        this.calls.push(`${name}.${method}`);
        const failure = this.failures.get(`${name}.${method}`)?.shift();
        if (failure !== undefined) throw failure;
        if (this.silent.has(`${name}.${method}`)) await new Promise(() => undefined);
        if (method === "fetch") return run(...args);
        return structuredClone(await run(...(structuredClone(args) as never[])));
      },
    ]);
    return Object.fromEntries(copied) as object;
  }

  #actor(who: "shard" | "set" | "merkle"): Methods {
    const { local } = this;
    return {
      advanceClock: (nowMs: number) => {
        local.nowMs = Math.max(local.nowMs, nowMs);
        return local.runner(who).step((actor) => {
          actor.tick();
          return actor.nextTickMs();
        });
      },
      settled: async () => {
        await local.runner(who).settled();
        return local.runner(who).steps;
      },
    };
  }

  #merkleChain(): Methods {
    const { local } = this;
    return {
      ...this.#actor("merkle"),
      network: () => ({
        genesisBytes: local.network.genesisBytes,
        nowMs: local.nowMs,
        merkleChainBlock: local.merkle.read((actor) => actor.tip.number),
        subscribers: 0,
      }),
      directory: (from: number) => local.merkle.read((actor) => actor.directory(from)),
      fetch: (url: string) => {
        const after = Number(new URL(url).searchParams.get("after") ?? 0);
        const views = local.merkle.read((actor) => actor.blocksAfter(after, 100));
        return upgrade(views.map((view) => ({ cursor: `${view.number}`, view })));
      },
    };
  }

  #shard(): Methods {
    const { local } = this;
    const queries = <T>(ask: (queries: ShardQueries) => T): T =>
      local.shard.read((shard) => ask(new ShardQueries(shard, local.network)) as never) as T;
    return {
      ...this.#actor("shard"),
      admit: (batch: Uint8Array[]) => local.shard.step((shard) => shard.admit(batch)),
      status: () =>
        local.shard.read((shard) => ({
          headRound: shard.replica.head.round,
          headHash: shard.replica.head.hash,
          executedRound: shard.replica.executedRound,
          finalRound: shard.progress.finalRound,
          nextRound: shard.nextRound(),
          waiting: shard.room.pool.size,
          nextTickMs: shard.nextTickMs(),
          subscribers: 0,
        })),
      chain: (...args: [number]) => queries((q) => q.chain(...args)),
      balance: (...args: [number, Uint8Array]) => queries((q) => q.balance(...args)),
      balances: (...args: [Uint8Array, number, number]) => queries((q) => q.balances(...args)),
      unattributedFees: (...args: [number]) => queries((q) => q.unattributedFees(...args)),
      transaction: (...args: [Uint8Array]) => queries((q) => q.transaction(...args)),
      history: (...args: Parameters<ShardQueries["history"]>) => queries((q) => q.history(...args)),
      block: (...args: [number, number]) => queries((q) => q.block(...args)),
      inclusionProof: (...args: Parameters<ProofQueries["inclusion"]>) =>
        local.shard.read((shard) => ProofQueries.of(shard).inclusion(...args)),
      accountProof: (...args: Parameters<ProofQueries["account"]>) =>
        local.shard.read((shard) => ProofQueries.of(shard).account(...args)),
      simulate: (bytes: Uint8Array) => askSimulation(local.shard, local.network, bytes),
      fetch: (url: string) => {
        const { after, ...parameters } = Object.fromEntries(new URL(url).searchParams);
        const { events } = local.shard.read((shard) =>
          new ShardEvents(shard).find(parameters, after ?? null),
        );
        return upgrade(events);
      },
    };
  }
}

/** A stream of what there is so far; then the object ends it. */
function upgrade(events: readonly StreamEvent<unknown>[]) {
  const listeners: Record<string, (event: object) => void> = {};
  const webSocket = {
    send: () => undefined,
    accept: () =>
      queueMicrotask(() => {
        for (const event of events) listeners.message?.({ data: toStreamJson(event) });
        listeners.close?.({ code: 1000 });
      }),
    close: () => undefined,
    addEventListener: (type: string, listener: (event: object) => void) => {
      listeners[type] = listener;
    },
  };
  return { status: 101, webSocket };
}
