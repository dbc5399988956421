import type { Fn } from "tinybench";

/** `count`: how many of what is named a call does. */
export interface Task {
  readonly name: string;
  readonly count?: number;
  readonly run: Fn;
}

/** Many in one call where one is too short for the clock. */
export function repeat(count: number, body: (i: number) => unknown): void {
  for (let i = 0; i < count; i++) body(i);
}
