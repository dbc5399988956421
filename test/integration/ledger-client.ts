// What integration tests do over HTTP: sign, submit, look. Only the public API and the client library.
import {
  addressBytes,
  type Payload,
  type Signer,
  signTransaction,
} from "../../src/client/index.ts";
import type { Authorisation } from "../../src/protocol/ledger/transaction.ts";
import type { TestNetwork } from "../../src/testing/index.ts";

export const ONE_TOKEN: bigint = 10n ** 18n;
/** The minimum of a chain whose options leave it out. */
const GAS_PRICE = 10n ** 12n;

export interface SendOptions {
  readonly signer: Signer;
  readonly payload: Payload;
  readonly nonce?: number;
  readonly chain?: string;
  /** Of the whole leg; the price follows. */
  readonly fee?: bigint;
  readonly gasLimit?: number;
  readonly validUntil?: number;
  readonly authorisations?: readonly Authorisation[];
  readonly networkId?: Uint8Array;
}

export type SubmitResult =
  | { readonly __typename: "Accepted"; readonly id: string; readonly chains: readonly string[] }
  | {
      readonly __typename: "Refused";
      readonly code: string;
      readonly message: string;
      readonly retryable: boolean;
    };

export interface TransactionAnswer {
  readonly id: string;
  readonly status: string;
  readonly code: number | null;
  readonly reason: string | null;
  readonly outcome: string | null;
  readonly refusal: { readonly code: string } | null;
  readonly legs: readonly {
    readonly chain: { readonly id: string };
    readonly round: number | null;
    readonly fee: string;
    readonly movements: readonly { readonly amount: string }[];
  }[];
}

export interface BalanceAnswer {
  readonly amount: string;
  readonly nonce: number;
  readonly nextNonce: number;
  readonly authorisationNonce: number;
  readonly reserve: string;
  readonly spendable: string;
  readonly inflightFees: string;
  readonly delegate: { readonly address: string; readonly allowance: string } | null;
}

export const RESULT =
  "__typename ... on Accepted { id chains } ... on Refused { code message retryable }";
const TRANSACTION = `id status code reason outcome refusal { code }
  legs { chain { id } round fee movements { amount } }`;
const SUBMIT = `mutation ($transaction: Bytes!) { submitTransaction(transaction: $transaction) { ${RESULT} } }`;

export const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");

/** The ledger of one test network, as a user's program would see it. */
export class LedgerClient {
  readonly network: TestNetwork;
  readonly networkId: Uint8Array;

  private constructor(network: TestNetwork, networkId: Uint8Array) {
    this.network = network;
    this.networkId = networkId;
  }

  static async of(network: TestNetwork): Promise<LedgerClient> {
    const data = await network.graphql<{ network: { id: string } }>("{ network { id } }");
    return new LedgerClient(network, Buffer.from(data.network.id.slice(2), "hex"));
  }

  async round(): Promise<number> {
    const data = await this.network.graphql<{ network: { round: number } }>(
      "{ network { round } }",
    );
    return data.network.round;
  }

  async sign(options: SendOptions): Promise<{ readonly id: string; readonly bytes: Uint8Array }> {
    const { signer, payload, chain = "T0", validUntil = 5_000 } = options;
    const gasLimit = options.gasLimit ?? gasOf(options);
    const fee = options.fee ?? BigInt(gasLimit) * GAS_PRICE;
    return signTransaction({
      networkId: options.networkId ?? this.networkId,
      chain,
      signer,
      nonce: options.nonce ?? (await this.balance(signer.address, chain)).nextNonce,
      gasPrice: fee / BigInt(gasLimit),
      gasLimit,
      validUntil,
      payload,
      ...(options.authorisations === undefined ? {} : { authorisations: options.authorisations }),
    });
  }

  async submit(bytes: Uint8Array): Promise<SubmitResult> {
    const data = await this.network.graphql<{ submitTransaction: SubmitResult }>(SUBMIT, {
      transaction: base64(bytes),
    });
    return data.submitTransaction;
  }

  /** Signs and submits; the id of an accepted transaction. Throws for a refused one. */
  async send(options: SendOptions): Promise<string> {
    const { bytes } = await this.sign(options);
    const result = await this.submit(bytes);
    if (result.__typename === "Refused") throw new Error(`${result.code}: ${result.message}`);
    return result.id;
  }

  async transfer(
    signer: Signer,
    to: string,
    amount: bigint,
    more: Partial<SendOptions> = {},
  ): Promise<string> {
    return this.send({ signer, payload: transferOf(to, amount), ...more });
  }

  async transaction(id: string, chain = "T0"): Promise<TransactionAnswer | null> {
    const query = `query ($id: Hash!, $chain: ID!) { transaction(id: $id, chain: $chain) { ${TRANSACTION} } }`;
    const data = await this.network.graphql<{ transaction: TransactionAnswer | null }>(query, {
      id,
      chain,
    });
    return data.transaction;
  }

  async status(id: string, chain = "T0"): Promise<string> {
    return (await this.transaction(id, chain))?.status ?? "UNKNOWN";
  }

  async balance(address: string, chain = "T0"): Promise<BalanceAnswer> {
    const query = `query ($address: Address!, $chain: ID!) { account(address: $address) { balance(chain: $chain) {
      amount nonce nextNonce authorisationNonce reserve spendable inflightFees delegate { address allowance } } } }`;
    const data = await this.network.graphql<{ account: { balance: BalanceAnswer | null } }>(query, {
      address,
      chain,
    });
    if (data.account.balance === null) throw new Error(`No chain ${chain}`);
    return data.account.balance;
  }

  async simulate(bytes: Uint8Array): Promise<Record<string, unknown> & { code: number }> {
    const query = `query ($transaction: Bytes!) { simulate(transaction: $transaction) {
      round includable includableRound rule possiblyEmptying code outcome heldBy successRound refusal { code } } }`;
    const data = await this.network.graphql<{
      simulate: Record<string, unknown> & { code: number };
    }>(query, { transaction: base64(bytes) });
    return data.simulate;
  }
}

export const transferOf = (to: string, amount: bigint): Payload => ({
  kind: "transfer",
  to: addressBytes(to),
  amount,
});

function gasOf({ payload, authorisations = [] }: SendOptions): number {
  const own = {
    transfer: 1_000,
    setReserve: 1_000,
    revoke: 1_000,
    spendFrom: 1_500,
    delegate: 0,
    createToken: 50_000,
    trade: 1_500,
    cancelOffer: 1_500,
    bond: 5_000,
    unbond: 5_000,
    delegateStake: 5_000,
    undelegateStake: 5_000,
  };
  return own[payload.kind] + 1_000 * authorisations.length;
}
