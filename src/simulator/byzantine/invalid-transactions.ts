// Proposes blocks with transactions that must not be in them: badly signed, out of order, again, too late, unpayable.

import type { SingleChainTransactions } from "../../protocol/blocks/shard-block.ts";
import { toHex } from "../../protocol/encoding/bytes.ts";
import { gasRequired } from "../../protocol/ledger/gas.ts";
import { VALID_UNTIL_ROUNDS_MAX } from "../../protocol/limits.ts";
import { signed, type Wish } from "./accomplice.ts";
import { proposing } from "./bad-proposer.ts";
import type { Means } from "./behaviour.ts";
import {
  anyOf,
  bodyOf,
  type Draft,
  type Forge,
  type Forgeries,
  readTransaction,
  withList,
  withTransactions,
} from "./forged-block.ts";

/** Who pays, and with which nonce. */
function placeOf(bytes: Uint8Array): { readonly payer: string; readonly nonce: number } | null {
  const payment = readTransaction(bytes)?.legs[0]?.payment;
  if (payment === undefined || payment === null || payment.sequence.kind !== "nonce") return null;
  return { payer: toHex(payment.payer), nonce: payment.sequence.nonce };
}

/** Changes a list where it can. */
function inOneList(
  change: (list: readonly Uint8Array[], means: Means) => readonly Uint8Array[] | null,
): Forge {
  return (block, means) => {
    for (const { chain, transactions } of means.random.shuffle(bodyOf(block).singleChain)) {
      const changed = change(transactions, means);
      if (changed !== null) return withList(block, chain, () => changed);
    }
    return null;
  };
}

const badSignature = inOneList((list, { random }) => {
  const chosen = random.between(0, list.length - 1);
  return list.map((bytes, i) => (i === chosen ? flipped(bytes, bytes.length - 8) : bytes));
});

const flipped = (bytes: Uint8Array, at: number): Uint8Array =>
  bytes.map((byte, i) => (i === at ? byte ^ 1 : byte));

const duplicate = inOneList((list, { random }) => [...list, random.pick(list) as Uint8Array]);

/** Another of the same sender comes before this one, so its nonce was used long ago. */
const again = inOneList((list, { memory }) => {
  for (const bytes of memory.transactions) {
    const old = placeOf(bytes);
    const passed = (other: Uint8Array): boolean => {
      const place = placeOf(other);
      return place?.payer === old?.payer && (place?.nonce ?? 0) > (old?.nonce ?? 0);
    };
    const isInList = list.some((other) => toHex(other) === toHex(bytes));
    if (old !== null && !isInList && list.some(passed)) return [...list, bytes];
  }
  return null;
});

/** Two of one sender the wrong way round. */
const wrongOrder = inOneList((list) => {
  for (const [i, bytes] of list.entries()) {
    const payer = placeOf(bytes)?.payer;
    const j = list.findIndex((other, at) => at > i && placeOf(other)?.payer === payer);
    if (j < 0) continue;
    const swapped = [...list];
    [swapped[i], swapped[j]] = [swapped[j] as Uint8Array, bytes];
    return swapped;
  }
  return null;
});

/** Without the first of two of one sender. */
const gap = inOneList((list) => {
  const first = list.findIndex((bytes, i) => {
    const payer = placeOf(bytes)?.payer;
    return list.some((other, at) => at > i && placeOf(other)?.payer === payer);
  });
  return first < 0 ? null : list.toSpliced(first, 1);
});

/** Chains in descending order. */
function wrongChainOrder(block: Draft): Draft | null {
  const { singleChain } = bodyOf(block);
  return singleChain.length < 2 ? null : withTransactions(block, singleChain.toReversed());
}

/** Under another chain than its own. */
function wrongChain(block: Draft): Draft | null {
  const { singleChain } = bodyOf(block);
  const [from, to] = singleChain;
  const moved = from?.transactions.at(-1);
  if (from === undefined || to === undefined || moved === undefined) return null;
  return withTransactions(
    block,
    singleChain.map(({ chain, transactions }): SingleChainTransactions => {
      if (chain === from.chain) return { chain, transactions: transactions.slice(0, -1) };
      return { chain, transactions: chain === to.chain ? [...transactions, moved] : transactions };
    }),
  );
}

/** Something that the accomplice signed, at the end of a chain's list. */
function ordered(wish: (usual: Wish, means: Means) => readonly Partial<Wish>[]): Forge {
  return (block, means) => {
    const { accomplice, network, random } = means;
    const header = random.pick(bodyOf(block).chainHeaders);
    const record = network.genesis.chains.find(({ chain }) => chain === header?.chain);
    if (accomplice === null || record === undefined) return null;
    const usual: Wish = {
      chain: record.chain,
      nonce: 0,
      amount: 1n,
      gasPrice: record.gasPriceMin + 1n,
      validUntil: block.header.round + 100,
    };
    const bad = wish(usual, means).map((one) => signed(accomplice, means, { ...usual, ...one }));
    return bad.length === 0 ? null : withList(block, record.chain, (list) => [...list, ...bad]);
  };
}

const expired = ordered((_, { memory }) => [{ validUntil: Math.max(0, memory.round - 1) }]);
const tooFar = ordered((usual) => [{ validUntil: usual.validUntil + VALID_UNTIL_ROUNDS_MAX }]);
const nonceGap = ordered(() => [{ nonce: 1_000 }]);
const unknownChain = ordered(() => [{ chain: 1_000_000 }]);
/** Nothing to pay with is left after the first of them. */
const unpayable = ordered(({ gasPrice }, { accomplice }) => {
  const fee = BigInt(gasRequired("transfer", 0)) * gasPrice;
  return [{ amount: (accomplice?.balance ?? 0n) - fee }, { nonce: 1 }];
});
const cheap = ordered(({ gasPrice }) => (gasPrice > 1n ? [{ gasPrice: 0n }] : []));

export const INVALID_TRANSACTIONS: Forgeries = {
  badSignature,
  duplicate,
  again,
  wrongOrder,
  gap,
  wrongChainOrder,
  wrongChain,
  expired,
  tooFar,
  nonceGap,
  unknownChain,
  unpayable,
  cheap,
};

export const invalidTransactions = proposing(anyOf(INVALID_TRANSACTIONS));
