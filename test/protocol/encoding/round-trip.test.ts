// over any value: one encoding, which decodes to that value; and any other bytes are another
// value or none.
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jointHeaderCodec } from "../../../src/protocol/blocks/joint-header.ts";
import { certifiedBlockCodec, shardBlockCodec } from "../../../src/protocol/blocks/shard-block.ts";
import type { Codec } from "../../../src/protocol/encoding/codec.ts";
import { accountCodec } from "../../../src/protocol/ledger/account.ts";
import { chainRecordCodec } from "../../../src/protocol/ledger/chain-record.ts";
import { receiptCodec } from "../../../src/protocol/ledger/receipt.ts";
import { transactionCodec } from "../../../src/protocol/ledger/transaction.ts";
import { roundInclusionsCodec } from "../../../src/protocol/reserve/window.ts";
import { epochCodec, genesisCodec } from "../../../src/protocol/rounds/epoch.ts";
import { stakesCodec } from "../../../src/protocol/staking/stakes.ts";
import { validatorCodec } from "../../../src/protocol/staking/validator.ts";
import * as any from "./arbitraries.ts";
import { payloadCodec } from "./samples.ts";

const deep = process.env.DEEP !== undefined;
const RUNS = deep ? 10_000 : 150;

const format = <T>(codec: Codec<T>, values: fc.Arbitrary<T>) =>
  [codec.name, codec as Codec<unknown>, values as fc.Arbitrary<unknown>] as const;

const FORMATS = [
  format(payloadCodec, any.payloads),
  format(transactionCodec, any.transactions),
  format(accountCodec, any.accounts),
  format(chainRecordCodec, any.chainRecords),
  format(receiptCodec, any.receipts),
  format(validatorCodec, any.validators),
  format(stakesCodec, any.stakes),
  format(roundInclusionsCodec, any.inclusions),
  format(epochCodec, any.epochs),
  format(genesisCodec, any.geneses),
  format(jointHeaderCodec, any.jointHeaders),
  format(shardBlockCodec, any.shardBlocks),
  format(certifiedBlockCodec, any.certifiedBlocks),
];

describe.each(FORMATS)("any %s", (_, codec, values) => {
  const change = fc.record({ at: fc.nat(), mask: fc.integer({ min: 1, max: 255 }) });

  it("R-2.3 comes back as it was, from no other bytes", () => {
    fc.assert(
      fc.property(values, change, fc.nat(), (value, { at, mask }, cut) => {
        const encoded = codec.encode(value);
        const decoded = codec.decode(encoded);
        expect(decoded.ok && isDeepStrictEqual(decoded.value, value)).toBe(true);
        expect(codec.encode(value)).toEqual(encoded);
        const place = at % encoded.length;
        const flipped = codec.decode(encoded.with(place, (encoded[place] ?? 0) ^ mask));
        expect(flipped.ok && isDeepStrictEqual(flipped.value, value)).toBe(false);
        expect(codec.decode(encoded.slice(0, cut % encoded.length)).ok).toBe(false);
        expect(codec.decode(Uint8Array.of(...encoded, mask)).ok).toBe(false);
      }),
      { numRuns: RUNS },
    );
  });

  it("R-2.3 any bytes are refused or are the one form of what they decode to", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const decoded = codec.decode(bytes);
        if (decoded.ok) expect(codec.encode(decoded.value)).toEqual(bytes);
      }),
      { numRuns: RUNS },
    );
  });
});
