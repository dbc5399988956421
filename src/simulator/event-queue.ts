// What is to happen, by virtual time and then in the order in which it was added: a binary heap.

/** One thing that happens: to whom, what, and what it brings. */
export interface Happening {
  readonly actor: string;
  /** "request", "alarm", "crash" … */
  readonly kind: string;
  /** For the line that people read. */
  readonly detail?: string;
  readonly content?: string;
  /** A promise only of what no later event has a part in: the loop waits for it. */
  readonly run: () => void | Promise<void>;
}

export interface Scheduled extends Happening {
  readonly atMs: number;
  readonly order: number;
  cancelled: boolean;
}

const before = (a: Scheduled, b: Scheduled): boolean =>
  a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);

export class EventQueue {
  readonly #heap: Scheduled[] = [];
  #order = 0;

  add(atMs: number, happening: Happening): Scheduled {
    const event: Scheduled = { ...happening, atMs, order: this.#order++, cancelled: false };
    const heap = this.#heap;
    let i = heap.length;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!before(event, heap[parent] as Scheduled)) break;
      heap[i] = heap[parent] as Scheduled;
      i = parent;
    }
    heap[i] = event;
    return event;
  }

  /** The next event; undefined when nothing is to happen any more. */
  peek(): Scheduled | undefined {
    while (this.#heap[0]?.cancelled === true) this.#remove();
    return this.#heap[0];
  }

  /** Takes it out. */
  next(): Scheduled | undefined {
    const first = this.peek();
    if (first !== undefined) this.#remove();
    return first;
  }

  #remove(): void {
    const last = this.#heap.pop() as Scheduled;
    if (this.#heap.length > 0) this.#sink(last);
  }

  #sink(event: Scheduled): void {
    const heap = this.#heap;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= heap.length) break;
      const right = child + 1;
      if (right < heap.length && before(heap[right] as Scheduled, heap[child] as Scheduled)) {
        child = right;
      }
      if (!before(heap[child] as Scheduled, event)) break;
      heap[i] = heap[child] as Scheduled;
      i = child;
    }
    heap[i] = event;
  }
}
