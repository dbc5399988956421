// A connection to one network: questions, signing with sensible defaults, sending, following.
import { Api, type Fetch, retryOptions } from "./api.ts";
import { decodeBase64 } from "./base64.ts";
import { type SignedTransaction, signAuthorisation } from "./build-transaction.ts";
import {
  BALANCE,
  type BalanceAnswer,
  FAUCET,
  type FaucetAnswer,
  GENESIS,
  type GenesisAnswer,
  NETWORK,
  type NetworkAnswer,
  toBalance,
  toRefusal,
} from "./documents.ts";
import { NetworkMismatchError, RefusedError, UnavailableError } from "./errors.ts";
import type {
  BalanceFacts,
  ChainFacts,
  InclusionPromise,
  NetworkFacts,
  TransactionFacts,
} from "./facts.ts";
import { Follower, type FollowOptions, type Milestone, type WaitOptions } from "./follow.ts";
import { hashOf, hexBytes } from "./hash.ts";
import type { AddressLike, Payload } from "./payloads.ts";
import { Prover } from "./prover.ts";
import { Sender } from "./sender.ts";
import {
  type OfferTerms,
  ROOT,
  Session,
  type SignOptions,
  type TradeTerms,
  unknownChain,
} from "./session.ts";
import type { Signer } from "./signer.ts";
import { type SubmitResult, submitAll } from "./submission.ts";
import type { VerifiedAccount, VerifiedInclusion } from "./verify.ts";
import type { RetryOptions } from "./wait.ts";

export interface ConnectOptions {
  /** What to trust: the hash of the genesis record, 0x and 64 hex digits. */
  readonly genesisHash?: string | undefined;
  /** The same as the record itself. */
  readonly genesis?: Uint8Array | undefined;
  /** Instead of the platform's. */
  readonly fetch?: Fetch | undefined;
  /** For one attempt at a request; 10,000 if left out. */
  readonly timeoutMs?: number | undefined;
  /** How requests without an answer are repeated. */
  readonly retry?: RetryOptions | undefined;
  /**
   * Streams at the same time; 3 if left out, since browsers keep six connections to a host over
   * HTTP/1.1. Further transactions are followed by asking, up to 32 with one request.
   */
  readonly streamsMax?: number | undefined;
  /** How often to ask then; one round, at least 250 ms, if left out. */
  readonly pollMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface AuthoriseOptions {
  readonly delegate: AddressLike;
  /** Base units. */
  readonly allowance: bigint;
  /** The last round in which the delegate may spend. */
  readonly lastRound: number;
  /** "T0" if left out. */
  readonly chain?: string | undefined;
  /** The account's least possible one if left out. */
  readonly nonce?: number | undefined;
}

export interface ReadOptions {
  /** "T0" if left out, where a question needs one. */
  readonly chain?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface ProveOptions extends ReadOptions {
  /** Refuse a proof of a state before the one after this round; any will do if left out. */
  readonly stateRoundMin?: number | undefined;
}

/** A transaction to ask about: with its chain one shard is asked, by its id alone all are. */
export type TransactionReference = string | { readonly id: string; readonly chain?: string };

const TIMEOUT_MS_DEFAULT = 10_000;
const STREAMS_MAX_DEFAULT = 3;
const POLL_MS_MIN = 250;

/**
 * Asks the API at `url` (such as `https://example.org/graphql`) which network it serves. Throws
 * NetworkMismatchError if that is not the one of `genesisHash` or `genesis`, UnavailableError if
 * nothing answers. Without either of the two, the answer is believed.
 */
export async function connect(url: string, options: ConnectOptions = {}): Promise<Client> {
  const api = new Api({
    url,
    fetch: options.fetch ?? ((input, init) => fetch(input, init)),
    timeoutMs: options.timeoutMs ?? TIMEOUT_MS_DEFAULT,
    retry: retryOptions(options.retry),
  });
  const { genesis, genesisHash, signal } = options;
  const { network } = await api.ask<NetworkAnswer>(NETWORK, {}, signal);
  const pins = [genesisHash?.toLowerCase(), genesis === undefined ? undefined : hashOf(genesis)];
  for (const pin of pins) {
    if (pin !== undefined && pin !== network.id) throw new NetworkMismatchError(pin, network.id);
  }
  return new Client(api, network, options);
}

export class Client {
  readonly url: string;
  /** As it was when this client connected. */
  readonly network: NetworkFacts;
  /** 32 bytes: what every signature is bound to. */
  readonly networkId: Uint8Array;
  readonly #api: Api;
  readonly #session: Session;
  readonly #follower: Follower;
  readonly #prover: Prover;
  readonly #senders = new Map<string, Sender>();

  /** Use `connect`. */
  constructor(api: Api, network: NetworkFacts, { streamsMax, pollMs }: ConnectOptions) {
    this.url = api.url;
    this.network = network;
    this.networkId = hexBytes(network.id);
    this.#api = api;
    this.#session = new Session(api, network, this.networkId);
    this.#prover = new Prover(this.#session, () => this.genesis());
    const interval = pollMs ?? Math.max(POLL_MS_MIN, network.roundMs);
    this.#follower = new Follower(api, streamsMax ?? STREAMS_MAX_DEFAULT, interval);
  }

  /** The round of the network's clock. */
  round(signal?: AbortSignal): Promise<number> {
    return this.#session.askRound(signal);
  }

  /** The genesis record, checked against its hash. Throws NetworkMismatchError. */
  async genesis(signal?: AbortSignal): Promise<Uint8Array> {
    const answer = await this.#api.ask<GenesisAnswer>(GENESIS, {}, signal);
    const genesis = decodeBase64(answer.network.genesis);
    if (genesis === null) throw new UnavailableError("Cannot read the genesis record: no base64");
    const found = hashOf(genesis);
    if (found !== this.network.id) throw new NetworkMismatchError(this.network.id, found);
    return genesis;
  }

  /** A chain with its token; null if there is none. */
  chain(id: string, signal?: AbortSignal): Promise<ChainFacts | null> {
    return this.#session.chain(id, signal);
  }

  /** What the account has on one chain. Throws ApiError UNKNOWN_CHAIN. */
  async balance(
    address: string,
    { chain = ROOT, signal }: ReadOptions = {},
  ): Promise<BalanceFacts> {
    const answer = await this.#api.ask<BalanceAnswer>(BALANCE, { address, chain }, signal);
    return toBalance(answer.account.balance ?? unknownChain(chain));
  }

  /** What the network knows of a transaction; null for nothing, or nothing any more. */
  transaction(
    transaction: TransactionReference,
    signal?: AbortSignal,
  ): Promise<TransactionFacts | null> {
    return this.#session.transaction(idOf(transaction), chainOf(transaction), signal);
  }

  /** The signed transaction, with defaults for all that `options` leave out. Sends nothing. */
  sign(signer: Signer, payload: Payload, options: SignOptions = {}): Promise<SignedTransaction> {
    return this.#session.sign(signer, payload, options);
  }

  /** An authorisation of another key, to put into a transaction (`SignOptions.authorisations`). */
  async authorise(signer: Signer, options: AuthoriseOptions, signal?: AbortSignal) {
    const { chain = ROOT, nonce } = options;
    const least = async () =>
      (await this.balance(signer.address, { chain, signal })).authorisationNonce;
    return signAuthorisation({
      ...options,
      networkId: this.networkId,
      signer,
      chain,
      nonce: nonce ?? (await least()),
    });
  }

  /** A half of a trade, signed by its maker, as a text for whoever may take it (`Sender.acceptOffer`). Sends nothing. */
  offerTrade(signer: Signer, terms: OfferTerms, signal?: AbortSignal): Promise<string> {
    return this.#session.signOffer(signer, terms, signal);
  }

  /**
   * A trade with one account, signed by this party, as a text for the other to sign (`signTrade`); then either submits it
   * (`completedTrade`). It fixes the next nonce of both: nothing else of theirs may take that first. An offer fixes neither.
   */
  proposeTrade(signer: Signer, terms: TradeTerms, signal?: AbortSignal): Promise<string> {
    return this.#session.proposeTrade(signer, terms, signal);
  }

  /** What sends from the account, many transactions at once: one and the same for each address. */
  sender(signer: Signer): Sender {
    const sender = this.#senders.get(signer.address) ?? new Sender(this.#session, signer);
    this.#senders.set(signer.address, sender);
    return sender;
  }

  /**
   * Sends signed bytes, again and again the same until they are stored or refused for good, within
   * the attempts of `ConnectOptions.retry`. Resolves with when it can be committed. Throws
   * RefusedError, OutcomeUnknownError, ApiError, or the signal's reason.
   */
  async submit(
    transaction: Pick<SignedTransaction, "id" | "bytes">,
    signal?: AbortSignal,
  ): Promise<InclusionPromise> {
    const [result] = await this.submitMany([transaction], signal);
    if (result?.error) throw result.error;
    return result?.promise as InclusionPromise;
  }

  /** As `submit`, for any number: one result for each, in their order. */
  submitMany(
    transactions: readonly Pick<SignedTransaction, "id" | "bytes">[],
    signal?: AbortSignal,
  ): Promise<SubmitResult[]> {
    return submitAll(this.#api, this.network.limits, transactions, signal);
  }

  /**
   * Each status of the transaction once, as it comes; ends behind FINAL, REJECTED or EXPIRED. Goes
   * on by itself when the connection breaks off. Without a stream the statuses are asked for, and
   * some may be passed over. A transaction that is not known yet is waited for.
   */
  follow(
    transaction: TransactionReference,
    options: FollowOptions = {},
  ): AsyncGenerator<TransactionFacts, void> {
    const chain = options.chain ?? chainOf(transaction) ?? undefined;
    return this.#follower.follow(idOf(transaction), { ...options, chain });
  }

  /**
   * Resolves when the transaction is that far. Throws TransactionLeftError (in no block),
   * RevertedError (included, but nothing happened beside its fee), WaitTimeoutError.
   */
  waitFor(
    transaction: TransactionReference,
    milestone: Milestone,
    options: WaitOptions = {},
  ): Promise<TransactionFacts> {
    const chain = options.chain ?? chainOf(transaction) ?? undefined;
    return this.#follower.waitFor(idOf(transaction), milestone, { ...options, chain });
  }

  /**
   * What a committed block says of the transaction, proven from the genesis record: believe it
   * whoever the server is, if `connect` was told which network to trust. Null while there is no
   * proof; there is one when the transaction is FINAL. Throws ProofError for a proof that does not
   * hold, ApiError PROOF_PRUNED for a block that the network does not keep any more.
   */
  proveInclusion(
    transaction: TransactionReference,
    options: ReadOptions = {},
  ): Promise<VerifiedInclusion | null> {
    const chain = options.chain ?? chainOf(transaction);
    return this.#prover.inclusion(idOf(transaction), chain, options.signal);
  }

  /**
   * What the account had on the chain after `stateRound`, proven as by `proveInclusion`: the newest
   * state that a notarised header carries, some rounds behind `balance`. `account` is null if there
   * was none. Null for a chain on which nothing has happened yet, and for moments in which its
   * newest header waits to be notarised.
   */
  proveAccount(address: string, options: ProveOptions = {}): Promise<VerifiedAccount | null> {
    const { chain = ROOT, stateRoundMin = 0, signal } = options;
    return this.#prover.account(address, chain, stateRoundMin, signal);
  }

  /** Money of a development network: the id of the transaction that brings it, in base units. */
  async faucet(address: string, amount: bigint, options: ReadOptions = {}): Promise<string> {
    const { chain = ROOT, signal } = options;
    const variables = { address, chain, amount: `${amount}` };
    const answer = await this.#api.attempt<FaucetAnswer>(FAUCET, variables, signal);
    const { faucet } = answer.dev;
    if (faucet.__typename === "Refused") throw new RefusedError(toRefusal(faucet));
    return faucet.id;
  }
}

const idOf = (reference: TransactionReference): string =>
  typeof reference === "string" ? reference : reference.id;

const chainOf = (reference: TransactionReference): string | null =>
  typeof reference === "string" ? null : (reference.chain ?? null);
