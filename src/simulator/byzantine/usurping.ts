// Proposes when it is another's turn, as itself and in the other's name: a valid block, before all have heard of the real one.
import { jointBlockCodec } from "../../protocol/blocks/shard-block.ts";
import type { Behaviour } from "./behaviour.ts";
import { blockValue } from "./forged-block.ts";
import { withoutLast } from "./smaller-block.ts";
import { messageOf } from "./speech.ts";

export const usurping: Behaviour = (means) => {
  const { speech, spread, random, act } = means;
  return {
    hears(request) {
      const message = messageOf(request);
      if (request.kind !== "consensus" || message?.kind !== "proposal") return;
      const { round, block: bytes } = request;
      const { view, seat, justification } = message.proposal;
      const good = bytes === null ? null : jointBlockCodec.decode(bytes);
      const block = good?.ok === true ? withoutLast(good.value, means) : null;
      if (block === null) return;
      const own = speech.proposal(round, view, blockValue(block), justification);
      const proposal = random.chance(0.5) ? own : { ...own, seat };
      spread(speech.request(round, { kind: "proposal", proposal }, jointBlockCodec.encode(block)));
      act();
    },
  };
};
