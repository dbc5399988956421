// The bound on a request's body, ahead of everything else: by its Content-Length where it has one,
// else while it is read.
import { concatBytes } from "../protocol/encoding/bytes.ts";
import { gatewayError } from "./errors.ts";
import { REQUEST_BYTES_MAX } from "./limits.ts";

const HTTP_TOO_LARGE = 413;

/** The request, or one with the same content that is read already. Throws REQUEST_TOO_LARGE. */
export async function withBoundedBody(request: Request): Promise<Request> {
  if (request.body === null) return request;
  const length = request.headers.get("Content-Length");
  if (length !== null) {
    // The platform reads no more than that.
    if (!(Number(length) <= REQUEST_BYTES_MAX)) throw tooLarge();
    return request;
  }
  const body = await readBounded(request.body);
  const { method, headers, signal } = request;
  return new Request(request.url, { method, headers, signal, body });
}

async function readBounded(stream: ReadableStream<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
  const reader = stream.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return concatBytes(...chunks) as Uint8Array<ArrayBuffer>;
    size += value.length;
    if (size > REQUEST_BYTES_MAX) {
      await reader.cancel();
      throw tooLarge();
    }
    chunks.push(value);
  }
}

function tooLarge(): Error {
  const message = `Cannot read the request: it has more than ${REQUEST_BYTES_MAX} bytes`;
  return gatewayError("REQUEST_TOO_LARGE", message, HTTP_TOO_LARGE);
}
