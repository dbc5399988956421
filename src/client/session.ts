// What client and senders share: the API, the network's id, and what is known of rounds and prices
// for a while.
import type { Authorisation } from "../protocol/ledger/transaction.ts";
import { formatAddress } from "./address.ts";
import type { Api } from "./api.ts";
import { type SignedTransaction, signTransaction } from "./build-transaction.ts";
import {
  CHAIN,
  type ChainAnswer,
  NONCES,
  type NoncesAnswer,
  ROUND,
  type RoundAnswer,
  TRANSACTION,
  type TransactionAnswer,
  toChain,
  toTransaction,
} from "./documents.ts";
import { ApiError } from "./errors.ts";
import type { ChainFacts, NetworkFacts, TransactionFacts } from "./facts.ts";
import { type AddressLike, type Payload, toAddressBytes } from "./payloads.ts";
import type { Signer } from "./signer.ts";
import { readOffer, type TokenAmount } from "./trade-text.ts";
import {
  buildTrade,
  type OfferOptions,
  signOffer,
  signTake,
  signTrade,
  type TradeParty,
} from "./trades.ts";

/** The chain of the native token. */
export const ROOT = "T0";
/** Some eight minutes: long enough for a full mempool, short enough to know soon what is lost. */
const VALID_ROUNDS = 1_000;
/** Rounds are counted on from the network's answer for so long, and gas prices believed. */
const ROUND_AGE_MS = 5_000;
const PRICE_AGE_MS = 60_000;

export interface SignOptions {
  /** "T0" if left out. */
  readonly chain?: string | undefined;
  /** The account's next one if left out: `sender` keeps count for many at once. */
  readonly nonce?: number | undefined;
  /** Base units per unit of gas; the chain's minimum if left out. */
  readonly gasPrice?: bigint | undefined;
  /** What the payload needs if left out. */
  readonly gasLimit?: number | undefined;
  /** The last round that may include it; 1,000 rounds ahead if left out. */
  readonly validUntil?: number | undefined;
  readonly authorisations?: readonly Authorisation[] | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What a maker offers; see `OfferOptions`. */
export interface OfferTerms extends Omit<OfferOptions, "networkId" | "signer" | "validUntil"> {
  /** The last round in which it may be taken; 1,000 rounds ahead if left out. */
  readonly validUntil?: number | undefined;
}

/** A trade with one account, for both signatures. */
export interface TradeTerms {
  readonly with: AddressLike;
  readonly gives: TokenAmount;
  /** On another chain. */
  readonly wants: TokenAmount;
  /** 1,000 rounds ahead if left out. */
  readonly validUntil?: number | undefined;
}

export class Session {
  readonly api: Api;
  readonly network: NetworkFacts;
  readonly networkId: Uint8Array;
  #round: number;
  #roundAskedMs: number;
  readonly #prices = new Map<string, { readonly price: bigint; readonly askedMs: number }>();

  constructor(api: Api, network: NetworkFacts, networkId: Uint8Array) {
    this.api = api;
    this.network = network;
    this.networkId = networkId;
    this.#round = network.round;
    this.#roundAskedMs = performance.now();
  }

  async askRound(signal?: AbortSignal): Promise<number> {
    const { network } = await this.api.ask<RoundAnswer>(ROUND, {}, signal);
    this.#round = network.round;
    this.#roundAskedMs = performance.now();
    return network.round;
  }

  async chain(id: string, signal?: AbortSignal): Promise<ChainFacts | null> {
    const { chain } = await this.api.ask<ChainAnswer>(CHAIN, { chain: id }, signal);
    return chain === null ? null : toChain(chain);
  }

  async transaction(
    id: string,
    chain: string | null,
    signal?: AbortSignal,
  ): Promise<TransactionFacts | null> {
    const variables = { id, chain };
    const { transaction } = await this.api.ask<TransactionAnswer>(TRANSACTION, variables, signal);
    return transaction === null ? null : toTransaction(transaction);
  }

  /** The nonces of an account: the first that is not executed, and the one to sign next. */
  async nonces(address: string, chain: string, signal?: AbortSignal) {
    const variables = { address, chain };
    const { account } = await this.api.ask<NoncesAnswer>(NONCES, variables, signal);
    return account.balance ?? unknownChain(chain);
  }

  async sign(signer: Signer, payload: Payload, options: SignOptions): Promise<SignedTransaction> {
    const { chain = ROOT, signal, nonce, gasPrice, validUntil } = options;
    return signTransaction({
      networkId: this.networkId,
      chain,
      signer,
      nonce: nonce ?? (await this.nonces(signer.address, chain, signal)).nextNonce,
      gasPrice: gasPrice ?? (await this.#gasPriceMin(chain, signal)),
      validUntil: validUntil ?? (await this.#validUntil(signal, latestFor(payload))),
      payload,
      authorisations: options.authorisations,
      gasLimit: options.gasLimit,
    });
  }

  /** The whole trade, by the taker of an offer, on the chain of what that wants. */
  async signTake(signer: Signer, offer: string, options: SignOptions): Promise<SignedTransaction> {
    const { signal, gasPrice, nonce } = options;
    const { wants, validUntil } = readOffer(offer);
    return signTake({
      signer,
      offer,
      nonce: nonce ?? (await this.nonces(signer.address, wants.chain, signal)).nextNonce,
      gasPrice: gasPrice ?? (await this.#gasPriceMin(wants.chain, signal)),
      validUntil: options.validUntil ?? (await this.#validUntil(signal, validUntil)),
    });
  }

  async signOffer(signer: Signer, terms: OfferTerms, signal?: AbortSignal): Promise<string> {
    const validUntil = terms.validUntil ?? (await this.#validUntil(signal));
    return signOffer({ ...terms, networkId: this.networkId, signer, validUntil });
  }

  /** With the next nonces of both parties, which must not send on those chains before it is stored. */
  async proposeTrade(signer: Signer, terms: TradeTerms, signal?: AbortSignal): Promise<string> {
    const { gives, wants } = terms;
    const other = toAddressBytes(terms.with);
    const party = async (address: string, given: TokenAmount): Promise<TradeParty> => ({
      address,
      gives: given,
      nonce: (await this.nonces(address, given.chain, signal)).nextNonce,
      gasPrice: await this.#gasPriceMin(given.chain, signal),
    });
    const trade = buildTrade({
      networkId: this.networkId,
      parties: await Promise.all([
        party(signer.address, gives),
        party(formatAddress(other), wants),
      ]),
      validUntil: terms.validUntil ?? (await this.#validUntil(signal)),
    });
    return signTrade(trade, signer);
  }

  /** Has at hand what `sign` needs. Throws ApiError UNKNOWN_CHAIN. */
  async refreshDefaults(chain: string): Promise<void> {
    await Promise.all([this.#gasPriceMin(chain), this.#validUntil()]);
  }

  async #gasPriceMin(chain: string, signal?: AbortSignal): Promise<bigint> {
    const known = this.#prices.get(chain);
    if (known !== undefined && performance.now() - known.askedMs < PRICE_AGE_MS) return known.price;
    const { gasPriceMin } = (await this.chain(chain, signal)) ?? unknownChain(chain);
    this.#prices.set(chain, { price: gasPriceMin, askedMs: performance.now() });
    return gasPriceMin;
  }

  /** `latest`: no later round will do. */
  async #validUntil(signal?: AbortSignal, latest = Number.MAX_SAFE_INTEGER): Promise<number> {
    const { clock, roundMs, limits } = this.network;
    const ageMs = performance.now() - this.#roundAskedMs;
    // A clock that somebody moves by hand is somewhere else at once.
    const isKnown = clock === "LIVE" && ageMs < ROUND_AGE_MS;
    const round = isKnown ? this.#round + Math.floor(ageMs / roundMs) : await this.askRound(signal);
    return Math.min(round + Math.min(VALID_ROUNDS, limits.validUntilRounds), latest);
  }
}

/** a cancellation ends with its offer at the latest. */
const latestFor = (payload: Payload): number | undefined =>
  payload.kind === "cancelOffer" ? payload.validUntil : undefined;

export function unknownChain(chain: string): never {
  throw new ApiError("UNKNOWN_CHAIN", `Cannot find chain ${JSON.stringify(chain)}`);
}
