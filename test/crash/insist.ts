// Asking a network that comes and goes: again and again until there is an answer.

/** An answer that no waiting changes. */
export class NoAnswerError extends Error {}

export interface Asked {
  readonly url: string;
  /** Told the code of each answer that asks to come again. */
  readonly onTrouble?: (code: string) => void;
}

interface Body {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly extensions?: { readonly code?: string; readonly retryable?: boolean };
  }[];
}

const ANSWER_MS_MAX = 5_000;
const AGAIN_MS = 50;
/** Longer than any network stays away here. */
const PATIENCE_MS = 120_000;

export const sleep = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, ms));

/** Asks until there is an answer. Throws for an answer that is neither data nor "later". */
export async function insist(
  { url, onTrouble }: Asked,
  query: string,
  variables: Readonly<Record<string, unknown>> = {},
): Promise<Readonly<Record<string, unknown>>> {
  const deadline = Date.now() + PATIENCE_MS;
  let last = "the connection broke";
  while (Date.now() < deadline) {
    const body = await post(url, JSON.stringify({ query, variables }));
    if (body?.data != null && body.errors === undefined) return body.data;
    for (const { message, extensions } of body?.errors ?? []) {
      last = `${extensions?.code}: ${message}`;
      if (extensions?.retryable !== true) throw new NoAnswerError(`${last}: ${query}`);
      onTrouble?.(extensions.code ?? "");
    }
    await sleep(AGAIN_MS);
  }
  throw new NoAnswerError(`No answer in ${PATIENCE_MS} ms, the last: ${last}: ${query}`);
}

/** The answers to one field for each argument list, in order. `fragment`: what the fields may use. `atOnce`: in one query. */
export async function insistMany<T>(
  asked: Asked,
  fields: readonly string[],
  fragment = "",
  atOnce = ALIASES_A_QUERY,
): Promise<T[]> {
  const answers: T[] = [];
  for (let at = 0; at < fields.length; at += atOnce) {
    const some = fields.slice(at, at + atOnce);
    const aliases = some.map((field, i) => `a${i}: ${field}`).join("\n");
    const data = await insist(asked, `{ ${aliases} } ${fragment}`);
    answers.push(...some.map((_, i) => data[`a${i}`] as T));
  }
  return answers;
}

const ALIASES_A_QUERY = 40;

/** null if the connection broke. */
async function post(url: string, body: string): Promise<Body | null> {
  try {
    const headers = { "content-type": "application/json" };
    const signal = AbortSignal.timeout(ANSWER_MS_MAX);
    const response = await fetch(url, { method: "POST", headers, body, signal });
    return (await response.json()) as Body;
  } catch {
    return null;
  }
}
