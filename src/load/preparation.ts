// Before the load: accounts whose keys follow from the seed, as many chains as are asked for, and funds on each. The faucet pays one
// account, the treasury, which creates what is missing of the chains and pays all others by batches of transfers.
import type { Api } from "../client/api.ts";
import {
  type Client,
  createToken,
  type Signer,
  signerFromSeed,
  transfer,
} from "../client/index.ts";
import { sleep } from "../client/wait.ts";
import { sha256 } from "../protocol/crypto/sha256.ts";
import { utf8 } from "../protocol/encoding/bytes.ts";
import { gasRequired } from "../protocol/ledger/gas.ts";
import type { LoadOptions } from "./arguments.ts";
import { Lane, type LoadChain, legFee } from "./lane.ts";
import { askChains, askHoldings, askState, type Holding, type ListedChain } from "./load-api.ts";

/** The network cannot be used for a load, with what to do. */
export class PreparationError extends Error {
  override readonly name = "PreparationError";
}

export interface Prepared {
  readonly chains: readonly ListedChain[];
  /** By chain; each with the accounts in the same order. */
  readonly lanes: readonly (readonly Lane[])[];
}

export interface PreparationPorts {
  readonly api: Api;
  readonly client: Client;
  readonly tell: (line: string) => void;
}

/** An account can send so many times before it is out of funds. */
const TRANSACTIONS_FUNDED = 100_000n;
const RESERVES_FUNDED = 20n;
/** Transfers of the treasury under way on one chain. */
const PAYMENTS_TOGETHER = 400;
const SUPPLY = 10n ** 30n;
const POLL_MS = 250;
/** For a chain to be born, and for money to come. */
const WAIT_MS_MAX = 60_000;

export async function prepare(options: LoadOptions, ports: PreparationPorts): Promise<Prepared> {
  const { client, tell } = ports;
  const { development, clock, name } = client.network;
  if (!development) {
    throw new PreparationError(
      `Cannot drive ${JSON.stringify(name)}: it is no development network and has no faucet; start one with \`npm start\``,
    );
  }
  if (clock !== "LIVE") {
    throw new PreparationError(
      `Cannot drive ${JSON.stringify(name)}: its clock is moved by hand; set "clock": "live" in NETWORK`,
    );
  }
  const treasury = await signerOf(options.seed, "treasury");
  const accounts = await Promise.all(
    Array.from({ length: options.accounts }, (_, i) => signerOf(options.seed, `${i}`)),
  );
  const chains = await chainsFor(options, treasury, ports);
  tell(`${chains.length} chains, ${accounts.length} accounts: looking at their funds`);
  const lanes: Lane[][] = await Promise.all(
    chains.map((chain) => fundedLanes(chain, accounts, treasury, ports)),
  );
  return { chains, lanes };
}

const signerOf = (seed: string, name: string): Promise<Signer> =>
  signerFromSeed(sha256(utf8(`yggdrasil load ${JSON.stringify(seed)} ${name}`)));

/** Those of the genesis record, which the faucet has funds of, then those that this seed's treasury created. */
async function chainsFor(
  { chains: wanted }: LoadOptions,
  treasury: Signer,
  ports: PreparationPorts,
): Promise<ListedChain[]> {
  const { api, client, tell } = ports;
  const usable = async (): Promise<ListedChain[]> =>
    (await askChains(api)).filter(
      ({ creator }) => creator === null || creator === treasury.address,
    );
  const found = await usable();
  const missing = wanted - found.length;
  if (missing > 0) {
    tell(`${found.length} chains to use: creating ${missing} more`);
    const [root] = found as [ListedChain];
    const cost = BigInt(gasRequired("createToken", 0)) * root.gasPrice * BigInt(missing);
    await fundTreasury(root, treasury, 2n * cost + RESERVES_FUNDED * root.reserveDefault, ports);
    const sender = client.sender(treasury);
    const tokens = Array.from({ length: missing }, (_, i) =>
      createToken({
        symbol: `LOAD${found.length + i}`,
        name: `Load ${found.length + i}`,
        supply: SUPPLY,
      }),
    );
    const sent = await Promise.all(tokens.map((token) => sender.send(token)));
    for (const one of sent) await client.waitFor(one, "EXECUTED", { timeoutMs: WAIT_MS_MAX });
  }
  return until(`${wanted} chains are born`, async () => {
    const [all, { round }] = await Promise.all([usable(), askState(api)]);
    const born = all.filter(({ bornRound }) => bornRound <= round).slice(0, wanted);
    return born.length === wanted ? born : null;
  });
}

/** What an account shall have on the chain, and what is still enough. */
const fundsOf = (chain: LoadChain): bigint =>
  TRANSACTIONS_FUNDED * legFee(chain) + RESERVES_FUNDED * chain.reserveDefault;
const isEnough = (amount: bigint, chain: LoadChain): boolean => 2n * amount >= fundsOf(chain);

async function fundedLanes(
  chain: ListedChain,
  accounts: readonly Signer[],
  treasury: Signer,
  ports: PreparationPorts,
): Promise<Lane[]> {
  const { api, client, tell } = ports;
  const holdings: Holding[] = accounts.map(({ address }) => ({ address, chain: chain.id }));
  const before = await askHoldings(api, holdings);
  const poor = accounts.filter((_, i) => !isEnough(before[i]?.amount ?? 0n, chain));
  if (poor.length > 0) {
    tell(`${chain.id}: funding ${poor.length} accounts`);
    const funds = fundsOf(chain);
    const all = BigInt(poor.length) * (funds + legFee(chain));
    await fundTreasury(chain, treasury, all + RESERVES_FUNDED * chain.reserveDefault, ports);
    const sender = client.sender(treasury);
    for (let at = 0; at < poor.length; at += PAYMENTS_TOGETHER) {
      const part = poor.slice(at, at + PAYMENTS_TOGETHER);
      await Promise.all(
        part.map(({ address }) => sender.send(transfer(address, funds), { chain: chain.id })),
      );
    }
  }
  const facts = await until(`the accounts on ${chain.id} have their funds`, async () => {
    const now = poor.length > 0 ? await askHoldings(api, holdings) : before;
    return now.every(({ amount }) => isEnough(amount, chain)) ? now : null;
  });
  return accounts.map((signer, i) => new Lane(chain, signer, facts[i] as (typeof facts)[number]));
}

async function fundTreasury(
  chain: ListedChain,
  { address }: Signer,
  wanted: bigint,
  { api, client }: PreparationPorts,
): Promise<void> {
  const holding = [{ address, chain: chain.id }];
  const [now] = await askHoldings(api, holding);
  const amount = now?.amount ?? 0n;
  if (amount >= wanted) return;
  if (chain.creator !== null) {
    throw new PreparationError(
      `Cannot fund accounts on ${chain.id}: the account that created it has ${amount} of ${wanted}; take another --seed`,
    );
  }
  await client.faucet(address, wanted, { chain: chain.id });
  await until(`the faucet's transfer on ${chain.id} is executed`, async () => {
    const [after] = await askHoldings(api, holding);
    return (after?.amount ?? 0n) >= wanted ? true : null;
  });
}

/** The first answer that is not null. Throws a PreparationError after a minute. */
async function until<T>(what: string, ask: () => Promise<T | null>): Promise<T> {
  const startMs = performance.now();
  for (;;) {
    const answer = await ask();
    if (answer !== null) return answer;
    if (performance.now() - startMs > WAIT_MS_MAX) {
      throw new PreparationError(
        `Cannot wait until ${what}: not so after ${WAIT_MS_MAX / 1_000} s; look at the network's log`,
      );
    }
    await sleep(POLL_MS);
  }
}
