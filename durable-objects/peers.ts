// How an object reaches the others: by name, over RPC.
import type { PeerId } from "../src/actors/peers.ts";
import type { ActorRpc, MerkleChainRpc } from "../src/actors/rpc.ts";
import type { Env } from "../src/env.ts";
import { MERKLE_CHAIN_NAME, shardName, validatorSetName } from "../src/object-names.ts";
import { assertNever } from "../src/protocol/assert.ts";

export function merkleChainStub(env: Env): MerkleChainRpc {
  return env.MERKLE_CHAIN.getByName(MERKLE_CHAIN_NAME) as unknown as MerkleChainRpc;
}

/** A fresh stub each time: one that failed stays broken. */
export function actorStub(env: Env, peer: PeerId): ActorRpc {
  switch (peer.kind) {
    case "merkleChain":
      return merkleChainStub(env);
    case "shard":
      return env.SHARD.getByName(shardName(peer.shard)) as unknown as ActorRpc;
    case "validatorSet":
      return env.VALIDATOR_SET.getByName(validatorSetName(peer.set)) as unknown as ActorRpc;
    case "voter":
      // A call that fails, like one that is lost.
      throw new Error(`Cannot reach seat ${peer.seat} of set ${peer.set}: nothing links it here`);
    default:
      return assertNever(peer);
  }
}
