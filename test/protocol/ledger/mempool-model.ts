// The mempool by definition, slowly: lists that are searched and sorted anew for every question. Shares no code with it.
import type { VerifiedTransaction } from "../../../src/protocol/ledger/unverified.ts";

export interface Entry {
  readonly transaction: VerifiedTransaction;
  readonly chain: number;
  readonly sender: number;
  readonly nonce: number;
  readonly price: bigint;
  readonly rank: bigint;
  readonly bytes: number;
  readonly validUntil: number;
  readonly arrival: number;
}

export interface ModelLimits {
  readonly transactionsMax: number;
  readonly bytesMax: number;
  readonly chainTransactionsMax: number;
  readonly chainBytesMax: number;
  readonly senderMax: number;
}

export interface Verdict {
  /** Empty if it is in. */
  readonly refused: "" | "NONCE_TAKEN" | "MEMPOOL_FULL";
  readonly limit: string | null;
  readonly replaced: string | null;
  /** In the order in which they left. */
  readonly evicted: readonly string[];
}

const lineName = ({ chain, sender }: Pick<Entry, "chain" | "sender">): string =>
  `${chain}/${sender}`;
const better = (a: Entry, b: Entry): number =>
  a.rank === b.rank ? a.arrival - b.arrival : a.rank > b.rank ? -1 : 1;
const sum = (entries: readonly Entry[]): number => entries.reduce((n, { bytes }) => n + bytes, 0);
/** At least a tenth more: never by rounding less, and never the same. */
const isTenthMore = (offered: bigint, held: bigint): boolean =>
  offered > held && offered * 10n >= held * 11n;

export class MempoolModel {
  entries: Entry[] = [];
  /** Lines whose first was refused when one looked last. */
  asleep: Set<string> = new Set<string>();
  readonly #limits: ModelLimits;

  constructor(limits: ModelLimits) {
    this.#limits = limits;
  }

  line(of: Pick<Entry, "chain" | "sender">): Entry[] {
    return this.entries
      .filter((entry) => lineName(entry) === lineName(of))
      .sort((a, b) => a.nonce - b.nonce);
  }

  add(newcomer: Entry, mayDisplace: boolean, rivalGivesWay: boolean): Verdict {
    const before = [this.entries, this.asleep] as const;
    const verdict = this.#add(newcomer, mayDisplace, rivalGivesWay);
    if (verdict.refused !== "") [this.entries, this.asleep] = before;
    return verdict;
  }

  #add(newcomer: Entry, mayDisplace: boolean, rivalGivesWay: boolean): Verdict {
    const refuse = (refused: Verdict["refused"], limit: string | null): Verdict => ({
      refused,
      limit,
      replaced: null,
      evicted: [],
    });
    const rival = this.line(newcomer).find(({ nonce }) => nonce === newcomer.nonce);
    if (rival !== undefined && !rivalGivesWay) {
      const dear =
        isTenthMore(newcomer.price, rival.price) && newcomer.rank >= (rival.rank * 11n) / 10n;
      if (!dear) return refuse("NONCE_TAKEN", null);
    }
    this.change(() => this.entries.filter((entry) => entry !== rival).concat(newcomer));
    const displaces = mayDisplace && !this.asleep.has(lineName(newcomer));
    const evicted: string[] = [];
    let last: string | null = null;
    let outbid = true;
    for (;;) {
      const limit = this.#exceeded(newcomer);
      if (limit === null) break;
      last = limit;
      const leaving = this.#leaving(newcomer, limit);
      if (leaving === undefined) return refuse("MEMPOOL_FULL", limit);
      const own = lineName(leaving) === lineName(newcomer);
      if (!own && !displaces) return refuse("MEMPOOL_FULL", limit);
      const competes = !own && leaving.chain === newcomer.chain && !this.#isStuck(leaving);
      if (competes && newcomer.rank <= leaving.rank) outbid = false;
      this.change(() => this.entries.filter((entry) => entry !== leaving));
      evicted.push(leaving.transaction.idHex);
    }
    if (!outbid) return refuse("MEMPOOL_FULL", last);
    return { refused: "", limit: null, replaced: rival?.transaction.idHex ?? null, evicted };
  }

  /** A line whose first has become another is awake. */
  change(edit: () => Entry[]): void {
    const firsts = new Map(
      this.entries.map((entry) => [lineName(entry), this.line(entry)[0]] as const),
    );
    this.entries = edit();
    this.asleep = new Set(
      this.entries
        .filter((entry) => this.asleep.has(lineName(entry)))
        .filter((entry) => this.line(entry)[0] === firsts.get(lineName(entry)))
        .map(lineName),
    );
  }

  /** What could come next on a chain, the best first: each once, behind what its sender has before it. */
  order(chain: number, next: (sender: number) => number): { chosen: string[]; refused: string[] } {
    const taken = new Map<number, number>();
    const open = new Set(this.entries.filter((entry) => entry.chain === chain));
    const [chosen, refused]: [string[], string[]] = [[], []];
    for (;;) {
      const heads = [...open].filter(
        (entry) =>
          entry === this.line(entry).find((one) => open.has(one)) &&
          entry.nonce === (taken.get(entry.sender) ?? this.line(entry)[0]?.nonce),
      );
      const [best] = heads.sort(better);
      if (best === undefined) return { chosen, refused };
      open.delete(best);
      if (best.nonce === (taken.get(best.sender) ?? next(best.sender))) {
        chosen.push(best.transaction.idHex);
        taken.set(best.sender, best.nonce + 1);
      } else {
        refused.push(best.transaction.idHex);
        for (const entry of this.line(best)) open.delete(entry);
      }
    }
  }

  #isStuck(entry: Entry): boolean {
    const line = this.line(entry);
    const span = (line.at(-1)?.nonce ?? 0) - (line[0]?.nonce ?? 0);
    return this.asleep.has(lineName(entry)) || span !== line.length - 1;
  }

  #exceeded(newcomer: Entry): string | null {
    const own = this.entries.filter(({ chain }) => chain === newcomer.chain);
    const limits = this.#limits;
    if (this.line(newcomer).length > limits.senderMax) return "sender";
    if (own.length > limits.chainTransactionsMax) return "chain transactions";
    if (sum(own) > limits.chainBytesMax) return "chain bytes";
    if (this.entries.length > limits.transactionsMax) return "transactions";
    return sum(this.entries) > limits.bytesMax ? "bytes" : null;
  }

  /** In parts of the room; half of it is T0's own. */
  load(chain: number): number {
    const own = this.entries.filter((entry) => entry.chain === chain);
    const { transactionsMax, bytesMax } = this.#limits;
    const part = Math.max(own.length * bytesMax, sum(own) * transactionsMax);
    return chain === 0 ? part - (transactionsMax * bytesMax) / 2 : part;
  }

  #leaving(newcomer: Entry, limit: string): Entry | undefined {
    if (limit === "sender") {
      const last = this.line(newcomer).at(-1);
      return last === newcomer ? undefined : last;
    }
    let { chain } = newcomer;
    if (limit === "transactions" || limit === "bytes") {
      const chains = [...new Set(this.entries.map((entry) => entry.chain))];
      const [heaviest] = chains.sort((a, b) => this.load(b) - this.load(a) || b - a);
      if (heaviest !== undefined && this.load(heaviest) > this.load(chain)) chain = heaviest;
    }
    const lasts = this.entries.filter(
      (entry) => entry.chain === chain && entry === this.line(entry).at(-1) && entry !== newcomer,
    );
    const [first] = lasts.sort(
      (a, b) => Number(this.#isStuck(b)) - Number(this.#isStuck(a)) || better(b, a),
    );
    return first;
  }
}
