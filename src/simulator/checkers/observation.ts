// What was seen of a run: all that the checkers may look at. Plain values, in the words of the API; bytes stand as lower-case hex
// without prefix. The simulator writes it down from its actors and clients, `npm run test:crash` from GraphQL alone. Nothing
// here, nor in any checker, imports the code that is checked.

/** A token's chain by its number: 0 is T0. */
export interface ObservedChain {
  readonly chain: number;
  readonly shard: number;
  /** Base units. */
  readonly supply: bigint;
  readonly reserveDefault: bigint;
  readonly gasPriceMin: bigint;
  /** The first round that can hold a transaction of it; 0 for a chain of the genesis record. */
  readonly bornRound: number;
}

export interface ObservedGenesis {
  readonly k: number;
  readonly roundMs: number;
  /** Of every set. */
  readonly seats: number;
  /** null where nobody asked. */
  readonly saturation: { readonly windowRounds: number; readonly benchmarkTps: number } | null;
  /** In the order of their creation. */
  readonly shards: readonly number[];
  /** which shards each set covers, in the order of their numbers. */
  readonly sets: readonly { readonly set: number; readonly shards: readonly number[] }[];
  readonly chains: readonly ObservedChain[];
  readonly balances: readonly {
    readonly chain: number;
    readonly address: string;
    readonly balance: bigint;
    /** The account's own setting; null for the chain's default. */
    readonly reserve: bigint | null;
  }[];
  /** of T0. */
  readonly staking: { readonly minimumBond: bigint; readonly unbondingRounds: number };
  /** Those that are bonded from the beginning. */
  readonly validators: readonly {
    readonly address: string;
    readonly key: string;
    readonly commission: number;
    readonly bond: bigint;
  }[];
}

/** What a transaction orders, as its signer wrote it: known from before it was encoded. */
export type ObservedPayload =
  | { readonly kind: "transfer"; readonly to: string; readonly amount: bigint }
  | {
      readonly kind: "createToken";
      readonly supply: bigint;
      readonly reserveDefault: bigint;
      readonly gasPriceMin: bigint;
    }
  /** null: the chain's default from then on. */
  | { readonly kind: "setReserve"; readonly reserve: bigint | null }
  /** Only carries authorisations. */
  | { readonly kind: "delegate" }
  /** Ends the delegation of the payer's account. */
  | { readonly kind: "revoke" }
  /** The payer is the delegate. */
  | {
      readonly kind: "spendFrom";
      readonly owner: string;
      readonly to: string;
      readonly amount: bigint;
    }
  /** Each leg's payer gives that of the other leg; with an offer one of them is its maker. */
  | {
      readonly kind: "trade";
      /** In the order of the legs. */
      readonly amounts: readonly [bigint, bigint];
      readonly offer: {
        readonly number: bigint;
        readonly openTaker: boolean;
        readonly validUntil: number;
      } | null;
    }
  | { readonly kind: "cancelOffer"; readonly offer: bigint; readonly validUntil: number }
  /** `key`: what it registers; null for none. */
  | {
      readonly kind: "bond";
      readonly amount: bigint;
      readonly key: string | null;
      readonly commission: number;
    }
  | { readonly kind: "unbond"; readonly amount: bigint }
  | {
      readonly kind: "delegateStake" | "undelegateStake";
      readonly validator: string;
      readonly amount: bigint;
    };

export interface ObservedAuthorisation {
  readonly chain: number;
  /** Who lets the delegate spend. */
  readonly owner: string;
  readonly delegate: string;
  readonly allowance: bigint;
  readonly lastRound: number;
  readonly nonce: number;
}

export interface ObservedLeg {
  readonly chain: number;
  readonly payer: string;
  /** null on the leg of an offer's maker, who pays nothing. */
  readonly nonce: number | null;
  readonly gasLimit: number;
  readonly gasPrice: bigint;
}

export interface ObservedTransaction {
  readonly id: string;
  readonly legs: readonly ObservedLeg[];
  readonly payload: ObservedPayload;
  readonly authorisations: readonly ObservedAuthorisation[];
  readonly validUntil: number;
  /** Whether every signature in it was made by whom it names, and the proof of a key by its holder. */
  readonly isSigned: boolean;
}

/** Something that a client was told, at a moment of the run in ms since its beginning. */
export type ObservedAnswer =
  | { readonly kind: "accepted"; readonly id: string; readonly atMs: number }
  | { readonly kind: "refused"; readonly id: string; readonly atMs: number; readonly code: string }
  | {
      readonly kind: "status";
      readonly id: string;
      /** When the question was sent: the answer may be as old as that, whatever was heard since. */
      readonly askedMs: number;
      readonly atMs: number;
      /** or UNKNOWN. */
      readonly status: string;
      readonly code: number | null;
      /** Where it is included; null before that. */
      readonly round: number | null;
    }
  /** sent in a fault-free world, it would be included in this round or before. */
  | {
      readonly kind: "promise";
      readonly id: string;
      readonly atMs: number;
      readonly round: number;
    };

export interface ObservedChainBlock {
  readonly chain: number;
  readonly hash: string;
  /** The hash of the chain's header before; null for the first. */
  readonly parent: string | null;
  /** that after round n-k. */
  readonly stateRoot: string;
  /** Ids in their order. */
  readonly transactions: readonly string[];
}

/** one half of a joint header. */
export interface ObservedHalf {
  readonly shard: number;
  /** The head that it names. */
  readonly parent: { readonly round: number; readonly hash: string };
  readonly crossRoot: string;
  readonly chainsRoot: string;
  /** What the other half has to carry of this one; null where nobody worked it out. */
  readonly payload: string | null;
  /** What this half carries of the other; null for nothing. */
  readonly partner: string | null;
}

/** an epoch that was activated. */
export interface ObservedEpoch {
  readonly epoch: number;
  readonly activationRound: number;
  /** When that round begins, in ms since the run's beginning. */
  readonly activationMs: number;
  readonly roundMs: number;
  /** When the MerkleChain activated it; null where nobody saw that. */
  readonly decidedMs: number | null;
}

/** A committed block of a shard, as one holder has it. */
export interface ObservedBlock {
  readonly shard: number;
  readonly epoch: number;
  readonly round: number;
  readonly set: number;
  readonly view: number;
  /** Of the joint header. */
  readonly hash: string;
  /** The head that the shard's half names: the block that it extends. The first names round 0. */
  readonly parent: { readonly round: number; readonly hash: string };
  /** Of its joint header, in their order there; null where nobody saw them. */
  readonly halves: readonly ObservedHalf[] | null;
  /** Numbers of the seats in its certificate. */
  readonly signers: readonly number[];
  readonly chains: readonly ObservedChainBlock[];
  /** Ids in the order of execution. */
  readonly order: readonly string[];
}

/** A shard, or a voter of a set that replicates it; at the end of the run. */
export interface ObservedReplica {
  /** "shard 0", "set 1, seats 0-3" */
  readonly name: string;
  readonly shard: number;
  readonly headRound: number;
  readonly headHash: string;
  readonly executedRound: number;
  /** By chain, the present state. */
  readonly roots: ReadonlyMap<number, string>;
}

export interface ObservedReceipt {
  readonly id: string;
  readonly round: number;
  /** */
  readonly code: number;
  readonly reason: string | null;
  /** By chain: what was charged. */
  readonly fees: ReadonlyMap<number, bigint>;
}

export interface ObservedAccount {
  readonly chain: number;
  readonly address: string;
  readonly balance: bigint;
  readonly nonce: number;
}

export interface ObservedValidator {
  readonly address: string;
  readonly key: string;
  readonly commission: number;
  /** Base units: its own stake, that of others with it, and what is on its way back to either. */
  readonly own: bigint;
  readonly delegated: bigint;
  readonly unbonding: bigint;
}

/** Stake of an account with a validator; of its own with itself only what is on its way back. */
export interface ObservedStake {
  readonly staker: string;
  readonly validator: string;
  readonly amount: bigint;
  /** null for what is not on its way back. */
  readonly releaseRound: number | null;
}

export interface FailedRound {
  readonly shard: number;
  readonly round: number;
  readonly atMs: number;
  /** For no other reason than that its time was over; because its set had begun it without the shard; or another one. */
  readonly cause: "clock" | "late" | "other";
}

export interface Observation {
  readonly genesis: ObservedGenesis;
  /** Those that the MerkleChain activated, behind that of the genesis record, in their order. */
  readonly epochs: readonly ObservedEpoch[];
  /** At the end: the newest epoch that each shard knows. */
  readonly knownEpochs: ReadonlyMap<number, number>;
  /** Rounds that shards opened, in the epoch that they took them to be of; nothing where nobody saw it. */
  readonly opened: readonly {
    readonly shard: number;
    readonly epoch: number;
    readonly round: number;
  }[];
  /** Everything that anybody signed or forged in the run, by id. What a block holds beside these came from nowhere. */
  readonly transactions: ReadonlyMap<string, ObservedTransaction>;
  /** In the order in which clients heard them. */
  readonly answers: readonly ObservedAnswer[];
  /**
   * Every block that a shard ever said to be committed, as often as it was seen: more than once after a restart, or from several
   * holders. In the order seen.
   */
  readonly commits: readonly ObservedBlock[];
  /** Of the shards at the end, in order of rounds. */
  readonly receipts: readonly ObservedReceipt[];
  readonly replicas: readonly ObservedReplica[];
  /** What a replica's roots were after a round that it executed, as often as it did: again after a restart. In the order seen. */
  readonly executed: readonly {
    /** As in `replicas`. */
    readonly replica: string;
    readonly shard: number;
    readonly round: number;
    /** By chain: all of the shard, or those that the round touched. */
    readonly roots: ReadonlyMap<number, string>;
  }[];
  /** When each replica's head reached a round, in the order seen; nothing where nobody saw it. */
  readonly heads: readonly {
    /** As in `replicas`. */
    readonly replica: string;
    readonly shard: number;
    readonly round: number;
    readonly atMs: number;
  }[];
  /** The rounds in which a shard or a voter did anything, and for which shards it works; nothing where nobody saw it. */
  readonly awake: readonly {
    readonly actor: string;
    readonly shards: readonly number[];
    readonly rounds: readonly number[];
  }[];
  /** Every account of every chain that is not empty, at the end, as its shard has it. */
  readonly accounts: readonly ObservedAccount[];
  /** R-11.1, at the end, as T0's shard has it. */
  readonly validators: readonly ObservedValidator[];
  readonly stakes: readonly ObservedStake[];
  /** By chain: fees that execution took and nobody has been given yet. */
  readonly unattributed: ReadonlyMap<number, bigint>;
  /** Chains that execution created, with their ids. */
  readonly created: readonly (ObservedChain & { readonly transaction: string })[];
  /** Rounds of each shard that the MerkleChain has notarised, in its order, with the header's hash. */
  readonly notarised: readonly {
    readonly shard: number;
    readonly round: number;
    readonly hash: string;
    /** When it was; null where nobody saw that. */
    readonly atMs: number | null;
    /** what was said of the shard, in thousandths, and how long the epoch's rounds were; null where nobody asked. */
    readonly saturation: {
      readonly fillPermille: number;
      readonly ratePermille: number;
      readonly roundMs: number;
    } | null;
  }[];
  /** At the end: the newest block of the MerkleChain, and of those who follow it; number 0 before the first. */
  readonly logs: readonly {
    readonly name: string;
    readonly number: number;
    /** Of the joint header around it. */
    readonly headRound: number;
    readonly headHash: string;
  }[];
  /** "R-4.3", with what was signed: two values of one seat in one place, seen by whoever made the signatures of honest seats. */
  readonly equivocations: readonly string[];
  /** What honest seats signed in the last phase of consensus; null where nobody saw it. */
  readonly ballots: {
    readonly commitVotes: readonly {
      readonly epoch: number;
      readonly set: number;
      readonly round: number;
      readonly view: number;
      /** The hash of a joint header. */
      readonly value: string;
      /** Numbers of honest seats. */
      readonly signers: readonly number[];
    }[];
    /** By set: the seats of which nobody knows what they signed. */
    readonly faultySeats: ReadonlyMap<number, readonly number[]>;
  } | null;
  /** rounds that a shard opened and closed again without a block, as far as somebody saw. */
  readonly failed: readonly FailedRound[];
  /** Blocks with a certificate that a shard found invalid. */
  readonly invalid: readonly {
    readonly shard: number;
    readonly round: number;
    readonly why: string;
  }[];
  /** Actors that stopped by a broken invariant or damaged storage, with the message. */
  readonly stopped: readonly string[];
  /** What the world was: which checks apply. */
  readonly world: {
    /** No fault, no faulty seat, no clock that is wrong: promises hold. */
    readonly isFaultFree: boolean;
    /** Sets of which a quorum was faulty: what their certificates say proves nothing. */
    readonly cartels: readonly number[];
    /** How many transactions a shard's mempool holds; null where it holds more than anybody sends. */
    readonly mempoolMax: number | null;
    /** When faults ended, in ms since the beginning; null if they never did. */
    readonly healedMs: number | null;
    readonly endMs: number;
    /** Whether nobody had an alarm set in the end, and no message was under way. */
    readonly isAsleep: boolean;
    /** Transactions sent after healing to see whether the network works. */
    readonly probes: readonly string[];
  };
}

/** A rule that does not hold, with its id first: "R-4.7 two blocks extend …". */
export type Violation = string;

export type Checker = (observation: Observation) => readonly Violation[];
