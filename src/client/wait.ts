// Time: sleeping until a signal says otherwise, deadlines, and how long to wait before a repetition.

export interface RetryOptions {
  /** How often a request is sent at most; 6 if left out. */
  readonly attemptsMax?: number;
  /** The wait after the first failure, about; doubled after each further one. 100 if left out. */
  readonly baseMs?: number;
  /** The longest wait; 5,000 if left out. */
  readonly capMs?: number;
}

export const RETRY_DEFAULT: Required<RetryOptions> = {
  attemptsMax: 6,
  baseMs: 100,
  capMs: 5_000,
};

/**
 * Doubles with each failure (0 for the first) up to the cap, then somewhere between half of that
 * and all of it: clients that failed together do not come back together.
 */
export function backoffMs({ baseMs, capMs }: Required<RetryOptions>, failures: number): number {
  return Math.min(capMs, baseMs * 2 ** failures) * (0.5 + Math.random() / 2);
}

/** Resolves after the time; rejects with the signal's reason when it is aborted before. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, ms);
    signal?.addEventListener("abort", stop, { once: true });
  });
}

/** Some 24 days: timers take a longer time for none at all. */
const TIMEOUT_MS_MAX = 2 ** 31 - 1;

/** A signal that is aborted with the given one, or after the time. */
export function withTimeout(signal: AbortSignal | undefined, timeoutMs: number): AbortSignal {
  const timeout = AbortSignal.timeout(Math.min(timeoutMs, TIMEOUT_MS_MAX));
  return signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
}

/** Runs until it succeeds: `delayMs` says how long to wait after an error, null to give up. */
export async function retrying<T>(
  run: () => Promise<T>,
  delayMs: (error: unknown, failures: number) => number | null,
  signal?: AbortSignal,
): Promise<T> {
  for (let failures = 0; ; failures++) {
    try {
      return await run();
    } catch (error) {
      signal?.throwIfAborted();
      const wait = delayMs(error, failures);
      if (wait === null) throw error;
      await sleep(wait, signal);
    }
  }
}
