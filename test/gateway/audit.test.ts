// What an auditor asks who has nothing but the API: how blocks hang together, who signed them, and
// where every unit of a token is.
import { beforeAll, describe, expect, it } from "vitest";
import { formatAddress } from "../../src/protocol/crypto/address.ts";
import { toHex } from "../../src/protocol/encoding/bytes.ts";
import { makeSigner } from "../support/signer.ts";
import { signedBytes } from "../support/transactions.ts";
import { GatewayWorld } from "./gateway-world.ts";

const BALANCE = 10n ** 21n;
const GAS_PRICE = 10n ** 12n;
const BLOCK =
  "round jointHeaderHash extends { round hash } view signers signerSeats transactionCount";

describe("an auditor", () => {
  let world: GatewayWorld;
  let addresses: string[];

  beforeAll(async () => {
    const [alice, bob] = await Promise.all([makeSigner("alice"), makeSigner("bob")]);
    addresses = [alice, bob].map(({ address }) => formatAddress(address));
    const allocations = ["T0", "T1"].map((chain) => ({
      chain,
      address: formatAddress(alice.address),
      balance: `${BALANCE}`,
    }));
    world = await GatewayWorld.create({ allocations });
    const { network } = world.local;
    for (const chain of [0, 1]) {
      const payload = { kind: "transfer", to: bob.address, amount: 5n } as const;
      const leg = { payer: alice, nonce: 0, chain, gasPrice: GAS_PRICE, payload };
      const transaction = await signedBytes(network.id, leg);
      const submit =
        "mutation ($t: Bytes!) { submitTransaction(transaction: $t) { __typename } dev { advance(rounds: 5) { round } } }";
      await world.data(submit, { t: Buffer.from(transaction).toString("base64") });
    }
  });

  const blockOf = async (chain: string, round: number) =>
    (await world.data(`{ block(chain: "${chain}", round: ${round}) { ${BLOCK} } }`)).block;

  it("R-4.7 follows the shard's head back to the network's id, block by block", async () => {
    const { shard } = await world.data('{ shard(id: "0") { headRound headHash } }');
    let head = { round: shard.headRound, hash: shard.headHash };
    const rounds: number[] = [];
    while (head.round > 0) {
      const block = (await blockOf("T0", head.round)) ?? (await blockOf("T1", head.round));
      expect(block.jointHeaderHash).toBe(head.hash);
      rounds.push(head.round);
      head = block.extends;
    }
    expect(head.hash).toBe(`0x${toHex(world.local.network.id)}`);
    expect(rounds.length).toBeGreaterThan(2);
    expect(rounds.at(-1)).toBe(1);
  });

  it("R-3.2, R-4.2 sees which seats signed a block, and in which view it was proposed", async () => {
    const { signers, signerSeats, view } = await blockOf("T0", 1);
    expect(view).toBe(0);
    expect(signerSeats).toHaveLength(signers);
    expect(signers).toBeGreaterThanOrEqual(3);
    expect([...new Set(signerSeats)].sort()).toEqual(signerSeats);
    for (const seat of signerSeats) expect([0, 1, 2, 3]).toContain(seat);
  });

  it("R-2.6 finds the supply in balances, stakes and fees that nobody has been given", async () => {
    const root = (await world.data('{ chain(id: "T0") { supply staked } }')).chain;
    const query = `{ chain(id: "T1") { supply unattributedFees ${addresses
      .map((address, i) => `a${i}: balance(address: "${address}") { amount }`)
      .join(" ")} } }`;
    const { chain } = await world.data(query);
    expect(chain.unattributedFees).toBe(`${1_000n * GAS_PRICE}`);
    const held = BigInt(chain.a0.amount) + BigInt(chain.a1.amount) + 1_000n * GAS_PRICE;
    // The rest is the faucet's: of a development network.
    expect(BigInt(chain.supply) - held).toBe(BigInt(root.supply) - BigInt(root.staked) - BALANCE);
    expect(BigInt(root.staked)).toBeGreaterThan(0n);
  });

  it("is told of no fees where none were paid", async () => {
    const idle = await GatewayWorld.create();
    const { chain } = await idle.data('{ chain(id: "T1") { unattributedFees } }');
    expect(chain.unattributedFees).toBe("0");
  });
});
