// Section 6 read once more, as plainly as it can be: full history, states of all rounds, no verdict
// kept, no code of the ledger. What it says of each transaction is compared with what the ledger
// does.
import type { Candidate, ScheduledAccount } from "./schedule.ts";

interface OracleAccount {
  balance: number;
  nonce: number;
  authorisationNonce: number;
  /** All settings ever, ascending by the round from which each is in force. */
  reserves: { from: number; reserve: number | null }[];
  delegation: { delegate: number; allowance: number; lastRound: number } | null;
}

interface Included {
  readonly round: number;
  readonly place: number;
  readonly candidate: Candidate;
  readonly fee: number;
  readonly value: number;
}

export interface OracleGenesis {
  readonly k: number;
  readonly reserveDefault: number;
  readonly accounts: readonly ScheduledAccount[];
}

export class Oracle {
  readonly #k: number;
  readonly #reserveDefault: number;
  /** After every round that executed something; the first is the genesis, as of round 0. */
  readonly #states: { round: number; accounts: OracleAccount[] }[];
  readonly #history: Included[] = [];
  #round = 0;

  constructor({ k, reserveDefault, accounts }: OracleGenesis) {
    this.#k = k;
    this.#reserveDefault = reserveDefault;
    const first = accounts.map(
      ({ balance, reserve, delegation }): OracleAccount => ({
        balance,
        nonce: 0,
        authorisationNonce: 0,
        reserves: [{ from: 0, reserve }],
        delegation: delegation === null ? null : { ...delegation },
      }),
    );
    this.#states = [{ round: 0, accounts: first }];
  }

  get balances(): number[] {
    return this.#stateAfter(this.#round).map(({ balance }) => balance);
  }

  begin(round: number): void {
    this.#round = round;
  }

  /** The nonce of the account's next transaction in the block at work. */
  nextNonce(account: number): number {
    return this.#history.filter(({ candidate }) => candidate.from === account).length;
  }

  /** The account's authorisation nonce after round n-k. */
  authorisationNonce(account: number): number {
    return at(this.#stateAfter(this.#round - this.#k), account).authorisationNonce;
  }

  /** Whether the block includes the candidate next. */
  offer(candidate: Candidate): boolean {
    const { effect, gasLimit, price, from, authorisations } = candidate;
    const round = this.#round;
    const known = this.#stateAfter(round - this.#k);
    for (const { owner, nonce } of authorisations) {
      if (nonce < at(known, owner).authorisationNonce) return false;
    }
    const judged: Included = {
      round,
      place: this.#history.filter((one) => one.round === round).length,
      candidate,
      fee: gasLimit * price,
      value: effect.kind === "transfer" ? effect.amount : 0,
    };
    const earlier = this.#history.filter(
      (one) => one.candidate.from === from && one.round > round - this.#k,
    );
    const inflight = [...earlier, judged];
    const first = at(inflight, 0);
    const { balance } = at(known, from);
    const reserve = this.#smallestReserve(at(known, from), round);
    let includable: boolean;
    if (first === judged && this.#isPossiblyEmptying(judged)) {
      includable = judged.fee <= balance;
    } else if (this.#isPossiblyEmptying(first)) {
      const left = Math.max(0, balance - first.value - first.fee);
      includable = sumOfFees(inflight.slice(1)) <= Math.min(reserve, left);
    } else {
      includable = sumOfFees(inflight) <= Math.min(reserve, balance);
    }
    if (includable) this.#history.push(judged);
    return includable;
  }

  /** Executes the block at work: the code of each transaction, in order. */
  execute(): number[] {
    const block = this.#history.filter(({ round }) => round === this.#round);
    let accounts = structuredClone(this.#stateAfter(this.#round));
    const codes: number[] = [];
    for (const included of block) {
      const charged = structuredClone(accounts);
      this.#charge(charged, included);
      const changed = structuredClone(charged);
      const done = this.#apply(changed, included) && !this.#dips(accounts, changed, included);
      accounts = done ? changed : charged;
      codes.push(done ? 2 : 1);
    }
    this.#states.push({ round: this.#round, accounts });
    return codes;
  }

  /** The fee, and what survives a revert: the nonce and the authorisations. */
  #charge(accounts: OracleAccount[], { candidate, fee }: Included): void {
    const payer = at(accounts, candidate.from);
    payer.balance -= fee;
    if (payer.balance < 0) throw new Error("R-6.6 A fee cannot be paid");
    payer.nonce += 1;
    for (const { owner, delegate, nonce, allowance, lastRound } of candidate.authorisations) {
      const account = at(accounts, owner);
      if (nonce < account.authorisationNonce) continue;
      account.authorisationNonce = nonce + 1;
      account.delegation = { delegate, allowance, lastRound };
    }
  }

  #apply(accounts: OracleAccount[], { candidate, round }: Included): boolean {
    const { from, effect } = candidate;
    const payer = at(accounts, from);
    switch (effect.kind) {
      case "transfer":
        return move(payer, at(accounts, effect.to), effect.amount);
      case "spendFrom": {
        const owner = at(accounts, effect.owner);
        const { delegation } = owner;
        if (delegation === null || delegation.delegate !== from) return false;
        if (delegation.lastRound < round || delegation.allowance < effect.amount) return false;
        delegation.allowance -= effect.amount;
        return move(owner, at(accounts, effect.to), effect.amount);
      }
      case "revoke":
        payer.delegation = null;
        payer.authorisationNonce += 1;
        return true;
      case "setReserve":
        payer.reserves.push({ from: round + this.#k, reserve: effect.reserve });
        return true;
      case "delegate":
        return true;
    }
  }

  /** over all accounts, lowered by the effects or not. */
  #dips(before: OracleAccount[], after: OracleAccount[], included: Included): boolean {
    return before.some((account, index) => {
      const isSender = index === included.candidate.from;
      const fee = isSender ? included.fee : 0;
      const { balance } = at(after, index);
      if (balance >= account.balance - fee) return false;
      if (isSender && this.#isPossiblyEmptying(included)) return false;
      const reserve = this.#reserveAt(account, included.round);
      return balance < Math.min(reserve, account.balance) - fee;
    });
  }

  /** looked up in the whole history. */
  #isPossiblyEmptying({ round, place, candidate }: Included): boolean {
    const { from } = candidate;
    const sentBefore = this.#history.some(
      (one) =>
        one.candidate.from === from &&
        (one.round === round
          ? one.place < place
          : one.round < round && one.round >= round - this.#k + 1),
    );
    return !sentBefore && this.#isUndelegated(from, round, place, candidate);
  }

  /** */
  #isUndelegated(account: number, round: number, place: number, judged: Candidate): boolean {
    const { delegation } = at(this.#stateAfter(round - this.#k), account);
    if (delegation !== null && delegation.lastRound > round - this.#k) return false;
    const candidates = this.#history
      .filter((one) => one.round > round - this.#k)
      .filter((one) => one.round < round || (one.round === round && one.place < place))
      .map(({ candidate }) => candidate);
    return ![...candidates, judged].some(({ authorisations }) =>
      authorisations.some(({ owner }) => owner === account),
    );
  }

  #reserveAt({ reserves }: OracleAccount, round: number): number {
    const inForce = reserves.filter(({ from }) => from <= round).at(-1);
    return inForce?.reserve ?? this.#reserveDefault;
  }

  #smallestReserve(account: OracleAccount, round: number): number {
    let smallest = Number.POSITIVE_INFINITY;
    for (let one = round - this.#k + 1; one <= round; one++) {
      smallest = Math.min(smallest, this.#reserveAt(account, Math.max(one, 0)));
    }
    return smallest;
  }

  #stateAfter(round: number): OracleAccount[] {
    const state = this.#states.findLast((one) => one.round <= round) ?? this.#states[0];
    return state?.accounts ?? [];
  }
}

const sumOfFees = (list: readonly Included[]): number =>
  list.reduce((sum, { fee }) => sum + fee, 0);

function move(source: OracleAccount, target: OracleAccount, amount: number): boolean {
  if (source.balance < amount) return false;
  source.balance -= amount;
  target.balance += amount;
  return true;
}

function at<T>(list: readonly T[], index: number): T {
  const item = list[index];
  if (item === undefined) throw new RangeError(`Nothing at ${index}`);
  return item;
}
