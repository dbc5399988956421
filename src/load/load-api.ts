// The questions of the load, each about many things at once, in few fixed texts: the network keeps a text that it knows.
import type { Api } from "../client/api.ts";
import type { Lane, LaneFacts, LoadChain } from "./lane.ts";

/** Fields in one question: two variables each, of 100. */
const TOGETHER = [48, 16, 4, 1] as const;
/** The most holdings that one question is about. */
export const HOLDINGS_TOGETHER: number = TOGETHER[0];

export interface ShardFacts {
  readonly id: string;
  readonly waiting: number;
  readonly headRound: number;
  readonly executedRound: number;
  readonly finalRound: number;
  /** Null while the shard sleeps: all that it has is final then (R-3.9). */
  readonly nextTick: string | null;
}

export interface NetworkState {
  readonly round: number;
  readonly roundMs: number;
  readonly epoch: number;
  readonly shards: readonly ShardFacts[];
}

const STATE = `{ network { round roundMs epoch { number } }
  shards { id waiting headRound executedRound finalRound nextTick } }`;

export async function askState(api: Api): Promise<NetworkState> {
  const { network, shards } = await api.ask<{
    network: { round: number; roundMs: number; epoch: { number: number } };
    shards: ShardFacts[];
  }>(STATE, {});
  return { ...network, epoch: network.epoch.number, shards };
}

/** A chain of the directory. */
export interface ListedChain extends LoadChain {
  readonly creator: string | null;
  readonly bornRound: number;
  /** Of its shard. */
  readonly shard: string;
}

const CHAINS = `query ($after: String) { chains(first: 100, after: $after) {
  nodes { id creator bornRound gasPriceMin reserveDefault shard { id } }
  pageInfo { hasNextPage endCursor } } }`;

interface ChainsAnswer {
  readonly chains: {
    readonly nodes: readonly {
      readonly id: string;
      readonly creator: string | null;
      readonly bornRound: number;
      readonly gasPriceMin: string;
      readonly reserveDefault: string;
      readonly shard: { readonly id: string };
    }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
}

/** All of them, by id. */
export async function askChains(api: Api): Promise<ListedChain[]> {
  const found: ListedChain[] = [];
  for (let after: string | null = null; ; ) {
    const { chains }: ChainsAnswer = await api.ask<ChainsAnswer>(CHAINS, { after });
    for (const { gasPriceMin, reserveDefault, shard, ...rest } of chains.nodes) {
      found.push({
        ...rest,
        gasPrice: BigInt(gasPriceMin),
        reserveDefault: BigInt(reserveDefault),
        shard: shard.id,
      });
    }
    if (!chains.pageInfo.hasNextPage) return found;
    after = chains.pageInfo.endCursor;
  }
}

export interface Holding {
  readonly address: string;
  /** The chain's id. */
  readonly chain: string;
}

export const holdingOf = ({ signer, chain }: Lane): Holding => ({
  address: signer.address,
  chain: chain.id,
});

interface WireFacts extends Pick<LaneFacts, "nonce" | "nextNonce"> {
  readonly amount: string;
  readonly reserve: string;
}

const places = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

const holdingsQuery = (count: number): string =>
  `query (${places(count)
    .map((i) => `$a${i}: Address!, $c${i}: ID!`)
    .join(", ")}) {
  ${places(count)
    .map((i) => `h${i}: account(address: $a${i}) { balance(chain: $c${i}) { ...B } }`)
    .join("\n  ")}
}
fragment B on Balance { nonce nextNonce amount reserve }`;

const HOLDINGS = new Map(TOGETHER.map((count) => [count, holdingsQuery(count)] as const));

/** In their order. Throws for a chain that the network does not have. */
export async function askHoldings(api: Api, holdings: readonly Holding[]): Promise<LaneFacts[]> {
  const found: LaneFacts[] = [];
  for (const count of TOGETHER) {
    while (holdings.length - found.length >= count) {
      const part = holdings.slice(found.length, found.length + count);
      const variables = Object.fromEntries(
        part.flatMap(({ address, chain }, i) => [
          [`a${i}`, address],
          [`c${i}`, chain],
        ]),
      );
      const answer = await api.ask<Record<string, { balance: WireFacts | null }>>(
        HOLDINGS.get(count) as string,
        variables,
      );
      for (const [i, { chain }] of part.entries()) found.push(toFacts(answer[`h${i}`], chain));
    }
  }
  return found;
}

function toFacts(wire: { balance: WireFacts | null } | undefined, chain: string): LaneFacts {
  const balance = wire?.balance ?? null;
  if (balance === null) throw new Error(`Cannot read a balance: the network has no chain ${chain}`);
  const { amount, reserve, ...rest } = balance;
  return { ...rest, amount: BigInt(amount), reserve: BigInt(reserve) };
}
