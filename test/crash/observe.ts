// What a stranger with the API alone can write down of a ledger at the end of a run. Judges nothing:
// that is the checkers' part.
import type {
  Observation,
  ObservedAccount,
  ObservedBlock,
  ObservedGenesis,
  ObservedReceipt,
} from "../../src/simulator/checkers/observation.ts";
import { type Asked, insist, insistMany } from "./insist.ts";
import { bare, type Journal } from "./journal.ts";
import { readStakes } from "./observe-stakes.ts";

interface IdPage {
  readonly nodes: readonly { readonly id: string }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

export interface BlockFacts {
  readonly chain: { readonly id: string; readonly shard: { readonly id: string } };
  readonly round: number;
  readonly hash: string;
  readonly parent: string;
  readonly stateRoot: string;
  readonly jointHeaderHash: string;
  readonly extends: { readonly round: number; readonly hash: string };
  readonly validatorSet: { readonly id: string };
  readonly view: number;
  readonly signerSeats: readonly number[];
  readonly transactionCount: number;
  readonly transactions: IdPage;
}

const PAGE = "{ nodes { id } pageInfo { hasNextPage endCursor } }";
/** Of a block as `...B`. */
export const BLOCK_FACTS = `fragment B on Block { chain { id shard { id } } round hash parent stateRoot
  jointHeaderHash extends { round hash } validatorSet { id } view signerSeats transactionCount
  transactions(first: 100) ${PAGE} }`;

/** Each costs some 1,500 of 10,000 points, for its page of ids. */
const BLOCKS_A_QUERY = 6;

const chainNumber = (id: string): number => Number(id.slice(1));
/** What stands where the first block of a chain names its parent. */
const NOTHING = /^0*$/;

/** A shard's block of one round, of its chains' parts in ascending order. */
export function shardBlock(parts: readonly BlockFacts[]): ObservedBlock {
  const [first] = parts as [BlockFacts];
  const chains = parts.map((part) => ({
    chain: chainNumber(part.chain.id),
    hash: bare(part.hash),
    parent: NOTHING.test(bare(part.parent)) ? null : bare(part.parent),
    stateRoot: bare(part.stateRoot),
    transactions: part.transactions.nodes.map(({ id }) => bare(id)),
  }));
  return {
    shard: Number(first.chain.shard.id),
    // The run is over before the first epoch is.
    epoch: 0,
    round: first.round,
    set: Number(first.validatorSet.id),
    view: first.view,
    hash: bare(first.jointHeaderHash),
    parent: { round: first.extends.round, hash: bare(first.extends.hash) },
    halves: null,
    signers: first.signerSeats,
    chains,
    // with one chain a transaction, each chain's own, chain by chain.
    order: chains.flatMap(({ transactions }) => transactions),
  };
}

/** The rest of a list of which `page` is the first. */
async function restOfIds(asked: Asked, { chain, round }: BlockFacts, page: IdPage) {
  const query = `query ($chain: ID!, $round: Round!, $after: String) {
    block(chain: $chain, round: $round) { transactions(first: 100, after: $after) ${PAGE} } }`;
  const nodes = [...page.nodes];
  for (let { pageInfo } = page; pageInfo.hasNextPage; ) {
    const variables = { chain: chain.id, round, after: pageInfo.endCursor };
    const data = await insist(asked, query, variables);
    const next = (data.block as { readonly transactions: IdPage }).transactions;
    nodes.push(...next.nodes);
    pageInfo = next.pageInfo;
  }
  return nodes;
}

/** A block whose list of ids is whole. */
export async function withAllIds(asked: Asked, facts: BlockFacts): Promise<BlockFacts> {
  const { transactions: page } = facts;
  return { ...facts, transactions: { ...page, nodes: await restOfIds(asked, facts, page) } };
}

interface ShardFacts {
  readonly headRound: number;
  readonly headHash: string;
  readonly executedRound: number;
  readonly nextTick: string | null;
}

/** From the head back to the first, as each names the one before: none can hide. */
async function walk(
  asked: Asked,
  { headRound }: ShardFacts,
  chains: readonly number[],
): Promise<ObservedBlock[]> {
  const blocks: ObservedBlock[] = [];
  for (let round = headRound; round > 0; ) {
    const fields = chains.map((chain) => `block(chain: "T${chain}", round: ${round}) { ...B }`);
    const answers = await insistMany<BlockFacts | null>(asked, fields, BLOCK_FACTS, BLOCKS_A_QUERY);
    const parts: BlockFacts[] = [];
    for (const part of answers) if (part !== null) parts.push(await withAllIds(asked, part));
    if (parts.length === 0) throw new Error(`No chain has a block of round ${round}`);
    const block = shardBlock(parts);
    blocks.push(block);
    if (block.parent.round >= round) throw new Error(`The block of ${round} extends a later one`);
    round = block.parent.round;
  }
  return blocks.reverse();
}

interface HolderFacts {
  readonly kind: "ACCOUNT" | "UNATTRIBUTED_FEES" | "ISSUANCE";
}

interface ReceiptFacts {
  readonly code: number | null;
  readonly outcome: string | null;
  readonly legs: readonly {
    readonly round: number | null;
    readonly movements: readonly {
      readonly chain: { readonly id: string };
      readonly from: HolderFacts;
      readonly to: HolderFacts;
      readonly amount: string;
    }[];
  }[];
}

const RECEIPT = `fragment R on Transaction { code outcome legs { round
  movements { chain { id } from { kind } to { kind } amount } } }`;

interface Receipts {
  readonly receipts: ObservedReceipt[];
  /** By chain: the transaction that issued its supply. */
  readonly creations: ReadonlyMap<number, string>;
}

async function readReceipts(asked: Asked, blocks: readonly ObservedBlock[]): Promise<Receipts> {
  const places = blocks.flatMap(({ chains }) =>
    chains.flatMap(({ chain, transactions }) => transactions.map((id) => ({ id, chain }))),
  );
  const fields = places.map(
    ({ id, chain }) => `transaction(id: "0x${id}", chain: "T${chain}") { ...R }`,
  );
  const answers = await insistMany<ReceiptFacts | null>(asked, fields, RECEIPT);
  const receipts: ObservedReceipt[] = [];
  const creations = new Map<number, string>();
  for (const [i, { id }] of places.entries()) {
    const { code = null, outcome = null, legs = [] } = answers[i] ?? {};
    // Not executed: no receipt.
    if (code === null) continue;
    const fees = new Map<number, bigint>();
    for (const { chain, from, to, amount } of legs.flatMap(({ movements }) => movements)) {
      const number = chainNumber(chain.id);
      if (from.kind === "ISSUANCE") creations.set(number, id);
      if (to.kind !== "UNATTRIBUTED_FEES") continue;
      fees.set(number, (fees.get(number) ?? 0n) + BigInt(amount));
    }
    const reason = outcome === "EXECUTED" ? null : outcome;
    receipts.push({ id, round: legs[0]?.round ?? 0, code, reason, fees });
  }
  return { receipts, creations };
}

interface ChainFacts {
  readonly id: string;
  readonly shard: { readonly id: string };
  readonly supply: string;
  readonly reserveDefault: string;
  readonly gasPriceMin: string;
  readonly bornRound: number;
  readonly unattributedFees: string;
}

async function readChains(asked: Asked): Promise<ChainFacts[]> {
  const data = await insist(
    asked,
    "{ chains(first: 100) { nodes { id shard { id } supply reserveDefault gasPriceMin bornRound unattributedFees } } }",
  );
  return [...(data.chains as { readonly nodes: readonly ChainFacts[] }).nodes];
}

async function readAccounts(
  asked: Asked,
  chains: readonly number[],
  addresses: readonly string[],
): Promise<ObservedAccount[]> {
  const places = chains.flatMap((chain) => addresses.map((address) => ({ chain, address })));
  const answers = await insistMany<{ readonly balance: { amount: string; nonce: number } }>(
    asked,
    places.map(
      ({ chain, address }) =>
        `account(address: "${address}") { balance(chain: "T${chain}") { amount nonce } }`,
    ),
  );
  return places.flatMap((place, i) => {
    const { amount = "0", nonce = 0 } = answers[i]?.balance ?? {};
    return amount === "0" && nonce === 0 ? [] : [{ ...place, balance: BigInt(amount), nonce }];
  });
}

export interface Seen {
  readonly genesis: ObservedGenesis;
  readonly journal: Journal;
  /** Who can have anything: the API does not list a chain's accounts. */
  readonly addresses: readonly string[];
  /** Seen while it ran. */
  readonly blocks: readonly ObservedBlock[];
  readonly notarised: Observation["notarised"];
  readonly healedMs: number;
  readonly probes: readonly string[];
}

export interface Observed {
  readonly observation: Observation;
  /** The shard's history as it is at the end. */
  readonly history: readonly ObservedBlock[];
}

/** Roots of replicas, equivocations and what actors say of themselves cannot be asked for: they stay empty. */
export async function observe(asked: Asked, seen: Seen): Promise<Observed> {
  const { genesis, journal } = seen;
  const endMs = journal.nowMs();
  const data = await insist(
    asked,
    '{ shard(id: "0") { headRound headHash executedRound nextTick } }',
  );
  const shard = data.shard as unknown as ShardFacts;
  const chains = await readChains(asked);
  const numbers = chains.map(({ id }) => chainNumber(id));
  const history = await walk(asked, shard, numbers);
  const { receipts, creations } = await readReceipts(asked, history);
  const head = { headRound: shard.headRound, headHash: bare(shard.headHash) };
  const replica = { name: "shard 0", shard: 0, ...head, executedRound: shard.executedRound };
  const observation: Observation = {
    genesis,
    transactions: journal.transactions,
    answers: journal.answers,
    commits: [...seen.blocks, ...history],
    receipts,
    replicas: [{ ...replica, roots: new Map() }],
    logs: [],
    epochs: [],
    knownEpochs: new Map(),
    opened: [],
    executed: [],
    accounts: await readAccounts(asked, numbers, seen.addresses),
    ...(await readStakes(asked, seen.addresses)),
    unattributed: new Map(
      chains.map(({ id, unattributedFees }) => [chainNumber(id), BigInt(unattributedFees)]),
    ),
    created: chains.slice(genesis.chains.length).map((chain) => ({
      chain: chainNumber(chain.id),
      shard: Number(chain.shard.id),
      supply: BigInt(chain.supply),
      reserveDefault: BigInt(chain.reserveDefault),
      gasPriceMin: BigInt(chain.gasPriceMin),
      bornRound: chain.bornRound,
      transaction: creations.get(chainNumber(chain.id)) ?? "",
    })),
    notarised: seen.notarised,
    equivocations: [],
    ballots: null,
    failed: [],
    invalid: [],
    heads: [],
    awake: [],
    stopped: journal.stopped,
    world: {
      isFaultFree: false,
      cartels: [],
      mempoolMax: null,
      healedMs: seen.healedMs,
      endMs,
      isAsleep: shard.nextTick === null,
      probes: seen.probes,
    },
  };
  return { observation, history };
}
