// A subscription of a client that takes no stream: yoga would answer 406 and forget the stream that
// it has opened, with its place in the object.
import { isAsyncIterable, type Plugin } from "graphql-yoga";
import { errorResponse } from "./error-response.ts";
import { gatewayError, quote } from "./errors.ts";

const HTTP_NOT_ACCEPTABLE = 406;

export function useStreams(): Plugin {
  return {
    async onResultProcess({ request, result, resultProcessor, setResultProcessor }) {
      if (resultProcessor !== undefined || !isAsyncIterable(result)) return;
      await result[Symbol.asyncIterator]().return?.();
      const accept = request.headers.get("Accept");
      const message = `Cannot subscribe: the answer is a text/event-stream, and you accept ${quote(accept)}`;
      const error = gatewayError("NOT_ACCEPTABLE", message, HTTP_NOT_ACCEPTABLE);
      setResultProcessor(() => errorResponse(error), "application/json");
    },
  };
}
