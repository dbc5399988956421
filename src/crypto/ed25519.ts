// Ed25519 (RFC 8032) through WebCrypto, for the client, the gateway and the actors. Native code
// verifies ten times faster than JavaScript, and the byte checks of the core give it the same
// verdicts in workerd, Node and browsers.
import { base64urlnopad } from "@scure/base";
import { isWellFormedSignature } from "../protocol/crypto/ed25519-validity.ts";
import { concatBytes, fromHex } from "../protocol/encoding/bytes.ts";

const SEED_BYTES = 32;

const ED25519 = "Ed25519";
// PKCS #8 (RFC 5958, RFC 8410) up to the seed: WebCrypto reads a private key in no shorter form.
const PKCS8_HEADER = fromHex("302e020100300506032b657004220420");

/** A private key that does not leave WebCrypto, and its public key. */
export interface SigningKey {
  readonly publicKey: Uint8Array;
  readonly privateKey: CryptoKey;
}

/**
 * Whether the signature is valid for the message; false for bytes that are no key or no signature.
 * The bytes must not change before the answer. Imported keys are not kept: in workerd the import is
 * free beside the rest. Throws only where the platform has no Ed25519: answering false there would
 * be a wrong verdict.
 */
export async function verifyEd25519(
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  if (!isWellFormedSignature(publicKey, signature)) return false;
  let key: CryptoKey;
  try {
    key = await crypto.subtle.importKey("raw", source(publicKey), ED25519, false, ["verify"]);
  } catch (error) {
    // Some platforms look at the import whether the point is on the curve, others at the
    // verification.
    if (error instanceof DOMException && error.name === "DataError") return false;
    throw error;
  }
  return crypto.subtle.verify(ED25519, key, source(signature), source(message));
}

/**
 * The key pair of a seed. WebCrypto itself gives the public key, in the JWK form of an extractable
 * copy: so no second implementation of the curve is shipped to browsers, and the copy that signs
 * later stays closed.
 */
export async function importSigningKey(seed: Uint8Array): Promise<SigningKey> {
  if (seed.length !== SEED_BYTES) {
    throw new TypeError(`Invalid seed: expected 32 bytes, found ${seed.length}`);
  }
  const pkcs8 = source(concatBytes(PKCS8_HEADER, seed));
  const open = await crypto.subtle.importKey("pkcs8", pkcs8, ED25519, true, ["sign"]);
  const { x } = (await crypto.subtle.exportKey("jwk", open)) as { readonly x?: string };
  if (x === undefined) throw new Error("Cannot read the public key of a seed: the JWK has no x");
  const privateKey = await crypto.subtle.importKey("pkcs8", pkcs8, ED25519, false, ["sign"]);
  return { publicKey: base64urlnopad.decode(x), privateKey };
}

/** A new key with its seed, which is all that must be kept. */
export async function generateSigningKey(): Promise<{ seed: Uint8Array; key: SigningKey }> {
  const seed = crypto.getRandomValues(new Uint8Array(SEED_BYTES));
  return { seed, key: await importSigningKey(seed) };
}

/** The 64 bytes of the signature: deterministic, so that signing twice gives one transaction. */
export async function signEd25519(key: SigningKey, message: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.sign(ED25519, key.privateKey, source(message)));
}

/** WebCrypto's types refuse shared memory, which nothing here uses. */
const source = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => bytes as Uint8Array<ArrayBuffer>;
