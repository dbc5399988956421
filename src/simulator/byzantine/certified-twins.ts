// A cartel: a quorum of the set that certifies two valid blocks of one round, hands both to the shard, and shows each to other voters.
// The shard must decide one of them, and everybody must follow the shard.
import { certifiedBlockCodec } from "../../protocol/blocks/shard-block.ts";
import type { Behaviour } from "./behaviour.ts";
import { besides, certified, handing, nameOf } from "./certified-lies.ts";
import { withoutLast } from "./smaller-block.ts";

export const certifiedTwins: Behaviour = (means) => {
  const { random, others, speech, act } = means;
  const lied = new Set<string>();
  return {
    sends(sent) {
      if (sent.request.kind !== "commit") return [sent];
      const decoded = certifiedBlockCodec.decode(sent.request.certifiedBlock);
      if (!decoded.ok || lied.has(nameOf(sent, decoded.value))) return [sent];
      const good = decoded.value;
      const { round } = good.block.header;
      const block = withoutLast(good.block, means);
      const twin = block === null ? null : certified(means, block);
      if (twin === null) return [sent];
      lied.add(nameOf(sent, good));
      act();
      for (const { peer } of others) {
        const { certificate } = random.chance(0.5) ? twin : good;
        means.send({
          to: peer,
          request: speech.request(round, { kind: "certificate", certificate }),
        });
      }
      return besides(means, sent, handing(means, sent, twin));
    },
  };
};
