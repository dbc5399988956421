// What the gateway knows of its network: the genesis record, asked for once and kept, and the
// clock.

import type { NetworkInfo } from "../actors/rpc.ts";
import type { Env } from "../env.ts";
import { decodeStored } from "../protocol/encoding/codec.ts";
import { parseNetworkConfig } from "../protocol/genesis/network-config.ts";
import { type Epoch, type Genesis, genesisCodec, genesisHash } from "../protocol/rounds/epoch.ts";
import { Timetable } from "../protocol/rounds/timetable.ts";
import type { Peers } from "./peers.ts";

export interface NetworkFacts {
  readonly id: Uint8Array;
  readonly genesisBytes: Uint8Array;
  readonly genesis: Genesis;
  readonly epoch: Epoch;
  readonly timetable: Timetable;
  readonly clock: "live" | "manual";
}

export function networkFacts(info: NetworkInfo, env: Env): NetworkFacts {
  const { genesisBytes } = info;
  const genesis = decodeStored(genesisCodec, genesisBytes);
  const { clock } = parseNetworkConfig(env.NETWORK);
  const { epoch } = genesis;
  const timetable = new Timetable(epoch);
  return { id: genesisHash(genesisBytes), genesisBytes, genesis, epoch, timetable, clock };
}

/**
 * The network's time in ms since 1970. A manual clock stands where the MerkleChain's object has it.
 */
export async function nowMs({ clock }: NetworkFacts, peers: Peers): Promise<number> {
  return clock === "live" ? Date.now() : (await peers.merkleChain.network()).nowMs;
}
