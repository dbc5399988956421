// A CPU profile of workerd by function, through the inspector protocol: who spends the time, as a table.
import { writeFile } from "node:fs/promises";

interface ProfileNode {
  readonly id: number;
  readonly children?: readonly number[];
  readonly callFrame: {
    readonly functionName: string;
    readonly url: string;
    readonly lineNumber: number;
  };
}

interface Profile {
  readonly nodes: readonly ProfileNode[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

export interface FunctionShare {
  /** `function (file)`; the file is the source's, from the bundle's own markers. */
  readonly name: string;
  readonly milliseconds: number;
  /** With all that it calls. */
  readonly inclusive: number;
  /** Of the time that was not idle. */
  readonly share: number;
}

export interface RunningProfile {
  stop(): Promise<readonly FunctionShare[]>;
}

const SAMPLING_MICROSECONDS = 500;

/**
 * Starts profiling the Worker behind an inspector. `bundle`: the script's text, to name files. `saveTo`: a file for the whole
 * profile, as browsers' developer tools open it.
 */
export async function startProfile(
  inspector: URL,
  bundle: string,
  saveTo: string | null,
): Promise<RunningProfile> {
  const list = `http://${inspector.host}/json`;
  const targets = (await (await fetch(list)).json()) as readonly {
    webSocketDebuggerUrl: string;
  }[];
  const target = targets.find(
    ({ webSocketDebuggerUrl }) => !webSocketDebuggerUrl.includes("entry"),
  );
  if (target === undefined) throw new Error("Cannot profile: the inspector has no target");
  const socket = new WebSocket(target.webSocketDebuggerUrl);
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = () => reject(new Error("Cannot profile: the inspector refused the socket"));
  });
  const waiting = new Map<number, (result: unknown) => void>();
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(String(data)) as { id?: number; result?: unknown };
    if (message.id !== undefined) waiting.get(message.id)?.(message.result);
  };
  let nextId = 1;
  const call = <T>(method: string, params: object = {}): Promise<T> =>
    new Promise((resolve) => {
      const id = nextId++;
      waiting.set(id, (result) => resolve(result as T));
      socket.send(JSON.stringify({ id, method, params }));
    });
  await call("Profiler.enable");
  await call("Profiler.setSamplingInterval", { interval: SAMPLING_MICROSECONDS });
  await call("Profiler.start");
  return {
    async stop() {
      const { profile } = await call<{ profile: Profile }>("Profiler.stop");
      socket.close();
      if (saveTo !== null) await writeFile(saveTo, JSON.stringify(profile));
      return byFunction(profile, fileMarkers(bundle));
    },
  };
}

/** esbuild writes `// src/file.ts` before each file's code: line numbers, ascending, with the file. */
function fileMarkers(bundle: string): readonly (readonly [line: number, file: string])[] {
  return bundle.split("\n").flatMap((text, line) => {
    const file = /^\/\/ (\S+\.(?:ts|js|mjs|graphql))$/.exec(text)?.[1];
    return file === undefined ? [] : [[line, file] as const];
  });
}

function byFunction(
  { nodes, samples, timeDeltas }: Profile,
  markers: readonly (readonly [number, string])[],
): readonly FunctionShare[] {
  const names = new Map<number, string>();
  for (const { id, callFrame } of nodes) {
    const { functionName, lineNumber, url } = callFrame;
    const file = url === "" ? "native" : markers.findLast(([line]) => line <= lineNumber)?.[1];
    const short = (file ?? url).replace(/^.*node_modules\//, "");
    names.set(id, `${functionName === "" ? "(anonymous)" : functionName} (${short})`);
  }
  const self = new Map<number, number>();
  let total = 0;
  for (const [i, sample] of samples.entries()) {
    const name = names.get(sample) ?? "";
    if (name.startsWith("(idle)") || name.startsWith("(root)")) continue;
    const delta = timeDeltas[i] ?? 0;
    total += delta;
    self.set(sample, (self.get(sample) ?? 0) + delta);
  }
  const sums = new Map<string, { own: number; inclusive: number }>();
  const byId = new Map(nodes.map((node) => [node.id, node]));
  // A function within itself counts once.
  const visit = (id: number, above: ReadonlySet<string>): number => {
    const name = names.get(id) ?? "(unknown)";
    const sum = sums.get(name) ?? { own: 0, inclusive: 0 };
    sums.set(name, sum);
    const own = self.get(id) ?? 0;
    const here = above.has(name) ? above : new Set(above).add(name);
    let inclusive = own;
    for (const child of byId.get(id)?.children ?? []) inclusive += visit(child, here);
    sum.own += own;
    if (!above.has(name)) sum.inclusive += inclusive;
    return inclusive;
  };
  if (nodes[0] !== undefined) visit(nodes[0].id, new Set());
  return [...sums]
    .map(([name, { own, inclusive }]) => ({
      name,
      milliseconds: own / 1_000,
      inclusive: inclusive / 1_000,
      share: own / total,
    }))
    .sort((a, b) => b.milliseconds - a.milliseconds);
}
