// A TCP connection to the API that need not behave: requests cut short, never read, or dropped.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";

export interface RawRequest {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Nothing is read of the answer until somebody asks. */
  readonly unread?: boolean;
}

/** Opens a connection and sends a POST as given: no header but Host is added. */
export function postRaw(api: string, { headers = {}, body, unread }: RawRequest): Promise<Socket> {
  const { hostname, port, pathname } = new URL(api);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    if (unread === true) socket.pause();
    socket.once("error", reject);
    socket.once("connect", () => {
      socket.off("error", reject);
      // What the other side does to a bad connection is its own affair.
      socket.on("error", () => undefined);
      const lines = Object.entries({ Host: hostname, ...headers }).map(([k, v]) => `${k}: ${v}`);
      socket.write(`POST ${pathname} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`);
      if (body !== undefined) socket.write(body);
      // Out of this process before anything else happens to it.
      setTimeout(() => resolve(socket), 5);
    });
  });
}

/** All that comes until the other side closes, or the time is up. */
export function readRaw(socket: Socket, timeoutMs: number): Promise<string> {
  return new Promise((resolve) => {
    let text = "";
    const done = () => {
      socket.destroy();
      resolve(text);
    };
    const timer = setTimeout(done, timeoutMs);
    socket.on("data", (chunk) => {
      text += chunk.toString("latin1");
    });
    socket.once("close", () => {
      clearTimeout(timer);
      done();
    });
    socket.resume();
  });
}

/** Resident memory of the workerd processes that this process started, in MiB. */
export function workerdMiB(): number {
  const processes = execFileSync("ps", ["-A", "-o", "pid=,ppid=,comm="], { encoding: "utf8" });
  const own = processes
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter(
      ([, parent, command]) => Number(parent) === process.pid && command?.includes("workerd"),
    );
  const kib = own.map(([pid]) =>
    Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0),
  );
  return Math.round(kib.reduce((sum, one) => sum + one, 0) / 1024);
}

/**
 * A body that is refused unread closes its connection; fetch may take that one for the next request
 * before it hears of it, and fail. Asks until it has a new one.
 */
export async function untilNewConnection(api: string): Promise<void> {
  for (let attempt = 0; attempt < 10; attempt++) {
    const answer = await fetch(`${api}?query={__typename}`).catch(() => null);
    if (answer !== null) return void (await answer.arrayBuffer());
  }
}
