// Asks for statuses all the while. It alone does, one question after the other, so that the journal
// has them in the order in which they were.
import type { Random } from "../../src/simulator/random.ts";
import { type Asked, insistMany, sleep } from "./insist.ts";
import type { Journal } from "./journal.ts";
import type { Sent } from "./sending.ts";

interface TransactionFacts {
  readonly status: string;
  readonly code: number | null;
  readonly legs: readonly { readonly round: number | null }[];
}

const STATUS = "fragment S on Transaction { status code legs { round } }";
const SAMPLE = 20;
const PAUSE_MS = 80;
/** Nothing better follows these; what was accepted and is not known is lost, as the checkers will say. */
const LAST = ["FINAL", "EXPIRED", "REJECTED", "DROPPED", "UNKNOWN"];
/** Longer than any transaction is valid for which somebody waits. */
const SETTLED_MS_MAX = 120_000;
const IN_A_BLOCK = ["COMMITTED", "EXECUTED", "FINAL"];

/** Asks once for each, and writes it down. */
async function readStatuses(
  asked: Asked,
  journal: Journal,
  some: readonly Sent[],
  atEnd = false,
): Promise<string[]> {
  const fields = some.map(
    ({ id, order }) => `transaction(id: "${id}", chain: "T${order.chain}") { ...S }`,
  );
  const askedMs = journal.nowMs();
  const answers = await insistMany<TransactionFacts | null>(asked, fields, STATUS);
  return answers.map((facts, i) => {
    const { status = "UNKNOWN", code = null, legs = [] } = facts ?? {};
    const round = legs[0]?.round ?? null;
    journal.status((some[i] as Sent).id, { askedMs, status, code, round }, atEnd);
    return status;
  });
}

export class StatusWatcher {
  readonly #asked: Asked;
  readonly #journal: Journal;
  readonly #random: Random;
  /** Accepted, and may still change. */
  readonly #open = new Map<string, Sent>();
  readonly #included = new Map<string, Sent>();
  readonly #wanted = new Map<string, (status: string) => void>();
  #running = true;

  constructor(asked: Asked, journal: Journal, random: Random) {
    this.#asked = asked;
    this.#journal = journal;
    this.#random = random;
  }

  /** Of those accepted; the others are forgotten. */
  watch(some: readonly Sent[]): void {
    for (const sent of some) if (sent.answer === "accepted") this.#open.set(sent.id, sent);
  }

  /** The status in which it was executed, or left for good; "REFUSED" if it never came in. */
  async settled(sent: Sent): Promise<string> {
    const { id } = sent;
    if (sent.answer !== "accepted") return "REFUSED";
    this.watch([sent]);
    return new Promise((resolve, reject) => {
      const tooLate = new Error(`${id} is undecided after ${SETTLED_MS_MAX} ms`);
      const timer = setTimeout(() => reject(tooLate), SETTLED_MS_MAX);
      this.#wanted.set(id, (status) => {
        clearTimeout(timer);
        resolve(status);
      });
    });
  }

  /** Any that was seen in a block. */
  someIncluded(): Sent | undefined {
    return this.#random.pick([...this.#included.values()].slice(-1_000));
  }

  async run(): Promise<void> {
    while (this.#running) {
      const wanted = [...this.#wanted.keys()].flatMap((id) => this.#open.get(id) ?? []);
      const others = this.#random.shuffle([...this.#open.values()]).slice(0, SAMPLE);
      const some = [...new Set([...wanted, ...others])];
      const statuses = await readStatuses(this.#asked, this.#journal, some);
      for (const [i, sent] of some.entries()) this.#note(sent, statuses[i] as string);
      await sleep(PAUSE_MS);
    }
  }

  stop(): void {
    this.#running = false;
  }

  #note(sent: Sent, status: string): void {
    const { id } = sent;
    if (IN_A_BLOCK.includes(status)) this.#included.set(id, sent);
    if (LAST.includes(status)) this.#open.delete(id);
    if (status !== "EXECUTED" && !LAST.includes(status)) return;
    this.#wanted.get(id)?.(status);
    this.#wanted.delete(id);
  }
}

/** Waits until everything that was accepted can change no more. */
export async function settle(
  asked: Asked,
  journal: Journal,
  sent: readonly Sent[],
  patienceMs: number,
): Promise<void> {
  const deadline = Date.now() + patienceMs;
  for (let open = sent.filter(({ answer }) => answer === "accepted"); open.length > 0; ) {
    const statuses = await readStatuses(asked, journal, open, true);
    open = open.filter((_, i) => !LAST.includes(statuses[i] as string));
    if (Date.now() > deadline) {
      const facts = open.slice(0, 10).map(({ id, order }) => `${id} ${order.payload.kind}`);
      journal.problems.push(`${open.length} stay open after ${patienceMs} ms: ${facts.join(", ")}`);
      return;
    }
    if (open.length > 0) await sleep(200);
  }
}
