import fc from "fast-check";
import { expect, it } from "vitest";
import { Heap } from "../../../src/protocol/ledger/heap.ts";

it("a heap gives back what went in, least first, in any order of pushes and pops", () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.integer({ min: 0, max: 20 }))), (operations) => {
      const heap = new Heap<number>((a, b) => a < b);
      let model: number[] = [];
      for (const operation of operations) {
        if (operation === null) {
          expect(heap.pop()).toBe(model[0]);
          model = model.slice(1);
        } else {
          heap.push(operation);
          model = [...model, operation].sort((a, b) => a - b);
        }
        expect(heap.peek()).toBe(model[0]);
        expect(heap.size).toBe(model.length);
      }
    }),
  );
});
