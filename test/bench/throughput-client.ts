// The client of the throughput benchmark, a process of its own: signs transfers between its accounts, sends them by submitBatch,
// and learns from the API alone when they are executed. Everything it sends is signed before the clock starts.
import { signerFromSeed, signTransaction } from "../../src/client/index.ts";
import { sha256 } from "../../src/protocol/crypto/sha256.ts";
import { fromHex, utf8 } from "../../src/protocol/encoding/bytes.ts";
import { transactionBatchCodec } from "../../src/protocol/ledger/transaction-batch.ts";

export interface LoadOptions {
  readonly url: string;
  readonly accounts: number;
  readonly transfers: number;
  readonly batch: number;
  /** Transactions that may wait in the mempool before the next batch goes out. */
  readonly waitingMax: number;
}

export interface LoadResult {
  readonly signedPerSecond: number;
  readonly seconds: number;
  readonly accepted: number;
  readonly executed: number;
  /** Accepted to executed, ascending, milliseconds. */
  readonly latencies: readonly number[];
  readonly rounds: number;
  readonly roundsWithBlocks: number;
}

const POLL_MS = 40;
const SUBMIT = `mutation ($batch: Bytes!) { submitBatch(batch: $batch) {
  __typename
  ... on SubmittedBatch { accepted refused }
  ... on Refused { code message }
} }`;
const STATUS = `{ shard(id: "0") { waiting headRound executedRound } }`;
const BLOCK = `query ($round: Round!, $after: String) { block(chain: "T0", round: $round) {
  transactions(first: 100, after: $after) {
    nodes { id status code } pageInfo { hasNextPage endCursor }
  }
} }`;

interface Status {
  readonly waiting: number;
  readonly headRound: number;
  readonly executedRound: number;
}

interface BlockPage {
  readonly block: {
    readonly transactions: {
      readonly nodes: readonly { id: string; status: string; code: number | null }[];
      readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
    };
  } | null;
}

process.once("message", (options: LoadOptions) => {
  load(options).then(
    (result) => process.send?.({ result }, undefined, undefined, () => process.disconnect()),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});

async function load(options: LoadOptions): Promise<LoadResult> {
  const { url, batch: batchSize, waitingMax } = options;
  const transfers = options.transfers + batchSize;
  const graphql = api(url);
  const signing = performance.now();
  const signed = await signAll({ ...options, transfers }, graphql);
  const signedPerSecond = transfers / ((performance.now() - signing) / 1_000);
  const batches: { readonly body: string; readonly ids: readonly string[] }[] = [];
  for (let from = 0; from < signed.length; from += batchSize) {
    const part = signed.slice(from, from + batchSize);
    const batch = Buffer.from(transactionBatchCodec.encode(part.map(({ bytes }) => bytes)));
    const body = JSON.stringify({ query: SUBMIT, variables: { batch: batch.toString("base64") } });
    batches.push({ body, ids: part.map(({ id }) => id) });
  }

  // The first block opens the objects, checks the seats' keys and compiles the code: none of that is what is measured.
  const warmUp = batches.shift();
  if (warmUp !== undefined) {
    await graphql.post(warmUp.body);
    await settled(graphql);
  }
  await told({ ready: true });
  const before = (await graphql<{ shard: Status }>(STATUS)).shard;
  const acceptedAt = new Map<string, number>();
  const executedAt: { readonly round: number; readonly at: number }[] = [];
  const start = performance.now();
  let status = before;
  let accepted = 0;
  const submitting: Promise<void>[] = [];
  let inFlight = 0;
  const submit = async ({ body, ids }: (typeof batches)[number]): Promise<void> => {
    inFlight += 1;
    const { submitBatch } = await graphql.post<{ submitBatch: { accepted: number } }>(body);
    inFlight -= 1;
    if (submitBatch.accepted !== ids.length) {
      throw new Error(`Cannot go on: refused ${JSON.stringify(submitBatch)}`);
    }
    accepted += ids.length;
    const at = performance.now();
    for (const id of ids) acceptedAt.set(id, at);
  };
  let lookedAt = 0;
  const look = async (): Promise<void> => {
    lookedAt = performance.now();
    status = (await graphql<{ shard: Status }>(STATUS)).shard;
    const known = executedAt.at(-1)?.round ?? before.executedRound;
    if (status.executedRound > known) {
      executedAt.push({ round: status.executedRound, at: performance.now() });
    }
  };
  let next = 0;
  for (;;) {
    const batch = batches[next];
    if (batch === undefined) break;
    if (inFlight < 2 && status.waiting + inFlight * batchSize < waitingMax) {
      next += 1;
      submitting.push(submit(batch));
    } else {
      await pause(POLL_MS);
    }
    if (performance.now() >= lookedAt + POLL_MS) await look();
  }
  await Promise.all(submitting);
  do {
    await pause(POLL_MS);
    await look();
  } while (status.waiting > 0 || status.executedRound < status.headRound);
  const seconds = ((executedAt.at(-1)?.at ?? start) - start) / 1_000;
  // Reading the blocks back is not what is measured: the profile ends here.
  await told({ finished: true });
  const executed = await latenciesOf(
    graphql,
    before.headRound,
    status.headRound,
    acceptedAt,
    executedAt,
  );
  if (executed.latencies.length !== accepted) {
    throw new Error(`Cannot report: ${executed.latencies.length} of ${accepted} are executed`);
  }
  return {
    signedPerSecond,
    seconds,
    accepted,
    executed: executed.latencies.length,
    latencies: executed.latencies,
    rounds: status.headRound - before.headRound,
    roundsWithBlocks: executed.blocks,
  };
}

/** Waits until nothing waits and everything is executed. */
async function settled(graphql: Api): Promise<void> {
  for (;;) {
    const { waiting, executedRound, headRound } = (await graphql<{ shard: Status }>(STATUS)).shard;
    if (waiting === 0 && executedRound === headRound) return;
    await pause(POLL_MS);
  }
}

/** After the run: in which round each transaction is, and so when it was executed. Reading it while it runs would cost the run. */
async function latenciesOf(
  graphql: Api,
  from: number,
  to: number,
  acceptedAt: ReadonlyMap<string, number>,
  executedAt: readonly { readonly round: number; readonly at: number }[],
): Promise<{ latencies: number[]; blocks: number }> {
  const latencies: number[] = [];
  let blocks = 0;
  for (let round = from + 1; round <= to; round += 1) {
    const at = executedAt.find((one) => one.round >= round)?.at;
    let after: string | null = null;
    for (let page = 0; ; page += 1) {
      const { block }: BlockPage = await graphql<BlockPage>(BLOCK, { round, after });
      if (block === null) break;
      if (page === 0 && block.transactions.nodes.length > 0) blocks += 1;
      for (const { id, status, code } of block.transactions.nodes) {
        const sent = acceptedAt.get(id);
        const done = status === "EXECUTED" || status === "FINAL";
        if (sent === undefined || at === undefined || !done || code !== 2) {
          throw new Error(`Cannot count ${id}: ${status} with code ${code}`);
        }
        latencies.push(at - sent);
      }
      if (!block.transactions.pageInfo.hasNextPage) break;
      after = block.transactions.pageInfo.endCursor;
    }
  }
  return { latencies: latencies.sort((a, b) => a - b), blocks };
}

async function signAll({ accounts, transfers }: LoadOptions, graphql: Api) {
  const { network } = await graphql<{ network: { id: string; round: number } }>(
    "{ network { id round } }",
  );
  const networkId = fromHex(network.id.slice(2));
  const signers = await Promise.all(
    Array.from({ length: accounts }, (_, i) =>
      signerFromSeed(sha256(utf8(`yggdrasil test account ${i}`))),
    ),
  );
  const { chain } = await graphql<{ chain: { gasPriceMin: string } }>(
    `{ chain(id: "T0") { gasPriceMin } }`,
  );
  const gasPrice = BigInt(chain.gasPriceMin);
  const validUntil = network.round + 5_000;
  const signed = [];
  for (let i = 0; i < transfers; i += 1) {
    const from = i % accounts;
    // A fixed walk over the recipients: the same transfers on every run, never to oneself.
    const to = (from + 1 + ((i * 7) % (accounts - 1))) % accounts;
    const [signer, recipient] = [signers[from], signers[to]];
    if (signer === undefined || recipient === undefined) throw new Error("Cannot sign: no account");
    signed.push(
      await signTransaction({
        networkId,
        chain: "T0",
        signer,
        nonce: Math.floor(i / accounts),
        gasPrice,
        validUntil,
        payload: { kind: "transfer", to: recipient.addressBytes, amount: 1_000n },
      }),
    );
  }
  return signed;
}

interface Api {
  <T>(query: string, variables?: object): Promise<T>;
  post<T>(body: string): Promise<T>;
}

function api(url: string): Api {
  const post = async <T>(body: string): Promise<T> => {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
    });
    const { data, errors } = (await response.json()) as { data?: T; errors?: unknown };
    if (errors !== undefined || data === undefined) throw new Error(JSON.stringify(errors));
    return data;
  };
  const call = <T>(query: string, variables: object = {}): Promise<T> =>
    post<T>(JSON.stringify({ query, variables }));
  return Object.assign(call, { post });
}

/** Says where the client is and waits for the word to go on. */
const told = (message: object): Promise<unknown> =>
  new Promise((resolve) => {
    process.once("message", resolve);
    process.send?.(message);
  });

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
