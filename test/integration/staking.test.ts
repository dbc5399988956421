// Staking end to end in workerd: by the client library and the public API alone, on a network of two shards.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  bond,
  type Client,
  connect,
  createValidatorKey,
  delegateStake,
  type Payload,
  RefusedError,
  registerKey,
  transfer,
  unbond,
  undelegateStake,
} from "../../src/client/index.ts";
import { createTestNetwork, type TestAccount, type TestNetwork } from "../../src/testing/index.ts";
import { ONE_TOKEN } from "./ledger-client.ts";

const HOSTED_BOND = 50n * ONE_TOKEN;
const FEE = ONE_TOKEN / 200n;
const FUNDS = 1_000n * ONE_TOKEN;

interface ValidatorAnswer {
  readonly address: string;
  readonly ownStake: string;
  readonly delegatedStake: string;
  readonly totalStake: string;
  readonly unbonding: string;
  readonly seats: readonly {
    readonly index: number;
    readonly validatorSet: { readonly id: string };
  }[];
}

describe("staking over HTTP", () => {
  let network: TestNetwork;
  let client: Client;
  let val: TestAccount;
  let dora: TestAccount;
  let carol: TestAccount;

  beforeAll(async () => {
    network = await createTestNetwork({
      shards: 2,
      staking: { validatorBond: HOSTED_BOND, unbondingRounds: 40, standbyValidators: 2 },
    });
    [val, dora, carol] = network.accounts as [TestAccount, TestAccount, TestAccount];
    client = await connect(network.url);
  });
  afterAll(() => network?.dispose());

  async function execute(signer: TestAccount, payload: Payload) {
    const sent = await client.sender(signer).send(payload);
    await network.advance(5);
    return client.waitFor(sent, "EXECUTED");
  }

  const validators = async (): Promise<readonly ValidatorAnswer[]> => {
    const data = await network.graphql<{ validators: { nodes: readonly ValidatorAnswer[] } }>(
      `{ validators(first: 100) { nodes { address ownStake delegatedStake totalStake unbonding
        seats { index validatorSet { id } } } } }`,
    );
    return data.validators.nodes;
  };

  const validator = async (address: string): Promise<ValidatorAnswer | undefined> =>
    (await validators()).find((one) => one.address === address);

  const supplyOfRune = async () => {
    const { chain } = await network.graphql<{
      chain: { supply: string; staked: string; unattributedFees: string };
    }>('{ chain(id: "T0") { supply staked unattributedFees } }');
    return {
      supply: BigInt(chain.supply),
      rest: BigInt(chain.staked) + BigInt(chain.unattributedFees),
    };
  };

  /** the rest is the faucet's, of which nobody takes anything here. */
  async function held(): Promise<bigint> {
    const { rest } = await supplyOfRune();
    const balances = await Promise.all(
      network.accounts.map(({ address }) => client.balance(address)),
    );
    return balances.reduce((sum, { amount }) => sum + amount, rest);
  }

  it("R-11.1 hosted validators hold the seats from the beginning, and others stand by", async () => {
    const all = await validators();
    // two sets of four seats, and two that stand by.
    expect(all).toHaveLength(10);
    const seats = all.flatMap((one) =>
      one.seats.map(({ index, validatorSet }) => `${validatorSet.id} ${index}`),
    );
    expect(seats.sort()).toEqual(["1 0", "1 1", "1 2", "1 3", "2 0", "2 1", "2 2", "2 3"]);
    expect(new Set(all.map(({ totalStake }) => totalStake))).toEqual(new Set([`${HOSTED_BOND}`]));
  });

  it("R-2.5, R-2.6, R-11.1 a key is registered, stake is delegated and taken back, and it comes back unasked", async () => {
    const before = await held();
    const key = await createValidatorKey();
    const registration = await registerKey(key, {
      networkId: client.networkId,
      validator: val.address,
      commission: 500,
    });
    await expect(client.sender(dora).send(bond(20n * ONE_TOKEN, registration))).rejects.toThrow(
      RefusedError,
    );
    await execute(val, bond(100n * ONE_TOKEN, registration));
    await execute(dora, delegateStake(val.address, 30n * ONE_TOKEN));
    // The highest stake comes first.
    expect((await validators())[0]).toMatchObject({
      address: val.address,
      ownStake: `${100n * ONE_TOKEN}`,
      delegatedStake: `${30n * ONE_TOKEN}`,
      seats: [],
    });
    await execute(dora, undelegateStake(val.address, 10n * ONE_TOKEN));
    await execute(val, unbond(40n * ONE_TOKEN));
    expect(await validator(val.address)).toMatchObject({
      totalStake: `${80n * ONE_TOKEN}`,
      unbonding: `${50n * ONE_TOKEN}`,
    });
    expect(await held()).toBe(before);
    expect((await client.balance(dora.address)).amount).toBe(FUNDS - 30n * ONE_TOKEN - 2n * FEE);
    await network.advance(40);
    // Somebody else's transaction on T0 is enough.
    await execute(carol, transfer(carol.address, 1n));
    expect((await client.balance(dora.address)).amount).toBe(FUNDS - 20n * ONE_TOKEN - 2n * FEE);
    expect((await client.balance(val.address)).amount).toBe(FUNDS - 60n * ONE_TOKEN - 2n * FEE);
    expect(await validator(val.address)).toMatchObject({ unbonding: "0" });
    expect(await held()).toBe(before);
  });

  it("R-5.5, R-11.1 stakes outlive a restart, and all of it can be taken back", async () => {
    await network.restart();
    await execute(val, unbond(60n * ONE_TOKEN));
    await execute(dora, undelegateStake(val.address, 20n * ONE_TOKEN));
    await network.advance(40);
    await execute(carol, transfer(carol.address, 1n));
    expect(await validator(val.address)).toBeUndefined();
    expect((await client.balance(dora.address)).amount).toBe(FUNDS - 3n * FEE);
  });

  it("R-6.7 a stake that cannot be says why, and costs its fee", async () => {
    const sent = await client.sender(dora).send(delegateStake(carol.address, 1n));
    await network.advance(5);
    const outcome = await client.waitFor(sent, "EXECUTED").catch((error: unknown) => error);
    expect(outcome).toMatchObject({ transaction: { outcome: "UNKNOWN_VALIDATOR" } });
  });
});
