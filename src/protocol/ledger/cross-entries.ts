// What a cross-shard transaction can read, beforehand and without looking at any state: the entries of the accounts that it
// names, and what the rules need of each chain.
import { addressOf } from "../crypto/address.ts";
import { toHex } from "../encoding/bytes.ts";
import { accountKey, chainKey, offersKey, unattributedFeesKey } from "../merkle/state-key.ts";
import type { UnverifiedTransaction, VerifiedTransaction } from "./unverified.ts";
import { USED_OFFERS_BYTES_MAX } from "./used-offers.ts";

export interface EntryName {
  readonly chain: number;
  readonly key: Uint8Array;
}

/** Each entry once, by chain and key. Costs the transactions' accounts. */
export function crossEntries(transactions: readonly VerifiedTransaction[]): EntryName[] {
  const names = new Map<string, EntryName>();
  const add = (chain: number, key: Uint8Array): void => {
    names.set(`${String(chain).padStart(10, "0")}:${toHex(key)}`, { chain, key });
  };
  for (const { transaction } of transactions) {
    const { legs, authorisations } = transaction;
    for (const { chain } of legs) {
      add(chain, chainKey());
      add(chain, unattributedFeesKey());
      // Who gives on one chain is given to on the other.
      for (const { payment } of legs) if (payment !== null) add(chain, accountKey(payment.payer));
    }
    for (const { chain, payment } of legs) {
      if (payment?.sequence.kind === "offer") add(chain, offersKey(payment.payer));
    }
    for (const { chain, publicKey } of authorisations) add(chain, accountKey(addressOf(publicKey)));
  }
  return [...names].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, name]) => name);
}

// An account with its key, name and framing, of which the pending reserves alone vary: at most k of them.
const ACCOUNT_BYTES = 160;
const PENDING_RESERVE_BYTES = 25;
/** The chain's record, its fees, and verdicts. */
const CHAIN_BYTES = 512;

/** what its entries take in the read sets of both shards, at most. */
export function crossReadBytes({ transaction }: UnverifiedTransaction, k: number): number {
  const { legs, authorisations } = transaction;
  const payers = legs.filter(({ payment }) => payment !== null).length;
  const offers = legs.filter(({ payment }) => payment?.sequence.kind === "offer").length;
  const accounts = legs.length * payers + authorisations.length;
  return (
    accounts * (ACCOUNT_BYTES + k * PENDING_RESERVE_BYTES) +
    offers * USED_OFFERS_BYTES_MAX +
    legs.length * CHAIN_BYTES
  );
}
