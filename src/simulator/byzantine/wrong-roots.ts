// Proposes blocks whose transactions are right and whose roots or links are not.

import type { ChainHeader } from "../../protocol/blocks/chain-header.ts";
import {
  type Half,
  JOINT_HEADER_VERSION,
  type JointHeader,
} from "../../protocol/blocks/joint-header.ts";
import { sha256 } from "../../protocol/crypto/sha256.ts";
import { proposing } from "./bad-proposer.ts";
import {
  anyOf,
  bodyOf,
  type Draft,
  type Forge,
  type Forgeries,
  halfOf,
  withChainHeaders,
  withHalf,
  withHeader,
} from "./forged-block.ts";

const other = (hash: Uint8Array): Uint8Array => sha256(hash);

/** One chain's header changed, and all above it as it must be then. */
function inOneChain(change: (header: ChainHeader) => Partial<ChainHeader>): Forge {
  return (block, { random }) => {
    const { chainHeaders } = bodyOf(block);
    const chosen = random.pick(chainHeaders);
    if (chosen === undefined) return null;
    const headers = chainHeaders.map((one) => (one === chosen ? { ...one, ...change(one) } : one));
    return withChainHeaders(block, headers);
  };
}

const inHalf =
  (change: (half: Half) => Partial<Half>): Forge =>
  (block) =>
    withHalf(block, change(halfOf(block)));

const inHeader =
  (change: (header: JointHeader) => Partial<JointHeader>): Forge =>
  (block) =>
    withHeader(block, change(block.header));

export const WRONG_ROOTS: Forgeries = {
  stateRoot: inOneChain(({ stateRoot }) => ({ stateRoot: other(stateRoot) })),
  transactionsRoot: inOneChain(({ transactionsRoot }) => ({
    transactionsRoot: other(transactionsRoot),
  })),
  chainParent: inOneChain(({ parent }) => ({ parent: other(parent) })),
  chainRound: inOneChain(({ round }) => ({ round: round + 1 })),
  gas: inOneChain(({ gas }) => ({ gas: gas + 1 })),
  transactionCount: inOneChain(({ transactionCount }) => ({
    transactionCount: transactionCount + 1,
  })),
  missingChain: withoutOne,
  chainTwice: twice,
  headHash: inHalf(({ head }) => ({ head: { ...head, hash: other(head.hash) } })),
  headRound: inHalf(({ head }) => ({ head: { ...head, round: head.round + 1 } })),
  headCertificate: otherHeadCertificate,
  noHeadCertificate: (block) =>
    halfOf(block).headCertificate === null ? null : withHalf(block, { headCertificate: null }),
  chainsRoot: inHalf(({ chainsRoot }) => ({ chainsRoot: other(chainsRoot) })),
  crossRoot: inHalf(({ crossRoot }) => ({ crossRoot: other(crossRoot) })),
  chainCount: inHalf(({ chainCount }) => ({ chainCount: chainCount + 1 })),
  load: inHalf(({ load }) => ({ load: { ...load, bytes: load.bytes + 1 } })),
  trades: inHalf(({ trades }) => ({
    trades: trades.length === 0 ? [{ first: 0, second: 1, count: 1 }] : trades.slice(1),
  })),
  partnerPayloadRoot: inHalf(({ chainsRoot }) => ({ partnerPayloadRoot: chainsRoot })),
  merkleChainRead: inHalf(({ head }) => ({ merkleChainRead: head })),
  shard: inHalf(({ shard }) => ({ shard: shard + 1 })),
  version: inHeader(() => ({ version: JOINT_HEADER_VERSION + 1 })),
  network: inHeader(({ networkId }) => ({ networkId: other(networkId) })),
  epoch: inHeader(({ epoch }) => ({ epoch: epoch + 1 })),
  set: inHeader(({ set }) => ({ set: set + 1 })),
  round: inHeader(({ round }) => ({ round: round + 1 })),
  view: inHeader(({ view }) => ({ view: view + 1_000 })),
  noHalf: inHeader(() => ({ halves: [] })),
  halfTwice: inHeader(({ halves }) => ({ halves: [...halves, ...halves] })),
  merkleChain: (block) => {
    const { head, headCertificate, chainsRoot } = halfOf(block);
    const part = { head, headCertificate, blockHash: chainsRoot, bodyHash: chainsRoot };
    return withHeader(block, { merkleChain: part });
  },
};

/** A chain that ought to be in the block is not. */
function withoutOne(block: Draft): Draft | null {
  const { chainHeaders } = bodyOf(block);
  return chainHeaders.length === 0 ? null : withChainHeaders(block, chainHeaders.slice(1));
}

function twice(block: Draft): Draft | null {
  const { chainHeaders } = bodyOf(block);
  const [first] = chainHeaders;
  return first === undefined ? null : withChainHeaders(block, [first, ...chainHeaders]);
}

/** The head's certificate without its last byte's sense, or none at all. */
function otherHeadCertificate(block: Draft): Draft | null {
  const { headCertificate } = halfOf(block);
  if (headCertificate === null) return null;
  const signature = headCertificate.signature.map((byte, i) => (i === 0 ? byte ^ 1 : byte));
  return withHalf(block, { headCertificate: { ...headCertificate, signature } });
}

export const wrongRoots = proposing(anyOf(WRONG_ROOTS));
