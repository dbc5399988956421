// Seeded schedules of faults over a local network: requests and answers lost or repeated, crashes between any two steps, clocks
// that jump. Then the faults end, and only alarms drive the network on.
import type { TransactionStatus } from "../../src/actors/shard-queries.ts";
import { SignatureRecord } from "../../src/simulator/signature-record.ts";
import { Bank, FEE, FUNDS } from "./bank.ts";
import type { LocalOptions } from "./local-network.ts";

const ACCOUNTS = 3;
const ALARMS_MAX = 1_000;
const LAST: readonly (TransactionStatus | "unknown")[] = [
  "FINAL",
  "EXPIRED",
  "REJECTED",
  "DROPPED",
];

const RANKS: readonly string[] = ["PENDING", "COMMITTED", "EXECUTED", "FINAL"];

export interface Sent {
  readonly id: Uint8Array;
  readonly bytes: Uint8Array;
  readonly from: number;
  readonly to: number;
  readonly amount: bigint;
  readonly fee: bigint;
}

export interface Outcome {
  readonly bank: Bank;
  readonly sent: readonly Sent[];
  /** What is wrong; empty if nothing is. */
  readonly faults: readonly string[];
}

/** mulberry32 */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

class Schedule {
  readonly bank: Bank;
  readonly sent = new Map<string, Sent>();
  readonly faults: string[] = [];
  readonly #seen = new Map<string, string>();
  readonly #random: () => number;
  readonly #rates: readonly [lose: number, loseAnswer: number, repeat: number];

  constructor(bank: Bank, random: () => number) {
    this.bank = bank;
    this.#random = random;
    this.#rates = [0.6 * random(), 0.5 * random(), 0.4 * random()];
    const [lose, loseAnswer, repeat] = this.#rates;
    bank.net.lose = () => random() < lose;
    bank.net.loseAnswer = () => random() < loseAnswer;
    bank.net.repeat = () => random() < repeat;
  }

  async run(steps: number): Promise<void> {
    for (let i = 0; i < steps; i++) {
      await this.#step();
      this.#watch();
    }
  }

  /** never backwards, and EXPIRED for ever. */
  #watch(): void {
    for (const [name, { id }] of this.sent) {
      const [before, now] = [this.#seen.get(name) ?? "PENDING", this.bank.status(id)];
      const back =
        before === "EXPIRED" ? now !== before : RANKS.indexOf(now) < RANKS.indexOf(before);
      if (back && now !== "REJECTED" && now !== "EXPIRED" && now !== "DROPPED") {
        this.faults.push(`from ${before} back to ${now}`);
      }
      this.#seen.set(name, now);
    }
  }

  /** A request that was sent before arrives at last, perhaps a second time. */
  async #arriveLate(): Promise<void> {
    const { net } = this.bank;
    // The newest can still do harm; a set that has just forgotten everything is the easiest to mislead.
    if (this.#random() < 0.5) net.crash(net.voters[this.#below(net.voters.length)] ?? "set");
    const [to, request] = net.sent.at(-1 - this.#below(8)) ?? [];
    if (to !== undefined && request !== undefined) net.deliver(to, request);
    await net.settled();
  }

  async #step(): Promise<void> {
    const { net } = this.bank;
    const choice = this.#random();
    if (choice < 0.3) await this.#send();
    else if (choice < 0.36) await this.#sendAgain();
    else if (choice < 0.56) await this.#crashSoon();
    else if (choice < 0.66) await this.#arriveLate();
    else if (choice < 0.68) net.nowMs += 500 * this.#below(5_000);
    // Several voters need their timers at their time.
    else if (choice < 0.85 && net.voters.length > 1) await net.sleep(1 + this.#below(20));
    else {
      net.nowMs += this.#below(700);
      await net.tick();
    }
  }

  async #send(): Promise<void> {
    const [from, to] = [this.#below(ACCOUNTS), this.#below(ACCOUNTS)];
    const next = this.bank.nextNonce(from);
    const nonce = this.#random() < 0.9 ? next : next + this.#below(3);
    const amount = this.#random() < 0.05 ? 2n * FUNDS : BigInt(this.#below(1_000_000));
    const fee = FEE * BigInt(1 + this.#below(3));
    const validUntil = this.bank.net.round + 1 + this.#below(this.#random() < 0.5 ? 2 : 40);
    const payload = { kind: "transfer", to: this.bank.signer(to).address, amount } as const;
    const bytes = await this.bank.bytes(from, nonce, { payload, fee, validUntil });
    const [admission] = this.bank.admit(bytes);
    if (admission?.kind !== "accepted") return;
    const { id } = admission;
    this.sent.set(Buffer.from(id).toString("hex"), { id, bytes, from, to, amount, fee });
  }

  async #sendAgain(): Promise<void> {
    const all = [...this.sent.values()];
    const one = all[this.#below(all.length)];
    if (one !== undefined) this.bank.admit(one.bytes);
  }

  /** Starts something, and crashes somebody before it has ended. */
  async #crashSoon(): Promise<void> {
    const { net } = this.bank;
    net.nowMs += this.#below(600);
    const moments = this.#below(12);
    const who = net.everybody[this.#below(net.everybody.length)] ?? "shard";
    for (const one of net.everybody) net.runner(one).step((actor) => actor.tick());
    for (let i = 0; i < moments; i++) {
      await (this.#random() < 0.5 ? Promise.resolve() : new Promise((go) => setImmediate(go)));
    }
    net.crash(who);
    await net.settled();
  }

  /** A transaction once the faults are over: whoever is behind hears of the shard's head with it. */
  async probe(): Promise<void> {
    while (this.sent.size === 0 || this.bank.status(this.#probe) === "unknown") {
      await this.#send();
      this.#probe = [...this.sent.values()].at(-1)?.id ?? this.#probe;
    }
  }
  #probe: Uint8Array = new Uint8Array(32);

  #below(bound: number): number {
    return Math.floor(this.#random() * bound);
  }
}

/** `voters`: how the seats are divided; by default one voter holds all. */
export async function runSchedule(
  seed: number,
  options: Pick<LocalOptions, "voters" | "tags"> & { readonly seats?: number } = {},
): Promise<Outcome> {
  const random = randomOf(seed);
  const record = new SignatureRecord();
  const k = 1 + Math.floor(random() * 3);
  const bank = await Bank.open({
    ...options,
    accounts: ACCOUNTS,
    k,
    wrapSeats: (seats) => record.wrap(seats),
  });
  const schedule = new Schedule(bank, random);
  await schedule.run(30);
  const { net } = bank;
  const never = (): boolean => false;
  Object.assign(net, { lose: never, loseAnswer: never, repeat: never });
  if (net.voters.length > 1) {
    await net.sleep(ALARMS_MAX);
    await schedule.probe();
  }
  const asleep = await net.sleep(ALARMS_MAX);
  const sent = [...schedule.sent.values()];
  const faults = [
    ...schedule.faults,
    ...(asleep && net.nextTickMs() === null ? [] : ["somebody is still awake"]),
    ...record.equivocations().map((place) => `two values signed by ${place}`),
    ...wrongEnds(bank, sent),
    ...wrongBalances(bank, sent),
    ...wrongReplicas(bank),
    ...net.log
      .filter(({ event }) => event === "actor stopped")
      .map(({ fields }) => `${fields.invariant}`),
  ];
  return { bank, sent, faults };
}

function wrongEnds(bank: Bank, sent: readonly Sent[]): string[] {
  return sent
    .map(({ id }) => bank.status(id))
    .filter((status) => !(LAST as readonly string[]).includes(status))
    .map((status) => `a transaction is ${status} in the end`);
}

/** Each FINAL transaction once, and nothing else, from what was sent alone. */
function wrongBalances(bank: Bank, sent: readonly Sent[]): string[] {
  const balances = Array.from({ length: ACCOUNTS }, () => FUNDS);
  const nonces = Array.from({ length: ACCOUNTS }, () => 0);
  const add = (place: number, amount: bigint): void => {
    balances[place] = (balances[place] ?? 0n) + amount;
  };
  for (const { id, from, to, amount, fee } of sent) {
    const view = bank.view(id);
    if (view?.status !== "FINAL") continue;
    nonces[from] = (nonces[from] ?? 0) + 1;
    add(from, -fee);
    if (view.code !== 2) continue;
    add(from, -amount);
    add(to, amount);
  }
  return balances.flatMap((balance, place) => {
    const account = bank.account(place);
    const same = account.balance === balance && account.nonce === nonces[place];
    return same ? [] : [`account ${place}: ${account.balance} instead of ${balance}`];
  });
}

function wrongReplicas(bank: Bank): string[] {
  const { net } = bank;
  const { shard } = bank.heads();
  const rounds = net.shard.read(({ replica }) => replica.blocks.roundsAfter(0, 1_000));
  const notarised = net.merkle
    .read((merkle) => merkle.blocksAfter(0, 1_000))
    .flatMap((block) => block.notarised.map(({ round }) => round));
  const same = rounds.join() === notarised.join();
  return [
    ...bank
      .voterHeads()
      .flatMap((head, i) =>
        head === shard ? [] : [`heads differ: ${shard} and ${head} of ${net.voters[i]}`],
      ),
    ...(same ? [] : [`notarised ${notarised.join()} of ${rounds.join()}`]),
    ...leftovers(bank),
  ];
}

/** What must not pile up in a voter's store: it needs its head's block only. */
function leftovers({ net }: Bank): string[] {
  const faults: string[] = [];
  for (const voter of net.voters) {
    const count = (name: "blocks" | "instances"): number =>
      net.store(voter).table(name).range({ limit: 100 }).length;
    if (count("blocks") > 1) faults.push(`${voter} keeps ${count("blocks")} blocks`);
    if (count("instances") > 0) faults.push(`${voter} keeps an instance`);
  }
  const waiting = net.store("shard").table("mempool").range({ limit: 100 }).length;
  return waiting === 0 ? faults : [...faults, "the shard keeps waiting transactions"];
}
