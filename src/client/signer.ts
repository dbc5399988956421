// An account that signs: an Ed25519 key and its address, the same on every chain. The seed
// can be held here, the key in WebCrypto only, or anywhere else that implements `Signer`.
import {
  generateSigningKey,
  importSigningKey,
  signEd25519,
  verifyEd25519,
} from "../crypto/ed25519.ts";
import { addressOf, formatAddress } from "../protocol/crypto/address.ts";
import { fromHex, toHex } from "../protocol/encoding/bytes.ts";

/** What signs: implement it for a hardware key or a remote service. */
export interface Signer {
  /** Text form, `ygg1...`. */
  readonly address: string;
  /** 20 bytes. */
  readonly addressBytes: Uint8Array;
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
  /**
   * The 64 bytes of an Ed25519 signature over `message`. `unsigned`: the canonical bytes of the
   * transaction that the message commits to, for a signer that shows what it signs; left out for
   * authorisations, whose message holds all of it.
   */
  sign(message: Uint8Array, unsigned?: Uint8Array): Promise<Uint8Array>;
}

/** A signer around a function that signs, with the address of its 32-byte public key. */
export function makeSigner(publicKey: Uint8Array, sign: Signer["sign"]): Signer {
  const addressBytes = addressOf(publicKey);
  return { address: formatAddress(addressBytes), addressBytes, publicKey, sign };
}

/**
 * The signer of a seed: 32 bytes, or 64 hex digits with or without 0x. Throws TypeError for
 * anything else, without quoting it.
 */
export async function signerFromSeed(seed: Uint8Array | string): Promise<Signer> {
  const key = await importSigningKey(typeof seed === "string" ? parseSeed(seed) : seed);
  return makeSigner(key.publicKey, (message) => signEd25519(key, message));
}

/** A new signer with the seed that brings it back. Whoever has the seed has the account. */
export async function createSigner(): Promise<{
  readonly seed: Uint8Array;
  readonly signer: Signer;
}> {
  const { seed } = await generateSigningKey();
  return { seed, signer: await signerFromSeed(seed) };
}

/** The seed as 64 hex digits, which `signerFromSeed` reads. */
export const seedToHex = (seed: Uint8Array): string => toHex(seed);

function parseSeed(text: string): Uint8Array {
  const [, digits] = /^(?:0x)?([0-9a-f]{64})$/i.exec(text) ?? [];
  if (digits === undefined) throw new TypeError("Invalid seed: expected 64 hex digits");
  return fromHex(digits.toLowerCase());
}

/**
 * A new key that never leaves WebCrypto: no script can read it. Store the pair as it is in
 * IndexedDB; there is no other copy.
 */
export async function createKeyPair(): Promise<CryptoKeyPair> {
  return (await crypto.subtle.generateKey("Ed25519", false, ["sign", "verify"])) as CryptoKeyPair;
}

/** The signer of an Ed25519 pair. Throws TypeError for a pair of another algorithm. */
export async function signerFromKeyPair(pair: CryptoKeyPair): Promise<Signer> {
  const { publicKey, privateKey } = pair;
  const algorithm = privateKey.algorithm.name;
  if (algorithm !== "Ed25519") {
    throw new TypeError(`Invalid key pair: ${algorithm} is not Ed25519`);
  }
  const raw = new Uint8Array((await crypto.subtle.exportKey("raw", publicKey)) as ArrayBuffer);
  return makeSigner(raw, (message) => signEd25519({ publicKey: raw, privateKey }, message));
}

/**
 * Whether the 64 bytes are `publicKey`'s signature over `message`; false also for bytes that are
 * no key or no signature. The same verdicts as the network's.
 */
export const verifySignature = (
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> => verifyEd25519(publicKey, message, signature);
