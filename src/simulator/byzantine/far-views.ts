// Leaves for views far away, or for the next one again and again, as if every view had timed out: f seats alone must drag nobody along
//
import type { Behaviour } from "./behaviour.ts";

export const farViews: Behaviour = ({ speech, memory, random, spread, act }) => {
  const leave = (newView: number): void => {
    const lock = memory.locks.findLast(
      (one) => one.round === memory.round && one.view < newView && one.phase === "prepare",
    );
    const viewChange = speech.viewChange(memory.round, newView, lock ?? null);
    spread(speech.request(memory.round, { kind: "viewChange", viewChange }), 0.8);
    act();
  };
  return {
    turn() {
      const view = memory.view();
      const far = [view + 1, view + 1, view + 2, view + 100, 1_000_000, 0xffff_ffff];
      leave(random.pick(far) ?? view + 1);
    },
  };
};
