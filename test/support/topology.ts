// Topologies as the source names them: ShardA, ShardB, ... for ids 0, 1, ..., and relations in the words of its tables.
import { pairsOf } from "../../src/protocol/rounds/timetable.ts";
import { firstTopology, type Topology } from "../../src/protocol/topology/allocation.ts";
import type { SetRelation, TopologyChange } from "../../src/protocol/topology/relations.ts";

/** As genesis makes it, chains dealt out in turn. */
export function topologyOf(shards: number, chainsPerShard = 4): Topology {
  const ids = Array.from({ length: shards }, (_, shard) => shard);
  return firstTopology({
    shards: ids.map((shard) => ({
      shard,
      chains: Array.from({ length: chainsPerShard }, (_, i) => i * shards + shard),
    })),
    sets: pairsOf(ids).map((pair, i) => ({ set: i + 1, shards: pair })),
  });
}

export const nameOf = (shard: number): string => String.fromCharCode(65 + shard);
const named = (shards: readonly number[]): string => shards.map(nameOf).join("");

/** "1 AB, 2 BC, 3 AC". */
export const setsAs = ({ sets }: Topology): string =>
  sets.map(({ set, shards }) => `${set} ${named(shards)}`).join(", ");

/** What a set does for the change, by set, such as "Prunes C, Spawns 3". */
export function actionsOf({ relations }: TopologyChange): Record<number, string> {
  return Object.fromEntries(relations.map((relation) => [relation.set, actionOf(relation)]));
}

function actionOf(relation: SetRelation): string {
  if (relation.kind === "demoted") return `Demoted for ${relation.redundantWith}`;
  const words = [
    ...relation.prunes.map((shard) => `Prunes ${nameOf(shard)}`),
    ...relation.syncs.map((shard) => `Syncs ${nameOf(shard)}`),
  ];
  if (words.length === 0) words.push("No Change");
  if (relation.kind === "spawned") words.push(`Spawned by ${relation.by}`);
  else words.push(...relation.spawns.map((set) => `Spawns ${set}`));
  return words.join(", ");
}

/** What a set does afterwards, by set, such as "Maintains A, Watches B". */
export function dutiesAs({ relations }: TopologyChange): Record<number, string> {
  return Object.fromEntries(
    relations.flatMap((relation) => {
      if (relation.kind === "demoted") return [];
      const { maintains, watches } = relation;
      const words = [
        ...(maintains === null ? [] : [`Maintains ${nameOf(maintains)}`]),
        ...watches.map((shard) => `Watches ${nameOf(shard)}`),
      ];
      return [[relation.set, words.join(", ")]];
    }),
  );
}

export function accepted<T>(result: { ok: true; value: T } | { ok: false; refusal: unknown }): T {
  if (!result.ok) throw new Error(`Refused: ${JSON.stringify(result.refusal)}`);
  return result.value;
}
