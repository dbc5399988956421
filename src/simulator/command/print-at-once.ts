// A line to standard output, written when this returns, from any thread: of a world that hangs, the last line is the one that counts.
import { writeSync } from "node:fs";

const STDOUT = 1;
const FULL_PIPE_MS = 5;
const sleeper = new Int32Array(new SharedArrayBuffer(4));

export function printAtOnce(line: string): void {
  for (let rest = Buffer.from(`${line}\n`); rest.length > 0; ) {
    try {
      rest = rest.subarray(writeSync(STDOUT, rest));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
      Atomics.wait(sleeper, 0, 0, FULL_PIPE_MS);
    }
  }
}
