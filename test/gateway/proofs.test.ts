import { describe, expect, it } from "vitest";
import { formatAddress } from "../../src/protocol/crypto/address.ts";
import { paperAccount } from "../support/signer.ts";
import { GatewayWorld } from "./gateway-world.ts";

const FAUCET = `mutation ($address: Address!) {
  dev { faucet(chain: "T0", address: $address, amount: "1000") { ... on Accepted { id } } } }`;
const ADVANCE = "mutation ($rounds: Int!) { dev { advance(rounds: $rounds) { round } } }";
const PROOF =
  "query ($id: Hash!, $chain: ID) { proof(transaction: $id, chain: $chain) { bytes round chain { id symbol } } }";
const ACCOUNT =
  "query ($address: Address!, $chain: ID!) { accountProof(chain: $chain, address: $address) { bytes present account { amount ownReserve pendingReserves { reserve } delegate { address } } chain { id } } }";
const address = formatAddress(paperAccount("somebody").address);

describe("proofs through the gateway", () => {
  it("R-7.2 null for what is not there or not yet, PROOF_PRUNED for what is gone", async () => {
    const world = await GatewayWorld.create();
    const { dev } = await world.data(FAUCET, { address });
    const { id } = dev.faucet;
    expect((await world.data(PROOF, { id })).proof).toBe(null);
    await world.data(ADVANCE, { rounds: 5 });
    for (const chain of ["T0", null]) {
      const { proof } = await world.data(PROOF, { id, chain });
      expect(proof).toMatchObject({ round: 1, chain: { id: "T0", symbol: "RUNE" } });
    }
    expect((await world.data(PROOF, { id, chain: "T1" })).proof).toBe(null);
    expect((await world.data(PROOF, { id, chain: "T9" })).proof).toBe(null);
    const { accountProof } = await world.data(ACCOUNT, { address, chain: "T0" });
    expect(accountProof).toMatchObject({
      present: true,
      account: { amount: "1000", ownReserve: null, pendingReserves: [], delegate: null },
    });
    expect((await world.data(ACCOUNT, { address, chain: "T9" })).accountProof).toBe(null);

    world.local.shard.step(({ replica }) => {
      for (const round of replica.blocks.roundsAfter(0, 9)) replica.blocks.prune(round);
    });
    const { body } = await world.ask(ACCOUNT, { address, chain: "T0" });
    expect(body.data).toEqual({ accountProof: null });
    expect(body.errors).toMatchObject([{ extensions: { code: "PROOF_PRUNED" } }]);
  });

  it("R-3.10 proofs are dear: a query has room for a few", async () => {
    const world = await GatewayWorld.create();
    const many = (count: number, field: string) =>
      `{ ${Array.from({ length: count }, (_, i) => `p${i}: ${field} { bytes }`).join(" ")} }`;
    const inclusion = `proof(transaction: "0x${"00".repeat(32)}")`;
    const account = `accountProof(chain: "T0", address: "${address}")`;
    for (const [field, most] of [
      [inclusion, 9],
      [account, 99],
    ] as const) {
      const { body } = await world.ask(many(most, field));
      expect(body.errors).toBe(undefined);
      const refused = await world.ask(many(most + 1, field));
      expect(refused.body.errors).toMatchObject([{ extensions: { code: "QUERY_TOO_COSTLY" } }]);
    }
  });
});
