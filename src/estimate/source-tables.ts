// `npm run estimate -- --source`: the source document's figures, in text.
import { count } from "./format.ts";
import { sourceFigures } from "./source-figures.ts";
import { sourceGrowth } from "./source-growth.ts";
import { alignColumns } from "./table.ts";

export const sourceTables = (): readonly string[] => [...figureLines(), "", ...growthLines()];

/** Why a figure differs stands below it. */
function figureLines(): readonly string[] {
  const sections = sourceFigures();
  const cells = sections.flatMap(({ title, figures }, i) => [
    ...(i === 0 ? [] : [[]]),
    [title],
    ...figures.map(({ what, source, here }) => [`  ${what}`, source, here]),
  ]);
  const lines = alignColumns([["", "source", "here"], ...cells], ["left", "right", "right"]);
  const readings = sections.flatMap(({ figures }, i) => [
    ...(i === 0 ? [] : [undefined]),
    undefined,
    ...figures.map(({ reading }) => reading),
  ]);
  return lines.flatMap((line, i) => {
    const reading = i === 0 ? undefined : readings[i - 1];
    return reading === undefined ? [line] : [line, `      here: ${reading}`];
  });
}

function growthLines(): readonly string[] {
  const columns = sourceGrowth();
  const text = (value: number | null | undefined): string =>
    value === null || value === undefined ? "-" : count(value);
  const rows = (columns[0]?.here ?? []).map((_, i) =>
    columns.map(({ source, here }) =>
      source[i] === here[i] ? text(here[i]) : `${text(source[i])}, here ${text(here[i])}`,
    ),
  );
  return [
    "Validators of the first ten shards, 21 seats a set",
    ...alignColumns(
      [columns.map(({ title }) => title), ...rows],
      columns.map(() => "right"),
    ).map((line) => `  ${line}`),
    ...columns.flatMap(({ title, reading }) =>
      reading === undefined ? [] : [`      ${title}: ${reading}`],
    ),
  ];
}
