// Transactions before they are signed: what they order, and how that becomes bytes and a record for the checkers. What is recorded
// comes from here, never from decoding the bytes.
import { toHex } from "../protocol/encoding/bytes.ts";
import { gasRequired } from "../protocol/ledger/gas.ts";
import type { Payload, Trade } from "../protocol/ledger/payload.ts";
import {
  type Authorisation,
  authorisationMessage,
  TRANSACTION_VERSION,
  transactionCodec,
  transactionId,
  transactionMessage,
  type UnsignedTransaction,
  unsignedTransactionCodec,
} from "../protocol/ledger/transaction.ts";
import type {
  ObservedAuthorisation,
  ObservedPayload,
  ObservedTransaction,
} from "./checkers/observation.ts";
import { other, signTrade, type TradeDraft } from "./trade-drafts.ts";
import type { User } from "./world-keys.ts";

export interface AuthorisationDraft {
  readonly chain: number;
  readonly owner: User;
  readonly delegate: User;
  readonly allowance: bigint;
  readonly lastRound: number;
  readonly nonce: number;
  /** Signed by somebody else than the owner. */
  readonly isForged: boolean;
}

export interface Draft {
  readonly chain: number;
  readonly payer: User;
  readonly nonce: number;
  readonly payload: DraftPayload;
  readonly gasPrice: bigint;
  /** Above what is required. */
  readonly gasExtra: number;
  readonly validUntil: number;
  readonly authorisations: readonly AuthorisationDraft[];
  /** Whether it registers a key of which nobody has proven the secret. */
  readonly hasForgedKey?: boolean;
}

export interface Signed {
  readonly bytes: Uint8Array;
  readonly id: Uint8Array;
  readonly observed: ObservedTransaction;
}

/** `isForged`: the payer's signature is not its own. */
export async function signDraft(
  networkId: Uint8Array,
  draft: Draft | TradeDraft,
  isForged: boolean,
): Promise<Signed> {
  if ("maker" in draft) return signTrade(networkId, draft, isForged);
  const { chain, payer, nonce, payload, gasPrice, validUntil } = draft;
  const gasLimit = gasRequired(payload.kind, draft.authorisations.length) + draft.gasExtra;
  const unsigned: UnsignedTransaction = {
    version: TRANSACTION_VERSION,
    networkId,
    legs: [
      {
        chain,
        gasLimit,
        payment: { payer: payer.address, sequence: { kind: "nonce", nonce }, gasPrice },
      },
    ],
    payload,
    validUntil,
    authorisations: await Promise.all(
      draft.authorisations.map((one) => signAuthorisation(networkId, one)),
    ),
  };
  const id = transactionId(networkId, unsignedTransactionCodec.encode(unsigned));
  const message = transactionMessage(networkId, id);
  const signature = await payer.sign(isForged ? other(message) : message);
  const { publicKey } = payer;
  const bytes = transactionCodec.encode({ ...unsigned, signatures: [{ publicKey, signature }] });
  return {
    bytes,
    id,
    observed: {
      id: toHex(id),
      legs: [{ chain, payer: payer.addressHex, nonce, gasLimit, gasPrice }],
      payload: observedPayload(payload),
      authorisations: draft.authorisations.map(observedAuthorisation),
      validUntil,
      isSigned:
        !isForged &&
        draft.hasForgedKey !== true &&
        draft.authorisations.every((one) => !one.isForged),
    },
  };
}

async function signAuthorisation(
  networkId: Uint8Array,
  { chain, owner, delegate, allowance, lastRound, nonce, isForged }: AuthorisationDraft,
): Promise<Authorisation> {
  const unsigned = {
    publicKey: owner.publicKey,
    chain,
    nonce,
    delegate: delegate.address,
    allowance,
    lastRound,
  };
  const message = authorisationMessage(networkId, unsigned);
  return { ...unsigned, signature: await owner.sign(isForged ? other(message) : message) };
}

const observedAuthorisation = ({
  chain,
  owner,
  delegate,
  allowance,
  lastRound,
  nonce,
}: AuthorisationDraft): ObservedAuthorisation => ({
  chain,
  owner: owner.addressHex,
  delegate: delegate.addressHex,
  allowance,
  lastRound,
  nonce,
});

/** What one account alone can draft; trades are in trade-drafts.ts. */
export type DraftPayload = Exclude<Payload, Trade>;

function observedPayload(payload: DraftPayload): ObservedPayload {
  switch (payload.kind) {
    case "transfer":
      return { kind: "transfer", to: toHex(payload.to), amount: payload.amount };
    case "createToken": {
      const { supply, reserveDefault, gasPriceMin } = payload;
      return { kind: "createToken", supply, reserveDefault, gasPriceMin };
    }
    case "setReserve":
      return { kind: "setReserve", reserve: payload.reserve };
    case "cancelOffer":
      return payload;
    case "bond": {
      const { amount, registration } = payload;
      const key = registration === null ? null : toHex(registration.publicKey);
      return { kind: "bond", amount, key, commission: registration?.commission ?? 0 };
    }
    case "unbond":
      return payload;
    case "delegateStake":
    case "undelegateStake":
      return { kind: payload.kind, validator: toHex(payload.validator), amount: payload.amount };
    case "delegate":
      return { kind: "delegate" };
    case "revoke":
      return { kind: "revoke" };
    case "spendFrom":
      return {
        kind: "spendFrom",
        owner: toHex(payload.owner),
        to: toHex(payload.to),
        amount: payload.amount,
      };
  }
}
