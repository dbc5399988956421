// Random histories through the real code and through the plain ledger: what may be included, and what comes of it. Two readings of
// one specification, so that a difference is a mistake in one of them.
import { setImmediate } from "node:timers/promises";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { buildShardBlock } from "../../../src/protocol/blocks/build-shard-block.ts";
import type { Payload } from "../../../src/protocol/ledger/payload.ts";
import type { VerifiedTransaction } from "../../../src/protocol/ledger/unverified.ts";
import { check } from "../../../src/simulator/checkers/index.ts";
import type {
  ObservedGenesis,
  ObservedPayload,
  ObservedTransaction,
} from "../../../src/simulator/checkers/observation.ts";
import { PlainLedger } from "../../../src/simulator/checkers/plain-ledger.ts";
import {
  type Candidate,
  candidateOf,
  type Schedule,
  schedules,
} from "../../protocol/reserve/schedule.ts";
import { testNetwork } from "../../support/genesis.ts";
import { paperAccount, type TestAccount } from "../../support/signer.ts";
import { paperAuthorisation } from "../../support/transactions.ts";
import { ObservedLedger } from "./observed-ledger.ts";

const deep = process.env.DEEP !== undefined;
const RUNS = deep ? 2_000 : 200;
const CHUNK = 50;
const TIMEOUT_MS = deep ? 60 * 60_000 : 120_000;
const SEED = Number(process.env.SEED ?? 20_261_121);
const ACCOUNTS = ["A", "B", "C", "D"].map((name) => paperAccount(name));
const at = (index: number): TestAccount => ACCOUNTS[index] as TestAccount;

type Tally = Map<string, number>;
const count = (tally: Tally, what: string): void =>
  void tally.set(what, (tally.get(what) ?? 0) + 1);

/** The same order in the words of the code and in those of an observation. */
function payloads(effect: Candidate["effect"] | "createToken"): [Payload, ObservedPayload] {
  if (effect === "createToken") {
    const terms = { supply: 20_000n, reserveDefault: 2_000n, gasPriceMin: 0n };
    const names = { symbol: "NEW", name: "New", decimals: 0 };
    return [
      { kind: "createToken", ...names, ...terms },
      { kind: "createToken", ...terms },
    ];
  }
  switch (effect.kind) {
    case "transfer": {
      const { kind, to, amount } = effect;
      return [
        { kind, to: at(to).address, amount: BigInt(amount) },
        { kind, to: at(to).addressHex, amount: BigInt(amount) },
      ];
    }
    case "spendFrom": {
      const { kind, owner, to } = effect;
      const amount = BigInt(effect.amount);
      return [
        { kind, owner: at(owner).address, to: at(to).address, amount },
        { kind, owner: at(owner).addressHex, to: at(to).addressHex, amount },
      ];
    }
    case "setReserve": {
      const reserve = effect.reserve === null ? null : BigInt(effect.reserve);
      return [
        { kind: "setReserve", reserve },
        { kind: "setReserve", reserve },
      ];
    }
    default:
      return [{ kind: effect.kind }, { kind: effect.kind }];
  }
}

class Run {
  readonly #world: ObservedLedger;
  readonly #plain: PlainLedger;
  readonly #chains: number;
  readonly #tally: Tally;
  /** By chain and account: how many are in blocks. */
  readonly #nonces = new Map<string, number>();

  constructor({ k, reserveDefault, accounts }: Schedule, chains: number, tally: Tally) {
    const allocations = accounts.flatMap(({ balance, reserve }, i) =>
      Array.from({ length: balance === 0 ? 0 : chains }, (_, chain) => ({
        account: at(i),
        chain,
        balance: BigInt(balance),
        ...(reserve === null ? {} : { reserve: BigInt(reserve) }),
      })),
    );
    this.#chains = chains;
    this.#tally = tally;
    const genesis = { k, chains, reserveDefault: BigInt(reserveDefault), allocations };
    this.#world = new ObservedLedger(testNetwork(genesis));
    this.#plain = new PlainLedger(this.genesis(), () => 0);
  }

  genesis(): ObservedGenesis {
    return this.#world.observe(ACCOUNTS).genesis;
  }

  round(round: number, actions: Schedule["steps"][number]["actions"]): void {
    this.#world.executeFor(round);
    const included: VerifiedTransaction[] = [];
    const placed = actions
      .map((action, i) => ({ action, chain: this.#chainOf(i + round) }))
      .sort((a, b) => a.chain - b.chain);
    for (const { action, chain } of placed) {
      const [transaction, observed] = this.#transaction(action, chain, round);
      const { left } = buildShardBlock(this.#world.replica.view(round), [...included, transaction]);
      const refusal = left.get(transaction.idHex);
      const verdict = this.#plain.judge(observed, round);
      if ((refusal === undefined) !== (verdict === null)) {
        throw new Error(`Round ${round}, the code ${refusal?.code}, the plain ledger ${verdict}`);
      }
      count(this.#tally, verdict === null ? "included" : (verdict.split(" ")[0] ?? ""));
      if (refusal !== undefined) continue;
      included.push(transaction);
      this.#plain.include(observed, round);
      if (chain >= this.#chains) count(this.#tally, "on a created chain");
      const payer = `${chain} ${action.from}`;
      this.#nonces.set(payer, (this.#nonces.get(payer) ?? 0) + 1);
    }
    if (included.length > 0 || this.#world.replica.hasUncarriedRoot(round)) {
      this.#world.round(round, included);
    }
  }

  violations(): readonly string[] {
    this.#world.executeAll();
    const observation = this.#world.observe(ACCOUNTS);
    for (const { code, reason } of observation.receipts) count(this.#tally, `${code} ${reason}`);
    return check(observation);
  }

  /** On several chains: those of the genesis, those created, and now and then one that is not there. */
  #chainOf(place: number): number {
    if (this.#chains === 1) return 0;
    return (place * 7) % (this.#plain.chains.size + (place % 5 === 0 ? 1 : 0));
  }

  #transaction(
    action: Schedule["steps"][number]["actions"][number],
    chain: number,
    round: number,
  ): [VerifiedTransaction, ObservedTransaction] {
    const candidate = candidateOf(
      action,
      {
        nextNonce: (from) => this.#nonces.get(`${chain} ${from}`) ?? 0,
        authorisationNonce: (owner) =>
          this.#plain.chains.get(chain)?.account(at(owner).addressHex, round - this.#plain.k)
            .authorisationNonce ?? 0,
      },
      round,
    );
    const { from, nonce, price, authorisations } = candidate;
    const creates =
      this.#chains > 1 && chain === 0 && price === 0 && candidate.effect.kind === "transfer";
    const gasLimit = creates ? 50_000 + 1_000 * authorisations.length : candidate.gasLimit;
    const [payload, words] = payloads(creates ? "createToken" : candidate.effect);
    const transaction = this.#world.paper({
      payer: at(from),
      nonce,
      chain,
      payload,
      gasLimit,
      gasPrice: BigInt(price),
      validUntil: round + (round % 7) - 1,
      authorisations: authorisations.map(({ owner, delegate, ...rest }) =>
        paperAuthorisation({
          ...rest,
          chain,
          owner: at(owner),
          delegate: at(delegate),
          allowance: BigInt(rest.allowance),
        }),
      ),
    });
    const payer = at(from).addressHex;
    const observed = this.#world.know(transaction, {
      legs: [{ chain, payer, nonce, gasLimit, gasPrice: BigInt(price) }],
      payload: words,
      authorisations: authorisations.map(({ owner, delegate, ...rest }) => ({
        ...rest,
        chain,
        owner: at(owner).addressHex,
        delegate: at(delegate).addressHex,
        allowance: BigInt(rest.allowance),
      })),
      validUntil: round + (round % 7) - 1,
      isSigned: true,
    });
    return [transaction, observed];
  }
}

/** The delegations with which a schedule begins, as transactions of a first round that cost nothing. */
const delegations = ({ accounts }: Schedule): Schedule["steps"][number]["actions"] =>
  accounts.flatMap(({ delegation }, owner) => {
    if (delegation === null) return [];
    const { lastRound, ...rest } = delegation;
    const authorisations = [{ ...rest, owner, ahead: 0, life: lastRound }];
    const effect = { kind: "delegate" as const };
    return [{ from: owner, effect, extraGas: 0, free: true, authorisations }];
  });

/** In chunks, so that the runner hears of us. */
async function runs(chains: number): Promise<Tally> {
  const tally: Tally = new Map();
  const property = fc.property(schedules, (schedule) => {
    const run = new Run(schedule, chains, tally);
    let round = 1;
    run.round(round, delegations(schedule));
    for (const { gap, actions } of schedule.steps) {
      round += 1 + gap;
      run.round(round, actions);
    }
    expect(run.violations()).toEqual([]);
  });
  for (let done = 0; done < RUNS; done += CHUNK) {
    fc.assert(property, { numRuns: CHUNK, seed: SEED + done });
    await setImmediate();
  }
  return tally;
}

describe("the code and the plain ledger", () => {
  const reached = ["included", "R-2.3", "R-6.2", "R-6.4", "2 executed", "1 insufficientBalance"];

  it(
    "R-6.1 R-6.4 R-6.5 R-6.7 agree on one chain",
    async () => {
      const tally = await runs(1);
      const all = [...reached, "1 senderDip", "1 ownerDip", "1 notDelegated"];
      for (const what of all) expect([what, (tally.get(what) ?? 0) > 5]).toEqual([what, true]);
    },
    TIMEOUT_MS,
  );

  it(
    "R-2.10 R-6.2 agree on several chains, created ones too",
    async () => {
      const tally = await runs(2);
      for (const what of [...reached, "R-2.10", "on a created chain"]) {
        expect([what, (tally.get(what) ?? 0) > 5]).toEqual([what, true]);
      }
    },
    TIMEOUT_MS,
  );
});
