// Says in proposals, view changes and certificates what verifies nowhere: by a seat whose turn it is not, without or with a false
// justification, with locks that are none, of no quorum, of other instances.
import type {
  Certificate,
  ConsensusMessage,
  ViewChange,
} from "../../protocol/consensus/messages.ts";
import { sha256 } from "../../protocol/crypto/sha256.ts";
import type { Behaviour, Means } from "./behaviour.ts";

type Invent = (means: Means) => ConsensusMessage | null;

const proposal = (
  { speech, memory }: Means,
  view: number,
  value: Uint8Array,
  justification: readonly ViewChange[],
): ConsensusMessage => ({
  kind: "proposal",
  proposal: speech.proposal(memory.round, view, value, justification),
});

const viewChange = (
  { speech, memory }: Means,
  newView: number,
  lock: Certificate | null,
): ConsensusMessage => ({
  kind: "viewChange",
  viewChange: speech.viewChange(memory.round, newView, lock),
});

const someValue = ({ memory, random }: Means): Uint8Array =>
  random.pick([...memory.values.values()])?.value ?? sha256(Uint8Array.of(memory.round & 0xff));

/** The next view in which one of its own seats proposes. */
function ownView({ speech, memory }: Means, from: number): number | null {
  for (let view = from; view < from + 30; view++) {
    if (speech.leads(memory.round, view)) return view;
  }
  return null;
}

/** A view that it leads, unjustified in one way or another. */
function unjustified(means: Means): ConsensusMessage | null {
  const { memory, speech, random } = means;
  const view = ownView(means, 1);
  if (view === null) return null;
  const own = speech.viewChange(memory.round, view, null);
  const justification = random.pick([
    [],
    [own],
    [own, own, own, own],
    [speech.viewChange(memory.round, view + 1, null)],
    // Somebody's view changes to another view.
    memory.departures(view - 1),
  ]);
  return proposal(means, view, someValue(means), justification);
}

export const INVENTIONS: readonly Invent[] = [
  unjustified,
  unjustified,
  // Not its turn.
  (means) => {
    const { speech, memory } = means;
    const view = [0, 1, 2, 3, 4].find((one) => !speech.leads(memory.round, one));
    return view === undefined ? null : proposal(means, view, someValue(means), []);
  },
  // In the name of who has the turn.
  (means) => {
    const { speech, memory } = means;
    const view = [0, 1, 2, 3, 4].find((one) => !speech.leads(memory.round, one));
    if (view === undefined) return null;
    const own = speech.proposal(memory.round, view, someValue(means), []);
    const seat = speech.proposerOf(memory.round, view);
    return { kind: "proposal", proposal: { ...own, seat } };
  },
  (means) => viewChange(means, 0, null),
  // As a lock: its own votes, a commit certificate, a lock of another round, one of a later view than it is for.
  (means) =>
    viewChange(
      means,
      2,
      means.speech.certificate(means.memory.round, 1, someValue(means), "prepare"),
    ),
  (means) =>
    viewChange(means, 2, means.speech.certificate(means.memory.round, 1, someValue(means))),
  (means) =>
    viewChange(
      means,
      2,
      means.speech.certificate(means.memory.round, 7, someValue(means), "prepare"),
    ),
  (means) => {
    const old = means.random.pick(means.memory.locks);
    return old === undefined
      ? null
      : viewChange(means, old.view + 1, { ...old, view: old.view + 1 });
  },
  (means) => {
    const old = means.memory.locks.find(({ round }) => round < means.memory.round);
    return old === undefined ? null : viewChange(means, old.view + 1, old);
  },
  // A decision of its own seats alone; the newest lock as if it were a decision; of another set.
  ({ speech, memory, ...means }) => ({
    kind: "certificate",
    certificate: speech.certificate(
      memory.round,
      memory.view(),
      someValue({ speech, memory, ...means }),
    ),
  }),
  ({ memory }) => {
    const lock = memory.locks.at(-1);
    return lock === undefined
      ? null
      : { kind: "certificate", certificate: { ...lock, phase: "commit" } };
  },
  (means) => {
    const { speech, memory, set } = means;
    const own = speech.certificate(memory.round, 0, someValue(means));
    return { kind: "certificate", certificate: { ...own, set: set + 1 } };
  },
];

export const invalidMessages: Behaviour = (means) => {
  const { random, speech, memory, spread, act } = means;
  return {
    turn() {
      const message = random.pick(INVENTIONS)?.(means) ?? null;
      if (message === null) return;
      spread(speech.request(memory.round, message), 0.8);
      act();
    },
  };
};
