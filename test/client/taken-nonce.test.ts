import { expect, it } from "vitest";
import { connect, type Fetch, OutcomeUnknownError, transfer } from "../../src/client/index.ts";
import { createTestNetwork, type TestAccount } from "../../src/testing/index.ts";

const quick = { attemptsMax: 3, baseMs: 10, capMs: 50 };

it("R-2.9 what may be under way is never signed again, though another has its nonce", async () => {
  await using network = await createTestNetwork();
  const [alice, bob] = network.accounts as [TestAccount, TestAccount];
  const other = await connect(network.url);
  let isHeldUp = false;
  // The first attempt is held up on its way, and another program takes its nonce meanwhile.
  const slow: Fetch = async (url, init) => {
    if (isHeldUp || !String(init.body).includes("submitBatch")) return fetch(url, init);
    isHeldUp = true;
    await other.submit(await other.sign(alice, transfer(bob.address, 1n), { nonce: 0 }));
    throw new TypeError("connection reset");
  };
  const client = await connect(network.url, { fetch: slow, retry: quick });
  const fault = await client
    .sender(alice)
    .send(transfer(bob.address, 2n), { timeoutMs: 2_000 })
    .catch((error: unknown) => error);
  expect(fault).toBeInstanceOf(OutcomeUnknownError);
  // Signed again under nonce 1 it would be executed besides the first, should that arrive at last.
  expect(await other.balance(alice.address)).toMatchObject({ nextNonce: 1 });
  expect(await other.transaction((fault as OutcomeUnknownError).id)).toBeNull();
});
