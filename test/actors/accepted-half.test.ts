import { describe, expect, it } from "vitest";
import type { PeerRequest } from "../../src/actors/peers.ts";
import { shardNamed } from "./local-network.ts";
import { ALARMS_MAX, expectWhole, open, roundOf, send, sides } from "./trading.ts";

type Accepted = Extract<PeerRequest, { kind: "accepted" }>;

/** Both shards have accepted their halves of one round, and neither has heard of the other. */
async function bothAccepted() {
  const bank = await open();
  const { net } = bank;
  net.lose = (_, { kind }) => kind === "accepted";
  const id = await send(bank, sides(bank, [0, 0], [1, 1]));
  const progress = (shard: number) => net.shardOf(shard).read((one) => one.progress);
  const isThere = () => [0, 1].every((shard) => progress(shard).state === "accepted");
  for (let i = 0; i < 40 && !isThere(); i++) await net.sleep(1);
  expect(isThere()).toBe(true);
  const words = new Map<number, Accepted>();
  for (const [to, request] of net.sent)
    if (request.kind === "accepted" && to.kind === "shard") words.set(to.shard, request);
  const word = (shard: number): Accepted => words.get(shard) as Accepted;
  return { bank, net, id, progress, word };
}

describe("[R-4.5] the partner's word about a half that was accepted", () => {
  it.each(["in the same life", "after a crash"])("commits it once, %s", async (life) => {
    const { bank, net, id, progress, word } = await bothAccepted();
    if (life === "after a crash") for (const shard of [0, 1]) net.crash(shardNamed(shard));
    const { round } = word(0);
    for (const shard of [0, 1])
      for (let i = 0; i < 2; i++) {
        const answer = net.deliver(net.peer(shardNamed(shard)), word(shard));
        expect(answer).toEqual({ kind: "partner", round, verdict: "accepted" });
        expect(progress(shard)).toMatchObject({ round, state: "committed" });
      }
    net.lose = () => false;
    await net.sleep(ALARMS_MAX);
    expect([roundOf(bank, id, 0), roundOf(bank, id, 1)]).toEqual([round, round]);
    expectWhole(bank);
  });

  it("commits nothing with other bytes, or of another round", async () => {
    const { bank, net, progress, word } = await bothAccepted();
    const own = word(0);
    const certifiedBlock = own.certifiedBlock.slice();
    const last = certifiedBlock.length - 1;
    certifiedBlock[last] = (certifiedBlock[last] ?? 0) ^ 1;
    const wrong: readonly Accepted[] = [
      { ...own, certifiedBlock },
      { ...own, certifiedBlock: own.certifiedBlock.slice(1) },
      { ...own, round: own.round + 1 },
    ];
    for (const one of wrong) {
      const answer = net.deliver(net.peer("shard"), one);
      expect(answer).not.toMatchObject({ verdict: "accepted" });
      expect(progress(0).state).toBe("accepted");
    }
    net.lose = () => false;
    await net.sleep(ALARMS_MAX);
    expectWhole(bank);
  });
});
