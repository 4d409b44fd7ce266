/** For what is stuck, in every test: a slow or busy machine is no failure, however long it takes. */
const STUCK_MS = 900_000;

export const timeLimits = {
  testTimeout: STUCK_MS,
  hookTimeout: STUCK_MS,
  expect: { poll: { timeout: STUCK_MS } },
};
