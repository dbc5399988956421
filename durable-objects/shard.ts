// A shard's object: transactions in, questions answered, streams out.

import type { ActorContext } from "../src/actors/actor-host.ts";
import type { Network } from "../src/actors/network.ts";
import type { Synchronous } from "../src/actors/ports.ts";
import { ProofQueries } from "../src/actors/proof-queries.ts";
import type {
  AdmittedBatch,
  BalanceView,
  HistoryPage,
  OnChain,
  ShardRpc,
  ShardStatus,
} from "../src/actors/rpc.ts";
import { Shard } from "../src/actors/shard.ts";
import { ShardEvents, streamStart } from "../src/actors/shard-events.ts";
import type { HistoryQuery } from "../src/actors/shard-log.ts";
import { ShardQueries } from "../src/actors/shard-queries.ts";
import { askSimulation, type Simulation } from "../src/actors/simulate.ts";
import { answerStaking } from "../src/actors/staking-queries.ts";
import { completeRound, onChain, shardStatus } from "../src/actors/statuses.ts";
import { ROOT_CHAIN } from "../src/protocol/ledger/chain-id.ts";
import type { ValidatorSetRecord } from "../src/protocol/rounds/epoch.ts";
import { ActorObject } from "./actor-object.ts";
import { type EventSource, EventStreams } from "./event-streams.ts";

const numberOf = (name: string): number => Number(name.slice("shard-".length));

export class ShardObject extends ActorObject<Shard> implements ShardRpc {
  readonly #streams = new EventStreams(this.ctx);

  protected override create(context: ActorContext, name: string): Shard {
    return new Shard(context, numberOf(name));
  }

  protected override setsOf(network: Network, name: string): readonly ValidatorSetRecord[] {
    return network.setsSeenByShard(numberOf(name));
  }

  protected override stepped(shard: Shard): void {
    this.#streams.pump(shard.version, eventsOf(shard));
  }

  async admit(batch: readonly Uint8Array[]): Promise<AdmittedBatch> {
    return (await this.opened()).runner.step((shard) => ({
      admissions: shard.admit(batch),
      nextRound: shard.nextRound(),
    }));
  }

  async withdraw(refused: Parameters<ShardRpc["withdraw"]>[0]): Promise<void> {
    (await this.opened()).runner.step((shard) => shard.withdraw(refused));
  }

  async status(): Promise<ShardStatus> {
    return this.#read((shard) => shardStatus(shard, this.#streams.open));
  }

  async chain(chain: number) {
    return this.#read(({ replica }) => replica.chain(chain));
  }

  async balance(chain: number, address: Uint8Array) {
    return this.#askOn(chain, (queries) => queries.balance(chain, address) as BalanceView);
  }

  async balances(address: Uint8Array, from: number, limit: number) {
    return this.#ask((queries) => queries.balances(address, from, limit));
  }

  async unattributedFees(chain: number) {
    return this.#askOn(chain, (queries) => queries.unattributedFees(chain) as bigint);
  }

  async staking(question: Parameters<ShardRpc["staking"]>[0]) {
    return this.#askOn(ROOT_CHAIN, (_, shard) => answerStaking(shard, question));
  }

  async transaction(id: Uint8Array, chain: number | null) {
    return this.#askOn(chain, (queries) => queries.transaction(id));
  }

  async history(address: Uint8Array, query: HistoryQuery): Promise<HistoryPage> {
    return this.#ask((queries, shard) => ({
      entries: queries.history(address, query),
      completeRound: completeRound(shard),
    }));
  }

  async block(chain: number, round: number) {
    return this.#askOn(chain, (queries) => queries.block(chain, round));
  }

  async inclusionProof(id: Uint8Array, chain: number | null) {
    return this.#askOn(chain, (_, shard) => ProofQueries.of(shard).inclusion(id, chain));
  }

  async accountProof(chain: number, address: Uint8Array) {
    return this.#askOn(chain, (_, shard) => ProofQueries.of(shard).account(chain, address));
  }

  async simulate(bytes: Uint8Array, chain: number): Promise<OnChain<Simulation>> {
    const { runner, network } = await this.opened();
    if (await this.#lacks(chain)) return { kind: "elsewhere" };
    return { kind: "here", value: askSimulation(runner, network, bytes) };
  }

  override async fetch(request: Request): Promise<Response> {
    const chain = new URL(request.url).searchParams.get("chain");
    if (chain !== null && (await this.#lacks(Number(chain)))) return MISDIRECTED();
    return this.#read((shard) => {
      const startOf = (parameters: Readonly<Record<string, string>>) =>
        streamStart(shard, parameters);
      return this.#streams.accept(request, startOf, eventsOf(shard));
    });
  }

  override async webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): Promise<void> {
    await this.#read((shard) => this.#streams.credited(socket, message, eventsOf(shard)));
  }

  async #read<T>(body: (shard: Shard) => Synchronous<T>): Promise<T> {
    return (await this.opened()).runner.read(body);
  }

  async #lacks(chain: number): Promise<boolean> {
    return this.#read(({ replica }) => replica.chain(chain) === undefined);
  }

  async #ask<T>(question: Question<T>): Promise<T> {
    return this.#read((shard) => question(new ShardQueries(shard, shard.network), shard));
  }

  /** null for any chain. */
  async #askOn<T>(chain: number | null, question: Question<T>): Promise<OnChain<T>> {
    return this.#ask((queries, shard) => {
      return onChain(shard, chain, () => question(queries, shard) as T) as Synchronous<OnChain<T>>;
    });
  }
}

type Question<T> = (queries: ShardQueries, shard: Shard) => Synchronous<T>;

// HTTP: this server does not have what the request is about.
const MISDIRECTED = (): Response => new Response("The chain is not here", { status: 421 });

function eventsOf(shard: Shard): EventSource {
  const events = new ShardEvents(shard);
  return (parameters, position) => events.find(parameters, position);
}
