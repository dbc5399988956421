// The users of a run at scale: in each round as many transactions on every shard, some of them trades with another shard. Whoever
// sends has nothing else under way on that chain, so that nobody waits for a nonce.
import { sha256 } from "../protocol/crypto/sha256.ts";
import { gasRequired } from "../protocol/ledger/gas.ts";
import type { Payload } from "../protocol/ledger/payload.ts";
import {
  type Leg,
  TRANSACTION_VERSION,
  transactionCodec,
  transactionId,
  transactionMessage,
  unsignedTransactionCodec,
} from "../protocol/ledger/transaction.ts";
import { Random } from "../simulator/random.ts";
import type { ScaleUser } from "./scale-genesis.ts";
import type { ScaleOptions } from "./scale-options.ts";

/** An account that sends again when its transaction is in a block. */
interface Wallet {
  readonly chain: number;
  readonly user: ScaleUser;
  nonce: number;
}

export interface Sent {
  readonly id: Uint8Array;
  readonly bytes: Uint8Array;
  /** Ascending: one for a transfer, two for a trade. */
  readonly shards: readonly number[];
  readonly chain: number;
  readonly wallets: readonly Wallet[];
}

const GAS_PRICE = 1n;
const VALID_ROUNDS = 5_000;

export class ScaleLoad {
  readonly #options: ScaleOptions;
  readonly #networkId: Uint8Array;
  readonly #users: readonly ScaleUser[];
  readonly #random: Random;
  /** By chain: those who have nothing under way, who came back first in front. */
  readonly #idle: Wallet[][];
  /** By shard: the others that it trades with next, so that every pair of shards has trades all the time. */
  readonly #partners = new Map<number, number[]>();

  constructor(options: ScaleOptions, networkId: Uint8Array, users: readonly ScaleUser[]) {
    this.#options = options;
    this.#networkId = networkId;
    this.#users = users;
    this.#random = Random.stream(options.seed, "load");
    const chains = options.shards * options.chainsPerShard;
    this.#idle = Array.from({ length: chains }, (_, chain) =>
      users.map((user) => ({ chain, user, nonce: 0 })),
    );
  }

  /** What is sent in a round. */
  round(round: number): Sent[] {
    const { shards, transactionsPerShardAndRound, crossShare } = this.#options;
    const sent: Sent[] = [];
    for (let shard = 0; shard < shards; shard++) {
      for (let i = 0; i < transactionsPerShardAndRound; i++) {
        const isTrade = shards > 1 && this.#random.chance(crossShare);
        sent.push(isTrade ? this.#trade(shard, round) : this.#transfer(shard, round));
      }
    }
    return sent;
  }

  /** It is in a block: who sent it can go on. */
  included({ wallets }: Sent): void {
    for (const wallet of wallets) this.#idle[wallet.chain]?.push(wallet);
  }

  #transfer(shard: number, round: number): Sent {
    const payer = this.#wallet(shard, null);
    const to = this.#random.pick(this.#users)?.address ?? payer.user.address;
    return this.#signed([payer], { kind: "transfer", to, amount: 1n }, [shard], round);
  }

  #trade(shard: number, round: number): Sent {
    const other = this.#partner(shard);
    const first = this.#wallet(shard, null);
    const parties = [first, this.#wallet(other, first.user)];
    parties.sort((a, b) => a.chain - b.chain);
    const payload = { kind: "trade", firstAmount: 1n, secondAmount: 1n, offer: null } as const;
    const shards = [shard, other].sort((a, b) => a - b);
    return this.#signed(parties, payload, shards, round);
  }

  /** Each other shard once, in a random order; then all of them again in another one. */
  #partner(shard: number): number {
    const { shards } = this.#options;
    const known = this.#partners.get(shard) ?? [];
    const next =
      known.length > 0
        ? known
        : this.#random.shuffle(
            Array.from({ length: shards - 1 }, (_, i) => (shard + i + 1) % shards),
          );
    this.#partners.set(shard, next);
    return next.pop() as number;
  }

  /** Of any chain of the shard, and of anybody else than `besides`: nobody trades with itself. */
  #wallet(shard: number, besides: ScaleUser | null): Wallet {
    const { shards, chainsPerShard } = this.#options;
    const first = this.#random.between(0, chainsPerShard - 1);
    for (let i = 0; i < chainsPerShard; i++) {
      const idle = this.#idle[shard + shards * ((first + i) % chainsPerShard)] ?? [];
      const place = idle.findIndex(({ user }) => user !== besides);
      const [wallet] = place < 0 ? [] : idle.splice(place, 1);
      if (wallet !== undefined) return wallet;
    }
    throw new Error(`Cannot send on shard ${shard}: every account has something under way`);
  }

  #signed(
    wallets: readonly Wallet[],
    payload: Payload,
    shards: readonly number[],
    round: number,
  ): Sent {
    const gasLimit = gasRequired(payload.kind, 0);
    const legs = wallets.map((wallet): Leg => {
      const sequence = { kind: "nonce", nonce: wallet.nonce++ } as const;
      const payment = { payer: wallet.user.address, sequence, gasPrice: GAS_PRICE };
      return { chain: wallet.chain, gasLimit, payment };
    });
    const unsigned = {
      version: TRANSACTION_VERSION,
      networkId: this.#networkId,
      legs,
      payload,
      validUntil: round + VALID_ROUNDS,
      authorisations: [],
    };
    const id = transactionId(this.#networkId, unsignedTransactionCodec.encode(unsigned));
    const message = transactionMessage(this.#networkId, id);
    const signatures = wallets.map(({ user: { publicKey, sign } }) => ({
      publicKey,
      signature: sign(message),
    }));
    const bytes = transactionCodec.encode({ ...unsigned, signatures });
    return { id, bytes, shards, chain: legs[0]?.chain ?? 0, wallets };
  }
}

/** What tells transactions apart wherever their bytes turn up. */
export const nameOfBytes = (bytes: Uint8Array): string =>
  Buffer.from(sha256(bytes)).toString("latin1");
