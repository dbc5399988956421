// How deep, how wide and how dear a query is, from its text alone: a fragment is measured once, so
// that a short text cannot make a long measurement. What is not valid is not counted: other rules
// refuse it.
import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from "graphql";
import { LEGS_MAX } from "../protocol/limits.ts";
import { PAGE_ENTRIES_DEFAULT, PAGE_ENTRIES_MAX, TIMETABLE_ROUNDS_MAX } from "./limits.ts";

export interface Measure {
  readonly depth: number;
  readonly aliases: number;
  readonly cost: number;
}

const NOTHING: Measure = { depth: 0, aliases: 0, cost: 0 };
const FIELD_COST = 1;
/** A field that asks an object. */
const CALL_COST = 10;
const CALLS: ReadonlySet<string> = new Set([
  "Query.transaction",
  "Query.block",
  "Query.estimateInclusion",
  "Query.simulate",
  "Network.merkleChainBlock",
  "Shard.chains",
  "Chain.balance",
  "Chain.block",
  "Account.balances",
  "Account.balance",
  "Account.transactions",
  "Leg.block",
  "Simulation.payer",
  "Mutation.submitTransaction",
  "Mutation.submitTransactions",
  "Mutation.submitBatch",
  "DevMutation.advance",
  "DevMutation.faucet",
]);
/** Each entry of these pages asks an object. */
const CALLS_PER_ENTRY: ReadonlySet<string> = new Set(["Block.transactions"]);
/** Lists that are no connections and repeat what is below them. */
const LISTS: Readonly<Record<string, number>> = {
  "Transaction.legs": LEGS_MAX,
  "Leg.movements": 4,
  "Query.timetable": TIMETABLE_ROUNDS_MAX,
};

export class QueryMeasurer {
  readonly #schema: GraphQLSchema;
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly #measured = new Map<string, Measure>();

  constructor(schema: GraphQLSchema, fragments: readonly FragmentDefinitionNode[]) {
    this.#schema = schema;
    this.#fragments = new Map(fragments.map((fragment) => [fragment.name.value, fragment]));
  }

  measure({ operation, selectionSet }: OperationDefinitionNode): Measure {
    return this.#selections(selectionSet, this.#schema.getRootType(operation) ?? undefined);
  }

  #selections({ selections }: SelectionSetNode, type: GraphQLNamedType | undefined): Measure {
    let total = NOTHING;
    for (const selection of selections) {
      switch (selection.kind) {
        case Kind.FIELD:
          total = add(total, this.#field(selection, type));
          break;
        case Kind.INLINE_FRAGMENT: {
          const condition = selection.typeCondition?.name.value;
          const inner = condition === undefined ? type : this.#schema.getType(condition);
          total = add(total, this.#selections(selection.selectionSet, inner));
          break;
        }
        case Kind.FRAGMENT_SPREAD:
          total = add(total, this.#fragment(selection.name.value));
          break;
      }
    }
    return total;
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
    const entries = type?.name.endsWith("Connection") ? pageSize(node) : (LISTS[coordinate] ?? 1);
    const own = CALLS.has(coordinate) ? CALL_COST : FIELD_COST;
    const each = CALLS_PER_ENTRY.has(coordinate) ? CALL_COST : 0;
    return {
      depth: below.depth + 1,
      aliases: below.aliases + aliases,
      cost: own + entries * (each + below.cost),
    };
  }
}

/** A size that is a variable counts as the largest page. */
function pageSize(node: FieldNode): number {
  const size = node.arguments?.find(({ name }) => name.value === "first" || name.value === "last");
  if (size === undefined) return PAGE_ENTRIES_DEFAULT;
  return size.value.kind === Kind.INT ? Number(size.value.value) : PAGE_ENTRIES_MAX;
}

const add = (a: Measure, b: Measure): Measure => ({
  depth: Math.max(a.depth, b.depth),
  aliases: a.aliases + b.aliases,
  cost: a.cost + b.cost,
});
