// Virtual time: a binary heap of things to do, by time and then in the order in which they were
// added.
interface Event {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

const before = (a: Event, b: Event): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);

export class EventQueue {
  now = 0;
  steps = 0;
  readonly #heap: Event[] = [];
  #order = 0;

  add(delayMs: number, run: () => void): void {
    const heap = this.#heap;
    const event: Event = { at: this.now + delayMs, order: this.#order++, run };
    let i = heap.length;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!before(event, heap[parent] as Event)) break;
      heap[i] = heap[parent] as Event;
      i = parent;
    }
    heap[i] = event;
  }

  /** Runs the next event; false when there is none. */
  step(): boolean {
    const first = this.#heap[0];
    if (first === undefined) return false;
    const last = this.#heap.pop() as Event;
    if (this.#heap.length > 0) this.#sink(last);
    this.now = first.at;
    this.steps++;
    first.run();
    return true;
  }

  #sink(event: Event): void {
    const heap = this.#heap;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1] as Event, heap[child] as Event))
        child++;
      if (!before(heap[child] as Event, event)) break;
      heap[i] = heap[child] as Event;
      i = child;
    }
    heap[i] = event;
  }
}
