// One load from its options to its end: connects, prepares, sends until told to stop, accounts for everything.
import { Api, retryOptions } from "../client/api.ts";
import { connect } from "../client/index.ts";
import { sha256 } from "../protocol/crypto/sha256.ts";
import { utf8 } from "../protocol/encoding/bytes.ts";
import { Random } from "../simulator/random.ts";
import type { LoadOptions } from "./arguments.ts";
import { LoadRun } from "./load-run.ts";
import { Planner } from "./planner.ts";
import { prepare } from "./preparation.ts";
import { Progress, summary } from "./report.ts";
import { Zipf } from "./zipf.ts";

export interface DrivePorts {
  /** What happens before and after the load. */
  readonly tell: (line: string) => void;
  /** What happens in each second of it. */
  readonly progress: (line: string) => void;
  /** Ends the sending. */
  readonly stop: AbortSignal;
}

const TIMEOUT_MS = 10_000;
const PROGRESS_MS = 1_000;

/** The run as it ended. Throws PreparationError, or an error of the client. */
export async function drive(options: LoadOptions, ports: DrivePorts): Promise<LoadRun> {
  const { tell, progress, stop } = ports;
  const { url, tps, trades, zipf, seed } = options;
  const api = new Api({ url, fetch, timeoutMs: TIMEOUT_MS, retry: retryOptions() });
  const client = await connect(url, { timeoutMs: TIMEOUT_MS });
  const { lanes } = await prepare(options, { api, client, tell });
  const random = new Random(new DataView(sha256(utf8(seed)).buffer).getUint32(0));
  const law = new Zipf(lanes.length, zipf);
  const run = new LoadRun({
    api,
    networkId: client.networkId,
    planner: new Planner({ lanes, zipf: law, trades, random }),
    tps,
    transaction: (id, chain) => client.transaction({ id, chain }),
  });
  tell(`Sending ${tps} a second to ${url}; Ctrl-C stops`);
  const startMs = performance.now();
  let endMs: number | null = null;
  const { seconds } = options;
  const time = seconds === null ? [] : [AbortSignal.timeout(1_000 * seconds)];
  const end = AbortSignal.any([stop, ...time]);
  end.addEventListener("abort", () => {
    endMs = performance.now();
    tell("Waiting for all that was accepted");
  });
  const lines = new Progress(startMs);
  const timer = setInterval(() => progress(lines.line(run, performance.now())), PROGRESS_MS);
  try {
    await run.run(end);
  } finally {
    clearInterval(timer);
    // Also of a load that broke off.
    for (const line of summary(run, (endMs ?? performance.now()) - startMs)) tell(line);
  }
  return run;
}
