// How an object reaches the others: by name, over RPC.
import type { PeerId } from "../src/actors/peers.ts";
import type { ActorRpc, MerkleChainRpc } from "../src/actors/rpc.ts";
import type { Env } from "../src/env.ts";
import { MERKLE_CHAIN_NAME, shardName, validatorSetName } from "../src/object-names.ts";
import { assertNever } from "../src/protocol/assert.ts";

export function merkleChainStub(env: Env): MerkleChainRpc {
  return env.MERKLE_CHAIN.getByName(MERKLE_CHAIN_NAME) as unknown as MerkleChainRpc;
}

/** The object's name, and a fresh stub each time: one that failed stays broken. */
export function actorStub(env: Env, peer: PeerId): readonly [name: string, stub: ActorRpc] {
  switch (peer.kind) {
    case "merkleChain":
      return [MERKLE_CHAIN_NAME, merkleChainStub(env)];
    case "shard": {
      const name = shardName(peer.shard);
      return [name, env.SHARD.getByName(name) as unknown as ActorRpc];
    }
    case "validatorSet": {
      const name = validatorSetName(peer.set);
      return [name, env.VALIDATOR_SET.getByName(name) as unknown as ActorRpc];
    }
    case "voter":
      // A call that fails, like one that is lost.
      throw new Error(`Cannot reach seat ${peer.seat} of set ${peer.set}: nothing links it here`);
    default:
      return assertNever(peer);
  }
}
