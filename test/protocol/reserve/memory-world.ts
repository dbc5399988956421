// The ledger's own judgement and execution over maps, without blocks or storage: fast enough for a
// hundred thousand histories. A mutant is this world with one rule bent, to show that the checks
// would notice.

import { BlockAssembler } from "../../../src/protocol/blocks/assembler.ts";
import { concatBytes, toHex } from "../../../src/protocol/encoding/bytes.ts";
import { decodeStored } from "../../../src/protocol/encoding/codec.ts";
import { type Account, accountCodec, EMPTY_ACCOUNT } from "../../../src/protocol/ledger/account.ts";
import type { ChainRecord } from "../../../src/protocol/ledger/chain-record.ts";
import { amountCodec } from "../../../src/protocol/ledger/chain-state.ts";
import { executeRound } from "../../../src/protocol/ledger/execute-round.ts";
import type { Receipt } from "../../../src/protocol/ledger/receipt.ts";
import type { VerifiedTransaction } from "../../../src/protocol/ledger/unverified.ts";
import { accountKey, unattributedFeesKey } from "../../../src/protocol/merkle/state-key.ts";
import type { InclusionJudgement } from "../../../src/protocol/reserve/inclusion.ts";
import { chainWindows, type RoundInclusions } from "../../../src/protocol/reserve/window.ts";
import { testGenesis } from "../../support/genesis.ts";
import { ALONE } from "../../support/reach.ts";
import { paperAccount } from "../../support/signer.ts";
import { paperAuthorisation, paperTransaction } from "../../support/transactions.ts";
import type { Candidate, Schedule } from "./schedule.ts";

/** Rules bent on purpose. */
export interface Mutant {
  /** How many rounds the window has, the judged one in it. */
  readonly windowRounds?: (k: number) => number;
  /** Which state consensus reads, in rounds before n. */
  readonly stateLag?: (k: number) => number;
  /** as execution hears of it. */
  readonly executedEmptying?: (judged: boolean) => boolean;
  readonly forgetAuthorisations?: boolean;
}

export const NETWORK_ID: Uint8Array = new Uint8Array(32).fill(7);
export const ACCOUNTS = ["A", "B", "C", "D"].map((name) => paperAccount(name));
const [RECORD] = testGenesis().chains;

const accountAt = (index: number) => {
  const account = ACCOUNTS[index];
  if (account === undefined) throw new RangeError(`No account ${index}`);
  return account;
};

export function transactionOf(
  { from, effect, gasLimit, price, nonce, authorisations }: Candidate,
  networkId: Uint8Array = NETWORK_ID,
): VerifiedTransaction {
  return paperTransaction(networkId, {
    payer: accountAt(from),
    nonce,
    gasLimit,
    gasPrice: BigInt(price),
    authorisations: authorisations.map((one) =>
      paperAuthorisation({
        owner: accountAt(one.owner),
        delegate: accountAt(one.delegate),
        nonce: one.nonce,
        allowance: BigInt(one.allowance),
        lastRound: one.lastRound,
      }),
    ),
    payload: payloadOf(effect),
  });
}

function payloadOf(effect: Candidate["effect"]) {
  switch (effect.kind) {
    case "transfer":
      return {
        kind: effect.kind,
        to: accountAt(effect.to).address,
        amount: BigInt(effect.amount),
      };
    case "spendFrom":
      return {
        kind: effect.kind,
        owner: accountAt(effect.owner).address,
        to: accountAt(effect.to).address,
        amount: BigInt(effect.amount),
      };
    case "setReserve":
      return {
        kind: effect.kind,
        reserve: effect.reserve === null ? null : BigInt(effect.reserve),
      };
    case "delegate":
    case "revoke":
      return { kind: effect.kind };
  }
}

type Entries = ReadonlyMap<string, Uint8Array>;

export class MemoryWorld {
  readonly #k: number;
  readonly #record: ChainRecord;
  readonly #mutant: Mutant;
  readonly #states: { readonly round: number; readonly entries: Entries }[];
  readonly #history: RoundInclusions[] = [];
  #assembler: BlockAssembler | null = null;
  #round = 0;
  #placed: { transaction: VerifiedTransaction; possiblyEmptying: readonly boolean[] }[] = [];

  constructor({ k, reserveDefault, accounts }: Omit<Schedule, "steps">, mutant: Mutant = {}) {
    this.#k = k;
    this.#mutant = mutant;
    this.#record = { ...(RECORD as ChainRecord), reserveDefault: BigInt(reserveDefault) };
    const entries = accounts.map(
      ({ balance, reserve, delegation }, index): [string, Uint8Array] => [
        toHex(accountKey(accountAt(index).address)),
        accountCodec.encode({
          ...EMPTY_ACCOUNT,
          balance: BigInt(balance),
          reserve: reserve === null ? null : BigInt(reserve),
          delegation:
            delegation === null
              ? null
              : {
                  delegate: accountAt(delegation.delegate).address,
                  allowance: BigInt(delegation.allowance),
                  lastRound: delegation.lastRound,
                },
        }),
      ],
    );
    this.#states = [{ round: 0, entries: new Map(entries) }];
  }

  begin(round: number): void {
    const { windowRounds = (k) => k, stateLag = (k) => k, forgetAuthorisations } = this.#mutant;
    const k = this.#k;
    const windowOf = chainWindows(this.#history, round, windowRounds(k));
    const known = this.#stateAfter(round - stateLag(k));
    this.#round = round;
    this.#placed = [];
    this.#assembler = new BlockAssembler({
      round,
      k,
      chain: (chain) => (chain === 0 ? this.#record : undefined),
      account: (_, address) => accountIn(known, address),
      ...ALONE,
      usedOffers: () => null,
      window: (chain) =>
        forgetAuthorisations === true
          ? { ...windowOf(chain), authorised: new Set() }
          : windowOf(chain),
    });
  }

  /** The judgement on a transaction that the block includes; null if it is left out. */
  offer(transaction: VerifiedTransaction): InclusionJudgement | null {
    const added = this.#assembler?.add(transaction);
    if (added === undefined || !added.ok) return null;
    const { executedEmptying = (judged) => judged } = this.#mutant;
    const possiblyEmptying = added.value.legs.map((leg) => executedEmptying(leg.possiblyEmptying));
    this.#placed.push({ transaction, possiblyEmptying });
    return added.value.legs[0] ?? null;
  }

  execute(): readonly Receipt[] {
    const round = this.#round;
    const now = this.#stateAfter(round);
    const { receipts, writes } = executeRound({
      round,
      k: this.#k,
      transactions: this.#placed,
      chain: () => this.#record,
      read: (_, key) => now.get(toHex(key)),
      paysUnbonded: false,
      placement: { shard: 0, bornRound: round + this.#k + 1 },
    });
    const entries = new Map(now);
    for (const { key, value } of writes) {
      if (value === null) entries.delete(toHex(key));
      else entries.set(toHex(key), value);
    }
    this.#states.push({ round, entries });
    if (this.#assembler !== null) this.#history.push(this.#assembler.inclusions());
    return receipts;
  }

  nextNonce(index: number): number {
    const { address, addressHex } = accountAt(index);
    const earlier = accountIn(this.#stateAfter(this.#round - 1), address).nonce;
    const inBlock = this.#placed.filter(({ transaction }) =>
      transaction.transaction.legs.some(
        ({ payment }) => payment !== null && toHex(payment.payer) === addressHex,
      ),
    );
    return earlier + inBlock.length;
  }

  authorisationNonce(index: number): number {
    const known = this.#stateAfter(this.#round - this.#k);
    return accountIn(known, accountAt(index).address).authorisationNonce;
  }

  balance(index: number): bigint {
    return accountIn(this.#stateAfter(this.#round), accountAt(index).address).balance;
  }

  fees(): bigint {
    const bytes = this.#stateAfter(this.#round).get(toHex(unattributedFeesKey()));
    return bytes === undefined ? 0n : decodeStored(amountCodec, bytes);
  }

  /** All of the state after the last round, as bytes. */
  dump(): string {
    const rows = [...this.#stateAfter(this.#round)].sort(([a], [b]) => (a < b ? -1 : 1));
    return toHex(concatBytes(...rows.map(([, value]) => value)));
  }

  #stateAfter(round: number): Entries {
    const state = this.#states.findLast((one) => one.round <= round) ?? this.#states[0];
    return state?.entries ?? new Map();
  }
}

function accountIn(entries: Entries, address: Uint8Array): Account {
  const bytes = entries.get(toHex(accountKey(address)));
  return bytes === undefined ? EMPTY_ACCOUNT : decodeStored(accountCodec, bytes);
}
