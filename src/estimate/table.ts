// Columns of text, aligned.

export type Align = "left" | "right";

/** Between two columns. */
const GAP = "  ";

/** One line a row, without spaces at its end. */
export function alignColumns(
  rows: readonly (readonly string[])[],
  aligns: readonly Align[],
): readonly string[] {
  const widths = aligns.map((_, column) =>
    Math.max(0, ...rows.map((cells) => cells[column]?.length ?? 0)),
  );
  return rows.map((cells) =>
    aligns
      .map((align, column) => {
        const [cell = "", width = 0] = [cells[column], widths[column]];
        return align === "left" ? cell.padEnd(width) : cell.padStart(width);
      })
      .join(GAP)
      .trimEnd(),
  );
}
