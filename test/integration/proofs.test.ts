import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createSigner, LightClient } from "../../src/client/index.ts";
import { createTestNetwork, type TestAccount, type TestNetwork } from "../../src/testing/index.ts";
import { LedgerClient, ONE_TOKEN } from "./ledger-client.ts";

const PROOF = `query ($id: Hash!, $chain: ID) { proof(transaction: $id, chain: $chain) {
  bytes transactionId chain { id } round position epoch headerHash childRound } }`;
const ACCOUNT_PROOF = `query ($chain: ID!, $address: Address!) { accountProof(chain: $chain, address: $address) {
  bytes chain { id } address present round stateRound stateRoot epoch headerHash
  account { amount nonce authorisationNonce ownReserve pendingReserves { fromRound } delegate { address } } } }`;

interface ProofAnswer {
  readonly bytes: string;
  readonly transactionId: string;
  readonly chain: { readonly id: string };
  readonly round: number;
  readonly position: number;
  readonly epoch: number;
  readonly headerHash: string;
  readonly childRound: number;
}

interface AccountProofAnswer {
  readonly bytes: string;
  readonly present: boolean;
  readonly round: number;
  readonly stateRound: number;
  readonly stateRoot: string;
  readonly account: { readonly amount: string; readonly nonce: number } | null;
}

const bytesOf = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, "base64"));

function shown<T>(
  result:
    | { readonly ok: true; readonly value: T }
    | { readonly ok: false; readonly refusal: object },
): T {
  if (!result.ok) throw new Error(JSON.stringify(result.refusal));
  return result.value;
}

/** A user with the genesis record, fetched once, and a network whose every word has to be shown. */
class Sceptic {
  readonly network: TestNetwork;
  readonly ledger: LedgerClient;
  readonly client: LightClient;

  private constructor(network: TestNetwork, ledger: LedgerClient, client: LightClient) {
    this.network = network;
    this.ledger = ledger;
    this.client = client;
  }

  static async of(network: TestNetwork): Promise<Sceptic> {
    const data = await network.graphql<{ network: { id: string; genesis: string } }>(
      "{ network { id genesis } }",
    );
    const opened = LightClient.open(bytesOf(data.network.genesis), data.network.id);
    return new Sceptic(network, await LedgerClient.of(network), shown(opened));
  }

  async proof(id: string, chain: string | null = null): Promise<ProofAnswer | null> {
    return (await this.network.graphql<{ proof: ProofAnswer | null }>(PROOF, { id, chain })).proof;
  }

  async accountProof(address: string, chain = "T0"): Promise<AccountProofAnswer | null> {
    const data = await this.network.graphql<{ accountProof: AccountProofAnswer | null }>(
      ACCOUNT_PROOF,
      { chain, address },
    );
    return data.accountProof;
  }

  async verifiedInclusion(id: string) {
    const proof = await this.proof(id);
    if (proof === null) throw new Error("There is no proof");
    return shown(this.client.verifyInclusion(bytesOf(proof.bytes), { transaction: id }));
  }

  async verifiedAccount(address: string, chain = "T0") {
    const proof = await this.accountProof(address, chain);
    if (proof === null) throw new Error("There is no proof");
    return shown(this.client.verifyAccount(bytesOf(proof.bytes), { address, chain }));
  }
}

describe("proofs over HTTP", () => {
  let network: TestNetwork;
  let sceptic: Sceptic;
  let ledger: LedgerClient;
  let alice: TestAccount;
  let bob: TestAccount;

  beforeAll(async () => {
    network = await createTestNetwork({ chains: 2 });
    sceptic = await Sceptic.of(network);
    ({ ledger } = sceptic);
    [alice, bob] = network.accounts as [TestAccount, TestAccount];
  });
  afterAll(() => network?.dispose());

  it("R-7.2 a FINAL transaction is shown to whoever has the genesis record alone", async () => {
    const id = await ledger.transfer(alice, bob.address, 3n * ONE_TOKEN);
    expect(await sceptic.proof(id)).toBe(null);
    await network.advance(5);
    expect(await ledger.status(id)).toBe("FINAL");
    const proof = await sceptic.proof(id);
    expect(proof).toMatchObject({ transactionId: id, chain: { id: "T0" }, round: 1, position: 0 });
    expect(proof?.childRound).toBe(4);
    const inclusion = await sceptic.verifiedInclusion(id);
    const { epoch, headerHash } = proof ?? { epoch: -1, headerHash: "" };
    expect(inclusion).toMatchObject({ chain: "T0", round: 1, position: 0, epoch, headerHash });
    expect(inclusion.content.payload).toMatchObject({ kind: "transfer", amount: 3n * ONE_TOKEN });
    expect(await sceptic.proof(id, "T0")).toEqual(proof);
    expect(await sceptic.proof(id, "T1")).toBe(null);
    expect(await sceptic.proof(id, "T99")).toBe(null);
    expect(await sceptic.proof(`0x${"00".repeat(32)}`)).toBe(null);
  });

  it("R-7.2 what an account has, and that nobody else has anything, is shown after quiet", async () => {
    const { amount, nonce } = await ledger.balance(alice.address);
    const proof = await sceptic.accountProof(alice.address);
    expect(proof).toMatchObject({
      present: true,
      round: 4,
      stateRound: 1,
      account: { amount, nonce },
    });
    const shownAccount = await sceptic.verifiedAccount(alice.address);
    expect(shownAccount).toMatchObject({ stateRound: 1, stateRoot: proof?.stateRoot });
    expect(shownAccount.account).toMatchObject({ balance: BigInt(amount), nonce });
    const { signer: nobody } = await createSigner();
    expect(await sceptic.accountProof(nobody.address)).toMatchObject({
      present: false,
      account: null,
    });
    expect((await sceptic.verifiedAccount(nobody.address)).account).toBe(null);
    // Nothing has happened on T1; there is no T99.
    expect(await sceptic.accountProof(alice.address, "T1")).toBe(null);
    expect(await sceptic.accountProof(alice.address, "T99")).toBe(null);
  });

  it("R-5.2 R-7.2 accounts are shown while every round has transactions", async () => {
    const start = await ledger.round();
    const balances = new Map([[start, (await ledger.balance(alice.address)).amount]]);
    for (let round = start + 1; round <= start + 8; round++) {
      await ledger.transfer(alice, bob.address, ONE_TOKEN);
      await ledger.transfer(bob, alice.address, 2n * ONE_TOKEN);
      await network.advance(1);
      balances.set(round, (await ledger.balance(alice.address)).amount);
      const { stateRound, account } = await sceptic.verifiedAccount(alice.address);
      // Of k rounds before the newest header that is notarised: with the round behind it.
      if (round > start + 1) expect(stateRound).toBe(round - 1 - 3);
      const expected = balances.get(Math.max(stateRound, start));
      expect(`${account?.balance}`).toBe(expected);
    }
  });

  it("R-7.2 both kinds of proof can be had after a restart and after SIGKILL", async () => {
    const id = await ledger.transfer(alice, bob.address, ONE_TOKEN);
    await network.advance(2);
    const before = [await sceptic.proof(id), await sceptic.accountProof(alice.address)];
    await network.restart();
    expect([await sceptic.proof(id), await sceptic.accountProof(alice.address)]).toEqual(before);
    await network.advance(5);
    await network.kill();
    await network.restart();
    expect((await sceptic.verifiedInclusion(id)).transaction).toBe(id);
    const { nonce } = await ledger.balance(alice.address);
    expect((await sceptic.verifiedAccount(alice.address)).account?.nonce).toBe(nonce);
  });
});

describe("proofs on the real clock", () => {
  it("R-7.2 a light client follows a network of 21 seats under load", async () => {
    await using network = await createTestNetwork({ clock: "live", roundMs: 500, seats: 21 });
    const sceptic = await Sceptic.of(network);
    const { ledger } = sceptic;
    const [alice, bob] = network.accounts as [TestAccount, TestAccount];
    const ids: string[] = [];
    const stateRounds: number[] = [];
    const until = Date.now() + 30_000;
    while (new Set(stateRounds).size < 6 && Date.now() < until) {
      ids.push(await ledger.transfer(alice, bob.address, 1n));
      const proof = await sceptic.accountProof(alice.address);
      if (proof !== null) {
        const bytes = bytesOf(proof.bytes);
        const verified = shown(sceptic.client.verifyAccount(bytes, { address: alice.address }));
        stateRounds.push(verified.stateRound);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const last = ids.at(-1) ?? "";
    await expect.poll(() => ledger.status(last), { timeout: 20_000 }).toBe("FINAL");
    const { chain, transaction } = await sceptic.verifiedInclusion(ids[0] ?? "");
    expect([chain, transaction]).toEqual(["T0", ids[0]]);
    expect(stateRounds).toEqual([...stateRounds].sort((a, b) => a - b));
    expect(new Set(stateRounds).size).toBe(6);
    const { account } = await sceptic.verifiedAccount(alice.address);
    expect(account?.nonce).toBe(ids.length);
  });
});
