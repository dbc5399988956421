// The table of one or many networks: a row each figure, a column each network; where they do not fit beside each other, the
// next ones stand below in another block. Below all what has to be known to read it.
import {
  estimate,
  type NetworkShape,
  type Performance,
  tpsOfFullBlocks,
} from "../protocol/topology/performance.ts";
import { count } from "./format.ts";
import { GROUPS } from "./rows.ts";
import { type Align, alignColumns } from "./table.ts";

/** `widthMax`: characters of a line, if at least one network fits into it. */
export function shapeTable(shapes: readonly NetworkShape[], widthMax: number): readonly string[] {
  const lines: string[] = [];
  let left = shapes.map(estimate);
  while (left.length > 0) {
    let fitting = 1;
    let block = blockOf(left.slice(0, 1));
    while (fitting < left.length) {
      const wider = blockOf(left.slice(0, fitting + 1));
      if (Math.max(...wider.map((line) => line.length)) > widthMax) break;
      block = wider;
      fitting++;
    }
    lines.push(...block, "");
    left = left.slice(fitting);
  }
  return [...lines, ...notes(shapes)];
}

function blockOf(networks: readonly Performance[]): readonly string[] {
  const cells = GROUPS.flatMap(({ title, rows }, i) => [
    ...(i === 0 ? [] : [[]]),
    [title],
    ...rows.map(({ label, unit, rule, text }) => [`  ${label}`, ...networks.map(text), unit, rule]),
  ]);
  const values = networks.map((): Align => "right");
  return alignColumns(cells, ["left", ...values, "left", "left"]);
}

/** Section 14. */
const ONE_REGION_MS = 500;
/** */
const SEATS_OF_NETWORKS: readonly number[] = [21, 7, 4];

function notes(shapes: readonly NetworkShape[]): readonly string[] {
  const [shape] = shapes;
  if (shape === undefined) return [];
  const { seats, roundMs, tpsPerShard } = shape;
  const full = tpsOfFullBlocks(roundMs);
  return [
    "Calculated, not measured: docs/benchmarks.md says what one machine does.",
    ...(roundMs <= ONE_REGION_MS
      ? [`Rounds of ${roundMs} ms need a set's objects within one region (section 14).`]
      : []),
    ...(SEATS_OF_NETWORKS.includes(seats)
      ? []
      : [`Networks take 21, 7 or 4 seats a set (R-3.2), not ${seats}.`]),
    ...(tpsPerShard <= full
      ? []
      : [
          `A full block a round is ${count(full)} TPS a shard (R-3.10): ` +
            `${count(tpsPerShard)} need shorter rounds.`,
        ]),
  ];
}
