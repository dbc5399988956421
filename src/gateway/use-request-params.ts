// Reads the parameters of a request: strict JSON in UTF-8 from a POST, the query string of a GET.
// Yoga checks their types afterwards.
import type { GraphQLParams, Plugin } from "graphql-yoga";
import { gatewayError } from "./errors.ts";
import { REQUEST_OPERATIONS_MAX, VARIABLES_DEPTH_MAX, VARIABLES_MAX } from "./limits.ts";
import { withPersistedDocument } from "./persisted-documents.ts";
import { readBody } from "./request-body.ts";
import { checkMediaType } from "./request-head.ts";

const HTTP_BAD_REQUEST = 400;

type Params = Readonly<Record<string, unknown>>;

export function useRequestParams(persistedOnly: boolean): Plugin {
  const read = async (request: Request): Promise<GraphQLParams> => {
    const params = request.method === "GET" ? readQuery(request) : await readJson(request);
    checkValues("variables", params.variables);
    checkValues("extensions", params.extensions);
    const known = withPersistedDocument(params, persistedOnly);
    if (known.query == null) throw badRequest("it has no query and no documentId");
    return known as GraphQLParams;
  };
  return {
    onRequestParse({ request, setRequestParser }) {
      // Yoga refuses other methods.
      if (request.method === "GET" || request.method === "POST") setRequestParser(read);
    },
  };
}

function readQuery({ url }: Request): Params {
  const fields = new URL(url).searchParams;
  const json = (name: string): unknown => {
    const text = fields.get(name) ?? "";
    return text === "" ? undefined : parseJson(text, `its ${name} are`);
  };
  return {
    query: fields.get("query") ?? undefined,
    documentId: fields.get("documentId") ?? undefined,
    // An empty name is as good as none.
    operationName: fields.get("operationName") || undefined,
    variables: json("variables"),
    extensions: json("extensions"),
  };
}

async function readJson(request: Request): Promise<Params> {
  checkMediaType(request);
  const params = parseJson(decodeUtf8(await readBody(request)), "its body is");
  if (Array.isArray(params)) {
    const message =
      `Cannot run ${params.length} operations: a request has ${REQUEST_OPERATIONS_MAX}, and no ` +
      "list of them";
    throw gatewayError("BATCHING_NOT_SUPPORTED", message, HTTP_BAD_REQUEST);
  }
  if (typeof params !== "object" || params === null) throw badRequest("its body is no object");
  return params as Params;
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw badRequest("its body is not UTF-8");
  }
}

function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw badRequest(`${what} not JSON`);
  }
}

function checkValues(name: "variables" | "extensions", values: unknown): void {
  if (typeof values !== "object" || values === null) return;
  const count = Object.keys(values).length;
  if (count > VARIABLES_MAX) {
    const message = `Cannot run the operation: ${count} ${name} are above ${VARIABLES_MAX}`;
    throw gatewayError("TOO_MANY_VARIABLES", message, HTTP_BAD_REQUEST);
  }
  if (Object.values(values).some((value) => isDeeper(value, VARIABLES_DEPTH_MAX))) {
    const message = `Cannot run the operation: ${name} are nested deeper than ${VARIABLES_DEPTH_MAX}`;
    throw gatewayError("VARIABLES_TOO_DEEP", message, HTTP_BAD_REQUEST);
  }
}

/** Whether a value has more than so many lists and objects within each other. */
function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1));
}

const badRequest = (why: string): Error =>
  gatewayError("BAD_REQUEST", `Cannot read the request: ${why}`, HTTP_BAD_REQUEST);
