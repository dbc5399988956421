// What every resolver is given.
import type { Env } from "../env.ts";
import type { Directory } from "./directory.ts";
import type { NetworkFacts } from "./network-facts.ts";
import type { Peers } from "./peers.ts";

export interface GatewayContext {
  readonly env: Env;
  readonly network: NetworkFacts;
  readonly directory: Directory;
  /** Of this request. */
  readonly peers: Peers;
}
