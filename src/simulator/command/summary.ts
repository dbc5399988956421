// What many worlds did, taken together.
import { ALL_BEHAVIOURS } from "../byzantine/index.ts";
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
  readonly #epochs: Record<string, number> = {};
  readonly #faults = new Map(FAULT_KINDS.map((kind) => [kind, { times: 0, worlds: 0 }]));
  readonly #behaviours = new Map<string, Coverage>(
    Object.keys(ALL_BEHAVIOURS).map((name) => [name, { times: 0, worlds: 0 }]),
  );

  add(result: WorldResult): void {
    const { options, outcome, violations, ms } = result;
    if (violations.length === 0) this.passed++;
    else this.failed.push(result);
    if (ms > (this.#slowest?.ms ?? 0)) this.#slowest = result;
    if (options.realCrypto) this.#realCrypto++;
    if (outcome === null) return;
    this.#steps += outcome.steps;
    this.#events += outcome.events;
    this.#virtualMs += outcome.virtualMs;
    for (const [status, times] of Object.entries(outcome.transactions)) {
      this.#transactions[status] = (this.#transactions[status] ?? 0) + times;
    }
    for (const [change, times] of Object.entries(outcome.epochs)) {
      this.#epochs[change] = (this.#epochs[change] ?? 0) + times;
    }
    let isFaultFree = options.byzantine.length === 0;
    for (const [kind, coverage] of this.#faults) {
      const times = outcome.faults[kind];
      coverage.times += times;
      if (times > 0) coverage.worlds++;
      isFaultFree &&= times === 0;
    }
    if (isFaultFree) this.#faultFree++;
    for (const [name, coverage] of this.#behaviours) {
      const times = outcome.behaviours[name] ?? 0;
      coverage.times += times;
      if (times > 0) coverage.worlds++;
    }
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
    print(`epochs: ${counts(this.#epochs)}`);
    this.#reportFaults(worlds, print);
    this.#reportBehaviours(print);
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

  #reportBehaviours(print: Print): void {
    print("behaviour of faulty voters  deeds   in worlds");
    for (const [name, { times, worlds }] of this.#behaviours) {
      const mark = worlds === 0 ? "   never" : "";
      print(`  ${name.padEnd(22)}${count(times).padStart(9)}${count(worlds).padStart(12)}${mark}`);
    }
  }
}
