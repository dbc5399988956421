// Shards and validator sets of the current epoch as parents of their fields: what they know of themselves is asked when
// a field needs it, once.
import type { ValidatorSetRecord } from "../protocol/rounds/epoch.ts";
import {
  decodeNumberCursor,
  encodeCursor,
  forwardConnection,
  type PageArguments,
  pageOf,
} from "./connections.ts";
import type { GatewayContext } from "./context.ts";
import { once } from "./once.ts";
import type { ShardParent, ValidatorSetParent } from "./parents.ts";

export function shardParent({ peers }: GatewayContext, shard: number): ShardParent {
  return { shard, status: once(() => peers.shard(shard).status()) };
}

/** One parent for each shard, however often it is named: they share what they ask. */
function sharedShards(context: GatewayContext): (shard: number) => ShardParent {
  const known = new Map<number, ShardParent>();
  return (shard) => {
    const parent = known.get(shard) ?? shardParent(context, shard);
    known.set(shard, parent);
    return parent;
  };
}

function parentOf(
  { peers }: GatewayContext,
  record: ValidatorSetRecord,
  shardOf: (shard: number) => ShardParent,
): ValidatorSetParent {
  const status = once(() => peers.validatorSet(record.set).status());
  return { record, status, shardOf };
}

/** The set of the current epoch; for ids that come from it. */
export function setParent(context: GatewayContext, set: number): ValidatorSetParent {
  const epoch = context.network.epochs.latest;
  const record = epoch.sets.find((one) => one.set === set);
  if (record === undefined) throw new Error(`No set ${set} in epoch ${epoch.epoch}`);
  return parentOf(context, record, sharedShards(context));
}

/** A page of sets behind the cursor; `sets` by id, as epochs have them. */
export function setConnection(
  context: GatewayContext,
  sets: readonly ValidatorSetRecord[],
  args: PageArguments,
) {
  const page = pageOf(args);
  const after = decodeNumberCursor("validator set", args.after) ?? -1;
  const rest = sets.filter(({ set }) => set > after).slice(0, page.size + 1);
  const shardOf = sharedShards(context);
  const entries = rest.map((record) => ({
    cursor: encodeCursor("validator set", record.set),
    node: parentOf(context, record, shardOf),
  }));
  return forwardConnection(page, args, entries);
}
