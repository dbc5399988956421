// Every bound that the gateway sets itself, each with its reason; those of the protocol are in
// src/protocol/limits.ts.
import { KIB, MIB } from "../protocol/limits.ts";

/** A batch of 1 MiB in base64 is 1.4 MiB; the rest is room for the query around it. */
export const REQUEST_BYTES_MAX = 2 * MIB;
/** What is still read of a body above that, and thrown away, so that its client sees the answer. */
export const DRAINED_BYTES_MAX = 16 * MIB;
export const DRAINED_MS_MAX = 1_000;
/** What a GET asks stands in its URL; the platform refuses above 16 KiB. */
export const URL_BYTES_MAX = 16 * KIB;
/** Names and values. We look at six of them; the rest is what browsers and proxies add. */
export const HEADER_BYTES_MAX = 16 * KIB;
/**
 * For a request to arrive, and then once more for its operation: a slow line has the time for 2 MiB,
 * and an object that has not answered by then will not.
 */
export const REQUEST_MS_MAX = 30_000;
/** A list of operations would multiply every bound below; HTTP/2 makes it useless. */
export const REQUEST_OPERATIONS_MAX = 1;
/** No field takes as many arguments as this; aliases may. */
export const VARIABLES_MAX = 100;
/** Our deepest value is a list of scalars: 1. The rest is room for what others nest. */
export const VARIABLES_DEPTH_MAX = 8;
/** Four full shard blocks; keeps the answer to a batch of junk below some megabytes. */
export const BATCH_TRANSACTIONS_MAX = 10_000;
export const PAGE_ENTRIES_MAX = 100;
export const PAGE_ENTRIES_DEFAULT = 20;
/** Validators read at once to find those that wait: fewer than T0's shard answers in one call. */
export const QUEUE_STEP_VALIDATORS = 500;
export const TIMETABLE_ROUNDS_MAX = 100;
export const TIMETABLE_ROUNDS_DEFAULT = 10;
/** Longer texts find nothing: names have at most 64 bytes. */
export const SEARCH_CHARACTERS_MAX = 64;

/** The deepest useful walk, account to block to its transactions' movements, is 12. */
export const QUERY_DEPTH_MAX = 15;
export const QUERY_ALIASES_MAX = 100;
/** A full introspection query has some 300. */
export const QUERY_TOKENS_MAX = 5_000;
/**
 * Selections as written, of fields and fragments; a full introspection query has some 120.
 * Validation compares those of one name pair by pair, and gives up without a good word at half a
 * million pairs.
 */
export const QUERY_SELECTIONS_MAX = 500;
/** In one text, of which one is run: programs send all that belong together. */
export const QUERY_OPERATIONS_MAX = 20;
export const QUERY_FRAGMENTS_MAX = 50;
export const QUERY_DIRECTIVES_MAX = 50;
/**
 * With ten points a call, some 1,000 calls. What asks every shard counts as often as there are
 * shards. What is shared counts each time: the status of a shard for its fields, an estimate for
 * answers of the same chains.
 */
export const QUERY_COST_MAX = 10_000;
/**
 * Calls of objects for one request, as they are made: the cost of a text cannot know which variables
 * are null, or how often a call is tried again. The platform's bound on subrequests is 10,000, in
 * older accounts 1,000.
 */
export const REQUEST_CALLS_MAX = 1_000;
/**
 * What the answers to a batch count as, whose length a query does not tell: each of them may cost
 * 16 points. That is every field once, or two messages: at 10,000 answers some megabytes.
 */
export const BATCH_COST_ENTRIES = 600;

/** Events kept for a subscriber that reads slower than they come. */
export const SUBSCRIBER_EVENTS_MAX = 1_000;
/** How long events wait for a reader that takes none of them. */
export const SUBSCRIBER_STALL_MS = 60_000;

/** Signatures under way at once: enough to keep the native verifier busy. */
export const VERIFICATIONS_AT_ONCE = 64;

/** So long before the end of a lease it is asked for anew: the call takes far less, and leases are longer. */
export const LEASE_AHEAD_ROUNDS = 2;

/** `dev.advance`: validUntil is at most 10,000 rounds ahead; ten times that is always enough. */
export const ADVANCE_ROUNDS_MAX = 100_000;
