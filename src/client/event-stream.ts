// Server-sent events (WHATWG HTML, section 9.2) as GraphQL over SSE sends them: `next` with a
// result, `complete` at the end, comments to show that the connection lives.
import { UnavailableError } from "./errors.ts";

/** What is in a `next` event. */
export type EventData = unknown;

/** The server sends a comment every 12 seconds: so long without anything is a dead connection. */
const SILENCE_MS_MAX = 40_000;
/** No event of ours comes near: what is longer is no stream of events. */
const EVENT_CHARACTERS_MAX = 4 * 1024 * 1024;
const BLANK_LINE = /\r\n\r\n|\n\n|\r\r/;

/** Ends with `complete`; throws UnavailableError when the stream ends or falls silent before. */
export async function* readEvents(
  body: ReadableStream<Uint8Array>,
  silenceMsMax: number = SILENCE_MS_MAX,
): AsyncGenerator<EventData, void, undefined> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  try {
    for (;;) {
      const { done, value } = await within(reader.read(), silenceMsMax);
      if (done) throw new UnavailableError("Cannot follow on: the stream ended");
      text += decoder.decode(value, { stream: true });
      for (let end = BLANK_LINE.exec(text); end !== null; end = BLANK_LINE.exec(text)) {
        const { event, data } = parseEvent(text.slice(0, end.index));
        text = text.slice(end.index + end[0].length);
        if (event === "complete") return;
        if (event === "next" && data !== "") yield JSON.parse(data) as EventData;
      }
      if (text.length > EVENT_CHARACTERS_MAX) {
        throw new UnavailableError("Cannot follow on: an event of the stream has no end");
      }
    }
  } finally {
    // Also for a reader that left before the end; a stream that is closed does not mind.
    await reader.cancel().catch(() => undefined);
  }
}

function parseEvent(block: string): { readonly event: string; readonly data: string } {
  let event = "message";
  const data: string[] = [];
  for (const line of block.split(/\r\n|\n|\r/)) {
    const [, field, value = ""] = /^([a-z]+)(?:: ?(.*))?$/.exec(line) ?? [];
    if (field === "event") event = value;
    else if (field === "data") data.push(value);
  }
  return { event, data: data.join("\n") };
}

async function within<T>(promise: Promise<T>, ms: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const silence = new Promise<never>((_, reject) => {
    const late = () => reject(new UnavailableError(`Cannot follow on: nothing came for ${ms} ms`));
    timer = setTimeout(late, ms);
  });
  try {
    return await Promise.race([promise, silence]);
  } finally {
    clearTimeout(timer);
  }
}
