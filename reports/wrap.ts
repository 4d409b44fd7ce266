/** `text` in lines of at most `width` columns where words allow it; beyond `limit` lines it is cut with "…". */
export function wrap(text: string, width: number, limit: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  lines.push(line);
  return lines.length <= limit ? lines : [...lines.slice(0, limit - 1), `${lines[limit - 1]} …`];
}
