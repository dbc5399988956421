// Accounts of tests: with a key that signs, or on paper only, for transactions whose signatures
// nobody looks at.
import { importSigningKey, signEd25519 } from "../../src/crypto/ed25519.ts";
import { addressOf } from "../../src/protocol/crypto/address.ts";
import { sha256 } from "../../src/protocol/crypto/sha256.ts";
import { toHex, utf8 } from "../../src/protocol/encoding/bytes.ts";

export interface TestAccount {
  readonly name: string;
  readonly publicKey: Uint8Array;
  readonly address: Uint8Array;
  readonly addressHex: string;
}

export interface TestSigner extends TestAccount {
  sign(message: Uint8Array): Promise<Uint8Array>;
}

/** The same key for the same name, on every machine. */
export async function makeSigner(name: string): Promise<TestSigner> {
  const key = await importSigningKey(sha256(utf8(`signer ${name}`)));
  return {
    ...accountOf(name, key.publicKey),
    sign: (message) => signEd25519(key, message),
  };
}

/** An account without a private key: its transactions are only ever trusted. */
export const paperAccount = (name: string): TestAccount =>
  accountOf(name, sha256(utf8(`paper ${name}`)));

function accountOf(name: string, publicKey: Uint8Array): TestAccount {
  const address = addressOf(publicKey);
  return { name, publicKey, address, addressHex: toHex(address) };
}
