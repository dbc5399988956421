// Sends a mixed load to a network over HTTP in batches, lets rounds go by until all of it is final, and looks at what came of it: by the
// public API alone.
import { encodeBatch } from "../../src/client/index.ts";
import type { TestNetwork } from "../../src/testing/index.ts";
import type { Planned } from "../support/mixed-load.ts";
import { base64 } from "./ledger-client.ts";

const SUBMIT = `mutation ($batch: Bytes!) { submitBatch(batch: $batch) { __typename
  ... on SubmittedBatch { accepted results { __typename ... on Refused { code message } } }
  ... on Refused { code message } } }`;
const SHARDS = `{ shards { id waiting headRound headHash executedRound finalRound } }`;
const SETS = `query ($after: String) { validatorSets(first: 100, after: $after) {
  nodes { id replicas { shard { id } headRound headHash executedRound } }
  pageInfo { hasNextPage endCursor } } }`;
/** Fields of one question, below the gateway's bound on aliases. */
const TOGETHER = 80;
/** Far beyond what waits: whatever is not final by then is stuck. */
const ROUNDS_MAX = 400;

export interface ShardFacts {
  readonly id: string;
  readonly waiting: number;
  readonly headRound: number;
  readonly headHash: string;
  readonly executedRound: number;
  readonly finalRound: number;
}

export interface ReplicaFacts extends Pick<ShardFacts, "headRound" | "headHash" | "executedRound"> {
  readonly shard: { readonly id: string };
}

export interface Outcome {
  readonly status: string;
  readonly code: number | null;
  /** By leg. */
  readonly rounds: readonly (number | null)[];
}

export class LoadRun {
  readonly network: TestNetwork;
  readonly #planned: readonly Planned[];

  constructor(network: TestNetwork, planned: readonly Planned[]) {
    this.network = network;
    this.#planned = planned;
  }

  /** In batches of so many with a round after each; then rounds until nothing waits and all is final. Answers the rounds that took. */
  async send(batch: number): Promise<number> {
    let rounds = 0;
    for (let at = 0; at < this.#planned.length; at += batch, rounds++) {
      await this.submit(this.#planned.slice(at, at + batch));
      await this.network.advance(1);
    }
    for (; rounds < ROUNDS_MAX; rounds++) {
      const shards = await this.shards();
      const isOver = shards.every((one) => one.waiting === 0 && one.finalRound >= one.headRound);
      if (isOver) return rounds;
      await this.network.advance(1);
    }
    throw new Error(`Not final after ${ROUNDS_MAX} rounds: ${JSON.stringify(await this.shards())}`);
  }

  /** Throws unless all of it is accepted. */
  async submit(part: readonly Planned[]): Promise<void> {
    const batch = base64(encodeBatch(part.map(({ bytes }) => bytes)));
    const { submitBatch } = await this.network.graphql<{
      submitBatch: { accepted?: number; results?: readonly { __typename: string }[] };
    }>(SUBMIT, { batch });
    if (submitBatch.accepted === part.length) return;
    const refused = submitBatch.results?.find(({ __typename }) => __typename === "Refused");
    throw new Error(`Refused: ${JSON.stringify(refused ?? submitBatch)}`);
  }

  async shards(): Promise<readonly ShardFacts[]> {
    const { shards } = await this.network.graphql<{ shards: ShardFacts[] }>(SHARDS);
    return shards;
  }

  /** Of every set's copy of each of its shards. */
  async replicas(): Promise<ReplicaFacts[]> {
    const found: ReplicaFacts[] = [];
    for (let after: string | null = null; ; ) {
      const { validatorSets }: Sets = await this.network.graphql<Sets>(SETS, { after });
      found.push(...validatorSets.nodes.flatMap(({ replicas }) => replicas));
      if (!validatorSets.pageInfo.hasNextPage) return found;
      after = validatorSets.pageInfo.endCursor;
    }
  }

  /** Of each transaction, asked about on the chain of each of its legs: by id, one outcome a leg. */
  async outcomes(): Promise<Map<string, Outcome[]>> {
    const wanted = this.#planned.flatMap(({ id, legs }) =>
      legs.map(({ chain }) => ({ id, chain: `T${chain}` })),
    );
    const found = new Map<string, Outcome[]>();
    const answers = await this.#askAll<{
      status: string;
      code: number | null;
      legs: { round: number | null }[];
    }>(
      wanted.map(
        ({ id, chain }) =>
          `transaction(id: "${id}", chain: "${chain}") { status code legs { round } }`,
      ),
    );
    for (const [i, { id }] of wanted.entries()) {
      const { status, code, legs } = answers[i] as (typeof answers)[number];
      const outcome = { status, code, rounds: legs.map(({ round }) => round) };
      found.set(id, [...(found.get(id) ?? []), outcome]);
    }
    return found;
  }

  /** By `account chain`, and by chain what no account holds but the fees. */
  async balances(chains: number): Promise<{ accounts: Map<string, bigint>; fees: bigint[] }> {
    const wanted = this.network.accounts.flatMap(({ address }, account) =>
      Array.from({ length: chains }, (_, chain) => ({
        key: `${account} ${chain}`,
        address,
        chain,
      })),
    );
    const answers = await this.#askAll<{ balance: { amount: string } }>(
      wanted.map(
        ({ address, chain }) =>
          `account(address: "${address}") { balance(chain: "T${chain}") { amount } }`,
      ),
    );
    const accounts = new Map(
      wanted.map(({ key }, i) => [key, BigInt(answers[i]?.balance.amount ?? 0)] as const),
    );
    const fees = await this.#askAll<{ unattributedFees: string }>(
      Array.from({ length: chains }, (_, chain) => `chain(id: "T${chain}") { unattributedFees }`),
    );
    return { accounts, fees: fees.map(({ unattributedFees }) => BigInt(unattributedFees)) };
  }

  /** The answers to so many fields of the root, in their order. */
  async #askAll<T>(fields: readonly string[]): Promise<T[]> {
    const found: T[] = [];
    for (let at = 0; at < fields.length; at += TOGETHER) {
      const part = fields.slice(at, at + TOGETHER);
      const query = `{ ${part.map((field, i) => `f${i}: ${field}`).join("\n")} }`;
      const data = await this.network.graphql<Record<string, T>>(query);
      found.push(...part.map((_, i) => data[`f${i}`] as T));
    }
    return found;
  }
}

interface Sets {
  readonly validatorSets: {
    readonly nodes: readonly { readonly replicas: readonly ReplicaFacts[] }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
}
