// The errors that leave the gateway on purpose, each with a code; everything else is masked and
// logged under an id.
import { GraphQLError } from "graphql";
import { ConfigError } from "../protocol/genesis/network-config.ts";

export type GatewayErrorCode =
  /** An argument or a variable that means nothing; the message quotes it. */
  | "BAD_USER_INPUT"
  /** What the question is about does not exist, and the question cannot be answered with null. */
  | "NOT_FOUND"
  /** The proof takes a block that the shard does not keep any more. */
  | "PROOF_PRUNED"
  /** An object is overloaded, was interrupted twice, or cannot write: the same request can succeed later. */
  | "UNAVAILABLE"
  /** An object stopped itself at a broken invariant: it answers again when an operator has looked. */
  | "STOPPED"
  /** What an object has stored is not what it wrote: it gives no answer from that until an operator has restored it. */
  | "STORAGE_CORRUPT"
  /** As many streams as there may be are open, of the object or of the client. */
  | "TOO_MANY_SUBSCRIBERS"
  /** The reader is too far behind; it goes on with the cursor of the last event that it saw. */
  | "SUBSCRIBER_TOO_SLOW"
  /** The stream broke off; it goes on with the cursor of the last event that it saw. */
  | "STREAM_INTERRUPTED"
  /** `dev.advance` on a network whose clock moves by itself. */
  | "CLOCK_NOT_MANUAL"
  /** The HTTP request is none: no JSON, no UTF-8, no object. */
  | "BAD_REQUEST"
  /** Another content type than JSON, or a compressed body. */
  | "UNSUPPORTED_MEDIA_TYPE"
  /** The client does not accept JSON, or of a subscription no stream. */
  | "NOT_ACCEPTABLE"
  /** Above URL_BYTES_MAX or HEADER_BYTES_MAX. */
  | "URL_TOO_LONG"
  | "HEADERS_TOO_LARGE"
  /** A list of operations. */
  | "BATCHING_NOT_SUPPORTED"
  | "TOO_MANY_VARIABLES"
  | "VARIABLES_TOO_DEEP"
  /** The body did not come in time, or the answer. */
  | "REQUEST_TIMED_OUT"
  | "OPERATION_TIMED_OUT"
  /** As automatic persisted queries call it, so that their clients send the text. */
  | "PERSISTED_QUERY_NOT_FOUND"
  /** This deployment answers persisted documents only. */
  | "PERSISTED_DOCUMENTS_ONLY"
  | "INTROSPECTION_DISABLED"
  /** Limits of use-query-limits.ts. */
  | "QUERY_TOO_LONG"
  | "TOO_MANY_SELECTIONS"
  | "TOO_MANY_OPERATIONS"
  | "TOO_MANY_FRAGMENTS"
  | "TOO_MANY_DIRECTIVES"
  | "QUERY_TOO_DEEP"
  | "TOO_MANY_ALIASES"
  | "QUERY_TOO_COSTLY"
  /** The operator's configuration; the message names the field. */
  | "MISCONFIGURED"
  /** The HTTP request is above REQUEST_BYTES_MAX. */
  | "REQUEST_TOO_LARGE"
  /** Our fault. */
  | "INTERNAL_SERVER_ERROR";

/** The same request can succeed later; all requests may be repeated. */
const RETRYABLE: ReadonlySet<GatewayErrorCode> = new Set([
  "UNAVAILABLE",
  "STOPPED",
  "STORAGE_CORRUPT",
  "TOO_MANY_SUBSCRIBERS",
  "SUBSCRIBER_TOO_SLOW",
  "STREAM_INTERRUPTED",
  "REQUEST_TIMED_OUT",
  "OPERATION_TIMED_OUT",
]);

/** `status`: of the HTTP answer, where it is not the usual one. */
export function gatewayError(
  code: GatewayErrorCode,
  message: string,
  status?: number,
): GraphQLError {
  const retryable = RETRYABLE.has(code) ? { retryable: true } : {};
  // `spec: false`: the status holds for every content type that the client accepts.
  const http = status === undefined ? {} : { http: { status, spec: false } };
  return new GraphQLError(message, { extensions: { code, ...retryable, ...http } });
}

/** `value` is what the user gave; it is quoted, shortened. */
export function badInput(action: string, value: unknown, expected: string): GraphQLError {
  return gatewayError("BAD_USER_INPUT", `${action}: ${quote(value)} is not ${expected}`);
}

/** `literal` is what the user wrote in the query; it is quoted as written, shortened. */
export function badLiteral(action: string, literal: string, expected: string): GraphQLError {
  return gatewayError("BAD_USER_INPUT", `${action}: ${shorten(literal)} is not ${expected}`);
}

const QUOTED_CHARACTERS_MAX = 100;

export function quote(value: unknown): string {
  return shorten(JSON.stringify(value, bigintText) ?? String(value));
}

function shorten(text: string): string {
  if (text.length <= QUOTED_CHARACTERS_MAX) return text;
  return `${text.slice(0, QUOTED_CHARACTERS_MAX)}...`;
}

const bigintText = (_: string, value: unknown): unknown =>
  typeof value === "bigint" ? value.toString() : value;

/**
 * What a user may see of an error: deliberate ones as they are, others only by the id of the log
 * line.
 */
export function maskError(error: unknown): GraphQLError {
  if (isDeliberate(error)) return withShortMessage(error);
  // The operator's mistake; the words name the variable, and hold no secret.
  if (error instanceof ConfigError) return gatewayError("MISCONFIGURED", error.message, 500);
  const errorId = crypto.randomUUID();
  console.error({ event: "request failed", errorId, error: describe(error) });
  const known = error instanceof GraphQLError ? error : null;
  return new GraphQLError(`Unexpected error: give the id ${errorId} when you report it`, {
    nodes: known?.nodes ?? null,
    path: known?.path ?? null,
    extensions: { code: "INTERNAL_SERVER_ERROR", errorId, unexpected: true },
  });
}

const MESSAGE_CHARACTERS_MAX = 500;

/**
 * GraphQL quotes names and variables whole, up to megabytes. The beginning says where, the end says
 * why.
 */
function withShortMessage(error: GraphQLError): GraphQLError {
  const { message, extensions } = error;
  if (message.length <= MESSAGE_CHARACTERS_MAX) return error;
  const half = MESSAGE_CHARACTERS_MAX / 2;
  const short = `${message.slice(0, half)} ... ${message.slice(-half)}`;
  // With the nodes come their places in the query.
  return new GraphQLError(short, {
    nodes: error.nodes ?? null,
    path: error.path ?? null,
    extensions,
  });
}

/** GraphQL wraps what a resolver throws: an error is deliberate if there is nothing else inside. */
function isDeliberate(error: unknown): error is GraphQLError {
  if (!(error instanceof GraphQLError)) return false;
  return error.originalError == null || isDeliberate(error.originalError);
}

function describe(error: unknown): string {
  const inner = error instanceof GraphQLError ? (error.originalError ?? error) : error;
  if (!(inner instanceof Error)) return String(inner);
  const cause = inner.cause === undefined ? "" : `\nCaused by ${describe(inner.cause)}`;
  return `${inner.stack ?? inner.message}${cause}`;
}
