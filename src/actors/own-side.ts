// A cross-shard transaction as far as one shard can execute it: its legs on the shard's chains. Those of the partner are
// taken to hold: their payers have what is asked of them, and nothing there keeps it from them.
import { equalBytes } from "../protocol/encoding/bytes.ts";
import { U128_MAX } from "../protocol/encoding/codec.ts";
import { accountCodec, EMPTY_ACCOUNT } from "../protocol/ledger/account.ts";
import type { ChainRecord } from "../protocol/ledger/chain-record.ts";
import type { ReadEntry } from "../protocol/ledger/chain-state.ts";
import type { VerifiedTransaction } from "../protocol/ledger/unverified.ts";
import { costOf } from "../protocol/ledger/waiting.ts";
import { accountKey } from "../protocol/merkle/state-key.ts";

export interface Chains {
  chain(chain: number): ChainRecord | undefined;
  readonly read: ReadEntry;
}

/** The chains of the one that executes, and beside them those of the partner as the transaction needs them. */
export function withPartner(
  { chain, read }: Chains,
  { transaction }: VerifiedTransaction,
  isOwn: (chain: number) => boolean,
): Chains {
  const { legs } = transaction;
  const own = legs.find((leg) => isOwn(leg.chain));
  const like = own === undefined ? undefined : chain(own.chain);
  return {
    chain: (id) =>
      isOwn(id) || like === undefined ? chain(id) : { ...like, chain: id, reserveDefault: 0n },
    read(id, key) {
      if (isOwn(id)) return read(id, key);
      const leg = legs.find((one) => one.chain === id);
      if (leg?.payment == null || !equalBytes(key, accountKey(leg.payment.payer))) return undefined;
      const { sequence } = leg.payment;
      const cost = costOf(transaction, leg);
      return accountCodec.encode({
        ...EMPTY_ACCOUNT,
        balance: cost < U128_MAX ? cost : U128_MAX,
        nonce: sequence.kind === "nonce" ? sequence.nonce : 0,
      });
    },
  };
}
