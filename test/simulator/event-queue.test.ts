import { expect, it } from "vitest";
import { EventQueue } from "../../src/simulator/event-queue.ts";
import { Random } from "../../src/simulator/random.ts";

const nothing = { actor: "nobody", kind: "nothing", run: () => undefined };

it("events come by time, those of one time as they were added, and none that was called off", () => {
  const random = new Random(7);
  const queue = new EventQueue();
  const added = Array.from({ length: 500 }, () => queue.add(random.between(0, 50), nothing));
  for (const event of added) if (random.chance(0.2)) event.cancelled = true;
  const expected = added
    .filter(({ cancelled }) => !cancelled)
    .sort((a, b) => a.atMs - b.atMs || a.order - b.order);
  const came = added.flatMap(() => queue.next() ?? []);
  expect(came.map(({ order }) => order)).toEqual(expected.map(({ order }) => order));
  expect(queue.peek()).toBeUndefined();
});
