import { type CertifiedBlock, certifiedBlockCodec } from "../../src/protocol/blocks/shard-block.ts";
import {
  transactionCodec,
  transactionId,
  unsignedTransactionCodec,
} from "../../src/protocol/ledger/transaction.ts";
import { decodeTransaction } from "../../src/protocol/ledger/unverified.ts";
import { testNetwork } from "../support/genesis.ts";
import { LedgerWorld } from "../support/ledger-world.ts";
import { paperAccount } from "../support/signer.ts";
import { accepted } from "../support/transactions.ts";
import { repeat, type Task } from "./micro-task.ts";

const TRANSACTIONS = 1_500;
const BALANCE = 10n ** 12n;

export function encodingTasks(): Task[] {
  const payers = Array.from({ length: TRANSACTIONS }, (_, i) => paperAccount(`payer ${i}`));
  const allocations = payers.map((account) => ({ account, balance: BALANCE }));
  const world = new LedgerWorld(testNetwork({ allocations }));
  const transfers = payers.map((payer, i) => {
    const to = (payers[(i + 1) % TRANSACTIONS] as typeof payer).address;
    return world.paper({ payer, nonce: 0, payload: { kind: "transfer", to, amount: 1n } });
  });
  world.round(1, transfers);
  const bytes = world.blocks.get(1) as Uint8Array;
  const block: CertifiedBlock = accepted(certifiedBlockCodec.decode(bytes));
  const first = transfers[0] as (typeof transfers)[number];
  const decoded = accepted(transactionCodec.decode(first.bytes));
  const unsigned = unsignedTransactionCodec.encode(decoded);
  const many = (name: string, body: () => unknown): Task => ({
    name: `transfer of ${first.bytes.length} B: ${name}`,
    count: 100,
    run: () => repeat(100, body),
  });
  const kilobytes = (bytes.length / 1_000).toFixed(0);
  return [
    many("encode", () => transactionCodec.encode(decoded)),
    many("decode", () => transactionCodec.decode(first.bytes)),
    many("decode, hash and check", () => decodeTransaction(first.bytes, world.network.id)),
    many("id", () => transactionId(world.network.id, unsigned)),
    {
      name: `block of ${TRANSACTIONS} transfers, ${kilobytes} kB: encode`,
      run: () => void certifiedBlockCodec.encode(block),
    },
    {
      name: `block of ${TRANSACTIONS} transfers, ${kilobytes} kB: decode`,
      run: () => void certifiedBlockCodec.decode(bytes),
    },
  ];
}
