// No error without a code: what the executor says of variables has none.
import type { Plugin } from "graphql-yoga";
import type { GatewayErrorCode } from "./errors.ts";

const CODE: GatewayErrorCode = "BAD_USER_INPUT";

export function useErrorCodes(): Plugin {
  return {
    onExecutionResult({ result }) {
      // Each event of a stream has been seen by its own source.
      if (result === undefined || !("errors" in result)) return;
      for (const { extensions } of result.errors ?? []) extensions.code ??= CODE;
    },
  };
}
