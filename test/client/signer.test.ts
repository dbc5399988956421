import { describe, expect, it } from "vitest";
import {
  addressOf,
  createKeyPair,
  createSigner,
  formatAddress,
  seedToHex,
  signerFromKeyPair,
  signerFromSeed,
  signTransaction,
  transfer,
  verifySignature,
} from "../../src/client/index.ts";
import { decodeTransaction } from "../../src/protocol/ledger/unverified.ts";

const message = new TextEncoder().encode("yggdrasil");

describe("R-2.1 signers", () => {
  it("come back from their seed, as bytes and as hex with or without 0x", async () => {
    const { seed, signer } = await createSigner();
    const hex = seedToHex(seed);
    for (const form of [seed, hex, `0x${hex}`, hex.toUpperCase()]) {
      expect((await signerFromSeed(form)).address).toBe(signer.address);
    }
    expect(signer.address).toBe(formatAddress(addressOf(signer.publicKey)));
  });

  it("a wrong seed is refused without being quoted", async () => {
    const secret = "ab".repeat(31);
    const fault = await signerFromSeed(secret).catch((error: Error) => error);
    expect(fault).toBeInstanceOf(TypeError);
    expect(String(fault)).not.toContain(secret);
    await expect(signerFromSeed(new Uint8Array(31))).rejects.toThrow("expected 32 bytes");
  });

  it("a pair of WebCrypto signs without anybody being able to read it", async () => {
    const pair = await createKeyPair();
    // What IndexedDB does with it.
    const signer = await signerFromKeyPair(structuredClone(pair));
    await expect(crypto.subtle.exportKey("pkcs8", pair.privateKey)).rejects.toThrow();
    const signature = await signer.sign(message);
    expect(await verifySignature(signer.publicKey, message, signature)).toBe(true);
    expect(await verifySignature(signer.publicKey, message.slice(1), signature)).toBe(false);
    expect(await verifySignature(new Uint8Array(3), message, signature)).toBe(false);
  });

  it("a pair of another algorithm is refused by its name", async () => {
    const algorithm = { name: "ECDSA", namedCurve: "P-256" };
    const pair = await crypto.subtle.generateKey(algorithm, false, ["sign", "verify"]);
    await expect(signerFromKeyPair(pair)).rejects.toThrow("ECDSA is not Ed25519");
  });

  it("R-2.3 a signer of one's own is shown the bytes that the message commits to", async () => {
    const { signer } = await createSigner();
    const shown: Uint8Array[] = [];
    const networkId = new Uint8Array(32).fill(7);
    const signed = await signTransaction({
      networkId,
      chain: "T3",
      signer: {
        ...signer,
        sign(digest, unsigned = new Uint8Array()) {
          shown.push(unsigned);
          return signer.sign(digest);
        },
      },
      nonce: 5,
      gasPrice: 2n,
      validUntil: 9,
      payload: transfer(signer.address, 1n),
    });
    expect(signed).toMatchObject({ chain: "T3", nonce: 5, gasLimit: 1_000, gasPrice: 2n });
    expect(signed.bytes.slice(0, shown[0]?.length)).toEqual(shown[0]);
    const decoded = decodeTransaction(signed.bytes, networkId);
    expect(decoded.ok && `0x${decoded.value.idHex}`).toBe(signed.id);
  });
});
