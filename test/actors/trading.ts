// Trades between two shards in local networks: sent as a gateway does, and what is left of everything afterwards.
import { expect } from "vitest";
import { ShardQueries } from "../../src/actors/shard-queries.ts";
import { transactionCodec } from "../../src/protocol/ledger/transaction.ts";
import { decodeTransaction } from "../../src/protocol/ledger/unverified.ts";
import type { TestSigner } from "../support/signer.ts";
import { type MakerSide, type Side, signedTrade } from "../support/trades.ts";
import { accepted } from "../support/transactions.ts";
import { Bank, type BankOptions } from "./bank.ts";

export const ALARMS_MAX = 3_000;
export const TRADE_FEE = 1_500n;

export const open = (options: BankOptions = {}): Promise<Bank> =>
  Bank.open({ shards: 4, chains: 4, accounts: 5, tags: true, ...options });

/** Account `a` gives 5 on chain `from` to account `b`, which gives 7 on chain `to`. */
export const sides = (
  bank: Bank,
  [a, from]: readonly [number, number],
  [b, to]: readonly [number, number],
  nonce = 0,
): [Side<TestSigner>, Side<TestSigner>] => [
  { payer: bank.signer(a), chain: from, amount: 5n, nonce },
  { payer: bank.signer(b), chain: to, amount: 7n, nonce },
];

/** Hands the trade to every shard that it touches, as a gateway does; answers its id. */
export async function send(
  bank: Bank,
  parties: readonly [Side<TestSigner> | MakerSide<TestSigner>, Side<TestSigner>],
  validUntil = bank.net.round + 200,
): Promise<Uint8Array> {
  const trade = await signedTrade(bank.net.network.id, parties, { validUntil });
  const bytes = transactionCodec.encode(trade);
  for (const shard of bank.net.network.shardsOf(trade.legs.map(({ chain }) => chain))) {
    const [admission] = bank.admitTo(shard, bytes);
    if (admission?.kind !== "accepted")
      throw new Error(JSON.stringify(admission, (_, v) => `${v}`));
  }
  return accepted(decodeTransaction(bytes, bank.net.network.id)).id;
}

export const balance = (bank: Bank, place: number, chain: number): bigint =>
  bank.net
    .shardOf(bank.shardOf(chain))
    .read(({ replica }) => replica.state.account(chain, bank.signer(place).address).balance);

export const roundOf = (bank: Bank, id: Uint8Array, chain: number): number | null =>
  bank.view(id, chain)?.legs[0]?.round ?? null;

/** what accounts, fees and validators hold on every chain. */
function supplies(bank: Bank): bigint[] {
  return bank.net.network.genesis.chains.map(({ chain }) => {
    const held = bank.signers.reduce((sum, _, place) => sum + balance(bank, place, chain), 0n);
    const fees = bank.net
      .shardOf(bank.shardOf(chain))
      .read((shard) => new ShardQueries(shard, shard.network).unattributedFees(chain) ?? 0n);
    const staked = bank.net
      .shardOf(bank.shardOf(chain))
      .read(({ replica }) => (chain === 0 ? replica.state.validators.total : 0n));
    return held + fees + staked;
  });
}

export function expectWhole(bank: Bank): void {
  for (const [shard, lines] of bank.replicas()) {
    expect(new Set(lines).size, `shard ${shard}\n${lines.join("\n")}`).toBe(1);
  }
  const { chains } = bank.net.network.genesis;
  expect(supplies(bank)).toEqual(chains.map(({ supply }) => supply));
}
