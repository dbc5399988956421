// Words for every refusal of the core: what was refused, with the values, and what to do. One
// table, complete by its type.
import { formatChainId } from "../protocol/ledger/chain-id.ts";
import type { Refusal } from "../protocol/refusal.ts";
import type { TopologyRefusalOf } from "../protocol/topology/refusals.ts";

/** The gateway's own word about one transaction of several: its shard gave no answer, others did. */
interface ShardUnavailable {
  readonly code: "SHARD_UNAVAILABLE";
  readonly shard: number;
}

/** What cannot be previewed. */
export type PreviewRefusal = TopologyRefusalOf<
  "UNKNOWN_SHARD" | "CHAINS_TOO_FEW" | "SAME_SHARD" | "NO_PARTNER"
>;

/** What the API refuses. */
export type ApiRefusal = Refusal | ShardUnavailable | PreviewRefusal;
type Code = ApiRefusal["code"];
type RefusalOf<C extends Code> = Extract<ApiRefusal, { readonly code: C }>;

interface Wording<C extends Code> {
  /** Whether the same bytes can be accepted later, when something else has changed. */
  readonly retryable: boolean;
  /** Uses values only as text: a refusal that was stored has its amounts as strings. */
  readonly message: (refusal: RefusalOf<C>) => string;
}

const never = <C extends Code>(message: Wording<C>["message"]): Wording<C> => ({
  retryable: false,
  message,
});
const later = <C extends Code>(message: Wording<C>["message"]): Wording<C> => ({
  retryable: true,
  message,
});
const on = formatChainId;
const indent = (words: string): string =>
  words.replaceAll(/([A-Z])/g, (c) => ` ${c.toLowerCase()}`);

export const REFUSAL_WORDINGS: { readonly [C in Code]: Wording<C> } = {
  BYTES_TOO_LONG: never(
    (r) => `Cannot decode the ${r.format}: ${r.bytes} bytes are above ${r.bytesMax}; send less`,
  ),
  MALFORMED_BYTES: never(
    (r) =>
      `Cannot decode the ${r.format}: the ${r.bytes} bytes are not the canonical form of one; ` +
      "encode it with the client library",
  ),
  UNSUPPORTED_VERSION: never(
    (r) => `Cannot take format version ${r.version}: use version 1, or a newer network`,
  ),
  WRONG_NETWORK: never(
    (r) =>
      `Cannot take a transaction for network 0x${r.networkId}: sign it for the network whose id ` +
      "the query `network { id }` answers",
  ),
  WRONG_LEGS: never(
    (r) => `Cannot take ${indent(r.payload)} with ${r.legs} legs: give it ${r.required}`,
  ),
  SAME_CHAIN: never(
    (r) => `Cannot take two legs on ${on(r.chain)}: give the transaction one leg a chain`,
  ),
  LEGS_OUT_OF_ORDER: never(
    (r) => `Cannot take the leg on ${on(r.chain)} there: order the legs by chain, the lowest first`,
  ),
  MISSING_PAYER: never((r) => `Cannot take a leg on ${on(r.chain)} without payer: name one`),
  NOT_AN_OFFER: never(
    (r) => `Cannot take an offer number on ${on(r.chain)}: this payload takes a nonce`,
  ),
  NONCE_OUT_OF_RANGE: never(
    (r) => `Cannot take the nonce on ${on(r.chain)}: it is above the largest; use \`nextNonce\``,
  ),
  WRONG_CHAIN: never(
    (r) =>
      `Cannot take ${indent(r.payload)} on ${on(r.chain)}: send it on ${on(r.required)}, its chain`,
  ),
  INVALID_TOKEN: never(
    (r) =>
      `Cannot create the token: its ${r.field} is out of range; a symbol is 1 to 12 capitals and ` +
      "digits, a name 1 to 64 bytes, decimals are 0 to 18, the supply is above 0",
  ),
  WRONG_OFFER_LEGS: never(
    (r) =>
      `Cannot take the offer with ${r.offers} offer numbers: give the maker's leg one and the ` +
      "taker's a nonce",
  ),
  PRICE_ON_OFFER: never(
    (r) =>
      `Cannot take gas price ${r.gasPrice} on ${on(r.chain)}: the taker's leg pays for the ` +
      "maker's; set 0",
  ),
  COMMISSION_TOO_HIGH: never(
    (r) => `Cannot take ${r.commission} basis points of commission: ${r.max} are all; lower it`,
  ),
  SELF_DELEGATION: never(() => "Cannot delegate to oneself: bond the amount instead"),
  SELF_TRADE: never(() => "Cannot trade with oneself: name two accounts"),
  ZERO_AMOUNT: never((r) => `Cannot move nothing on ${on(r.chain)}: give at least one base unit`),
  OFFER_ENDS_FIRST: never(
    (r) =>
      `Cannot be valid until ${r.validUntil}: the offer ends at ${r.offerValidUntil}; sign it ` +
      "with that round or an earlier one",
  ),
  TOO_MANY_AUTHORISATIONS: never(
    (r) => `Cannot take ${r.authorisations} authorisations: send at most ${r.max} at once`,
  ),
  MISSING_AUTHORISATION: never(
    () => "Cannot take a delegate payload without authorisations: add the owner's",
  ),
  GAS_LIMIT_TOO_LOW: never(
    (r) =>
      `Cannot pay for the leg on ${on(r.chain)}: gas limit ${r.gasLimit} is below ${r.required}; ` +
      "raise it",
  ),
  GAS_LIMIT_TOO_HIGH: never(
    (r) =>
      `Cannot allow gas on ${on(r.chain)}: gas limit ${r.gasLimit} is above ${r.max}; lower it`,
  ),
  FEE_OVERFLOW: never(
    (r) => `Cannot charge the fee on ${on(r.chain)}: it is above 2^128-1; lower limit or price`,
  ),
  WRONG_SIGNERS: never(
    (r) =>
      `Cannot take ${r.signatures} signatures: give ${r.required}, one of each payer in the ` +
      "order of the legs",
  ),
  INVALID_SIGNATURE: never(
    (r) => `Cannot accept signature ${r.signer}: it is not the payer's; sign the bytes again`,
  ),
  INVALID_OFFER: never(
    (r) =>
      `Cannot accept the offer on ${on(r.chain)}: its signature is not its maker's for this ` +
      "trade; take it as it was signed",
  ),
  INVALID_AUTHORISATION: never(
    (r) =>
      `Cannot accept authorisation ${r.authorisation}: its signature, chain, delegate or nonce ` +
      "does not hold; sign it for a chain of this transaction and for another account",
  ),
  INVALID_KEY_PROOF: never(
    (r) =>
      `Cannot register key 0x${r.publicKey}: its proof of possession does not hold for this ` +
      "network and payer; make both with the client library",
  ),
  TOO_MANY_KEY_PROOFS: later(
    (r) => `Cannot check so many keys at once: send at most ${r.max} that register one a batch`,
  ),
  UNKNOWN_CHAIN: later(
    (r) => `Cannot find chain ${on(r.chain)}: choose one of \`chains\`, or wait until it exists`,
  ),
  SHARD_UNAVAILABLE: later(
    (r) =>
      `Cannot tell what became of it: shard ${r.shard} did not answer, and may have stored it or ` +
      "not; send the same bytes again",
  ),
  UNBORN_CHAIN: later(
    (r) => `Cannot use chain ${on(r.chain)} yet: send again in round ${r.bornRound} or later`,
  ),
  GAS_PRICE_TOO_LOW: never(
    (r) => `Cannot include on ${on(r.chain)}: gas price ${r.gasPrice} is below ${r.min}; raise it`,
  ),
  VALID_UNTIL_PAST: never(
    (r) =>
      `Cannot include any more: validUntil ${r.validUntil} is before round ${r.round}; sign it ` +
      "again with a later round",
  ),
  VALID_UNTIL_TOO_FAR: later(
    (r) =>
      `Cannot include yet: validUntil ${r.validUntil} is above ${r.max}; sign it with an earlier ` +
      "round",
  ),
  NONCE_TOO_LOW: never(
    (r) =>
      `Cannot use nonce ${r.nonce} on ${on(r.chain)}: it is used; sign it again with ${r.next} ` +
      "or later",
  ),
  NONCE_GAP: later(
    (r) => `Cannot include nonce ${r.nonce} on ${on(r.chain)} yet: send nonce ${r.next} first`,
  ),
  AUTHORISATION_OVERTAKEN: never(
    (r) =>
      `Cannot use authorisation ${r.authorisation}: a later one came first; have it signed again ` +
      `with nonce ${r.next} or later`,
  ),
  WAITS_FOR_PAIR: later(
    (r) =>
      `Cannot be in this round: ${on(r.chain)} is on another shard, and one set sees both in round ` +
      `${r.round}; wait for that round`,
  ),
  RESERVE_EXCEEDED: later(
    (r) =>
      `Cannot cover the fees on ${on(r.chain)}: those in flight come to ${r.fees}, the reserve ` +
      `allows ${r.allowed} (${r.rule}); wait until earlier transactions are executed`,
  ),
  OFFER_USED: never(
    (r) =>
      `Cannot take offer ${r.offer} on ${on(r.chain)}: it is taken or cancelled, which holds ` +
      `until round ${r.until}; ask its maker for another`,
  ),
  OFFER_IN_FLIGHT: later(
    (r) =>
      `Cannot take offer ${r.offer} on ${on(r.chain)} now: transaction 0x${r.by} takes it; wait ` +
      "until that is executed",
  ),
  OFFERS_FULL: later(
    (r) =>
      `Cannot take an offer of this maker on ${on(r.chain)}: too many of its offers are used and ` +
      `have not ended; wait until round ${r.until} is over`,
  ),
  TAKER_LACKS_FUNDS: later(
    (r) =>
      `Cannot take the open offer: balance ${r.balance} on ${on(r.chain)} is below ${r.cost}, ` +
      "the amount and the fee; add funds",
  ),
  BLOCK_FULL: later(
    (r) => `Cannot fit into the block: no ${r.limit} left; wait, or pay a higher gas price`,
  ),
  INSUFFICIENT_FUNDS: later(
    (r) =>
      `Cannot pay the fee on ${on(r.chain)}: balance ${r.balance} is below ${r.fee}; add funds, ` +
      "or lower the fee",
  ),
  NONCE_TAKEN: later(
    (r) =>
      `Cannot keep nonce ${r.nonce} on ${on(r.chain)}: transaction 0x${r.by} waits with it; sign ` +
      "with `nextNonce`, or wait" +
      (r.gasPrice === undefined
        ? ""
        : `, or replace it with a gas price of at least ${r.gasPrice}`),
  ),
  NONCE_TOO_FAR: later(
    (r) =>
      `Cannot keep nonce ${r.nonce} on ${on(r.chain)}: it is above ${r.max}; send earlier ones ` +
      "first",
  ),
  MEMPOOL_FULL: later(
    (r) =>
      `Cannot keep the transaction on ${on(r.chain)}: the mempool's limit is reached ` +
      `(${r.limit}); ` +
      (r.gasPrice === undefined
        ? "send it later"
        : `sign it with a gas price of at least ${r.gasPrice}, or send it later`),
  ),
  REPLACED: later(
    (r) =>
      `Cannot wait any more with nonce ${r.nonce} on ${on(r.chain)}: 0x${r.by} replaced it; ` +
      "follow that one",
  ),
  EVICTED: later(
    (r) =>
      `Cannot wait any more on ${on(r.chain)}: the mempool's limit was reached (${r.limit}) and ` +
      `0x${r.by} came in; send it again, or sign it with a higher gas price`,
  ),
  SIGNATURES_REFUSED: never(
    () =>
      "Cannot include the transaction: a signature or an authorisation in it does not hold; " +
      "sign it again",
  ),
  INVALID_BLOCK: never((r) => `Cannot accept the block: it fails ${r.check}; form it again`),
  INVALID_CERTIFICATE: never(
    (r) => `Cannot accept the certificate: it fails ${r.check}; collect the votes again`,
  ),
  STALE_BLOCK: never(
    (r) => `Cannot accept the block of round ${r.round}: the head is ${r.headRound}; extend it`,
  ),
  ROUND_CLOSED: never(
    (r) => `Cannot accept a block in round ${r.round}: it is closed; use the next`,
  ),
  UNKNOWN_SHARD: never((r) => `Cannot find shard ${r.shard}: choose one of \`shards\``),
  CHAINS_TOO_FEW: later(
    (r) =>
      `Cannot split shard ${r.shard}: it takes two chains and has ${r.chains}; wait until it has ` +
      "more",
  ),
  SAME_SHARD: never((r) => `Cannot merge shard ${r.shard} with itself: name another partner`),
  NO_PARTNER: later(
    (r) =>
      `Cannot find a partner for shard ${r.shard}: no other shard is at most ${r.permilleMax} ` +
      "thousandths full; name one, or wait",
  ),
};

const wordingOf = (refusal: ApiRefusal): Wording<Code> =>
  REFUSAL_WORDINGS[refusal.code] as unknown as Wording<Code>;

export const refusalMessage = (refusal: ApiRefusal): string =>
  wordingOf(refusal).message(refusal as never);

export const isRetryable = (refusal: ApiRefusal): boolean => wordingOf(refusal).retryable;

/** The refusal's fields as text, for programs. */
export function refusalDetails(refusal: ApiRefusal): { name: string; value: string }[] {
  return Object.entries(refusal)
    .filter(([name]) => name !== "code")
    .map(([name, value]) => ({
      name,
      value: name === "chain" ? formatChainId(Number(value)) : String(value),
    }));
}

/**
 * A refusal as the shard stores it: JSON with amounts as strings, which all words here take as they
 * are.
 */
export function storedRefusal(json: string): Refusal | null {
  const value: unknown = JSON.parse(json);
  if (typeof value !== "object" || value === null || !("code" in value)) return null;
  return Object.hasOwn(REFUSAL_WORDINGS, String(value.code)) ? (value as Refusal) : null;
}
