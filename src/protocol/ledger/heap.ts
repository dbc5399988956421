// A binary heap: push, pop and every move cost the logarithm of what it holds. Items that are told their place can be taken out of
// the middle, and the heap can be walked in order without being changed.

export class Heap<T> {
  readonly #items: T[] = [];
  readonly #before: (a: T, b: T) => boolean;
  readonly #placed: (item: T, at: number) => void;

  /** `before`: whether a leaves the heap before b. `placed`: told where an item is now; -1 once it has left. */
  constructor(
    before: (a: T, b: T) => boolean,
    placed: (item: T, at: number) => void = () => undefined,
  ) {
    this.#before = before;
    this.#placed = placed;
  }

  get size(): number {
    return this.#items.length;
  }

  peek(): T | undefined {
    return this.#items[0];
  }

  /** The item at a place; those after it are at 2 x place + 1 and 2 x place + 2. */
  at(place: number): T | undefined {
    return this.#items[place];
  }

  push(item: T): void {
    this.#up(item, this.#items.push(item) - 1);
  }

  pop(): T | undefined {
    const top = this.#items[0];
    if (top !== undefined) this.remove(0);
    return top;
  }

  /** Takes out the item at a place. */
  remove(at: number): void {
    const removed = this.#items[at];
    const last = this.#items.pop();
    if (removed === undefined || last === undefined) return;
    if (at < this.#items.length) this.#settle(last, at);
    this.#placed(removed, -1);
  }

  /** The item at the place compares differently now. */
  moved(at: number): void {
    const item = this.#items[at];
    if (item !== undefined) this.#settle(item, at);
  }

  #settle(item: T, at: number): void {
    if (!this.#up(item, at)) this.#down(item, at);
  }

  #set(item: T, at: number): void {
    this.#items[at] = item;
    this.#placed(item, at);
  }

  /** Whether the item moved. */
  #up(item: T, from: number): boolean {
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#before(item, this.#items[parent] as T)) break;
      this.#set(this.#items[parent] as T, at);
      at = parent;
    }
    this.#set(item, at);
    return at !== from;
  }

  #down(item: T, from: number): void {
    const items = this.#items;
    let at = from;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= items.length) break;
      if (child + 1 < items.length && this.#before(items[child + 1] as T, items[child] as T))
        child += 1;
      if (!this.#before(items[child] as T, item)) break;
      this.#set(items[child] as T, at);
      at = child;
    }
    this.#set(item, at);
  }
}
