// A request's body, bounded in size and in time, whatever its Content-Length says.
import { concatBytes } from "../protocol/encoding/bytes.ts";
import { gatewayError } from "./errors.ts";
import { DRAINED_BYTES_MAX, DRAINED_MS_MAX, REQUEST_BYTES_MAX, REQUEST_MS_MAX } from "./limits.ts";
import { withDeadline } from "./with-deadline.ts";

const HTTP_BAD_REQUEST = 400;
const HTTP_TIMED_OUT = 408;
const HTTP_TOO_LARGE = 413;

/** Throws REQUEST_TOO_LARGE, REQUEST_TIMED_OUT, or BAD_REQUEST for a body that breaks off. */
export async function readBody(request: Request): Promise<Uint8Array> {
  const length = request.headers.get("Content-Length");
  const fits = length === null || Number(length) <= REQUEST_BYTES_MAX;
  if (request.body === null) {
    if (fits) return new Uint8Array(0);
    throw tooLarge(length);
  }
  const reader: Reader = request.body.getReader();
  let late = false;
  try {
    if (!fits) throw tooLarge(length);
    return await withDeadline(readAll(reader), REQUEST_MS_MAX, () => {
      late = true;
      const message = `Cannot read the request: its body did not come within ${REQUEST_MS_MAX} ms`;
      return gatewayError("REQUEST_TIMED_OUT", message, HTTP_TIMED_OUT);
    });
  } catch (error) {
    if (!late) await drain(reader);
    // Nobody waits for the rest, nor for this.
    void reader.cancel().catch(() => undefined);
    throw error;
  }
}

type Reader = ReadableStreamDefaultReader<Uint8Array>;

/**
 * Most clients send all of a body before they look at the answer: to close the connection on them
 * would hide from them why. So a little more than is allowed is read, and thrown away.
 */
async function drain(reader: Reader): Promise<void> {
  let size = 0;
  const readOn = async (): Promise<void> => {
    while (size <= DRAINED_BYTES_MAX) {
      const { done, value } = await reader.read();
      if (done) return;
      size += value.length;
    }
  };
  await withDeadline(readOn(), DRAINED_MS_MAX, () => new Error("Too slow")).catch(() => undefined);
}

async function readAll(reader: Reader): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read().catch(() => {
      const message = "Cannot read the request: its body breaks off";
      throw gatewayError("BAD_REQUEST", message, HTTP_BAD_REQUEST);
    });
    if (done) return concatBytes(...chunks);
    size += value.length;
    if (size > REQUEST_BYTES_MAX) throw tooLarge(`at least ${size}`);
    chunks.push(value);
  }
}

function tooLarge(bytes: string): Error {
  const message = `Cannot read the request: it has ${bytes} bytes, above ${REQUEST_BYTES_MAX}`;
  return gatewayError("REQUEST_TOO_LARGE", message, HTTP_TOO_LARGE);
}
