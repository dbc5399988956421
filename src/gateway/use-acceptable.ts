// An answer in a form that the client does not take. Yoga would answer 406 with nothing in it, and
// forget the stream that it has opened, with its place in the object.
import { isAsyncIterable, type Plugin } from "graphql-yoga";
import { errorResponse } from "./error-response.ts";
import { gatewayError, quote } from "./errors.ts";

const HTTP_NOT_ACCEPTABLE = 406;

export function useAcceptable(): Plugin {
  return {
    async onResultProcess({ request, result, resultProcessor, setResultProcessor }) {
      if (resultProcessor !== undefined) return;
      const isStream = isAsyncIterable(result);
      if (isStream) await result[Symbol.asyncIterator]().return?.();
      const accept = quote(request.headers.get("Accept"));
      const form = isStream ? "a text/event-stream" : "JSON";
      const message = `Cannot answer: the answer is ${form}, and you accept ${accept}`;
      const error = gatewayError("NOT_ACCEPTABLE", message, HTTP_NOT_ACCEPTABLE);
      setResultProcessor(() => errorResponse(error), "application/json");
    },
  };
}
