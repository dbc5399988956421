// Clients that send transfers as fast as they are answered, and remember every answer. What was sent
// and not answered is sent again, the same bytes, until there is an answer: as a careful user would.
import { encodeBatch, type Payload, signTransaction } from "../../src/client/index.ts";
import type { Random } from "../../src/simulator/random.ts";
import type { TestAccount } from "../../src/testing/index.ts";
import { base64, transferOf } from "./ledger-client.ts";

export const GAS_PRICE = 10n ** 12n;
export const TOKEN_SUPPLY = 10n ** 24n;

/** A transaction that was signed, with what this side knows of it. */
export interface Sent {
  readonly id: string;
  readonly bytes: Uint8Array;
  readonly chain: string;
  readonly from: string;
  readonly nonce: number;
  /** null for a token's creation. */
  readonly to: string | null;
  readonly amount: bigint;
  readonly fee: bigint;
  readonly validUntil: number;
  accepted: boolean;
  /** The code of a refusal. */
  refused: string | null;
}

export interface Ports {
  readonly url: string;
  readonly networkId: Uint8Array;
  readonly random: Random;
}

interface Result {
  readonly __typename: string;
  readonly id?: string;
  readonly code?: string;
}

interface Body {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly extensions?: { readonly code?: string; readonly retryable?: boolean };
  }[];
}

const RESULT = "__typename ... on Accepted { id } ... on Refused { code }";
const ONE = `mutation ($t: Bytes!) { submitTransaction(transaction: $t) { ${RESULT} } }`;
const BATCH = `mutation ($b: Bytes!) { submitBatch(batch: $b) {
  __typename ... on SubmittedBatch { results { ${RESULT} } } ... on Refused { code } } }`;
const ANSWER_MS_MAX = 5_000;
const VALID_ROUNDS = 9_000;

export const sleep = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, ms));

/** Asks until there is an answer. Throws for an answer that is neither data nor "later". */
export async function insist(
  url: string,
  query: string,
  variables: Readonly<Record<string, unknown>> = {},
): Promise<Readonly<Record<string, unknown>>> {
  for (;;) {
    const body = await post(url, JSON.stringify({ query, variables }));
    if (body?.data != null && body.errors === undefined) return body.data;
    for (const { message, extensions } of body?.errors ?? []) {
      if (extensions?.retryable !== true) throw new Error(`${extensions?.code}: ${message}`);
    }
    await sleep(50);
  }
}

/** null if the connection broke. */
async function post(url: string, body: string): Promise<Body | null> {
  try {
    const headers = { "content-type": "application/json" };
    const signal = AbortSignal.timeout(ANSWER_MS_MAX);
    const response = await fetch(url, { method: "POST", headers, body, signal });
    return (await response.json()) as Body;
  } catch {
    return null;
  }
}

export class LoadClient {
  readonly sent: Sent[] = [];
  /** Chains to send on, by id. */
  readonly chains: string[] = ["T0", "T1", "T2"];
  readonly #ports: Ports;
  readonly #accounts: readonly TestAccount[];
  readonly #receivers: readonly TestAccount[];
  readonly #nonces = new Map<string, number>();
  #running = true;

  constructor(ports: Ports, accounts: readonly TestAccount[], receivers: readonly TestAccount[]) {
    this.#ports = ports;
    this.#accounts = accounts;
    this.#receivers = receivers;
  }

  stop(): void {
    this.#running = false;
  }

  /** Until stopped, and what is under way then to its answer. */
  async run(): Promise<void> {
    const { random } = this.#ports;
    while (this.#running) {
      const count = random.between(1, 12);
      const some: Sent[] = [];
      for (let i = 0; i < count; i++) some.push(await this.#transfer());
      if (count > 3) await this.deliver(some);
      else for (const one of some) await this.deliver([one]);
      await sleep(random.between(20, 120));
    }
  }

  /** Until stopped: transfers that are valid for a moment only. Each is in a block soon, or never. */
  async runBriefly(): Promise<void> {
    const { url, random } = this.#ports;
    const [own, other] = [this.#accounts[0], this.#receivers[0]] as [TestAccount, TestAccount];
    while (this.#running) {
      const { round } = (await insist(url, "{ network { round } }")).network as { round: number };
      const validUntil = round + random.between(1, 2);
      const sent = await this.sign(own, "T0", transferOf(other.address, 1n), validUntil);
      await this.deliver([sent]);
      for (let status = "PENDING"; status === "PENDING"; await sleep(30)) {
        const query = `{ transaction(id: "${sent.id}", chain: "T0") { status } }`;
        const known = (await insist(url, query)).transaction as { readonly status: string } | null;
        status = known?.status ?? "never stored";
        if (status === "EXPIRED" || status === "never stored") this.forget(sent);
      }
    }
  }

  /** The first account of the client creates a token. */
  async createToken(): Promise<Sent> {
    const payload: Payload = {
      kind: "createToken",
      symbol: "NEW",
      name: "New",
      decimals: 18,
      supply: TOKEN_SUPPLY,
      // Enough for all that its creator has under way: with none, one transfer in k rounds.
      reserveDefault: 10n ** 18n,
      gasPriceMin: GAS_PRICE,
    };
    const sent = await this.sign(this.#accounts[0] as TestAccount, "T0", payload);
    await this.deliver([sent]);
    return sent;
  }

  async #transfer(): Promise<Sent> {
    const { random } = this.#ports;
    const chain = random.pick(this.chains) as string;
    // Of a created token only its creator has some at first.
    const from = chain === "T3" ? this.#accounts[0] : random.pick(this.#accounts);
    const to = random.pick(this.#receivers) as TestAccount;
    const amount = BigInt(random.between(1, 1_000_000));
    return this.sign(from as TestAccount, chain, transferOf(to.address, amount));
  }

  async sign(
    signer: TestAccount,
    chain: string,
    payload: Payload,
    validUntil = VALID_ROUNDS,
  ): Promise<Sent> {
    const { networkId } = this.#ports;
    const own = `${signer.address} ${chain}`;
    const nonce = this.#nonces.get(own) ?? 0;
    this.#nonces.set(own, nonce + 1);
    const gasLimit = payload.kind === "createToken" ? 50_000 : 1_000;
    const { id, bytes } = await signTransaction({
      networkId,
      chain,
      signer,
      nonce,
      gasPrice: GAS_PRICE,
      gasLimit,
      validUntil,
      payload,
    });
    const transfers = payload.kind === "transfer";
    const to = this.#receivers.find(
      ({ addressBytes }) => transfers && Buffer.compare(addressBytes, payload.to) === 0,
    );
    const sent: Sent = {
      id,
      bytes,
      chain,
      from: signer.address,
      nonce,
      to: to?.address ?? null,
      amount: transfers ? payload.amount : 0n,
      fee: BigInt(gasLimit) * GAS_PRICE,
      validUntil,
      accepted: false,
      refused: null,
    };
    this.sent.push(sent);
    return sent;
  }

  /** The nonce again: the last transaction of the account is in no block. */
  forget({ from, chain, nonce }: Sent): void {
    this.#nonces.set(`${from} ${chain}`, nonce);
  }

  async deliver(some: readonly Sent[]): Promise<void> {
    const { url } = this.#ports;
    const [first] = some;
    let results: readonly Result[];
    if (some.length === 1 && first !== undefined) {
      const data = await insist(url, ONE, { t: base64(first.bytes) });
      results = [data.submitTransaction as Result];
    } else {
      const batch = encodeBatch(some.map(({ bytes }) => bytes));
      const data = await insist(url, BATCH, { b: base64(batch) });
      results = (data.submitBatch as { readonly results: readonly Result[] }).results;
    }
    for (const [i, sent] of some.entries()) {
      const result = results[i] as Result;
      if (result.__typename === "Accepted") {
        if (result.id !== sent.id) throw new Error(`Another id: ${result.id}`);
        sent.accepted = true;
      } else sent.refused = result.code ?? "?";
    }
  }
}
