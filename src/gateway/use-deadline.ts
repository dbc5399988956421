// Bounds the time of an operation, and of the opening of a stream; a stream itself has no end.
import type { Plugin } from "graphql-yoga";
import { gatewayError } from "./errors.ts";
import { REQUEST_MS_MAX } from "./limits.ts";
import { withDeadline } from "./with-deadline.ts";

const HTTP_GATEWAY_TIMED_OUT = 504;

type Run<A> = (args: A) => unknown;

const inTime =
  <A>(run: Run<A>): Run<A> =>
  (args) => {
    const result = run(args);
    return isPromiseLike(result) ? withDeadline(result, REQUEST_MS_MAX, late) : result;
  };

/** `enabled`: not where the clock is manual, since one `dev.advance` may do the work of days. */
export function useDeadline(enabled: boolean): Plugin {
  if (!enabled) return {};
  return {
    onExecute: ({ executeFn, setExecuteFn }) => setExecuteFn(inTime(executeFn)),
    onSubscribe: ({ subscribeFn, setSubscribeFn }) => setSubscribeFn(inTime(subscribeFn)),
  };
}

function late(): Error {
  const message =
    `Cannot answer within ${REQUEST_MS_MAX} ms: what was sent may have arrived; the same request ` +
    "may be sent again";
  return gatewayError("OPERATION_TIMED_OUT", message, HTTP_GATEWAY_TIMED_OUT);
}

const isPromiseLike = (value: unknown): value is PromiseLike<unknown> =>
  typeof (value as PromiseLike<unknown> | null)?.then === "function";
