// Whether the schema can be asked for. Where it cannot, messages suggest no names either.
import { type ASTVisitor, GraphQLError, type ValidationContext } from "graphql";
import type { Plugin } from "graphql-yoga";
import { gatewayError } from "./errors.ts";

const HTTP_BAD_REQUEST = 400;

export function useIntrospection(enabled: boolean): Plugin {
  if (enabled) return {};
  return { onValidate: ({ addValidationRule }) => addValidationRule(noIntrospection) };
}

function noIntrospection(context: ValidationContext): ASTVisitor {
  return {
    Field({ name: { value } }) {
      if (value !== "__schema" && value !== "__type") return;
      const message = `Cannot ask for ${value}: introspection is switched off`;
      context.reportError(gatewayError("INTROSPECTION_DISABLED", message, HTTP_BAD_REQUEST));
    },
  };
}

const SUGGESTION = / Did you mean [^?]*\?/g;

/** The error without the names that graphql-js puts into its message. */
export function withoutSuggestions(error: unknown): unknown {
  if (!(error instanceof GraphQLError)) return error;
  const message = error.message.replace(SUGGESTION, "");
  if (message === error.message) return error;
  const { nodes, path, extensions, originalError } = error;
  return new GraphQLError(message, {
    nodes: nodes ?? null,
    path: path ?? null,
    extensions,
    originalError: originalError ?? null,
  });
}
