// An error outside of GraphQL's own handling, in the same form.
import { GraphQLError } from "graphql";

const HTTP_INTERNAL_SERVER_ERROR = 500;

/** `error`: as a user may see it. */
export function errorResponse({ message, extensions }: GraphQLError): Response {
  const { http, ...shown } = extensions as { http?: { status?: number } };
  const body = { errors: [new GraphQLError(message, { extensions: shown })] };
  return Response.json(body, { status: http?.status ?? HTTP_INTERNAL_SERVER_ERROR });
}
