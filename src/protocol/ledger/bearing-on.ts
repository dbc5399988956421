// Which transactions of a block others depend on: a block can hold thousands, and most often what a sender asks about depends on
// few of them.
import { assertNever } from "../assert.ts";
import { addressOf } from "../crypto/address.ts";
import { toHex } from "../encoding/bytes.ts";
import type { UnverifiedTransaction } from "./unverified.ts";

/**
 * Those of `block` without which `later` ones, behind it, could be judged or executed otherwise, in their order. Without the
 * rest each of them is judged and executed as in the block; wrong afterwards are only the sum of fees, the ids of created chains,
 * what is newly unbonded by others, and accounts that no later one depends on. Cost: the accounts that all of them name.
 */
export function bearingOn<T extends UnverifiedTransaction>(
  block: readonly T[],
  later: readonly UnverifiedTransaction[],
): T[] {
  const bearing: T[] = [];
  const needed = new Set(later.flatMap((one) => accountsOf(one).decide));
  // Backwards: an account matters only before what depends on it.
  for (const transaction of [...block].reverse()) {
    const { decide, raised } = accountsOf(transaction);
    if (![...decide, ...raised].some((account) => needed.has(account))) continue;
    for (const account of decide) needed.add(account);
    bearing.push(transaction);
  }
  return bearing.reverse();
}

interface Accounts {
  /** Whose state decides what becomes of the transaction. It can change them all. */
  readonly decide: readonly string[];
  /** What it only pays to: no balance there is too large to be paid. */
  readonly raised: readonly string[];
}

/** By chain and address. */
function accountsOf({ transaction }: UnverifiedTransaction): Accounts {
  const { legs, payload, authorisations } = transaction;
  const decide = authorisations.map(({ chain, publicKey }) => nameOf(chain, addressOf(publicKey)));
  const raised: string[] = [];
  for (const { chain, payment } of legs) {
    if (payment !== null) decide.push(nameOf(chain, payment.payer));
    switch (payload.kind) {
      case "spendFrom":
        decide.push(nameOf(chain, payload.owner));
        raised.push(nameOf(chain, payload.to));
        break;
      case "transfer":
        raised.push(nameOf(chain, payload.to));
        break;
      case "trade":
        // Who gives on one chain is given to on the other.
        for (const other of legs) {
          if (other.chain !== chain && other.payment !== null) {
            raised.push(nameOf(chain, other.payment.payer));
          }
        }
        break;
      // Whether it can be done depends on the validator, and on who has the key.
      case "bond":
      case "unbond":
        decide.push(validatorName(payment?.payer));
        if (payload.kind === "bond" && payload.registration !== null)
          decide.push(`key ${toHex(payload.registration.publicKey)}`);
        break;
      case "delegateStake":
      case "undelegateStake":
        decide.push(validatorName(payload.validator));
        break;
      // An offer's number is its maker's, like the account: who takes it or cancels it has a leg that the maker pays.
      case "cancelOffer":
      case "createToken":
      case "delegate":
      case "revoke":
      case "setReserve":
        break;
      default:
        assertNever(payload);
    }
  }
  return { decide, raised };
}

const validatorName = (address: Uint8Array = new Uint8Array()): string =>
  `validator ${toHex(address)}`;

const nameOf = (chain: number, address: Uint8Array): string => `${chain} ${toHex(address)}`;
