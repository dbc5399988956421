// What shards, sets and the MerkleChain say of themselves to those who ask: plain values that travel over RPC.
import { decodeStored } from "../protocol/encoding/codec.ts";
import { epochProofCodec } from "../protocol/proofs/epoch-proof.ts";
import { type Epoch, type EpochRecord, recordOf } from "../protocol/rounds/epoch.ts";
import type { MerkleChain } from "./merkle-chain.ts";
import type { Network } from "./network.ts";
import type { Clock } from "./ports.ts";
import type { FirstEpoch, GatewayLease, OnChain, SetStatus, ShardStatus } from "./rpc.ts";
import type { Shard } from "./shard.ts";
import type { ValidatorSet } from "./validator-set.ts";

/** `subscribers`: open streams of the object around it. */
export const shardStatus = (shard: Shard, subscribers: number): ShardStatus => ({
  headRound: shard.replica.head.round,
  headHash: shard.replica.head.hash,
  executedRound: shard.replica.executedRound,
  finalRound: shard.progress.finalRound,
  nextRound: shard.nextRound(),
  waiting: shard.room.pool.size,
  nextTickMs: shard.nextTickMs(),
  subscribers,
});

export const setStatus = (set: ValidatorSet): SetStatus => ({
  replicas: set.replicas.map(({ shard, head, executedRound }) => ({
    shard,
    headRound: head.round,
    headHash: head.hash,
    executedRound,
  })),
  findings: set.findings.all,
});

/** Nothing more can be executed in rounds up to here: the history has all that there will ever be of them. */
export function completeRound(shard: Shard): number {
  const { replica, progress } = shard;
  if (replica.hasUnexecuted) return replica.executedRound;
  return (progress.state === "open" ? progress.round : shard.nextRound()) - 1;
}

/** the answer about a chain (null: about any), or that it is not here: whoever asked has an old directory. */
export function onChain<T>(shard: Shard, chain: number | null, ask: () => T): OnChain<T> {
  const lacks = chain !== null && shard.replica.chain(chain) === undefined;
  return lacks ? { kind: "elsewhere" } : { kind: "here", value: ask() };
}

// Further back than what is asked every day; less than a gateway's request.
const EPOCHS_LEASED = 8;

/** Grants a lease: call it in a step. */
export const gatewayLease = (
  merkleChain: MerkleChain,
  { network, clock }: { readonly network: Network; readonly clock: Clock },
): GatewayLease => ({
  nowMs: clock.now(),
  epochs: newestEpochs(network, EPOCHS_LEASED),
  lastRound: merkleChain.grantLease(merkleChain.replica.state.epoch.epoch),
});

function newestEpochs(network: Network, count: number): EpochRecord[] {
  const { epochs } = network;
  const found = [epochs.latest];
  while (found.length < count) {
    const { epoch, activationRound } = found[0] as Epoch;
    if (epoch === network.genesis.epoch.epoch) break;
    found.unshift(epochs.at(activationRound - 1));
  }
  return found.map((epoch) => recordOf(network.id, epoch));
}

/** The epoch that is meant and those behind it, as many as one answer takes. */
export function epochsFrom(
  merkleChain: MerkleChain,
  network: Network,
  first: FirstEpoch,
): EpochRecord[] {
  const number = "number" in first ? first.number : network.epochs.at(first.round).epoch;
  const genesis = network.genesis.epoch;
  const later = merkleChain
    .epochProofs(Math.max(number - 1, genesis.epoch))
    .flatMap((proof) => decodeStored(epochProofCodec, proof).block.epochChange?.epoch ?? []);
  return number <= genesis.epoch ? [recordOf(network.id, genesis), ...later] : later;
}
