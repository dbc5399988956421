// one encoding for every value, fixed for ever. UPDATE_GOLDEN=1 writes the file anew; a
// changed line is a change of the protocol and needs a reason.
import { readFileSync, writeFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { describe, expect, it } from "vitest";
import { chainHeaderHash } from "../../../src/protocol/blocks/chain-header.ts";
import { jointHeaderHash, payloadRoot } from "../../../src/protocol/blocks/joint-header.ts";
import { toHex } from "../../../src/protocol/encoding/bytes.ts";
import { MessageKind, messagePrefix } from "../../../src/protocol/encoding/domain.ts";
import { offerMessage } from "../../../src/protocol/ledger/offer.ts";
import { PAYLOAD_TAGS } from "../../../src/protocol/ledger/payload.ts";
import { REASONS } from "../../../src/protocol/ledger/receipt.ts";
import {
  authorisationMessage,
  splitSignatures,
  transactionCodec,
  transactionId,
  transactionMessage,
  unsignedTransactionCodec,
} from "../../../src/protocol/ledger/transaction.ts";
import { StateKind } from "../../../src/protocol/merkle/state-key.ts";
import { transactionLeafHash } from "../../../src/protocol/merkle/transaction-tree.ts";
import { ProofKind } from "../../../src/protocol/proofs/proof-codec.ts";
import { AUTHORISATION, bytes, NETWORK_ID, OFFER, SAMPLES, TRANSACTION } from "./samples.ts";

const FILE = new URL("../../golden/encodings.json", import.meta.url);

function derived(): Record<string, Uint8Array> {
  const { signatures: _, ...unsigned } = TRANSACTION;
  const id = transactionId(NETWORK_ID, unsignedTransactionCodec.encode(unsigned));
  const [, signatureBytes] = splitSignatures(transactionCodec.encode(TRANSACTION), 1);
  const { signature: __, ...unsignedAuthorisation } = AUTHORISATION;
  const half = { shard: 3, crossRoot: bytes(32, 1), chainsRoot: bytes(32, 2) };
  const header = sampleOf("chain header") as Parameters<typeof chainHeaderHash>[2];
  const joint = sampleOf("joint header of one half") as Parameters<typeof jointHeaderHash>[0];
  return {
    "message prefix": messagePrefix(NETWORK_ID, 258, MessageKind.transaction),
    "transaction id": id,
    "transaction message": transactionMessage(NETWORK_ID, id),
    "transaction leaf": transactionLeafHash(id, signatureBytes),
    "authorisation message": authorisationMessage(NETWORK_ID, unsignedAuthorisation),
    "offer message": offerMessage(NETWORK_ID, OFFER),
    "chain header hash": chainHeaderHash(NETWORK_ID, 0, header),
    "joint header hash": jointHeaderHash(joint),
    "payload root": payloadRoot(NETWORK_ID, 0, half),
  };
}

const sampleOf = (name: string): unknown => SAMPLES.find((one) => one.name === name)?.value;

function actual(): Record<string, string> {
  const encoded = SAMPLES.map(({ name, format, value }) => [name, toHex(format.encode(value))]);
  const hashes = Object.entries(derived()).map(([name, hash]) => [name, toHex(hash)]);
  return Object.fromEntries([...encoded, ...hashes]);
}

describe("golden bytes", () => {
  it("R-2.3 every format encodes its sample to the bytes that are checked in", () => {
    if (process.env.UPDATE_GOLDEN !== undefined) {
      writeFileSync(FILE, `${JSON.stringify(actual(), null, 2)}\n`);
    }
    expect(actual()).toEqual(JSON.parse(readFileSync(FILE, "utf8")));
  });
});

describe("reserved numbers", () => {
  it("R-2.5 payload numbers are those reserved from the start", () => {
    expect(PAYLOAD_TAGS).toEqual({
      transfer: 0,
      createToken: 1,
      trade: 2,
      swap: 3,
      addLiquidity: 4,
      removeLiquidity: 5,
      placeOrder: 6,
      cancelOrder: 7,
      cancelOffer: 8,
      delegate: 9,
      revoke: 10,
      spendFrom: 11,
      setReserve: 12,
      bond: 13,
      unbond: 14,
      rejoin: 15,
      delegateStake: 16,
      undelegateStake: 17,
      claim: 18,
      registerName: 19,
      renewName: 20,
      transferName: 21,
      propose: 22,
      vote: 23,
      evidence: 24,
      report: 25,
    });
  });

  it("R-2.3 R-5.7 R-6.7 other numbers that are for ever", () => {
    expect({ MessageKind, ProofKind, REASONS, StateKind }).toMatchInlineSnapshot(`
      {
        "MessageKind": {
          "authorisation": 2,
          "chainHeader": 4,
          "commitVote": 18,
          "epochSeed": 22,
          "jointHeader": 3,
          "merkleChainBlock": 6,
          "offer": 7,
          "prepareVote": 17,
          "proofOfPossession": 20,
          "proposal": 16,
          "resultVote": 21,
          "shardPayload": 5,
          "transaction": 1,
          "viewChange": 19,
        },
        "ProofKind": {
          "account": 2,
          "inclusion": 1,
        },
        "REASONS": {
          "balanceOverflow": 5,
          "belowMinimumBond": 14,
          "chainIdsExhausted": 6,
          "delegationsFull": 16,
          "executed": 0,
          "insufficientBalance": 1,
          "insufficientStake": 15,
          "keyTaken": 12,
          "notAValidator": 9,
          "notDelegated": 4,
          "offerUsed": 7,
          "offersFull": 8,
          "ownerDip": 3,
          "registrationDiffers": 13,
          "senderDip": 2,
          "unbondingsFull": 17,
          "unknownValidator": 10,
          "validatorLeaving": 11,
        },
        "StateKind": {
          "account": 0,
          "chain": 1,
          "escrow": 7,
          "name": 10,
          "offer": 4,
          "order": 5,
          "pool": 6,
          "pot": 8,
          "seatKey": 13,
          "stakes": 14,
          "stakingRules": 15,
          "token": 3,
          "tokenCount": 12,
          "treasury": 11,
          "unattributedFees": 2,
          "unbonding": 17,
          "unbondingQueue": 16,
          "validator": 9,
        },
      }
    `);
  });
});

describe.each(SAMPLES)("$name", ({ format, value }) => {
  const encoded = format.encode(value);
  const isRefused = (other: Uint8Array): boolean => !format.decode(other).ok;

  it("R-2.3 decodes to the value that it encodes", () => {
    const decoded = format.decode(encoded);
    expect(decoded.ok && isDeepStrictEqual(decoded.value, value)).toBe(true);
  });

  it("R-2.3 refuses a trailing byte and every truncation", () => {
    for (const last of [0, 1, 0x80, 0xff]) {
      expect(isRefused(Uint8Array.of(...encoded, last))).toBe(true);
    }
    for (let length = 0; length < encoded.length; length++) {
      expect([length, isRefused(encoded.slice(0, length))]).toEqual([length, true]);
      // A view into longer memory: what lies behind its end is none of its bytes.
      expect([length, isRefused(encoded.subarray(0, length))]).toEqual([length, true]);
    }
  });

  it("R-2.3 no flipped bit and no long-form number decodes to the same value", () => {
    const isSame = (other: Uint8Array): boolean => {
      const decoded = format.decode(other);
      return decoded.ok && isDeepStrictEqual(decoded.value, value);
    };
    for (const [at, byte] of encoded.entries()) {
      for (const mask of [1, 0x80, 0x55, 0xff]) {
        const flipped = encoded.with(at, byte ^ mask);
        if (isSame(flipped)) expect.fail(`Byte ${at} means nothing: ${mask} flips no value`);
      }
      const long = [...encoded.slice(0, at), byte | 0x80, 0, ...encoded.slice(at + 1)];
      if (isSame(Uint8Array.from(long))) expect.fail(`Byte ${at} has a long form`);
    }
  });
});
