// What a stranger with the API alone can say about a ledger: every block, every balance, recomputed
// from the signed transactions by additions of its own. Imports no rule of the protocol.
import { expect } from "vitest";
import { insist, type Sent, TOKEN_SUPPLY } from "./load.ts";

export interface BlockFacts {
  readonly chain: { readonly id: string };
  readonly round: number;
  readonly hash: string;
  readonly parent: string;
  readonly stateRoot: string;
  readonly transactionsRoot: string;
  readonly jointHeaderHash: string;
  readonly signers: number;
  readonly transactionCount: number;
}

export const BLOCK_FACTS =
  "chain { id } round hash parent stateRoot transactionsRoot jointHeaderHash signers transactionCount";
const ALIASES_A_QUERY = 40;

/** The answers to one field for each argument list, in order. */
async function askMany<T>(url: string, fields: readonly string[]): Promise<T[]> {
  const answers: T[] = [];
  for (let at = 0; at < fields.length; at += ALIASES_A_QUERY) {
    const some = fields.slice(at, at + ALIASES_A_QUERY);
    const data = await insist(url, `{ ${some.map((field, i) => `a${i}: ${field}`).join("\n")} }`);
    answers.push(...some.map((_, i) => data[`a${i}`] as T));
  }
  return answers;
}

export interface StatusFacts {
  readonly status: string;
  readonly code: number | null;
  readonly legs: readonly { readonly round: number | null }[];
}

export const statusesOf = (
  url: string,
  sent: readonly Sent[],
): Promise<readonly (StatusFacts | null)[]> =>
  askMany(
    url,
    sent.map(
      ({ id, chain }) =>
        `transaction(id: "${id}", chain: "${chain}") { status code reason legs { round } }`,
    ),
  );

/** All blocks of a chain, ascending: asked round by round, so that none can hide. */
async function walk(url: string, chain: string, headRound: number): Promise<BlockFacts[]> {
  const rounds = Array.from({ length: headRound }, (_, i) => i + 1);
  const blocks = await askMany<BlockFacts | null>(
    url,
    rounds.map((round) => `block(chain: "${chain}", round: ${round}) { ${BLOCK_FACTS} }`),
  );
  return blocks.filter((block) => block !== null);
}

interface IdPage {
  readonly nodes: readonly { readonly id: string }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

async function idsOf(url: string, { chain, round }: BlockFacts): Promise<string[]> {
  const ids: string[] = [];
  const query = `query ($chain: ID!, $round: Round!, $after: String) { block(chain: $chain, round: $round) {
    transactions(first: 100, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } } }`;
  for (let after: string | null = null; ; ) {
    const data = await insist(url, query, { chain: chain.id, round, after });
    const { nodes, pageInfo } = (data.block as { readonly transactions: IdPage }).transactions;
    ids.push(...nodes.map(({ id }) => id));
    if (!pageInfo.hasNextPage) return ids;
    after = pageInfo.endCursor;
  }
}

export interface Genesis {
  readonly chains: readonly string[];
  readonly addresses: readonly string[];
  /** Of every account on every chain. */
  readonly balance: bigint;
}

/** Checks the whole ledger against what was signed; answers all blocks, by chain and round. */
export async function audit(
  url: string,
  genesis: Genesis,
  sent: readonly Sent[],
): Promise<readonly BlockFacts[]> {
  const data = await insist(url, '{ shard(id: "0") { headRound } network { id } }');
  const { headRound } = data.shard as { readonly headRound: number };
  const networkChains = [...genesis.chains, ...(sent.some(isCreation) ? ["T3"] : [])];
  const signed = new Map(sent.map((one) => [one.id, one]));
  const places = new Map<string, BlockFacts>();
  const all: BlockFacts[] = [];
  for (const chain of networkChains) {
    const blocks = await walk(url, chain, headRound);
    all.push(...blocks);
    for (const [i, block] of blocks.entries()) {
      if (i > 0) expect(block.parent, `${chain} ${block.round}`).toBe(blocks[i - 1]?.hash);
      if (block.transactionCount === 0) continue;
      const ids = await idsOf(url, block);
      expect(ids.length).toBe(block.transactionCount);
      for (const id of ids) {
        expect(places.get(id), `${id} is in two blocks`).toBeUndefined();
        expect(signed.get(id)?.chain, `${id} was signed for the chain`).toBe(chain);
        places.set(id, block);
      }
    }
  }
  await auditStatuses(url, sent, places);
  await auditBalances(url, networkChains, genesis, sent, places);
  return all;
}

const isCreation = ({ to }: Sent): boolean => to === null;

/** Every accepted transaction is in a block, executed once; or it expired, and is in none. */
async function auditStatuses(
  url: string,
  sent: readonly Sent[],
  places: ReadonlyMap<string, BlockFacts>,
): Promise<void> {
  const statuses = await statusesOf(url, sent);
  for (const [i, one] of sent.entries()) {
    const status = statuses[i];
    const place = places.get(one.id);
    if (place !== undefined) {
      expect(status, one.id).toMatchObject({
        status: "FINAL",
        code: 2,
        legs: [{ round: place.round }],
      });
      expect(place.round).toBeLessThanOrEqual(one.validUntil);
    } else if (one.accepted) {
      expect([one.id, status?.status, status?.code]).toEqual([one.id, "EXPIRED", 0]);
    } else expect(one.refused, `${one.id} has no answer`).not.toBeNull();
  }
}

async function auditBalances(
  url: string,
  chains: readonly string[],
  genesis: Genesis,
  sent: readonly Sent[],
  places: ReadonlyMap<string, BlockFacts>,
): Promise<void> {
  for (const chain of chains) {
    const isNew = !genesis.chains.includes(chain);
    const amounts = new Map(genesis.addresses.map((one) => [one, isNew ? 0n : genesis.balance]));
    const nonces = new Map(genesis.addresses.map((one) => [one, 0]));
    const add = (address: string, amount: bigint): void => {
      amounts.set(address, (amounts.get(address) ?? 0n) + amount);
    };
    let fees = 0n;
    for (const one of sent) {
      if (!places.has(one.id)) continue;
      if (isNew && isCreation(one)) add(one.from, TOKEN_SUPPLY);
      if (one.chain !== chain) continue;
      fees += one.fee;
      add(one.from, -one.fee - one.amount);
      if (one.to !== null) add(one.to, one.amount);
      nonces.set(one.from, (nonces.get(one.from) ?? 0) + 1);
    }
    const balances = await askMany<{ readonly balance: { amount: string; nonce: number } }>(
      url,
      genesis.addresses.map(
        (address) =>
          `account(address: "${address}") { balance(chain: "${chain}") { amount nonce } }`,
      ),
    );
    let sum = fees;
    for (const [i, address] of genesis.addresses.entries()) {
      const { amount, nonce } = balances[i]?.balance ?? { amount: "?", nonce: -1 };
      expect([chain, address, amount, nonce]).toEqual([
        chain,
        address,
        `${amounts.get(address)}`,
        nonces.get(address),
      ]);
      sum += BigInt(amount);
    }
    const data = await insist(url, "query ($id: ID!) { chain(id: $id) { supply } }", { id: chain });
    // R-2.6: what accounts hold and what they paid is what there is.
    expect(`${sum}`).toBe((data.chain as { readonly supply: string }).supply);
  }
}
