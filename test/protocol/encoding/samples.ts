// One value of every wire format, with every optional part once there and once not. Their bytes are
// checked in as `test/golden/encodings.json`: who changes a byte here changes the protocol.

import { chainHeaderCodec } from "../../../src/protocol/blocks/chain-header.ts";
import { jointHeaderCodec } from "../../../src/protocol/blocks/joint-header.ts";
import { merkleChainBlockCodec } from "../../../src/protocol/blocks/merkle-chain-block.ts";
import { merkleChainBodyCodec } from "../../../src/protocol/blocks/merkle-chain-body.ts";
import {
  certifiedBlockCodec,
  jointBlockCodec,
  shardBlockCodec,
} from "../../../src/protocol/blocks/shard-block.ts";
import { type Codec, codec } from "../../../src/protocol/encoding/codec.ts";
import { type Account, accountCodec } from "../../../src/protocol/ledger/account.ts";
import { chainRecordCodec } from "../../../src/protocol/ledger/chain-record.ts";
import { amountCodec } from "../../../src/protocol/ledger/chain-state.ts";
import { tokenCountCodec } from "../../../src/protocol/ledger/create-token.ts";
import { signedOfferCodec } from "../../../src/protocol/ledger/offer.ts";
import { type Payload, payloadType } from "../../../src/protocol/ledger/payload.ts";
import { receiptCodec } from "../../../src/protocol/ledger/receipt.ts";
import {
  type Authorisation,
  type Transaction,
  transactionCodec,
  unsignedTransactionCodec,
} from "../../../src/protocol/ledger/transaction.ts";
import { usedOffersCodec } from "../../../src/protocol/ledger/used-offers.ts";
import { stateChunkCodec } from "../../../src/protocol/merkle/state-chunk.ts";
import { statePartsCodec, stateQueryCodec } from "../../../src/protocol/merkle/state-parts.ts";
import {
  type AccountProof,
  accountProofCodec,
} from "../../../src/protocol/proofs/account-proof.ts";
import type { HeaderLink } from "../../../src/protocol/proofs/header-link.ts";
import {
  type InclusionProof,
  inclusionProofCodec,
} from "../../../src/protocol/proofs/inclusion-proof.ts";
import { PROOF_VERSION, ProofKind } from "../../../src/protocol/proofs/proof-codec.ts";
import { roundInclusionsCodec } from "../../../src/protocol/reserve/window.ts";
import {
  type Epoch,
  epochCodec,
  GENESIS_VERSION,
  genesisCodec,
} from "../../../src/protocol/rounds/epoch.ts";
import { DEFAULT_SATURATION } from "../../../src/protocol/topology/saturation.ts";
import {
  CERTIFICATE,
  CREATED,
  HALF,
  HEADER,
  JOINT,
  MERKLE_CHAIN_BODY,
  PARTNER,
  RECORD,
  SHARD_BLOCK,
  WITH_MERKLE_CHAIN,
} from "./block-samples.ts";
import { bytes, NETWORK_ID, OFFER, PAYLOADS, VARIANTS } from "./payload-samples.ts";

import { STAKING_SAMPLES } from "./staking-samples.ts";

export { bytes, NETWORK_ID, OFFER, PAYLOADS } from "./payload-samples.ts";

const hexOf = (size: number, fill: number): string =>
  Buffer.from(bytes(size, fill)).toString("hex");

export const payloadCodec: Codec<Payload> = codec("payload", payloadType, 4096);

export const AUTHORISATION: Authorisation = {
  publicKey: bytes(32, 0xb1),
  chain: 0,
  nonce: 3,
  delegate: bytes(20, 0xb2),
  allowance: 1_000_000n,
  lastRound: 77,
  signature: bytes(64, 0xb3),
};

export const TRANSACTION: Transaction = {
  version: 1,
  networkId: NETWORK_ID,
  legs: [
    {
      chain: 0,
      gasLimit: 2_000,
      payment: {
        payer: bytes(20, 0xc1),
        sequence: { kind: "nonce", nonce: 258 },
        gasPrice: 1_000_000_000n,
      },
    },
  ],
  payload: PAYLOADS[0] as Payload,
  validUntil: 9_999,
  authorisations: [AUTHORISATION],
  signatures: [{ publicKey: bytes(32, 0xd1), signature: bytes(64, 0xd2) }],
};

/** The form of later payloads: two legs, one by an offer number, one that only receives. */
export const TWO_LEGS: Transaction = {
  ...TRANSACTION,
  legs: [
    {
      chain: 1,
      gasLimit: 1_500,
      payment: {
        payer: bytes(20, 0xc2),
        sequence: { kind: "offer", offer: (1n << 64n) - 1n },
        gasPrice: 0n,
      },
    },
    { chain: 4_294_967_295, gasLimit: 0, payment: null },
  ],
  authorisations: [],
  signatures: [],
};

const ACCOUNT: Account = {
  balance: 10n ** 21n,
  nonce: 4,
  authorisationNonce: 2,
  reserve: 5n * 10n ** 18n,
  pendingReserves: [
    { fromRound: 12, reserve: null },
    { fromRound: 13, reserve: 1n },
  ],
  delegation: { delegate: bytes(20, 0xe1), allowance: 99n, lastRound: 1_000 },
};
const EMPTY: Account = {
  balance: 0n,
  nonce: 0,
  authorisationNonce: 0,
  reserve: null,
  pendingReserves: [],
  delegation: null,
};

const EPOCH: Epoch = {
  epoch: 0,
  activationRound: 1,
  activationTimeMs: 1_700_000_000_000,
  roundMs: 500,
  seed: null,
  leaseRounds: 20,
  epochRounds: 7_200,
  k: 3,
  saturation: DEFAULT_SATURATION,
  shards: [{ shard: 0, chains: [0, 7] }],
  sets: [
    {
      set: 1,
      shards: [0],
      seats: [
        { publicKey: bytes(96, 0x21), proofOfPossession: bytes(48, 0x22) },
        { publicKey: bytes(96, 0x23), proofOfPossession: bytes(48, 0x24) },
      ],
    },
  ],
};

export interface Sample {
  readonly name: string;
  readonly format: Codec<unknown>;
  readonly value: unknown;
}

const sample = <T>(name: string, format: Codec<T>, value: T): Sample => ({
  name,
  format: format as Codec<unknown>,
  value,
});

const { signatures: _, ...UNSIGNED } = TRANSACTION;

const receipts: readonly Sample[] = [
  sample("receipt of code 2", receiptCodec, {
    id: bytes(32, 0x81),
    code: 2,
    reason: "executed",
    failedChain: null,
    movements: [
      {
        chain: 0,
        from: { kind: "account", address: bytes(20, 0x82) },
        to: { kind: "unattributedFees" },
        amount: 1_000n,
      },
      {
        chain: 7,
        from: { kind: "issuance" },
        to: { kind: "account", address: bytes(20, 0x83) },
        amount: 5n,
      },
    ],
  }),
  sample("receipt of code 1", receiptCodec, {
    id: bytes(32, 0x84),
    code: 1,
    reason: "senderDip",
    failedChain: 258,
    movements: [],
  }),
];

const inclusions = sample("round inclusions", roundInclusionsCodec, {
  round: 42,
  chains: [
    {
      chain: 0,
      legs: [
        {
          sender: hexOf(20, 0x91),
          value: 9n,
          fee: 1_000n,
          offer: null,
          possiblyEmptying: true,
          transaction: hexOf(32, 0x92),
        },
        {
          sender: hexOf(20, 0x95),
          value: 9n,
          fee: 0n,
          offer: (1n << 64n) - 1n,
          possiblyEmptying: false,
          transaction: hexOf(32, 0x96),
        },
      ],
      authorised: [hexOf(20, 0x93), hexOf(20, 0x94)],
    },
    { chain: 7, legs: [], authorised: [] },
  ],
});

const chunk = {
  root: bytes(32, 0xd1),
  from: "0a",
  to: "0af",
  pages: [bytes(40, 0xd2), bytes(41, 0xd3)],
};
const state = [
  sample("state chunk", stateChunkCodec, chunk),
  sample("state chunk of nothing", stateChunkCodec, { ...chunk, from: "", to: null, pages: [] }),
  sample("state query", stateQueryCodec, {
    chains: [1, 258],
    round: 42,
    from: { chain: 1, place: "0a" },
    known: { depth: 2, hashes: [bytes(32, 0xd4)] },
    bytesMax: 65_536,
  }),
  sample("state query at the end", stateQueryCodec, {
    chains: null,
    round: 42,
    from: null,
    known: null,
    bytesMax: 1,
  }),
  sample("state parts", statePartsCodec, {
    round: 44,
    passed: 1,
    total: 3,
    changes: [
      { chain: 1, key: bytes(21, 0xd5), value: bytes(3, 0xd6) },
      { chain: 1, key: bytes(21, 0xd7), value: null },
    ],
    roots: [{ chain: 1, root: bytes(32, 0xd8) }],
    parts: [{ chain: 258, chunk }],
    to: { chain: 258, place: "0af" },
  }),
];

const LINK: HeaderLink = {
  chainHeader: HEADER,
  chainIndex: 1,
  chainPath: [bytes(32, 0xb5), bytes(32, 0xb6)],
  header: JOINT,
};

const INCLUSION: InclusionProof = {
  version: PROOF_VERSION,
  kind: ProofKind.inclusion,
  transaction: transactionCodec.encode(TRANSACTION),
  index: 1,
  path: [bytes(32, 0xb7)],
  link: LINK,
  commitment: { kind: "childHeader", header: { ...JOINT, round: 45 }, certificate: CERTIFICATE },
};

const PRESENCE: AccountProof = {
  version: PROOF_VERSION,
  kind: ProofKind.account,
  address: bytes(20, 0xb8),
  account: accountCodec.encode(ACCOUNT),
  stateProof: {
    siblings: [bytes(32, 0xb9), null, bytes(32, 0xba)],
    terminal: { kind: "leaf", path: bytes(32, 0xbb), valueHash: bytes(32, 0xbc) },
  },
  link: LINK,
  certificate: CERTIFICATE,
};

const ABSENCE: AccountProof = {
  ...PRESENCE,
  account: null,
  stateProof: { siblings: [bytes(32, 0xb9)], terminal: { kind: "empty" } },
};

export const SAMPLES: readonly Sample[] = [
  ...PAYLOADS.map((payload, at) =>
    sample(`payload ${payload.kind}${VARIANTS[at] ?? ""}`, payloadCodec, payload),
  ),
  sample("unsigned transaction", unsignedTransactionCodec, UNSIGNED),
  sample("transaction", transactionCodec, TRANSACTION),
  sample("transaction of two legs", transactionCodec, TWO_LEGS),
  sample("signed offer", signedOfferCodec, OFFER),
  sample("signed offer to anybody", signedOfferCodec, { ...OFFER, taker: null }),
  sample("used offers", usedOffersCodec, [
    { offer: 3n, until: 12_345 },
    { offer: (1n << 64n) - 1n, until: 0 },
  ]),
  sample("account", accountCodec, ACCOUNT),
  sample("account with nothing", accountCodec, EMPTY),
  sample("chain record of the genesis", chainRecordCodec, RECORD),
  sample("chain record of a creator", chainRecordCodec, CREATED),
  sample("token count", tokenCountCodec, 258),
  sample("amount", amountCodec, 1n << 127n),
  ...STAKING_SAMPLES.map(({ name, codec, value }) => sample(name, codec as Codec<unknown>, value)),
  ...receipts,
  inclusions,
  ...state,
  sample("epoch", epochCodec, EPOCH),
  sample("genesis record", genesisCodec, {
    version: GENESIS_VERSION,
    name: "golden",
    development: false,
    epoch: EPOCH,
    chains: [RECORD, CREATED],
    allocations: [
      { chain: 0, address: bytes(20, 0xa4), balance: 10n ** 16n, reserve: null },
      { chain: 7, address: bytes(20, 0xa5), balance: 1n, reserve: 0n },
    ],
    staking: { minimumBond: 10n ** 22n, unbondingRounds: 1_209_600 },
    validators: [
      {
        address: bytes(20, 0xd1),
        key: { kind: "seat", set: 1, seat: 0 },
        commission: 1_000,
        bond: 10n ** 24n,
      },
      {
        address: bytes(20, 0xd2),
        key: {
          kind: "standby",
          publicKey: bytes(96, 0xd3),
          proofOfPossession: bytes(48, 0xd4),
        },
        commission: 10_000,
        bond: 1n,
      },
    ],
  }),
  sample("chain header", chainHeaderCodec, HEADER),
  sample("shard block", shardBlockCodec, SHARD_BLOCK),
  sample("joint header of one half", jointHeaderCodec, JOINT),
  sample("joint header of two halves", jointHeaderCodec, { ...JOINT, halves: [HALF, PARTNER] }),
  sample("joint header with the MerkleChain", jointHeaderCodec, WITH_MERKLE_CHAIN),
  sample("joint header of the MerkleChain alone", jointHeaderCodec, {
    ...WITH_MERKLE_CHAIN,
    halves: [],
  }),
  sample("joint block", jointBlockCodec, {
    header: JOINT,
    shardBlocks: [SHARD_BLOCK],
    merkleChain: null,
  }),
  sample("joint block with the MerkleChain", jointBlockCodec, {
    header: WITH_MERKLE_CHAIN,
    shardBlocks: [SHARD_BLOCK],
    merkleChain: MERKLE_CHAIN_BODY,
  }),
  sample("MerkleChain block", merkleChainBlockCodec, MERKLE_CHAIN_BODY.block),
  sample("MerkleChain body", merkleChainBodyCodec, MERKLE_CHAIN_BODY),
  sample("certified block", certifiedBlockCodec, {
    block: { header: JOINT, shardBlocks: [SHARD_BLOCK], merkleChain: null },
    certificate: CERTIFICATE,
  }),
  sample("inclusion proof", inclusionProofCodec, INCLUSION),
  sample("account proof of presence", accountProofCodec, PRESENCE),
  sample("account proof of absence", accountProofCodec, ABSENCE),
];
