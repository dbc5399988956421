// The bugs that the simulator must find: one line each of the rules, the actors or the storage.
import type { Mutant } from "./mutant.ts";

const CONSENSUS: readonly Mutant[] = [
  {
    name: "quorum-minus-one",
    breaks: "R-3.2 two quorums can be without an honest seat in common",
    file: "src/protocol/consensus/quorum.ts",
    line: "export const quorum = (seats: number): number => Math.floor((2 * seats) / 3) + 1;",
    replacement: "export const quorum = (seats: number): number => Math.floor((2 * seats) / 3);",
  },
  {
    name: "view-change-without-the-lock",
    breaks: "R-4.3 a later view does not hear what an earlier one may have decided",
    file: "src/protocol/consensus/views.ts",
    line: "const { lock } = draft.record;",
    replacement: "const lock = null;",
  },
  {
    name: "oldest-lock-binds",
    breaks: "R-4.1 of several locks the newest one's value must be proposed",
    file: "src/protocol/consensus/justification.ts",
    line: "if (lock !== null && (newest === null || lock.view > newest.view)) newest = lock;",
    replacement:
      "if (lock !== null && (newest === null || lock.view < newest.view)) newest = lock;",
  },
  {
    name: "prepare-vote-forgotten-in-a-restart",
    breaks: "R-4.3 a seat votes a second time in a view",
    file: "src/protocol/consensus/engine.ts",
    line: 'if (prepareVote !== null) return { value: prepareVote.value, verdict: "valid", proposal };',
    replacement: "if (prepareVote !== null) return null;",
  },
  {
    name: "repeated-votes-counted",
    breaks: "R-4.1 one seat's vote makes a quorum when it comes often enough",
    file: "src/protocol/consensus/tally.ts",
    line: "if (overlapping.length > 0) {",
    replacement: "if (overlapping.length > 1) {",
  },
];

const RESERVE: readonly Mutant[] = [
  {
    name: "window-of-one-round-too-many",
    breaks: "R-6.1 what the state after n-k has is counted again",
    file: "src/protocol/reserve/window.ts",
    line: "if (included.round <= round - k || included.round >= round) continue;",
    replacement: "if (included.round < round - k || included.round >= round) continue;",
  },
  {
    name: "authorisations-of-the-window-ignored",
    breaks: "R-6.2 a sender that has just delegated counts as undelegated",
    file: "src/protocol/reserve/window.ts",
    line: "for (const account of authorised) window.authorised.add(account);",
    replacement: "for (const account of authorised) window.authorised.delete(account);",
  },
  {
    name: "value-of-the-emptying-transaction-forgotten",
    breaks: "R-6.4 the fees behind an emptying transaction must fit what it leaves",
    file: "src/protocol/reserve/inclusion.ts",
    line: "const left = max(0n, account.balance - first.value - first.fee);",
    replacement: "const left = max(0n, account.balance - first.fee);",
  },
  {
    name: "present-reserve-for-the-whole-window",
    breaks: "R-6.4 the smallest reserve of the window's rounds counts",
    file: "src/protocol/reserve/inclusion.ts",
    line: "const reserve = smallestReserve(account, round - k + 1, round, reserveDefault);",
    replacement: "const reserve = smallestReserve(account, round, round, reserveDefault);",
  },
  {
    name: "dip-at-the-threshold",
    breaks: "R-6.5 to end at the threshold is no dip",
    file: "src/protocol/reserve/dip.ts",
    line: "return account.balanceAfter < dipThreshold(account);",
    replacement: "return account.balanceAfter <= dipThreshold(account);",
  },
  {
    name: "emptying-verdict-lost-in-a-restart",
    breaks: "R-6.3 what inclusion judged is judged otherwise at execution",
    file: "src/actors/replica.ts",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a line of code
    line: "({ chain }) => emptying.get(`${transaction.idHex}:${chain}`) ?? false,",
    replacement: "() => false,",
  },
];

const LEDGER: readonly Mutant[] = [
  {
    name: "reserve-in-force-a-round-too-early",
    breaks: "R-6.8 a setting counts from k rounds after its own",
    file: "src/protocol/ledger/account.ts",
    line: "pendingReserves.push({ fromRound: round + k, reserve });",
    replacement: "pendingReserves.push({ fromRound: round + k - 1, reserve });",
  },
  {
    name: "delegation-over-a-round-too-early",
    breaks: "R-6.2 a delegation until E counts for every n with E > n-k",
    file: "src/protocol/ledger/account.ts",
    line: "return account.delegation !== null && account.delegation.lastRound > stateRound;",
    replacement:
      "return account.delegation !== null && account.delegation.lastRound > stateRound + 1;",
  },
  {
    name: "delegate-spends-after-the-last-round",
    breaks: "R-2.5 an allowance ends with its round",
    file: "src/protocol/ledger/account.ts",
    line: "delegation.lastRound >= round &&",
    replacement: "delegation.lastRound + 1 >= round &&",
  },
  {
    name: "allowance-not-used-up",
    breaks: "R-2.5 a delegate spends more than its allowance",
    file: "src/protocol/ledger/execute-transaction.ts",
    line: "delegation: { ...delegation, allowance: delegation.allowance - amount },",
    replacement: "delegation: { ...delegation, allowance: delegation.allowance },",
  },
  {
    name: "fee-given-back-by-a-revert",
    breaks: "R-2.4 the fee is charged in full, also when the transaction reverts",
    file: "src/protocol/ledger/execute-transaction.ts",
    line: "context.state.checkpoint();",
    replacement: "",
  },
  {
    name: "fees-of-earlier-rounds-lost",
    breaks: "R-2.6 the fee entry holds all that nobody was given yet",
    file: "src/protocol/ledger/chain-state.ts",
    line: "const value = amountCodec.encode(amountOf(before) + collected);",
    replacement: "const value = amountCodec.encode(collected);",
  },
  {
    name: "revert-to-the-last-write",
    breaks: "R-6.5 a reverted spendFrom uses up the allowance",
    file: "src/protocol/ledger/chain-state.ts",
    line: "if (this.#undo.has(slot)) return;",
    replacement: "",
  },
  {
    name: "used-nonce-includable",
    breaks: "R-2.9 only the next nonce is includable",
    file: "src/protocol/blocks/assembler.ts",
    line: 'if (nonce < next) return refuse({ code: "NONCE_TOO_LOW", chain, nonce, next });',
    replacement:
      'if (nonce < next - 1) return refuse({ code: "NONCE_TOO_LOW", chain, nonce, next });',
  },
  {
    name: "expired-in-the-last-valid-round",
    breaks: "R-2.7 EXPIRED means that the round is past validUntil",
    file: "src/protocol/ledger/mempool.ts",
    line: "if (next === undefined || next.validUntil >= round) return expired;",
    replacement: "if (next === undefined || next.validUntil > round) return expired;",
  },
  {
    name: "token-born-too-early",
    breaks: "R-2.10 a chain is born k rounds and a cycle after its creation",
    file: "src/actors/replica.ts",
    line: "placement: { shard: this.shard, bornRound: round + k + cycleRounds(epoch) },",
    replacement: "placement: { shard: this.shard, bornRound: round + k },",
  },
];

const ACTORS: readonly Mutant[] = [
  {
    name: "executed-again-after-a-restart",
    breaks: "R-5.3 a committed round is executed once",
    file: "src/actors/replica.ts",
    line: "this.#writeProgress({ ...this.#progress, executedRound: round });",
    replacement: "this.#progress = { ...this.#progress, executedRound: round };",
  },
  {
    name: "state-root-of-the-round-after",
    breaks: "R-5.2 a header carries the root after round n-k",
    file: "src/actors/replica.ts",
    line: "stateRoot: (chain) => this.state.rootAfter(chain, round - k),",
    replacement: "stateRoot: (chain) => this.state.rootAfter(chain, round - k + 1),",
  },
  {
    name: "FINAL-k-rounds-too-early",
    breaks: "R-3.9 a notarised header of round h makes final what it carries the root of",
    file: "src/actors/notariser.ts",
    line: "finalRound: Math.max(finalRound, answer.round - this.#network.k),",
    replacement: "finalRound: Math.max(finalRound, answer.round),",
  },
  {
    name: "closed-round-commits",
    breaks: "R-4.5 a closed round stays closed, whatever is certified later",
    file: "src/actors/round-decision.ts",
    line: 'const open = round > last || (round === last && state === "open");',
    replacement: 'const open = round > last || (round === last && state !== "accepted");',
  },
  {
    name: "accepted-before-it-is-durable",
    breaks: "R-2.7 what was answered Accepted outlives a crash",
    file: "src/actors/mempool-rows.ts",
    line: "if (chunk.length > 0) this.#writeChunk(chunk, bytes);",
    replacement: "if (chunk.length > 1) this.#writeChunk(chunk, bytes);",
  },
  {
    name: "back-in-the-mempool-and-still-gone",
    breaks: "R-2.7 a transaction that comes back is forgotten by those that left",
    file: "src/actors/waiting-room.ts",
    line: "this.#log.forget(transaction.id);",
    replacement: "",
  },
  {
    name: "in-a-block-and-still-gone",
    breaks: "R-2.7 a block can bring back what had left",
    file: "src/actors/waiting-room.ts",
    line: "else this.#log.forget(id);",
    replacement: "else this.#cache.forget(idHex);",
  },
  {
    name: "replaced-without-a-trace",
    breaks: "R-2.7 a replaced transaction is DROPPED, not unknown",
    file: "src/actors/waiting-room.ts",
    line: 'this.#left(replaced, "DROPPED", stuck ?? { code: "REPLACED", chain, nonce, by });',
    replacement: "this.#gone(replaced);",
  },
  {
    name: "committed-nonces-not-counted",
    breaks: "R-2.7 a transaction in a block that is not executed yet goes back to the mempool",
    file: "src/actors/waiting-room.ts",
    line: "return nonce + this.#replica.unexecutedLegs(chain, toHex(payer));",
    replacement: "return nonce;",
  },
  {
    name: "expired-under-an-open-round",
    breaks: "R-2.7 the open round's block may still hold it: EXPIRED turns to COMMITTED",
    file: "src/actors/shard.ts",
    line: 'return state === "open" ? Math.min(round, this.currentRound()) : this.currentRound();',
    replacement: "return this.currentRound();",
  },
  {
    name: "execution-not-taken-up-after-a-crash",
    breaks: "R-5.1 a shard that is behind gives no candidates, and nobody wakes it",
    file: "src/actors/shard.ts",
    line: "if (this.replica.hasUnexecuted) times.push(roundStartMs(epoch, this.currentRound() + 1));",
    replacement: "",
  },
  {
    name: "no-alarm-to-close-a-round",
    breaks: "R-3.8 a round that nobody certifies is closed",
    file: "src/actors/shard.ts",
    line: "times.push(this.#closeTimeMs(round));",
    replacement: "",
  },
  {
    name: "alarm-believed-to-be-set",
    breaks: "R-3.9 an alarm that went off is gone, and must be set again",
    file: "src/actors/runner.ts",
    line: "this.#alarmMs = null;",
    replacement: "",
  },
  {
    name: "memory-of-a-failed-step-kept",
    breaks: "R-2.7 a step that throws leaves nothing, also in memory",
    file: "src/actors/runner.ts",
    line: "this.#actor = null;",
    replacement: "",
  },
  {
    name: "notarised-header-refused",
    breaks: "R-7.1 headers come again when an answer was lost",
    file: "src/actors/merkle-chain.ts",
    line: "if (header.value.round <= head.round) continue;",
    replacement: "if (header.value.round < head.round) continue;",
  },
  {
    name: "half-a-step-survives",
    breaks: "R-2.7 a step is durable as a whole or not at all",
    file: "src/storage/sql-store.ts",
    line: "asStorageErrors(() => driver.transaction(body) as T),",
    replacement: "asStorageErrors(() => body() as T),",
  },
];

export const MUTANTS: readonly Mutant[] = [...CONSENSUS, ...RESERVE, ...LEDGER, ...ACTORS];
