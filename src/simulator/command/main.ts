// `npm run simulate`: the simulator from a terminal.
import { existsSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { readWorld } from "../stored-world.ts";
import { drawOptions } from "../world-options.ts";
import { type Command, parseCommand, USAGE, UsageError, type WorldSource } from "./arguments.ts";
import { runManyWorlds } from "./many-worlds.ts";
import { type OneWorld, runOneWorld } from "./one-world.ts";
import { openInProcess, openRunner } from "./world-runner.ts";

function sourceOf(source: WorldSource): Pick<OneWorld, "options" | "argument"> {
  if ("seed" in source) {
    return { options: drawOptions(source.seed), argument: `--seed ${source.seed}` };
  }
  const { options: given } = source;
  const isJson = given.trimStart().startsWith("{");
  if (!isJson && !existsSync(given)) {
    throw new UsageError(
      `--options ${JSON.stringify(given)}: no such file; give one, or JSON in single quotes`,
    );
  }
  try {
    const { options } = readWorld(isJson ? given : readFileSync(given, "utf8"));
    return { options, argument: `--options '${given}'` };
  } catch (error) {
    throw new UsageError(`--options: ${(error as Error).message}`);
  }
}

async function run(command: Command): Promise<boolean> {
  if (command.kind === "help") {
    console.log(USAGE);
    return true;
  }
  if (command.kind === "many") return runManyWorlds(command, openRunner, process.stdout);
  const one = { ...command, ...sourceOf(command.source), workers: availableParallelism() };
  const open = command.inProcess ? openInProcess : openRunner;
  return runOneWorld(one, open, (line) => console.log(line));
}

try {
  process.exitCode = (await run(parseCommand(process.argv.slice(2)))) ? 0 : 1;
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`${error.message}\nnpm run simulate -- --help shows all arguments`);
  process.exitCode = 2;
}
