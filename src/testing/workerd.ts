// One workerd process under Miniflare with the Worker in it and its storage on disk: started, ended, killed.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { workerBundle } from "./bundle.ts";

export interface WorkerdOptions {
  readonly storage: string;
  readonly bindings: Readonly<Record<string, string>>;
  /** 0 for any free port. */
  readonly port: number;
  /** Opens an inspector on any free port, for profiles. */
  readonly inspect?: boolean;
  /** Told each line that the Worker logs; without it they go to this process's output. */
  readonly onLog?: (line: string) => void;
}

export interface Workerd {
  readonly url: URL;
  /** null unless asked for. */
  readonly inspector: URL | null;
  readonly processIds: readonly number[];
  /**
   * Makes one object begin anew from its storage, by its name, as the platform does with one that was idle. Waits until it has
   * nothing under way: workerd offers nothing that stops an object in the middle from outside. False if it was not running.
   */
  evict(object: string): Promise<boolean>;
  /** Ends the process as a power cut would: SIGKILL, nothing is flushed. */
  kill(): Promise<void>;
  /** Ends it in good order. */
  stop(): Promise<void>;
}

const COMPATIBILITY_DATE = "2026-10-20";

/** Starts happen one after the other: a new process is known as ours by not having been there before. */
let starting: Promise<unknown> = Promise.resolve();

export function startWorkerd(options: WorkerdOptions): Promise<Workerd> {
  const started = starting.then(() => start(options));
  starting = started.catch(() => undefined);
  return started;
}

async function start(options: WorkerdOptions): Promise<Workerd> {
  const before = new Set(await ownProcesses());
  const { onLog } = options;
  const miniflare = new Miniflare({
    ...convertV4MiniflareOptions({
      modules: true,
      script: await workerBundle(),
      compatibilityDate: COMPATIBILITY_DATE,
      bindings: { ...options.bindings },
      durableObjects: {
        SHARD: { className: "ShardObject", useSQLite: true },
        VALIDATOR_SET: { className: "ValidatorSetObject", useSQLite: true },
        MERKLE_CHAIN: { className: "MerkleChainObject", useSQLite: true },
      },
      host: "127.0.0.1",
      port: options.port,
      cf: false,
      ...(options.inspect === true ? { inspectorPort: 0 } : {}),
    }),
    resourcePersistencePath: options.storage,
    ...(onLog === undefined ? {} : { handleStructuredLogs: ({ message }) => onLog(message) }),
  });
  const url = await miniflare.ready;
  const own = (await ownProcesses()).filter((pid) => !before.has(pid));
  return {
    url,
    processIds: own,
    inspector: options.inspect === true ? await miniflare.getInspectorURL() : null,
    async evict(object) {
      const className = classOf(object);
      try {
        await miniflare.unsafeEvictDurableObject("", className, { name: object });
        return true;
      } catch (error) {
        if (error instanceof Error && error.message.includes("not currently running")) return false;
        throw error;
      }
    },
    async kill() {
      try {
        for (const pid of own) killNow(pid);
      } finally {
        // Miniflare would start the process again by itself.
        await miniflare.dispose();
      }
    },
    stop: () => miniflare.dispose(),
  };
}

/** The class of the object of that name, as `src/object-names.ts` spells it. */
function classOf(object: string): string {
  if (/^shard-\d+$/.test(object)) return "ShardObject";
  if (/^set-\d+$/.test(object)) return "ValidatorSetObject";
  if (object === "merkle-chain") return "MerkleChainObject";
  throw new RangeError(`No object is named ${JSON.stringify(object)}`);
}

/** The workerd processes that this process has started. */
async function ownProcesses(): Promise<number[]> {
  const { stdout } = await promisify(execFile)("ps", ["-A", "-o", "pid=,ppid=,comm="]);
  return stdout.split("\n").flatMap((line) => {
    const [pid, parent, command] = line.trim().split(/\s+/);
    const isOwn = Number(parent) === process.pid && command?.includes("workerd") === true;
    return isOwn ? [Number(pid)] : [];
  });
}

/** Gone already is as good as killed. */
function killNow(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
