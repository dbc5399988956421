// The faulty voters of a world, and how often each behaviour acted.
import type { HostedSeats } from "../../actors/hosted-seats.ts";
import type { Network } from "../../actors/network.ts";
import type { PeerId } from "../../actors/peers.ts";
import { Random } from "../random.ts";
import type { WorldOptions } from "../world-options.ts";
import type { Accomplice, Behaviour, OtherVoter } from "./behaviour.ts";
import { FaultyVoter, type FaultyVoterWorld } from "./faulty-voter.ts";
import { ALL_BEHAVIOURS } from "./index.ts";
import { Memory } from "./memory.ts";
import { Plot } from "./plot.ts";
import { Speech } from "./speech.ts";

export interface FaultyVotersWorld extends Omit<FaultyVoterWorld, "peerOf"> {
  readonly options: WorldOptions;
  readonly network: Network;
  readonly accomplice: Accomplice | null;
}

export interface VoterSpec {
  readonly set: number;
  /** Its place among the voters. */
  readonly voter: number;
  readonly shards: readonly number[];
  readonly name: string;
  readonly seats: HostedSeats;
  readonly others: readonly OtherVoter[];
}

export class FaultyVoters {
  readonly #world: FaultyVotersWorld;
  readonly #deeds = new Map<string, number>();
  readonly #plots = new Map<number, Plot>();
  readonly #voters: (VoterSpec & { readonly faulty: FaultyVoter })[] = [];

  constructor(world: FaultyVotersWorld) {
    this.#world = world;
  }

  /** How often each behaviour of the world acted. */
  get deeds(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#deeds);
  }

  /** null for an honest voter. */
  make(spec: VoterSpec): FaultyVoter | null {
    const { options, network, accomplice } = this.#world;
    const { set, voter, shards, name, seats, others } = spec;
    const option = options.byzantine.find((one) => one.set === set && one.voter === voter);
    if (option === undefined) return null;
    const { behaviour } = option;
    this.#deeds.set(behaviour, this.#deeds.get(behaviour) ?? 0);
    const faulty = new FaultyVoter(
      { ...this.#world, peerOf: this.#peerOf(spec) },
      {
        name,
        behaviour: behaviourOf(behaviour),
        act: () => this.#deeds.set(behaviour, (this.#deeds.get(behaviour) ?? 0) + 1),
        means: {
          set,
          shards,
          network,
          seats,
          isSetObject: voter === 0,
          others,
          random: Random.stream(options.seed, `faulty voter ${set} ${voter}`),
          memory: new Memory(),
          speech: new Speech(network, set, seats),
          plot: this.#plotOf(set),
          accomplice,
        },
      },
    );
    this.#voters.push({ ...spec, faulty });
    return faulty;
  }

  /** Whoever keeps a whole set from working is replaced: a cartel, and the object through which the others hear of rounds. */
  heal(): void {
    const { cartel } = this.#world.options;
    for (const { voter, faulty } of this.#voters) if (cartel || voter === 0) faulty.replace();
  }

  #plotOf(set: number): Plot {
    const plot = this.#plots.get(set) ?? new Plot();
    this.#plots.set(set, plot);
    return plot;
  }

  #peerOf({ shards, others }: VoterSpec): (name: string) => PeerId {
    const { nameOf } = this.#world;
    const peers: PeerId[] = [
      ...others.map(({ peer }) => peer),
      ...shards.map((shard) => ({ kind: "shard", shard }) as const),
      { kind: "merkleChain" },
    ];
    const byName = new Map(peers.map((peer) => [nameOf(peer), peer]));
    return (name) => {
      const peer = byName.get(name);
      if (peer === undefined) throw new Error(`A voter knows nobody called ${name}`);
      return peer;
    };
  }
}

function behaviourOf(name: string): Behaviour {
  const behaviour = ALL_BEHAVIOURS[name];
  if (behaviour !== undefined) return behaviour;
  const names = Object.keys(ALL_BEHAVIOURS).join(", ");
  throw new Error(`Cannot make a faulty voter: no behaviour "${name}", only ${names}`);
}
