// Asks after many transactions at once, at a steady pace: for those that have no stream of their
// own.
import type { Api } from "./api.ts";
import { TOGETHER, toTransaction, transactionsQuery, type WireTransaction } from "./documents.ts";
import { UnavailableError } from "./errors.ts";
import type { TransactionFacts } from "./facts.ts";

interface Question {
  readonly id: string;
  readonly chain: string | null;
  readonly resolve: (facts: TransactionFacts | null) => void;
  readonly reject: (error: unknown) => void;
}

export class Poller {
  readonly #api: Api;
  readonly #intervalMs: number;
  #waiting: Question[] = [];
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(api: Api, intervalMs: number) {
    this.#api = api;
    this.#intervalMs = intervalMs;
  }

  /** What the network knows of the transaction at the next beat; null for nothing. */
  ask(id: string, chain: string | null): Promise<TransactionFacts | null> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ id, chain, resolve, reject });
      this.#timer ??= setTimeout(() => {
        this.#timer = null;
        void this.#beat();
      }, this.#intervalMs);
    });
  }

  async #beat(): Promise<void> {
    const questions = this.#waiting;
    this.#waiting = [];
    let from = 0;
    for (const size of TOGETHER) {
      for (; questions.length - from >= size; from += size) {
        await this.#askTogether(questions.slice(from, from + size));
      }
    }
  }

  async #askTogether(questions: readonly Question[]): Promise<void> {
    const variables = Object.fromEntries(
      questions.flatMap(({ id, chain }, i) => [
        [`i${i}`, id],
        [`c${i}`, chain],
      ]),
    );
    try {
      const query = transactionsQuery(questions.length);
      const answer = await this.#api.ask<Record<string, WireTransaction | null>>(query, variables);
      for (const [i, { resolve }] of questions.entries()) {
        const wire = answer[`t${i}`] ?? null;
        resolve(wire === null ? null : toTransaction(wire));
      }
    } catch (error) {
      const middle = questions.length / 2;
      if (middle >= 1 && !(error instanceof UnavailableError)) {
        // One that means nothing spoils the answer to all: the others are asked about without it.
        await this.#askTogether(questions.slice(0, middle));
        await this.#askTogether(questions.slice(middle));
      } else for (const { reject } of questions) reject(error);
    }
  }
}
