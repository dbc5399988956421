// What scenes do things with: an account on a chain that nobody else uses, looked up before each go.
import type { TestAccount } from "../../src/testing/index.ts";
import { insist, sleep } from "./insist.ts";
import {
  deliver,
  type Order,
  type OrderedPayload,
  type Ports,
  type Sent,
  sign,
} from "./sending.ts";
import type { StatusWatcher } from "./status-watcher.ts";

export class Stage {
  readonly ports: Ports;
  readonly watcher: StatusWatcher;
  readonly roundMs: number;

  constructor(ports: Ports, watcher: StatusWatcher, roundMs: number) {
    this.ports = ports;
    this.watcher = watcher;
    this.roundMs = roundMs;
  }

  /** The account as it stands: nothing of it may be under way. */
  async purse(account: TestAccount, chain: number): Promise<Purse> {
    const query = `query ($address: Address!, $chain: ID!) {
      account(address: $address) { balance(chain: $chain) { amount nextNonce authorisationNonce } } }`;
    const variables = { address: account.address, chain: `T${chain}` };
    const data = (await insist(this.ports, query, variables)) as unknown as {
      account: { balance: { amount: string; nextNonce: number; authorisationNonce: number } };
    };
    const { amount, nextNonce, authorisationNonce } = data.account.balance;
    const facts = { nonce: nextNonce, amount: BigInt(amount), authorisationNonce };
    return new Purse(this, account, chain, facts);
  }

  /** By the clock. */
  round(): number {
    return Math.floor(this.ports.journal.nowMs() / this.roundMs);
  }

  rounds(count: number): Promise<void> {
    return sleep(count * this.roundMs);
  }

  /** In one request, or in one each, at once. */
  async deliver(some: readonly Sent[]): Promise<void> {
    if (this.ports.random.chance(0.5)) await deliver(this.ports, some);
    else for (const one of some) await deliver(this.ports, [one]);
    this.watcher.watch(some);
  }

  /** The statuses in which they end, in order. */
  async play(some: readonly Sent[]): Promise<string[]> {
    await this.deliver(some);
    return Promise.all(some.map((one) => this.watcher.settled(one)));
  }
}

interface PurseFacts {
  readonly nonce: number;
  readonly amount: bigint;
  readonly authorisationNonce: number;
}

type More = Partial<Omit<Order, "signer" | "chain" | "payload">>;

export class Purse {
  readonly address: string;
  readonly account: TestAccount;
  readonly chain: number;
  readonly amount: bigint;
  readonly authorisationNonce: number;
  /** Next to sign. */
  nonce: number;
  readonly #stage: Stage;

  constructor(stage: Stage, account: TestAccount, chain: number, facts: PurseFacts) {
    this.#stage = stage;
    this.account = account;
    this.address = account.address;
    this.chain = chain;
    this.nonce = facts.nonce;
    this.amount = facts.amount;
    this.authorisationNonce = facts.authorisationNonce;
  }

  /** Signs with the next nonce, or with the one given, which then counts for nothing. */
  async order(payload: OrderedPayload, more: More = {}): Promise<Sent> {
    const { ports } = this.#stage;
    const nonce = more.nonce ?? this.nonce++;
    const validUntil = more.validUntil ?? this.#stage.round() + ports.random.between(40, 100);
    const { account: signer, chain } = this;
    return sign(ports, { ...more, signer, chain, payload, nonce, validUntil });
  }

  transfer(to: string, amount: bigint, more: More = {}): Promise<Sent> {
    return this.order({ kind: "transfer", to, amount }, more);
  }
}
