// Proposes without the transactions of one sender, or without any: what is left is a valid block, so honest voters take it, and who is
// left out waits for another proposer.
import { totalOrder } from "../../protocol/blocks/shard-block.ts";
import { toHex } from "../../protocol/encoding/bytes.ts";
import { proposing } from "./bad-proposer.ts";
import type { Behaviour } from "./behaviour.ts";
import { type Draft, readTransaction } from "./forged-block.ts";
import { smallerBlock } from "./smaller-block.ts";

const payersOf = (bytes: Uint8Array): string[] =>
  (readTransaction(bytes)?.legs ?? []).flatMap(({ payment }) =>
    payment === null ? [] : [toHex(payment.payer)],
  );

const OF_EVERYBODY = 0.2;

export const censoring: Behaviour = (means) => {
  const { random } = means;
  const everybody = random.chance(OF_EVERYBODY);
  let victim: string | null = null;
  return proposing((block) => {
    const everything = block.shardBlocks.flatMap((body) => [...totalOrder(body)]);
    victim ??= random.pick(everything.flatMap(payersOf)) ?? null;
    const isLeftOut = (bytes: Uint8Array): boolean =>
      everybody || payersOf(bytes).some((payer) => payer === victim);
    let left: Draft | null = null;
    for (const { shard } of block.shardBlocks) {
      left = smallerBlock({ ...(left ?? block), shard }, means, isLeftOut) ?? left;
    }
    return left;
  })(means);
};
