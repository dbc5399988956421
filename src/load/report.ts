// The load in lines for people: one each second while it runs, and a summary at the end.
import { count, percent, seconds } from "../estimate/format.ts";
import type { LoadRun } from "./load-run.ts";
import { quantile, sum, type Tally } from "./tally.ts";

/** A line names so many shards; of more, the busiest. */
const SHARDS_NAMED = 8;
/** Delays that a line is about: some of the last seconds'. */
const DELAYS_RECENT = 100;
/** Lost ones that the summary names. */
const LOST_NAMED = 10;

const WHY: Readonly<Record<string, string>> = {
  SHARD_BEHIND: "their shard is behind",
  ACCOUNTS_BUSY: "all accounts there have enough under way",
  CLIENT_BUSY: "this program or the gateway is behind",
};

export class Progress {
  readonly #startMs: number;
  #lastMs: number;
  #executed = 0;
  #heldBack = 0;
  #sent = 0;
  #byShard: ReadonlyMap<string, number> = new Map();

  constructor(startMs: number) {
    this.#startMs = startMs;
    this.#lastMs = startMs;
  }

  /** What has changed since the line before, and the sums. */
  line({ tally, sample, state, backlog }: LoadRun, nowMs: number): string {
    const passed = Math.max(1, nowMs - this.#lastMs) / 1_000;
    const tps = (tally.executed - this.#executed) / passed;
    const rates = [...tally.byShard]
      .map(([shard, n]) => [shard, (n - (this.#byShard.get(shard) ?? 0)) / passed] as const)
      .sort(([, a], [, b]) => b - a)
      .slice(0, SHARDS_NAMED)
      .map(([shard, rate]) => `${shard}: ${whole(rate)}`);
    const heldBack = sum(tally.heldBack) - this.#heldBack;
    const due = heldBack + tally.sent - this.#sent;
    const parts = [
      `${whole((nowMs - this.#startMs) / 1_000)} s`,
      `sent ${count(tally.sent)}`,
      `accepted ${count(tally.accepted)}`,
      `refused ${counted(tally.refused)}`,
      `executed ${count(tally.executed)}`,
      `final ${count(tally.final)}`,
      `${whole(tps)} TPS by shard (${rates.join(", ")})`,
      `${many(state?.shards.length ?? 0, "shard")}, epoch ${state?.epoch ?? "?"}`,
      delays(sample.delays.slice(-DELAYS_RECENT)),
    ];
    if (tally.unanswered > 0) parts.push(`${count(tally.unanswered)} without an answer`);
    if (heldBack > 0) {
      const shards = backlog.behind.length > 0 ? `, shard ${backlog.behind.join(", ")}` : "";
      parts.push(`behind: ${percent(heldBack / due)}% not sent${shards}`);
    }
    this.#lastMs = nowMs;
    this.#executed = tally.executed;
    this.#heldBack = sum(tally.heldBack);
    this.#sent = tally.sent;
    this.#byShard = new Map(tally.byShard);
    return parts.join(", ");
  }
}

/** `sendingMs`: how long it was sent. */
export function summary({ tally, sample, state }: LoadRun, sendingMs: number): readonly string[] {
  const { sent, accepted, executed, final, left, lost, heldBack, refused, resent, open } = tally;
  const sampled = sum(sample.outcomes);
  const lines = [
    `Sent ${count(sent)} in ${whole(sendingMs / 1_000)} s (${whole(sent / (sendingMs / 1_000))} a second), accepted ${count(accepted)}, refused ${counted(refused)}`,
  ];
  for (const [reason, n] of heldBack) {
    if (n > 0) lines.push(`Not sent in time: ${count(n)}, ${WHY[reason] ?? reason}`);
  }
  lines.push(
    `Of the accepted: executed ${count(executed)} (final ${count(final)}), left ${counted(left)}, lost ${count(lost.size + open)}`,
    `Sampled: ${count(sampled)}, ${counted(sample.outcomes)}; ${delays(sample.delays)}`,
    `Network: ${many(state?.shards.length ?? 0, "shard")}, epoch ${state?.epoch ?? "?"}; by shard ${counted(tally.byShard)}`,
  );
  if (resent > 0) {
    lines.push(`Sent again, as the network had accepted and then not kept them: ${count(resent)}`);
  }
  for (const [id, status] of [...lost].slice(0, LOST_NAMED)) lines.push(`LOST ${id}: ${status}`);
  lines.push(isWhole(tally) ? "Nothing is lost" : `LOST: ${count(lost.size + open)} transactions`);
  return lines;
}

/** Whether all that was accepted is accounted for. */
export const isWhole = ({ open, lost }: Tally): boolean => open === 0 && lost.size === 0;

const whole = (value: number): string => count(Math.round(value));
const many = (n: number, name: string): string => `${count(n)} ${name}${n === 1 ? "" : "s"}`;

/** "12 (MEMPOOL_FULL 10, NONCE_TAKEN 2)". */
function counted(counts: ReadonlyMap<string, number>): string {
  if (counts.size === 0) return "0";
  return `${count(sum(counts))} (${[...counts].map(([name, n]) => `${name} ${count(n)}`).join(", ")})`;
}

function delays(values: readonly number[]): string {
  const [median, most] = [quantile(values, 0.5), quantile(values, 0.95)];
  if (median === null || most === null) return "inclusion not seen yet";
  return `inclusion ${tenths(median)} s median, ${tenths(most)} s p95`;
}

const tenths = (ms: number): string => seconds(100 * Math.round(ms / 100));
