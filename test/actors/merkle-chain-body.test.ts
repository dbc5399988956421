// What a voter makes of the body of the MerkleChain's part: one thing wrong in each.
import { describe, expect, it } from "vitest";
import { PendingReports } from "../../src/actors/pending-reports.ts";
import type { CreatedChain } from "../../src/protocol/blocks/created-chain.ts";
import { jointHeaderCodec, jointHeaderHash } from "../../src/protocol/blocks/joint-header.ts";
import type { MerkleChainBlock } from "../../src/protocol/blocks/merkle-chain-block.ts";
import {
  judgeMerkleChainBody,
  type MerkleChainBody,
} from "../../src/protocol/blocks/merkle-chain-body.ts";
import {
  genesisState,
  type MerkleChainState,
} from "../../src/protocol/blocks/merkle-chain-state.ts";
import { certificateCodec } from "../../src/protocol/consensus/messages.ts";
import { PACE_START } from "../../src/protocol/rounds/pace.ts";
import { Bank } from "./bank.ts";
import { bodyOf, heldOpening } from "./parts.ts";

describe("the body of the MerkleChain's part", () => {
  const ROUND = 9;

  /** Three shards with a header each in round 1, and what a block over them would be. */
  async function world() {
    const bank = await Bank.open({ shards: 3, chains: 3, tags: true });
    for (const chain of [0, 1, 2]) await bank.send(0, 0, { chain });
    const { network } = bank.net;
    const opening = await heldOpening(bank);
    const body = bodyOf(opening);
    const state = genesisState(network.id, network.genesis);
    const judge = (one: MerkleChainBody, on: MerkleChainState = state, round = one.block.round) => {
      const certifies: typeof network.certifies = (...args) => network.certifies(...args);
      const result = judgeMerkleChainBody(
        {
          networkId: network.id,
          genesis: network.genesis,
          epochOf: ({ activationRound }) => network.epochs.at(activationRound),
          isReadyFor: () => true,
          certifies,
        },
        on,
        round,
        one,
      );
      if (result.ok) return result.value;
      return result.refusal.code === "INVALID_BLOCK" ? result.refusal.check : result.refusal.code;
    };
    return { body, state, judge, pending: new PendingReports(network) };
  }

  const withBlock = (
    body: MerkleChainBody,
    change: Partial<MerkleChainBlock>,
  ): MerkleChainBody => ({
    ...body,
    block: { ...body.block, ...change },
  });

  it("R-7.1 leads to the heads of the shards that reported, each header checked", async () => {
    const { body, judge } = await world();
    expect(body.block.notarised.map(({ shard, round }) => [shard, round])).toEqual([
      [0, 1],
      [1, 1],
      [2, 1],
    ]);
    // Two shards share one header of round 1, the third stands alone.
    expect(body.headers.length).toBe(2);
    expect(judge(body)).toMatchObject({
      number: 1,
      chains: 3,
      heads: body.block.notarised.map(({ shard, round, headerHash: hash }) => ({
        shard,
        head: { round, hash },
      })),
    });
  });

  const forge: Record<string, [string, (body: MerkleChainBody) => MerkleChainBody]> = {
    "another number": [
      "the MerkleChain's blocks are counted",
      (body) => withBlock(body, { number: 2 }),
    ],
    "another parent": [
      "the MerkleChain's block names the one before",
      (body) => withBlock(body, { parent: new Uint8Array(32) }),
    ],
    "nothing in it": [
      "the MerkleChain's block says something",
      (body) => withBlock(body, { notarised: [] }),
    ],
    "a header twice": [
      "each header stands once",
      (body) => ({ ...body, headers: [...body.headers, ...body.headers.slice(0, 1)] }),
    ],
    "a certificate of another header": [
      "each header has its certificate",
      ({ headers, ...rest }) => ({
        ...rest,
        headers: headers.map(({ header }, i) => ({
          header,
          certificate: headers[1 - i]?.certificate ?? expect.fail(),
        })),
      }),
    ],
    "a header that nobody needs": [
      "each header is notarised or void, or proves a chain",
      (body) => {
        const [first, ...rest] = body.headers;
        const { header, certificate } = first ?? expect.fail();
        const other = { header: { ...header, view: 7 }, certificate };
        return { ...body, headers: [other, first ?? expect.fail(), ...rest] };
      },
    ],
    "a header of which there is no proof": [
      "a notarised header has a half of its shard",
      (body) => ({ ...body, headers: body.headers.slice(1) }),
    ],
    "a header for a shard that has no half in it": [
      "a notarised header has a half of its shard",
      (body) => {
        const { notarised } = body.block;
        const alone = body.headers.find(({ header }) => header.halves.length === 1)?.header;
        const of = alone?.halves[0]?.shard;
        const hash = alone === undefined ? new Uint8Array(32) : jointHeaderHash(alone);
        const first = notarised.find((one) => one.shard !== of);
        const changed = notarised.map((one) =>
          one === first ? { ...one, headerHash: hash } : one,
        );
        return withBlock(body, { notarised: changed });
      },
    ],
    "R-12.1 another saturation": [
      "the saturation follows from the log",
      (body) =>
        withBlock(body, {
          notarised: body.block.notarised.map((one, i) =>
            i === 1 ? { ...one, saturation: { fillPermille: 0, ratePermille: 1_000 } } : one,
          ),
        }),
    ],
    "another round of a header": [
      "a notarised header has a half of its shard",
      (body) =>
        withBlock(body, {
          notarised: body.block.notarised.map((one) => ({ ...one, round: 0 })),
        }),
    ],
    "shards in another order": [
      "notarised headers ascend by shard",
      (body) => withBlock(body, { notarised: body.block.notarised.toReversed() }),
    ],
    "a header twice for its shard": [
      "a notarised header extends its shard's notarised head",
      (body) => {
        const [first, ...rest] = body.block.notarised;
        return withBlock(body, { notarised: first === undefined ? [] : [first, first, ...rest] });
      },
    ],
    "a chain without a proof": [
      "each created chain has its proof",
      (body) => withBlock(body, { createdChains: [RECORD] }),
    ],
    "a chain with a proof of nothing": [
      "each created chain is next, and proven",
      (body) => ({
        ...withBlock(body, { createdChains: [RECORD] }),
        createdChains: [NO_PROOF],
      }),
    ],
  };

  it.each(Object.entries(forge))("R-7.1, R-4.4 with %s is refused", async (_, [check, change]) => {
    const { body, judge } = await world();
    expect(judge(change(body))).toBe(check);
  });

  it("R-3.8, R-3.9 is of no round before that of what was reported: until then the MerkleChain sleeps", async () => {
    const { body, state, pending } = await world();
    expect(pending.firstRound(state)).toBe(null);
    expect(pending.body(state, ROUND, null)).toBe(null);
    const [one] = body.headers;
    const shard = one?.header.halves[0]?.shard ?? 0;
    const headers = body.headers.slice(0, 1).map(({ header, certificate }) => ({
      header: jointHeaderCodec.encode(header),
      certificate: certificateCodec.encode(certificate),
    }));
    const report = { kind: "notarise", shard, headers, voided: [], createdChains: [] } as const;
    expect(pending.takeHeaders(state, report)).toBe(null);
    expect(pending.firstRound(state)).toBe(1);
    expect(pending.body(state, 0, null)).toBe(null);
    expect(pending.body(state, 1, null)?.block.notarised.length).toBe(1);
  });

  /** The same with all of it void: the shards report that they committed none. */
  const allVoid = (body: MerkleChainBody, isLate = false): MerkleChainBody =>
    withBlock(body, {
      notarised: [],
      voided: body.block.notarised.map((one) => ({ ...one, isLate })),
    });

  it("R-7.1 what a shard did not commit is recorded once, and is nobody's head", async () => {
    const { body, state, judge } = await world();
    const next = judge(allVoid(body)) as MerkleChainState;
    expect(next.heads.map(({ head }) => head)).toEqual(state.heads.map(({ head }) => head));
    expect(next.heads.map(({ voidedRound }) => voidedRound)).toEqual([1, 1, 1]);
    expect(next.pace).toEqual(state.pace);
    const again = allVoid(body);
    const second = withBlock(again, { number: 2, parent: next.blockHash });
    expect(judge(second, next)).toBe("void headers of a shard ascend by round");
  });

  it("R-3.8 counts what came late and what did not, of the rounds of the newest epoch", async () => {
    const { body, state, judge } = await world();
    expect(judge(body)).toMatchObject({ pace: { late: 0n, goodInRow: 3, trafficRounds: 1 } });
    expect(judge(allVoid(body, true))).toMatchObject({
      pace: { late: 0b111n, goodInRow: 0, trafficRounds: 0 },
    });
    const begun = { ...state, epoch: { ...state.epoch, epoch: 1, activationRound: 2 } };
    expect(judge(body, begun)).toMatchObject({ pace: state.pace });
  });

  const forgeVoid: Record<string, [string, (body: MerkleChainBody) => Partial<MerkleChainBlock>]> =
    {
      "what is notarised, too": [
        "a void header is not notarised",
        ({ block }) => ({ voided: block.notarised.map((one) => ({ ...one, isLate: false })) }),
      ],
      "shards in another order": [
        "void headers ascend by shard",
        (body) => ({ ...allVoid(body).block, voided: allVoid(body).block.voided.toReversed() }),
      ],
      "another round": [
        "a void header has a half of its shard",
        (body) => ({
          ...allVoid(body).block,
          voided: allVoid(body).block.voided.map((one) => ({ ...one, round: 0 })),
        }),
      ],
      "a shard that there is not": [
        "void headers ascend by shard",
        (body) => ({
          ...allVoid(body).block,
          voided: allVoid(body).block.voided.map((one) => ({ ...one, shard: 9 })),
        }),
      ],
    };

  it.each(Object.entries(forgeVoid))(
    "R-7.1 void headers with %s are refused",
    async (_, forged) => {
      const [check, change] = forged;
      const { body, judge } = await world();
      expect(judge(withBlock(body, change(body)))).toBe(check);
    },
  );

  it("R-3.7 says of epochs exactly what follows from the log, and the next state has it", async () => {
    const { body, state, judge } = await world();
    const record = {
      epoch: 1,
      activationRound: 90,
      activationTimeMs: state.epoch.activationTimeMs + 45_000,
      roundMs: 500,
      seed: new Uint8Array(32),
      topology: null,
    };
    const announced = { ...state, announced: record };
    const wrong = "the MerkleChain's block says of epochs what follows from the log";
    const saying = (epochChange: MerkleChainBlock["epochChange"]): MerkleChainBody =>
      withBlock(body, { epochChange });
    // Nothing is due: nobody announces or activates what he likes.
    for (const kind of ["announced", "activated", "lapsed"] as const)
      expect(judge(saying({ kind, epoch: record }))).toBe(wrong);
    // Something is: it cannot be kept back, nor changed.
    expect(judge(body, announced)).toBe(wrong);
    expect(judge(saying({ kind: "lapsed", epoch: record }), announced)).toBe(wrong);
    const other = { ...record, roundMs: 1_000 };
    expect(judge(saying({ kind: "activated", epoch: other }), announced)).toBe(wrong);
    expect(judge(saying({ kind: "activated", epoch: record }), announced)).toMatchObject({
      epoch: record,
      announced: null,
      pace: PACE_START,
    });
    const late = { ...announced, announced: { ...record, activationRound: 1 } };
    const lapsed = { kind: "lapsed", epoch: late.announced } as const;
    expect(judge(saying(lapsed), late)).toMatchObject({ epoch: state.epoch, announced: null });
    // By itself it is enough to say.
    const alone = { ...saying({ kind: "activated", epoch: record }), headers: [] };
    expect(judge(withBlock(alone, { notarised: [] }), announced)).toMatchObject({ epoch: record });
  });

  it("R-7.1 of another round, with a header of a round to come, or on another state is refused", async () => {
    const { body, state, judge } = await world();
    expect(judge(body, state, ROUND)).toBe("the MerkleChain's block is of this round");
    expect(judge(withBlock(body, { round: 0 }), state)).toBe("no header is of a round to come");
    const heads = state.heads.map((one) => ({
      ...one,
      head: { round: 1, hash: new Uint8Array(32).fill(7) },
    }));
    expect(judge(body, { ...state, heads })).toBe(
      "a notarised header extends its shard's notarised head",
    );
  });
});

const RECORD = {
  chain: 3,
  shard: 0,
  symbol: "FALSE",
  name: "False",
  decimals: 6,
  supply: 1n,
  creator: null,
  reserveDefault: 0n,
  gasPriceMin: 0n,
  bornRound: 0,
};
const NO_PROOF: CreatedChain = {
  round: 1,
  record: new Uint8Array(1),
  stateProof: new Uint8Array(1),
  chainHeader: new Uint8Array(1),
  chainHeaderIndex: 0,
  chainHeaderProof: [],
};
