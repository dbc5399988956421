// What stands around an actor wherever it lives, in a Durable Object or in the simulator: it opens on the network's genesis record,
// which it fetches once and keeps, and its alarm comes again when a tick fails for want of the platform.
import { invariant } from "../protocol/assert.ts";
import type { SeatScheme } from "../protocol/consensus/seat-scheme.ts";
import { utf8 } from "../protocol/encoding/bytes.ts";
import type { ValidatorSetRecord } from "../protocol/rounds/epoch.ts";
import type { Actor } from "./actor.ts";
import { getChunked, putChunked } from "./chunked.ts";
import { Network } from "./network.ts";
import type { PeerAnswer, PeerRequest } from "./peers.ts";
import type { Clock, Log, Store } from "./ports.ts";
import { ActorRunner, type RunnerPorts, waitsForOperator } from "./runner.ts";

/** What an actor is made of. */
export interface ActorContext {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly network: Network;
}

export interface Opened<A extends Actor> extends ActorContext {
  readonly runner: ActorRunner<A>;
}

export interface HostPorts<A extends Actor>
  extends Pick<RunnerPorts<A>, "store" | "timers" | "call" | "verify" | "setAlarm" | "stepped"> {
  /** The genesis record, asked for when the store does not have it yet. */
  readonly fetchGenesis: () => Promise<Uint8Array>;
  readonly scheme?: SeatScheme;
  /** The sets whose certificates the actor looks at; all by default. */
  readonly setsOf?: (network: Network) => readonly ValidatorSetRecord[];
  readonly surroundings: (network: Network) => { readonly clock: Clock; readonly log: Log };
  /** Makes the actor from its store. */
  readonly create: (context: ActorContext) => A;
  /** Sets the alarm so many ms from now, whatever the actor's own clock says. */
  readonly retryAlarm: (delayMs: number) => void | Promise<void>;
  /** A tick failed; nobody else hears of it. */
  readonly tickFailed: (error: unknown) => void;
}

const GENESIS_KEY = utf8("genesis");
// After a step that failed for want of the platform, not by a rule: try again without being asked.
const ALARM_RETRY_MS = 1_000;

export class ActorHost<A extends Actor> {
  readonly #ports: HostPorts<A>;
  #opened: Promise<Opened<A>> | null = null;

  constructor(ports: HostPorts<A>) {
    this.#ports = ports;
  }

  opened(): Promise<Opened<A>> {
    this.#opened ??= this.#open().catch((error: unknown) => {
      this.#opened = null;
      throw error;
    });
    return this.#opened;
  }

  async receive(request: PeerRequest): Promise<PeerAnswer> {
    return (await this.opened()).runner.step((actor) => actor.receive(request));
  }

  /** Never throws: the platform would try six times more and then forget the alarm for good. */
  async alarm(): Promise<void> {
    try {
      (await this.opened()).runner.alarm();
    } catch (error) {
      this.#ports.tickFailed(error);
      // A broken invariant or a wrong configuration waits for an operator: ticking again would only cost.
      if (waitsForOperator(error)) return;
      await this.#ports.retryAlarm(ALARM_RETRY_MS);
    }
  }

  async #open(): Promise<Opened<A>> {
    const { store, scheme, timers, call, verify, setAlarm, stepped } = this.#ports;
    const network = new Network(await this.#genesis(), scheme, store);
    const context: ActorContext = { store, network, ...this.#ports.surroundings(network) };
    const runner = new ActorRunner<A>({
      store,
      timers,
      call,
      verify,
      setAlarm,
      log: context.log,
      create: () => {
        network.reload();
        return this.#ports.create(context);
      },
      callDeadlineMs: () => network.roundMs / 4,
      ...(stepped === undefined ? {} : { stepped }),
    });
    // Also arms an alarm that a crash kept from being set.
    runner.step(() => undefined);
    return { ...context, runner };
  }

  async #genesis(): Promise<Uint8Array> {
    const { store, scheme, setsOf, fetchGenesis } = this.#ports;
    const meta = store.table("meta");
    const stored = getChunked(meta, GENESIS_KEY);
    if (stored !== undefined) return stored;
    const genesis = await fetchGenesis();
    const network = new Network(genesis, scheme);
    invariant(
      network.provesPossession(setsOf?.(network)),
      "R-4.1 A seat without proof of possession",
    );
    // In one transaction: half a record would be read as a whole one.
    store.transaction(() => putChunked(meta, GENESIS_KEY, genesis));
    return genesis;
  }
}
