// The faults that come with time and not with a message or a step: partitions, pauses, wrong clocks, full disks.
import type { Faults } from "./faults.ts";
import type { Links } from "./links.ts";
import type { Random } from "./random.ts";
import type { SimulatedHost } from "./simulated-host.ts";
import type { VirtualTime } from "./virtual-time.ts";
import type { WorldOptions } from "./world-options.ts";

export interface WeatherWorld {
  readonly time: VirtualTime;
  readonly faults: Faults;
  readonly links: Links;
  readonly hosts: readonly SimulatedHost[];
  /** Of clients. */
  readonly others: readonly string[];
}

// How long each lasts, in rounds, from and to.
const PARTITION_ROUNDS: readonly [number, number] = [1, 12];
const PAUSE_ROUNDS: readonly [number, number] = [0.1, 8];
const SLOW_ROUNDS: readonly [number, number] = [2, 20];
const FULL_ROUNDS: readonly [number, number] = [0.5, 10];
/** how far clocks are ever off, in rounds. */
export const CLOCK_BOUND_ROUNDS = 2;

const lasting = (random: Random, [from, to]: readonly [number, number]): number =>
  from + random.unit() * (to - from);

export class Weather {
  readonly #world: WeatherWorld;
  readonly #roundMs: number;

  constructor(world: WeatherWorld, { roundMs }: WorldOptions) {
    this.#world = world;
    this.#roundMs = roundMs;
  }

  /** Once a round until the world heals. */
  start(): void {
    const { time, faults } = this.#world;
    const run = (): void => {
      if (faults.healed) return;
      this.#round();
      this.start();
    };
    time.after(this.#roundMs, { actor: "weather", kind: "round", run });
  }

  #round(): void {
    const { faults, hosts, time } = this.#world;
    if (faults.due("partitionOneWay")) this.#cut("partitionOneWay");
    if (faults.due("partitionTwoWay")) this.#cut("partitionTwoWay");
    if (faults.happens("pause")) {
      const random = faults.random("pause");
      const host = random.pick(hosts) as SimulatedHost;
      host.pause(time.nowMs + lasting(random, PAUSE_ROUNDS) * this.#roundMs);
      time.remark(host.name, "paused");
    }
    if (faults.happens("slowClock")) this.#slowClock();
    if (faults.happens("clockForward")) this.#jump("clockForward", 1);
    if (faults.happens("clockBackward")) this.#jump("clockBackward", -1);
    if (faults.due("diskFull")) this.#fillDisk();
  }

  #cut(kind: "partitionOneWay" | "partitionTwoWay"): void {
    const { faults, hosts, links, others, time } = this.#world;
    const random = faults.random(kind);
    const names = random.shuffle([...hosts.map(({ name }) => name), ...others]);
    const some = random.between(1, names.length - 1);
    const until = time.nowMs + lasting(random, PARTITION_ROUNDS) * this.#roundMs;
    const [from, to] = [names.slice(0, some), names.slice(some)];
    links.cut(kind, new Set(from), new Set(to), until);
    time.remark(from.join(", "), kind, `from ${to.join(", ")}`);
  }

  #slowClock(): void {
    const { faults, hosts, time } = this.#world;
    const random = faults.random("slowClock");
    const host = random.pick(hosts) as SimulatedHost;
    host.clock.runAt(0.5 + random.unit() * 0.45);
    host.clockMoved();
    time.remark(host.name, "slow clock");
    time.after(lasting(random, SLOW_ROUNDS) * this.#roundMs, {
      actor: host.name,
      kind: "clock at pace",
      run: () => {
        host.clock.runAt(1);
        host.clockMoved();
      },
    });
  }

  #jump(kind: "clockForward" | "clockBackward", direction: 1 | -1): void {
    const { faults, hosts, time } = this.#world;
    const random = faults.random(kind);
    const host = random.pick(hosts) as SimulatedHost;
    host.clock.jump(direction * random.between(1, CLOCK_BOUND_ROUNDS * this.#roundMs));
    host.clockMoved();
    time.remark(host.name, kind);
  }

  #fillDisk(): void {
    const { faults, hosts, time } = this.#world;
    const random = faults.random("diskFull");
    const host = random.pick(hosts) as SimulatedHost;
    host.disk.setFull(true);
    time.remark(host.name, "disk full");
    time.after(lasting(random, FULL_ROUNDS) * this.#roundMs, {
      actor: host.name,
      kind: "disk has room",
      run: () => host.disk.setFull(false),
    });
  }
}
