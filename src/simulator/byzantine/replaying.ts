// Says again what anybody ever said: in other rounds and views than it was said in, as it was or under another round's name.
import type { Behaviour } from "./behaviour.ts";

const AT_ONCE = 6;

export const replaying: Behaviour = ({ memory, random, shards, send, spread, act }) => ({
  turn() {
    for (let i = 0; i < AT_ONCE; i++) {
      const said = random.pick(memory.said);
      if (said === undefined) break;
      const { request } = said;
      spread(random.chance(0.5) ? request : { ...request, round: memory.round }, 0.6);
      act();
    }
    // Certified blocks of long ago, and openings.
    const handed = random.pick(memory.handed);
    if (handed !== undefined) {
      send({ to: handed.to, request: handed.request });
      // To the other shard, too.
      const shard = random.pick(shards);
      if (handed.request.kind === "commit" && shard !== undefined)
        send({ to: { kind: "shard", shard }, request: handed.request });
      act();
    }
    for (const opening of memory.openings) {
      spread(opening, 0.5);
      spread({ ...opening, round: memory.round + random.between(-2, 2) }, 0.3);
      act();
    }
  },
});
