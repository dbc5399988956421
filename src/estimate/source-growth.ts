// The source document's table of the first ten shards, and the same calculated.
import { estimate, type Performance, SOURCE_SHAPE } from "../protocol/topology/performance.ts";

export interface GrowthColumn {
  readonly title: string;
  /** By shards, from 1 to 10. */
  readonly source: readonly (number | null)[];
  readonly here: readonly (number | null)[];
  /** Why they differ, if they do. */
  readonly reading?: string;
}

export function sourceGrowth(): readonly GrowthColumn[] {
  const networks = Array.from({ length: 10 }, (_, i) =>
    estimate({ ...SOURCE_SHAPE, shards: i + 1 }),
  );
  const column = (
    title: string,
    source: readonly (number | null)[],
    value: (of: Performance) => number | null,
    reading?: string,
  ): GrowthColumn => ({
    title,
    source,
    here: networks.map(value),
    ...(reading === undefined ? {} : { reading }),
  });
  return [
    column("Shards", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], ({ shape }) => shape.shards),
    column(
      "Pairs",
      [1, 1, 3, 6, 10, 15, 21, 28, 36, 45],
      ({ pairs }) => pairs,
      "a lone shard has one set, but is in no pair (R-3.3)",
    ),
    column(
      "Of a shard",
      [21, 21, 42, 63, 84, 105, 126, 147, 168, 189],
      ({ shardValidators }) => shardValidators,
      "both sets of two shards cover both (R-3.3): 21 propose and 21 watch",
    ),
    column(
      "New",
      [null, 21, 21, 63, 84, 105, 126, 147, 168, 189],
      ({ validatorsNew }) => validatorsNew,
    ),
    column(
      "Watching",
      [0, 21, 21, 42, 63, 84, 105, 126, 147, 168],
      ({ shardWatchers }) => shardWatchers,
    ),
    column(
      "In all",
      [21, 42, 63, 126, 210, 315, 441, 588, 756, 945],
      ({ validators }) => validators,
    ),
  ];
}
