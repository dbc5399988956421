// Refuses queries that are too long, too deep, too wide or too dear before anything is executed:
// HTTP 400, each with its code.
import {
  type ASTVisitor,
  type DocumentNode,
  GraphQLError,
  Kind,
  type ParseOptions,
  parse,
  type Source,
  type ValidationContext,
} from "graphql";
import type { Plugin } from "graphql-yoga";
import { gatewayError, maskError } from "./errors.ts";
import { QUERY_ALIASES_MAX, QUERY_COST_MAX, QUERY_DEPTH_MAX, QUERY_TOKENS_MAX } from "./limits.ts";
import { QueryMeasurer } from "./query-measure.ts";

const HTTP_BAD_REQUEST = 400;

export function useQueryLimits(): Plugin {
  return {
    onParse: ({ setParseFn }) => setParseFn(parseBounded),
    onValidate({ addValidationRule }) {
      addValidationRule(queryLimits);
      // Yoga masks what execution and the parser say, and no findings of validation.
      return ({ result, setResult }) => {
        if (result.length > 0) setResult(result.map(maskError));
      };
    },
  };
}

/**
 * Stands for a text that was not parsed to its end: yoga answers errors of the parser with HTTP
 * 200.
 */
const TOO_LONG = parse("{ __typename }");

function parseBounded(source: Source | string, options?: ParseOptions): DocumentNode {
  try {
    return parse(source, { ...options, maxTokens: QUERY_TOKENS_MAX });
  } catch (error) {
    const tooLong = error instanceof GraphQLError && error.message.includes("Parsing aborted");
    if (!tooLong) throw error;
    return TOO_LONG;
  }
}

function queryLimits(context: ValidationContext): ASTVisitor {
  const document = context.getDocument();
  const refuse = (...[code, message]: Parameters<typeof gatewayError>) =>
    context.reportError(gatewayError(code, message, HTTP_BAD_REQUEST));
  if (document === TOO_LONG) {
    refuse("QUERY_TOO_LONG", `Cannot run the query: it has more than ${QUERY_TOKENS_MAX} tokens`);
    return {};
  }
  const fragments = document.definitions.filter((one) => one.kind === Kind.FRAGMENT_DEFINITION);
  const measurer = new QueryMeasurer(context.getSchema(), fragments);
  return {
    OperationDefinition(operation) {
      const { depth, aliases, cost } = measurer.measure(operation);
      if (depth > QUERY_DEPTH_MAX) {
        refuse(
          "QUERY_TOO_DEEP",
          `Cannot run the query: depth ${depth} is above ${QUERY_DEPTH_MAX}`,
        );
      }
      if (aliases > QUERY_ALIASES_MAX) {
        const message = `Cannot run the query: ${aliases} aliases are above ${QUERY_ALIASES_MAX}`;
        refuse("TOO_MANY_ALIASES", message);
      }
      if (cost > QUERY_COST_MAX) {
        const message =
          `Cannot run the query: cost ${cost} is above ${QUERY_COST_MAX}; ask for fewer fields, ` +
          "or for smaller pages, with their sizes written in the query";
        refuse("QUERY_TOO_COSTLY", message);
      }
    },
  };
}
