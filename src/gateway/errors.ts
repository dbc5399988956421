// The errors that leave the gateway on purpose, each with a code; everything else is masked and
// logged under an id.
import { GraphQLError } from "graphql";

export type GatewayErrorCode =
  /** An argument or a variable that means nothing; the message quotes it. */
  | "BAD_USER_INPUT"
  /** What the question is about does not exist, and the question cannot be answered with null. */
  | "NOT_FOUND"
  /** The proof takes a block that the shard does not keep any more. */
  | "PROOF_PRUNED"
  /** An object is overloaded or was interrupted twice: the same request can succeed later. */
  | "UNAVAILABLE"
  /** As many streams as there may be are open, of the object or of the client. */
  | "TOO_MANY_SUBSCRIBERS"
  /** The reader is too far behind; it goes on with the cursor of the last event that it saw. */
  | "SUBSCRIBER_TOO_SLOW"
  /** The stream broke off; it goes on with the cursor of the last event that it saw. */
  | "STREAM_INTERRUPTED"
  /** `dev.advance` on a network whose clock moves by itself. */
  | "CLOCK_NOT_MANUAL"
  /** Limits of use-query-limits.ts. */
  | "QUERY_TOO_LONG"
  | "QUERY_TOO_DEEP"
  | "TOO_MANY_ALIASES"
  | "QUERY_TOO_COSTLY"
  /** The operator's configuration; the message names the field. */
  | "MISCONFIGURED"
  /** The HTTP request is above REQUEST_BYTES_MAX. */
  | "REQUEST_TOO_LARGE"
  /** Our fault. */
  | "INTERNAL_SERVER_ERROR";

/** `status`: of the HTTP answer, where it is not the usual one. */
export function gatewayError(
  code: GatewayErrorCode,
  message: string,
  status?: number,
): GraphQLError {
  // `spec: false`: the status holds for every content type that the client accepts.
  const http = status === undefined ? {} : { http: { status, spec: false } };
  return new GraphQLError(message, { extensions: { code, ...http } });
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
  const id = crypto.randomUUID();
  console.error({ event: "request failed", id, error: describe(error) });
  const known = error instanceof GraphQLError ? error : null;
  return new GraphQLError(`Unexpected error: give the id ${id} when you report it`, {
    nodes: known?.nodes ?? null,
    path: known?.path ?? null,
    extensions: { code: "INTERNAL_SERVER_ERROR", id, unexpected: true },
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
