// Clients that send transfers as fast as they are answered.
import type { TestAccount } from "../../src/testing/index.ts";
import { insist, sleep } from "./insist.ts";
import { deliver, type Ports, type Sent, sign } from "./sending.ts";
import type { StatusWatcher } from "./status-watcher.ts";

const VALID_ROUNDS = 9_000;

export class LoadClient {
  readonly #ports: Ports;
  readonly #watcher: StatusWatcher;
  readonly #accounts: readonly TestAccount[];
  /** Addresses. */
  readonly #receivers: readonly string[];
  readonly #chains: readonly number[];
  readonly #nonces = new Map<string, number>();
  #running = true;

  constructor(
    ports: Ports,
    watcher: StatusWatcher,
    {
      accounts,
      receivers,
      chains,
    }: {
      readonly accounts: readonly TestAccount[];
      readonly receivers: readonly string[];
      readonly chains: readonly number[];
    },
  ) {
    this.#ports = ports;
    this.#watcher = watcher;
    this.#accounts = accounts;
    this.#receivers = receivers;
    this.#chains = chains;
  }

  stop(): void {
    this.#running = false;
  }

  /** Until stopped, and what is under way then to its answer. */
  async run(): Promise<void> {
    const { random } = this.#ports;
    while (this.#running) {
      const some: Sent[] = [];
      for (let i = random.between(1, 12); i > 0; i--) some.push(await this.#transfer());
      if (some.length > 3) await this.#deliver(some);
      else for (const one of some) await this.#deliver([one]);
      await sleep(random.between(20, 120));
    }
  }

  /** Until stopped: transfers that are valid for a moment only. Each is in a block soon, or never. */
  async runBriefly(): Promise<void> {
    const { random } = this.#ports;
    while (this.#running) {
      const { round } = (await insist(this.#ports, "{ network { round } }")).network as {
        round: number;
      };
      const sent = await this.#transfer(round + random.between(1, 2));
      await this.#deliver([sent]);
      const status = await this.#watcher.settled(sent);
      // Its nonce is free again.
      if (status === "EXPIRED" || status === "REFUSED")
        this.#nonces.set(keyOf(sent), sent.order.nonce);
    }
  }

  /** One transfer on each chain; answers when they are accepted. */
  async probe(): Promise<Sent[]> {
    const some: Sent[] = [];
    for (const chain of this.#chains) some.push(await this.#transfer(VALID_ROUNDS, chain));
    await this.#deliver(some);
    return some;
  }

  async #transfer(validUntil = VALID_ROUNDS, chain?: number): Promise<Sent> {
    const { random } = this.#ports;
    const signer = random.pick(this.#accounts) as TestAccount;
    const to = random.pick(this.#receivers) as string;
    const order = {
      signer,
      chain: chain ?? (random.pick(this.#chains) as number),
      payload: { kind: "transfer", to, amount: BigInt(random.between(1, 1_000_000)) } as const,
      validUntil,
    };
    const own = `${signer.address} ${order.chain}`;
    const nonce = this.#nonces.get(own) ?? 0;
    this.#nonces.set(own, nonce + 1);
    return sign(this.#ports, { ...order, nonce });
  }

  async #deliver(some: readonly Sent[]): Promise<void> {
    await deliver(this.#ports, some);
    this.#watcher.watch(some);
  }
}

const keyOf = ({ order }: Sent): string => `${order.signer.address} ${order.chain}`;
