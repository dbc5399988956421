// A network whose epochs are short, over HTTP in workerd: what a user sees of them, and that a client that trusts only the genesis
// record follows them.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type Client,
  connect,
  type Fetch,
  LightClient,
  ProofError,
  type SentTransaction,
  transfer,
} from "../../src/client/index.ts";
import { createTestNetwork, type TestAccount, type TestNetwork } from "../../src/testing/index.ts";
import { base64 } from "./ledger-client.ts";

const SHARDS = 3;
const CHAINS = Array.from({ length: SHARDS }, (_, chain) => `T${chain}`);
const LEASE_ROUNDS = 6;
const EPOCH_ROUNDS = 10;
const EPOCHS = [0, 1, 2];
// An epoch has EPOCH_ROUNDS blocks with headers, and then the lease's rounds to its end.
const ROUNDS_MAX = 120;

interface Epoch {
  readonly number: number;
  readonly activationRound: number;
  readonly activationTime: string;
  readonly begun: boolean;
  readonly roundMs: number;
  readonly seed: string;
}

interface NetworkAnswer {
  readonly round: number;
  readonly time: string;
  readonly roundMs: number;
  readonly epoch: Epoch;
}

const EPOCH_FIELDS = "number activationRound activationTime begun roundMs seed";

let network: TestNetwork;
let client: Client;
let alice: TestAccount;
let bob: TestAccount;
/** By epoch: what was sent in it, and the state after which round was proven. */
const sent = new Map<number, SentTransaction[]>();

const ask = async <T>(query: string, variables: Record<string, unknown> = {}): Promise<T> =>
  network.graphql<T>(query, variables);

const now = async (): Promise<NetworkAnswer> =>
  (
    await ask<{ network: NetworkAnswer }>(
      `{ network { round time roundMs epoch { ${EPOCH_FIELDS} } } }`,
    )
  ).network;

const epochNumbered = async (number: number): Promise<Epoch | null> =>
  (
    await ask<{ epoch: Epoch | null }>(
      `query ($number: Int) { epoch(number: $number) { ${EPOCH_FIELDS} } }`,
      { number },
    )
  ).epoch;

/** A transfer on every chain. */
async function sendEverywhere(): Promise<SentTransaction[]> {
  const sender = client.sender(alice);
  return Promise.all(CHAINS.map((chain) => sender.send(transfer(bob.address, 1n), { chain })));
}

/** A client that is told of epochs what `told` makes of the truth. */
function clientTold(told: (proofs: readonly string[]) => readonly string[]): Promise<Client> {
  const telling: Fetch = async (url, init) => {
    const response = await fetch(url, init);
    if (!String(init.body).includes("epochProofs")) return response;
    const { data } = (await response.json()) as { data: { epochProofs: readonly string[] } };
    return Response.json({ data: { epochProofs: told(data.epochProofs) } });
  };
  return connect(network.url, { genesisHash: client.network.id, fetch: telling });
}

const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "base64"));

beforeAll(async () => {
  const options = { shards: SHARDS, leaseRounds: LEASE_ROUNDS, epochRounds: EPOCH_ROUNDS };
  network = await createTestNetwork(options);
  [alice, bob] = network.accounts as [TestAccount, TestAccount];
  const { id } = (await connect(network.url)).network;
  client = await connect(network.url, { genesisHash: id });
  for (let round = 0; round < ROUNDS_MAX && (sent.get(2)?.length ?? 0) < 12; round++) {
    const transactions = await sendEverywhere();
    await network.advance(1);
    const { epoch } = await now();
    sent.set(epoch.number, [...(sent.get(epoch.number) ?? []), ...transactions]);
  }
  await network.advance(6);
});
afterAll(() => network?.dispose());

describe("a network whose epochs follow each other", () => {
  it("R-3.7 goes on through them: whatever was sent is FINAL", async () => {
    for (const number of EPOCHS) expect(sent.get(number)?.length).toBeGreaterThanOrEqual(12);
    for (const one of [...sent.values()].flat()) {
      const facts = await client.transaction({ id: one.id, chain: one.chain });
      expect(facts).toMatchObject({ status: "FINAL", code: 2 });
    }
  });

  it("R-3.7 says of each when it began, and of none that it has not", async () => {
    const present = await now();
    expect(present.epoch).toMatchObject({ number: 2, begun: true, roundMs: present.roundMs });
    const epochs = await Promise.all(EPOCHS.map(epochNumbered));
    expect(epochs.map((epoch) => epoch?.number)).toEqual(EPOCHS);
    expect(epochs.every((epoch) => epoch?.begun)).toBe(true);
    expect(new Set(epochs.map((epoch) => epoch?.seed)).size).toBe(EPOCHS.length);
    expect(await epochNumbered(3)).toBe(null);
    expect(await epochNumbered(-1)).toBe(null);
    const rounds = epochs.map((epoch) => epoch?.activationRound ?? 0);
    expect(rounds).toEqual([...rounds].sort((a, b) => a - b));
    for (const one of epochs) {
      if (one === null) throw new Error("There is no such epoch");
      const query = "query ($from: Round) { timetable(from: $from, rounds: 1) { round time } }";
      const { timetable } = await ask<{ timetable: object[] }>(query, {
        from: one.activationRound,
      });
      expect(timetable).toEqual([{ round: one.activationRound, time: one.activationTime }]);
    }
  });

  it("R-7.2 a client that trusts the genesis record alone proves what was in each of them", async () => {
    for (const number of EPOCHS) {
      const [one] = sent.get(number) ?? [];
      if (one === undefined) throw new Error(`Nothing was sent in epoch ${number}`);
      // Each from genesis on.
      const sceptic = await connect(network.url, { genesisHash: client.network.id });
      const inclusion = await sceptic.proveInclusion(one);
      expect(inclusion).toMatchObject({ transaction: one.id, chain: one.chain, epoch: number });
    }
    const { amount, nonce } = await client.balance(alice.address);
    const proven = await client.proveAccount(alice.address);
    expect(proven).toMatchObject({ epoch: 2, account: { balance: amount, nonce } });
  });

  it("R-3.7 goes on in the same epoch behind a power cut", async () => {
    const before = await now();
    await network.kill();
    await network.restart();
    expect((await now()).epoch).toEqual(before.epoch);
    const transactions = await sendEverywhere();
    await network.advance(6);
    for (const one of transactions) {
      expect((await client.transaction(one))?.status).toBe("FINAL");
      expect(await client.proveInclusion(one)).toMatchObject({ epoch: before.epoch.number });
    }
  });

  it("R-7.2 a client learns epochs page by page, and by several proofs at once", async () => {
    const paged = await clientTold((proofs) => proofs.slice(0, 1));
    const proven = await Promise.all(
      EPOCHS.map((number) => paged.proveInclusion(sent.get(number)?.[0]?.id ?? "")),
    );
    expect(proven.map((one) => one?.epoch)).toEqual(EPOCHS);
  });

  it.each<readonly [string, string, (proofs: readonly string[]) => readonly string[]]>([
    ["keeps epochs back", "PROOF_OTHER_EPOCH", () => []],
    ["tells them out of order", "EPOCH_PROOF_NOT_NEXT", (proofs) => [...proofs].reverse()],
    ["has no bytes for them", "EPOCH_PROOF_MALFORMED", () => ["no base64!"]],
    ["has other bytes for them", "EPOCH_PROOF_MALFORMED", () => ["AAAA"]],
  ])("R-7.2 a server that %s is found out", async (_, code, told) => {
    const [one] = sent.get(2) ?? [];
    const fault = await (await clientTold(told))
      .proveInclusion(one?.id ?? "")
      .catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(ProofError);
    expect(fault).toMatchObject({ code });
  });

  it("R-7.2 proofs of epochs are handed out in order, and checked one by one", async () => {
    const query = "query ($after: Int!) { epochProofs(after: $after) }";
    const proofsAfter = async (after: number) =>
      (await ask<{ epochProofs: string[] }>(query, { after })).epochProofs;
    const proofs = await proofsAfter(0);
    expect(proofs).toHaveLength(2);
    expect(await proofsAfter(1)).toEqual(proofs.slice(1));
    expect(await proofsAfter(2)).toEqual([]);
    const refused = await network.request(query, { after: -1 });
    expect(refused.errors?.[0]).toMatchObject({
      message: "Invalid after: -1 is not the number of an epoch, 0 or more",
      extensions: { code: "BAD_USER_INPUT" },
    });

    const opened = LightClient.open(await client.genesis(), client.network.id);
    if (!opened.ok) throw new Error(opened.refusal.code);
    const light = opened.value;
    const [inSecond] = sent.get(2) ?? [];
    const answer = await ask<{ proof: { bytes: string } }>(
      "query ($id: Hash!, $chain: ID) { proof(transaction: $id, chain: $chain) { bytes } }",
      { id: inSecond?.id, chain: inSecond?.chain },
    );
    const inclusion = bytesOf(answer.proof.bytes);
    const other = { ok: false, refusal: { code: "PROOF_OTHER_EPOCH", epoch: 2 } };
    expect(light.verifyInclusion(inclusion)).toEqual(other);
    for (const [i, proof] of proofs.entries()) {
      const epoch = await epochNumbered(i + 1);
      expect(light.follow(bytesOf(proof))).toEqual({
        ok: true,
        value: {
          number: i + 1,
          activationRound: epoch?.activationRound,
          activationTime: new Date(epoch?.activationTime ?? ""),
          roundMs: epoch?.roundMs,
        },
      });
    }
    expect(light.epoch).toBe(2);
    expect(light.verifyInclusion(inclusion)).toMatchObject({ ok: true, value: { epoch: 2 } });
    expect(base64(inclusion)).toBe(answer.proof.bytes);
  });
});
