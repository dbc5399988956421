// Persisted documents: a client names a document of documents/ by the SHA-256 of its text instead of
// sending it, by `documentId` (GraphQL over HTTP, appendix A) or as automatic persisted queries do.
// Nothing is stored at run time: the documents are a part of the deployment.
import { gatewayError, quote } from "./errors.ts";
import { PERSISTED_DOCUMENTS } from "./generated/persisted-documents.ts";

const HTTP_BAD_REQUEST = 400;
const PREFIX = /^sha256:/;

type Params = Readonly<Record<string, unknown>>;

/** The parameters with the document's text in them. `only`: whether other texts are refused. */
export function withPersistedDocument(params: Params, only: boolean): Params {
  const { documentId, ...rest } = params;
  const { query, extensions } = rest;
  if (documentId != null && query != null) {
    const message = "Cannot run the operation: give a documentId or a query, not both";
    throw gatewayError("BAD_REQUEST", message, HTTP_BAD_REQUEST);
  }
  const id = documentId ?? automaticId(extensions);
  // Clients of automatic persisted queries send both after an id was not found.
  if (id == null || (query != null && !only)) {
    if (only) throw onlyPersisted();
    return rest;
  }
  const text = typeof id === "string" ? PERSISTED_DOCUMENTS.get(id.replace(PREFIX, "")) : undefined;
  if (text !== undefined && (query == null || query === text)) return { ...rest, query: text };
  if (query != null) throw onlyPersisted();
  const message = `Cannot find the persisted document ${quote(id)}: it is not one of documents/`;
  throw gatewayError("PERSISTED_QUERY_NOT_FOUND", message, HTTP_BAD_REQUEST);
}

function automaticId(extensions: unknown): unknown {
  const { persistedQuery } = (extensions ?? {}) as { persistedQuery?: unknown };
  return (persistedQuery as { sha256Hash?: unknown } | null | undefined)?.sha256Hash;
}

function onlyPersisted(): Error {
  const message =
    "Cannot run the query: this deployment answers persisted documents only; name one by documentId";
  return gatewayError("PERSISTED_DOCUMENTS_ONLY", message, HTTP_BAD_REQUEST);
}
