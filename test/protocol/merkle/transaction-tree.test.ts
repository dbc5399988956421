import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import {
  listLeafHash,
  merkleProof,
  merkleRoot,
  transactionLeafHash,
  verifyMerkleProof,
} from "../../../src/protocol/merkle/transaction-tree.ts";
import { hex } from "./naive-state.ts";

const leaves = (count: number): Uint8Array[] =>
  Array.from({ length: count }, (_, n) => listLeafHash(Uint8Array.of(n, n >> 8)));

// The test vectors that Certificate Transparency's implementations share (RFC 6962).
const CT_INPUTS = [
  "",
  "00",
  "10",
  "2021",
  "3031",
  "40414243",
  "5051525354555657",
  "606162636465666768696a6b6c6d6e6f",
].map((input) => Buffer.from(input, "hex"));
const CT_ROOTS = [
  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
  "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
  "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
  "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
  "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
  "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
  "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
  "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

describe("transaction tree", () => {
  it("R-2.3 golden roots are those of RFC 6962's implementations", () => {
    const roots = CT_ROOTS.map((_, count) =>
      merkleRoot(CT_INPUTS.slice(0, count).map(listLeafHash)),
    );
    expect(roots.map(hex)).toEqual(CT_ROOTS);
  });

  it("R-2.3 a transaction's leaf is SHA-256(0x00, id, signatures)", () => {
    const id = new Uint8Array(32).fill(7);
    const signatures = Uint8Array.of(1, 2, 3);
    const expected = createHash("sha256")
      .update(Uint8Array.of(0, ...id, 1, 2, 3))
      .digest("hex");
    expect(hex(transactionLeafHash(id, signatures))).toBe(expected);
    expect(hex(transactionLeafHash(id, Uint8Array.of(1, 2)))).not.toBe(expected);
    expect(() => transactionLeafHash(id.slice(1), signatures)).toThrow(TypeError);
  });

  it("R-7.2 proves each of 1 to 33 leaves, at its place and of its count only", () => {
    for (let count = 1; count <= 33; count++) {
      const list = leaves(count);
      const root = merkleRoot(list);
      for (let index = 0; index < count; index++) {
        const leaf = list[index] as Uint8Array;
        const proof = merkleProof(list, index);
        expect(verifyMerkleProof(root, leaf, index, count, proof)).toBe(true);
        for (let other = -1; other <= count; other++) {
          if (other === index) continue;
          expect(verifyMerkleProof(root, leaf, other, count, proof)).toBe(false);
        }
        expect(verifyMerkleProof(root, listLeafHash(leaf), index, count, proof)).toBe(false);
        expect(verifyMerkleProof(leaf, leaf, index, count, [...proof, leaf])).toBe(false);
        expect(verifyMerkleProof(root, leaf, index, count, [...proof, leaf])).toBe(false);
        if (count > 1) {
          expect(verifyMerkleProof(root, leaf, index, count, proof.slice(1))).toBe(false);
          expect(verifyMerkleProof(root, leaf, index, count, proof.slice(0, -1))).toBe(false);
        }
      }
    }
  });

  it("R-7.2 any byte of a proof changed is refused, and so is what is no index", () => {
    const list = leaves(21);
    const root = merkleRoot(list);
    const leaf = list[13] as Uint8Array;
    const proof = merkleProof(list, 13);
    proof.forEach((hash, i) => {
      for (let at = 0; at < 32; at++) {
        const bent = hash.slice();
        bent[at] = (bent[at] as number) ^ 1;
        expect(verifyMerkleProof(root, leaf, 13, 21, proof.with(i, bent))).toBe(false);
      }
      expect(verifyMerkleProof(root, leaf, 13, 21, proof.with(i, hash.slice(1)))).toBe(false);
    });
    for (const index of [1.5, Number.NaN, Number.POSITIVE_INFINITY, -1, 21]) {
      expect(verifyMerkleProof(root, leaf, index, 21, proof)).toBe(false);
      expect(() => merkleProof(list, index)).toThrow(RangeError);
    }
    expect(verifyMerkleProof(root, leaf, 13, Number.POSITIVE_INFINITY, proof)).toBe(false);
    expect(verifyMerkleProof(root, leaf.slice(1), 13, 21, proof)).toBe(false);
  });
});
