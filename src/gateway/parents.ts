// What resolvers hand from a field to the fields below it, where that is not the schema's own
// shape.
import type {
  AccountProofView,
  BalanceView,
  BlockView,
  Finding,
  InclusionProofView,
  LegView,
  ReplicaStatus,
  SetStatus,
  ShardSaturation,
  ShardStatus,
  SimulatedLeg,
  Simulation,
  TransactionView,
  ValidatorView,
} from "../actors/rpc.ts";
import type {
  MerkleChainBlock,
  NotarisedHeader,
  VoidHeader,
} from "../protocol/blocks/merkle-chain-block.ts";
import type { Account } from "../protocol/ledger/account.ts";
import type { ChainRecord } from "../protocol/ledger/chain-record.ts";
import type { Movement } from "../protocol/ledger/receipt.ts";
import type { Epoch, ValidatorSetRecord } from "../protocol/rounds/epoch.ts";
import type { EpochChange } from "../protocol/rounds/epoch-change.ts";
import type { RaceTask } from "../protocol/topology/merge-race.ts";
import type { MergePreview, SplitPreview, TopologyFigures } from "../protocol/topology/preview.ts";
import type { Duties, SetRelation } from "../protocol/topology/relations.ts";
import type { TopologyTrigger } from "./generated/schema-types.ts";
import type { ApiRefusal } from "./refusal-message.ts";

export interface NetworkParent {
  readonly nowMs: number;
}
export type NetworkParametersParent = Epoch;
export type EpochParent = Epoch;
export interface ShardParent {
  readonly shard: number;
  /** Asked once, of the MerkleChain. */
  readonly saturation: () => Promise<ShardSaturation>;
  /** Asked once, when a field needs it. */
  readonly status: () => Promise<ShardStatus>;
}
export interface ValidatorSetParent {
  readonly record: ValidatorSetRecord;
  /** In the epoch that has it. */
  readonly duties: Duties;
  /** Asked once, when a field needs it. */
  readonly status: () => Promise<SetStatus>;
  /** Those of one page share what they ask of a shard. */
  readonly shardOf: (shard: number) => ShardParent;
}
export type ValidatorParent = ValidatorView;
export interface ValidatorSeatParent {
  readonly validatorSet: ValidatorSetParent;
  readonly index: number;
}
/** What a preview was made from, for those of its fields that ask for more. */
export interface SplitPreviewParent extends SplitPreview {
  readonly trigger: TopologyTrigger;
}
export interface MergePreviewParent extends MergePreview {
  readonly trigger: TopologyTrigger;
  readonly partnerByRule: number | null;
}
export type MergeRacerParent = RaceTask;
export type TopologyFiguresParent = TopologyFigures;
export type SetRelationParent = SetRelation;
export interface FindingParent {
  readonly finding: Finding;
  readonly shard: ShardParent;
}
export interface ReplicaParent {
  readonly replica: ReplicaStatus;
  readonly shard: ShardParent;
}
export type ChainParent = ChainRecord;
export interface AccountParent {
  readonly address: Uint8Array;
}
export interface BalanceParent {
  readonly address: Uint8Array;
  readonly view: BalanceView;
}
export interface TransactionParent {
  readonly view: TransactionView;
  /** Only in a subscription. */
  readonly cursor: string | null;
}
export type LegParent = LegView;
export type MovementParent = Movement;
export interface BlockParent {
  readonly view: BlockView;
  /** Only in a subscription. */
  readonly cursor: string | null;
}
export interface EstimateParent {
  readonly round: number;
  readonly time: Date;
  /** Who is on duty then. */
  readonly set: number;
}
export interface AcceptedParent {
  readonly id: Uint8Array;
  readonly chains: readonly number[];
  /** Asked once for all transactions of a shard, when somebody wants to know. */
  readonly estimate: () => Promise<EstimateParent>;
}
export interface RefusedParent {
  readonly refusal: ApiRefusal;
}
export interface SimulationParent {
  readonly simulation: Simulation;
  /** Of the first leg that pays; null where the bytes do not show it. */
  readonly payer: { readonly chain: number; readonly address: Uint8Array } | null;
}
export type SimulatedLegParent = SimulatedLeg;
export type InclusionProofParent = InclusionProofView;
export type AccountProofParent = AccountProofView;
export type ProvenAccountParent = Account;
export type MerkleChainBlockParent = MerkleChainBlock;
export type NotarisedHeaderParent = NotarisedHeader;
export type VoidHeaderParent = VoidHeader;
export type EpochChangeParent = EpochChange;
export type DevMutationParent = object;

export type SubmitAnswer =
  | ({ readonly __typename: "Accepted" } & AcceptedParent)
  | ({ readonly __typename: "Refused" } & RefusedParent);

export const refused = (refusal: ApiRefusal) => ({ __typename: "Refused", refusal }) as const;
