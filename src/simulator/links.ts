// How actors and clients reach each other: each call is a request and an answer, each a copy that takes its time, may be lost, come
// twice, overtake others, come much later, or meet a partition. A lost one is heard of late, if at all in time.
import { deserialize, serialize } from "node:v8";
import type { Faults } from "./faults.ts";
import { contentOf } from "./printed.ts";
import { Random } from "./random.ts";
import type { VirtualTime } from "./virtual-time.ts";
import type { FaultKind, WorldOptions } from "./world-options.ts";

/** Who answers. */
export interface Endpoint {
  readonly name: string;
  receive(method: string, args: readonly unknown[], from: string): Promise<unknown>;
}

/** Who asks. */
export interface Caller {
  readonly name: string;
  /** Goes on with what came back, if the caller still lives. */
  resume(body: () => void): void;
}

export interface Outgoing {
  readonly to: string;
  readonly method: string;
  readonly args: readonly unknown[];
  /** Held back for so long before it leaves. */
  readonly delayMs?: number;
}

/** What the messages of a faulty actor pass: all that it can do to others, it does here. */
export interface Seam {
  /** What leaves instead; the actor hears the answer to the first. None: as if it were lost. */
  request(message: Outgoing): readonly Outgoing[];
  /** A request has come, for its actor to answer. */
  arrives(from: string, method: string, args: readonly unknown[]): void;
  /** What is answered instead; null: nothing. */
  answer(to: string, method: string, args: readonly unknown[], answer: unknown): unknown;
}

interface Cut {
  readonly from: ReadonlySet<string>;
  readonly to: ReadonlySet<string>;
  readonly kind: "partitionOneWay" | "partitionTwoWay";
  readonly untilMs: number;
  met: boolean;
}

/** A message on its way. */
interface Carried {
  readonly what: "request" | "answer";
  readonly from: string;
  readonly to: string;
  readonly detail: string;
  /** A copy of its own for whoever gets it. */
  readonly bytes: Uint8Array;
  /** The same, for the record. */
  readonly content: string;
}

// How late what is late comes, and how late a loss is noticed.
const LATE_MS: readonly [number, number] = [1_000, 8_000];
const NOTICED_MS: readonly [number, number] = [1, 5_000];
/** Once nothing goes wrong any more, all that did is over by then. */
export const UNDER_WAY_MS_MAX = LATE_MS[1] + NOTICED_MS[1];

export class Links {
  /** Whether the link between the two is for such a request; the platform refuses any other. */
  mayCarry: (from: string, to: string, method: string, args: readonly unknown[]) => boolean = () =>
    true;
  /** By actor. */
  readonly seams = new Map<string, Seam>();
  readonly #time: VirtualTime;
  readonly #faults: Faults;
  readonly #random: Random;
  readonly #delayMs: readonly [number, number];
  readonly #endpoints = new Map<string, Endpoint>();
  #cuts: Cut[] = [];

  constructor(time: VirtualTime, faults: Faults, { seed, delayMs }: WorldOptions) {
    this.#time = time;
    this.#faults = faults;
    this.#random = Random.stream(seed, "links");
    this.#delayMs = delayMs;
  }

  add(endpoint: Endpoint): void {
    this.#endpoints.set(endpoint.name, endpoint);
  }

  /** Nothing passes from one group to the other for a while, or in either direction. */
  cut(
    kind: Cut["kind"],
    from: ReadonlySet<string>,
    to: ReadonlySet<string>,
    untilMs: number,
  ): void {
    this.#cuts.push({ kind, from, to, untilMs, met: false });
  }

  heal(): void {
    this.#cuts = [];
  }

  /** Rejects when it is known that no answer comes. */
  call(caller: Caller, to: string, method: string, ...args: readonly unknown[]): Promise<unknown> {
    const seam = this.seams.get(caller.name);
    const message = { to, method, args };
    const [first, ...rest] = seam === undefined ? [message] : seam.request(message);
    for (const one of rest) void this.send(caller, one).catch(() => undefined);
    return first === undefined ? Promise.reject(new Error("Withheld")) : this.send(caller, first);
  }

  /** Past the caller's seam. */
  send(caller: Caller, { to, method, args, delayMs = 0 }: Outgoing): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const detail = `${caller.name} → ${to}: ${nameOf(method, args)}`;
      const lost = (): void => {
        const delay = this.#random.between(...NOTICED_MS);
        const run = (): void => caller.resume(() => reject(new Error("No answer")));
        this.#time.after(delay, { actor: caller.name, kind: "loss noticed", detail, run });
      };
      const settle = (bytes: Uint8Array): void =>
        caller.resume(() => {
          const [ok, value] = deserialize(bytes) as [boolean, unknown];
          if (ok) resolve(value);
          else reject(new Error(String(value)));
        });
      const packed = pack([method, args]);
      const request: Carried = { what: "request", from: caller.name, to, detail, ...packed };
      const run = (): void =>
        this.#carry(request, lost, () =>
          this.#deliver(request, lost, (answer) => {
            const back = { what: "answer", from: to, to: caller.name, detail } as const;
            this.#carry({ ...back, ...pack(answer) }, lost, settle);
          }),
        );
      if (delayMs === 0) run();
      else this.#time.after(delayMs, { actor: caller.name, kind: "held back", detail, run });
    });
  }

  #deliver(
    { from, to, bytes }: Carried,
    lost: () => void,
    answered: (answer: readonly unknown[]) => void,
  ): void {
    const [method, args] = deserialize(bytes) as [string, unknown[]];
    const endpoint = this.#endpoints.get(to);
    if (endpoint === undefined) throw new Error(`Cannot deliver: nobody is called ${to}`);
    if (!this.mayCarry(from, to, method, args)) {
      answered([true, { kind: "refused", why: "This link does not carry it" }]);
      return;
    }
    const seam = this.seams.get(to);
    seam?.arrives(from, method, args);
    endpoint
      .receive(method, args, from)
      .then((answer) => (seam === undefined ? answer : seam.answer(from, method, args, answer)))
      .then(
        (answer) => (seam && answer === null ? lost() : answered([true, answer])),
        (error: unknown) => answered([false, String(error)]),
      );
  }

  #carry(message: Carried, lost: () => void, arrive: (bytes: Uint8Array) => void): void {
    const { what, from, to, detail, bytes, content } = message;
    const loss: FaultKind = what === "request" ? "requestLost" : "answerLost";
    if (this.#isCut(from, to) || this.#faults.happens(loss)) {
      this.#time.remark(to, `${what} lost`, detail);
      lost();
      return;
    }
    const copies = this.#faults.happens("duplicated") ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) {
      const run = (): void => arrive(bytes);
      this.#time.after(this.#delay(), { actor: to, kind: what, detail, content, run });
    }
  }

  #delay(): number {
    const [low, high] = this.#delayMs;
    let delay = this.#random.between(low, high);
    if (this.#faults.happens("reordered")) {
      delay += this.#faults.random("reordered").between(1, 5 * high);
    }
    if (this.#faults.happens("late")) delay += this.#faults.random("late").between(...LATE_MS);
    return delay;
  }

  #isCut(from: string, to: string): boolean {
    if (this.#cuts.length === 0) return false;
    this.#cuts = this.#cuts.filter(({ untilMs }) => untilMs > this.#time.nowMs);
    const cut = this.#cuts.find(
      (one) =>
        (one.from.has(from) && one.to.has(to)) ||
        (one.kind === "partitionTwoWay" && one.from.has(to) && one.to.has(from)),
    );
    if (cut === undefined) return false;
    if (!cut.met) this.#faults.count(cut.kind);
    cut.met = true;
    return true;
  }
}

const pack = (value: readonly unknown[]): Pick<Carried, "bytes" | "content"> => ({
  bytes: serialize(value),
  content: contentOf(value),
});

/** The method, or the kind of a peer's request. */
function nameOf(method: string, [first]: readonly unknown[]): string {
  if (method !== "receive") return method;
  const { kind, round } = first as { readonly kind: string; readonly round?: number };
  return round === undefined ? kind : `${kind} of round ${round}`;
}
