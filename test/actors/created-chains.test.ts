import { describe, expect, it } from "vitest";
import type { NotariseRequest } from "../../src/actors/peers.ts";
import { PendingReports } from "../../src/actors/pending-reports.ts";
import type { CreatedChain } from "../../src/protocol/blocks/created-chain.ts";
import { jointHeaderCodec } from "../../src/protocol/blocks/joint-header.ts";
import { genesisState } from "../../src/protocol/blocks/merkle-chain-state.ts";
import { certificateCodec } from "../../src/protocol/consensus/messages.ts";
import { chainRecordCodec } from "../../src/protocol/ledger/chain-record.ts";
import type { Payload } from "../../src/protocol/ledger/payload.ts";
import { accepted } from "../support/transactions.ts";
import { Bank, FUNDS } from "./bank.ts";
import type { LocalNetwork } from "./local-network.ts";

const SUPPLY = 10n ** 9n;
const token = (symbol: string): Payload => ({
  kind: "createToken",
  symbol,
  name: `Token ${symbol}`,
  decimals: 6,
  supply: SUPPLY,
  reserveDefault: 10n ** 6n,
  gasPriceMin: 1n,
});
const directory = (net: LocalNetwork): readonly string[] =>
  net.merkle.read((merkle) => merkle.directory(0)).chains.map(({ symbol }) => symbol);

const proofsSent = (net: LocalNetwork): NotariseRequest[] =>
  net.sent.flatMap(([, one]) =>
    one.kind === "notarise" && one.createdChains.length > 0 ? [one] : [],
  );

describe("createToken end to end", () => {
  it("[R-2.10, R-5.8] the record reaches the directory by proof; the chain lives from its birth on", async () => {
    const bank = await Bank.open();
    const { net } = bank;
    const id = await bank.send(0, 0, { payload: token("ABC") });
    await net.advance(1);
    expect(bank.status(id)).toBe("EXECUTED");
    expect(directory(net)).toEqual(["T0"]);
    const record = net.shard.read(({ replica }) => replica.chain(1));
    // Its own round, k, and one cycle.
    expect(record).toMatchObject({ chain: 1, symbol: "ABC", bornRound: 1 + 3 + 1 });
    expect(bank.account(0, 1).balance).toBe(SUPPLY);
    // Admission looks at the first undecided round.
    expect(await bank.refused(0, 0, { chain: 1 })).toBe("UNBORN_CHAIN");
    // The header of round 4 carries the root that proves it, and the MerkleChain's block with that header is made by the end of round 5.
    await net.advance(4);
    expect(directory(net)).toEqual(["T0"]);
    await net.advance(1);
    expect(directory(net)).toEqual(["T0", "ABC"]);
    const transfer = await bank.send(0, 0, { chain: 1 });
    await net.advance(1);
    expect(bank.status(transfer)).toBe("EXECUTED");
    expect(bank.account(1, 1).balance).toBe(1n);
    expect(await net.sleep(40)).toBe(true);
    expect(bank.status(transfer)).toBe("FINAL");
    expect(bank.account(0).balance).toBe(FUNDS - 50_000n);
    expect(bank.heads().set).toBe(bank.heads().shard);
  });

  it("[R-3.9, R-5.8] more tokens than one call takes all reach the directory before the network sleeps", async () => {
    const bank = await Bank.open({ accounts: 10 });
    const { net } = bank;
    const bytes: Uint8Array[] = [];
    for (let i = 0; i < 150; i++) {
      const payload = token(`A${i}`);
      bytes.push(await bank.bytes(i % 10, Math.floor(i / 10), { payload }));
    }
    expect(bank.admit(...bytes).filter(({ kind }) => kind === "refused")).toEqual([]);
    expect(await net.sleep(60)).toBe(true);
    expect(directory(net).length).toBe(151);
    expect(net.nextTickMs()).toBeNull();
  });

  it.each([1, 2, 3, 4, 5])(
    "[R-5.8] a shard that forgets everything in round %i still proves the token",
    async (round) => {
      const bank = await Bank.open();
      const { net } = bank;
      await bank.send(0, 0, { payload: token("ABC") });
      net.loseAnswer = (_, { kind }) => kind === "notarise" && net.round < 6;
      net.lose = (_, { kind }) => kind === "notarise" && net.round % 2 === 0 && net.round < 6;
      for (let i = 1; i <= 6; i++) {
        await net.advance(1);
        if (i === round) net.crash("shard");
        if (i === 2) await bank.send(1, 0, { payload: token("DEF") });
      }
      await net.tick();
      expect(await net.sleep(60)).toBe(true);
      expect(directory(net)).toEqual(["T0", "ABC", "DEF"]);
    },
  );
});

describe("a forged created chain", () => {
  async function proven(): Promise<readonly [Bank, NotariseRequest, CreatedChain]> {
    const bank = await Bank.open();
    const { net } = bank;
    await bank.send(0, 0, { payload: token("ABC") });
    await net.advance(3);
    net.lose = (_, { kind }) => kind === "notarise";
    net.sent = [];
    await net.advance(1);
    const request = proofsSent(net)[0];
    const created = request?.createdChains[0];
    if (request === undefined || created === undefined) throw new Error("no proof was sent");
    return [bank, request, created];
  }

  it("[R-5.8] is refused, whatever is forged, and the true one still enters", async () => {
    const [{ net }, request, created] = await proven();
    const record = accepted(chainRecordCodec.decode(created.record));
    const all = net.shard.read(({ replica }) =>
      replica.blocks.roundsAfter(0, 9).flatMap((round) => {
        const known = replica.blocks.header(round);
        if (known === undefined) return [];
        const { header, certificate } = known;
        return [
          {
            header: jointHeaderCodec.encode(header),
            certificate: certificateCodec.encode(certificate),
          },
        ];
      }),
    );
    const other = (change: Partial<typeof record>): CreatedChain => ({
      ...created,
      record: chainRecordCodec.encode({ ...record, ...change }),
    });
    const flip = (bytes: Uint8Array, at: number): Uint8Array =>
      bytes.map((byte, i) => (i === at ? byte ^ 1 : byte));
    const forged: Record<string, CreatedChain> = {
      "another supply": other({ supply: SUPPLY + 1n }),
      "another shard": other({ shard: 1 }),
      "another id": other({ chain: 2 }),
      "a known id": other({ chain: 0 }),
      "another root": { ...created, chainHeader: flip(created.chainHeader, 119) },
      "a malformed header": { ...created, chainHeader: created.chainHeader.subarray(1) },
      "a malformed record": { ...created, record: new Uint8Array() },
      "a malformed proof": { ...created, stateProof: created.stateProof.subarray(1) },
      "another proof": { ...created, stateProof: flip(created.stateProof, 40) },
      "another place": { ...created, chainHeaderIndex: 1 },
      "a place below all": { ...created, chainHeaderIndex: -1 },
      "a place that is no place": { ...created, chainHeaderIndex: Number.NaN },
      "a longer path": { ...created, chainHeaderProof: [new Uint8Array(32)] },
      "a round without a header": { ...created, round: 2 },
      "an earlier header": { ...created, round: 1 },
    };
    // What the next block would take into the directory.
    const taken = (...createdChains: CreatedChain[]): string[] => {
      const pending = new PendingReports(net.network);
      const state = genesisState(net.network.id, net.network.genesis);
      expect(pending.takeHeaders(state, { ...request, headers: all })).toBeNull();
      pending.takeChains({ ...request, createdChains }, state.chains, () => undefined);
      return pending.body(state, 9, null)?.block.createdChains.map(({ symbol }) => symbol) ?? [];
    };
    for (const [name, one] of Object.entries(forged)) {
      expect(taken(one), name).toEqual([]);
      expect(taken(one, created), name).toEqual(["ABC"]);
    }
    expect(taken(created, created)).toEqual(["ABC"]);
    net.merkle.step((merkle) =>
      merkle.receive({ ...request, createdChains: Object.values(forged) }),
    );
    net.lose = () => false;
    expect(await net.sleep(60)).toBe(true);
    expect(directory(net)).toEqual(["T0", "ABC"]);
  });

  it("[R-5.8] is refused under a header that nobody reported", async () => {
    const [{ net }, request, created] = await proven();
    const alone = { ...request, headers: [], createdChains: [created] };
    const answer = net.merkle.step((merkle) => merkle.receive(alone));
    expect(answer).toEqual({ kind: "reported", round: 1, chains: 1, reportedRound: 1 });
    await net.advance(3);
    expect(net.merkle.read((merkle) => merkle.tip.number)).toBe(1);
  });
});

describe("headers that must not be notarised", () => {
  it("[R-4.7, R-7.1] one bad header among good ones: refused, and nothing changes", async () => {
    const bank = await Bank.open();
    const { net } = bank;
    net.lose = (_, { kind }) => kind === "notarise";
    for (let nonce = 0; nonce < 3; nonce++) {
      await bank.send(0, nonce);
      await net.advance(1);
    }
    await net.advance(1);
    const request = net.sent.map(([, one]) => one).findLast((one) => one.kind === "notarise");
    if (request?.kind !== "notarise") throw new Error("nothing to notarise");
    const [first, second, third] = request.headers;
    if (first === undefined || second === undefined || third === undefined) throw new Error("few");
    const notarised = () => net.store("merkle").table("notarised").range({ limit: 9 });
    const before = net.merkle.read((merkle) => merkle.tip);
    const bad = [
      [first, { ...second, certificate: first.certificate }],
      [first, third],
      [second],
      [first, second, { ...third, header: third.header.subarray(1) }],
    ];
    for (const headers of bad) {
      const answer = net.merkle.step((merkle) => merkle.receive({ ...request, headers }));
      expect(answer.kind).toBe("refused");
      expect(notarised()).toEqual([]);
      expect(net.merkle.read((merkle) => merkle.tip)).toEqual(before);
    }
    net.lose = () => false;
    expect(await net.sleep(40)).toBe(true);
    expect(notarised().length).toBe(6);
    net.crash("merkle");
    const again = net.merkle.step((merkle) => merkle.receive(request));
    expect(again).toMatchObject({ kind: "reported", round: 6 });
    expect(net.merkle.read((merkle) => merkle.blocksAfter(0, 99)).length).toBeGreaterThan(0);
  });
});
