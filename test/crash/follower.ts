// Follows what a network says of itself, from the first event on, and goes on behind its cursor when
// the connection breaks.
import type { ObservedBlock } from "../../src/simulator/checkers/observation.ts";
import { type Asked, sleep } from "./insist.ts";
import { bare } from "./journal.ts";
import { BLOCK_FACTS, type BlockFacts, shardBlock, withAllIds } from "./observe.ts";

type Event = Readonly<Record<string, unknown>> & { readonly cursor: string };

class Follower {
  readonly events: Event[] = [];
  readonly #url: string;
  readonly #query: string;
  #abort = new AbortController();
  #running = true;

  /** `query`: of one root field that is named `event`, with `cursor` in it, from behind `$after`. */
  constructor(url: string, query: string) {
    this.#url = url;
    this.#query = query;
  }

  async run(): Promise<void> {
    while (this.#running) {
      this.#abort = new AbortController();
      await this.#follow().catch(() => undefined);
      await sleep(20);
    }
  }

  stop(): void {
    this.#running = false;
    this.#abort.abort();
  }

  async #follow(): Promise<void> {
    const variables = { after: this.events.at(-1)?.cursor ?? null };
    const response = await fetch(this.#url, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "text/event-stream" },
      body: JSON.stringify({ query: this.#query, variables }),
      signal: this.#abort.signal,
    });
    let text = "";
    for await (const part of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += part;
      for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
        this.#event(text.slice(0, end));
        text = text.slice(end + 2);
      }
    }
  }

  #event(event: string): void {
    const json = /^data: (.+)$/m.exec(event)?.[1];
    if (!event.includes("event: next") || json === undefined) return;
    const { data } = JSON.parse(json) as { readonly data?: { readonly event: Event } | null };
    // What it is about could not be read just then. The events behind it would go on without it.
    if (data == null) throw new Error(`An event without its data: ${json}`);
    this.events.push(data.event);
  }
}

const BLOCKS = `subscription ($after: String) {
  event: blocks(shard: "0", after: $after) { cursor ...B } } ${BLOCK_FACTS}`;
const NETWORK = `subscription ($after: String) { event: network(after: $after) {
  cursor ... on MerkleChainBlock { notarised { shard { id } round headerHash } } } }`;

interface NotarisedFacts {
  readonly shard: { readonly id: string };
  readonly round: number;
  readonly headerHash: string;
}

export class BlockFollower extends Follower {
  constructor(url: string) {
    super(url, BLOCKS);
  }

  get rounds(): number {
    return new Set(this.#facts.map(({ round }) => round)).size;
  }

  get transactions(): number {
    return this.#facts.reduce((sum, { transactionCount }) => sum + transactionCount, 0);
  }

  /** As they came: a chain's part after the other. Of long lists of ids the rest is read now. */
  async blocks(asked: Asked): Promise<ObservedBlock[]> {
    const groups: BlockFacts[][] = [];
    for (const facts of this.#facts) {
      const part = await withAllIds(asked, facts);
      const last = groups.at(-1);
      if (last?.[0]?.round === part.round) last.push(part);
      else groups.push([part]);
    }
    return groups.map((parts) => shardBlock(parts));
  }

  get #facts(): BlockFacts[] {
    return this.events as unknown as BlockFacts[];
  }
}

export class NetworkFollower extends Follower {
  constructor(url: string) {
    super(url, NETWORK);
  }

  get notarised() {
    return this.events.flatMap(({ notarised }) =>
      (notarised as readonly NotarisedFacts[]).map(({ shard, round, headerHash }) => ({
        shard: Number(shard.id),
        round,
        hash: bare(headerHash),
        atMs: null,
        saturation: null,
      })),
    );
  }
}
