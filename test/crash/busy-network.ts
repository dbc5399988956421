// A network of the real Worker with everybody who uses it, written down as it runs: the observation
// that the checkers judge.
import { isDeepStrictEqual } from "node:util";
import { formatAddress } from "../../src/client/index.ts";
import { check } from "../../src/simulator/checkers/index.ts";
import type {
  Observation,
  ObservedBlock,
  ObservedGenesis,
} from "../../src/simulator/checkers/observation.ts";
import { Random } from "../../src/simulator/random.ts";
import { createTestNetwork, type TestAccount, type TestNetwork } from "../../src/testing/index.ts";
import { BlockFollower, NetworkFollower } from "./follower.ts";
import { insist, sleep } from "./insist.ts";
import { Journal } from "./journal.ts";
import { LoadClient } from "./load.ts";
import { observe } from "./observe.ts";
import { genesisStaking } from "./observe-stakes.ts";
import {
  breakRules,
  burstAtReserve,
  createTokens,
  delegateAndSpend,
  emptyAccount,
  failAtExecution,
  replaceWaiting,
  type Scene,
  sendAgain,
} from "./scenes.ts";
import { FEE, GAS_PRICE, type Ports } from "./sending.ts";
import { Stage } from "./stage.ts";
import { StatusWatcher, settle } from "./status-watcher.ts";

export interface BusyOptions {
  readonly storage: string;
  readonly seed: number;
  readonly seats: number;
  /** How many send transfers all the time. */
  readonly clients: number;
  /** Whether all the rest is played, too. */
  readonly scenes: boolean;
}

const ROUND_MS = 150;
const K = 3;
const ACCOUNTS_EACH = 4;
const BALANCE = 1_000n * 10n ** 18n;
/** What accounts leave alone on T0, T1 and T2: on the last a few fees only. */
const RESERVES = [10n ** 19n, 10n ** 19n, 3n * FEE] as const;
const CHAINS = RESERVES.map((_, chain) => chain);
const SETTLE_MS_MAX = 60_000;
const SLEEP_MS_MAX = 15_000;

/** Addresses that nobody has the key of: the first credit makes the account. */
const STRANGERS = [1, 2, 3, 4].map((i) => formatAddress(new Uint8Array(20).fill(i)));

export interface Verdict {
  readonly name: string;
  readonly problems: readonly string[];
}

export class BusyNetwork {
  readonly network: TestNetwork;
  readonly ports: Ports;
  readonly log: readonly string[];
  readonly blocks: BlockFollower;
  readonly watcher: StatusWatcher;
  readonly clients: readonly LoadClient[];
  readonly #options: BusyOptions;
  readonly #genesis: ObservedGenesis;
  readonly #notarised: NetworkFollower;
  readonly #stage: Stage;
  #running = true;
  #working: Promise<unknown> = Promise.resolve();
  #following: Promise<unknown> = Promise.resolve();
  #healedMs = 0;

  private constructor(
    options: BusyOptions,
    network: TestNetwork,
    parts: { readonly ports: Ports; readonly log: readonly string[]; genesis: ObservedGenesis },
  ) {
    const { url, accounts } = network;
    this.#options = options;
    this.network = network;
    this.log = parts.log;
    this.ports = parts.ports;
    this.#genesis = parts.genesis;
    this.blocks = new BlockFollower(url);
    this.#notarised = new NetworkFollower(url);
    this.watcher = new StatusWatcher(this.ports, this.ports.journal, this.#random(100));
    this.#stage = new Stage(this.#portsOf(200), this.watcher, ROUND_MS);
    const receivers = [...accounts.map(({ address }) => address), ...STRANGERS];
    this.clients = Array.from({ length: options.clients + 1 }, (_, i) => {
      // The last has one account: it sends what is valid for a moment only.
      const own = accounts.slice(i * ACCOUNTS_EACH, (i + 1) * ACCOUNTS_EACH);
      const cast = { accounts: i < options.clients ? own : own.slice(0, 1), receivers };
      return new LoadClient(this.#portsOf(1 + i), this.watcher, { ...cast, chains: CHAINS });
    });
  }

  static async create(options: BusyOptions): Promise<BusyNetwork> {
    const log: string[] = [];
    // The brief client's first account, then two for each scene.
    const accounts = options.clients * ACCOUNTS_EACH + ACCOUNTS_EACH + 2 * SCENES.length;
    const network = await createTestNetwork({
      storage: options.storage,
      clock: "live",
      roundMs: ROUND_MS,
      k: K,
      seats: options.seats,
      chains: RESERVES.map((reserveDefault) => ({ reserveDefault, gasPriceMin: GAS_PRICE })),
      accounts: Array.from({ length: accounts }, () => ({
        balances: Object.fromEntries(CHAINS.map((chain) => [`T${chain}`, BALANCE])),
      })),
      development: false,
      onLog: (line) => log.push(line),
    });
    const data = await network.graphql<{
      network: { id: string };
      epoch: { activationTime: string };
    }>("{ network { id } epoch { activationTime } }");
    const journal = new Journal(Date.parse(data.epoch.activationTime));
    const ports = {
      url: network.url,
      onTrouble: (code: string) => journal.trouble(code),
      networkId: Buffer.from(data.network.id.slice(2), "hex"),
      random: new Random(options.seed),
      journal,
      sent: [],
    };
    const genesis = genesisOf(options.seats, network.accounts, await genesisStaking(ports));
    return new BusyNetwork(options, network, { ports, log, genesis });
  }

  /** Everybody begins. `failed` fails when somebody meets what cannot be; else it is never settled. */
  async start(): Promise<{ readonly failed: Promise<never> }> {
    this.#following = Promise.all([this.blocks.run(), this.#notarised.run()]);
    // Followers have no cursor yet: the first block must not come before they listen.
    for (let listening = 0; listening < 2; await sleep(20)) {
      const data = await insist(
        this.ports,
        '{ shard(id: "0") { subscribers } network { subscribers } }',
      );
      const { shard, network } = data as Record<string, { readonly subscribers: number }>;
      listening = (shard?.subscribers ?? 0) + (network?.subscribers ?? 0);
    }
    const brief = this.clients.at(-1);
    this.#working = Promise.all([
      ...this.clients.slice(0, -1).map((client) => client.run()),
      brief?.runBriefly(),
      ...(this.#options.scenes ? SCENES.map((scene, i) => this.#play(scene(), i)) : []),
    ]);
    const watching = this.watcher.run();
    const all = Promise.all([this.#working, watching]);
    return { failed: all.then(() => new Promise<never>(() => undefined)) };
  }

  /** Until there is a block that is newer than `round`. */
  async goesOn(round: number): Promise<void> {
    const deadline = Date.now() + SETTLE_MS_MAX;
    while ((await this.headRound()) <= round) {
      if (Date.now() > deadline) throw new Error(`No block after round ${round}`);
      await sleep(50);
    }
    this.#healedMs = this.ports.journal.nowMs();
  }

  async headRound(): Promise<number> {
    const { shard } = await insist(this.ports, '{ shard(id: "0") { headRound } }');
    return (shard as { readonly headRound: number }).headRound;
  }

  /** Everybody ends what is under way; then all is looked at and judged. */
  async finish(): Promise<{ readonly observation: Observation; readonly verdicts: Verdict[] }> {
    const { journal } = this.ports;
    this.#running = false;
    for (const client of this.clients) client.stop();
    await this.#working;
    this.watcher.stop();
    await settle(this.ports, journal, this.ports.sent, SETTLE_MS_MAX);
    const probes = (await this.clients[0]?.probe()) ?? [];
    await settle(this.ports, journal, probes, SETTLE_MS_MAX);
    await this.#asleep();
    const seen = await this.blocks.blocks(this.ports);
    const { observation, history } = await observe(this.ports, {
      genesis: this.#genesis,
      journal,
      addresses: [...this.network.accounts.map(({ address }) => address), ...STRANGERS],
      blocks: seen,
      notarised: this.#notarised.notarised,
      healedMs: this.#healedMs,
      probes: probes.map(({ id }) => id.slice(2)),
    });
    this.blocks.stop();
    this.#notarised.stop();
    await this.#following;
    return {
      observation,
      verdicts: [
        { name: "the simulator's checkers", problems: check(observation) },
        { name: "answers", problems: journal.problems },
        {
          name: "subscriptions",
          problems: missedBlocks(await this.blocks.blocks(this.ports), history),
        },
      ],
    };
  }

  async #play(scene: Scene, place: number): Promise<void> {
    const from = (this.#options.clients + 1) * ACCOUNTS_EACH + 2 * place;
    const accounts = this.network.accounts.slice(from, from + 2) as [TestAccount, TestAccount];
    const receivers = [...STRANGERS, ...this.network.accounts.slice(0, 3).map((a) => a.address)];
    const cast = { accounts, receivers, chains: CHAINS };
    while (this.#running) await scene(this.#stage, cast);
    // Once more when nothing disturbs it: each has then been played as it should.
    await scene(this.#stage, cast);
  }

  /** nothing to do, no alarm set. */
  async #asleep(): Promise<void> {
    const deadline = Date.now() + SLEEP_MS_MAX;
    while (Date.now() < deadline) {
      const { shard } = await insist(this.ports, '{ shard(id: "0") { nextTick } }');
      if ((shard as { readonly nextTick: string | null }).nextTick === null) return;
      await sleep(100);
    }
  }

  #random(purpose: number): Random {
    return new Random(this.#options.seed + purpose);
  }

  #portsOf(purpose: number): Ports {
    return { ...this.ports, random: this.#random(purpose) };
  }
}

const SCENES: readonly (() => Scene)[] = [
  createTokens,
  () => burstAtReserve,
  () => emptyAccount,
  () => failAtExecution,
  () => delegateAndSpend,
  () => replaceWaiting,
  () => breakRules,
  () => sendAgain,
];

function genesisOf(
  seats: number,
  accounts: readonly TestAccount[],
  staking: Pick<ObservedGenesis, "staking" | "validators">,
): ObservedGenesis {
  const bonded = staking.validators.reduce((sum, { bond }) => sum + bond, 0n);
  return {
    ...staking,
    k: K,
    roundMs: ROUND_MS,
    seats,
    saturation: null,
    shards: [0],
    sets: [{ set: 1, shards: [0] }],
    chains: RESERVES.map((reserveDefault, chain) => ({
      chain,
      shard: 0,
      supply: BALANCE * BigInt(accounts.length) + (chain === 0 ? bonded : 0n),
      reserveDefault,
      gasPriceMin: GAS_PRICE,
      bornRound: 0,
    })),
    balances: CHAINS.flatMap((chain) =>
      accounts.map(({ address }) => ({ chain, address, balance: BALANCE, reserve: null })),
    ),
  };
}

/** A follower sees each block once and in order, as it is at the end; none is missing. */
function missedBlocks(seen: readonly ObservedBlock[], history: readonly ObservedBlock[]): string[] {
  const problems = history.flatMap((block, i) => {
    if (isDeepStrictEqual(seen[i], block)) return [];
    return [`Block ${i}: seen ${JSON.stringify(seen[i])}, it is ${JSON.stringify(block)}`];
  });
  const more = seen.length - history.length;
  return more > 0 ? [...problems, `${more} more blocks were seen than there are`] : problems;
}
