// What many worlds did, taken together.
import { FAULT_KINDS } from "../world-options.ts";
import { count, counts, type Print, seconds } from "./report.ts";
import type { WorldResult } from "./world-runner.ts";

/** Of each kind in a thousand worlds: a kind that hardly ever happens shows nothing. */
const FAULTS_WANTED_PER_WORLD = 0.1;

interface Coverage {
  times: number;
  worlds: number;
}

export class Summary {
  passed = 0;
  readonly failed: WorldResult[] = [];
  #steps = 0;
  #events = 0;
  #virtualMs = 0;
  #realCrypto = 0;
  #faultFree = 0;
  #slowest: WorldResult | null = null;
  readonly #transactions: Record<string, number> = {};
  readonly #faults = new Map(FAULT_KINDS.map((kind) => [kind, { times: 0, worlds: 0 }]));
  readonly #behaviours = new Map<string, number>();

  add(result: WorldResult): void {
    const { options, outcome, violations, ms } = result;
    if (violations.length === 0) this.passed++;
    else this.failed.push(result);
    if (ms > (this.#slowest?.ms ?? 0)) this.#slowest = result;
    if (options.realCrypto) this.#realCrypto++;
    for (const behaviour of new Set(options.byzantine.map((voter) => voter.behaviour))) {
      this.#behaviours.set(behaviour, (this.#behaviours.get(behaviour) ?? 0) + 1);
    }
    if (outcome === null) return;
    this.#steps += outcome.steps;
    this.#events += outcome.events;
    this.#virtualMs += outcome.virtualMs;
    for (const [status, times] of Object.entries(outcome.transactions)) {
      this.#transactions[status] = (this.#transactions[status] ?? 0) + times;
    }
    let isFaultFree = options.byzantine.length === 0;
    for (const [kind, coverage] of this.#faults) {
      const times = outcome.faults[kind];
      coverage.times += times;
      if (times > 0) coverage.worlds++;
      isFaultFree &&= times === 0;
    }
    if (isFaultFree) this.#faultFree++;
  }

  /** `ms`: real time of them all. */
  report(ms: number, print: Print): void {
    const worlds = this.passed + this.failed.length;
    print(
      `${count(this.#steps)} actor steps, ${count(this.#events)} events, ${seconds(this.#virtualMs)} of virtual time`,
    );
    print(`transactions by last status: ${counts(this.#transactions)}`);
    print(
      `worlds without any fault: ${this.#faultFree}; with real signatures: ${this.#realCrypto}`,
    );
    this.#reportFaults(worlds, print);
    if (this.#behaviours.size > 0) {
      const sorted = [...this.#behaviours].sort(([a], [b]) => (a < b ? -1 : 1));
      print(`faulty voters, in how many worlds: ${counts(Object.fromEntries(sorted))}`);
    }
    print(
      `${seconds(ms)}, ${((worlds * 1_000) / ms).toFixed(2)} worlds/s; the slowest, ` +
        `seed ${this.#slowest?.options.seed}, took ${seconds(this.#slowest?.ms ?? 0)}`,
    );
    this.failed.sort((a, b) => a.options.seed - b.options.seed);
    for (const { options, violations } of this.failed) {
      const more = violations.length > 1 ? ` (and ${violations.length - 1} more)` : "";
      print(`FAILED seed ${options.seed}: ${violations[0]}${more}`);
    }
  }

  #reportFaults(worlds: number, print: Print): void {
    print("fault that happened     times   in worlds");
    const wanted = worlds * FAULTS_WANTED_PER_WORLD;
    for (const [kind, { times, worlds }] of this.#faults as Map<string, Coverage>) {
      const mark = times < wanted ? `   fewer than ${wanted}` : "";
      print(`  ${kind.padEnd(18)}${count(times).padStart(9)}${count(worlds).padStart(12)}${mark}`);
    }
  }
}
