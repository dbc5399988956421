// Every bound on what comes from outside, in one place, each with its reason.

export const KIB = 1024;
export const MIB = 1024 * KIB;

/** one signed transaction; the largest payload with all authorisations stays below. */
export const TRANSACTION_BYTES_MAX = 4 * KIB;
/** No transaction is shorter: it names its network, and a key and a signature are in it. */
export const TRANSACTION_BYTES_MIN = 128;
/** many transactions in one value. */
export const BATCH_BYTES_MAX = MIB;
/** the transactions of one chain in one round. */
export const CHAIN_BLOCK_BYTES_MAX = MIB;
/** the transactions of one shard in one round. */
export const SHARD_BLOCK_BYTES_MAX = 4 * MIB;
export const SHARD_BLOCK_TRANSACTIONS_MAX = 2_500;
/** a stored row; the platform's limit is 2 MB. */
export const STORED_CHUNK_BYTES_MAX = MIB;

/** what waits in one shard; four full blocks, of which memory holds up to 700 bytes a transaction: 7 of the 24 MB. */
export const MEMPOOL_TRANSACTIONS_MAX = 10_000;
export const MEMPOOL_BYTES_MAX = 4 * MIB;
/** One chain never takes all of it: others find room without anybody having to leave. */
export const MEMPOOL_CHAIN_TRANSACTIONS_MAX = 8_000;
export const MEMPOOL_CHAIN_BYTES_MAX = 3 * MIB;
/** One sender on one chain. */
export const MEMPOOL_SENDER_TRANSACTIONS_MAX = 1_000;

/** no transaction touches more than two chains. */
export const LEGS_MAX = 2;
/** Each costs a signature check; eight fill a quarter of the transaction's bytes. */
export const AUTHORISATIONS_MAX = 8;
/** `validUntil` is at most so many rounds ahead. */
export const VALID_UNTIL_ROUNDS_MAX = 10_000;
/** Above the dearest transaction of section 15 a thousandfold; keeps sums of a block's gas a safe integer. */
export const GAS_LIMIT_MAX = 100_000_000;
/** Nonces stop one short, so that "the next nonce" is always a safe integer. */
export const NONCE_MAX = Number.MAX_SAFE_INTEGER - 1;

/**
 * used offer numbers that one account has alive on one chain, 16 bytes each in one entry of the state. Trades fill three
 * quarters of them: however often its offers are taken, a maker can still cancel.
 */
export const OFFERS_USED_MAX = 256;
export const OFFERS_TAKEN_MAX = 192;

/**
 * validators that one account delegates to, and amounts that it has on their way back: 36 and 44 bytes each in one entry of
 * the state, which each of its staking transactions rewrites.
 */
export const DELEGATIONS_MAX = 64;
export const UNBONDINGS_MAX = 32;
/** R-11.1: unbonded amounts that one round pays back; more wait for the next. As R-9.2's sweep. */
export const UNBONDED_A_ROUND_MAX = 100;
/** Basis points: hundredths of a percent (section 15). */
export const BASIS_POINTS = 10_000;
/**
 * proofs of possession in one block of a shard, and in one batch of a gateway. Each costs a pairing, some 20 ms, of everybody
 * who checks it; the largest network has registered within ten minutes.
 */
export const KEY_PROOFS_MAX = 8;

export const DECIMALS_MAX = 18;
export const SYMBOL_PATTERN: RegExp = /^[A-Z][A-Z0-9]{0,11}$/;
export const TOKEN_NAME_BYTES_MAX = 64;

/** A genesis record with its allocations must travel in one call. */
export const GENESIS_BYTES_MAX = 4 * MIB;

/** What one block of the MerkleChain notarises, and how many chains join with it; more waits for the next. */
export const MERKLE_CHAIN_BLOCK_ENTRIES_MAX = 256;
/** With the headers, certificates and proofs that show it, of which each voter gets a copy. */
export const MERKLE_CHAIN_BODY_BYTES_MAX = MIB;
/** Two halves of at most 4 MiB, their chain headers and framing, and the MerkleChain's part. */
export const JOINT_BLOCK_BYTES_MAX = 2 * SHARD_BLOCK_BYTES_MAX + MIB + MERKLE_CHAIN_BODY_BYTES_MAX;

/** what two shards read for the cross-shard transactions of one round, together. */
export const CROSS_READ_SET_BYTES_MAX = 4 * MIB;
/** What those leave: entries as large as those read, and a receipt each. */
export const CROSS_RESULT_BYTES_MAX = CROSS_READ_SET_BYTES_MAX + 4 * MIB;

/** Open streams of one object: each takes some kilobytes of it. */
export const SUBSCRIBERS_MAX = 2_000;
/** Of them one client's, by its address: a household or an office, not the whole object. */
export const SUBSCRIBERS_PER_CLIENT_MAX = 100;
/**
 * Events sent ahead of one reader: two thousand readers that never read hold 128 MiB in all the
 * gateways together.
 */
export const STREAM_CREDIT_BYTES = 64 * KIB;
