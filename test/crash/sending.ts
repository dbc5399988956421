// Orders become signed transactions; what was sent and not answered is sent again, the same bytes,
// until there is an answer: as a careful user would. The journal has each order as it was given.
import {
  type Authorisation,
  encodeBatch,
  type Payload,
  revoke,
  setReserve,
  signAuthorisation,
  signTransaction,
  spendFrom,
  transfer,
} from "../../src/client/index.ts";
import type {
  ObservedAuthorisation,
  ObservedPayload,
} from "../../src/simulator/checkers/observation.ts";
import type { Random } from "../../src/simulator/random.ts";
import type { TestAccount } from "../../src/testing/index.ts";
import { type Asked, insist } from "./insist.ts";
import { bare, type Journal } from "./journal.ts";

export const GAS_PRICE = 10n ** 12n;
/** Of a transfer at that price. */
export const FEE: bigint = 1_000n * GAS_PRICE;

export interface Ports extends Asked {
  readonly networkId: Uint8Array;
  readonly random: Random;
  readonly journal: Journal;
  /** Everything that anybody signed. */
  readonly sent: Sent[];
}

export interface GivenAuthorisation {
  readonly signed: Authorisation;
  readonly ordered: ObservedAuthorisation;
}

export interface Order {
  readonly signer: TestAccount;
  readonly chain: number;
  readonly payload: OrderedPayload;
  readonly nonce: number;
  readonly validUntil: number;
  readonly gasPrice?: bigint;
  readonly gasLimit?: number;
  readonly authorisations?: readonly GivenAuthorisation[];
  /** A bit of its signature is turned around before it is sent. */
  readonly isForged?: boolean;
  /** Codes that may refuse it, beside a last round that passed while the network was away. */
  readonly refusals?: readonly string[];
}

export interface Sent {
  /** As the API writes it. */
  readonly id: string;
  readonly bytes: Uint8Array;
  readonly order: Order;
  answer: "none" | "accepted" | "refused";
}

const GAS = {
  transfer: 1_000,
  setReserve: 1_000,
  revoke: 1_000,
  spendFrom: 1_500,
  delegate: 0,
  createToken: 50_000,
} as const;
const GAS_AN_AUTHORISATION = 1_000;

export async function sign(ports: Ports, order: Order): Promise<Sent> {
  const { networkId, journal } = ports;
  const { signer, chain, payload, nonce, validUntil, gasPrice = GAS_PRICE } = order;
  const authorisations = order.authorisations ?? [];
  const gasLimit =
    order.gasLimit ?? GAS[payload.kind] + GAS_AN_AUTHORISATION * authorisations.length;
  const { id, bytes } = await signTransaction({
    networkId,
    chain: `T${chain}`,
    signer,
    nonce,
    gasPrice,
    gasLimit,
    validUntil,
    payload: payloadOf(payload),
    authorisations: authorisations.map(({ signed }) => signed),
  });
  const isSigned = order.isForged !== true;
  // Within the signature, which ends the transaction.
  const at = bytes.length - 40;
  if (!isSigned) bytes[at] = (bytes[at] as number) ^ 1;
  journal.ordered({
    id: bare(id),
    legs: [{ chain, payer: signer.address, nonce, gasLimit, gasPrice }],
    payload,
    authorisations: authorisations.map(({ ordered }) => ordered),
    validUntil,
    isSigned,
  });
  const sent: Sent = { id, bytes, order, answer: "none" };
  ports.sent.push(sent);
  return sent;
}

export async function authorise(
  { networkId }: Ports,
  signer: TestAccount,
  given: Omit<ObservedAuthorisation, "owner">,
): Promise<GivenAuthorisation> {
  const signed = await signAuthorisation({
    ...given,
    networkId,
    chain: `T${given.chain}`,
    signer,
  });
  return { signed, ordered: { ...given, owner: signer.address } };
}

/** What the scenes send: nothing that takes two signers, and no stakes. */
export type OrderedPayload = Exclude<
  ObservedPayload,
  {
    readonly kind:
      | "trade"
      | "cancelOffer"
      | "bond"
      | "unbond"
      | "delegateStake"
      | "undelegateStake";
  }
>;

function payloadOf(payload: OrderedPayload): Payload {
  switch (payload.kind) {
    case "transfer":
      return transfer(payload.to, payload.amount);
    case "createToken":
      return { ...payload, symbol: "NEW", name: "New", decimals: 18 };
    case "setReserve":
      return setReserve(payload.reserve);
    case "spendFrom":
      return spendFrom(payload.owner, payload.to, payload.amount);
    case "revoke":
      return revoke();
    case "delegate":
      return payload;
  }
}

interface Result {
  readonly __typename: string;
  readonly id?: string;
  readonly code?: string;
}

const RESULT = "__typename ... on Accepted { id } ... on Refused { code }";
const ONE = `mutation ($t: Bytes!) { submitTransaction(transaction: $t) { ${RESULT} } }`;
const BATCH = `mutation ($b: Bytes!) { submitBatch(batch: $b) {
  __typename ... on SubmittedBatch { results { ${RESULT} } } ... on Refused { code } } }`;

/** Until everything has an answer; in one request. */
export async function deliver(ports: Ports, some: readonly Sent[]): Promise<void> {
  const [first] = some;
  if (first === undefined) return;
  let results: readonly Result[];
  if (some.length === 1) {
    const data = await insist(ports, ONE, { t: base64(first.bytes) });
    results = [data.submitTransaction as Result];
  } else {
    const batch = encodeBatch(some.map(({ bytes }) => bytes));
    const data = await insist(ports, BATCH, { b: base64(batch) });
    results = (data.submitBatch as { readonly results: readonly Result[] }).results;
  }
  for (const [i, sent] of some.entries()) note(ports.journal, sent, results[i]);
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");

function note(journal: Journal, sent: Sent, result: Result | undefined): void {
  const { id, order } = sent;
  if (result?.__typename === "Accepted") {
    if (result.id !== id) journal.problems.push(`${id} was accepted as ${result.id}`);
    if (order.isForged === true) journal.problems.push(`${id} is forged and was accepted`);
    sent.answer = "accepted";
    journal.accepted(id);
    return;
  }
  const code = result?.code ?? "nothing";
  const allowed = ["VALID_UNTIL_PAST", ...(order.refusals ?? [])];
  // What was accepted once is so for ever.
  if (sent.answer === "accepted" || !allowed.includes(code)) {
    journal.problems.push(`${id} (${order.payload.kind}) was ${sent.answer}, now ${code}`);
  }
  if (sent.answer === "none") sent.answer = "refused";
  journal.refused(id, code);
}
