// Assertions are for our own bugs: a broken invariant stops the actor with evidence.
export class InvariantError extends Error {
  override readonly name = "InvariantError";
  readonly evidence: Readonly<Record<string, unknown>>;
  constructor(message: string, evidence: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.evidence = evidence;
  }
}

export function invariant(
  condition: unknown,
  message: string,
  evidence?: Readonly<Record<string, unknown>>,
): asserts condition {
  if (!condition) throw new InvariantError(message, evidence);
}

export function assertNever(value: never): never {
  throw new InvariantError("Unreachable variant", { value });
}
