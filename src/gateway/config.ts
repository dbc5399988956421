// What an operator can switch in the gateway, by variables of the Worker.
import type { Env } from "../env.ts";
import { ConfigError } from "../protocol/genesis/network-config.ts";
import { wrongOrigin } from "./cross-origin.ts";

export interface GatewayConfig {
  /** Whether `__schema` and `__type` are answered, and messages suggest names. */
  readonly introspection: boolean;
  /** Whether only documents of documents/ are answered. */
  readonly persistedOnly: boolean;
}

/** Throws ConfigError, naming the variable. */
export function gatewayConfig(env: Env): GatewayConfig {
  const wrong = wrongOrigin(env.ALLOWED_ORIGINS);
  if (wrong !== undefined) {
    const quoted = JSON.stringify(wrong);
    throw new ConfigError(`Invalid ALLOWED_ORIGINS: ${quoted} is not "*" or as https://my.app`);
  }
  return {
    introspection: switchOf("INTROSPECTION", env.INTROSPECTION, true),
    persistedOnly: switchOf("PERSISTED_ONLY", env.PERSISTED_ONLY, false),
  };
}

function switchOf(name: string, value: string | undefined, absent: boolean): boolean {
  if (value === undefined || value === "") return absent;
  if (value === "on" || value === "off") return value === "on";
  throw new ConfigError(`Invalid ${name}: ${JSON.stringify(value)} is not "on" or "off"`);
}
