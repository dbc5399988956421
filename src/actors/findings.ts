// What a set's voter, which follows what others make, finds wrong with it: kept for those who ask. One of each sort for a shard
// and round, the newest ones; who repeats a lie fills nothing.
import { utf8 } from "../protocol/encoding/bytes.ts";
import {
  codec,
  decodeStored,
  list,
  safeU64,
  struct,
  text,
  u32,
} from "../protocol/encoding/codec.ts";
import { KIB } from "../protocol/limits.ts";
import type { Store, Table } from "./ports.ts";

const KINDS = ["block", "result"] as const;
/** A committed block that does not follow from the rules; a vote for another result of a round than this voter's own. */
export type FindingKind = (typeof KINDS)[number];

export interface Finding {
  readonly shard: number;
  readonly round: number;
  readonly kind: FindingKind;
  /** For people: what does not hold, as JSON where it is a refusal. */
  readonly reason: string;
}

/** How many are kept. */
export const FINDINGS_MAX = 64;
const REASON_CHARACTERS_MAX = 512;

const kindType = u32.transform<FindingKind>(
  "kind",
  (kind) => KINDS.indexOf(kind),
  (number) => {
    const kind = KINDS[number];
    if (kind === undefined) throw new TypeError(`Unknown kind ${number}`);
    return kind;
  },
);
const findingsCodec = codec<{ readonly findings: readonly Finding[] }>(
  "findings",
  struct<{ readonly findings: readonly Finding[] }>("Findings", {
    findings: list(
      struct<Finding>("Finding", { shard: u32, round: safeU64, kind: kindType, reason: text }),
    ),
  }),
  256 * KIB,
);
const KEY = utf8("findings");

export class Findings {
  readonly #table: Table;
  /** The newest first. */
  #all: readonly Finding[];

  constructor(store: Store) {
    this.#table = store.table("meta");
    const stored = this.#table.get(KEY);
    this.#all = stored === undefined ? [] : decodeStored(findingsCodec, stored).findings;
  }

  get all(): readonly Finding[] {
    return this.#all;
  }

  /** Durable with the step. */
  add(finding: Finding): void {
    const { shard, round, kind } = finding;
    const isKnown = this.#all.some(
      (one) => one.shard === shard && one.round === round && one.kind === kind,
    );
    if (isKnown) return;
    const reason = finding.reason.slice(0, REASON_CHARACTERS_MAX);
    this.#all = [{ ...finding, reason }, ...this.#all].slice(0, FINDINGS_MAX);
    this.#table.put(KEY, findingsCodec.encode({ findings: this.#all }));
  }
}
