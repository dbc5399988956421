// What the Worker is given: bindings of wrangler.toml and one secret.
import type { DurableObjectNamespace } from "@cloudflare/workers-types";

export interface Env {
  readonly SHARD: DurableObjectNamespace;
  readonly VALIDATOR_SET: DurableObjectNamespace;
  readonly MERKLE_CHAIN: DurableObjectNamespace;
  /** 64 hex digits: what hosted seats and the faucet's key are derived from. */
  readonly DEPLOYMENT_SECRET: string;
  /** The network's configuration as JSON: see `parseNetworkConfig`. */
  readonly NETWORK: string;
  /** Pages that may ask: "*", which is the default, or origins with spaces between. */
  readonly ALLOWED_ORIGINS?: string;
  /** "on", which is the default, or "off". */
  readonly INTROSPECTION?: string;
  /** "off", which is the default, or "on". */
  readonly PERSISTED_ONLY?: string;
}
