// Shards and validator sets of the current epoch as parents of their fields: what they know of themselves is asked when
// a field needs it, once.
import type { Epoch, ValidatorSetRecord } from "../protocol/rounds/epoch.ts";
import { maintainersOf, setsOf } from "../protocol/topology/allocation.ts";
import { type Duties, dutiesOf } from "../protocol/topology/relations.ts";
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
  const saturation = once(async () => {
    const found = await peers.merkleChain.saturation(shard);
    if (found === null) throw new Error(`No shard ${shard} on the MerkleChain`);
    return found;
  });
  return { shard, saturation, status: once(() => peers.shard(shard).status()) };
}

/** Who maintains what in an epoch. */
interface Maintenance {
  /** By shard. */
  readonly maintainers: ReadonlyMap<number, number>;
  readonly dutiesOf: (set: ValidatorSetRecord) => Duties;
}

const MAINTENANCE = new WeakMap<Epoch, Maintenance>();

/** Found once for an epoch: a millisecond in the largest networks, and lists ask for each set. */
function maintenanceIn(epoch: Epoch): Maintenance {
  const known = MAINTENANCE.get(epoch) ?? {
    maintainers: maintainersOf(epoch),
    dutiesOf: dutiesOf(epoch),
  };
  MAINTENANCE.set(epoch, known);
  return known;
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
  epoch: Epoch,
  record: ValidatorSetRecord,
  shardOf: (shard: number) => ShardParent,
): ValidatorSetParent {
  const status = once(() => peers.validatorSet(record.set).status());
  return { record, status, shardOf, duties: maintenanceIn(epoch).dutiesOf(record) };
}

/** The set of the current epoch; for ids that come from it. */
export function setParent(context: GatewayContext, set: number): ValidatorSetParent {
  const epoch = context.network.epochs.latest;
  const record = epoch.sets.find((one) => one.set === set);
  if (record === undefined) throw new Error(`No set ${set} in epoch ${epoch.epoch}`);
  return parentOf(context, epoch, record, sharedShards(context));
}

/** the primary set of a shard in the current epoch; null for a shard that it does not have. */
export function maintainerParent(
  context: GatewayContext,
  shard: number,
): ValidatorSetParent | null {
  const set = maintenanceIn(context.network.epochs.latest).maintainers.get(shard);
  return set === undefined ? null : setParent(context, set);
}

/** A page of the epoch's sets behind the cursor; `covering`: only those that cover this shard. */
export function setConnection(
  context: GatewayContext,
  epoch: Epoch,
  args: PageArguments,
  covering?: number,
) {
  const page = pageOf(args);
  const after = decodeNumberCursor("validator set", args.after) ?? -1;
  const sets = covering === undefined ? epoch.sets : setsOf(epoch, covering);
  const rest = sets.filter(({ set }) => set > after).slice(0, page.size + 1);
  const shardOf = sharedShards(context);
  const entries = rest.map((record) => ({
    cursor: encodeCursor("validator set", record.set),
    node: parentOf(context, epoch, record, shardOf),
  }));
  return forwardConnection(page, args, entries);
}
