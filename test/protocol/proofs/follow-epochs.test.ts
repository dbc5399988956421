// Epochs after genesis as a light client takes them over: blocks of the MerkleChain as the seats of three shards' sets would certify
// them, and as they never should.
import { beforeAll, describe, expect, it } from "vitest";
import { hostedSeats } from "../../../src/actors/hosted-seats.ts";
import {
  JOINT_HEADER_VERSION,
  type JointHeader,
  jointHeaderHash,
} from "../../../src/protocol/blocks/joint-header.ts";
import {
  type MerkleChainBlockSummary,
  summaryHash,
} from "../../../src/protocol/blocks/merkle-chain-block.ts";
import type { CertifiedHeader } from "../../../src/protocol/blocks/merkle-chain-body.ts";
import type { Certificate } from "../../../src/protocol/consensus/messages.ts";
import { seatSet } from "../../../src/protocol/consensus/seats.ts";
import { voteBytes } from "../../../src/protocol/consensus/signed-bytes.ts";
import { provePossession, publicKeyOf } from "../../../src/protocol/crypto/bls.ts";
import { deriveSeatSecret } from "../../../src/protocol/crypto/seat-secret.ts";
import { possessionDomain } from "../../../src/protocol/genesis/possession-domain.ts";
import { epochProofCodec } from "../../../src/protocol/proofs/epoch-proof.ts";
import { TrustedNetwork } from "../../../src/protocol/proofs/trusted-network.ts";
import type { EpochRecord } from "../../../src/protocol/rounds/epoch.ts";
import type { EpochChange } from "../../../src/protocol/rounds/epoch-change.ts";
import { type Seat, seatListHash } from "../../../src/protocol/rounds/seat-lists.ts";
import { Timetable } from "../../../src/protocol/rounds/timetable.ts";
import { Bank } from "../../actors/bank.ts";
import { type LocalNetwork, SECRET } from "../../actors/local-network.ts";
import { refusalOf, shown } from "./proof-world.ts";

const SEATS = 4;
const FIRST: EpochRecord = {
  epoch: 1,
  activationRound: 100,
  activationTimeMs: 1_760_000_050_000,
  roundMs: 1_000,
  seed: new Uint8Array(32).fill(1),
  topology: null,
};
const SECOND: EpochRecord = {
  epoch: 2,
  activationRound: 200,
  activationTimeMs: 1_760_000_150_000,
  roundMs: 500,
  seed: new Uint8Array(32).fill(2),
  topology: null,
};
const ZERO = new Uint8Array(32);

let net: LocalNetwork;
/** Who is on T0's duty in a round of epoch 0. */
let timetable: Timetable;

beforeAll(async () => {
  ({ net } = await Bank.open({ shards: 3, chains: 3 }));
  timetable = new Timetable(net.network.genesis.epoch);
});

const trusting = (): TrustedNetwork => shown(TrustedNetwork.open(net.network.genesisBytes));

/** By all seats of the header's set, or by some. */
function certify(header: JointHeader, seats = [0, 1, 2, 3]): Certificate {
  const { epoch, set, round } = header;
  const value = jointHeaderHash(header);
  const members = seatSet(SEATS, seats);
  const content = { epoch, set, round, view: 0, phase: "commit" as const, value, seats: members };
  const message = voteBytes({ networkId: net.network.id, ...content }, "commit", 0, value);
  const hosted = hostedSeats(SECRET, net.network.genesis.name, 0, set, members);
  return { ...content, signature: hosted.sign(members, message) };
}

function headerOf(epoch: number, round: number, change: Partial<JointHeader> = {}): JointHeader {
  return {
    version: JOINT_HEADER_VERSION,
    networkId: net.network.id,
    epoch,
    set: timetable.dutyOf(0, round).set,
    round,
    view: 0,
    halves: [],
    merkleChain: null,
    ...change,
  };
}

const blockOf = (round: number, epochChange: EpochChange | null): MerkleChainBlockSummary => ({
  number: 7,
  round,
  parent: ZERO,
  notarisedRoot: ZERO,
  notarisedCount: 0,
  voidedRoot: ZERO,
  voidedCount: 0,
  createdChainsRoot: ZERO,
  createdChainCount: 0,
  closings: [],
  epochChange,
});

interface Forgery {
  /** Of the epoch whose set certifies. */
  readonly epoch?: number;
  readonly kind?: EpochChange["kind"];
  readonly header?: Partial<JointHeader>;
  readonly seats?: readonly number[];
  /** What is shown instead of the block whose hash the header has. */
  readonly shown?: (block: MerkleChainBlockSummary) => MerkleChainBlockSummary;
  readonly certificate?: (certificate: Certificate) => Certificate;
  /** What is shown instead of the block behind it. */
  readonly child?: (child: CertifiedHeader, activated: JointHeader) => CertifiedHeader;
  /** Who is at work in the round behind it, where that is not by epoch 0. */
  readonly childSet?: number;
  /** The lists of seats beside it. */
  readonly lists?: readonly (readonly Seat[])[];
}

/** Around the MerkleChain's block behind the one that the header carries. */
function childOf(parent: JointHeader, record: EpochRecord, set?: number): CertifiedHeader {
  const round = parent.round + 1;
  const epoch = round < record.activationRound ? record.epoch - 1 : record.epoch;
  const head = { round: parent.round, hash: jointHeaderHash(parent) };
  const merkleChain = { head, headCertificate: null, blockHash: ZERO, bodyHash: ZERO };
  const header = headerOf(epoch, round, { merkleChain, ...(set === undefined ? {} : { set }) });
  return { header, certificate: certify(header) };
}

/** What shows that a block of the round activates the epoch; true to all but what the forgery changes. */
function proofOf(record: EpochRecord, round: number, forgery: Forgery = {}): Uint8Array {
  const { epoch = record.epoch - 1, kind = "activated", seats = [0, 1, 2, 3] } = forgery;
  const block = blockOf(round, { kind, epoch: record });
  const blockHash = summaryHash(net.network.id, block);
  const head = { round: 0, hash: ZERO };
  const merkleChain = { head, headCertificate: null, blockHash, bodyHash: ZERO };
  const header = headerOf(epoch, round, { merkleChain, ...forgery.header });
  const certificate = certify(header, [...seats]);
  const child = childOf(header, record, forgery.childSet);
  return epochProofCodec.encode({
    block: forgery.shown?.(block) ?? block,
    certified: { header, certificate: forgery.certificate?.(certificate) ?? certificate },
    child: forgery.child?.(child, header) ?? child,
    seats: forgery.lists ?? [],
  });
}

/** The seats of a set that is not in the genesis record. */
function seatsOf(set: number): Seat[] {
  const { name } = net.network.genesis;
  return Array.from({ length: SEATS }, (_, seat) => {
    const secret = deriveSeatSecret(SECRET, { networkName: name, epoch: 0, set, seat });
    return {
      publicKey: publicKeyOf(secret),
      proofOfPossession: provePossession(secret, possessionDomain(name)),
    };
  });
}

const NEW_SET = 7;

/** The first epoch, in which another set covers two of the shards. */
function withNewSet(): EpochRecord {
  const { shards, sets } = net.network.genesis.epoch;
  const [replaced, ...others] = sets.toReversed();
  const entries = [
    ...others
      .toReversed()
      .map(({ set, shards, seats }) => ({ set, shards, seatsHash: seatListHash(seats) })),
    { set: NEW_SET, shards: replaced?.shards ?? [], seatsHash: seatListHash(seatsOf(NEW_SET)) },
  ];
  return { ...FIRST, topology: { shards, sets: entries, nextShard: 3, nextSet: NEW_SET + 1 } };
}

describe("the epochs that a light client follows", () => {
  it("R-3.7 can have other sets, whose seats are shown beside them and sign from then on", () => {
    const network = trusting();
    const record = withNewSet();
    const lists = [seatsOf(NEW_SET)];
    const before = headerOf(0, 99, { set: NEW_SET });
    const replaced = net.network.genesis.epoch.sets.at(-1) ?? expect.fail();
    const [shard = 0] = replaced.shards;
    const isHeard = (header: JointHeader): boolean =>
      network.certifies(certify(header), header, jointHeaderHash(header), shard);
    expect(isHeard(before)).toBe(false);
    expect(shown(network.follow(proofOf(record, 90, { lists })))).toEqual(record);
    expect(isHeard(headerOf(1, 100, { set: NEW_SET }))).toBe(true);
    expect(isHeard(headerOf(1, 100, { set: replaced.set }))).toBe(false);
    // In its own epoch the set that was replaced is heard as before.
    expect(isHeard(headerOf(0, 99, { set: replaced.set }))).toBe(true);
    expect(isHeard(headerOf(1, 100, { set: 1 }))).toBe(shard === 0);
  });

  it("R-3.7, R-4.1 need the lists that they name, no other, by holders who know their secrets", () => {
    const record = withNewSet();
    const [first, ...rest] = seatsOf(NEW_SET);
    const stolen = {
      ...(first ?? expect.fail()),
      proofOfPossession: rest[0]?.proofOfPossession ?? ZERO,
    };
    const follow = (lists: readonly (readonly Seat[])[], of = record): string =>
      refusalOf(trusting().follow(proofOf(of, 90, { lists })));
    expect(follow([])).toBe("EPOCH_PROOF_OTHER_SEATS");
    expect(follow([seatsOf(NEW_SET + 1)])).toBe("EPOCH_PROOF_OTHER_SEATS");
    expect(follow([seatsOf(NEW_SET), seatsOf(NEW_SET)])).toBe("EPOCH_PROOF_OTHER_SEATS");
    expect(follow([seatsOf(NEW_SET)], FIRST)).toBe("EPOCH_PROOF_OTHER_SEATS");
    const list = [stolen, ...rest];
    const sets = (record.topology?.sets ?? []).map((one) =>
      one.set === NEW_SET ? { ...one, seatsHash: seatListHash(list) } : one,
    );
    const topology = { ...(record.topology ?? expect.fail()), sets };
    expect(follow([list], { ...record, topology })).toBe("EPOCH_PROOF_OTHER_SEATS");
  });

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
