// A faulty voter in its world: the seam through which everything passes between its actor and the others, and its turns. It turns some
// times in each round that the shard opens, so that it sleeps when nothing is to be decided.
import type { PeerAnswer, PeerId, PeerRequest } from "../../actors/peers.ts";
import { StorageUnavailableError } from "../../actors/ports.ts";
import type { Replica } from "../../actors/replica.ts";
import { buildShardBlock, type ShardView } from "../../protocol/blocks/build-shard-block.ts";
import { LifeOver } from "../disk.ts";
import type { Caller, Links, Outgoing, Seam } from "../links.ts";
import type { VirtualTime } from "../virtual-time.ts";
import type { Behaviour, Hooks, Means, Sent } from "./behaviour.ts";

export interface FaultyVoterWorld {
  readonly time: VirtualTime;
  readonly links: Links;
  readonly roundMs: number;
  readonly nameOf: (peer: PeerId) => string;
  readonly peerOf: (name: string) => PeerId;
}

export interface FaultyVoterSpec {
  readonly name: string;
  readonly behaviour: Behaviour;
  readonly means: Omit<Means, "rootsToCarry" | "emptyHalf" | "send" | "spread" | "act" | "remark">;
  readonly act: () => void;
}

const TURNS_A_ROUND = 6;

export class FaultyVoter implements Seam {
  readonly name: string;
  readonly means: Means;
  readonly #world: FaultyVoterWorld;
  readonly #hooks: Hooks;
  readonly #caller: Caller;
  #replicas: (() => readonly Replica[]) | null = null;
  #turnsLeft = 0;
  #round = 0;
  #isOver = false;

  constructor(world: FaultyVoterWorld, { name, behaviour, means, act }: FaultyVoterSpec) {
    this.#world = world;
    this.name = name;
    // Who speaks without its actor goes on whatever becomes of the actor.
    this.#caller = { name, resume: (body) => body() };
    this.means = {
      ...means,
      rootsToCarry: (shard, round) => this.#view(shard, round, (view) => view.rootsToCarry()) ?? [],
      emptyHalf: (shard, round) =>
        this.#view(shard, round, (view) => buildShardBlock(view, []).formed),
      send: (sent) => this.#say(sent),
      spread: (request, probability = 1) => {
        for (const { peer } of means.others) {
          if (means.random.chance(probability)) this.#say({ to: peer, request });
        }
      },
      act,
      remark: (deed) => world.time.remark(name, "lies", deed),
    };
    means.plot.join(this.means);
    this.#hooks = behaviour(this.means);
    world.links.seams.set(name, this);
  }

  /** Its actor has a new life. */
  lives(actor: { readonly replicas: readonly Replica[] }): void {
    this.#replicas = () => actor.replicas;
  }

  /** Replaced by an honest voter, which goes on from the same store. */
  replace(): void {
    this.#isOver = true;
    this.#world.links.seams.delete(this.name);
  }

  request(message: Outgoing): readonly Outgoing[] {
    if (message.method !== "receive") return [message];
    const { peerOf } = this.#world;
    const sent: Sent = { to: peerOf(message.to), request: message.args[0] as PeerRequest };
    this.#note(sent.request, sent.to);
    const leaving = this.#hooks.sends?.(sent) ?? [sent];
    for (const one of leaving) if (one !== sent) this.#say(one);
    // Its actor hears the answer to what it asked itself, and to nothing else.
    return leaving.includes(sent) ? [message] : [];
  }

  arrives(_from: string, method: string, args: readonly unknown[]): void {
    if (method !== "receive") return;
    const request = args[0] as PeerRequest;
    this.#note(request, null);
    this.#hooks.hears?.(request);
  }

  answer(_to: string, method: string, args: readonly unknown[], answer: unknown): unknown {
    if (method !== "receive" || this.#hooks.answers === undefined) return answer;
    return this.#hooks.answers(args[0] as PeerRequest, answer as PeerAnswer);
  }

  /** What its own replica of the shard says of a round; null if it cannot now. */
  #view<T>(shard: number, round: number, ask: (view: ShardView) => T): T | null {
    try {
      const replica = this.#replicas?.().find((one) => one.shard === shard);
      if (replica === undefined || replica.head.round >= round) return null;
      return replica.canJudge(round) ? ask(replica.view(round)) : null;
    } catch (error) {
      // Its actor is between two lives, or has no disk: its replica cannot be asked.
      if (error instanceof LifeOver || error instanceof StorageUnavailableError) return null;
      throw error;
    }
  }

  #note(request: PeerRequest, to: PeerId | null): void {
    const { memory, random } = this.means;
    memory.note(request, to);
    if (memory.round <= this.#round || this.#hooks.turn === undefined) return;
    this.#round = memory.round;
    const asleep = this.#turnsLeft === 0;
    this.#turnsLeft = TURNS_A_ROUND;
    if (asleep) this.#turnSoon(random.between(1, 60));
  }

  #turnSoon(delayMs: number): void {
    const { time, roundMs } = this.#world;
    const run = (): void => {
      if (this.#isOver) return;
      this.#turnsLeft -= 1;
      this.#hooks.turn?.();
      if (this.#turnsLeft > 0) this.#turnSoon(this.means.random.between(5, roundMs / 2));
    };
    time.after(delayMs, { actor: this.name, kind: "turn of a faulty voter", run });
  }

  #say({ to, request, delayMs = 0 }: Sent): void {
    const { links, nameOf, time } = this.#world;
    const message = { to: nameOf(to), method: "receive", args: [request], delayMs };
    void links.send(this.#caller, message).then(
      (answer) => {
        const { kind, why } = (answer ?? {}) as { readonly kind?: string; readonly why?: string };
        if (kind === "refused") time.remark(nameOf(to), "refuses a faulty voter", why);
      },
      () => undefined,
    );
  }
}
