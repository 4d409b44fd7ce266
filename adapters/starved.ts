/** How long a process was ready and got no processor: time in which nobody can expect anything of it. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * Milliseconds for which the threads of process `pid`, and of the processes in the group that it leads, have waited for
 * a processor since they started; the sum over threads. Linux alone tells (`/proc/PID/task/TID/schedstat`): elsewhere,
 * of processes that are no more, and without `pid` of one that did not start, 0.
 */
export function starvedMs(pid: number | undefined, proc = '/proc'): number {
  if (pid === undefined) return 0;
  let nanoseconds = 0;
  for (const member of [String(pid), ...groupOf(pid, proc)]) {
    const tasks = path.join(proc, member, 'task');
    for (const thread of namesIn(tasks)) {
      const [, waited = '0'] = textOf(path.join(tasks, thread, 'schedstat')).split(' ');
      nanoseconds += Number(waited);
    }
  }
  return nanoseconds / 1e6;
}

/** The other processes of the group that `pid` leads. */
function groupOf(pid: number, proc: string): readonly string[] {
  return namesIn(proc).filter((name) => {
    if (!/^\d+$/.test(name) || name === String(pid)) return false;
    // pid (program) state parent group …, where the program's name may have spaces and brackets.
    const stat = textOf(path.join(proc, name, 'stat'));
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2] === String(pid);
  });
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
