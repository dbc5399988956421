// Refuses queries that are too long, too deep, too wide or too dear before anything is executed:
// HTTP 400, each with its code.
import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  type ParseOptions,
  parse,
  type Source,
  visit,
} from "graphql";
import type { Plugin } from "graphql-yoga";
import { type GatewayErrorCode, gatewayError } from "./errors.ts";
import {
  QUERY_ALIASES_MAX,
  QUERY_COST_MAX,
  QUERY_DEPTH_MAX,
  QUERY_DIRECTIVES_MAX,
  QUERY_FRAGMENTS_MAX,
  QUERY_OPERATIONS_MAX,
  QUERY_SELECTIONS_MAX,
  QUERY_TOKENS_MAX,
  VARIABLES_DEPTH_MAX,
} from "./limits.ts";
import { type NetworkCounts, QueryMeasurer } from "./query-measure.ts";

const HTTP_BAD_REQUEST = 400;

/** `mask`: what a user may see of an error. */
export function useQueryLimits(
  counts: NetworkCounts,
  mask: (error: unknown) => GraphQLError,
): Plugin {
  // What a document is refused for; most are run many times.
  const known = new WeakMap<DocumentNode, readonly GraphQLError[]>();
  return {
    onParse: ({ setParseFn }) => setParseFn(parseBounded),
    onValidate({ params: { schema, documentAST }, setResult }) {
      let refusals = known.get(documentAST);
      if (refusals === undefined) {
        refusals = refusalsOf(schema, counts, documentAST);
        known.set(documentAST, refusals);
      }
      // Validation itself takes long on what is too much: it does not begin.
      if (refusals.length > 0) setResult(refusals);
      // Yoga masks what execution and the parser say, and no findings of validation.
      return ({ result, setResult: setShown }) => {
        if (result.length > 0) setShown(result.map(mask));
      };
    },
  };
}

/**
 * These stand for a text that was not parsed to its end: yoga answers errors of the parser with HTTP
 * 200.
 */
const TOO_LONG = parse("{ __typename }");
const TOO_NESTED = parse("{ __typename }");

function parseBounded(source: Source | string, options?: ParseOptions): DocumentNode {
  try {
    return parse(source, { ...options, maxTokens: QUERY_TOKENS_MAX });
  } catch (error) {
    // The parser calls itself for each list in a list: it runs out of stack before it does of tokens.
    if (error instanceof RangeError) return TOO_NESTED;
    const tooLong = error instanceof GraphQLError && error.message.includes("Parsing aborted");
    if (!tooLong) throw error;
    return TOO_LONG;
  }
}

function refusalsOf(
  schema: GraphQLSchema,
  counts: NetworkCounts,
  document: DocumentNode,
): GraphQLError[] {
  const refusals: GraphQLError[] = [];
  const refuse = (code: GatewayErrorCode, why: string) =>
    refusals.push(gatewayError(code, `Cannot run the query: ${why}`, HTTP_BAD_REQUEST));
  const check = (code: GatewayErrorCode, value: number, max: number, name: string, hint = "") => {
    if (value > max) refuse(code, `${name} ${value} is above ${max}${hint}`);
  };
  if (document === TOO_LONG) {
    refuse("QUERY_TOO_LONG", `it has more than ${QUERY_TOKENS_MAX} tokens`);
    return refusals;
  }
  if (document === TOO_NESTED) {
    refuse("QUERY_TOO_DEEP", "its values are nested too deep to be read");
    return refusals;
  }
  const { operations, fragments, selections, directives, valueDepth } = countNodes(document);
  check("TOO_MANY_OPERATIONS", operations, QUERY_OPERATIONS_MAX, "number of operations");
  check("TOO_MANY_FRAGMENTS", fragments, QUERY_FRAGMENTS_MAX, "number of fragments");
  check("TOO_MANY_SELECTIONS", selections, QUERY_SELECTIONS_MAX, "number of selections");
  check("TOO_MANY_DIRECTIVES", directives, QUERY_DIRECTIVES_MAX, "number of directives");
  check("QUERY_TOO_DEEP", valueDepth, VARIABLES_DEPTH_MAX, "depth of a value");
  const measurer = new QueryMeasurer(
    schema,
    counts,
    document.definitions.filter((one) => one.kind === Kind.FRAGMENT_DEFINITION),
  );
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    const { depth, aliases, cost } = measurer.measure(definition);
    check("QUERY_TOO_DEEP", depth, QUERY_DEPTH_MAX, "depth");
    check("TOO_MANY_ALIASES", aliases, QUERY_ALIASES_MAX, "number of aliases");
    const hint = "; ask for fewer fields, or for smaller pages, with their sizes in the query";
    check("QUERY_TOO_COSTLY", cost, QUERY_COST_MAX, "cost", hint);
  }
  return refusals;
}

interface Counts {
  operations: number;
  fragments: number;
  selections: number;
  directives: number;
  /** Of the deepest value that is written out. */
  valueDepth: number;
}

/** What is written in a document, whether it is run or not. */
function countNodes(document: DocumentNode): Counts {
  const counts: Counts = {
    operations: 0,
    fragments: 0,
    selections: 0,
    directives: 0,
    valueDepth: 0,
  };
  let depth = 0;
  const value = {
    enter() {
      depth += 1;
      counts.valueDepth = Math.max(counts.valueDepth, depth);
    },
    leave() {
      depth -= 1;
    },
  };
  const count = (name: keyof Counts) => () => {
    counts[name] += 1;
  };
  visit(document, {
    OperationDefinition: count("operations"),
    FragmentDefinition: count("fragments"),
    Field: count("selections"),
    FragmentSpread: count("selections"),
    InlineFragment: count("selections"),
    Directive: count("directives"),
    ListValue: value,
    ObjectValue: value,
  });
  return counts;
}
