// Bugs of trades between two shards: their blocks, the two halves' one fate, the exchange, and the two waiting lines.
import type { Mutant } from "../mutant.ts";

export const TRADES: readonly Mutant[] = [
  {
    name: "half-commits-without-its-partner",
    breaks: "R-4.5 both halves commit or neither",
    file: "src/actors/shard-commits.ts",
    line: 'if (body.shardBlock.crossShard.length > 0 && partner !== "accepted") {',
    replacement: 'if (body.shardBlock.crossShard.length > 65_000 && partner !== "accepted") {',
  },
  {
    name: "accepted-round-closed-by-the-clock",
    breaks: "R-4.5 what a shard has accepted only its partner's word undoes",
    file: "src/actors/shard.ts",
    line: 'return round === last && state === "open";',
    replacement: 'return round === last && (state === "open" || state === "accepted");',
  },
  {
    name: "partner-that-closed-counts-as-accepted",
    breaks: "R-4.5 both halves commit or neither",
    file: "src/actors/shard-commits.ts",
    line: 'if (answer.verdict === "accepted") this.#commitAccepted(accepted);',
    replacement: 'if (answer.verdict !== "undecided") this.#commitAccepted(accepted);',
  },
  {
    name: "trades-behind-the-shards-own",
    breaks: "R-5.3 what touches both shards comes first",
    file: "src/protocol/blocks/build-shard-block.ts",
    line: "const transactions = [...cross, ...pairs, ...singles];",
    replacement: "const transactions = [...pairs, ...cross, ...singles];",
  },
  {
    name: "partners-verdicts-lost",
    breaks: "R-6.5 a leg empties its account as the shard that judged it said",
    file: "src/actors/cross-reads.ts",
    line: "replica.has(chain) ? (possiblyEmptying[i] ?? false) : (verdicts[next++] ?? false),",
    replacement:
      "replica.has(chain) ? (possiblyEmptying[i] ?? false) : (verdicts[next++] ?? false) && false,",
  },
  {
    name: "result-applied-twice",
    breaks: "R-5.4 a result is executed once on each side",
    file: "src/actors/pair-execution.ts",
    line: "other.execute(result);",
    replacement: "other.execute(result); if (other.replica.hasUnexecuted) other.execute(result);",
  },
  {
    name: "certificate-of-the-result-never-fetched",
    breaks: "R-10.1 sets that see one side live by the result's certificate",
    file: "src/actors/cross-exchange.ts",
    line: "this.#writeUncertified([...this.#uncertified, round]);",
    replacement: "this.#writeUncertified([...this.#uncertified]);",
  },
  {
    name: "left-while-its-round-is-open",
    breaks: "R-2.7 what an open round may hold does not leave",
    file: "src/actors/left-elsewhere.ts",
    line: "if (!this.#isOpenFor(waiting)) room.leave(idHex, status, refusal);",
    replacement: "if (waiting.idHex === idHex) room.leave(idHex, status, refusal);",
  },
  {
    name: "final-without-the-partner",
    breaks: "R-3.9 FINAL on each chain touched",
    file: "src/actors/shard-queries.ts",
    line: "if (round <= finalRound) return own;",
    replacement: "if (round <= finalRound + 1_000_000) return own;",
  },
  {
    name: "rejected-trade-comes-back",
    breaks: "R-2.7 REJECTED is for good",
    file: "src/actors/waiting-room.ts",
    line: "const reason = this.#log.rejection(id);",
    replacement: "const reason = this.#log.rejection(id.subarray(1));",
  },
  {
    name: "what-stands-back-is-not-offered",
    breaks: "R-2.9 a trade that one shard has alone holds up nothing else",
    file: "src/actors/waiting-room.ts",
    line: "return spares.length === 0 ? chosen : [...chosen, ...spares];",
    replacement: "return spares.length >= 0 ? chosen : [...chosen, ...spares];",
  },
  {
    name: "no-time-to-follow-the-partner",
    breaks: "R-3.6 a round of two shards waits until its set knows both",
    file: "src/actors/partner-wait.ts",
    line: "const PAIR_WAIT_ROUNDS = 0.4;",
    replacement: "const PAIR_WAIT_ROUNDS = 0;",
  },
];
