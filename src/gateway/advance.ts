// dev.advance: moves a manual clock from one instant at which somebody is due to the next. Objects that
// are neither due nor called are left alone: their clocks follow with the first call.
import type { Activity, ActorRpc } from "../actors/rpc.ts";
import { MERKLE_CHAIN_NAME, shardName, validatorSetName } from "../object-names.ts";
import { PART_WAIT_ROUNDS } from "../protocol/rounds/epoch.ts";
import type { GatewayContext } from "./context.ts";
import { badInput, gatewayError } from "./errors.ts";
import { ADVANCE_ROUNDS_MAX } from "./limits.ts";
import { type NetworkFacts, nowMs } from "./network-facts.ts";
import type { Peers } from "./peers.ts";

/**
 * Moves the clock by so many rounds; what is due on the way is done when it is due. The clock then stands
 * at the start of that round, or as far into it as its blocks take.
 */
export async function advance(
  { network, peers }: GatewayContext,
  rounds: number,
): Promise<{ round: number; time: Date }> {
  if (network.clock !== "manual") {
    const message =
      'Cannot advance the clock: it moves by itself; set clock to "manual" in NETWORK';
    throw gatewayError("CLOCK_NOT_MANUAL", message);
  }
  if (rounds < 1 || rounds > ADVANCE_ROUNDS_MAX) {
    throw badInput("Invalid rounds", rounds, `from 1 to ${ADVANCE_ROUNDS_MAX}`);
  }
  const startMs = await nowMs(network, peers);
  const round = network.epochs.roundAt(startMs) + rounds;
  const endMs = await new ManualTime(network, peers, startMs).moveTo(round);
  return { round, time: new Date(endMs) };
}

/**
 * How far into the last round what is due is done, in rounds: whoever moves to a round means its blocks,
 * too. A set waits for its second shard, and with the MerkleChain's part alone until the end of the round
 * (R-7.1).
 */
const BLOCKS_ROUNDS = PART_WAIT_ROUNDS + 0.01;
/** How often one object may be due again at the same instant, before it has to wait for the next round. */
const TICKS_AT_ONCE_MAX = 20;

class ManualTime {
  readonly #network: NetworkFacts;
  readonly #peers: Peers;
  readonly #objects: ReadonlyMap<string, ActorRpc>;
  readonly #startMs: number;
  #nowMs: number;
  /** What each object said when it had nothing under way. */
  readonly #known = new Map<string, Activity>();
  /** Due when the clock stood still, such as a shard that was sent something since. */
  readonly #held = new Set<string>();
  /** By object: how often it was ticked at this instant. */
  readonly #ticks = new Map<string, number>();

  constructor(network: NetworkFacts, peers: Peers, startMs: number) {
    this.#network = network;
    this.#peers = peers;
    this.#startMs = startMs;
    this.#nowMs = startMs;
    this.#objects = new Map<string, ActorRpc>([
      ...this.#keepers,
      ...network.epochs.latest.sets.map(
        ({ set }) => [validatorSetName(set), peers.validatorSet(set)] as const,
      ),
    ]);
  }

  /** Whose clocks others read: the network's and each shard's. */
  get #keepers(): (readonly [string, ActorRpc])[] {
    const { shards } = this.#network.epochs.latest;
    return [
      [MERKLE_CHAIN_NAME, this.#peers.merkleChain],
      ...shards.map(({ shard }) => [shardName(shard), this.#peers.shard(shard)] as const),
    ];
  }

  /** Answers the time at which the clock stands in the end. */
  async moveTo(round: number): Promise<number> {
    await this.#settle(this.#objects.keys());
    for (const [name, { dueMs }] of this.#known) {
      if (dueMs !== null && dueMs <= this.#startMs) this.#held.add(name);
    }
    for (;;) {
      const dueMs = this.#nextMs();
      await this.#learnEpochs(Math.min(dueMs, this.#lastMs(round)));
      if (dueMs > this.#lastMs(round)) break;
      this.#moveClock(dueMs);
      await this.#tick([...this.#known.keys()].filter((name) => this.#dueMs(name) <= this.#nowMs));
    }
    this.#moveClock(this.#network.epochs.roundStartMs(round));
    await this.#tick(this.#keepers.map(([name]) => name));
    return this.#nowMs;
  }

  /**
   * an epoch that begins on the way can have rounds of another length. The MerkleChain knows it by then: nothing else is due
   * before that time.
   */
  async #learnEpochs(untilMs: number): Promise<void> {
    const { epochs, lastRound } = this.#network;
    if (epochs.roundAt(untilMs) > lastRound) await this.#network.renew(this.#peers);
  }

  /** Until when what is due is done on the way to the round. */
  #lastMs(round: number): number {
    const { epochs } = this.#network;
    return epochs.roundStartMs(round) + epochs.at(round).roundMs * BLOCKS_ROUNDS;
  }

  #nextMs(): number {
    return Math.min(...[...this.#known.keys()].map((name) => this.#dueMs(name)));
  }

  /** What was due before the clock moved waits for the next round, also if somebody calls it before. */
  #dueMs(name: string): number {
    // Clocks show whole milliseconds.
    const said = Math.ceil(this.#known.get(name)?.dueMs ?? Number.POSITIVE_INFINITY);
    const dueMs = this.#held.has(name) ? Math.max(said, this.#roundAfter(this.#startMs)) : said;
    const ticks = this.#ticks.get(name) ?? 0;
    const hasToWait = dueMs <= this.#nowMs && ticks >= TICKS_AT_ONCE_MAX;
    return hasToWait ? this.#roundAfter(this.#nowMs) : dueMs;
  }

  #roundAfter(timeMs: number): number {
    const { epochs } = this.#network;
    return epochs.roundStartMs(epochs.roundAt(timeMs) + 1);
  }

  #moveClock(timeMs: number): void {
    if (timeMs <= this.#nowMs) return;
    this.#nowMs = timeMs;
    this.#ticks.clear();
  }

  async #tick(names: readonly string[]): Promise<void> {
    for (const name of names) this.#ticks.set(name, (this.#ticks.get(name) ?? 0) + 1);
    await Promise.all(names.map((name) => this.#object(name).advanceClock(this.#nowMs)));
    await this.#settle(names);
  }

  /** Waits until these objects have nothing under way, nor any that they called, nor any that those called. */
  async #settle(names: Iterable<string>): Promise<void> {
    for (let open = new Set(names); open.size > 0; ) {
      const found = await Promise.all(
        [...open].map(async (name) => [name, await this.#object(name).settled()] as const),
      );
      open = new Set();
      for (const [name, activity] of found) {
        const before = this.#known.get(name)?.calls;
        this.#known.set(name, activity);
        for (const [peer, count] of Object.entries(activity.calls)) {
          if (before?.[peer] !== count) open.add(peer);
        }
      }
    }
  }

  #object(name: string): ActorRpc {
    const object = this.#objects.get(name);
    if (object === undefined) throw new Error(`No object of this epoch is named ${name}`);
    return object;
  }
}
