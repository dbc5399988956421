// Parsed queries by their text, so that a query with variables is parsed once. Texts of any length
// would fill the isolate's memory: a long one is a query with its values written out, which hardly
// comes again.

const ENTRIES_MAX = 500;
const TEXT_CHARACTERS_MAX = 10_000;

export class DocumentCache<T> {
  readonly #entries = new Map<string, T>();

  get(text: string): T | undefined {
    return this.#entries.get(text);
  }

  /** Forgets the oldest entry when it is full. */
  set(text: string, value: T): void {
    if (text.length > TEXT_CHARACTERS_MAX) return;
    if (this.#entries.size >= ENTRIES_MAX) {
      const [oldest] = this.#entries.keys();
      if (oldest !== undefined) this.#entries.delete(oldest);
    }
    this.#entries.set(text, value);
  }
}
