// Sends what is no request, or one with no sense in it, in every kind that there is: undecodable, cut off, of other types, huge, many
// at once; and answers likewise.
import type { PeerAnswer, PeerId, PeerRequest } from "../../actors/peers.ts";
import { JOINT_BLOCK_BYTES_MAX, MIB } from "../../protocol/limits.ts";
import type { Random } from "../random.ts";
import type { Behaviour } from "./behaviour.ts";

// Each weighs megabytes: enough in a world.
const HUGE_MAX = 4;
const FLOOD = 12;

const KINDS = [
  "open",
  "follow",
  "commit",
  "blocks",
  "suspects",
  "consensus",
  "proposedBlock",
  "opening",
  "decision",
  "nothing",
  "notarise",
  "lease",
  "epochs",
  "nonsense",
] as const;

const FIELDS = [
  "set",
  "round",
  "message",
  "block",
  "value",
  "shard",
  "epoch",
  "headRound",
  "headHash",
  "candidates",
  "certifiedBlock",
  "afterRound",
  "ids",
  "headers",
  "voided",
  "createdChains",
  "proofs",
] as const;

/** Bytes that mean nothing. */
export function noise(random: Random, length: number): Uint8Array {
  return Uint8Array.from({ length }, () => random.between(0, 255));
}

function oddValue(random: Random): unknown {
  const values: readonly (() => unknown)[] = [
    () => random.pick([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, 1e300]),
    () => random.pick([null, true, "", "1", 7n]),
    () => noise(random, random.between(0, 200)),
    () => new Uint8Array(random.pick([0, 31, 32, 33, 48])),
    () => [noise(random, 10), 3, null],
    () => ({ length: 1_000_000 }),
    () => [],
    () => new Map([["kind", "open"]]),
  ];
  return random.pick(values)?.();
}

/** A request of some kind whose fields are as odd as they come. */
function oddRequest(random: Random): PeerRequest {
  const fields = FIELDS.filter(() => random.chance(0.7)).map(
    (field) => [field, oddValue(random)] as const,
  );
  return { ...Object.fromEntries(fields), kind: random.pick(KINDS) } as unknown as PeerRequest;
}

/** A good request, spoilt: cut off, flipped or longer in its bytes, or with one field of another kind. */
function spoilt(random: Random, request: PeerRequest): PeerRequest {
  const fields = Object.entries(request).filter(([name]) => name !== "kind");
  const chosen = random.pick(fields);
  if (chosen === undefined) return request;
  const [name, value] = chosen;
  const bytes = value instanceof Uint8Array && random.chance(0.8) ? value : null;
  const changed = bytes === null ? oddValue(random) : spoiltBytes(random, bytes);
  return { ...request, [name]: changed } as unknown as PeerRequest;
}

function spoiltBytes(random: Random, bytes: Uint8Array): Uint8Array {
  const at = random.between(0, Math.max(0, bytes.length - 1));
  const draw = random.unit();
  if (draw < 0.3) return bytes.slice(0, at);
  if (draw < 0.5) return new Uint8Array([...bytes, 0]);
  return bytes.map((byte, i) => (i === at ? byte ^ (1 << random.between(0, 7)) : byte));
}

const ANSWERS: readonly string[] = [
  "opened",
  "blocks",
  "proposedBlock",
  "opening",
  "decided",
  "heard",
];

export const garbage: Behaviour = ({ memory, random, others, shards, speech, send, act }) => {
  let huge = 0;
  const targets: PeerId[] = [
    ...shards.map((shard) => ({ kind: "shard", shard }) as const),
    ...others.map(({ peer }) => peer),
  ];
  const say = (request: PeerRequest): void => {
    send({ to: random.pick(targets) as PeerId, request });
    act();
  };
  const hugeRequest = (): PeerRequest => {
    huge += 1;
    const bytes = new Uint8Array(random.pick([MIB, JOINT_BLOCK_BYTES_MAX + MIB]));
    const vote = {
      kind: "vote",
      vote: speech.vote(memory.round, "prepare", 0, bytes.slice(0, 32)),
    } as const;
    return random.pick<PeerRequest>([
      { ...speech.request(memory.round, vote), message: bytes },
      speech.request(memory.round, vote, bytes),
      {
        kind: "commit",
        set: 1,
        certifiedBlock: bytes,
        partnerBlock: random.chance(0.5) ? bytes : null,
      },
    ]);
  };
  return {
    turn() {
      const heard = random.pick(memory.said)?.request;
      if (heard !== undefined) say(spoilt(random, heard));
      const handed = random.pick(memory.handed)?.request;
      if (handed !== undefined) say(spoilt(random, handed));
      if (huge < HUGE_MAX && random.chance(0.1)) say(hugeRequest());
      const count = random.chance(0.2) ? FLOOD : 2;
      for (let i = 0; i < count; i++) say(oddRequest(random));
    },
    answers(_, answer) {
      if (random.chance(0.7)) return answer;
      act();
      const odd = ANSWERS.map((kind) => ({ ...answer, kind }) as unknown as PeerAnswer);
      const field = random.pick(["kind", "round", "block", "open", "certifiedBlocks", "hash"]);
      return random.chance(0.5)
        ? (random.pick(odd) as PeerAnswer)
        : ({ ...answer, [field]: oddValue(random) } as unknown as PeerAnswer);
    },
  };
};
