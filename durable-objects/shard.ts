// A shard's object: transactions in, questions answered, streams out.

import type { ActorContext } from "../src/actors/actor-host.ts";
import type { Admission } from "../src/actors/admission.ts";
import type { Network } from "../src/actors/network.ts";
import type { Synchronous } from "../src/actors/ports.ts";
import { ProofQueries } from "../src/actors/proof-queries.ts";
import type { ShardRpc, ShardStatus } from "../src/actors/rpc.ts";
import { Shard } from "../src/actors/shard.ts";
import { ShardEvents, streamStart } from "../src/actors/shard-events.ts";
import type { HistoryQuery } from "../src/actors/shard-log.ts";
import { ShardQueries } from "../src/actors/shard-queries.ts";
import { askSimulation, type Simulation } from "../src/actors/simulate.ts";
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
    return network.setsOf([numberOf(name)]);
  }

  protected override stepped(shard: Shard): void {
    this.#streams.pump(shard.version, eventsOf(shard));
  }

  async admit(batch: readonly Uint8Array[]): Promise<readonly Admission[]> {
    return (await this.opened()).runner.step((shard) => shard.admit(batch));
  }

  async status(): Promise<ShardStatus> {
    return this.#read((shard) => ({
      headRound: shard.replica.head.round,
      headHash: shard.replica.head.hash,
      executedRound: shard.replica.executedRound,
      finalRound: shard.progress.finalRound,
      nextRound: shard.nextRound(),
      waiting: shard.room.pool.size,
      nextTickMs: shard.nextTickMs(),
      subscribers: this.#streams.open,
    }));
  }

  async chain(chain: number) {
    return this.#ask((queries) => queries.chain(chain));
  }

  async balance(chain: number, address: Uint8Array) {
    return this.#ask((queries) => queries.balance(chain, address));
  }

  async balances(address: Uint8Array, from: number, limit: number) {
    return this.#ask((queries) => queries.balances(address, from, limit));
  }

  async unattributedFees(chain: number) {
    return this.#ask((queries) => queries.unattributedFees(chain));
  }

  async transaction(id: Uint8Array) {
    return this.#ask((queries) => queries.transaction(id));
  }

  async history(address: Uint8Array, query: HistoryQuery) {
    return this.#ask((queries) => queries.history(address, query));
  }

  async block(chain: number, round: number) {
    return this.#ask((queries) => queries.block(chain, round));
  }

  async inclusionProof(id: Uint8Array, chain: number | null) {
    return this.#read((shard) => ProofQueries.of(shard).inclusion(id, chain));
  }

  async accountProof(chain: number, address: Uint8Array) {
    return this.#read((shard) => ProofQueries.of(shard).account(chain, address));
  }

  async simulate(bytes: Uint8Array): Promise<Simulation> {
    const { runner, network } = await this.opened();
    return askSimulation(runner, network, bytes);
  }

  override async fetch(request: Request): Promise<Response> {
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

  async #ask<T>(question: (queries: ShardQueries) => Synchronous<T>): Promise<T> {
    return this.#read((shard) => question(new ShardQueries(shard, shard.network)));
  }
}

function eventsOf(shard: Shard): EventSource {
  const events = new ShardEvents(shard);
  return (parameters, position) => events.find(parameters, position);
}
