// Blocks and what they are made of, one value of each.
import type { ChainHeader } from "../../../src/protocol/blocks/chain-header.ts";
import type { Half, JointHeader } from "../../../src/protocol/blocks/joint-header.ts";
import type { MerkleChainBody } from "../../../src/protocol/blocks/merkle-chain-body.ts";
import type { ShardBlock } from "../../../src/protocol/blocks/shard-block.ts";
import type { Certificate } from "../../../src/protocol/consensus/messages.ts";
import type { ChainRecord } from "../../../src/protocol/ledger/chain-record.ts";
import { bytes, NETWORK_ID } from "./payload-samples.ts";

export const RECORD: ChainRecord = {
  chain: 0,
  shard: 0,
  symbol: "RUNE",
  name: "Rune",
  decimals: 8,
  supply: 500_000_000n * 10n ** 8n,
  creator: null,
  reserveDefault: 10n * 10n ** 8n,
  gasPriceMin: 1n,
  bornRound: 0,
};
export const CREATED: ChainRecord = {
  ...RECORD,
  chain: 7,
  shard: 3,
  symbol: "GOLD2",
  creator: bytes(20, 0xf1),
  bornRound: 4_711,
};

export const CERTIFICATE: Certificate = {
  epoch: 0,
  set: 1,
  round: 41,
  view: 1,
  phase: "commit",
  value: bytes(32, 0x31),
  seats: Uint8Array.of(0b0111),
  signature: bytes(48, 0x32),
};

export const HEADER: ChainHeader = {
  chain: 7,
  round: 42,
  parent: bytes(32, 0x41),
  transactionsRoot: bytes(32, 0x42),
  transactionCount: 2,
  gas: 3_000,
  stateRoot: bytes(32, 0x43),
};

export const SHARD_BLOCK: ShardBlock = {
  shard: 0,
  chainHeaders: [HEADER],
  crossShard: [bytes(128, 0x51)],
  twoChain: [bytes(130, 0x52)],
  singleChain: [{ chain: 7, transactions: [bytes(300, 0x53), bytes(129, 0)] }],
};

export const HALF: Half = {
  shard: 0,
  head: { round: 41, hash: bytes(32, 0x61) },
  headCertificate: CERTIFICATE,
  crossRoot: bytes(32, 0x62),
  chainsRoot: bytes(32, 0x63),
  chainCount: 1,
  load: { transactions: 4, bytes: 687 },
  trades: [{ first: 0, second: 7, count: 2 }],
  partnerPayloadRoot: null,
  merkleChainRead: null,
};
export const PARTNER: Half = {
  ...HALF,
  shard: 1,
  headCertificate: null,
  partnerPayloadRoot: bytes(32, 0x64),
  merkleChainRead: { round: 30, hash: bytes(32, 0x65) },
};

export const JOINT: JointHeader = {
  version: 1,
  networkId: NETWORK_ID,
  epoch: 0,
  set: 1,
  round: 42,
  view: 0,
  halves: [HALF],
  merkleChain: null,
};
export const WITH_MERKLE_CHAIN: JointHeader = {
  ...JOINT,
  merkleChain: {
    head: { round: 40, hash: bytes(32, 0x71) },
    headCertificate: CERTIFICATE,
    blockHash: bytes(32, 0x72),
    bodyHash: bytes(32, 0x79),
  },
};

const FULL = { fillPermille: 951, ratePermille: 1_000 };
const IDLE = { fillPermille: 0, ratePermille: 3 };

export const MERKLE_CHAIN_BODY: MerkleChainBody = {
  block: {
    number: 9,
    round: 42,
    parent: bytes(32, 0x73),
    notarised: [
      { shard: 0, round: 41, headerHash: bytes(32, 0x74), saturation: FULL },
      { shard: 1, round: 41, headerHash: bytes(32, 0x74), saturation: IDLE },
    ],
    voided: [{ shard: 1, round: 40, headerHash: bytes(32, 0x7a), isLate: true }],
    createdChains: [CREATED],
    closings: [{ shard: 1, head: { round: 41, hash: bytes(32, 0x74) } }],
    epochChange: {
      kind: "announced",
      epoch: {
        epoch: 1,
        activationRound: 63,
        activationTimeMs: 1_700_000_031_000,
        roundMs: 1_000,
        seed: bytes(32, 0x7b),
        topology: {
          shards: [
            { shard: 0, chains: [0] },
            { shard: 1, chains: [7] },
          ],
          sets: [
            { set: 1, shards: [0, 1], seatsHash: bytes(32, 0x7c) },
            { set: 2, shards: [0, 1], seatsHash: bytes(32, 0x7d) },
          ],
          nextShard: 2,
          nextSet: 3,
        },
      },
    },
  },
  headers: [{ header: JOINT, certificate: CERTIFICATE }],
  createdChains: [
    {
      round: 41,
      record: bytes(40, 0x75),
      stateProof: bytes(70, 0x76),
      chainHeader: bytes(120, 0x77),
      chainHeaderIndex: 1,
      chainHeaderProof: [bytes(32, 0x78)],
    },
  ],
};
