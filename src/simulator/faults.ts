// Which faults happen: drawn from a stream for each kind, so that one kind switched off leaves the others as they were; counted
// when they happen; none once the world has healed.
import { Random } from "./random.ts";
import { FAULT_KINDS, type FaultKind, NO_FAULTS, type WorldOptions } from "./world-options.ts";

export class Faults {
  readonly happened: Record<FaultKind, number> = { ...NO_FAULTS };
  readonly #rates: Readonly<Record<FaultKind, number>>;
  readonly #streams: ReadonlyMap<FaultKind, Random>;
  #healed = false;

  constructor({ seed, faults }: Pick<WorldOptions, "seed" | "faults">) {
    this.#rates = faults;
    this.#streams = new Map(
      FAULT_KINDS.map((kind) => [kind, Random.stream(seed, `fault ${kind}`)]),
    );
  }

  get healed(): boolean {
    return this.#healed;
  }

  heal(): void {
    this.#healed = true;
  }

  rate(kind: FaultKind): number {
    return this.#rates[kind];
  }

  /** The stream of the kind: how long, how far, with whom. */
  random(kind: FaultKind): Random {
    return this.#streams.get(kind) as Random;
  }

  /** Whether it is due here. It has not happened until it is counted. */
  due(kind: FaultKind): boolean {
    const rate = this.#rates[kind];
    return rate > 0 && !this.#healed && this.random(kind).chance(rate);
  }

  count(kind: FaultKind): void {
    this.happened[kind] += 1;
  }

  /** Whether it is due here, and with that happens. */
  happens(kind: FaultKind): boolean {
    const due = this.due(kind);
    if (due) this.count(kind);
    return due;
  }
}
