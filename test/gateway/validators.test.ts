// The API of stakes: schema/validators.graphql.
import { beforeAll, describe, expect, it } from "vitest";
import { formatAddress } from "../../src/protocol/crypto/address.ts";
import type { Payload } from "../../src/protocol/ledger/payload.ts";
import { makeSigner, type TestSigner } from "../support/signer.ts";
import {
  bond,
  delegateStake,
  paperRegistration,
  registrationFor,
  unbond,
  undelegateStake,
} from "../support/staking.ts";
import { signedBytes } from "../support/transactions.ts";
import { GatewayWorld } from "./gateway-world.ts";

const BALANCE = 10n ** 21n;
const GAS_PRICE = 10n ** 12n;
const FEE = 5_000n * GAS_PRICE;
const BOND = 5_000n;

describe("validators", () => {
  let world: GatewayWorld;
  let val: TestSigner;
  let dora: TestSigner;
  const nonces = new Map<TestSigner, number>();

  async function send(payer: TestSigner, payload: Payload): Promise<Record<string, unknown>> {
    const nonce = nonces.get(payer) ?? 0;
    nonces.set(payer, nonce + 1);
    const bytes = await signedBytes(world.local.network.id, {
      payer,
      nonce,
      payload,
      gasPrice: GAS_PRICE,
    });
    const submit = `mutation ($t: Bytes!) {
      submitTransaction(transaction: $t) { __typename ... on Accepted { id } ... on Refused { code } }
      dev { advance(rounds: 5) { round } } }`;
    const { submitTransaction } = await world.data(submit, {
      t: Buffer.from(bytes).toString("base64"),
    });
    if (submitTransaction.__typename === "Refused") return submitTransaction;
    const query = `query ($id: Hash!) { transaction(id: $id, chain: "T0") { status payload outcome
      legs { value movements { amount from { kind address validator } to { kind address validator } } } } }`;
    return (await world.data(query, { id: submitTransaction.id })).transaction;
  }

  const validator = async (address: string, fields: string) =>
    (await world.data(`{ validator(address: "${address}") { ${fields} } }`)).validator;

  beforeAll(async () => {
    [val, dora] = await Promise.all([makeSigner("val"), makeSigner("dora")]);
    const allocations = [val, dora].map(({ address }) => ({
      chain: "T0",
      address: formatAddress(address),
      balance: `${BALANCE}`,
    }));
    world = await GatewayWorld.create({
      allocations,
      minimumBond: "1000",
      validatorBond: `${BOND}`,
      unbondingRounds: 30,
      standbyValidators: 1,
    });
  });

  it("R-11.1 the hosted ones hold the seats of the epoch, those that stand by none", async () => {
    const { validators, validatorSet } = await world.data(`{
      validators { nodes { address ownStake totalStake commission publicKey
        seats { index validatorSet { id } } } pageInfo { hasNextPage } }
      validatorSet(id: "1") { seats { publicKey } } }`);
    expect(validators.nodes).toHaveLength(5);
    expect(validators.pageInfo.hasNextPage).toBe(false);
    const seated = validators.nodes.filter(
      ({ seats }: { seats: readonly unknown[] }) => seats.length === 1,
    );
    expect(seated).toHaveLength(4);
    for (const { publicKey, seats, ...rest } of seated) {
      expect(rest).toMatchObject({ ownStake: "5000", totalStake: "5000", commission: 1_000 });
      expect(seats[0].validatorSet.id).toBe("1");
      expect(validatorSet.seats[seats[0].index].publicKey).toBe(publicKey);
    }
    const addresses = validators.nodes.map(({ address }: { address: string }) => address);
    expect(new Set(addresses).size).toBe(5);
  });

  it("R-2.8, R-11.1 shows a bond with its movements, and the validator by its address", async () => {
    const address = formatAddress(val.address);
    expect(await validator(address, "address")).toBeNull();
    const registration = registrationFor(val, world.local.network.id, "val");
    const sent = await send(val, bond(9_000n, registration));
    expect(sent).toMatchObject({ payload: "BOND", outcome: "EXECUTED" });
    const [leg] = sent.legs as [{ value: string; movements: unknown[] }];
    expect(leg.value).toBe("9000");
    expect(leg.movements[1]).toEqual({
      amount: "9000",
      from: { kind: "ACCOUNT", address, validator: null },
      to: { kind: "STAKE", address, validator: address },
    });
    expect(
      await validator(address, "publicKey commission ownStake delegatedStake seats { index }"),
    ).toEqual({
      publicKey: Buffer.from(registration.publicKey).toString("base64"),
      commission: 500,
      ownStake: "9000",
      delegatedStake: "0",
      seats: [],
    });
  });

  it("R-11.1 delegations and what is on its way back stand with the account and the validator", async () => {
    const address = formatAddress(val.address);
    await send(dora, delegateStake(val, 700n));
    const back = await send(dora, undelegateStake(val, 200n));
    expect(back).toMatchObject({ payload: "UNDELEGATE_STAKE", outcome: "EXECUTED" });
    await send(val, unbond(4_000n));
    const { account, chain } = await world.data(`{
      account(address: "${formatAddress(dora.address)}") {
        delegations { validator amount } unbondings { validator amount releaseRound } balance(chain: "T0") { amount } }
      chain(id: "T0") { staked } }`);
    expect(account.delegations).toEqual([{ validator: address, amount: "500" }]);
    expect(account.unbondings).toMatchObject([{ validator: address, amount: "200" }]);
    expect(BigInt(account.balance.amount)).toBe(BALANCE - 2n * FEE - 700n);
    expect(
      await validator(
        address,
        "ownStake delegatedStake totalStake unbonding unbondings { amount }",
      ),
    ).toEqual({
      ownStake: "5000",
      delegatedStake: "500",
      totalStake: "5500",
      unbonding: "4200",
      unbondings: [{ amount: "4000" }],
    });
    expect(chain.staked).toBe(`${5n * BOND + 9_700n}`);
    await world.data("mutation { dev { advance(rounds: 30) { round } } }");
    await send(dora, delegateStake(val, 1n));
    expect(await validator(address, "unbonding unbondings { amount }")).toEqual({
      unbonding: "0",
      unbondings: [],
    });
    const after = await world.data(
      `{ account(address: "${formatAddress(dora.address)}") { unbondings { amount } balance(chain: "T0") { amount } } }`,
    );
    expect(after.account.unbondings).toEqual([]);
    expect(BigInt(after.account.balance.amount)).toBe(BALANCE - 3n * FEE - 501n);
  });

  it("R-11.2 pages go by stake, the highest first, and then by address", async () => {
    const nodes: { address: string; totalStake: string }[] = [];
    for (let after: string | null = null; ; ) {
      const { validators } = await world.data(
        `query ($after: String) { validators(first: 2, after: $after) { nodes { address totalStake } pageInfo { hasNextPage hasPreviousPage endCursor } } }`,
        { after },
      );
      expect(validators.pageInfo.hasPreviousPage).toBe(after !== null);
      nodes.push(...validators.nodes);
      if (!validators.pageInfo.hasNextPage) break;
      after = validators.pageInfo.endCursor;
    }
    expect(nodes).toHaveLength(6);
    expect(nodes[0]).toEqual({ address: formatAddress(val.address), totalStake: "5501" });
    const { validators } = await world.data("{ validators { nodes { address totalStake } } }");
    expect(validators.nodes).toEqual(nodes);
  });

  it("R-11.1 a failure has an outcome, and a bad registration a refusal", async () => {
    expect(await send(dora, bond(1_000n))).toMatchObject({ outcome: "NOT_A_VALIDATOR" });
    expect(await send(dora, bond(1_000n, paperRegistration(7)))).toEqual({
      __typename: "Refused",
      code: "INVALID_KEY_PROOF",
    });
  });

  it("publishes the parameters of staking", async () => {
    const { network } = await world.data(
      "{ network { parameters { minimumBond unbondingRounds delegations unbondings } } }",
    );
    expect(network.parameters).toEqual({
      minimumBond: "1000",
      unbondingRounds: 30,
      delegations: 64,
      unbondings: 32,
    });
  });

  it("refuses a cursor that is none", async () => {
    const { body } = await world.ask('{ validators(after: "x") { nodes { address } } }');
    expect(JSON.stringify(body.errors)).toContain("Invalid cursor");
  });
});
