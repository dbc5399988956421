// Random histories of trades, offers and payments near the reserves: every included fee can be paid, supplies stay, and no trade is
// executed by half.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BlockAssembler } from "../../../src/protocol/blocks/assembler.ts";
import type { Payload } from "../../../src/protocol/ledger/payload.ts";
import type { Receipt } from "../../../src/protocol/ledger/receipt.ts";
import type { VerifiedTransaction } from "../../../src/protocol/ledger/unverified.ts";
import { testNetwork } from "../../support/genesis.ts";
import { LedgerWorld } from "../../support/ledger-world.ts";
import { paperAccount, type TestAccount } from "../../support/signer.ts";
import { type MakerSide, paperTrade, type Side } from "../../support/trades.ts";
import { paperAuthorisation } from "../../support/transactions.ts";

const CHAINS = 3;
const ACCOUNTS = ["Alice", "Bob", "Carol", "Dave"].map(paperAccount);
const BALANCE = 20_000n;
const RESERVE = 6_000n;
const SUPPLY = BALANCE * BigInt(ACCOUNTS.length);

const account = fc.nat(ACCOUNTS.length - 1);
const chain = fc.nat(CHAINS - 1);
/** Around what an account has, what it may go down to, and little. */
const amount = fc.oneof(
  fc.bigInt(1n, 200n),
  fc.bigInt(BALANCE - RESERVE - 4_000n, BALANCE - RESERVE + 1_000n),
  fc.bigInt(BALANCE - 4_000n, BALANCE + 100n),
);
const price = fc.constantFrom(0n, 1n, 2n);

const sides = fc
  .tuple(account, account, chain, chain, amount, amount, price, price)
  .filter(([a, b, on, other]) => a !== b && on !== other);

type Action =
  | {
      readonly kind: "trade";
      readonly sides: readonly [number, number, number, number, bigint, bigint, bigint, bigint];
    }
  | {
      readonly kind: "take";
      readonly sides: readonly [number, number, number, number, bigint, bigint, bigint, bigint];
      readonly offer: bigint;
      readonly open: boolean;
      readonly end: number;
    }
  | { readonly kind: "cancel"; readonly by: number; readonly on: number; readonly offer: bigint }
  | {
      readonly kind: "pay";
      readonly by: number;
      readonly to: number;
      readonly on: number;
      readonly amount: bigint;
      readonly price: bigint;
    }
  | {
      readonly kind: "spend";
      readonly by: number;
      readonly owner: number;
      readonly on: number;
      readonly amount: bigint;
    }
  | { readonly kind: "delegate"; readonly by: number; readonly owner: number; readonly on: number }
  | { readonly kind: "reserve"; readonly by: number; readonly on: number; readonly amount: bigint };

const offer = fc.bigInt(0n, 2n);
const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("trade" as const), sides }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("take" as const),
      sides,
      offer,
      open: fc.boolean(),
      end: fc.integer({ min: 2, max: 12 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant("cancel" as const), by: account, on: chain, offer }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("pay" as const),
      by: account,
      to: account,
      on: chain,
      amount,
      price,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("spend" as const),
      by: account,
      owner: account,
      on: chain,
      amount,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("delegate" as const),
      by: account,
      owner: account,
      on: chain,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("reserve" as const), by: account, on: chain, amount }),
  },
);

const history = fc.array(
  fc.record({
    /** Rounds without a block before this one. */
    gap: fc.constantFrom(0, 0, 0, 1, 3),
    actions: fc.array(action, { minLength: 1, maxLength: 7 }),
    executeNow: fc.boolean(),
  }),
  { minLength: 2, maxLength: 9 },
);

const who = (place: number): TestAccount => ACCOUNTS[place] as TestAccount;

/** One history as it is run. */
class Run {
  readonly world = new LedgerWorld(
    testNetwork({
      chains: CHAINS,
      reserveDefault: RESERVE,
      allocations: ACCOUNTS.flatMap((one) =>
        Array.from({ length: CHAINS }, (_, on) => ({ account: one, balance: BALANCE, chain: on })),
      ),
    }),
  );
  readonly included: VerifiedTransaction[] = [];
  readonly seen: Map<string, number>;
  #used = new Map<string, number>();

  constructor(seen: Map<string, number>) {
    this.seen = seen;
  }

  /** A block of the actions that it can hold, two-chain transactions first. */
  round(round: number, actions: readonly Action[]): void {
    this.world.executeFor(round);
    const assembler = new BlockAssembler(this.world.replica.roundView(round));
    this.#used = new Map();
    const isPair = ({ kind }: Action): boolean => kind === "trade" || kind === "take";
    const chosen: VerifiedTransaction[] = [];
    for (const one of [...actions.filter(isPair), ...actions.filter((one) => !isPair(one))]) {
      const transaction = this.#transaction(one, round);
      const added = assembler.add(transaction);
      if (!added.ok) {
        this.#count(added.refusal.code);
        continue;
      }
      chosen.push(transaction);
      for (const { chain: on, payment } of transaction.transaction.legs) {
        if (payment?.sequence.kind !== "nonce") continue;
        const name = `${on} ${Buffer.from(payment.payer).toString("hex")}`;
        this.#used.set(name, (this.#used.get(name) ?? 0) + 1);
      }
    }
    const { placed } = this.world.round(round, chosen);
    expect(placed.length).toBe(chosen.length);
    this.included.push(...chosen);
  }

  check(): void {
    for (const transaction of this.included) {
      const receipt = this.world.receipts.get(transaction.idHex);
      if (receipt === undefined) throw new Error("Included and not executed");
      this.#count(receipt.reason);
      checkAtomic(transaction, receipt, (key) => this.#count(key));
    }
    for (let on = 0; on < CHAINS; on++) {
      const held = ACCOUNTS.reduce((sum, one) => sum + this.world.account(one, on).balance, 0n);
      expect(held + this.world.replica.state.unattributedFees(on)).toBe(SUPPLY);
    }
  }

  #count(key: string): void {
    this.seen.set(key, (this.seen.get(key) ?? 0) + 1);
  }

  #nonce(by: TestAccount, on: number): number {
    const { replica } = this.world;
    const { nonce } = replica.state.account(on, by.address);
    const used = this.#used.get(`${on} ${by.addressHex}`) ?? 0;
    return nonce + replica.unexecutedNonces(on, by.addressHex) + used;
  }

  #transaction(one: Action, round: number): VerifiedTransaction {
    const { network } = this.world;
    if (one.kind !== "trade" && one.kind !== "take") return this.#single(one, round);
    const [a, b, on, other, gives, wants, ofA, ofB] = one.sides;
    const [first, second] = [who(a), who(b)];
    const taker: Side = {
      payer: second,
      chain: other,
      amount: wants,
      gasPrice: ofB,
      nonce: this.#nonce(second, other),
    };
    if (one.kind === "trade") {
      const side: Side = {
        payer: first,
        chain: on,
        amount: gives,
        gasPrice: ofA,
        nonce: this.#nonce(first, on),
      };
      return paperTrade(network.id, [side, taker], { validUntil: round + 20 });
    }
    const offerValidUntil = round + one.end;
    const maker: MakerSide = {
      payer: first,
      chain: on,
      amount: gives,
      offer: one.offer,
      openTaker: one.open,
      offerValidUntil,
    };
    return paperTrade(network.id, [maker, taker], { validUntil: offerValidUntil });
  }

  #single(
    one: Exclude<Action, { readonly kind: "trade" | "take" }>,
    round: number,
  ): VerifiedTransaction {
    const payer = who(one.by);
    const gasPrice = one.kind === "pay" ? one.price : 1n;
    const spec = {
      payer,
      chain: one.on,
      nonce: this.#nonce(payer, one.on),
      gasPrice,
      validUntil: round + 5,
    };
    const owner = one.kind === "delegate" || one.kind === "spend" ? who(one.owner) : payer;
    const isDelegation = one.kind === "delegate" && owner !== payer;
    const { authorisationNonce } = this.world.replica.state.account(one.on, owner.address);
    const authorisations = isDelegation
      ? [
          paperAuthorisation({
            owner,
            delegate: payer,
            chain: one.on,
            nonce: authorisationNonce,
            lastRound: round + 6,
          }),
        ]
      : [];
    return this.world.paper({
      ...spec,
      payload: payloadOf(one, owner, isDelegation, round),
      authorisations,
    });
  }
}

function payloadOf(
  one: Exclude<Action, { readonly kind: "trade" | "take" }>,
  owner: TestAccount,
  isDelegation: boolean,
  round: number,
): Payload {
  switch (one.kind) {
    case "cancel":
      return { kind: "cancelOffer", offer: one.offer, validUntil: round + 8 };
    case "pay":
      return { kind: "transfer", to: who(one.to).address, amount: one.amount };
    case "spend":
      return {
        kind: "spendFrom",
        owner: owner.address,
        to: who(one.by).address,
        amount: one.amount,
      };
    case "delegate":
      return isDelegation ? { kind: "delegate" } : { kind: "revoke" };
    case "reserve":
      return { kind: "setReserve", reserve: one.amount };
  }
}

/** both amounts as signed, or nothing but fees. */
function checkAtomic(
  { transaction }: VerifiedTransaction,
  { code, movements }: Receipt,
  count: (key: string) => void,
): void {
  const { payload, legs } = transaction;
  if (payload.kind !== "trade") return;
  const moved = movements.filter(({ to }) => to.kind === "account");
  count(`trade of code ${code}`);
  if (code === 1) {
    expect(moved).toEqual([]);
    return;
  }
  const [first, second] = legs.map(({ payment }) => payment?.payer);
  expect(moved).toEqual([
    {
      chain: legs[0]?.chain,
      from: { kind: "account", address: first },
      to: { kind: "account", address: second },
      amount: payload.firstAmount,
    },
    {
      chain: legs[1]?.chain,
      from: { kind: "account", address: second },
      to: { kind: "account", address: first },
      amount: payload.secondAmount,
    },
  ]);
}

describe("histories with trades", () => {
  it("R-2.6 R-5.6 R-6.6 fees can always be paid, supplies stay, trades are whole", () => {
    const seen = new Map<string, number>();
    fc.assert(
      fc.property(history, (rounds) => {
        const run = new Run(seen);
        let round = 0;
        for (const { gap, actions, executeNow } of rounds) {
          round += 1 + gap;
          run.round(round, actions);
          if (executeNow) run.world.executeAll();
        }
        run.world.executeAll();
        run.check();
      }),
      { numRuns: process.env.DEEP === undefined ? 250 : 20_000 },
    );
    // A history in which none of these ever happens proves nothing about them.
    for (const key of [
      "trade of code 1",
      "trade of code 2",
      "senderDip",
      "insufficientBalance",
      "offerUsed",
      "OFFER_USED",
      "OFFER_IN_FLIGHT",
      "TAKER_LACKS_FUNDS",
      "RESERVE_EXCEEDED",
    ]) {
      expect([key, (seen.get(key) ?? 0) > 3]).toEqual([key, true]);
    }
  });
});
