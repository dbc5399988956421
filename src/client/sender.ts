// An account that sends: many transactions in flight, each executed at most once, whatever is lost
// between here and the network.
import { checkForm, type SentTransaction, type SignedTransaction } from "./build-transaction.ts";
import { Lane, type LaneNetwork } from "./lane.ts";
import { type Payload, transfer } from "./payloads.ts";
import { ROOT, type Session, type SignOptions } from "./session.ts";
import type { Signer } from "./signer.ts";
import { attemptBatch, submitAll } from "./submission.ts";
import { readOffer } from "./trade-text.ts";
import { cancelOffer } from "./trades.ts";
import { withTimeout } from "./wait.ts";

export interface SendOptions extends Omit<SignOptions, "nonce"> {
  /** How long to try until the network has it; 30,000 if left out. */
  readonly timeoutMs?: number | undefined;
}

export interface ReplaceOptions {
  /** Base units per unit of gas; an eighth more than before if left out. */
  readonly gasPrice?: bigint;
  /** What to do instead; the same if left out. */
  readonly payload?: Payload;
  readonly signal?: AbortSignal;
}

const SEND_MS_DEFAULT = 30_000;

/**
 * Sends from one account. Have one program send with a key: two get on with each other's nonces, at
 * the price of repetitions, but what both mean to do twice alike (same payload, nonce and
 * `validUntil`) is one and the same transaction, and executed once.
 */
export class Sender {
  readonly signer: Signer;
  readonly #session: Session;
  readonly #lanes = new Map<string, Lane>();

  /** Use `Client.sender`. */
  constructor(session: Session, signer: Signer) {
    this.#session = session;
    this.signer = signer;
  }

  /**
   * Signs with the account's next nonce and sends until the network has stored it; resolves with
   * the signed transaction, to follow it, and the round that it was promised. Calls may overlap: nonces follow the order of the calls.
   *
   * Throws RefusedError (not stored; its nonce goes to the next send), OutcomeUnknownError (time is
   * up or the signal aborted while an attempt had no answer: it may be executed, once),
   * UnavailableError (no attempt reached the network), or the signal's reason (never sent).
   */
  send(payload: Payload, options: SendOptions = {}): Promise<SentTransaction> {
    const { chain = ROOT, timeoutMs = SEND_MS_DEFAULT } = options;
    const sign = (nonce: number) => this.#sign(payload, { ...options, chain, nonce });
    return this.#lane(chain).send({ sign, signal: withTimeout(options.signal, timeoutMs) });
  }

  /**
   * Takes an offer, as `send` sends a payload: on the chain of what it wants, and there it pays for both legs. Throws TypeError
   * for a text that is no offer, else as `send`.
   */
  async acceptOffer(
    offer: string,
    options: Omit<SendOptions, "chain" | "gasLimit" | "authorisations"> = {},
  ): Promise<SignedTransaction> {
    const { timeoutMs = SEND_MS_DEFAULT } = options;
    const { chain } = readOffer(offer).wants;
    const sign = async (nonce: number) => {
      const signed = await this.#session.signTake(this.signer, offer, { ...options, nonce });
      checkForm(signed, this.#session.networkId);
      return signed;
    };
    return this.#lane(chain).send({ sign, signal: withTimeout(options.signal, timeoutMs) });
  }

  /** Takes an offer of the account back: no trade that is executed later takes it. Throws as `acceptOffer`. */
  async cancelOffer(
    offer: string,
    options: Omit<SendOptions, "chain"> = {},
  ): Promise<SignedTransaction> {
    const { chain } = readOffer(offer).gives;
    return this.send(cancelOffer(offer), { ...options, chain });
  }

  /**
   * Sends another transaction in the place of a waiting one: same nonce, higher price. One of the
   * two is executed, and the other is left out for good. Throws RefusedError with NONCE_TOO_LOW if
   * the first one was included meanwhile, with NONCE_TAKEN if the price is not high enough. A take gives way to another payload
   * at 2.2 times its price, since that paid for two legs; a trade that both parties signed to none of one party alone.
   */
  async replace(
    transaction: SignedTransaction,
    options: ReplaceOptions = {},
  ): Promise<SentTransaction> {
    const { chain, nonce, authorisations, payload } = transaction;
    const { gasPrice = raised(transaction.gasPrice), signal } = options;
    if ((options.payload ?? payload).kind === "trade") {
      throw new TypeError("Cannot replace a trade by itself: give another payload");
    }
    const order = { chain, nonce, gasPrice, authorisations, signal };
    const replacement = await this.#sign(options.payload ?? payload, order);
    const { api, network } = this.#session;
    const [result] = await submitAll(api, network.limits, [replacement], signal);
    if (result?.error) throw result.error;
    this.#lane(chain).replaced(replacement);
    return { ...replacement, promise: result?.promise ?? null };
  }

  async #sign(payload: Payload, options: SignOptions): Promise<SignedTransaction> {
    const signed = await this.#session.sign(this.signer, payload, options);
    checkForm(signed, this.#session.networkId);
    return signed;
  }

  #lane(chain: string): Lane {
    let lane = this.#lanes.get(chain);
    if (lane === undefined) {
      lane = new Lane(this.#laneNetwork(chain));
      this.#lanes.set(chain, lane);
    }
    return lane;
  }

  #laneNetwork(chain: string): LaneNetwork {
    const session = this.#session;
    const { api, network } = session;
    const { address, addressBytes } = this.signer;
    return {
      limits: network.limits,
      retry: api.retry,
      refreshDefaults: () => session.refreshDefaults(chain),
      nonces: () => session.nonces(address, chain),
      attempt: (batch) => attemptBatch(api, batch),
      transaction: (id) => session.transaction(id, chain),
      signFiller: (nonce) => this.#sign(transfer(addressBytes, 0n), { chain, nonce }),
    };
  }
}

/** Above the tenth more that mempools ask for, also of small prices. */
const raised = (price: bigint): bigint => price + price / 8n + 1n;
