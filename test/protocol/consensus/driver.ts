// One voter, step by step: gives inputs, verifies messages first as a replica would, and names
// outputs in short.
import { initialState, restoredState, step } from "../../../src/protocol/consensus/engine.ts";
import type { ConsensusMessage } from "../../../src/protocol/consensus/messages.ts";
import type { ConsensusRecord } from "../../../src/protocol/consensus/record.ts";
import type {
  ConsensusConfig,
  ConsensusInput,
  ConsensusOutput,
  ConsensusState,
} from "../../../src/protocol/consensus/state.ts";
import { verifyMessage } from "../../../src/protocol/consensus/verify-message.ts";
import { SEATS } from "./samples.ts";
import { configOf, contextOf } from "./setup.ts";

export type Told = Exclude<ConsensusInput, ConsensusMessage> | ConsensusMessage;

export class Driver {
  readonly config: ConsensusConfig;
  state: ConsensusState;
  outputs: readonly ConsensusOutput[] = [];

  constructor(own: readonly number[], record?: ConsensusRecord) {
    this.config = configOf(SEATS, own);
    this.state =
      record === undefined ? initialState(this.config) : restoredState(this.config, record);
  }

  /** The outputs of this input, in short. */
  tell(told: Told): string[] {
    const result = step(this.config, this.state, this.#verified(told));
    this.state = result.state;
    this.outputs = result.outputs;
    return result.outputs.map(inShort);
  }

  tellAll(...inputs: readonly Told[]): string[] {
    return inputs.flatMap((told) => this.tell(told));
  }

  #verified(told: Told): ConsensusInput {
    switch (told.kind) {
      case "start":
      case "proposed":
      case "checked":
      case "timeout":
        return told;
      default: {
        const result = verifyMessage(contextOf(SEATS), told);
        if (!result.ok) throw new Error(`Test message refused: ${result.refusal.code}`);
        return result.value;
      }
    }
  }
}

/**
 * "broadcast prepare@1 a" for a prepare vote in view 1 for the value that testValue(1, 10) makes.
 */
export function inShort(output: ConsensusOutput): string {
  switch (output.kind) {
    case "persist":
      return "persist";
    case "broadcast":
      return `broadcast ${messageInShort(output.message)}`;
    case "send":
      return `send ${messageInShort(output.message)}`;
    case "propose":
      return `propose @${output.view}`;
    case "check":
      return `check @${output.view} ${name(output.value)}`;
    case "timer":
      return `timer @${output.view} ${output.delayMs}`;
    case "decided":
      return `decided @${output.certificate.view} ${name(output.certificate.value)}`;
    case "equivocation":
      return `equivocation ${output.evidence.kind}`;
  }
}

const name = (value: Uint8Array): string => (value[1] as number).toString(16);

function messageInShort(message: ConsensusMessage): string {
  switch (message.kind) {
    case "proposal":
      return `proposal@${message.proposal.view} ${name(message.proposal.value)}`;
    case "vote":
      return `${message.vote.phase}@${message.vote.view} ${name(message.vote.value)}`;
    case "viewChange": {
      const { newView, lock } = message.viewChange;
      const locked = lock === null ? "" : ` lock@${lock.view} ${name(lock.value)}`;
      return `viewChange@${newView}${locked}`;
    }
    case "certificate":
      return `certificate@${message.certificate.view} ${name(message.certificate.value)}`;
  }
}
