// One step of the engine while it is computed: a draft of the next state and the outputs so
// far. The draft's fields are replaced, never changed inside, so the state before the step stays as
// it was.
import type { ConsensusMessage } from "./messages.ts";
import type { ConsensusRecord } from "./record.ts";
import {
  type ConsensusConfig,
  type ConsensusInput,
  type ConsensusOutput,
  type ConsensusState,
  type ConsensusStep,
  timeoutMs,
} from "./state.ts";

export interface Turn {
  readonly config: ConsensusConfig;
  readonly draft: { -readonly [K in keyof ConsensusState]: ConsensusState[K] };
  readonly outputs: ConsensusOutput[];
  /** The timer starts anew for the view in which the step ends. */
  rearmed: boolean;
}

export type Arm<K extends ConsensusInput["kind"]> = (
  turn: Turn,
  input: Extract<ConsensusInput, { kind: K }>,
) => void;

export function takeTurn(
  config: ConsensusConfig,
  state: ConsensusState,
  handle: (turn: Turn) => void,
): ConsensusStep {
  const turn: Turn = { config, draft: { ...state }, outputs: [], rearmed: false };
  handle(turn);
  const { draft, outputs } = turn;
  if (turn.rearmed && draft.record.decided === null) {
    const { view } = draft.record;
    outputs.push({ kind: "timer", view, delayMs: timeoutMs(config, view) });
  }
  // one record for the whole step, ahead of everything that it says.
  if (draft.record === state.record) return { state: draft, outputs };
  return { state: draft, outputs: [{ kind: "persist", record: draft.record }, ...outputs] };
}

export function remember(turn: Turn, change: Partial<ConsensusRecord>): void {
  turn.draft.record = { ...turn.draft.record, ...change };
}

export function broadcast(turn: Turn, message: ConsensusMessage): void {
  turn.outputs.push({ kind: "broadcast", message });
}
