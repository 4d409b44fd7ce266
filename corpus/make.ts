/** `npm run corpus`: writes the quick corpus anew, a file an area, after known bugs were added or their cases changed. */
import { writeFileSync } from 'node:fs';
import { bugs } from '../models/faulty/bugs.ts';
import { toJson } from '../spec/json.ts';
import { areas } from '../spec/schema.ts';
import { chooseCorpus } from '../suites/faulty/corpus.ts';

for (const area of areas) {
  const corpus = await chooseCorpus(
    area,
    bugs.filter((bug) => bug.area === area),
  );
  const lines = corpus.cases.map((one) => `    ${toJson(one)}`).join(',\n');
  const text = `{\n  "version": 1,\n  "area": "${area}",\n  "cases": [\n${lines}\n  ]\n}\n`;
  writeFileSync(new URL(`${area}.json`, import.meta.url), text);
  console.log(`${area}: ${corpus.cases.length} cases`);
}
