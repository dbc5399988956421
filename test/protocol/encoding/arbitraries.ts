// Any value of each wire format, for round trips.
import fc from "fast-check";
import type { JointHeader } from "../../../src/protocol/blocks/joint-header.ts";
import type { MerkleChainBody } from "../../../src/protocol/blocks/merkle-chain-body.ts";
import type { CertifiedBlock, ShardBlock } from "../../../src/protocol/blocks/shard-block.ts";
import type { Certificate } from "../../../src/protocol/consensus/messages.ts";
import { U64_MAX, U128_MAX } from "../../../src/protocol/encoding/codec.ts";
import type { Account } from "../../../src/protocol/ledger/account.ts";
import type { ChainRecord } from "../../../src/protocol/ledger/chain-record.ts";
import type { Payload } from "../../../src/protocol/ledger/payload.ts";
import {
  type Holder,
  REASONS,
  type Reason,
  type Receipt,
} from "../../../src/protocol/ledger/receipt.ts";
import type { Transaction } from "../../../src/protocol/ledger/transaction.ts";
import type { RoundInclusions } from "../../../src/protocol/reserve/window.ts";
import type { Epoch, Genesis } from "../../../src/protocol/rounds/epoch.ts";
import type { Stakes } from "../../../src/protocol/staking/stakes.ts";
import type { Validator } from "../../../src/protocol/staking/validator.ts";

// Plain objects, as decoders make them.
const record = <T>(fields: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> =>
  fc.record<T>(fields, { noNullPrototype: true }) as fc.Arbitrary<T>;
// Widened to plain Uint8Array: the formats do not care for the kind of buffer.
const sized = (size: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: size, maxLength: size });
const upTo = (size: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ maxLength: size });
const hexOf = (size: number): fc.Arbitrary<string> =>
  sized(size).map((bytes) => Buffer.from(bytes).toString("hex"));
const u8 = fc.nat(0xff);
const u16 = fc.nat(0xffff);
const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
const safe = fc.maxSafeNat();
const amount = fc.bigInt(0n, U128_MAX);
const hash = sized(32);
const address = sized(20);
const option = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary);
const few = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T[]> =>
  fc.array(arbitrary, { maxLength: 3 });
const words = fc.string({ unit: "grapheme", maxLength: 12 });
const constant = <const T>(value: T): fc.Arbitrary<T> => fc.constant(value);

export const payloads: fc.Arbitrary<Payload> = fc.oneof(
  record({ kind: constant("transfer"), to: address, amount }),
  record({
    kind: constant("createToken"),
    symbol: words,
    name: words,
    decimals: u8,
    supply: amount,
    reserveDefault: amount,
    gasPriceMin: amount,
  }),
  record({
    kind: constant("trade"),
    firstAmount: amount,
    secondAmount: amount,
    offer: option(
      record({
        openTaker: fc.boolean(),
        validUntil: safe,
        publicKey: hash,
        signature: sized(64),
      }),
    ),
  }),
  record({ kind: constant("cancelOffer"), offer: fc.bigInt(0n, U64_MAX), validUntil: safe }),
  record({ kind: constant("delegate") }),
  record({ kind: constant("revoke") }),
  record({ kind: constant("spendFrom"), owner: address, to: address, amount }),
  record({ kind: constant("setReserve"), reserve: option(amount) }),
  record({
    kind: constant("bond"),
    amount,
    registration: option(
      record({ publicKey: sized(96), proofOfPossession: sized(48), commission: u16 }),
    ),
  }),
  record({ kind: constant("unbond"), amount }),
  record({ kind: constant("delegateStake"), validator: address, amount }),
  record({ kind: constant("undelegateStake"), validator: address, amount }),
);

export const transactions: fc.Arbitrary<Transaction> = record({
  version: u8,
  networkId: hash,
  legs: few(
    record({
      chain: u32,
      gasLimit: safe,
      payment: option(
        record({
          payer: address,
          sequence: fc.oneof(
            record({ kind: constant("nonce"), nonce: safe }),
            record({ kind: constant("offer"), offer: fc.bigInt(0n, U64_MAX) }),
          ),
          gasPrice: amount,
        }),
      ),
    }),
  ),
  payload: payloads,
  validUntil: safe,
  authorisations: few(
    record({
      publicKey: hash,
      chain: u32,
      nonce: safe,
      delegate: address,
      allowance: amount,
      lastRound: safe,
      signature: sized(64),
    }),
  ),
  signatures: few(record({ publicKey: hash, signature: sized(64) })),
});

export const accounts: fc.Arbitrary<Account> = record({
  balance: amount,
  nonce: safe,
  authorisationNonce: safe,
  reserve: option(amount),
  pendingReserves: few(record({ fromRound: safe, reserve: option(amount) })),
  delegation: option(record({ delegate: address, allowance: amount, lastRound: safe })),
});

export const validators: fc.Arbitrary<Validator> = record({
  publicKey: sized(96),
  proofOfPossession: sized(48),
  commission: u16,
  ownStake: amount,
  delegatedStake: amount,
  unbonding: amount,
});

export const stakes: fc.Arbitrary<Stakes> = record({
  delegations: few(record({ validator: address, amount })),
  unbondings: few(record({ validator: address, amount, releaseRound: safe })),
});

export const chainRecords: fc.Arbitrary<ChainRecord> = record({
  chain: u32,
  shard: u32,
  symbol: words,
  name: words,
  decimals: u8,
  supply: amount,
  creator: option(address),
  reserveDefault: amount,
  gasPriceMin: amount,
  bornRound: safe,
});

const holder: fc.Arbitrary<Holder> = fc.oneof(
  record({ kind: constant("account"), address }),
  record({ kind: constant("unattributedFees") }),
  record({ kind: constant("issuance") }),
  record({ kind: constant("stake"), validator: address, staker: address }),
  record({ kind: constant("unbonding"), validator: address, staker: address }),
);

export const receipts: fc.Arbitrary<Receipt> = record({
  id: hash,
  code: u8,
  reason: fc.constantFrom(...(Object.keys(REASONS) as Reason[])),
  failedChain: option(u32),
  movements: few(record({ chain: u32, from: holder, to: holder, amount })),
});

export const inclusions: fc.Arbitrary<RoundInclusions> = record({
  round: safe,
  chains: few(
    record({
      chain: u32,
      legs: few(
        record({
          sender: hexOf(20),
          value: amount,
          fee: amount,
          offer: option(fc.bigInt(0n, U64_MAX)),
          possiblyEmptying: fc.boolean(),
          transaction: hexOf(32),
        }),
      ),
      authorised: few(hexOf(20)),
    }),
  ),
});

export const epochs: fc.Arbitrary<Epoch> = record({
  epoch: safe,
  activationRound: safe,
  activationTimeMs: safe,
  roundMs: u32,
  seed: option(hash),
  leaseRounds: u32,
  epochRounds: u32,
  k: u8,
  saturation: record({
    windowRounds: u8,
    streakRounds: u32,
    splitPermille: u16,
    mergePermille: u16,
    benchmarkTps: u32,
  }),
  shards: few(record({ shard: u32, chains: few(u32) })),
  sets: few(
    record({
      set: u32,
      shards: few(u32),
      seats: few(record({ publicKey: sized(96), proofOfPossession: sized(48) })),
    }),
  ),
});

export const geneses: fc.Arbitrary<Genesis> = record({
  version: u8,
  name: words,
  development: fc.boolean(),
  epoch: epochs,
  chains: few(chainRecords),
  allocations: few(record({ chain: u32, address, balance: amount, reserve: option(amount) })),
  staking: record({ minimumBond: amount, unbondingRounds: safe }),
  validators: few(
    record({
      address,
      key: fc.oneof(
        record({ kind: constant("seat"), set: u32, seat: u16 }),
        record({
          kind: constant("standby"),
          publicKey: sized(96),
          proofOfPossession: sized(48),
        }),
      ),
      commission: u16,
      bond: amount,
    }),
  ),
});

const certificate: fc.Arbitrary<Certificate> = record({
  epoch: safe,
  set: u32,
  round: safe,
  view: u32,
  phase: fc.constantFrom("prepare", "commit"),
  value: hash,
  seats: upTo(6),
  signature: sized(48),
});

const head = record({ round: safe, hash });

export const jointHeaders: fc.Arbitrary<JointHeader> = record({
  version: u8,
  networkId: hash,
  epoch: safe,
  set: u32,
  round: safe,
  view: u32,
  halves: fc.array(
    record({
      shard: u32,
      head,
      headCertificate: option(certificate),
      crossRoot: hash,
      chainsRoot: hash,
      chainCount: u32,
      partnerPayloadRoot: option(hash),
      load: record({ transactions: u32, bytes: u32 }),
      trades: few(record({ first: u32, second: u32, count: u32 })),
      merkleChainRead: option(head),
    }),
    { maxLength: 2 },
  ),
  merkleChain: option(
    record({ head, headCertificate: option(certificate), blockHash: hash, bodyHash: hash }),
  ),
});

const merkleChainBodies: fc.Arbitrary<MerkleChainBody> = record({
  block: record({
    number: safe,
    round: safe,
    parent: hash,
    notarised: few(
      record({
        shard: u32,
        round: safe,
        headerHash: hash,
        saturation: record({ fillPermille: u16, ratePermille: u16 }),
      }),
    ),
    voided: few(record({ shard: u32, round: safe, headerHash: hash, isLate: fc.boolean() })),
    createdChains: few(chainRecords),
    closings: fc.array(record({ shard: u32, head }), { maxLength: 2 }),
    epochChange: option(
      record({
        kind: fc.constantFrom("announced", "activated", "lapsed"),
        epoch: record({
          epoch: safe,
          activationRound: safe,
          activationTimeMs: safe,
          roundMs: u32,
          seed: hash,
          topology: option(
            record({
              shards: few(record({ shard: u32, chains: few(u32) })),
              sets: few(record({ set: u32, shards: few(u32), seatsHash: hash })),
              nextShard: u32,
              nextSet: u32,
            }),
          ),
        }),
      }),
    ),
  }),
  headers: few(record({ header: jointHeaders, certificate })),
  createdChains: few(
    record({
      round: safe,
      record: upTo(60).filter(({ length }) => length > 0),
      stateProof: upTo(60).filter(({ length }) => length > 0),
      chainHeader: upTo(60).filter(({ length }) => length > 0),
      chainHeaderIndex: u32,
      chainHeaderProof: few(hash),
    }),
  ),
});

const bodies = fc.uint8Array({ minLength: 128, maxLength: 200 });

export const shardBlocks: fc.Arbitrary<ShardBlock> = record({
  shard: u32,
  chainHeaders: few(
    record({
      chain: u32,
      round: safe,
      parent: hash,
      transactionsRoot: hash,
      transactionCount: u32,
      gas: safe,
      stateRoot: hash,
    }),
  ),
  crossShard: few(bodies),
  twoChain: few(bodies),
  singleChain: few(record({ chain: u32, transactions: few(bodies) })),
});

export const certifiedBlocks: fc.Arbitrary<CertifiedBlock> = record({
  block: record({
    header: jointHeaders,
    shardBlocks: few(shardBlocks),
    merkleChain: option(merkleChainBodies),
  }),
  certificate,
});
