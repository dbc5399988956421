// A user's gateway and the user behind it: sends what the load orders, asks what became of it, sends again what nobody answered,
// and notes down everything that it is told.
import type {
  Admission,
  BalanceView,
  Directory,
  Simulation,
  TransactionView,
} from "../actors/rpc.ts";
import { type Draft, type Signed, signDraft } from "./drafts.ts";
import type { Faults } from "./faults.ts";
import { shardName } from "./hosts.ts";
import type { Caller, Links } from "./links.ts";
import type { Load } from "./load.ts";
import type { Observer } from "./observe.ts";
import type { Random } from "./random.ts";
import type { Routing } from "./routing.ts";
import { MERKLE_CHAIN } from "./simulated-host.ts";
import type { StakeLoad } from "./stake-load.ts";
import type { TradeDraft } from "./trade-drafts.ts";
import type { TradeLoad } from "./trade-load.ts";
import type { VirtualTime } from "./virtual-time.ts";
import type { Wallets } from "./wallets.ts";
import type { User } from "./world-keys.ts";

export interface ClientWorld {
  readonly time: VirtualTime;
  readonly faults: Faults;
  readonly links: Links;
  readonly observer: Observer;
  readonly wallets: Wallets;
  readonly load: Load;
  readonly tradeLoad: TradeLoad;
  readonly stakeLoad: StakeLoad;
  readonly networkId: Uint8Array;
  readonly isFaultFree: boolean;
  readonly roundMs: number;
  readonly routing: Routing;
}

interface Sent extends Signed {
  readonly chain: number;
  readonly payer: User;
  /** all that it touches, its home first. */
  readonly shards: readonly [home: string, ...others: string[]];
  tries: number;
  refused: boolean;
  polls: number;
  status: string;
}

type Refused = Extract<Admission, { readonly kind: "refused" }>;

const OVER: readonly string[] = ["FINAL", "REJECTED", "EXPIRED"];
const PROBE_PAUSE_ROUNDS = 10;
const PROBE_TRIES_MAX = 20;
const TRIES_MAX = 4;
// How often a transaction is asked about, ever less often.
const POLLS_MAX = 8;
const POLLS_OF_REFUSED = 2;
const POLL_ROUNDS_MAX = 30;

export class Client implements Caller {
  readonly name: string;
  readonly #world: ClientWorld;
  readonly #random: Random;

  constructor(name: string, world: ClientWorld, random: Random) {
    this.name = name;
    this.#world = world;
    this.#random = random;
  }

  resume(body: () => void): void {
    body();
  }

  /** Sends on average one order in so many ms, until the faults end. */
  start(everyMs: number): void {
    const { time, faults, roundMs } = this.#world;
    const delay = -Math.log(1 - this.#random.unit()) * everyMs;
    const run = async (): Promise<void> => {
      if (faults.healed) return;
      await this.#order(Math.floor(time.nowMs / roundMs));
      this.start(everyMs);
    };
    time.after(delay, { actor: this.name, kind: "order", run });
  }

  /** The same with trades or stakes, by a choice of their own: worlds without any stay as they are. */
  startOther(kind: "trade" | "stake", everyMs: number, random: Random): void {
    const { time, faults, roundMs, tradeLoad, stakeLoad } = this.#world;
    const load = kind === "trade" ? tradeLoad : stakeLoad;
    const delay = -Math.log(1 - random.unit()) * everyMs;
    const run = async (): Promise<void> => {
      if (faults.healed) return;
      await this.#sendDrawn(load.draw(Math.floor(time.nowMs / roundMs)));
      this.startOther(kind, everyMs, random);
    };
    time.after(delay, { actor: this.name, kind, run });
  }

  /** After healing: a transfer that must become final. */
  async probe(chain: number, prober: User): Promise<void> {
    const { wallets, time, roundMs, observer } = this.#world;
    const wallet = wallets.of(chain, prober);
    const gasPrice = (wallets.chain(chain)?.gasPriceMin ?? 0n) + 1_000n;
    const validUntil = Math.floor(time.nowMs / roundMs) + 300;
    const payload = { kind: "transfer", to: prober.address, amount: 1n } as const;
    const nonce = wallet.nextNonce;
    wallet.nextNonce += 1;
    const draft = { chain, payer: prober, nonce, payload, gasPrice, gasExtra: 0, validUntil };
    const sent = await this.#signed({ ...draft, authorisations: [] }, false);
    observer.probes.push(sent.observed.id);
    this.#send([sent]);
  }

  async #order(round: number): Promise<void> {
    const { load, links, wallets, routing } = this.#world;
    if (this.#random.chance(0.1)) {
      const asked = links.call(this, MERKLE_CHAIN, "directory", 0);
      void asked.then(
        (answer) => {
          wallets.heardDirectory(answer as Directory);
          routing.heardDirectory(answer as Directory);
        },
        () => undefined,
      );
    }
    await this.#sendDrawn(load.draw(round));
  }

  async #sendDrawn(drafts: readonly (Draft | TradeDraft)[]): Promise<void> {
    const { faults, isFaultFree, wallets } = this.#world;
    const [first] = drafts;
    if (first === undefined) return;
    const isForged = faults.happens("faultyGateway");
    const [one, ...more] = await Promise.all(drafts.map((draft) => this.#signed(draft, isForged)));
    if (one === undefined) return;
    if (isFaultFree && more.length === 0) this.#askRound(one);
    else this.#send([one, ...more]);
    if (this.#random.chance(0.5)) this.#askBalance(first.chain, first.payer);
    const delegation = this.#random.pick(wallets.delegations);
    if (delegation !== undefined) this.#askBalance(delegation.chain, delegation.owner);
  }

  async #signed(draft: Draft | TradeDraft, isForged: boolean): Promise<Sent> {
    const { networkId, observer, routing } = this.#world;
    const [authorisation, ...others] = "maker" in draft ? [] : draft.authorisations;
    // One of the signatures, whichever.
    const inside = isForged && authorisation !== undefined && this.#random.chance(0.5);
    const authorisations = inside ? [{ ...authorisation, isForged: true }, ...others] : null;
    const drawn =
      authorisations === null || "maker" in draft ? draft : { ...draft, authorisations };
    const signed = await signDraft(networkId, drawn, isForged && !inside);
    const [home = 0, ...partners] = new Set(
      signed.observed.legs.map((leg) => routing.shardOf(leg.chain)),
    );
    observer.signed(signed.observed, home);
    const { chain, payer } = draft;
    return {
      ...signed,
      chain,
      payer,
      shards: [shardName(home), ...partners.map(shardName)],
      tries: 0,
      refused: false,
      polls: 0,
      status: "UNKNOWN",
    };
  }

  /** when it would be included, and then sends it. The promise is about what was known when it was asked for. */
  #askRound(sent: Sent): void {
    const { links, observer, time } = this.#world;
    const { shards, bytes, observed } = sent;
    const atMs = time.nowMs;
    void links
      .call(this, shards[0], "simulate", bytes)
      .then(
        (answer) => {
          const { includableRound, partner } = answer as Simulation;
          // Of what touches two shards one of them can only say when its own legs could come.
          if (includableRound === null || partner !== null) return;
          const { id } = observed;
          observer.answers.push({ kind: "promise", id, atMs, round: includableRound });
        },
        () => undefined,
      )
      .then(() => this.#send([sent]));
  }

  #askBalance(chain: number, owner: User): void {
    const { links, wallets, routing } = this.#world;
    const shard = shardName(routing.shardOf(chain));
    const asked = links.call(this, shard, "balance", chain, owner.address);
    void asked.then(
      (view) => wallets.heardBalance(wallets.of(chain, owner), view as BalanceView | null),
      () => undefined,
    );
  }

  #send(batch: readonly Sent[]): void {
    const { links, faults, time, roundMs } = this.#world;
    const [first] = batch;
    if (first === undefined) return;
    for (const sent of batch) sent.tries += 1;
    // A batch is of one sender on one chain; what touches two shards goes to both.
    const bytes = batch.map((sent) => sent.bytes);
    const asked = Promise.all(first.shards.map((to) => links.call(this, to, "admit", bytes)));
    void asked.then(
      (answers) => this.#admitted(batch, answers as (readonly Admission[])[]),
      () => {
        if (first.tries < TRIES_MAX) this.#send(batch);
      },
    );
    if (first.tries === 1) for (const sent of batch) this.#pollLater(sent);
    if (faults.happens("resent")) {
      const delay = faults.random("resent").between(0, 30 * roundMs);
      const run = (): void => this.#send(batch);
      time.after(delay, { actor: this.name, kind: "sends again", run });
    }
  }

  /** `answers`: of each shard, in the order of `shards`. */
  #admitted(batch: readonly Sent[], answers: readonly (readonly Admission[])[]): void {
    const { observer, time } = this.#world;
    for (const [i, sent] of batch.entries()) {
      const all = answers.flatMap((admissions) => admissions[i] ?? []);
      const admission = all.find(({ kind }) => kind === "refused") ?? all[0];
      if (admission?.kind === "refused") this.#withdraw(sent, all, admission);
      const { id } = sent.observed;
      const atMs = time.nowMs;
      if (admission?.kind === "accepted") {
        observer.answers.push({ kind: "accepted", id, atMs });
      } else if (admission?.kind === "refused") {
        sent.refused = true;
        observer.answers.push({ kind: "refused", id, atMs, code: admission.refusal.code });
        // Whoever is wrong about an account looks it up, now and then.
        if (this.#random.chance(0.7)) this.#askBalance(sent.chain, sent.payer);
        if (admission.refusal.code === "MEMPOOL_FULL") this.#tryAgain(sent);
      }
    }
  }

  /** What must become final waits for room. */
  #tryAgain(sent: Sent): void {
    const { observer, time, roundMs } = this.#world;
    if (!observer.probes.includes(sent.observed.id) || sent.tries >= PROBE_TRIES_MAX) return;
    const run = (): void => this.#send([sent]);
    time.after(PROBE_PAUSE_ROUNDS * roundMs, { actor: this.name, kind: "sends again", run });
  }

  /** what one of its shards refuses holds no place on the other. */
  #withdraw(sent: Sent, admissions: readonly Admission[], { refusal }: Refused): void {
    const refused = [{ id: sent.observed.id, refusal }];
    for (const [i, { kind }] of admissions.entries()) {
      const shard = sent.shards[i];
      if (kind !== "accepted" || shard === undefined) continue;
      void this.#world.links.call(this, shard, "withdraw", refused).catch(() => undefined);
    }
  }

  #pollLater(sent: Sent): void {
    const { time, roundMs } = this.#world;
    const rounds = Math.min(1.5 ** sent.polls * (0.5 + 2 * this.#random.unit()), POLL_ROUNDS_MAX);
    const run = (): void => this.#poll(sent);
    time.after(rounds * roundMs, { actor: this.name, kind: "poll", run });
  }

  #poll(sent: Sent): void {
    const { links, time } = this.#world;
    const askedMs = time.nowMs;
    sent.polls += 1;
    const asked = links.call(this, sent.shards[0], "transaction", sent.id);
    void asked
      .then(
        (view) => this.#heard(sent, askedMs, view as TransactionView | undefined),
        () => undefined,
      )
      .then(() => {
        const most = sent.refused && sent.status === "UNKNOWN" ? POLLS_OF_REFUSED : POLLS_MAX;
        const isOver = OVER.includes(sent.status) || sent.polls >= most;
        if (!isOver) this.#pollLater(sent);
      });
  }

  #heard(sent: Sent, askedMs: number, view: TransactionView | undefined): void {
    const { observer, time } = this.#world;
    const wasDropped = sent.status === "DROPPED";
    sent.status = view?.status ?? "UNKNOWN";
    // it may come back.
    const isDropped = sent.status === "DROPPED" && !wasDropped;
    if (isDropped && this.#random.chance(0.5)) this.#send([sent]);
    observer.heardStatus(sent.observed.id, askedMs, time.nowMs, view);
  }
}
