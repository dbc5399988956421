// Epochs after genesis as a light client takes them over: blocks of the MerkleChain as the seats of three shards' sets would certify
// them, and as they never should.
import { beforeAll, describe, expect, it } from "vitest";
import { jointHeaderHash } from "../../../src/protocol/blocks/joint-header.ts";
import type { TrustedNetwork } from "../../../src/protocol/proofs/trusted-network.ts";
import { Timetable } from "../../../src/protocol/rounds/timetable.ts";
import {
  certify,
  childOf,
  FIRST,
  headerOf,
  net,
  openNetwork,
  proofOf,
  SECOND,
  timetable,
  trusting,
  ZERO,
} from "./epoch-makers.ts";
import { refusalOf, shown } from "./proof-world.ts";

beforeAll(openNetwork);

describe("the epochs that a light client follows", () => {
  it("R-3.7 R-7.2 are taken over one from the other, each by the word of the one before", () => {
    const network = trusting();
    expect(network.epoch).toBe(0);
    expect(shown(network.follow(proofOf(FIRST, 90)))).toEqual(FIRST);
    expect(network.epoch).toBe(1);
    const { epochs } = net.network;
    const shifted = new Timetable({ ...epochs.at(0), ...FIRST });
    const header = { set: shifted.dutyOf(0, 190).set };
    const childSet = shifted.dutyOf(0, 191).set;
    expect(shown(network.follow(proofOf(SECOND, 190, { header, childSet })))).toEqual(SECOND);
    expect(network.epoch).toBe(2);
  });

  it("R-7.2 change nothing when they are shown again", () => {
    const network = trusting();
    const proof = proofOf(FIRST, 90);
    shown(network.follow(proof));
    expect(refusalOf(network.follow(proof))).toBe("EPOCH_PROOF_NOT_NEXT");
    expect(network.epoch).toBe(1);
  });

  const otherSeat = { signature: new Uint8Array(48).fill(9) };
  it.each<readonly [string, string, () => Uint8Array]>([
    ["no bytes", "EPOCH_PROOF_MALFORMED", () => new Uint8Array()],
    ["a byte too many", "EPOCH_PROOF_MALFORMED", () => new Uint8Array([...proofOf(FIRST, 90), 0])],
    ["a skipped epoch", "EPOCH_PROOF_NOT_NEXT", () => proofOf(SECOND, 90, { epoch: 0 })],
    ["an announcement", "EPOCH_PROOF_NOT_NEXT", () => proofOf(FIRST, 90, { kind: "announced" })],
    ["a lapse", "EPOCH_PROOF_NOT_NEXT", () => proofOf(FIRST, 90, { kind: "lapsed" })],
    [
      "a block that changes no epoch",
      "EPOCH_PROOF_NOT_NEXT",
      () => proofOf(FIRST, 90, { shown: (block) => ({ ...block, epochChange: null }) }),
    ],
    [
      "a block of another network",
      "EPOCH_PROOF_OTHER_NETWORK",
      () => proofOf(FIRST, 90, { header: { networkId: ZERO } }),
    ],
    [
      "a header without the MerkleChain's part",
      "EPOCH_PROOF_OTHER_BLOCK",
      () => proofOf(FIRST, 90, { header: { merkleChain: null } }),
    ],
    [
      "another block than the header's",
      "EPOCH_PROOF_OTHER_BLOCK",
      () => proofOf(FIRST, 90, { shown: (block) => ({ ...block, number: 8 }) }),
    ],
    [
      "another record than the block's",
      "EPOCH_PROOF_OTHER_BLOCK",
      () =>
        proofOf(FIRST, 90, {
          shown: (block) => ({
            ...block,
            epochChange: { kind: "activated", epoch: { ...FIRST, roundMs: 1 } },
          }),
        }),
    ],
    [
      "a block of another round than its header",
      "EPOCH_PROOF_OTHER_BLOCK",
      () => proofOf(FIRST, 90, { header: { round: 89 } }),
    ],
    ["the round that it begins with", "EPOCH_PROOF_OTHER_BLOCK", () => proofOf(FIRST, 100)],
    [
      "a set that is not on T0's duty",
      "EPOCH_PROOF_NOT_CERTIFIED",
      () => {
        const { set } = timetable.dutyOf(0, 90);
        return proofOf(FIRST, 90, { header: { set: (set % 3) + 1 } });
      },
    ],
    [
      "less than a quorum",
      "EPOCH_PROOF_NOT_CERTIFIED",
      () => proofOf(FIRST, 90, { seats: [0, 1] }),
    ],
    [
      "a forged certificate",
      "EPOCH_PROOF_NOT_CERTIFIED",
      () => proofOf(FIRST, 90, { certificate: (real) => ({ ...real, ...otherSeat }) }),
    ],
    [
      "the certificate of another header",
      "EPOCH_PROOF_NOT_CERTIFIED",
      () => proofOf(FIRST, 90, { certificate: () => certify(headerOf(0, 90)) }),
    ],
    [
      "prepare votes",
      "EPOCH_PROOF_NOT_CERTIFIED",
      () => proofOf(FIRST, 90, { certificate: (real) => ({ ...real, phase: "prepare" }) }),
    ],
    [
      "the word of another epoch",
      "EPOCH_PROOF_NOT_CERTIFIED",
      () => proofOf(FIRST, 90, { epoch: 1 }),
    ],
    [
      "a block that nothing stands behind",
      "EPOCH_PROOF_NOT_COMMITTED",
      () =>
        proofOf(FIRST, 90, { child: (_, header) => ({ header, certificate: certify(header) }) }),
    ],
    [
      "a block behind another one",
      "EPOCH_PROOF_NOT_COMMITTED",
      () => proofOf(FIRST, 90, { child: () => childOf(headerOf(0, 90), FIRST) }),
    ],
    [
      "a block behind it without the MerkleChain's part",
      "EPOCH_PROOF_NOT_COMMITTED",
      () =>
        proofOf(FIRST, 90, {
          child: ({ header }) => {
            const without = { ...header, merkleChain: null };
            return { header: without, certificate: certify(without) };
          },
        }),
    ],
    [
      "a block behind it that less than a quorum certified",
      "EPOCH_PROOF_NOT_COMMITTED",
      () =>
        proofOf(FIRST, 90, {
          child: ({ header }) => ({ header, certificate: certify(header, [0, 1]) }),
        }),
    ],
    [
      "a block behind it by a set that is not on T0's duty",
      "EPOCH_PROOF_NOT_COMMITTED",
      () => proofOf(FIRST, 90, { childSet: (timetable.dutyOf(0, 91).set % 3) + 1 }),
    ],
    [
      "a block behind it of the epoch that it ended, in a round of the next",
      "EPOCH_PROOF_NOT_COMMITTED",
      () =>
        proofOf(FIRST, 99, {
          child: ({ header }) => {
            const old = { ...header, epoch: 0 };
            return { header: old, certificate: certify(old) };
          },
        }),
    ],
  ])("R-7.2 do not follow from %s", (_, code, bytes) => {
    const network = trusting();
    expect(refusalOf(network.follow(bytes()))).toBe(code);
    expect(network.epoch).toBe(0);
  });

  it("R-7.2 do not follow from a block before the epoch that it follows", () => {
    const network = trusting();
    shown(network.follow(proofOf(FIRST, 90)));
    expect(refusalOf(network.follow(proofOf(SECOND, 95)))).toBe("EPOCH_PROOF_OTHER_BLOCK");
  });

  it("R-7.2 are shown by a block of their own, where none came before them", () => {
    const first = new Timetable({ ...net.network.epochs.at(0), ...FIRST });
    const childSet = first.dutyOf(0, 100).set;
    expect(shown(trusting().follow(proofOf(FIRST, 99, { childSet })))).toEqual(FIRST);
  });

  it("R-7.2 no bit of what shows them can change", () => {
    const network = trusting();
    const proof = proofOf(FIRST, 90);
    const held = [...proof.keys()].filter((at) => {
      const changed = proof.with(at, (proof[at] as number) ^ (1 << (at % 8)));
      return network.follow(changed).ok;
    });
    expect(held).toEqual([]);
  });
});

describe("headers of a network with several epochs", () => {
  const refused = (network: TrustedNetwork, epoch: number, round: number): string => {
    const refusal = network.refusalOf(headerOf(epoch, round));
    return refusal === null ? "known" : refusal.code;
  };

  it("R-3.7 R-7.2 are of the epoch of their round", () => {
    const network = trusting();
    expect(refused(network, 0, 99)).toBe("known");
    expect(refused(network, 1, 100)).toBe("PROOF_OTHER_EPOCH");
    shown(network.follow(proofOf(FIRST, 90)));
    expect([0, 1, 2].map((epoch) => refused(network, epoch, 99))).toEqual([
      "known",
      "PROOF_OTHER_EPOCH",
      "PROOF_OTHER_EPOCH",
    ]);
    expect([0, 1, 2].map((epoch) => refused(network, epoch, 100))).toEqual([
      "PROOF_OTHER_EPOCH",
      "known",
      "PROOF_OTHER_EPOCH",
    ]);
  });

  it("R-3.7 R-7.2 are certified by the keys of that epoch alone", () => {
    const network = trusting();
    shown(network.follow(proofOf(FIRST, 90)));
    const certified = (epoch: number, round: number): boolean => {
      const header = headerOf(epoch, round);
      return network.certifies(certify(header), header, jointHeaderHash(header), 0);
    };
    expect([certified(0, 99), certified(1, 99)]).toEqual([true, false]);
    expect([certified(0, 100), certified(1, 100)]).toEqual([false, true]);
  });
});
