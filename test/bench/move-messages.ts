// What the processes of the move benchmark say to each other.
import type { PeerAnswer, PeerRequest } from "../../src/actors/peers.ts";

export interface MoveOptions {
  readonly accounts: number;
  /** A round of the source. */
  readonly transfers: number;
  /** Of an answer; 0: as `StateSync` has it. */
  readonly bytesMax: number;
  /** Half-way the target is cut off for so many ms. */
  readonly awayMs: number;
}

export interface Heap {
  /** Bytes of heap and buffers above what there was before: in use, and with a step's garbage. */
  held: number;
  step: number;
}

/** Steps that the move takes, in ms: the longest by the clock, and processor time, which others on the machine change little. */
export class StepTimes {
  longestMs = 0;
  longestCpuMs = 0;
  totalCpuMs = 0;

  measure<T>(body: () => T): T {
    const started = performance.now();
    const before = process.cpuUsage();
    const value = body();
    const { user, system } = process.cpuUsage(before);
    const cpuMs = (user + system) / 1_000;
    this.longestMs = Math.max(this.longestMs, performance.now() - started);
    this.longestCpuMs = Math.max(this.longestCpuMs, cpuMs);
    this.totalCpuMs += cpuMs;
    return value;
  }
}

export type StepCosts = Pick<StepTimes, "longestMs" | "longestCpuMs" | "totalCpuMs">;

export interface SourceCost extends StepCosts {
  readonly seedSeconds: number;
  readonly rounds: number;
  readonly transfers: number;
  readonly heap: Heap;
  /** Of the object as a whole. */
  readonly objectBytes: number;
  /** By executed round, in hex. */
  readonly roots: Readonly<Record<number, string>>;
}

export interface TargetCost extends StepCosts {
  readonly seconds: number;
  readonly chunks: number;
  readonly bytesReceived: number;
  readonly bytesSent: number;
  readonly walks: number;
  readonly heap: Heap;
  readonly databaseBytes: number;
  readonly round: number;
  readonly root: string;
}

export type ToSource =
  | { readonly kind: "open"; readonly options: MoveOptions }
  | { readonly kind: "request"; readonly request: PeerRequest }
  | { readonly kind: "end" };
export type FromSource =
  | { readonly kind: "ready"; readonly genesisBytes: Uint8Array }
  | { readonly kind: "answer"; readonly request: PeerRequest; readonly answer: PeerAnswer }
  | { readonly kind: "cost"; readonly cost: SourceCost };
export type ToTarget =
  | { readonly kind: "open"; readonly options: MoveOptions; readonly genesisBytes: Uint8Array }
  | { readonly kind: "answer"; readonly request: PeerRequest; readonly answer: PeerAnswer };
export type FromTarget =
  | { readonly kind: "request"; readonly request: PeerRequest }
  | { readonly kind: "cost"; readonly cost: TargetCost };

export function heapBytes(collects: boolean): number {
  if (collects) for (let i = 0; i < 3; i++) globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
