// The arguments of `npm run estimate` by name. Node takes them apart; what is wrong is said in our words: which argument, its
// value, and what is allowed.
import { parseArgs } from "node:util";

const VALUES = [
  "shards",
  "validators",
  "chains",
  "seats",
  "round-ms",
  "chains-per-shard",
  "tps-per-shard",
  "saturation",
] as const;
const FLAGS = ["source", "help"] as const;

export type ValueName = (typeof VALUES)[number];
type FlagName = (typeof FLAGS)[number];

/** The text of each value that was given. */
export type Values = Readonly<Partial<Record<ValueName, string>>>;

/** Arguments that make no sense, with what to do. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

export const wrongValue = (name: ValueName | FlagName, value: string, advice: string): UsageError =>
  new UsageError(`--${name} ${JSON.stringify(value)}: ${advice}`);

export function readArguments(args: readonly string[]): {
  readonly values: Values;
  readonly flags: ReadonlySet<FlagName>;
} {
  const { tokens } = parseArgs({
    args: [...args],
    options: {
      ...Object.fromEntries(VALUES.map((name) => [name, { type: "string" as const }])),
      source: { type: "boolean" },
      help: { type: "boolean", short: "h" },
    },
    // Strict, it would throw by itself, without the value.
    strict: false,
    tokens: true,
  });
  const values: Partial<Record<ValueName, string>> = {};
  const flags = new Set<FlagName>();
  for (const token of tokens) {
    if (token.kind === "option-terminator") continue;
    if (token.kind === "positional") throw unknownArgument(token.value);
    const valueName = VALUES.find((name) => name === token.name);
    const flagName = FLAGS.find((name) => name === token.name);
    if (valueName !== undefined) {
      // Node takes a forgotten value's place with the next argument.
      if (token.value === undefined || (!token.inlineValue && token.value.startsWith("--"))) {
        throw new UsageError(`--${valueName}: give it a value`);
      }
      values[valueName] = token.value;
    } else if (flagName !== undefined) {
      if (token.value !== undefined) throw wrongValue(flagName, token.value, "it takes no value");
      flags.add(flagName);
    } else throw unknownArgument(token.rawName);
  }
  return { values, flags };
}

function unknownArgument(text: string): UsageError {
  const known = [...VALUES, ...FLAGS].map((name) => `--${name}`).join(", ");
  return new UsageError(`Unknown argument ${JSON.stringify(text)}: there are ${known}`);
}
