// How the gateway reaches the objects: the one place that casts stubs to the interfaces of
// src/actors/rpc.ts and that maps what they throw. Made for each request: stubs belong to the
// request that made them.
import { GraphQLError } from "graphql";
import type { MerkleChainRpc, ShardRpc, StreamName, ValidatorSetRpc } from "../actors/rpc.ts";
import type { Env } from "../env.ts";
import { MERKLE_CHAIN_NAME, shardName, validatorSetName } from "../object-names.ts";
import { gatewayError } from "./errors.ts";
import { REQUEST_CALLS_MAX } from "./limits.ts";

/** The client end of an object's stream. */
export interface StreamSocket {
  accept(): void;
  close(code?: number, reason?: string): void;
  send(message: string): void;
  addEventListener(
    type: "message" | "close" | "error",
    listener: (event: { readonly data?: unknown; readonly code?: number }) => void,
  ): void;
}

export type StreamQuery = { readonly stream: StreamName } & Readonly<Record<string, string>>;

export interface Peers {
  readonly merkleChain: MerkleChainRpc;
  shard(shard: number): ShardRpc;
  validatorSet(set: number): ValidatorSetRpc;
  /** A stream of a shard, or of the MerkleChain (null). null: the shard does not have its chain. */
  stream(shard: number | null, query: StreamQuery): Promise<StreamSocket | null>;
}

/**
 * `client`: who asks, as far as one can tell; null where the platform does not say. `callsMax`: how
 * often objects may be called through these; the next call throws QUERY_TOO_COSTLY.
 */
export function peersOf(
  env: Env,
  client: string | null = null,
  callsMax: number = REQUEST_CALLS_MAX,
): Peers {
  let calls = 0;
  const count = (): void => {
    calls += 1;
    if (calls <= callsMax) return;
    const message =
      `Cannot answer: the request takes more than ${callsMax} calls of shards and sets; name the ` +
      "chains of transactions, or ask for less at once";
    throw gatewayError("QUERY_TOO_COSTLY", message);
  };
  const guarded = <T extends object>(name: string, stub: () => unknown): T =>
    guardedStub<T>(name, stub, count);
  const merkleChain = () => env.MERKLE_CHAIN.getByName(MERKLE_CHAIN_NAME);
  const shardNamed = (name: string) => env.SHARD.getByName(name);
  return {
    merkleChain: guarded<MerkleChainRpc>(MERKLE_CHAIN_NAME, merkleChain),
    shard: (shard) => guarded<ShardRpc>(shardName(shard), () => shardNamed(shardName(shard))),
    validatorSet: (set) =>
      guarded<ValidatorSetRpc>(validatorSetName(set), () =>
        env.VALIDATOR_SET.getByName(validatorSetName(set)),
      ),
    async stream(shard, query) {
      const name = shard === null ? MERKLE_CHAIN_NAME : shardName(shard);
      const stub = shard === null ? merkleChain : () => shardNamed(name);
      count();
      return attempt(name, "stream", () => openStream(stub() as unknown as Fetcher, query, client));
    },
  };
}

/**
 * Every method of the stub, with errors mapped. A fresh stub for each call: one that failed stays
 * broken.
 */
function guardedStub<T extends object>(name: string, stub: () => unknown, count: () => void): T {
  return new Proxy({} as T, {
    get(_, method) {
      // Whoever awaits the whole object asks for this.
      if (typeof method !== "string" || method === "then") return undefined;
      return (...args: unknown[]) =>
        attempt(name, method, async () => {
          count();
          const methods = stub() as Record<string, (...args: unknown[]) => Promise<unknown>>;
          return (methods[method] as (...args: unknown[]) => Promise<unknown>)(...args);
        });
    },
  });
}

/** What the platform says of a failed call. */
interface PlatformError {
  readonly name?: string;
  readonly message?: string;
  readonly retryable?: boolean;
  readonly overloaded?: boolean;
  readonly durableObjectReset?: boolean;
  /** Ours, of a StoppedError. */
  readonly corrupt?: boolean;
}

type Names = ReadonlySet<string | undefined>;
/** Errors of ours by which an object says that it has stopped (src/actors/runner.ts). */
const STOPPED: Names = new Set(["StoppedError", "InvariantError"]);
/** Errors of ours by which an object says that what it has stored is damaged. */
const CORRUPT: Names = new Set(["CorruptStorageError", "CorruptBytesError"]);
/** How the platform hides a failure of its own. A write that fails when it is to become durable, as on a full disk, is one. */
const PLATFORM_FAILURE = /^internal error; reference = (\w+)$/;

/** All calls are idempotent, so one that was interrupted is made once more. */
async function attempt<T>(name: string, method: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!isInterrupted(error)) throw mapped(name, method, error);
  }
  try {
    return await call();
  } catch (error) {
    throw mapped(name, method, error);
  }
}

function isInterrupted(error: unknown): boolean {
  const { retryable, overloaded, durableObjectReset } = (error ?? {}) as PlatformError;
  return (retryable === true || durableObjectReset === true) && overloaded !== true;
}

function mapped(name: string, method: string, error: unknown): Error {
  if (error instanceof GraphQLError) return error;
  const { overloaded, message, name: kind, corrupt } = (error ?? {}) as PlatformError;
  // The operator's mistake, which only the operator can mend: the words name the field, and hold no secret.
  if (kind === "ConfigError") {
    return gatewayError("MISCONFIGURED", message ?? "The deployment is misconfigured", 500);
  }
  if (CORRUPT.has(kind) || corrupt === true) return storageCorrupt(name, method, message);
  if (STOPPED.has(kind)) {
    const message = `Cannot reach ${name}: it stopped at a broken invariant; try again later`;
    return gatewayError("STOPPED", message, 503);
  }
  if (overloaded === true || isInterrupted(error)) {
    const why = overloaded === true ? "is overloaded" : "was interrupted";
    // An overload shows in every metric; an interruption, as by a write that failed, shows nowhere else.
    if (overloaded !== true) {
      console.error({ event: "object interrupted", object: name, method, error: message });
    }
    return gatewayError("UNAVAILABLE", `Cannot reach ${name}: it ${why}; try again later`, 503);
  }
  if (kind === "StorageUnavailableError" || PLATFORM_FAILURE.test(message ?? "")) {
    return storageUnavailable(name, method, message);
  }
  return new Error(`${name}.${method} failed`, { cause: error });
}

/** Which row it is says the log: a user cannot do anything with it. */
function storageCorrupt(object: string, method: string, error: string | undefined): Error {
  const todo = "restore the object to a point before the damage";
  console.error({ event: "storage corrupt", object, method, error, todo });
  const message = `Cannot answer from ${object}: its storage is damaged, and its operator must restore it`;
  return gatewayError("STORAGE_CORRUPT", message, 503);
}

function storageUnavailable(object: string, method: string, error: string | undefined): Error {
  const todo =
    "see what the platform wrote beside this: make room if its disk is full or its storage limit " +
    "reached; restore the object if its database is malformed";
  console.error({ event: "storage unavailable", object, method, error, todo });
  const message =
    `Cannot reach ${object}: it or its storage failed; what was sent may have been taken or not: ` +
    "send the same again later";
  return gatewayError("UNAVAILABLE", message, 503);
}

const HTTP_MISDIRECTED = 421;

interface Fetcher {
  fetch(
    url: string,
    init: { readonly headers: Readonly<Record<string, string>> },
  ): Promise<{
    readonly status: number;
    readonly webSocket: StreamSocket | null;
    text(): Promise<string>;
  }>;
}

async function openStream(
  stub: Fetcher,
  query: StreamQuery,
  client: string | null,
): Promise<StreamSocket | null> {
  const url = `https://object/?${new URLSearchParams(query)}`;
  const headers = { Upgrade: "websocket", ...(client === null ? {} : { "X-Client": client }) };
  const response = await stub.fetch(url, { headers });
  const { status, webSocket } = response;
  if (webSocket !== null) return webSocket;
  if (status === HTTP_MISDIRECTED) return null;
  const why = await response.text();
  if (status !== 503 && status !== 429) {
    throw new Error(`The stream was refused with status ${status}: ${why}`);
  }
  throw gatewayError("TOO_MANY_SUBSCRIBERS", `Cannot subscribe: ${why}`, status);
}
