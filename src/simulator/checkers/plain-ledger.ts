// Sections 2 and 6 of the specification read once more, as plainly as they can be: every chain's whole history, the state after every
// round kept, one transaction after the other. What may be included asks for the state after round n-k by its number.
import type {
  ObservedChain,
  ObservedGenesis,
  ObservedLeg,
  ObservedTransaction,
} from "./observation.ts";
import { PlainChain } from "./plain-chain.ts";
import { execute, type Outcome } from "./plain-execution.ts";
import { judgeInclusion } from "./plain-inclusion.ts";
import { feeOf, legValue } from "./plain-leg.ts";
import { PlainStakes } from "./plain-stakes.ts";
import { offerIn } from "./plain-trade.ts";

export interface Created extends ObservedChain {
  readonly transaction: string;
}

export class PlainLedger {
  readonly k: number;
  readonly chains = new Map<number, PlainChain>();
  readonly created: Created[] = [];
  readonly stakes: PlainStakes;
  /** rounds in which every pair of shards has its turn once. */
  readonly cycle: number;
  readonly #shardOf: (transaction: string) => number;

  /** `shardOf` says where a created chain was placed: the ledger has no part in it. */
  constructor(genesis: ObservedGenesis, shardOf: (transaction: string) => number) {
    this.k = genesis.k;
    this.stakes = new PlainStakes(genesis);
    this.#shardOf = shardOf;
    const { length: shards } = genesis.shards;
    this.cycle = shards % 2 === 0 ? shards - 1 : shards;
    for (const chain of genesis.chains) this.chains.set(chain.chain, new PlainChain(chain, this.k));
    const first = Number.NEGATIVE_INFINITY;
    for (const { chain, address, balance, reserve } of genesis.balances) {
      this.chains.get(chain)?.change(first, address, { balance });
      if (reserve !== null) this.chains.get(chain)?.setReserve(first, address, reserve);
    }
  }

  /** The chain of a leg or an authorisation; throws if nobody made it. */
  chain(chain: number): PlainChain {
    const known = this.chains.get(chain);
    if (known === undefined) throw new RangeError(`There is no chain ${chain}`);
    return known;
  }

  /** Why a block of `round`, behind all that is known of it, may not hold the transaction; null if it may. */
  judge(transaction: ObservedTransaction, round: number): string | null {
    return judgeInclusion(this, transaction, round);
  }

  /** for the payer of a leg. */
  isPossiblyEmptying(transaction: ObservedTransaction, leg: ObservedLeg, round: number): boolean {
    const chain = this.chain(leg.chain);
    return (
      chain.inflight(leg.payer, round).length === 0 &&
      chain.isUndelegated(leg.payer, round) &&
      !transaction.authorisations.some((one) => one.owner === leg.payer && one.chain === leg.chain)
    );
  }

  /** Takes a transaction into the block of `round`, behind those taken before, and executes it. */
  include(transaction: ObservedTransaction, round: number): Outcome {
    const sent = transaction.legs.map((leg) => ({
      round,
      fee: feeOf(transaction, leg),
      value: legValue(transaction, leg),
      usesNonce: leg.nonce !== null,
      isPossiblyEmptying: this.isPossiblyEmptying(transaction, leg, round),
    }));
    const outcome = execute(this, transaction, round, sent);
    for (const [i, leg] of transaction.legs.entries()) {
      this.chain(leg.chain).send(leg.payer, sent[i] as (typeof sent)[number]);
    }
    const offer = offerIn(transaction);
    if (offer !== null) this.chain(offer.chain).take(offer.maker, offer.number, round);
    for (const { chain, owner } of transaction.authorisations) {
      this.chains.get(chain)?.authorise(owner, round);
    }
    return outcome;
  }

  /** behind the transactions of a round in which one is on T0, what is due comes back. */
  payUnbonded(round: number): void {
    const chain = this.chain(0);
    for (const { staker, amount } of this.stakes.pay(round)) {
      chain.change(round, staker, { balance: chain.account(staker).balance + amount });
    }
  }

  /** */
  create({ id, legs, payload }: ObservedTransaction, round: number): void {
    if (payload.kind !== "createToken") return;
    const chain = Math.max(...this.chains.keys()) + 1;
    const { supply, reserveDefault, gasPriceMin } = payload;
    const bornRound = round + this.k + this.cycle;
    const terms = { supply, reserveDefault, gasPriceMin, bornRound };
    const record = { chain, shard: this.#shardOf(id), ...terms, transaction: id };
    const made = new PlainChain(record, this.k);
    made.change(round, legs[0]?.payer ?? "", { balance: supply });
    this.chains.set(chain, made);
    this.created.push(record);
  }
}
