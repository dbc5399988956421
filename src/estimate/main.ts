// `npm run estimate`: the performance of networks of any size, calculated (section 13).
import { parseCommand, USAGE } from "./arguments.ts";
import { UsageError } from "./read-arguments.ts";
import { shapeTable } from "./shape-table.ts";
import { sourceTables } from "./source-tables.ts";

/** Where nobody says how wide the terminal is. */
const WIDTH = 100;

function linesOf(args: readonly string[]): readonly string[] {
  const command = parseCommand(args);
  switch (command.kind) {
    case "help":
      return [USAGE];
    case "source":
      return sourceTables();
    case "shapes":
      return shapeTable(command.shapes, process.stdout.columns ?? WIDTH);
  }
}

try {
  for (const line of linesOf(process.argv.slice(2))) console.log(line);
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`${error.message}\nnpm run estimate -- --help shows all arguments`);
  process.exitCode = 1;
}
