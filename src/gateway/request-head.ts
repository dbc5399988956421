// What can be refused of a request before its body: the sizes of its URL and its headers, and the
// form that the body is in.
import { gatewayError, quote } from "./errors.ts";
import { HEADER_BYTES_MAX, URL_BYTES_MAX } from "./limits.ts";

const HTTP_URL_TOO_LONG = 414;
const HTTP_UNSUPPORTED_MEDIA_TYPE = 415;
const HTTP_HEADERS_TOO_LARGE = 431;

/** Throws URL_TOO_LONG or HEADERS_TOO_LARGE. */
export function checkHead({ url, headers }: Request): void {
  if (url.length > URL_BYTES_MAX) {
    const message = `Cannot read the request: its URL has ${url.length} bytes, above ${URL_BYTES_MAX}`;
    throw gatewayError("URL_TOO_LONG", message, HTTP_URL_TOO_LONG);
  }
  let bytes = 0;
  headers.forEach((value, name) => {
    bytes += name.length + value.length;
  });
  if (bytes > HEADER_BYTES_MAX) {
    const message = `Cannot read the request: its headers have ${bytes} bytes, above ${HEADER_BYTES_MAX}`;
    throw gatewayError("HEADERS_TOO_LARGE", message, HTTP_HEADERS_TOO_LARGE);
  }
}

/**
 * Throws UNSUPPORTED_MEDIA_TYPE for anything but plain JSON in UTF-8. So a form on a foreign page
 * cannot send anything, and nothing unpacks here.
 */
export function checkMediaType({ headers }: Request): void {
  const type = headers.get("Content-Type");
  const [media, ...parameters] = (type ?? "").toLowerCase().split(";");
  const charset = parameters.map((one) => one.trim()).find((one) => one.startsWith("charset="));
  if (media?.trim() !== "application/json" || !/^charset="?utf-8"?$/.test(charset ?? UTF_8)) {
    throw unsupported(`content type ${quote(type)} is not application/json in UTF-8`);
  }
  const encoding = headers.get("Content-Encoding") ?? "identity";
  if (encoding.toLowerCase() !== "identity") {
    throw unsupported(`content encoding ${quote(encoding)} is not identity`);
  }
}

const UTF_8 = "charset=utf-8";

function unsupported(why: string): Error {
  const message = `Cannot read the request: ${why}`;
  return gatewayError("UNSUPPORTED_MEDIA_TYPE", message, HTTP_UNSUPPORTED_MEDIA_TYPE);
}
