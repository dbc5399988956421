// The gateway over the three actors in one process: real requests in, real responses out, and
// between them stubs that copy what they carry, as RPC does. Real workerd has its own tests in
// test/integration.

import type { PeerId } from "../../src/actors/peers.ts";
import { ProofQueries } from "../../src/actors/proof-queries.ts";
import type {
  Directory,
  FirstEpoch,
  GatewayLease,
  OnChain,
  StreamEvent,
} from "../../src/actors/rpc.ts";
import type { Shard } from "../../src/actors/shard.ts";
import { ShardEvents } from "../../src/actors/shard-events.ts";
import { ShardQueries } from "../../src/actors/shard-queries.ts";
import { askSimulation } from "../../src/actors/simulate.ts";
import { answerStaking, type StakingQuestion } from "../../src/actors/staking-queries.ts";
import {
  completeRound,
  epochsFrom,
  gatewayLease,
  onChain,
  setStatus,
  shardStatus,
} from "../../src/actors/statuses.ts";
import { topologyFacts } from "../../src/actors/topology-facts.ts";
import type { Env } from "../../src/env.ts";
import { createGateway } from "../../src/gateway/gateway.ts";
import { MERKLE_CHAIN_NAME, shardName, validatorSetName } from "../../src/object-names.ts";
import { toHex } from "../../src/protocol/encoding/bytes.ts";
import { toStreamJson } from "../../src/protocol/encoding/stream-json.ts";
import {
  type NetworkConfig,
  parseNetworkConfig,
} from "../../src/protocol/genesis/network-config.ts";
import type { EpochRecord } from "../../src/protocol/rounds/epoch.ts";
import type { Saturation } from "../../src/protocol/topology/saturation.ts";
import {
  type Anybody,
  LocalNetwork,
  type LocalOptions,
  SECRET,
  setNamed,
  shardNamed,
} from "../actors/local-network.ts";

export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look at whatever comes.
  readonly body: any;
}

type Methods = Record<string, (...args: never[]) => unknown>;

/** As many as the MerkleChain's object tells with a lease. */
const LEASED_EPOCHS = 8;

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
  /** What the MerkleChain says of chains instead of what it knows. */
  staleDirectory: Directory | null = null;
  /** What it says of epochs, from epoch 0 on, and of leases instead of what it knows. */
  toldLease: Pick<GatewayLease, "epochs" | "lastRound"> | null = null;
  /** What it says of how full shards are. */
  readonly toldSaturations = new Map<number, Saturation>();
  readonly #callsOf = new Map<Anybody, Map<string, number>>();
  #gateway = createGateway();

  private constructor(
    local: LocalNetwork,
    config: NetworkConfig,
    variables: Readonly<Record<string, string>>,
  ) {
    this.local = local;
    this.config = config;
    local.lose = (to, _, from) => {
      this.#count(from, to);
      return false;
    };
    const namespace = {
      getByName: (name: string) => this.#stub(name, this.#methodsOf(name)),
    };
    this.env = {
      SHARD: namespace,
      VALIDATOR_SET: namespace,
      MERKLE_CHAIN: namespace,
      DEPLOYMENT_SECRET: toHex(SECRET),
      ...variables,
    } as unknown as Env;
  }

  static async create(
    options: Record<string, unknown> = {},
    variables: Readonly<Record<string, string>> = {},
    local: LocalOptions = {},
  ): Promise<GatewayWorld> {
    const json = JSON.stringify({ ...CONFIG, ...options });
    const config = parseNetworkConfig(json);
    return new GatewayWorld(await LocalNetwork.create(config, local), config, {
      ...variables,
      NETWORK: json,
    });
  }

  /** Another gateway, which knows nothing yet. */
  restart(): void {
    this.#gateway = createGateway();
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

  /** The methods of the object of this name. */
  #methodsOf(name: string): Methods {
    const number = Number(name.split("-")[1]);
    if (name.startsWith("shard-")) return this.#shard(number);
    return name.startsWith("set-") ? this.#set(number) : this.#merkleChain();
  }

  #actor(who: Anybody): Methods {
    const { local } = this;
    const runner = local.runner(who);
    return {
      advanceClock: (nowMs: number) => {
        local.nowMs = Math.max(local.nowMs, nowMs);
        runner.step((actor) => actor.tick());
      },
      settled: async () => {
        await runner.settled();
        const dueMs = runner.read((actor) => actor.nextTickMs());
        return { dueMs, calls: Object.fromEntries(this.#callsOf.get(who) ?? []) };
      },
    };
  }

  /** As the objects count whom they call. */
  #count(from: Anybody, to: PeerId): void {
    const name = objectName(to);
    const counts = this.#callsOf.get(from) ?? new Map<string, number>();
    counts.set(name, (counts.get(name) ?? 0) + 1);
    this.#callsOf.set(from, counts);
  }

  #set(set: number): Methods {
    const runner = this.local.setOf(set);
    return { ...this.#actor(setNamed(set)), status: () => runner.read(setStatus) };
  }

  #merkleChain(): Methods {
    const { local } = this;
    return {
      ...this.#actor("merkle"),
      network: () => ({
        ...this.#lease(),
        genesisBytes: local.network.genesisBytes,
        merkleChainBlock: local.merkle.read((actor) => actor.tip.number),
        subscribers: 0,
      }),
      lease: () => this.#lease(),
      epochsFrom: (first: FirstEpoch) => this.#epochsFrom(first),
      epochProofs: (after: number) => local.merkle.read((actor) => actor.epochProofs(after)),
      saturation: (shard: number) => {
        const found = local.merkle.read(({ saturations, replica }) =>
          saturations.newest(replica.state, shard, local.round),
        );
        return found === null ? null : { ...found, ...this.toldSaturations.get(shard) };
      },
      topologyFacts: () => {
        const facts = local.merkle.read(({ saturations, replica }) =>
          topologyFacts(replica.state, saturations, local.round),
        );
        const shards = facts.shards.map(({ shard, saturation, trades }) => ({
          shard,
          saturation: { ...saturation, ...this.toldSaturations.get(shard) },
          trades,
        }));
        return { ...facts, epoch: this.toldLease?.epochs.at(-1)?.epoch ?? facts.epoch, shards };
      },
      directory: (from: number) =>
        this.staleDirectory ?? local.merkle.read((actor) => actor.directory(from)),
      fetch: (url: string) => {
        const after = Number(new URL(url).searchParams.get("after") ?? 0);
        const views = local.merkle.read((actor) => actor.blocksAfter(after, 100));
        return upgrade(views.map((view) => ({ cursor: `${view.number}`, view })));
      },
    };
  }

  #lease(): GatewayLease {
    const { local } = this;
    if (this.toldLease !== null) {
      const { epochs, lastRound } = this.toldLease;
      return { nowMs: local.nowMs, epochs: epochs.slice(-LEASED_EPOCHS), lastRound };
    }
    const clock = { now: () => local.nowMs };
    return local.merkle.step((actor) => gatewayLease(actor, { network: local.network, clock }));
  }

  #epochsFrom(first: FirstEpoch): readonly EpochRecord[] {
    const { local, toldLease } = this;
    if (toldLease === null)
      return local.merkle.read((actor) => epochsFrom(actor, local.network, first));
    const { epochs } = toldLease;
    const place = epochs.findLastIndex(({ epoch, activationRound }) =>
      "number" in first ? epoch === first.number : activationRound <= first.round,
    );
    return epochs.slice(place);
  }

  #shard(number: number): Methods {
    const { network } = this.local;
    const runner = this.local.shardOf(number);
    const ask = <T>(question: (queries: ShardQueries, shard: Shard) => T): T =>
      runner.read((shard) => question(new ShardQueries(shard, network), shard) as never) as T;
    const askOn = <T>(
      chain: number | null,
      question: (queries: ShardQueries, shard: Shard) => T,
    ): OnChain<T> => ask((queries, shard) => onChain(shard, chain, () => question(queries, shard)));
    type Address = Uint8Array;
    return {
      ...this.#actor(shardNamed(number)),
      admit: (batch: Uint8Array[]) =>
        runner.step((shard) => ({
          admissions: shard.admit(batch),
          nextRound: shard.nextRound(),
        })),
      withdraw: (refused: Parameters<Shard["withdraw"]>[0]) =>
        runner.step((shard) => shard.withdraw(refused)),
      status: () => runner.read((shard) => shardStatus(shard, 0)),
      chain: (chain: number) => ask((q) => q.chain(chain)),
      balance: (chain: number, address: Address) => askOn(chain, (q) => q.balance(chain, address)),
      balances: (...args: [Address, number, number]) => ask((q) => q.balances(...args)),
      unattributedFees: (chain: number) => askOn(chain, (q) => q.unattributedFees(chain)),
      staking: (question: StakingQuestion) =>
        askOn(0, (_, shard) => answerStaking(shard, question)),
      transaction: (id: Uint8Array, chain: number | null) => askOn(chain, (q) => q.transaction(id)),
      history: (...args: Parameters<ShardQueries["history"]>) =>
        ask((q, shard) => ({ entries: q.history(...args), completeRound: completeRound(shard) })),
      block: (chain: number, round: number) => askOn(chain, (q) => q.block(chain, round)),
      inclusionProof: (id: Uint8Array, chain: number | null) =>
        askOn(chain, (_, shard) => ProofQueries.of(shard).inclusion(id, chain)),
      accountProof: (chain: number, address: Address) =>
        askOn(chain, (_, shard) => ProofQueries.of(shard).account(chain, address)),
      simulate: (bytes: Uint8Array, chain: number) => {
        const simulation = askSimulation(runner, network, bytes);
        return askOn(chain, () => simulation);
      },
      fetch: (url: string) => {
        const { after, ...parameters } = Object.fromEntries(new URL(url).searchParams);
        const { chain } = parameters;
        return runner.read((shard) => {
          if (chain !== undefined && shard.replica.chain(Number(chain)) === undefined) {
            return { status: 421, webSocket: null };
          }
          return upgrade(new ShardEvents(shard).find(parameters, after ?? null).events);
        });
      },
    };
  }
}

const objectName = (peer: PeerId): string => {
  if (peer.kind === "shard") return shardName(peer.shard);
  return peer.kind === "merkleChain" ? MERKLE_CHAIN_NAME : validatorSetName(peer.set);
};

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
