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
import type { Seat } from "../../../src/protocol/rounds/seat-lists.ts";
import { Timetable } from "../../../src/protocol/rounds/timetable.ts";
import { Bank } from "../../actors/bank.ts";
import { type LocalNetwork, SECRET } from "../../actors/local-network.ts";
import { shown } from "./proof-world.ts";

export const SEATS = 4;
export const FIRST: EpochRecord = {
  epoch: 1,
  activationRound: 100,
  activationTimeMs: 1_760_000_050_000,
  roundMs: 1_000,
  seed: new Uint8Array(32).fill(1),
  topology: null,
};
export const SECOND: EpochRecord = {
  epoch: 2,
  activationRound: 200,
  activationTimeMs: 1_760_000_150_000,
  roundMs: 500,
  seed: new Uint8Array(32).fill(2),
  topology: null,
};
export const ZERO = new Uint8Array(32);

export let net: LocalNetwork;
/** Who is on T0's duty in a round of epoch 0. */
export let timetable: Timetable;

/** Makes the network that the others speak of. */
export async function openNetwork(): Promise<void> {
  ({ net } = await Bank.open({ shards: 3, chains: 3 }));
  timetable = new Timetable(net.network.genesis.epoch);
}

export const trusting = (): TrustedNetwork => shown(TrustedNetwork.open(net.network.genesisBytes));

/** By all seats of the header's set, or by some. */
export function certify(header: JointHeader, seats = [0, 1, 2, 3]): Certificate {
  const { epoch, set, round } = header;
  const value = jointHeaderHash(header);
  const members = seatSet(SEATS, seats);
  const content = { epoch, set, round, view: 0, phase: "commit" as const, value, seats: members };
  const message = voteBytes({ networkId: net.network.id, ...content }, "commit", 0, value);
  const hosted = hostedSeats(SECRET, net.network.genesis.name, 0, set, members);
  return { ...content, signature: hosted.sign(members, message) };
}

export function headerOf(
  epoch: number,
  round: number,
  change: Partial<JointHeader> = {},
): JointHeader {
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

export const blockOf = (
  round: number,
  epochChange: EpochChange | null,
): MerkleChainBlockSummary => ({
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

export interface Forgery {
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
export function childOf(parent: JointHeader, record: EpochRecord, set?: number): CertifiedHeader {
  const round = parent.round + 1;
  const epoch = round < record.activationRound ? record.epoch - 1 : record.epoch;
  const head = { round: parent.round, hash: jointHeaderHash(parent) };
  const merkleChain = { head, headCertificate: null, blockHash: ZERO, bodyHash: ZERO };
  const header = headerOf(epoch, round, { merkleChain, ...(set === undefined ? {} : { set }) });
  return { header, certificate: certify(header) };
}

/** What shows that a block of the round activates the epoch; true to all but what the forgery changes. */
export function proofOf(record: EpochRecord, round: number, forgery: Forgery = {}): Uint8Array {
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
export function seatsOf(set: number): Seat[] {
  const { name } = net.network.genesis;
  return Array.from({ length: SEATS }, (_, seat) => {
    const secret = deriveSeatSecret(SECRET, { networkName: name, epoch: 0, set, seat });
    return {
      publicKey: publicKeyOf(secret),
      proofOfPossession: provePossession(secret, possessionDomain(name)),
    };
  });
}
