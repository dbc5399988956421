// A mutant: the sources with one line changed, so that a rule does not hold any more. Lines are named by their text, so that a
// list of mutants outlives other changes of a file; one whose line is gone or not alone any more is stale.
import { cpSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface Mutant {
  readonly name: string;
  /** The rule that it breaks, and how. */
  readonly breaks: string;
  /** From the project's root. */
  readonly file: string;
  /** The whole line without its indentation. */
  readonly line: string;
  readonly replacement: string;
}

export class StaleMutantError extends Error {
  override readonly name = "StaleMutantError";
}

/** The source with the mutant's line replaced. */
export function mutate(source: string, { name, file, line, replacement }: Mutant): string {
  const lines = source.split("\n");
  const found = lines.flatMap((text, at) => (text.trim() === line ? [at] : []));
  const [at] = found;
  if (at === undefined || found.length > 1) {
    throw new StaleMutantError(
      `The mutant ${JSON.stringify(name)} is stale: ${file} has its line ${found.length} times, ` +
        `not once: ${JSON.stringify(line)}`,
    );
  }
  lines[at] = (lines[at] as string).replace(line, () => replacement);
  return lines.join("\n");
}

/** What a copy of the project needs to run worlds. */
const COPIED = ["src", "package.json"];

/** Copies the sources into an empty folder, with these mutants in them. */
export function plant(root: string, folder: string, mutants: readonly Mutant[]): void {
  for (const path of COPIED) cpSync(join(root, path), join(folder, path), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  for (const mutant of mutants) {
    const path = join(folder, mutant.file);
    writeFileSync(path, mutate(readFileSync(path, "utf8"), mutant));
  }
}
