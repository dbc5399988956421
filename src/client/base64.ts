// Base64 with padding (RFC 4648, section 4) in every runtime: native where there is a method for
// bytes, else by way of a binary string.

interface NativeEncoder {
  toBase64?(): string;
}

// Few enough arguments for every engine's call stack.
const CHUNK_BYTES = 8_192;

export function encodeBase64(bytes: Uint8Array): string {
  const native = (bytes as NativeEncoder).toBase64?.();
  if (native !== undefined) return native;
  let binary = "";
  for (let from = 0; from < bytes.length; from += CHUNK_BYTES) {
    binary += String.fromCharCode(...bytes.subarray(from, from + CHUNK_BYTES));
  }
  return btoa(binary);
}

/** Null for a text that is none. */
export function decodeBase64(text: string): Uint8Array | null {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return null;
  }
}
