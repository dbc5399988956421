// createTestNetwork: the real Worker in workerd over HTTP, as `npm start` and a deployment run it.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Api, retryOptions } from "../client/api.ts";
import { NETWORK } from "../client/documents.ts";
import { parseNetworkConfig } from "../protocol/genesis/network-config.ts";
import type { SaturationParameters } from "../protocol/topology/saturation.ts";
import {
  chainConfig,
  configureAccounts,
  stakingConfig,
  type TestAccount,
  type TestAccountOptions,
  type TestChainOptions,
  type TestStakingOptions,
} from "./test-options.ts";
import { startWorkerd, type Workerd } from "./workerd.ts";

export interface TestNetworkOptions {
  /** How many shards; one by default. Each pair of them has a set. */
  readonly shards?: number;
  /** Seats of each set: 4 (the default: the fastest), 7 or 21. */
  readonly seats?: number;
  /** How far execution may lag consensus, in rounds; 3 by default. */
  readonly k?: number;
  /** 500 by default. */
  readonly roundMs?: number;
  /** How many rounds ahead actors may act without asking again; 20 by default, 4 at least. */
  readonly leaseRounds?: number;
  /** After so many blocks of the MerkleChain with headers in them the next epoch is announced; 7,200 by default, 10 at least. */
  readonly epochRounds?: number;
  /** When shards split and merge; what is left out is as in `docs/operations.md`. */
  readonly saturation?: Partial<SaturationParameters>;
  readonly staking?: TestStakingOptions;
  /** "manual" (the default): nothing moves but by `advance`. "live": rounds go by real time. */
  readonly clock?: "manual" | "live";
  /** How many chains, or each one's options; by default one for each shard. The shards take them in turn. */
  readonly chains?: number | readonly TestChainOptions[];
  /** How many accounts with 1,000 tokens on each chain (3 by default), or each one's balances. */
  readonly accounts?: number | readonly TestAccountOptions[];
  /** A folder to keep the state in; by default one that `dispose` removes. */
  readonly storage?: string;
  /** Whether the development operations exist; a network without them needs a live clock. */
  readonly development?: boolean;
  /** Further variables of the Worker, such as `INTROSPECTION`. */
  readonly vars?: Readonly<Record<string, string>>;
  /** Told each line that the Worker logs; without it they go to this process's output. */
  readonly onLog?: (line: string) => void;
}

export interface GraphqlAnswer<Data> {
  readonly data?: Data | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly extensions?: { readonly code?: string };
  }[];
}

export interface TestNetwork {
  /** Of the GraphQL API. Stays the same through `restart`. */
  readonly url: string;
  readonly accounts: readonly TestAccount[];
  /** Sends an operation and returns its data. Throws an Error with the messages of the answer's errors. */
  graphql<Data = Record<string, unknown>>(
    query: string,
    variables?: Readonly<Record<string, unknown>>,
  ): Promise<Data>;
  /** The same without throwing. */
  request<Data = Record<string, unknown>>(
    query: string,
    variables?: Readonly<Record<string, unknown>>,
  ): Promise<GraphqlAnswer<Data>>;
  /** Moves the clock by whole rounds and waits until all that they set going is done; with a live clock it waits them out. */
  advance(rounds: number): Promise<void>;
  /** Stops the network in good order if it runs, and starts it on the same storage. */
  restart(): Promise<void>;
  /**
   * Makes one object ("merkle-chain", "shard-0", "set-1") begin anew from its storage once it has nothing under way, as the
   * platform does with idle ones. The others go on. False if it was not running.
   */
  evict(object: string): Promise<boolean>;
  /** Ends workerd with SIGKILL, as a power cut would. `restart` brings the network back. */
  kill(): Promise<void>;
  /** Stops the network, and removes its storage if it made it. */
  dispose(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

// Of tests only: it guards nothing.
const TEST_SECRET = "5e".repeat(32);
const START_MS_MAX = 60_000;
const ADVANCE = "mutation ($rounds: Int!) { dev { advance(rounds: $rounds) { round } } }";

export async function createTestNetwork(options: TestNetworkOptions = {}): Promise<TestNetwork> {
  const { clock = "manual", roundMs = 500 } = options;
  const { accounts, bindings } = await configure(options, clock, roundMs);
  const made = options.storage === undefined;
  const storage = options.storage ?? (await mkdtemp(join(tmpdir(), "yggdrasil-")));
  const logged = options.onLog === undefined ? {} : { onLog: options.onLog };
  let workerd: Workerd | null = await startWorkerd({ storage, bindings, port: 0, ...logged });
  const url = new URL("/graphql", workerd.url).href;
  const port = Number(workerd.url.port);

  const request = <Data>(
    query: string,
    variables: Readonly<Record<string, unknown>> = {},
  ): Promise<GraphqlAnswer<Data>> => post(url, query, variables);

  async function graphql<Data>(
    query: string,
    variables: Readonly<Record<string, unknown>> = {},
  ): Promise<Data> {
    const { data, errors } = await request<Data>(query, variables);
    if (errors !== undefined || data == null) {
      throw new Error(errors?.map(({ message }) => message).join("\n") ?? "The answer has no data");
    }
    return data;
  }

  async function stop(how: "stop" | "kill"): Promise<void> {
    const running = workerd;
    workerd = null;
    await running?.[how]();
  }

  async function dispose(): Promise<void> {
    await stop("stop");
    if (made) await rm(storage, { recursive: true, force: true });
  }

  // The first call makes the genesis record, so that the network's time begins here.
  try {
    await askNetwork(url);
  } catch (error) {
    await dispose();
    throw error;
  }
  return {
    url,
    accounts,
    graphql,
    request,
    dispose,
    kill: () => stop("kill"),
    evict: async (object) => (await workerd?.evict(object)) ?? false,
    async advance(rounds) {
      if (clock === "manual") await graphql(ADVANCE, { rounds });
      else await new Promise((resolve) => setTimeout(resolve, rounds * roundMs));
    },
    async restart() {
      await stop("stop");
      workerd = await startWorkerd({ storage, bindings, port, ...logged });
    },
    [Symbol.asyncDispose]: dispose,
  };
}

/** By a document that also those networks answer that answer known ones only. */
const askNetwork = (url: string): Promise<unknown> =>
  new Api({ url, fetch, timeoutMs: START_MS_MAX, retry: retryOptions() }).ask(NETWORK, {});

/** The Worker's bindings for the options. Throws a ConfigError that names what is wrong with them. */
async function configure(options: TestNetworkOptions, clock: "manual" | "live", roundMs: number) {
  const { shards = 1 } = options;
  const chains = chainsOf(options.chains ?? shards);
  const { accounts, allocations } = await configureAccounts(options.accounts, chains.length);
  const config = {
    name: "test",
    development: options.development ?? true,
    clock,
    shards,
    seats: options.seats ?? 4,
    k: options.k ?? 3,
    roundMs,
    leaseRounds: options.leaseRounds ?? 20,
    epochRounds: options.epochRounds ?? 7_200,
    saturation: options.saturation ?? {},
    ...stakingConfig(options.staking),
    chains,
    allocations,
  };
  const bindings = {
    ...options.vars,
    NETWORK: JSON.stringify(config),
    DEPLOYMENT_SECRET: TEST_SECRET,
  };
  // Before a process is started for them.
  parseNetworkConfig(bindings.NETWORK);
  return { accounts, bindings };
}

function chainsOf(chains: number | readonly TestChainOptions[]): Record<string, unknown>[] {
  const list = typeof chains === "object" ? chains : Array.from({ length: chains }, () => ({}));
  return list.map(chainConfig);
}

async function post<Data>(
  url: string,
  query: string,
  variables: Readonly<Record<string, unknown>>,
): Promise<GraphqlAnswer<Data>> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query, variables }),
  });
  return (await response.json()) as GraphqlAnswer<Data>;
}
