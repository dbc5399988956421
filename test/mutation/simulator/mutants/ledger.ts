// Bugs of the ledger: what a block may hold, and what it does.
import type { Mutant } from "../mutant.ts";

export const LEDGER: readonly Mutant[] = [
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
    file: "src/actors/unexecuted-rounds.ts",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a line of code
    line: "({ chain }) => emptying.get(`${transaction.idHex}:${chain}`) ?? false,",
    replacement: "() => false,",
  },
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
    name: "overtaken-authorisation-included",
    breaks: "R-6.2 an authorisation below the owner's next nonce keeps a transaction out",
    file: "src/protocol/blocks/assembler.ts",
    line: 'if (nonce < next) return { code: "AUTHORISATION_OVERTAKEN", authorisation, next };',
    replacement:
      'if (nonce < next - 1) return { code: "AUTHORISATION_OVERTAKEN", authorisation, next };',
  },
  {
    name: "revoked-authorisation-again",
    breaks: "R-6.2 a revocation overtakes the authorisations before it",
    file: "src/protocol/ledger/execute-transaction.ts",
    line: "authorisationNonce: Math.min(account.authorisationNonce + 1, Number.MAX_SAFE_INTEGER),",
    replacement: "authorisationNonce: account.authorisationNonce,",
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
    file: "src/actors/execute-placed.ts",
    line: "placement: { shard: replica.shard, bornRound: round + k + cycleRounds(epoch) },",
    replacement: "placement: { shard: replica.shard, bornRound: round + k },",
  },
];
