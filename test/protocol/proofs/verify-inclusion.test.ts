import { beforeAll, describe, expect, it } from "vitest";
import { seatSet } from "../../../src/protocol/consensus/seats.ts";
import { addressOf } from "../../../src/protocol/crypto/address.ts";
import { toHex } from "../../../src/protocol/encoding/bytes.ts";
import {
  type InclusionProof,
  inclusionProofCodec,
} from "../../../src/protocol/proofs/inclusion-proof.ts";
import { TrustedNetwork } from "../../../src/protocol/proofs/trusted-network.ts";
import {
  type ExpectedInclusion,
  verifyInclusion,
} from "../../../src/protocol/proofs/verify-inclusion.ts";
import { Bank } from "../../actors/bank.ts";
import { flips, ProofWorld, refusalOf, shown } from "./proof-world.ts";

let world: ProofWorld;
let bytes: Uint8Array;
let proof: InclusionProof;

beforeAll(async () => {
  world = await ProofWorld.open();
  bytes = world.inclusion(world.id(3)).bytes;
  proof = world.inclusionProof(world.id(3));
});

const verify = (one: Uint8Array, expected?: ExpectedInclusion): string =>
  refusalOf(verifyInclusion(world.network, one, expected));

const verdict = (change: Partial<InclusionProof>): string =>
  verify(inclusionProofCodec.encode({ ...proof, ...change }));

const otherLink = (change: Partial<InclusionProof["link"]>): string =>
  verdict({ link: { ...proof.link, ...change } });

const otherChainHeader = (change: Partial<InclusionProof["link"]["chainHeader"]>): string =>
  otherLink({ chainHeader: { ...proof.link.chainHeader, ...change } });

describe("an inclusion proof", () => {
  it("R-7.2 shows each transaction in its place, with nothing trusted but the genesis record", () => {
    const places = new Set<string>();
    for (const id of world.ids) {
      const view = world.inclusion(id);
      const proven = shown(verifyInclusion(world.network, view.bytes));
      const { chain, round, position, epoch, headerHash } = view;
      expect(proven).toMatchObject({ id, chain, round, position, epoch, headerHash });
      expect(proven.transaction.legs[0]?.chain).toBe(chain);
      places.add(`${proven.chain} ${proven.round} ${proven.position}`);
    }
    expect([...places].sort()).toEqual([
      ...[0, 1, 2, 3, 4, 5].map((position) => `0 1 ${position}`),
      "0 2 0",
      "1 1 0",
    ]);
  });

  it("R-7.2 names the transaction as its payer signed it", () => {
    const { transaction } = shown(verifyInclusion(world.network, bytes));
    const [signature] = transaction.signatures;
    expect(addressOf(signature?.publicKey ?? new Uint8Array())).toEqual(
      transaction.legs[0]?.payment?.payer,
    );
  });

  it("R-7.2 any flipped bit is refused", () => {
    const held: string[] = [];
    for (const [place, flipped] of flips(bytes)) {
      if (verify(flipped) === "holds") held.push(place);
    }
    expect(held).toEqual([]);
  });

  it("R-7.2 a proof that is cut off or goes on is refused", () => {
    for (let length = 0; length < bytes.length; length++) {
      const cut = bytes.slice(0, length);
      expect([length, verify(cut)]).toEqual([length, "PROOF_MALFORMED"]);
    }
    expect(verify(Uint8Array.of(...bytes, 0))).toBe("PROOF_MALFORMED");
    expect(verify(new Uint8Array(1 << 20).fill(1))).toBe("PROOF_MALFORMED");
  });

  it("R-7.2 a proof of the other kind, or of a later version, is refused as such", () => {
    const address = world.bank.signer(0).address;
    expect(verify(world.account(0, address).bytes)).toBe("PROOF_WRONG_KIND");
    expect(verdict({ kind: 3 })).toBe("PROOF_WRONG_KIND");
    expect(verdict({ version: 2 })).toBe("PROOF_UNSUPPORTED_VERSION");
  });

  it("R-7.2 a proof of another transaction or chain than was asked for is refused", () => {
    const id = world.id(3);
    expect(verify(bytes, { transaction: id, chain: 0 })).toBe("holds");
    expect(verify(bytes, { transaction: world.id(2) })).toBe("PROOF_OTHER_TRANSACTION");
    expect(verify(bytes, { transaction: id, chain: 1 })).toBe("PROOF_OTHER_CHAIN");
  });

  it("R-7.2 another network's genesis record refuses it", async () => {
    const other = await Bank.open({ chains: 2, k: 2 });
    const network = shown(TrustedNetwork.open(other.net.network.genesisBytes));
    expect(refusalOf(verifyInclusion(network, bytes))).toBe("PROOF_OTHER_NETWORK");
  });
});

describe("a forged inclusion proof", () => {
  it("R-2.3 another place, another count, or an inner node for the leaf is refused", () => {
    const { index, path } = proof;
    const { transactionCount } = proof.link.chainHeader;
    for (let other = 0; other < 12; other++) {
      if (other !== index) expect(verdict({ index: other })).toBe("PROOF_PATH transaction");
    }
    const half = { index: index >> 1, path: path.slice(1) };
    expect(verdict(half)).toBe("PROOF_PATH transaction");
    const shorter = { ...proof.link.chainHeader, transactionCount: transactionCount / 2 };
    const link = { ...proof.link, chainHeader: shorter };
    expect(verdict({ ...half, link })).toBe("PROOF_PATH transaction");
    // With this many the way to the leaf is as long, so that only the header's hash tells.
    expect(otherChainHeader({ transactionCount: 8 })).toBe("PROOF_PATH chain header");
  });

  it("R-7.2 another chain's header, or one that no half has, is refused", () => {
    const other = world.inclusionProof(world.id(6)).link;
    expect(verdict({ link: other })).toBe("PROOF_PATH transaction");
    expect(otherChainHeader({ chain: 1 })).toBe("PROOF_PATH chain header");
    expect(otherChainHeader({ round: 2 })).toBe("PROOF_PATH chain header");
    expect(otherLink({ chainIndex: 1 })).toBe("PROOF_PATH chain header");
    expect(otherLink({ chainPath: [] })).toBe("PROOF_PATH chain header");
    expect(verdict({ transaction: world.inclusionProof(world.id(2)).transaction })).toBe(
      "PROOF_PATH transaction",
    );
  });

  it("R-7.2 headers of another epoch are refused, whoever signed them", () => {
    const later = world.rewritten(proof, { epoch: 1 });
    expect(verify(inclusionProofCodec.encode(later))).toBe("PROOF_OTHER_EPOCH");
    const commitment = world.child(proof.commitment, {}, { epoch: 1 });
    expect(verdict({ commitment })).toBe("PROOF_OTHER_EPOCH");
  });

  it("R-7.2 headers of another format are refused, whoever signed them", () => {
    const later = world.rewritten(proof, { version: 2 });
    expect(verify(inclusionProofCodec.encode(later))).toBe("PROOF_UNSUPPORTED_VERSION");
    const commitment = world.child(proof.commitment, {}, { version: 2 });
    expect(verdict({ commitment })).toBe("PROOF_UNSUPPORTED_VERSION");
  });

  it("R-4.7 without a child of this very header there is no commitment", () => {
    const { commitment } = proof;
    const grandchild = world.inclusionProof(world.id(7)).commitment;
    expect(verdict({ commitment: grandchild })).toBe("PROOF_COMMITMENT");
    const { head } = commitment.header.halves[0] ?? {};
    if (head === undefined) throw new Error("The child has no half");
    const changes = {
      round: { head: { ...head, round: head.round + 1 } },
      hash: { head: { ...head, hash: head.hash.map((byte) => byte ^ 1) } },
      certificate: { headCertificate: null },
      shard: { shard: 1 },
    };
    for (const [name, change] of Object.entries(changes)) {
      const changed = world.child(commitment, change);
      expect([name, verdict({ commitment: changed })]).toEqual([name, "PROOF_COMMITMENT"]);
    }
    const childless = { ...commitment.header, halves: [] };
    const none = { ...commitment, header: childless, certificate: world.certify(childless) };
    expect(verdict({ commitment: none })).toBe("PROOF_COMMITMENT");
  });

  it("R-3.2 R-4.1 the child's certificate must be a quorum's commit votes for the child", () => {
    const { commitment } = proof;
    const { header } = commitment;
    const seats = (count: number) =>
      seatSet(
        4,
        Array.from({ length: count }, (_, seat) => seat),
      );
    const certificates = {
      "of another header": world.certify(proof.link.header),
      "with one seat less than a quorum": world.certify(header, { seats: seats(2) }),
      "with a bitmap that claims one more": {
        ...world.certify(header, { seats: seats(2) }),
        seats: seats(3),
      },
      "of prepare votes": world.certify(header, { phase: "prepare" }),
      "of prepare votes said to be commit votes": {
        ...world.certify(header, { phase: "prepare" }),
        phase: "commit" as const,
      },
      "of another view": { ...world.certify(header), view: 1 },
      "of another epoch": world.certify(header, { epoch: 1 }),
      "of another set": world.certify(header, { set: 2 }),
      "of another round": world.certify(header, { round: header.round + 1 }),
    };
    for (const [name, certificate] of Object.entries(certificates)) {
      const refusal = verdict({ commitment: { ...commitment, certificate } });
      expect([name, refusal]).toEqual([name, "PROOF_CERTIFICATE child header"]);
    }
    const enough = world.certify(header, { seats: seats(3) });
    expect(verdict({ commitment: { ...commitment, certificate: enough } })).toBe("holds");
  });

  it("R-7.2 the header's own certificate counts as well, also in a certified child", () => {
    const { header } = proof.link;
    const { certificate: ofChild } = proof.commitment;
    const certificates = {
      "of the child": ofChild,
      "of prepare votes": world.certify(header, { phase: "prepare" }),
      "of two seats": world.certify(header, { seats: seatSet(4, [0, 1]) }),
      "of another view": { ...world.certify(header), view: 9 },
    };
    for (const [name, headCertificate] of Object.entries(certificates)) {
      const commitment = world.child(proof.commitment, { headCertificate });
      expect([name, verdict({ commitment })]).toEqual([name, "PROOF_CERTIFICATE header"]);
    }
    const again = world.child(proof.commitment, { headCertificate: world.certify(header) });
    expect(verdict({ commitment: again })).toBe("holds");
  });

  it("R-3.3 a set that does not cover the shard certifies nothing for it", () => {
    const foreign = world.rewritten(proof, { set: 2 });
    expect(verify(inclusionProofCodec.encode(foreign))).toBe("PROOF_CERTIFICATE header");
    const commitment = world.child(proof.commitment, {}, { set: 2 });
    expect(verdict({ commitment })).toBe("PROOF_CERTIFICATE child header");
  });

  it("R-7.2 a history that a quorum signs is what a proof shows: it is the quorum that is trusted", () => {
    const other = world.rewritten(proof, { view: 5 });
    const proven = verifyInclusion(world.network, inclusionProofCodec.encode(other));
    expect(toHex(shown(proven).headerHash)).not.toBe(
      toHex(world.inclusion(world.id(3)).headerHash),
    );
  });
});
