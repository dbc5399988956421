// A shard of four chains on which four accounts are rich, and trades between them.
import type { VerifiedTransaction } from "../../src/protocol/ledger/unverified.ts";
import { type TestAllocation, testNetwork } from "./genesis.ts";
import { LedgerWorld } from "./ledger-world.ts";
import { paperAccount, type TestAccount } from "./signer.ts";
import { type MakerSide, paperTrade, type Side, type Terms } from "./trades.ts";

const account = (name: string): TestAccount => paperAccount(name);
export const alice: TestAccount = account("Alice");
export const bob: TestAccount = account("Bob");
export const carol: TestAccount = account("Carol");
export const dave: TestAccount = account("Dave");
export const RICH: bigint = 1_000_000n;
export const FEE: bigint = 1_500n;

export const everybody: readonly TestAllocation[] = [0, 1, 2, 3].flatMap((chain) =>
  [alice, bob, carol, dave].map((account) => ({ account, balance: RICH, chain })),
);
export const open = (allocations: readonly TestAllocation[] = everybody, k = 3): LedgerWorld =>
  new LedgerWorld(testNetwork({ chains: 4, k, reserveDefault: 100_000n, allocations }));

export const trade = (
  world: LedgerWorld,
  sides: readonly [Side | MakerSide, Side],
  terms: Terms = {},
): VerifiedTransaction => paperTrade(world.network.id, sides, terms);

export const give = (
  world: LedgerWorld,
  payer: TestAccount,
  nonce: number,
  chain: number,
  amount = 1n,
): VerifiedTransaction =>
  world.paper({ payer, nonce, chain, payload: { kind: "transfer", to: dave.address, amount } });

export const balances = (world: LedgerWorld, chain: number): bigint[] =>
  [alice, bob, carol].map((account) => world.account(account, chain).balance);

export function runOne(world: LedgerWorld, round: number, one: VerifiedTransaction): string {
  world.round(round, [one]);
  world.executeAll();
  const receipt = world.receipts.get(one.idHex);
  return receipt?.reason ?? world.refusals.get(one.idHex)?.code ?? "";
}

export const maker = (amount: bigint, changes: Partial<MakerSide> = {}): MakerSide => ({
  payer: alice,
  chain: 1,
  amount,
  offer: 7n,
  ...changes,
});
export const taker = (amount: bigint, changes: Partial<Side> = {}): Side => ({
  payer: bob,
  chain: 0,
  amount,
  ...changes,
});
