import { expect, test } from 'vitest';
import type { Finding } from '../spec/schema.ts';
import { byCause } from './causes.ts';
import { sampleFinding } from './sample.fixture.ts';

const finding = (id: string, cause?: string): Finding => ({
  ...sampleFinding,
  id,
  ...(cause === undefined ? {} : { cause }),
});

test('the finding whose case all come to stands for a cause, else the first that was found', () => {
  const [a, b, c] = [finding('A/outcome/11', '22'), finding('B/code/22', '22'), finding('C/code/33', '44')];
  const alone = [finding('D/code/55'), finding('E/code/66')] as const;
  expect(byCause([a, ...alone, b, c])).toEqual([
    { shown: b, others: [a] },
    { shown: alone[0], others: [] },
    { shown: alone[1], others: [] },
    { shown: c, others: [] },
  ]);
});

test('areas have causes of their own', () => {
  const walk = { ...finding('A/outcome/11', '22'), area: 'page-walk' as const };
  expect(byCause([finding('A/outcome/11', '22'), walk])).toHaveLength(2);
});
