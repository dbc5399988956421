// What a replica that began with a state from elsewhere has beside that state.
import { describe, expect, it } from "vitest";
import type { Replica } from "../../src/actors/replica.ts";
import { toHex } from "../../src/protocol/encoding/bytes.ts";
import { bond, registrationFor, unbond } from "../support/staking.ts";
import { Bank } from "./bank.ts";
import { adopt, Taker } from "./taker.ts";

const STAKE = 9_000n;

/** Takes all of shard 0 over, one message a round. */
async function takeOver(bank: Bank): Promise<Taker> {
  const taker = new Taker(bank.net, { shard: 0, chains: null });
  for (let i = 0; !taker.isDone; i++) {
    expect(i).toBeLessThan(60);
    if (!taker.exchange()) await bank.net.advance(1);
  }
  return taker;
}

describe("what a replica has beside a state that it took over", () => {
  it("R-11.2 R-12.4 the validators by stake, which go on as the source's: stake comes back, one leaves", async () => {
    const bank = await Bank.open({ tags: true, leaseRounds: 100 });
    const { net } = bank;
    const register = (place: number) =>
      bond(STAKE, registrationFor(bank.signer(place), net.network.id, `account ${place}`));
    await bank.send(0, 0, { payload: register(0) });
    await bank.send(1, 0, { payload: register(1) });
    await net.advance(1);
    await bank.send(0, 1, { payload: unbond(4_000n) });
    expect(await net.sleep(60)).toBe(true);
    const taker = await takeOver(bank);
    expect(taker.refusals).toEqual([]);
    adopt(net, taker);
    const stakesOf = ({ state }: Replica) => ({
      root: toHex(state.root(0)),
      candidates: state.validators.candidates,
      total: state.validators.total,
      page: state.validators.page(null, 100).map(toHex),
    });
    const both = () => ({
      source: net.shard.read(({ replica }) => stakesOf(replica)),
      taken: net.set.read(({ replicas: [replica] }) => stakesOf(replica as Replica)),
    });
    const before = both();
    expect(before.taken).toEqual(before.source);
    expect(before.source.page.length).toBe(6);
    await bank.send(1, 1, { payload: unbond(STAKE) });
    await net.advance(30);
    await bank.send(0, 2);
    expect(await net.sleep(60)).toBe(true);
    const after = both();
    expect(after.taken).toEqual(after.source);
    expect(after.source.candidates).toBe(before.source.candidates - 1);
    expect(after.source.total).toBe(before.source.total - STAKE - 4_000n);
    expect(net.log.filter(({ event }) => event.includes("refused"))).toEqual([]);
  });
});
