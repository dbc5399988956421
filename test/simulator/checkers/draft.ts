// An observation written by hand: a small world whose author says what everybody saw. Nothing here computes what a ledger would do, so
// that a checker is measured against arithmetic done on paper.
import type {
  Checker,
  Observation,
  ObservedAccount,
  ObservedAnswer,
  ObservedAuthorisation,
  ObservedBlock,
  ObservedChain,
  ObservedLeg,
  ObservedPayload,
  ObservedReceipt,
  ObservedReplica,
  ObservedTransaction,
} from "../../../src/simulator/checkers/observation.ts";

export type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

export interface Signing {
  readonly payer: string;
  readonly nonce: number;
  readonly chain?: number;
  readonly payload?: ObservedPayload;
  readonly fee?: bigint;
  readonly gasLimit?: number;
  readonly validUntil?: number;
  readonly authorisations?: readonly ObservedAuthorisation[];
}

export interface DraftOptions {
  readonly k?: number;
  /** As many shards, with one chain each; else one shard. */
  readonly shards?: number;
  readonly chains?: number;
  readonly reserve?: bigint;
  readonly gasPriceMin?: bigint;
  /** On every chain. */
  readonly balances?: Readonly<Record<string, bigint>>;
}

export const ROUND_MS = 500;
export const SEATS = 4;
export const GENESIS_HASH = "genesis";

export const transfer = (to: string, amount: bigint): ObservedPayload => ({
  kind: "transfer",
  to,
  amount,
});

export const authorise = (
  owner: string,
  delegate: string,
  more: Partial<ObservedAuthorisation> = {},
): ObservedAuthorisation => ({
  chain: 0,
  owner,
  delegate,
  allowance: 1_000n,
  lastRound: 1_000,
  nonce: 0,
  ...more,
});

/** What can be changed before it is looked at: every list of an observation. */
export class Draft {
  readonly genesis: Mutable<Observation["genesis"]>;
  readonly transactions = new Map<string, Mutable<ObservedTransaction>>();
  readonly answers: ObservedAnswer[] = [];
  readonly commits: Mutable<ObservedBlock>[] = [];
  readonly receipts: Mutable<ObservedReceipt>[] = [];
  readonly replicas: Mutable<ObservedReplica>[] = [];
  readonly heads: Mutable<Observation["heads"][number]>[] = [];
  readonly awake: Mutable<Observation["awake"][number]>[] = [];
  readonly executed: Mutable<Observation["executed"][number]>[] = [];
  readonly accounts: Mutable<ObservedAccount>[] = [];
  readonly validators: Mutable<Observation["validators"][number]>[] = [];
  readonly stakes: Mutable<Observation["stakes"][number]>[] = [];
  readonly unattributed = new Map<number, bigint>();
  readonly created: Mutable<Observation["created"][number]>[] = [];
  readonly notarised: Mutable<Observation["notarised"][number]>[] = [];
  readonly logs: Mutable<Observation["logs"][number]>[] = [];
  readonly epochs: Mutable<Observation["epochs"][number]>[] = [];
  readonly knownEpochs = new Map<number, number>();
  readonly opened: Mutable<Observation["opened"][number]>[] = [];
  readonly equivocations: string[] = [];
  ballots: Observation["ballots"] = null;
  readonly failed: Mutable<Observation["failed"][number]>[] = [];
  readonly invalid: Observation["invalid"][number][] = [];
  readonly stopped: string[] = [];
  readonly world: Mutable<Observation["world"]> = {
    isFaultFree: false,
    cartels: [],
    mempoolMax: null,
    healedMs: null,
    endMs: 100 * ROUND_MS,
    isAsleep: true,
    probes: [],
  };

  constructor(options: DraftOptions = {}) {
    const { k = 3, shards = 1, reserve = 10_000n, gasPriceMin = 1n, balances = {} } = options;
    const { chains = shards } = options;
    const holders = Object.entries(balances);
    const supply = holders.reduce((sum, [, balance]) => sum + balance, 0n);
    const ids = Array.from({ length: chains }, (_, chain) => chain);
    this.genesis = {
      k,
      roundMs: ROUND_MS,
      seats: SEATS,
      saturation: null,
      shards: Array.from({ length: shards }, (_, shard) => shard),
      sets: [{ set: 1, shards: Array.from({ length: shards }, (_, shard) => shard) }],
      chains: ids.map(
        (chain): ObservedChain => ({
          chain,
          shard: chain % shards,
          supply,
          reserveDefault: reserve,
          gasPriceMin,
          bornRound: 0,
        }),
      ),
      balances: ids.flatMap((chain) =>
        holders.map(([address, balance]) => ({ chain, address, balance, reserve: null })),
      ),
      staking: { minimumBond: 1_000n, unbondingRounds: 10 },
      validators: [],
    };
  }

  /** With one leg, by default a transfer of 1 to Zoe, whose fee is 1,000. */
  sign(signing: Signing): string {
    const { chain = 0, fee, payer, nonce, ...more } = signing;
    const { gasLimit = 1_000, ...rest } = more;
    // A price of a unit of gas whose product is the fee: the gas is the least, or the fee itself.
    const [limit, gasPrice] =
      fee === undefined ? [gasLimit, 1n] : fee === 0n ? [gasLimit, 0n] : [Number(fee), 1n];
    const leg = { chain, payer, nonce, gasLimit: limit, gasPrice };
    return this.signLegs([leg], rest);
  }

  signLegs(legs: readonly ObservedLeg[], more: Partial<Omit<Signing, "payer">> = {}): string {
    const { payload = transfer("zoe", 1n), validUntil = 90, authorisations = [] } = more;
    const id = `t${this.transactions.size + 1}`;
    this.transactions.set(id, { id, legs, payload, authorisations, validUntil, isSigned: true });
    return id;
  }

  /** The next block of a shard, over transactions in the order of execution; headers also for `chains`. */
  block(
    round: number,
    order: readonly string[],
    options: { readonly shard?: number; readonly chains?: readonly number[] } = {},
  ): Mutable<ObservedBlock> {
    const { shard = 0, chains: also = [] } = options;
    const parent = this.commits.findLast((block) => block.shard === shard);
    const own = this.genesis.chains.filter((chain) => chain.shard === shard);
    const created = this.created.filter((chain) => chain.shard === shard);
    const block: ObservedBlock = {
      shard,
      epoch: 0,
      round,
      set: 1,
      view: 0,
      hash: `s${shard}r${round}`,
      parent: { round: parent?.round ?? 0, hash: parent?.hash ?? GENESIS_HASH },
      halves: null,
      signers: [0, 1, 2],
      chains: [...own, ...created].flatMap(({ chain }) => {
        const transactions = order.filter((id) =>
          this.transactions.get(id)?.legs.some((leg) => leg.chain === chain),
        );
        if (transactions.length === 0 && !also.includes(chain)) return [];
        return [
          {
            chain,
            hash: `c${chain}r${round}`,
            parent: this.#header(chain)?.hash ?? null,
            stateRoot: this.root(chain, round - this.genesis.k),
            transactions,
          },
        ];
      }),
      order,
    };
    this.commits.push(block);
    return block;
  }

  /** Of a chain after a round: named after the last round that changed it. */
  root(chain: number, round: number): string {
    const last = this.commits.findLast(
      (block) =>
        block.round <= round &&
        block.chains.some((header) => header.chain === chain && header.transactions.length > 0),
    );
    return `root of ${chain} after ${last?.round ?? 0}`;
  }

  receipt(id: string, round: number, code: number, fees: readonly (readonly [number, bigint])[]) {
    const reason = code === 2 ? null : "for a reason";
    this.receipts.push({ id, round, code, reason, fees: new Map(fees) });
  }

  /** The accounts of a chain at the end: balance, and nonce if there is one. */
  holds(chain: number, accounts: Readonly<Record<string, readonly [bigint, number?]>>): void {
    for (const [address, [balance, nonce = 0]] of Object.entries(accounts)) {
      this.accounts.push({ chain, address, balance, nonce });
    }
  }

  /** Everybody has everything, and the MerkleChain notarised it. */
  settle(): void {
    for (const { shard, round, hash } of this.commits) {
      this.notarised.push({ shard, round, hash, atMs: null, saturation: null });
    }
    const headRound = this.commits.at(-1)?.round ?? 0;
    for (const name of ["merkle chain", "set 1"])
      this.logs.push({ name, number: 1, headRound, headHash: GENESIS_HASH });
    for (const shard of new Set(this.genesis.chains.map((chain) => chain.shard))) {
      const head = this.commits.findLast((block) => block.shard === shard);
      for (const name of [`shard ${shard}`, "set 1"]) {
        this.replicas.push({
          name,
          shard,
          headRound: head?.round ?? 0,
          headHash: head?.hash ?? GENESIS_HASH,
          executedRound: head?.round ?? 0,
          roots: new Map(
            this.genesis.chains
              .filter((chain) => chain.shard === shard)
              .map(({ chain }) => [chain, this.root(chain, head?.round ?? 0)]),
          ),
        });
      }
    }
  }

  accepted(id: string, atMs: number): void {
    this.answers.push({ kind: "accepted", id, atMs });
  }

  status(
    id: string,
    atMs: number,
    status: string,
    more: { readonly code?: number; readonly round?: number; readonly askedMs?: number } = {},
  ): void {
    const { code = null, round = null, askedMs = atMs - 1 } = more;
    this.answers.push({ kind: "status", id, askedMs, atMs, status, code, round });
  }

  #header(chain: number) {
    return this.commits
      .flatMap(({ chains }) => chains)
      .findLast((header) => header.chain === chain);
  }
}

/** The violations that a checker finds in a draft, as it is now: checkers keep what they made of an observation. */
export const judged = (checker: Checker, draft: Draft): readonly string[] =>
  checker({ ...draft } satisfies Observation);

/** A moment of a round. */
export const inRound = (round: number): number => round * ROUND_MS + 20;

/** Changes the last answer for a transaction. */
export const retell = (draft: Draft, id: string, change: Partial<ObservedAnswer>): void => {
  const last = draft.answers.findLastIndex((answer) => answer.id === id);
  draft.answers[last] = { ...draft.answers[last], ...change } as ObservedAnswer;
};

/** Takes back what was answered for a transaction, but for its first answers. */
export function forget(draft: Draft, id: string, keep: number): void {
  const own = draft.answers.filter((answer) => answer.id === id).slice(keep);
  for (const answer of own) draft.answers.splice(draft.answers.indexOf(answer), 1);
}
