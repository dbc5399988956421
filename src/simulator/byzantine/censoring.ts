// Proposes without the transactions of one sender, or without any: what is left is a valid block, so honest voters take it, and who is
// left out waits for another proposer.
import { toHex } from "../../protocol/encoding/bytes.ts";
import { proposing } from "./bad-proposer.ts";
import type { Behaviour } from "./behaviour.ts";
import { bodyOf, readTransaction } from "./forged-block.ts";
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
    const bodies = bodyOf(block).singleChain.flatMap(({ transactions }) => transactions);
    victim ??= random.pick(bodies.flatMap(payersOf)) ?? null;
    return smallerBlock(
      block,
      means,
      (bytes) => everybody || payersOf(bytes).some((payer) => payer === victim),
    );
  })(means);
};
