// How deep, how wide and how dear a query is, from its text alone: a fragment is measured once, so
// that a short text cannot make a long measurement. What is not valid is not counted: other rules
// refuse it.
import {
  type FieldNode,
  type FragmentDefinitionNode,
  type FragmentSpreadNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  type InlineFragmentNode,
  isAbstractType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from "graphql";
import { DELEGATIONS_MAX, LEGS_MAX, UNBONDINGS_MAX } from "../protocol/limits.ts";
import {
  BATCH_COST_ENTRIES,
  PAGE_ENTRIES_DEFAULT,
  PAGE_ENTRIES_MAX,
  QUEUE_STEP_VALIDATORS,
  TIMETABLE_ROUNDS_DEFAULT,
  TIMETABLE_ROUNDS_MAX,
} from "./limits.ts";

export interface Measure {
  readonly depth: number;
  readonly aliases: number;
  readonly cost: number;
}

/** What of the network a query's cost depends on. */
export interface NetworkCounts {
  readonly shards: number;
  readonly sets: number;
}

const NOTHING: Measure = { depth: 0, aliases: 0, cost: 0 };
const FIELD_COST = 1;
/** A field that asks an object. */
const CALL_COST = 10;
/** What other fields cost that are dearer than most. */
const COSTS: Readonly<Record<string, number>> = {
  // Some hundred bytes, where others have some dozens.
  "Refused.message": 8,
  // Up to 6 MB of text.
  "Network.genesis": 4_000,
  // Keeps the object busy for 50 ms: it reads and hashes a whole block.
  "Query.proof": 1_000,
  // Some 3 ms: a state that changes is taken back for it.
  "Query.accountProof": 100,
  // Up to 64 of some kilobytes.
  "Query.epochProofs": 100,
  // Three calls; and in the largest networks the gateway calculates for some 50 ms.
  "Query.previewSplit": 1_000,
  "Query.previewMerge": 1_000,
  // Two shards.
  "ValidatorSet.cap": 20,
};
const CALLS: ReadonlySet<string> = new Set([
  "Query.network",
  "Query.epoch",
  "Epoch.begun",
  "Query.chain",
  "Query.chains",
  "Query.transaction",
  "Query.block",
  "Query.timetable",
  "Query.estimateInclusion",
  "Query.simulate",
  "Network.merkleChainBlock",
  "Network.subscribers",
  "Shard.chains",
  "Shard.headRound",
  "Shard.headHash",
  "Shard.executedRound",
  "Shard.finalRound",
  "Shard.nextRound",
  "Shard.waiting",
  "Shard.nextTick",
  "Shard.subscribers",
  "Shard.saturation",
  "Shard.saturations",
  "ValidatorSet.stake",
  "SplitPreview.staying",
  "SplitPreview.leaving",
  "MergePreview.chains",
  "Chain.unattributedFees",
  "Chain.staked",
  "Query.validator",
  "Query.validators",
  "Validator.unbondings",
  "Account.delegations",
  "Account.unbondings",
  "Chain.balance",
  "Chain.block",
  "Account.balance",
  "Transaction.estimate",
  "ValidatorSet.replicas",
  "ValidatorSet.findings",
  "Replica.behindRounds",
  "Leg.block",
  "Simulation.payer",
  "Accepted.estimate",
  "Mutation.submitTransaction",
  "Mutation.submitTransactions",
  "Mutation.submitBatch",
  "DevMutation.advance",
  "DevMutation.faucet",
]);
/** These ask every shard. */
const CALLS_OF_ALL: ReadonlySet<string> = new Set(["Account.balances", "Account.transactions"]);
/** These ask every shard unless a chain is given, be it by a variable, of which nobody knows yet whether it is null. */
const CALLS_OF_ALL_WITHOUT_CHAIN: ReadonlySet<string> = new Set([
  "Query.transaction",
  "Query.proof",
]);
/** These look at all seats, so many in a call. */
const CALLS_BY_SEATS: ReadonlyMap<string, number> = new Map([
  ["Query.validatorQueue", QUEUE_STEP_VALIDATORS],
]);
const SEATS_OF_SET = 21;
/** Each entry of these pages asks an object. */
const CALLS_PER_ENTRY: ReadonlySet<string> = new Set(["Block.transactions"]);
/**
 * Lists that are no connections and repeat what is below them: their most entries, or as many as
 * are usual.
 */
const listsOf = ({ shards }: NetworkCounts): Readonly<Record<string, number>> => ({
  "Query.shards": shards,
  "TimetableRound.duties": Math.ceil(shards / 2),
  "Duty.shards": 2,
  "Epoch.shards": shards,
  "ValidatorSet.shards": 2,
  "ValidatorSet.replicas": 2,
  // Of honest networks: at most 64.
  "ValidatorSet.findings": 4,
  "ValidatorSet.seats": SEATS_OF_SET,
  "ValidatorSet.watches": 2,
  "MergePreview.race": shards,
  "Validator.unbondings": UNBONDINGS_MAX,
  "Account.unbondings": UNBONDINGS_MAX,
  "Account.delegations": DELEGATIONS_MAX,
  "NetworkParameters.gas": 12,
  "Balance.pendingReserves": 4,
  "Transaction.legs": LEGS_MAX,
  "Leg.movements": 4,
  "Mutation.submitTransactions": BATCH_COST_ENTRIES,
  "SubmittedBatch.results": BATCH_COST_ENTRIES,
  "Refused.details": 2,
  "MerkleChainBlock.notarised": 4,
  "MerkleChainBlock.voided": 1,
  "MerkleChainBlock.createdChains": 10,
});

export class QueryMeasurer {
  readonly #schema: GraphQLSchema;
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly #measured = new Map<string, Measure>();
  readonly #counts: NetworkCounts;
  readonly #lists: Readonly<Record<string, number>>;

  constructor(
    schema: GraphQLSchema,
    counts: NetworkCounts,
    fragments: readonly FragmentDefinitionNode[],
  ) {
    this.#schema = schema;
    this.#counts = counts;
    this.#lists = listsOf(counts);
    this.#fragments = new Map(fragments.map((fragment) => [fragment.name.value, fragment]));
  }

  measure({ operation, selectionSet }: OperationDefinitionNode): Measure {
    return this.#selections(selectionSet, this.#schema.getRootType(operation) ?? undefined);
  }

  #selections({ selections }: SelectionSetNode, type: GraphQLNamedType | undefined): Measure {
    let total = NOTHING;
    // Of the types that a union can have, each value has one: the dearest counts.
    const costs = new Map<string, number>();
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) {
        total = add(total, this.#field(selection, type));
        continue;
      }
      const condition = this.#condition(selection);
      const inner = condition === undefined ? type : this.#schema.getType(condition);
      const measure =
        selection.kind === Kind.INLINE_FRAGMENT
          ? this.#selections(selection.selectionSet, inner)
          : this.#fragment(selection.name.value);
      if (isAbstractType(type) && isObjectType(inner)) {
        costs.set(inner.name, (costs.get(inner.name) ?? 0) + measure.cost);
        total = add(total, { ...measure, cost: 0 });
      } else {
        total = add(total, measure);
      }
    }
    return { ...total, cost: total.cost + Math.max(0, ...costs.values()) };
  }

  #condition(node: InlineFragmentNode | FragmentSpreadNode): string | undefined {
    const { typeCondition } =
      node.kind === Kind.INLINE_FRAGMENT ? node : (this.#fragments.get(node.name.value) ?? {});
    return typeCondition?.name.value;
  }

  #fragment(name: string): Measure {
    const known = this.#measured.get(name);
    if (known !== undefined) return known;
    const fragment = this.#fragments.get(name);
    if (fragment === undefined) return NOTHING;
    // Met again inside itself, it counts nothing: another rule refuses the cycle.
    this.#measured.set(name, NOTHING);
    const type = this.#schema.getType(fragment.typeCondition.name.value);
    const measure = this.#selections(fragment.selectionSet, type);
    this.#measured.set(name, measure);
    return measure;
  }

  #field(node: FieldNode, parent: GraphQLNamedType | undefined): Measure {
    const aliases = node.alias === undefined ? 0 : 1;
    const name = node.name.value;
    // Introspection has a rule of its own.
    if (name.startsWith("__")) return { depth: 1, aliases, cost: FIELD_COST };
    const fields = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields() : {};
    const definition = fields[name];
    const type = definition === undefined ? undefined : getNamedType(definition.type);
    const below =
      node.selectionSet === undefined ? NOTHING : this.#selections(node.selectionSet, type);
    const coordinate = `${parent?.name ?? ""}.${name}`;
    const entries = this.#entries(node, coordinate, type?.name ?? "");
    const own = this.#ownCost(node, coordinate);
    const each = CALLS_PER_ENTRY.has(coordinate) ? CALL_COST : 0;
    return {
      depth: below.depth + 1,
      aliases: below.aliases + aliases,
      cost: own + entries * (each + below.cost),
    };
  }

  #entries(node: FieldNode, coordinate: string, type: string): number {
    if (coordinate === "Query.timetable") {
      return sizeOf(node, ["rounds"], TIMETABLE_ROUNDS_DEFAULT, TIMETABLE_ROUNDS_MAX);
    }
    if (!type.endsWith("Connection")) return this.#lists[coordinate] ?? 1;
    const page = sizeOf(node, ["first", "last"], PAGE_ENTRIES_DEFAULT, PAGE_ENTRIES_MAX);
    return type === "ValidatorSetConnection" ? Math.min(page, this.#counts.sets) : page;
  }

  #ownCost(node: FieldNode, coordinate: string): number {
    const cost = CALLS.has(coordinate) ? CALL_COST : (COSTS[coordinate] ?? FIELD_COST);
    if (CALLS_OF_ALL.has(coordinate)) return CALL_COST * this.#counts.shards;
    const step = CALLS_BY_SEATS.get(coordinate);
    if (step !== undefined)
      return CALL_COST * (1 + Math.ceil((SEATS_OF_SET * this.#counts.sets) / step));
    const isOfAll = CALLS_OF_ALL_WITHOUT_CHAIN.has(coordinate) && !givesChain(node);
    return isOfAll ? cost * this.#counts.shards : cost;
  }
}

/**
 * A size that is a variable counts as the largest one. One out of range is refused only where its
 * field is executed: it must not count as less than nothing.
 */
function sizeOf(node: FieldNode, names: readonly string[], absent: number, max: number): number {
  const size = node.arguments?.find(({ name }) => names.includes(name.value));
  if (size === undefined) return absent;
  if (size.value.kind !== Kind.INT) return max;
  return Math.min(Math.max(Number(size.value.value), 0), max);
}

const givesChain = (node: FieldNode): boolean =>
  node.arguments?.some(({ name, value }) => name.value === "chain" && value.kind !== Kind.NULL) ??
  false;

const add = (a: Measure, b: Measure): Measure => ({
  depth: Math.max(a.depth, b.depth),
  aliases: a.aliases + b.aliases,
  cost: a.cost + b.cost,
});
