// of stakes: what is told hangs on what others have staked in rounds that are not executed yet.
import { describe, expect, it } from "vitest";
import { askSimulation } from "../../src/actors/simulate.ts";
import type { Payload } from "../../src/protocol/ledger/payload.ts";
import { bond, delegateStake, registrationFor } from "../support/staking.ts";
import { Bank } from "./bank.ts";

const FEE = 1_000_000n;

describe("what a stake is told", () => {
  const ask = async (bank: Bank, payload: Payload) => {
    const { net } = bank;
    const bytes = await bank.bytes(0, bank.nextNonce(0), { fee: FEE, payload });
    return { bytes, simulation: askSimulation(net.shard, net.network, bytes) };
  };

  it("R-6.9, R-11.1 fails where nobody is a validator, and not behind a bond that is under way", async () => {
    const bank = await Bank.open({ tags: true });
    const { net } = bank;
    const delegation = delegateStake(bank.signer(1), 500n);
    expect((await ask(bank, delegation)).simulation).toMatchObject({
      includable: true,
      code: 1,
      reason: "unknownValidator",
    });
    const registration = registrationFor(bank.signer(1), net.network.id, "one");
    const registers = await bank.bytes(1, 0, { fee: FEE, payload: bond(5_000n, registration) });
    net.nowMs += net.network.roundMs;
    const [admission] = bank.admit(registers);
    expect(admission?.kind).toBe("accepted");
    // Its block is made, and not executed yet.
    net.lose = (_, { kind }) => kind === "commit";
    await net.tick();
    net.lose = () => false;
    const { bytes, simulation } = await ask(bank, delegation);
    expect(simulation).toMatchObject({ includable: true, code: 2, reason: "executed" });
    const [taken] = bank.admit(bytes);
    if (taken?.kind !== "accepted") throw new Error("Refused");
    for (let i = 0; i < 8; i++) {
      await net.advance(1);
      await net.tick();
    }
    expect(bank.view(taken.id)).toMatchObject({ code: 2, reason: "executed" });
    expect(bank.view(taken.id)?.legs[0]?.round).toBe(simulation.includableRound);
  });
});
