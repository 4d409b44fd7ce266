/** Time of the processor, so that a busy machine is no slow one. */

/** What this thread has used, in milliseconds; where Node.js can't tell, the time that has passed. */
export function cpuMs(): number {
  const used = process.threadCpuUsage?.();
  return used === undefined ? performance.now() : (used.user + used.system) / 1000;
}
