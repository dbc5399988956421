// An account that signs: an Ed25519 key and its address, the same on every chain.
import { generateSigningKey, importSigningKey, signEd25519 } from "../crypto/ed25519.ts";
import { addressOf, formatAddress } from "../protocol/crypto/address.ts";

export interface Signer {
  /** Text form, `ygg1...`. */
  readonly address: string;
  readonly addressBytes: Uint8Array;
  readonly publicKey: Uint8Array;
  /** The 64 bytes of an Ed25519 signature. */
  sign(message: Uint8Array): Promise<Uint8Array>;
}

/** The signer of a 32-byte seed. */
export async function signerFromSeed(seed: Uint8Array): Promise<Signer> {
  const key = await importSigningKey(seed);
  const addressBytes = addressOf(key.publicKey);
  return {
    address: formatAddress(addressBytes),
    addressBytes,
    publicKey: key.publicKey,
    sign: (message) => signEd25519(key, message),
  };
}

/** A new signer with the seed that brings it back. */
export async function createSigner(): Promise<{
  readonly seed: Uint8Array;
  readonly signer: Signer;
}> {
  const { seed } = await generateSigningKey();
  return { seed, signer: await signerFromSeed(seed) };
}
