// The MerkleChain's object: one a network. It makes the genesis record at the very first call.

import type { ActorContext } from "../src/actors/actor-host.ts";
import { type Directory, MerkleChain } from "../src/actors/merkle-chain.ts";
import type {
  FirstEpoch,
  GatewayLease,
  MerkleChainRpc,
  NetworkInfo,
  RoundSaturation,
  SaturationQuery,
  ShardSaturation,
  TopologyFacts,
} from "../src/actors/rpc.ts";
import { epochsFrom, gatewayLease } from "../src/actors/statuses.ts";
import { topologyFacts } from "../src/actors/topology-facts.ts";
import { importSigningKey } from "../src/crypto/ed25519.ts";
import type { MerkleChainBlock } from "../src/protocol/blocks/merkle-chain-block.ts";
import { faucetSeed } from "../src/protocol/crypto/seat-secret.ts";
import { makeGenesis } from "../src/protocol/genesis/make-genesis.ts";
import {
  parseDeploymentSecret,
  parseNetworkConfig,
} from "../src/protocol/genesis/network-config.ts";
import type { EpochRecord } from "../src/protocol/rounds/epoch.ts";
import { ActorObject } from "./actor-object.ts";
import { type EventSource, EventStreams } from "./event-streams.ts";

// Events found in one go for a subscriber that is behind.
const EVENTS_A_SEARCH = 32;

export class MerkleChainObject extends ActorObject<MerkleChain> implements MerkleChainRpc {
  readonly #streams = new EventStreams(this.ctx);

  protected override create(context: ActorContext): MerkleChain {
    return new MerkleChain(context);
  }

  protected override async fetchGenesis(): Promise<Uint8Array> {
    const config = parseNetworkConfig(this.env.NETWORK);
    const deploymentSecret = parseDeploymentSecret(this.env.DEPLOYMENT_SECRET);
    const faucet = await importSigningKey(faucetSeed(deploymentSecret, config.name));
    return makeGenesis({
      config,
      deploymentSecret,
      nowMs: Date.now(),
      faucetPublicKey: faucet.publicKey,
    });
  }

  protected override stepped(actor: MerkleChain): void {
    this.#streams.pump(`${actor.tip.number}`, eventsOf(actor));
  }

  async network(): Promise<NetworkInfo> {
    const { network, runner } = await this.opened();
    const { genesisBytes } = network;
    const merkleChainBlock = runner.read((actor) => actor.tip.number);
    const subscribers = this.#streams.open;
    return { ...(await this.lease()), genesisBytes, merkleChainBlock, subscribers };
  }

  async lease(): Promise<GatewayLease> {
    const opened = await this.opened();
    return opened.runner.step((actor) => gatewayLease(actor, opened));
  }

  async epochsFrom(first: FirstEpoch): Promise<readonly EpochRecord[]> {
    const { network, runner } = await this.opened();
    return runner.read((actor) => epochsFrom(actor, network, first));
  }

  async epochProofs(after: number): Promise<readonly Uint8Array[]> {
    return (await this.opened()).runner.read((actor) => actor.epochProofs(after));
  }

  async directory(from: number): Promise<Directory> {
    return (await this.opened()).runner.read((actor) => actor.directory(from));
  }

  async blocksAfter(number: number, limit: number): Promise<readonly MerkleChainBlock[]> {
    return (await this.opened()).runner.read((actor) => actor.blocksAfter(number, limit));
  }

  async saturation(shard: number): Promise<ShardSaturation | null> {
    const { clock, network, runner } = await this.opened();
    const round = network.epochs.roundAt(clock.now());
    return runner.read(({ saturations, replica }) =>
      saturations.newest(replica.state, shard, round),
    );
  }

  async saturationHistory(
    shard: number,
    query: SaturationQuery,
  ): Promise<readonly RoundSaturation[]> {
    const { runner } = await this.opened();
    return runner.read(({ saturations }) => saturations.rounds(shard, query));
  }

  async topologyFacts(): Promise<TopologyFacts> {
    const { clock, network, runner } = await this.opened();
    const round = network.epochs.roundAt(clock.now());
    return runner.read(({ saturations, replica }) =>
      topologyFacts(replica.state, saturations, round),
    );
  }

  override async fetch(request: Request): Promise<Response> {
    const { runner } = await this.opened();
    return runner.read((actor) =>
      this.#streams.accept(request, () => `${actor.tip.number}`, eventsOf(actor)),
    );
  }

  override async webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): Promise<void> {
    const { runner } = await this.opened();
    runner.read((actor) => this.#streams.credited(socket, message, eventsOf(actor)));
  }
}

const eventsOf =
  (actor: MerkleChain): EventSource =>
  (_, position) => {
    const events = actor
      .blocksAfter(Number(position ?? 0), EVENTS_A_SEARCH)
      .map((view) => ({ cursor: `${view.number}`, view }));
    return { events, position: events.at(-1)?.cursor ?? position, ended: false };
  };
