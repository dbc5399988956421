import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type Client,
  connect,
  createSigner,
  type Fetch,
  ProofError,
  type SignedTransaction,
  transfer,
} from "../../src/client/index.ts";
import { createTestNetwork, type TestAccount, type TestNetwork } from "../../src/testing/index.ts";

describe("R-7.2 proven facts", () => {
  let network: TestNetwork;
  let alice: TestAccount;
  let bob: TestAccount;
  let client: Client;
  let sent: SignedTransaction;

  beforeAll(async () => {
    network = await createTestNetwork();
    [alice, bob] = network.accounts as [TestAccount, TestAccount];
    const { id } = (await connect(network.url)).network;
    client = await connect(network.url, { genesisHash: id });
    sent = await client.sender(alice).send(transfer(bob.address, 7n));
    expect(await client.proveInclusion(sent)).toBeNull();
    await network.advance(8);
  });
  afterAll(() => network?.dispose());

  it("a transaction in a block", async () => {
    const proven = await client.proveInclusion(sent);
    expect(proven).toMatchObject({ transaction: sent.id, chain: "T0", position: 0 });
    expect(proven?.content.payload).toEqual(sent.payload);
    expect(await client.proveInclusion(`0x${"00".repeat(32)}`)).toBeNull();
  });

  it("an account, and that there is none", async () => {
    const { amount, nonce } = await client.balance(alice.address);
    const proven = await client.proveAccount(alice.address);
    expect(proven?.account).toMatchObject({ balance: amount, nonce });
    const { signer } = await createSigner();
    expect(await client.proveAccount(signer.address)).toMatchObject({ account: null });
  });

  it("a state that is too old is refused", async () => {
    const stateRoundMin = await client.round();
    await expect(client.proveAccount(alice.address, { stateRoundMin })).rejects.toMatchObject({
      code: "PROOF_TOO_OLD",
    });
  });

  it("R-7.2 a proof that is no bytes is found out", async () => {
    const lying: Fetch = async (url, init) => {
      if (!String(init.body).includes("accountProof")) return fetch(url, init);
      return Response.json({ data: { proof: { bytes: "no base64!" } } });
    };
    const deceived = await connect(network.url, { fetch: lying });
    const fault = await deceived.proveAccount(bob.address).catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(ProofError);
    expect(fault).toMatchObject({ code: "PROOF_MALFORMED" });
  });

  it("a server that answers with another proof is found out", async () => {
    const { signer } = await createSigner();
    const lying: Fetch = (url, init) =>
      fetch(url, { ...init, body: String(init.body).replace(bob.address, signer.address) });
    const deceived = await connect(network.url, { fetch: lying });
    const fault = await deceived.proveAccount(bob.address).catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(ProofError);
    expect(fault).toMatchObject({ code: "PROOF_OTHER_ADDRESS" });
  });
});
