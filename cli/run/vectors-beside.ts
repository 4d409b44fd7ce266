/** What stands beside vector files: their JSON Schemas, and a few lines about how to read them. */
import { type ConversionConfig, type JsonSchema, toJsonSchema } from '@valibot/to-json-schema';
import { wholeAnswerLineSchema } from '../../spec/answer-line.ts';
import type { Area } from '../../spec/schema.ts';
import { vectorFileSchema } from '../../spec/vector-file.ts';

const DRAFT = 'https://json-schema.org/draft/2020-12/schema';

/** 64-bit values are the one thing that our schemas check by a function. */
const config: ConversionConfig = {
  target: 'draft-2020-12',
  typeMode: 'input',
  overrideSchema: ({ valibotSchema }) =>
    valibotSchema.type === 'custom' ? { type: 'string', pattern: '^0x[0-9a-fA-F]{1,16}$' } : undefined,
};

/** By file name: of a vector file, and of a line of an answer file. */
export function jsonSchemas(): Readonly<Record<string, JsonSchema>> {
  return {
    'vectors.schema.json': { $schema: DRAFT, ...toJsonSchema(vectorFileSchema, config) },
    'answer-line.schema.json': { $schema: DRAFT, ...toJsonSchema(wholeAnswerLineSchema, config) },
  };
}

export function vectorsReadme(areas: readonly Area[], seed: string): string {
  return `# Conformance vectors

Made by iommu-conformance, seed ${JSON.stringify(seed)}. One file an area: ${areas.map((area) => `\`${area}.json\``).join(', ')}; \`vectors.schema.json\` is their JSON Schema. 64-bit values are strings such as "0x1f".

Each of \`vectors\`, one a line, has an \`id\`, the \`rules\` that decide it, the \`case\`, and \`allowed\`: every answer that the architecture allows, with the rule of each. \`rules\` of the file says what each demands and where that is written. \`optional: true\`: nothing that binds is asked of who answers only what must be answered.

1. Skip a vector whose \`case.profile\` your implementation is not.
2. Answer its \`case\` from an empty unit.
3. Compare the answer with \`allowed\`; docs/vectors.md of the project defines how, field by field, and examples/python/check_vectors.py does it in one file.

Or write the answers to a file, one JSON object a line (\`answer-line.schema.json\`):

    {"id":"entry/0123456789abcdef","observation":{"fault":null}}

and have them judged where the project runs:

    iommu-conformance check --impl answers:answers.jsonl --vectors THIS_FOLDER

What cases and answers mean is told in docs/contract.md of the project.
`;
}
