// Certified blocks as a set would make them, and as nobody should: signed with the real seats of the local network.
import { hostedSeats } from "../../src/actors/hosted-seats.ts";
import type { CommitRequest, PeerAnswer } from "../../src/actors/peers.ts";
import {
  buildShardBlock,
  type FormedShardBlock,
} from "../../src/protocol/blocks/build-shard-block.ts";
import {
  JOINT_HEADER_VERSION,
  type JointHeader,
  jointHeaderHash,
} from "../../src/protocol/blocks/joint-header.ts";
import { type CertifiedBlock, certifiedBlockCodec } from "../../src/protocol/blocks/shard-block.ts";
import type { Certificate } from "../../src/protocol/consensus/messages.ts";
import { allSeats, type SeatSet } from "../../src/protocol/consensus/seats.ts";
import { voteBytes } from "../../src/protocol/consensus/signed-bytes.ts";
import type {
  UnverifiedTransaction,
  VerifiedTransaction,
} from "../../src/protocol/ledger/unverified.ts";
import { accepted } from "../support/transactions.ts";
import type { Bank } from "./bank.ts";
import { type LocalNetwork, SECRET } from "./local-network.ts";

export const seatsOf = (net: LocalNetwork): SeatSet =>
  allSeats(net.network.epoch.sets[0]?.seats.length ?? 0);

/** A certificate whose signature really covers what it says; `change` alters what is signed, too. */
export function signedCertificate(
  net: LocalNetwork,
  header: JointHeader,
  change: Partial<Omit<Certificate, "signature">> = {},
): Certificate {
  const { epoch, set, round } = header;
  const seats = change.seats ?? seatsOf(net);
  const value = jointHeaderHash(header);
  const content = { epoch, set, round, view: 0, phase: "commit" as const, value, ...change, seats };
  const { phase, view } = content;
  const message = voteBytes({ networkId: net.network.id, ...content }, phase, view, content.value);
  const hosted = hostedSeats(SECRET, net.network.genesis.name, 0, 1, seats);
  return { ...content, signature: hosted.sign(seats, message) };
}

export function blockOver(
  net: LocalNetwork,
  round: number,
  { half, shardBlock }: Pick<FormedShardBlock, "half" | "shardBlock">,
): CertifiedBlock {
  const header: JointHeader = {
    version: JOINT_HEADER_VERSION,
    networkId: net.network.id,
    epoch: 0,
    set: 1,
    round,
    view: 0,
    halves: [half],
    merkleChain: null,
  };
  const block = { header, shardBlocks: [shardBlock], merkleChain: null };
  return { block, certificate: signedCertificate(net, header) };
}

/** What a block over these would be on the shard's head, whatever their signatures. */
export const formOnHead = (
  net: LocalNetwork,
  round: number,
  transactions: readonly UnverifiedTransaction[],
): FormedShardBlock =>
  net.shard.read(
    ({ replica }) =>
      buildShardBlock(replica.view(round), transactions as readonly VerifiedTransaction[]).formed,
  );

export const commitRequest = (certified: CertifiedBlock, set = 1): CommitRequest => ({
  kind: "commit",
  set,
  certifiedBlock: certifiedBlockCodec.encode(certified),
  partnerBlock: null,
});

export const handOver = (net: LocalNetwork, certified: CertifiedBlock, set = 1): PeerAnswer =>
  net.shard.step((shard) => shard.receive(commitRequest(certified, set)));

/** The set's certified block of the present round, which never reached the shard; the round is open. */
export async function withheldBlock({ net }: Bank): Promise<CertifiedBlock> {
  net.sent = [];
  net.lose = (_, { kind }) => kind === "commit";
  await net.advance(1);
  const bytes = net.sent.flatMap(([, one]) => (one.kind === "commit" ? [one.certifiedBlock] : []));
  const first = bytes[0];
  if (first === undefined) throw new Error("The set certified nothing");
  return accepted(certifiedBlockCodec.decode(first));
}
