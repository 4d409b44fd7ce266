/** What failed in an earlier run, out of its result or its log: the findings that nobody expected. */
import { isSurprise } from '../../reports/finding-kind.ts';
import { runEventSchema } from '../../spec/run-events.ts';
import { type Finding, resultSchema } from '../../spec/schema.ts';
import { wrongUse } from '../exit.ts';
import { parseJson, readTextFile } from '../read-file.ts';
import { checkedFinding } from './read-finding.ts';

/** Each finding once. Throws one sentence when `file` is neither a result nor a log of a run. */
export function readFailed(file: string): readonly Finding[] {
  const text = readTextFile(file, 'result');
  const findings = isLog(text) ? findingsOfLog(text, file) : findingsOfResult(text, file);
  const failed = findings
    .filter(isSurprise)
    .map((finding) => checkedFinding(finding, `result ${file} is malformed: finding ${finding.id}: `));
  return [...new Map(failed.map((finding) => [`${finding.area} ${finding.id}`, finding])).values()];
}

/** A result spans many lines, each line of a log is an event. */
function isLog(text: string): boolean {
  return /^\{"event":/.test(text);
}

function findingsOfResult(text: string, file: string): readonly Finding[] {
  return parseJson(text, resultSchema, `result ${file}`).areas.flatMap(({ findings }) => findings);
}

/** The last line of a run that was killed may be cut off: it is left out. */
function findingsOfLog(text: string, file: string): readonly Finding[] {
  const lines = text.split('\n');
  lines.pop();
  if (lines.length === 0) throw wrongUse(`log ${file} holds no whole line`);
  return lines.flatMap((line, index) => {
    const event = parseJson(line, runEventSchema, `log ${file}: line ${index + 1}`);
    if (event.event === 'finding') return [event.finding];
    return event.event === 'area' ? (event.result?.findings ?? []) : [];
  });
}
